//! Lists with cursors: `GET /v1/appointments`, and what happened to one

use axum::Json;
use axum::extract::{RawQuery, State};
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::event_view::EventView;
use super::holds::{named, parse_id};
use super::shapes::Id;
use super::written::Booking;
use crate::booking::{PromiseFilter, PromisePosition, Status};
use crate::http::app::Shared;
use crate::http::auth::{BookingsRead, Caller};
use crate::http::problem::{Answer, Violation};
use crate::http::query::{Query, cursor};

/// Most entries of a page.
pub const MOST: u32 = 1000;

/// How many there are in a page where nothing else is asked for.
pub const USUAL: u32 = 100;

/// Where a page of appointments begins.
const KIND: &str = "appointments";

/// Where appointments stand, in words.
const STATUSES: [Status; 6] = [
    Status::Booked,
    Status::Stranded,
    Status::Arrived,
    Status::Fulfilled,
    Status::NoShow,
    Status::Cancelled,
];

/// Some appointments.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppointmentList {
    /// The appointments, by start; at the same time by id.
    appointments: Vec<Booking>,
    /// What to give as `cursor` for the next page; missing where this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

/// Where an appointment stands: it is no hold any more.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AppointmentStatus {
    /// Promised.
    Booked,
    /// Promised, and nobody can keep it as things stand.
    Stranded,
    /// The citizen is there.
    Arrived,
    /// Served.
    Fulfilled,
    /// Nobody came.
    NoShow,
    /// Given back.
    Cancelled,
}

/// Appointments, by their start.
///
/// A key sees its own; one that plans sees all. A page begins after the last entry of the one before,
/// whatever was booked or cancelled meanwhile, so that nothing is told twice or left out but for what
/// was moved from behind that place to before it: `/v1/events` tells of that.
#[utoipa::path(get, path = "/v1/appointments", tag = "booking",
    params(
        ("date" = Option<NaiveDate>, Query, nullable = false,
            description = "Only of this date.", example = "2027-03-01"),
        ("from" = Option<NaiveDate>, Query, nullable = false,
            description = "First date.", example = "2027-03-01"),
        ("until" = Option<NaiveDate>, Query, nullable = false,
            description = "Last date.", example = "2027-03-31"),
        ("site" = Option<String>, Query, nullable = false,
            description = "Id of the site.", example = "mitte"),
        ("reference" = Option<String>, Query, nullable = false,
            description = "What the client calls it.", example = "A-4711"),
        ("status" = Option<Vec<AppointmentStatus>>, Query, explode, style = Form, nullable = false,
            description = "Where they stand; anywhere where left out.", example = json!(["stranded"])),
        ("limit" = Option<u32>, Query, nullable = false, minimum = 1, maximum = 1000,
            description = "Most appointments in the answer; 100 where left out.", example = 100),
        ("cursor" = Option<String>, Query, nullable = false,
            description = "`next_cursor` of the page before, with the same other parameters.")),
    responses((status = 200, description = "Appointments.", body = AppointmentList)),
    security(("key" = ["appointments:write"])),
    extensions(("x-problems" = json!(["malformed", "busy", "unavailable"]))))]
pub async fn appointments(
    State(app): State<Shared>,
    caller: Caller<BookingsRead>,
    RawQuery(query): RawQuery,
) -> Answer<Json<AppointmentList>> {
    let mut query = Query::new(query.as_deref());
    let a_date = "a date such as 2027-03-01";
    let date: Option<NaiveDate> = query.value("date", a_date);
    let from: Option<NaiveDate> = query.value("from", a_date);
    let until: Option<NaiveDate> = query.value("until", a_date);
    if date.is_some() && (from.is_some() || until.is_some()) {
        query.wrong("date", "conflict", "give either date, or from and until");
    }
    if from > until && until.is_some() {
        query.wrong("until", "reversed", "it is before from");
    }
    let site = query.text("site");
    let reference = query.text("reference");
    for (name, text) in [("?site", &site), ("?reference", &reference)] {
        query.also(text.iter().filter_map(|text| Violation::of_text(name, text)).collect());
    }
    let names = STATUSES.map(Status::name);
    let known = |word: &str| STATUSES.into_iter().find(|status| status.name() == word);
    let mut statuses = query.words("status", &names, known);
    let limit = query.limit(USUAL, MOST);
    let after: Option<(NaiveDate, u32, Uuid)> = query.cursor(KIND);
    query.finish()?;
    if statuses.is_empty() {
        statuses = STATUSES.to_vec();
    }
    let filter = PromiseFilter {
        client: None,
        from: date.or(from),
        until: date.or(until),
        site,
        reference,
        statuses,
    };
    let after = after.map(|(date, minute, id)| PromisePosition { date, minute, id });
    let page = app.office().appointments(&caller.client, filter, after, limit).await?;
    let view = app.office().view().await?;
    let zone = view.book.problem.zone.name();
    let records = page.records.iter();
    Ok(Json(AppointmentList {
        appointments: records.map(|record| Booking::of(record, &caller.client, zone)).collect(),
        next_cursor: page.next.map(|next| cursor(KIND, &(next.date, next.minute, next.id))),
    }))
}

/// What happened to an appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// What happened, in order; the first 1,000 events.
    events: Vec<EventView>,
}

/// What happened to an appointment: when, who, what, and why.
#[utoipa::path(get, path = "/v1/appointments/{id}/history", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the appointment.")),
    responses((status = 200, description = "What happened.", body = History)),
    security(("key" = ["appointments:write"])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn history(
    State(app): State<Shared>,
    caller: Caller<BookingsRead>,
    Id(id): Id,
) -> Answer<Json<History>> {
    let id = parse_id("appointment", &id)?;
    let events = app.office().history(&caller.client, id).await;
    let events = events.map_err(|error| named("appointment", id, error))?;
    Ok(Json(History { events: events.into_iter().map(EventView::new).collect() }))
}
