//! `/v1/audit`: what was changed by hand

use axum::Json;
use axum::extract::{RawQuery, State};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::services::{parameters, unknown_parameter};
use crate::booking::{AuditQuery, AuditRow};
use crate::http::app::Shared;
use crate::http::auth::{Admin, Caller};
use crate::http::problem::{self, Answer, HttpError, Violation};

/// Entries where nothing else is asked for, and most that can be.
const USUAL: u32 = 100;
const MOST: u32 = 1000;

/// Entries of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditPage {
    /// The entries, the latest first.
    entries: Vec<AuditEntry>,
    /// What to give as `before` for those that follow; missing where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<Uuid>,
}

/// Something that was changed by hand.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditEntry {
    /// Its id; later ones are larger.
    id: Uuid,
    /// When.
    at: DateTime<Utc>,
    /// Who: the name of a client.
    #[schema(example = "planner")]
    client: String,
    /// Which of its keys, by the id that `scheduler keys list` shows; missing where none was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "3f0a9c12")]
    key: Option<String>,
    /// What was done.
    #[schema(example = "hold.override")]
    action: String,
    /// What it was done to: the id of a hold or appointment, a part of the scenario, a client.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    subject: Option<String>,
    /// Why, in the words of who has done it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reason: Option<String>,
    /// What it came to; its fields depend on the action.
    #[schema(value_type = Object)]
    detail: Map<String, Value>,
}

impl From<AuditRow> for AuditEntry {
    fn from(row: AuditRow) -> Self {
        Self {
            id: row.id,
            at: DateTime::from_timestamp_millis(row.at).unwrap_or_default(),
            client: row.client,
            key: row.key,
            action: row.action,
            subject: row.subject,
            reason: row.reason,
            detail: serde_json::from_str(&row.detail).unwrap_or_default(),
        }
    }
}

/// What was changed by hand: who, when, what and why.
///
/// Changes of the scenario, repairs, plans, imports, bookings beyond what is released, marks, keys, and
/// what is done to holds and appointments of other clients. What clients do to their own is not in it.
#[utoipa::path(get, path = "/v1/audit", tag = "service",
    params(
        ("client" = Option<String>, Query, nullable = false,
            description = "Only of that client.", example = "planner"),
        ("action" = Option<String>, Query, nullable = false,
            description = "Only of that action.", example = "hold.override"),
        ("subject" = Option<String>, Query, nullable = false,
            description = "Only about that.", example = "staff/mitte-01"),
        ("from" = Option<DateTime<Utc>>, Query, nullable = false,
            description = "Done then or later.", example = "2027-03-01T00:00:00+01:00"),
        ("until" = Option<DateTime<Utc>>, Query, nullable = false,
            description = "Done before then.", example = "2027-03-02T00:00:00+01:00"),
        ("before" = Option<Uuid>, Query, nullable = false,
            description = "`next` of the answer before."),
        ("limit" = Option<u32>, Query, nullable = false, minimum = 1, maximum = 1000,
            description = "Most entries; 100 where left out.", example = 100)),
    responses((status = 200, description = "The entries.", body = AuditPage)),
    security(("key" = ["admin"])),
    extensions(("x-problems" = json!(["malformed", "busy", "unavailable"]))))]
pub async fn read(
    State(app): State<Shared>,
    _caller: Caller<Admin>,
    RawQuery(query): RawQuery,
) -> Answer<Json<AuditPage>> {
    let asked = asked(query.as_deref().unwrap_or_default())?;
    let limit = asked.limit;
    // One more tells whether there are more.
    let mut rows = app.office().audit(&AuditQuery { limit: limit + 1, ..asked }).await?;
    let is_more = rows.len() > limit as usize;
    rows.truncate(limit as usize);
    let next = rows.last().map(|row| row.id).filter(|_| is_more);
    Ok(Json(AuditPage { entries: rows.into_iter().map(AuditEntry::from).collect(), next }))
}

/// What the query asks for.
fn asked(query: &str) -> Answer<AuditQuery> {
    let mut asked = AuditQuery { limit: USUAL, ..AuditQuery::default() };
    let mut violations = Vec::new();
    for (name, value) in parameters(query) {
        let wrong = match name.as_str() {
            "client" => text(&mut asked.client, &name, value),
            "action" => text(&mut asked.action, &name, value),
            "subject" => text(&mut asked.subject, &name, value),
            "from" => instant(&mut asked.from, &name, &value),
            "until" => instant(&mut asked.until, &name, &value),
            "before" => {
                asked.before = Uuid::try_parse(&value).ok();
                asked.before.is_none().then(|| misread(&name, &value, "an id"))
            }
            "limit" => {
                let limit = value.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                asked.limit = limit.unwrap_or(USUAL);
                let expected = "a number from 1 to 1000";
                limit.is_none().then(|| misread(&name, &value, expected))
            }
            _ => {
                let known = "client, action, subject, from, until, before, limit";
                Some(unknown_parameter(&name, known))
            }
        };
        violations.extend(wrong);
    }
    if violations.is_empty() {
        return Ok(asked);
    }
    Err(HttpError::violations(problem::MALFORMED, violations))
}

fn text(place: &mut Option<String>, name: &str, value: String) -> Option<Violation> {
    let wrong = Violation::of_text(&format!("?{name}"), &value);
    *place = Some(value);
    wrong
}

fn instant(place: &mut Option<i64>, name: &str, value: &str) -> Option<Violation> {
    let instant = DateTime::parse_from_rfc3339(value).ok();
    *place = instant.map(|instant| instant.timestamp_millis());
    let expected = "an instant such as \"2027-03-01T00:00:00+01:00\"";
    place.is_none().then(|| misread(name, value, expected))
}

fn misread(name: &str, value: &str, expected: &str) -> Violation {
    Violation::new(format!("?{name}"), "format", format!("{value:?} is not {expected}"))
}
