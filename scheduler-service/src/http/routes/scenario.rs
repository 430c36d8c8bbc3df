//! `/v1/scenario`

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, NaiveDate};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;
use scheduler_core::time::Clock;
use serde::Serialize;
use utoipa::ToSchema;

use super::scenario_read;
use super::services::{parameters, unknown_parameter};
use super::written::{IfMatch, etag};
use crate::booking::{Act, MovedBlocks, PlacedBlock, ReplaceMode, Replaced, Reseated};
use crate::http::app::{App, Shared};
use crate::http::auth::{Caller, PlanningRead, PlanningWrite};
use crate::http::body::{self, Taken};
use crate::http::problem::{self, Answer, HttpError, Stranded, Violation};
use crate::http::reasons::ReasonCode;
use crate::studies::{StudyError, size};

/// What a change of the scenario comes to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Change {
    /// Version of the scenario, also its `ETag`. A dry run leaves it as it was.
    #[schema(example = 2)]
    version: u64,
    /// Whether nothing was changed, as was asked for.
    dry_run: bool,
    /// The promises that are kept at another time of their day: tell these citizens. Only a repair
    /// moves any.
    moved: Vec<Moved>,
    /// The promises that are kept at their time by another clerk or in another room than before. Only
    /// a repair lists any.
    kept: Vec<Kept>,
    /// Where walk-in blocks are others than before. Only a repair lists any.
    walk_in_blocks: Vec<ChangedBlocks>,
    /// The promises that could not be kept; they stay on record without a clerk and a room. Only a
    /// dry run or a repair lists any.
    stranded: Vec<Stranded>,
    /// What is doubtful about the scenario.
    warnings: Vec<Violation>,
}

/// A promise that is kept at another time.
#[derive(Debug, Serialize, ToSchema)]
pub struct Moved {
    /// Id of the hold or appointment.
    id: String,
    /// Id of the site.
    #[schema(example = "mitte")]
    site: String,
    /// When it was to begin.
    #[schema(example = "2027-03-01T09:15:00+01:00")]
    from: DateTime<FixedOffset>,
    /// When it begins now.
    #[schema(example = "2027-03-01T09:30:00+01:00")]
    to: DateTime<FixedOffset>,
    /// What the client calls it.
    reference: Option<String>,
}

/// A promise that is kept by another clerk or in another room than before.
#[derive(Debug, Serialize, ToSchema)]
pub struct Kept {
    /// Id of the hold or appointment.
    id: String,
    /// Id of the site.
    #[schema(example = "mitte")]
    site: String,
    /// When it begins.
    #[schema(example = "2027-03-01T09:15:00+01:00")]
    start: DateTime<FixedOffset>,
    /// What the client calls it.
    reference: Option<String>,
    /// Id of the clerk who would have kept it; null where nobody could.
    staff_before: Option<String>,
    /// Id of the clerk.
    staff: String,
    /// Id of the room; null where none is needed.
    room: Option<String>,
}

/// Walk-in blocks of a site and date that are others than before.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedBlocks {
    /// Id of the site.
    #[schema(example = "mitte")]
    site: String,
    /// The date.
    date: NaiveDate,
    /// Those that are no more.
    gone: Vec<ChangedBlock>,
    /// Those that are new.
    new: Vec<ChangedBlock>,
}

/// A walk-in block.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedBlock {
    /// When it begins, by the wall clock.
    #[schema(example = "08:00")]
    from: String,
    /// When it ends.
    #[schema(example = "10:00")]
    until: String,
    /// Id of the clerk.
    staff: String,
    /// Id of the room.
    room: String,
}

impl From<PlacedBlock> for ChangedBlock {
    fn from(block: PlacedBlock) -> Self {
        let clock = |minute: u32| Clock(minute).to_string();
        let (from, until) = (clock(block.from), clock(block.until));
        Self { from, until, staff: block.staff, room: block.room }
    }
}

impl From<Reseated> for Kept {
    fn from(promise: Reseated) -> Self {
        Self {
            id: promise.id.to_string(),
            site: promise.place.site,
            start: promise.place.start,
            reference: promise.reference,
            staff_before: promise.from.map(|(staff, _)| staff),
            staff: promise.to.0,
            room: promise.to.1,
        }
    }
}

/// The scenario that is booked from.
#[utoipa::path(get, path = "/v1/scenario", tag = "planning",
    responses((status = 200, description = "The scenario.", body = Scenario,
        headers(("ETag" = String, description = "Its version.")))),
    security(("key" = ["planning:read"])),
    extensions(("x-problems" = json!(["busy", "unavailable"]))))]
pub async fn read(State(app): State<Shared>, _caller: Caller<PlanningRead>) -> Answer<Response> {
    let view = app.office().view().await?;
    let tag = [(header::ETAG, etag(view.scenario_version))];
    Ok((tag, Json(view.scenario.as_ref())).into_response())
}

/// Replaces the scenario, at once for all that follows.
///
/// Promises are kept, by other clerks or in other rooms where need be. Where some could not be, the
/// change is refused with their list.
#[utoipa::path(put, path = "/v1/scenario", tag = "planning", request_body = Scenario,
    params(("dry_run" = Option<bool>, Query, nullable = false,
        description = "Only say what would become of promises, at once: nothing is planned, so \
            that of walk-in quotas nothing is said."),
        ("repair" = Option<bool>, Query, nullable = false,
        description = "Accept the change whatever becomes of promises: move those that cannot be \
            kept at their time, as few and as little as possible within the day, and list the rest."),
        ("reason" = Option<String>, Query, nullable = false,
        description = "Why, for the audit log.")),
    responses((status = 200, description = "What it came to.", body = Change,
        headers(("ETag" = String, description = "The new version.")))),
    security(("key" = ["planning:write"])),
    extensions(("x-if-match" = json!("unless-dry-run")), ("x-problems" = json!([
        "invalid-scenario", "stale", "would-strand", "busy", "unavailable"]))))]
pub async fn replace(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    version: IfMatch,
    RawQuery(query): RawQuery,
    request: Request,
) -> Answer<Response> {
    let (mode, reason) = mode(query.as_deref().unwrap_or_default())?;
    let version = version.of_scenario(&app, mode.dry_run).await?;
    let act = caller.act("scenario.replace").because(reason);
    let judge = judge(&app);
    let read = move |bytes: &[u8]| {
        let scenario = Scenario::from_json(bytes);
        let scenario = scenario.map_err(|findings| scenario_read::refused(&findings, ""))?;
        judge(&scenario)?;
        Ok(scenario)
    };
    let Taken { value: scenario, turn, held: _held } = body::take(request, &app, read).await?;
    drop(turn);
    change(&app, act, scenario, version, mode).await
}

/// Judges whether a scenario is small enough to be booked from.
pub fn judge(app: &Shared) -> impl FnOnce(&Scenario) -> Answer<()> + Send + 'static {
    let app = Arc::clone(app);
    move |scenario| {
        let judged =
            size::judge_on(scenario, app.office().horizon_of(scenario), &app.settings().sizes);
        match judged {
            Err(StudyError::Scenario(findings)) => Err(scenario_read::refused(&findings, "")),
            other => Ok(other?),
        }
    }
}

/// How a change is to be made, and why, from the query.
///
/// # Errors
/// 400 for parameters that there are not.
pub fn mode(query: &str) -> Answer<(ReplaceMode, Option<String>)> {
    let (mut mode, mut reason, mut violations) = (ReplaceMode::default(), None, Vec::new());
    for (name, value) in parameters(query) {
        let switch = match name.as_str() {
            "dry_run" => &mut mode.dry_run,
            "repair" => &mut mode.repair,
            "reason" => {
                violations.extend(Violation::of_text("?reason", &value));
                reason = Some(value);
                continue;
            }
            _ => {
                violations.push(unknown_parameter(&name, "dry_run, repair and reason"));
                continue;
            }
        };
        match value.as_str() {
            "true" => *switch = true,
            "false" => *switch = false,
            other => {
                let detail = format!("{other:?} is neither true nor false");
                violations.push(Violation::new(format!("?{name}"), "type", detail));
            }
        }
    }
    // Whoever only asks waits for no plan.
    mode.promises_only = mode.dry_run;
    if violations.is_empty() {
        return Ok((mode, reason));
    }
    Err(HttpError::violations(problem::MALFORMED, violations))
}

/// Puts `scenario` in the place of the one of that version, as `act` in the audit log.
///
/// # Errors
/// 412 where it has another version by now, 409 where promises could not be kept, 422 where it
/// makes no sense.
pub async fn change(
    app: &App,
    act: Act,
    scenario: Scenario,
    version: u64,
    mode: ReplaceMode,
) -> Answer<Response> {
    let change = changed(app, act, scenario, version, mode).await?;
    Ok(([(header::ETAG, etag(change.version))], Json(change)).into_response())
}

/// The same, without its answer.
///
/// # Errors
/// As [`change`].
pub async fn changed(
    app: &App,
    act: Act,
    scenario: Scenario,
    version: u64,
    mode: ReplaceMode,
) -> Answer<Change> {
    let sent = scenario.horizon;
    let office = app.office().noting(act.with("repair", mode.repair));
    let replaced = office.replace_scenario(scenario, version, mode).await?;
    let Replaced { version, moved, stranded, scenario, lacking, reseated, blocks } = replaced;
    let horizon = scenario.horizon;
    let mut warnings = app.plans.run(move || warnings(&scenario)).await?;
    if sent != horizon {
        let detail = format!(
            "the dates from {} to {} are booked, which move on with time, not those of the scenario",
            horizon.from, horizon.until
        );
        warnings.push(Violation::new("/horizon", "horizon.moves-on", detail));
    }
    warnings.extend(
        lacking.map(|lacking| Violation::new("/walk_in_quotas", "quota.not-kept", lacking)),
    );
    let stranded = stranded.into_iter().map(|promise| Stranded {
        id: promise.id.to_string(),
        site: promise.place.site,
        start: promise.place.start,
        reason: ReasonCode::of(promise.code),
        reference: promise.reference,
    });
    let moved = moved.into_iter().map(|promise| Moved {
        id: promise.id.to_string(),
        site: promise.from.site,
        from: promise.from.start,
        to: promise.to,
        reference: promise.reference,
    });
    Ok(Change {
        version,
        dry_run: mode.dry_run,
        moved: moved.collect(),
        kept: reseated.into_iter().filter(|_| mode.repair).map(Kept::from).collect(),
        walk_in_blocks: blocks
            .into_iter()
            .filter(|_| mode.repair)
            .map(ChangedBlocks::from)
            .collect(),
        stranded: stranded.collect(),
        warnings,
    })
}

impl From<MovedBlocks> for ChangedBlocks {
    fn from(blocks: MovedBlocks) -> Self {
        Self {
            site: blocks.day.site,
            date: blocks.day.date,
            gone: blocks.gone.into_iter().map(ChangedBlock::from).collect(),
            new: blocks.new.into_iter().map(ChangedBlock::from).collect(),
        }
    }
}

/// What is doubtful about a scenario.
fn warnings(scenario: &Scenario) -> Vec<Violation> {
    let found = Problem::new(scenario).map(|problem| problem.warnings).unwrap_or_default();
    found.iter().map(|found| Violation::new(&found.pointer, found.code, &found.message)).collect()
}
