//! The parts of the scenario: `/v1/sites/{id}`, `/v1/rooms/{id}` and so on
//!
//! A part has the version of the whole scenario: what it may be depends on the rest.

use axum::Json;
use axum::extract::{RawQuery, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use scheduler_core::scenario::{Findings, Scenario, Severity};
use serde_json::{Map, Value};

use super::scenario::{Change, change, judge, mode};
use super::scenario_read;
use super::shapes::Id;
use super::written::{IfMatch, etag};
use crate::booking::{Act, ReplaceMode};
use crate::http::app::{App, Shared};
use crate::http::auth::{Caller, PlanningRead, PlanningWrite};
use crate::http::body;
use crate::http::problem::{self, Answer, HttpError, Violation};
use scheduler_core::scenario as shape;

/// The handlers of one kind of part.
macro_rules! parts {
    ($($module:ident $path:literal $list:literal $shape:ident $kind:literal;)*) => {
        $(#[doc = concat!("`", $path, "`")]
        pub mod $module {
            use super::*;

            #[doc = concat!("A ", $kind, " of the scenario.")]
            #[utoipa::path(get, path = $path, tag = "planning",
                summary = concat!("A ", $kind, " of the scenario."),
                params(("id" = String, Path, description = "Its id.")),
                responses((status = 200, description = "It.", body = shape::$shape,
                    headers(("ETag" = String, description = "Version of the scenario.")))),
                security(("key" = ["planning:read"])),
                extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
            pub async fn read(
                State(app): State<Shared>,
                _caller: Caller<PlanningRead>,
                Id(id): Id,
            ) -> Answer<Response> {
                Part { list: $list, kind: $kind, id }.read(&app).await
            }

            #[doc = concat!("Adds or replaces a ", $kind, " of the scenario.")]
            ///
            /// The id in the body may be left out, else it is that of the path. Promises that could
            /// not be kept are a reason to refuse.
            #[utoipa::path(put, path = $path, tag = "planning",
                summary = concat!("Adds or replaces a ", $kind, " of the scenario."),
                request_body = shape::$shape,
                params(("id" = String, Path, description = "Its id."),
                    ("dry_run" = Option<bool>, Query, nullable = false,
                        description = "Only say what would become of promises, at once."),
                    ("repair" = Option<bool>, Query, nullable = false,
                        description = "Move promises that cannot be kept, instead of refusing."),
                    ("reason" = Option<String>, Query, nullable = false,
                        description = "Why, for the audit log.")),
                responses((status = 200, description = "What it came to.", body = Change,
                    headers(("ETag" = String, description = "New version of the scenario.")))),
                security(("key" = ["planning:write"])),
                extensions(("x-if-match" = json!("unless-dry-run")), ("x-problems" = json!([
                    "invalid-scenario", "stale", "would-strand", "busy", "unavailable"]))))]
            pub async fn put(
                State(app): State<Shared>,
                caller: Caller<PlanningWrite>,
                version: IfMatch,
                Id(id): Id,
                RawQuery(query): RawQuery,
                request: Request,
            ) -> Answer<Response> {
                let (mode, reason) = mode(query.as_deref().unwrap_or_default())?;
                let version = version.of_scenario(&app, mode.dry_run).await?;
                let body = body::take(request, &app, body::json).await?.value;
                let act = caller.act("scenario.put").to(subject($list, &id)).because(reason);
                Part { list: $list, kind: $kind, id }.put(&app, act, body, (version, mode)).await
            }

            #[doc = concat!("Takes a ", $kind, " out of the scenario.")]
            #[utoipa::path(delete, path = $path, tag = "planning",
                summary = concat!("Takes a ", $kind, " out of the scenario."),
                params(("id" = String, Path, description = "Its id."),
                    ("dry_run" = Option<bool>, Query, nullable = false,
                        description = "Only say what would become of promises, at once."),
                    ("repair" = Option<bool>, Query, nullable = false,
                        description = "Move promises that cannot be kept, instead of refusing."),
                    ("reason" = Option<String>, Query, nullable = false,
                        description = "Why, for the audit log.")),
                responses((status = 200, description = "What it came to.", body = Change,
                    headers(("ETag" = String, description = "New version of the scenario.")))),
                security(("key" = ["planning:write"])),
                extensions(("x-if-match" = json!("unless-dry-run")), ("x-problems" = json!([
                    "not-found", "invalid-scenario", "stale", "would-strand", "busy",
                    "unavailable"]))))]
            pub async fn delete(
                State(app): State<Shared>,
                caller: Caller<PlanningWrite>,
                version: IfMatch,
                Id(id): Id,
                RawQuery(query): RawQuery,
            ) -> Answer<Response> {
                let (mode, reason) = mode(query.as_deref().unwrap_or_default())?;
                let version = version.of_scenario(&app, mode.dry_run).await?;
                let act = caller.act("scenario.delete").to(subject($list, &id)).because(reason);
                Part { list: $list, kind: $kind, id }.delete(&app, act, version, mode).await
            }
        })*
    };
}

parts! {
    sites "/v1/sites/{id}" "sites" Site "site";
    rooms "/v1/rooms/{id}" "rooms" Room "room";
    services "/v1/services/{id}" "services" Service "service";
    staff "/v1/staff/{id}" "staff" Staff "clerk";
    quotas "/v1/walk-in-quotas/{id}" "walk_in_quotas" WalkInQuota "walk-in quota";
    demand "/v1/demand/{id}" "demand" Demand "demand";
    release "/v1/release-policies/{id}" "release" ReleasePolicy "release policy";
}

/// What the audit log calls a part.
fn subject(list: &str, id: &str) -> String {
    format!("{list}/{id}")
}

/// A part of the scenario.
struct Part {
    /// The list of the scenario that it is in.
    list: &'static str,
    kind: &'static str,
    id: String,
}

impl Part {
    async fn read(&self, app: &App) -> Answer<Response> {
        let view = app.office().view().await?;
        let mut scenario = fields(&view.scenario)?;
        let mut list = self.take(&mut scenario);
        let entry = self.position(&list).map(|position| list.swap_remove(position));
        let entry = entry.ok_or_else(|| HttpError::not_found(self.kind, &self.id))?;
        Ok(([(header::ETAG, etag(view.scenario_version))], Json(entry)).into_response())
    }

    async fn put(
        &self,
        app: &Shared,
        act: Act,
        mut body: Value,
        (version, mode): (u64, ReplaceMode),
    ) -> Answer<Response> {
        if let Some(entry) = body.as_object_mut() {
            match entry.get("id") {
                None => {
                    entry.insert("id".to_owned(), self.id.clone().into());
                }
                Some(id) if *id == self.id.as_str() => {}
                Some(other) => {
                    let detail = format!("the id is {other} here and {:?} in the path", self.id);
                    let violation = Violation::new("/id", "mismatch", detail);
                    return Err(HttpError::violations(problem::INVALID_SCENARIO, vec![violation]));
                }
            }
        }
        let view = app.office().view().await?;
        let mut scenario = fields(&view.scenario)?;
        let mut list = self.take(&mut scenario);
        let position = self.position(&list).unwrap_or(list.len());
        if position == list.len() {
            list.push(body);
        } else {
            list[position] = body;
        }
        scenario.insert(self.list.to_owned(), list.into());
        self.edit(app, act, (scenario, Some(position)), (version, mode)).await
    }

    async fn delete(
        &self,
        app: &Shared,
        act: Act,
        version: u64,
        mode: ReplaceMode,
    ) -> Answer<Response> {
        let view = app.office().view().await?;
        let mut scenario = fields(&view.scenario)?;
        let mut list = self.take(&mut scenario);
        let position = self.position(&list);
        let position = position.ok_or_else(|| HttpError::not_found(self.kind, &self.id))?;
        list.remove(position);
        scenario.insert(self.list.to_owned(), list.into());
        self.edit(app, act, (scenario, None), (version, mode)).await
    }

    /// Puts the edited scenario in place. What is wrong is told by pointers into the body where the
    /// part, at `position` in its list, is to blame.
    async fn edit(
        &self,
        app: &Shared,
        act: Act,
        (scenario, position): (Map<String, Value>, Option<usize>),
        (version, mode): (u64, ReplaceMode),
    ) -> Answer<Response> {
        let own = position.map(|position| format!("/{}/{position}", self.list));
        let judge = judge(app);
        let work = move || {
            let scenario = Scenario::from_value(&Value::Object(scenario));
            let scenario = scenario.map_err(|findings| refused(&findings, own.as_deref()))?;
            judge(&scenario)?;
            Ok::<_, HttpError>(scenario)
        };
        let scenario = app.plans.run(work).await??;
        change(app, act, scenario, version, mode).await
    }

    /// The list that it is in, taken out of the scenario; an empty one where there is none.
    fn take(&self, scenario: &mut Map<String, Value>) -> Vec<Value> {
        match scenario.remove(self.list) {
            Some(Value::Array(entries)) => entries,
            _ => Vec::new(),
        }
    }

    fn position(&self, list: &[Value]) -> Option<usize> {
        list.iter().position(|entry| entry["id"] == self.id.as_str())
    }
}

/// The scenario as its JSON fields.
fn fields(scenario: &Scenario) -> Answer<Map<String, Value>> {
    match serde_json::to_value(scenario) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(HttpError::internal(&"a scenario that is no object")),
        Err(error) => Err(HttpError::internal(&error)),
    }
}

/// The answer to an edit that leaves a scenario with errors; those of the part itself, which is at
/// `own`, have pointers into the body.
fn refused(findings: &Findings, own: Option<&str>) -> HttpError {
    let errors = findings.iter().filter(|found| found.severity == Severity::Error);
    let violations =
        errors.map(|found| match own.and_then(|own| found.pointer.strip_prefix(own)) {
            Some(inside) => Violation::new(inside, found.code, &found.message),
            None => {
                let detail = format!("at {} of the scenario: {}", found.pointer, found.message);
                Violation::new("", found.code, detail)
            }
        });
    HttpError::violations(scenario_read::code_of(findings), violations.collect())
}
