//! `POST /v1/drafts/{id}/apply`: a draft becomes what is booked from

use std::sync::Arc;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use scheduler_core::scenario::Scenario;
use serde_json::Value;

use super::draft_kept::{alike, bodies, change_of, find, fresh, now, text};
use super::draft_view::DraftApplied;
use super::scenario::{self, judge};
use super::scenario_read::{code_of, refused};
use super::services::{parameters, unknown_parameter};
use super::shapes::Id;
use super::written::{IfMatch, etag};
use crate::booking::ReplaceMode;
use crate::drafts;
use crate::http::app::Shared;
use crate::http::auth::{Caller, PlanningWrite};
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::store::{AppliedRow, DraftChange};

/// Makes what a draft changes to the scenario that is booked from, or says what that would come to.
///
/// What others have changed meanwhile stays, such as absences; where a draft contradicts it nothing is
/// done. Promises are kept, by other clerks or in other rooms where need be; where some could not
/// be, the draft is refused with their list, unless it may be repaired. A dry run looks at promises only,
/// in a fraction of a second: how much of the walk-in quotas can be held, the answer to the real run
/// says.
#[utoipa::path(post, path = "/v1/drafts/{id}/apply", tag = "planning",
    params(("id" = String, Path, description = "Its id."),
        ("dry_run" = Option<bool>, Query, nullable = false,
            description = "Only say what it would come to."),
        ("repair" = Option<bool>, Query, nullable = false,
            description = "Accept it whatever becomes of promises: move those that cannot be kept \
                at their time, as few and as little as possible within the day, and list the rest."),
        ("scenario_version" = Option<u64>, Query, nullable = false,
            description = "Version of the scenario of which a dry run has told: nothing is done \
                where there is another one by now.")),
    responses((status = 200, description = "What it came to.", body = DraftApplied,
        headers(("ETag" = String, description = "Version of the draft then.")))),
    security(("key" = ["planning:write"])),
    extensions(("x-if-match" = json!("required")), ("x-problems" = json!([
        "not-found", "invalid-scenario", "draft-conflicts", "stale", "would-strand", "busy",
        "unavailable"]))))]
pub async fn apply(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    version: IfMatch,
    Id(id): Id,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let version = version.required()?;
    let (mode, expected) = mode(query.as_deref().unwrap_or_default())?;
    let row = find(&app, &id).await?;
    fresh(&row, version)?;
    let (base, mine) = bodies(&app, &row).await?;
    let view = app.office().view().await?;
    if expected.is_some_and(|expected| expected != view.scenario_version) {
        let detail = format!(
            "the scenario has version {} by now; look what the draft comes to with that",
            view.scenario_version
        );
        return Err(HttpError::new(problem::STALE, detail));
    }
    let (judge, booked) = (judge(&app), Arc::clone(&view.scenario));
    let work = move || {
        let scenario = merged(&base, &mine, &booked)?;
        judge(&scenario)?;
        Ok::<_, HttpError>(scenario)
    };
    let scenario = app.plans.run(work).await??;
    let act = caller.act("draft.apply").to(row.id.to_string());
    let change = scenario::changed(&app, act, scenario, view.scenario_version, mode).await?;
    let mut row = row;
    if !mode.dry_run {
        // What is booked from now: what the draft changes next are changes of that.
        let view = app.office().view().await?;
        let body = text(view.scenario.as_ref())?;
        let applied = AppliedRow {
            by: caller.client.name.clone(),
            at: now(&app),
            scenario_version: view.scenario_version,
        };
        let change = DraftChange {
            body: Some(body.clone()),
            applied: Some((body, applied)),
            client: caller.client.name,
            at: now(&app),
            ..DraftChange::default()
        };
        // It is applied, whatever has become of the draft meanwhile.
        match change_of(&app, &row, version, &change).await {
            Ok(then) => row = then,
            Err(error) => tracing::warn!(
                detail = %error.details().detail,
                "a draft was applied and could not be marked so"
            ),
        }
    }
    let tag = [(header::ETAG, etag(row.version))];
    Ok((tag, Json(DraftApplied::of(&row, change)?)).into_response())
}

/// What the query asks for, and the version of the scenario that it expects.
fn mode(query: &str) -> Answer<(ReplaceMode, Option<u64>)> {
    let (mut mode, mut expected, mut violations) = (ReplaceMode::default(), None, Vec::new());
    for (name, value) in parameters(query) {
        let switch = match name.as_str() {
            "dry_run" => &mut mode.dry_run,
            "repair" => &mut mode.repair,
            "scenario_version" => {
                match value.parse() {
                    Ok(version) => expected = Some(version),
                    Err(_) => {
                        let detail = format!("{value:?} is no version");
                        violations.push(Violation::new("?scenario_version", "format", detail));
                    }
                }
                continue;
            }
            _ => {
                let known = "dry_run, repair and scenario_version";
                violations.push(unknown_parameter(&name, known));
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
    if !violations.is_empty() {
        return Err(HttpError::violations(problem::MALFORMED, violations));
    }
    mode.promises_only = mode.dry_run;
    Ok((mode, expected))
}

/// What `mine` changes of `base`, made to `booked`.
fn merged(base: &str, mine: &str, booked: &Scenario) -> Answer<Scenario> {
    let [base, mine, theirs] = alike(base, mine, booked)?;
    // Its own mistakes first, with pointers into the draft.
    let own = Scenario::from_value(&mine).map_err(|findings| refused(&findings, ""))?;
    if base == theirs {
        return Ok(own);
    }
    let drafts::Merged { scenario, conflicts } = drafts::merge(&base, &mine, &theirs);
    if !conflicts.is_empty() {
        let violation = |drafts::Conflict { change, theirs }: drafts::Conflict| {
            let shown = |value: Option<Value>| {
                value.map_or_else(|| "nothing".to_owned(), |value| value.to_string())
            };
            let detail = format!(
                "{} was {} when the draft was made, is {} in the draft, and others have made it {} \
                 meanwhile; make it one of these in the draft",
                change.path.join(" "),
                shown(change.before),
                shown(change.after),
                shown(theirs)
            );
            Violation::new(change.pointer, "contradicts", detail)
        };
        let violations = conflicts.into_iter().map(violation).collect();
        return Err(HttpError::violations(problem::DRAFT_CONFLICTS, violations));
    }
    Scenario::from_value(&scenario).map_err(|findings| {
        let violation = |found: &scheduler_core::scenario::Finding| {
            let detail = format!(
                "with what others have changed meanwhile, at {}: {}",
                found.pointer, found.message
            );
            Violation::new("", found.code, detail)
        };
        HttpError::violations(code_of(&findings), findings.iter().map(violation).collect())
    })
}
