//! `/v1/holds`

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DateTime, FixedOffset};
use scheduler_core::wire;
use uuid::Uuid;

use super::shapes::{BookingId, Id, VisitBody, pairs};
use super::written::{Booking, IdempotencyKey, Start, etag, render, response};
use crate::booking::{Act, BookingError, HoldRequest, Place};
use crate::http::app::Shared;
use crate::http::auth::{AppointmentsBook, Caller, Needs, PlanningWrite};
use crate::http::body::{Body, sensible};
use crate::http::conditional::VersionOnly;
use crate::http::problem::{self, Answer, HttpError, Violation};

wire! {
    /// A start to hold.
    pub struct HoldBody with visit: VisitBody {
        /// Id for the hold, and later for the appointment; a new one where left out.
        pub id: Option<BookingId>,
        /// Id of the site.
        #[wire(length = (1, usize::MAX), example = r#""mitte""#)]
        pub site: String,
        /// When the visit begins, as a search gave it.
        #[wire(example = r#""2027-03-01T09:15:00+01:00""#)]
        pub start: DateTime<FixedOffset>,
        /// How long to keep it, in seconds; what the service is set to where left out.
        #[wire(within = (1.0, 86400.0))]
        pub seconds: Option<u32>,
        /// What you call it. No name of a person: the service needs none.
        #[wire(length = (0, 200))]
        pub reference: Option<String>,
        /// The channel to book through. A key may be bound to one.
        pub channel: Option<String>,
        /// Hold it whatever is released, in place of walk-in capacity where need be; never a clerk or
        /// a room twice. For emergencies: the key needs `planning:write` too.
        pub beyond as "override": bool = false,
        /// What the captcha of the page gave its visitor. Asked for where the service checks captchas and the
        /// key is for pages (`appointments:book`); of other keys it is not looked at.
        #[wire(length = (1, 8192))]
        pub captcha: Option<String>,
        /// Why, for the audit log; asked for with `override`. No name of a person.
        #[wire(length = (1, 200))]
        pub reason: Option<String>,
    }
}

/// What the audit log is to have of a booking that goes beyond what is released, where one is asked
/// for and `caller` may; what is wrong with the wish goes to `violations`.
///
/// # Errors
/// 403 where the key has no `planning:write`.
pub fn overriding<S>(
    caller: &Caller<S>,
    action: &'static str,
    (beyond, reason): (bool, &Option<String>),
    violations: &mut Vec<Violation>,
) -> Answer<Option<Act>> {
    let wrong = reason.iter().filter_map(|text| Violation::of_text("/reason", text));
    violations.extend(wrong);
    if !beyond {
        return Ok(None);
    }
    if !PlanningWrite::met(caller.client.scopes) {
        let detail = format!("override needs the scope {} too", PlanningWrite::SCOPE);
        return Err(HttpError::new(problem::FORBIDDEN, detail));
    }
    if reason.is_none() {
        let detail = "say why: it goes into the audit log".to_owned();
        violations.push(Violation::new("/reason", "missing", detail));
    }
    Ok(Some(caller.act(action).because(reason.clone())))
}

/// Holds a start: until `expires_at` nobody else gets it.
///
/// A hold takes the place of exactly one visit. It becomes an appointment when it is confirmed, and
/// is free again when it expires.
#[utoipa::path(post, path = "/v1/holds", tag = "booking",
    request_body(content = HoldBody, example = json!({
        "site": "mitte", "start": "2027-03-01T09:15:00+01:00",
        "basket": [{ "service": "passport", "persons": 2 }], "reference": "A-4711",
    })),
    responses((status = 201, description = "The hold.", body = Booking, headers(
        ("Location" = String, description = "Path of the hold."),
        ("ETag" = String, description = "Its version.")))),
    security(("key" = ["appointments:book"])),
    extensions(("x-idempotent" = json!(true)), ("x-problems" = json!([
        "invalid", "invalid-basket", "not-offered", "slot-unavailable", "not-released", "id-taken",
        "captcha-missing", "captcha-refused", "captcha-unavailable",
        "too-many-requests", "too-many-holds", "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<AppointmentsBook>,
    key: IdempotencyKey,
    body: Body<HoldBody>,
) -> Answer<Response> {
    caller.count_hold(&app)?;
    let Body { value: hold, mut violations, digest, .. } = body;
    let beyond =
        overriding(&caller, "hold.override", (hold.beyond, &hold.reason), &mut violations)?;
    let (captcha, address) = (app.settings().captcha.as_ref(), caller.visitor());
    let captcha = captcha.filter(|_| caller.is_of_page());
    let client = caller.through(hold.channel)?;
    let most = app.settings().max_hold_seconds;
    if hold.seconds.is_some_and(|seconds| seconds > most) {
        let detail = format!("a hold is kept for {most} seconds at the most");
        violations.push(Violation::new("/seconds", "range", detail));
    }
    let view = app.office().view().await?;
    let problem = view.problem();
    let request = HoldRequest {
        id: hold.id.map(|BookingId(id)| id),
        basket: pairs(hold.visit.basket),
        skills: hold.visit.skills,
        staff: hold.visit.staff,
        room: hold.visit.room,
        place: Place { site: hold.site, start: hold.start },
        ttl: hold.seconds.map(|seconds| Duration::from_secs(seconds.into())),
        offer: false,
        reference: hold.reference,
        max_open: Some(app.settings().open_holds).filter(|_| app.limits(&client.name)),
    };
    // Whoever writes looks at this too, but where something is wrong it is all told at once.
    violations.extend(request.violations(problem));
    sensible(violations)?;
    let render = render(&client, problem.zone.name(), StatusCode::CREATED);
    let ticket = match key.start(&app, &client, &digest, Arc::clone(&render)).await? {
        Start::New(ticket) => ticket,
        Start::Again(response) => return Ok(response),
    };
    // Last of all before it is held, and not for what was answered before: each can be shown once.
    if let Some(captcha) = captcha {
        captcha.check(hold.captcha.as_deref(), address).await?;
    }
    let held = match beyond {
        Some(act) => app.office().noting(act).hold_beyond(&client, request, Some(ticket)).await,
        None => app.office().hold(&client, request, Some(ticket)).await,
    };
    let outcome = if held.is_ok() { "held" } else { "refused" };
    metrics::counter!("scheduler_holds_total", "outcome" => outcome).increment(1);
    response(render(&held?, true))
}

/// A hold.
#[utoipa::path(get, path = "/v1/holds/{id}", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the hold.")),
    responses((status = 200, description = "The hold, or what became of it.", body = Booking,
        headers(("ETag" = String, description = "Its version.")))),
    security(("key" = ["appointments:book"])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn read(
    State(app): State<Shared>,
    caller: Caller<AppointmentsBook>,
    Id(id): Id,
) -> Answer<Response> {
    let id = parse_id("hold", &id)?;
    let record = app.office().record(&caller.client, id).await;
    let record = record.map_err(|error| named("hold", id, error))?;
    let view = app.office().view().await?;
    let booking = Booking::of(&record, &caller.client, view.book.problem.zone.name());
    let tag = [(header::ETAG, etag(record.version))];
    Ok((tag, Extension(VersionOnly), Json(booking)).into_response())
}

wire! {
    /// How long to keep a hold.
    pub struct ExtendBody {
        /// How long from now on, in seconds; what the service is set to where left out.
        #[wire(within = (1.0, 86400.0))]
        pub seconds: Option<u32>,
    }
}

/// Keeps a hold longer: for somebody who is still filling in a form.
///
/// From its begin on no hold is kept longer than the service is set to; `expires_at` says until when
/// this one is. It never becomes shorter.
#[utoipa::path(post, path = "/v1/holds/{id}/extend", tag = "booking",
    request_body(content = Option<ExtendBody>, example = json!({ "seconds": 300 })),
    params(("id" = Uuid, Path, description = "Id of the hold.")),
    responses((status = 200, description = "The hold as it is now.", body = Booking,
        headers(("ETag" = String, description = "Its version.")))),
    security(("key" = ["appointments:book"])),
    extensions(("x-idempotent" = json!(true)), ("x-problems" = json!([
        "not-found", "hold-expired", "hold-released", "wrong-state", "slot-unavailable", "invalid", "busy",
        "unavailable"]))))]
pub async fn extend(
    State(app): State<Shared>,
    caller: Caller<AppointmentsBook>,
    key: IdempotencyKey,
    Id(id): Id,
    body: Option<Body<ExtendBody>>,
) -> Answer<Response> {
    let (id, client) = (parse_id("hold", &id)?, caller.client);
    let (seconds, digest) = match body {
        Some(body) => {
            sensible(body.violations)?;
            (body.value.seconds, body.digest)
        }
        None => (None, String::new()),
    };
    let view = app.office().view().await?;
    let render = render(&client, view.problem().zone.name(), StatusCode::OK);
    let ticket = match key.start(&app, &client, &digest, Arc::clone(&render)).await? {
        Start::New(ticket) => ticket,
        Start::Again(response) => return Ok(response),
    };
    let ttl = seconds.map(|seconds| Duration::from_secs(seconds.into()));
    let extended = app.office().extend(&client, id, ttl, Some(ticket)).await;
    let record = extended.map_err(|error| named("hold", id, error))?;
    response(render(&record, true))
}

/// Gives a hold back. Doing so again changes nothing.
#[utoipa::path(delete, path = "/v1/holds/{id}", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the hold.")),
    responses((status = 204, description = "It is free.")),
    security(("key" = ["appointments:book"])),
    extensions(("x-problems" = json!(["not-found", "wrong-state", "busy", "unavailable"]))))]
pub async fn release(
    State(app): State<Shared>,
    caller: Caller<AppointmentsBook>,
    Id(id): Id,
) -> Answer<StatusCode> {
    let id = parse_id("hold", &id)?;
    match app.office().release(&caller.client, id).await {
        // It is free by itself.
        Ok(_) | Err(BookingError::HoldExpired | BookingError::HoldReleased) => {
            Ok(StatusCode::NO_CONTENT)
        }
        Err(error) => Err(named("hold", id, error)),
    }
}

/// The id in a path; what is no UUID is no id of anything.
///
/// # Errors
/// 404
pub fn parse_id(kind: &str, id: &str) -> Answer<Uuid> {
    Uuid::try_parse(id).map_err(|_| HttpError::not_found(kind, id))
}

/// An answer that says what is not found.
pub fn named(kind: &str, id: Uuid, error: BookingError) -> HttpError {
    match error {
        BookingError::NotFound => HttpError::not_found(kind, &id.to_string()),
        other => other.into(),
    }
}
