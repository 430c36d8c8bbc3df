//! `/v1/drafts`: scenarios that planners work on before they are booked from

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use scheduler_core::compare;
use scheduler_core::problem::Problem;
use scheduler_core::scenario::wire::Wire as _;
use scheduler_core::scenario::{Finding, Findings, Scenario, Severity, Variant};
use scheduler_core::wire;
use serde_json::Value;
use uuid::Uuid;

use super::draft_kept::{alike, bodies, change_of, find, fresh, now, text, value};
use super::draft_view::{Draft, DraftChanges, DraftFindings, DraftHead, DraftList, DraftVersions};
use super::services::{parameters, unknown_parameter};
use super::shapes::Id;
use super::written::{IfMatch, etag};
use crate::http::app::Shared;
use crate::http::auth::{Caller, PlanningRead, PlanningWrite};
use crate::http::body::{Body, sensible};
use crate::http::language::Reads;
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::store::{DraftChange, DraftRow, NewDraft};
use crate::studies::{StudyError, size};

/// Most drafts at a time.
const MOST_DRAFTS: u32 = 500;

/// Most characters of a note.
const LONGEST_NOTE: usize = 10_000;

wire! {
    /// A draft to be made.
    pub struct NewDraftRequest {
        /// What its planner calls it.
        #[wire(length = (1, 200), example = r#""Longer Thursdays""#)]
        pub name: String,
        /// Remarks for people.
        #[wire(length = (0, LONGEST_NOTE))]
        pub note: Option<String>,
        /// Its scenario, which may have mistakes; the one that is booked from where left out.
        #[wire(kind = Scenario::KIND)]
        pub scenario: Option<Value>,
        /// What to change of the scenario that is booked from, in the place of `scenario`.
        #[wire(kind = Variant::KIND)]
        pub variant: Option<Value>,
    }

    /// What is changed about a draft. What is left out stays.
    pub struct DraftEdit {
        /// Another name.
        #[wire(length = (1, 200))]
        pub name: Option<String>,
        /// Other remarks; an empty text takes them off.
        #[wire(length = (0, LONGEST_NOTE))]
        pub note: Option<String>,
        /// Another scenario, which may have mistakes.
        #[wire(kind = Scenario::KIND)]
        pub scenario: Option<Value>,
    }
}

/// Makes a draft of the scenario that is booked from, of a variant of it, or of a scenario that is sent.
///
/// Nothing is booked from a draft before it is applied.
#[utoipa::path(post, path = "/v1/drafts", tag = "planning", request_body = NewDraftRequest,
    responses((status = 201, description = "The draft.", body = DraftHead, headers(
        ("ETag" = String, description = "Its version."),
        ("Location" = String, description = "Its path.")))),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!([
        "invalid", "invalid-variant", "too-many-drafts", "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    body: Body<NewDraftRequest>,
) -> Answer<Response> {
    let NewDraftRequest { name, note, scenario, variant } = body.value;
    let mut violations = body.violations;
    violations.extend(wrong_texts(Some(&name), scenario.as_ref()));
    if scenario.is_some() && variant.is_some() {
        let detail = "give either scenario or variant";
        violations.push(Violation::new("/variant", "twice", detail));
    }
    sensible(violations)?;
    let view = app.office().view().await?;
    let booked = std::sync::Arc::clone(&view.scenario);
    let sizes = app.settings().sizes;
    let work = move || {
        let base = text(booked.as_ref())?;
        let body = match (scenario, variant) {
            (Some(scenario), _) => text(&scenario)?,
            (None, Some(variant)) => text(&edited(&booked, &variant, &sizes)?)?,
            (None, None) => base.clone(),
        };
        Ok::<_, HttpError>((base, body))
    };
    let (base, body) = app.plans.run_in(body.turn, work).await??;
    let draft = NewDraft {
        id: Uuid::now_v7(),
        name,
        note: note.filter(|note| !note.is_empty()),
        base,
        base_version: view.scenario_version,
        body,
        client: caller.client.name,
        at: now(&app),
    };
    let store = app.office().store();
    if !app.office().beside(store.add_draft(&draft, MOST_DRAFTS)).await? {
        let detail = format!("there are {MOST_DRAFTS} drafts already; delete one first");
        return Err(HttpError::new(problem::TOO_MANY_DRAFTS, detail));
    }
    let row = find(&app, &draft.id.to_string()).await?;
    let mut response = (StatusCode::CREATED, headed(&row)?).into_response();
    let location = HeaderValue::from_str(&format!("/v1/drafts/{}", row.id));
    let location = location.map_err(|error| HttpError::internal(&error))?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// The drafts, the newest first.
#[utoipa::path(get, path = "/v1/drafts", tag = "planning",
    params(
        ("limit" = Option<u32>, Query, nullable = false, minimum = 1, maximum = 100,
            description = "Most that are listed; 50 where left out."),
        ("after" = Option<Uuid>, Query, nullable = false,
            description = "Those that follow: the `next` of the answer before.")),
    responses((status = 200, description = "The drafts.", body = DraftList)),
    security(("key" = ["planning:read"])),
    extensions(("x-problems" = json!(["malformed", "busy", "unavailable"]))))]
pub async fn list(
    State(app): State<Shared>,
    _caller: Caller<PlanningRead>,
    RawQuery(query): RawQuery,
) -> Answer<Json<DraftList>> {
    let (mut limit, mut after, mut violations) = (50, None, Vec::new());
    for (name, value) in parameters(query.as_deref().unwrap_or_default()) {
        match name.as_str() {
            "limit" => match value.parse() {
                Ok(number @ 1..=100) => limit = number,
                _ => violations.push(Violation::new(
                    "?limit",
                    "range",
                    format!("{value:?} is no number from 1 to 100"),
                )),
            },
            "after" => match value.parse() {
                Ok(id) => after = Some(id),
                Err(_) => violations.push(Violation::new(
                    "?after",
                    "format",
                    format!("{value:?} is not the next of an answer"),
                )),
            },
            _ => violations.push(unknown_parameter(&name, "limit and after")),
        }
    }
    if !violations.is_empty() {
        return Err(HttpError::violations(problem::MALFORMED, violations));
    }
    let rows = app.office().beside(app.office().store().drafts(after, limit + 1)).await?;
    Ok(Json(DraftList::of(&rows, limit as usize)?))
}

/// A draft with its scenario, as it is or as it was.
#[utoipa::path(get, path = "/v1/drafts/{id}", tag = "planning",
    params(("id" = String, Path, description = "Its id."),
        ("version" = Option<u64>, Query, nullable = false,
            description = "A version that is kept; the last where left out.")),
    responses((status = 200, description = "The draft.", body = Draft,
        headers(("ETag" = String, description = "Its version.")))),
    security(("key" = ["planning:read"])),
    extensions(("x-problems" = json!(["malformed", "not-found", "busy", "unavailable"]))))]
pub async fn read(
    State(app): State<Shared>,
    _caller: Caller<PlanningRead>,
    Id(id): Id,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let row = find(&app, &id).await?;
    let mut version = row.version;
    for (name, value) in parameters(query.as_deref().unwrap_or_default()) {
        let violation = match (name.as_str(), value.parse()) {
            ("version", Ok(asked)) => {
                version = asked;
                continue;
            }
            ("version", Err(_)) => {
                Violation::new("?version", "format", format!("{value:?} is no version"))
            }
            _ => unknown_parameter(&name, "version"),
        };
        return Err(HttpError::violations(problem::MALFORMED, vec![violation]));
    }
    let nothing = || HttpError::not_found("version of this draft", &version.to_string());
    if version > row.version {
        return Err(nothing());
    }
    let body = app.office().beside(app.office().store().draft_body(row.id, version)).await?;
    let scenario = value(&body.ok_or_else(nothing)?)?;
    Ok(([(header::ETAG, etag(row.version))], Json(Draft::of(&row, scenario)?)).into_response())
}

/// Changes a draft: its name, its remarks, its scenario.
///
/// The scenario may have mistakes; `GET /v1/drafts/{id}/findings` lists them.
#[utoipa::path(put, path = "/v1/drafts/{id}", tag = "planning",
    request_body(content = DraftEdit, example = json!({ "name": "Longer Thursdays" })),
    params(("id" = String, Path, description = "Its id.")),
    responses((status = 200, description = "The draft then.", body = DraftHead,
        headers(("ETag" = String, description = "Its new version.")))),
    security(("key" = ["planning:write"])),
    extensions(("x-if-match" = json!("required")), ("x-problems" = json!([
        "not-found", "invalid", "stale", "busy", "unavailable"]))))]
pub async fn put(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    version: IfMatch,
    Id(id): Id,
    body: Body<DraftEdit>,
) -> Answer<Response> {
    let version = version.required()?;
    let DraftEdit { name, note, scenario } = body.value;
    let mut violations = body.violations;
    violations.extend(wrong_texts(name.as_deref(), scenario.as_ref()));
    sensible(violations)?;
    let row = find(&app, &id).await?;
    let change = DraftChange {
        name,
        note,
        body: scenario.as_ref().map(text).transpose()?,
        applied: None,
        client: caller.client.name,
        at: now(&app),
    };
    Ok(headed(&change_of(&app, &row, version, &change).await?)?.into_response())
}

/// Deletes a draft.
#[utoipa::path(delete, path = "/v1/drafts/{id}", tag = "planning",
    params(("id" = String, Path, description = "Its id.")),
    responses((status = 204, description = "It is gone.")),
    security(("key" = ["planning:write"])),
    extensions(("x-if-match" = json!("required")), ("x-problems" = json!([
        "not-found", "stale", "busy", "unavailable"]))))]
pub async fn delete(
    State(app): State<Shared>,
    _caller: Caller<PlanningWrite>,
    version: IfMatch,
    Id(id): Id,
) -> Answer<StatusCode> {
    let version = version.required()?;
    let row = find(&app, &id).await?;
    fresh(&row, version)?;
    app.office().beside(app.office().store().delete_draft(row.id, version)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The versions of a draft that are kept: who has changed it when.
#[utoipa::path(get, path = "/v1/drafts/{id}/versions", tag = "planning",
    params(("id" = String, Path, description = "Its id.")),
    responses((status = 200, description = "The versions.", body = DraftVersions)),
    security(("key" = ["planning:read"])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn versions(
    State(app): State<Shared>,
    _caller: Caller<PlanningRead>,
    Id(id): Id,
) -> Answer<Json<DraftVersions>> {
    let row = find(&app, &id).await?;
    let rows = app.office().beside(app.office().store().draft_versions(row.id)).await?;
    Ok(Json(DraftVersions::of(rows)?))
}

/// What a draft changes of what it was made from, and where others have changed the same.
#[utoipa::path(get, path = "/v1/drafts/{id}/changes", tag = "planning",
    params(("id" = String, Path, description = "Its id.")),
    responses((status = 200, description = "The changes.", body = DraftChanges)),
    security(("key" = ["planning:read"])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn changes(
    State(app): State<Shared>,
    _caller: Caller<PlanningRead>,
    Id(id): Id,
) -> Answer<Json<DraftChanges>> {
    let row = find(&app, &id).await?;
    let (base, mine) = bodies(&app, &row).await?;
    let view = app.office().view().await?;
    let version = view.scenario_version;
    let work = move || {
        let [base, mine, theirs] = alike(&base, &mine, &view.scenario)?;
        Ok::<_, HttpError>(DraftChanges::of(&row, [&base, &mine, &theirs], version))
    };
    Ok(Json(app.plans.run(work).await??))
}

/// All that is wrong or doubtful about a draft, with its places.
#[utoipa::path(get, path = "/v1/drafts/{id}/findings", tag = "planning",
    params(("id" = String, Path, description = "Its id."),
        ("Accept-Language" = Option<String>, Header, nullable = false, example = "de",
        description = "Language of the messages: `de`, or English.")),
    responses((status = 200, description = "What was found.", body = DraftFindings)),
    security(("key" = ["planning:read"])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn findings(
    State(app): State<Shared>,
    _caller: Caller<PlanningRead>,
    Reads(language): Reads,
    Id(id): Id,
) -> Answer<Json<DraftFindings>> {
    let row = find(&app, &id).await?;
    let (_, mine) = bodies(&app, &row).await?;
    let theirs = std::sync::Arc::clone(&app);
    let work = move || {
        let scenario = value(&mine)?;
        Ok::<_, HttpError>(DraftFindings::of(&theirs, row.version, &scenario, language))
    };
    Ok(Json(app.plans.run(work).await??))
}

fn headed(row: &DraftRow) -> Answer<impl IntoResponse + use<>> {
    Ok(([(header::ETAG, etag(row.version))], Json(DraftHead::of(row)?)))
}

fn wrong_texts(name: Option<&str>, scenario: Option<&Value>) -> Vec<Violation> {
    let mut violations: Vec<Violation> =
        name.and_then(|name| Violation::of_text("/name", name)).into_iter().collect();
    if scenario.is_some_and(|scenario| !scenario.is_object()) {
        violations.push(Violation::new("/scenario", "type", "a scenario is an object"));
    }
    violations
}

/// The scenario that is booked from, with the edits of a variant.
fn edited(booked: &Scenario, variant: &Value, sizes: &size::SizeLimits) -> Answer<Scenario> {
    let wrong = |findings: Findings| {
        let errors = findings.iter().filter(|found| found.severity == Severity::Error);
        let violation = |found: &Finding| {
            Violation::new(format!("/variant{}", found.pointer), found.code, &found.message)
        };
        HttpError::violations(problem::INVALID_VARIANT, errors.map(violation).collect())
    };
    let variant = Variant::from_value(variant).map_err(wrong)?;
    size::judge_with(booked, std::slice::from_ref(&variant), sizes)?;
    let mut edited = compare::apply(booked, &variant).map_err(wrong)?.scenario;
    // Who walks in is said so that variants can be compared; a draft leaves it as it was.
    let problem = Problem::new(booked).map_err(StudyError::Scenario)?;
    if edited.operations == compare::settled(booked, &problem).operations {
        edited.operations.clone_from(&booked.operations);
    }
    Ok(edited)
}
