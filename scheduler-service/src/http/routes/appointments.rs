//! `/v1/appointments`

use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use chrono::{DateTime, FixedOffset};
use scheduler_core::wire;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;
use uuid::Uuid;

use super::holds::{named, overriding, parse_id};
use super::shapes::{BasketEntry, BookingId, Id};
use super::written::{Booking, IdempotencyKey, IfMatch, Start, etag, render, response};
use crate::booking::{Act, Client, Mark, Place, Render, Rescheduling, Status, Ticket, VisitChange};
use crate::http::app::{App, Shared};
use crate::http::auth::{
    AppointmentsBook, AppointmentsWrite, BookingsRead, Caller, Holder, Needs, PlanningWrite,
    key_digest, new_secret,
};
use crate::http::body::{Body, sensible};
use crate::http::conditional::VersionOnly;
use crate::http::problem::{self, Answer, HttpError, Violation};

wire! {
    /// A hold to confirm.
    pub struct ConfirmBody {
        /// Id of the hold.
        pub hold_id: BookingId,
        /// What you call the appointment; what the hold was called where left out. No name of a
        /// person: the service needs none.
        #[wire(length = (0, 200))]
        pub reference: Option<String>,
        /// Confirm it though it has expired, if there still is a clerk and a room for it; walk-in
        /// capacity goes where need be. For emergencies: the key needs `planning:write` too.
        pub beyond as "override": bool = false,
        /// Why, for the audit log; asked for with `override`. No name of a person.
        #[wire(length = (1, 200))]
        pub reason: Option<String>,
        /// Whether to give a secret with which the citizen can see, move and cancel the appointment
        /// without a key. It is given once: sent again, or with `override`, the request is answered
        /// without.
        pub with_secret: bool = false,
    }

    /// Why.
    pub struct CancelBody {
        /// Why, in words, for the history. No name of a person.
        #[wire(length = (0, 200))]
        pub reason: Option<String>,
    }

    /// Where and when instead, and what else is asked for. With `basket` all of the visit is as it says,
    /// as in a new hold; without, what is left out stays as it is.
    pub struct RescheduleBody {
        /// Id of the site.
        #[wire(length = (1, usize::MAX), example = r#""mitte""#)]
        pub site: String,
        /// When the visit begins.
        #[wire(example = r#""2027-03-02T10:00:00+01:00""#)]
        pub start: DateTime<FixedOffset>,
        /// The services of the visit.
        #[wire(length = (1, 25))]
        pub basket: Option<Vec<BasketEntry>>,
        /// Skills that the clerk needs besides those of the services.
        #[wire(length = (0, 25))]
        pub skills: Option<Vec<String>>,
        /// Id of the clerk, where only one will do.
        pub staff: Option<String>,
        /// Id of the room, where only one will do.
        pub room: Option<String>,
        /// Why, in words, for the history. No name of a person.
        #[wire(length = (0, 200))]
        pub reason: Option<String>,
    }
}

/// Confirms a hold: it becomes an appointment of the same id. Confirming again answers the same.
///
/// A key with `appointments:book` alone always gets a secret: all that follows needs it.
#[utoipa::path(post, path = "/v1/appointments", tag = "booking",
    request_body(content = ConfirmBody, example = json!({
        "hold_id": "0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10", "reference": "A-4711", "with_secret": true,
    })),
    responses(
        (status = 201, description = "The appointment.", body = Booking, headers(
            ("Location" = String, description = "Path of the appointment."),
            ("ETag" = String, description = "Its version."))),
        (status = 200, description = "The appointment, confirmed before.", body = Booking, headers(
            ("ETag" = String, description = "Its version.")))),
    security(("key" = ["appointments:book"])),
    extensions(("x-idempotent" = json!(true)), ("x-problems" = json!([
        "not-found", "hold-expired", "hold-released", "wrong-state", "slot-unavailable", "invalid", "forbidden",
        "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<AppointmentsBook>,
    key: IdempotencyKey,
    body: Body<ConfirmBody>,
) -> Answer<Response> {
    let mut violations = body.violations;
    let reference = body.value.reference.iter();
    violations.extend(reference.filter_map(|text| Violation::of_text("/reference", text)));
    let beyond = overriding(
        &caller,
        "appointment.override",
        (body.value.beyond, &body.value.reason),
        &mut violations,
    )?;
    sensible(violations)?;
    let (client, confirm) = (caller.client, body.value);
    let (ticket, render) =
        match start(&app, &client, &key, &body.digest, StatusCode::CREATED).await? {
            Begun::New(ticket, render) => (ticket, render),
            Begun::Again(response) => return Ok(response),
        };
    let BookingId(id) = confirm.hold_id;
    // Without its secret the appointment would be out of reach of a key that may only book.
    let wants_secret = confirm.with_secret || !AppointmentsWrite::met(client.scopes);
    let secret = match wants_secret && beyond.is_none() {
        true => Some(new_secret().map_err(|error| HttpError::internal(&error))?),
        false => None,
    };
    let digest = secret.as_deref().map(key_digest);
    let (office, reference) = (app.office(), confirm.reference);
    let confirmed = match beyond {
        Some(act) => office.noting(act).confirm_beyond(&client, id, reference, Some(ticket)).await,
        None => office.confirm_for(&client, id, reference, digest, Some(ticket)).await,
    };
    let (record, new) = confirmed.map_err(|error| named("hold", id, error))?;
    if new {
        metrics::counter!("scheduler_confirmed_total").increment(1);
    }
    let mut reply = render(&record, new);
    if let Some(secret) = secret.filter(|_| new) {
        // Not in the answer that is kept: nobody is to find it in the database.
        reply.body = with_secret(&reply.body, secret)?;
    }
    response(reply)
}

/// The booking that `body` is, with its secret.
fn with_secret(body: &str, secret: String) -> Answer<String> {
    let fields: Result<Map<String, Value>, _> = serde_json::from_str(body);
    let mut fields = fields.map_err(|error| HttpError::internal(&error))?;
    fields.insert("secret".to_owned(), secret.into());
    Ok(Value::Object(fields).to_string())
}

/// A secret for the citizen.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecretView {
    /// Id of the appointment.
    id: Uuid,
    /// What to send in the header `Appointment-Secret`. It is never told again.
    #[schema(example = "as_00112233445566778899aabbccddeeff")]
    secret: String,
}

/// Gives the citizen of an appointment a new secret; the one before, if any, is worth nothing any more.
#[utoipa::path(post, path = "/v1/appointments/{id}/secret", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the appointment.")),
    responses((status = 200, description = "The secret.", body = SecretView)),
    security(("key" = ["appointments:write"])),
    extensions(("x-problems" = json!(["not-found", "wrong-state", "busy", "unavailable"]))))]
pub async fn secret(
    State(app): State<Shared>,
    caller: Caller<AppointmentsWrite>,
    Id(id): Id,
) -> Answer<Json<SecretView>> {
    let id = parse_id("appointment", &id)?;
    let secret = new_secret().map_err(|error| HttpError::internal(&error))?;
    let given = app.office().give_secret(&caller.client, id, key_digest(&secret)).await;
    given.map_err(|error| named("appointment", id, error))?;
    Ok(Json(SecretView { id, secret }))
}

/// An appointment.
#[utoipa::path(get, path = "/v1/appointments/{id}", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the appointment.")),
    responses((status = 200, description = "The appointment.", body = Booking,
        headers(("ETag" = String, description = "Its version.")))),
    security(("key" = ["appointments:write"]), ("secret" = [])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn read(
    State(app): State<Shared>,
    caller: Holder<BookingsRead>,
    Id(id): Id,
) -> Answer<Response> {
    let id = parse_id("appointment", &id)?;
    let record = app.office().record(&caller.client, id).await;
    let record = record.map_err(|error| named("appointment", id, error))?;
    // A hold is no appointment yet.
    if matches!(record.status, Status::Held | Status::Released) {
        return Err(HttpError::not_found("appointment", &id.to_string()));
    }
    let view = app.office().view().await?;
    let booking = Booking::of(&record, &caller.client, view.book.problem.zone.name());
    let tag = [(header::ETAG, etag(record.version))];
    Ok((tag, Extension(VersionOnly), Json(booking)).into_response())
}

/// Cancels an appointment: its place can be booked again. Cancelling again answers the same.
#[utoipa::path(post, path = "/v1/appointments/{id}/cancel", tag = "booking",
    request_body(content = Option<CancelBody>, example = json!({ "reason": "cannot come" })),
    params(("id" = Uuid, Path, description = "Id of the appointment.")),
    responses((status = 200, description = "The appointment as it is now.", body = Booking,
        headers(("ETag" = String, description = "Its version.")))),
    security(("key" = ["appointments:write"]), ("secret" = [])),
    extensions(("x-idempotent" = json!(true)), ("x-if-match" = json!(true)), ("x-problems" = json!([
        "not-found", "hold-expired", "hold-released", "too-late", "wrong-state", "stale", "invalid", "busy",
        "unavailable"]))))]
pub async fn cancel(
    State(app): State<Shared>,
    caller: Holder<AppointmentsWrite>,
    key: IdempotencyKey,
    IfMatch(version): IfMatch,
    Id(id): Id,
    body: Option<Body<CancelBody>>,
) -> Answer<Response> {
    let act = caller.act("appointment.cancel").only_to_others();
    let (id, client) = (parse_id("appointment", &id)?, caller.client);
    let (reason, digest) = match body {
        Some(body) => {
            judge_reason(body.violations, body.value.reason.as_deref())?;
            let digest = body.value.reason.is_some().then_some(body.digest);
            (body.value.reason, digest.unwrap_or_default())
        }
        None => (None, String::new()),
    };
    let (ticket, render) = match start(&app, &client, &key, &digest, StatusCode::OK).await? {
        Begun::New(ticket, render) => (ticket, render),
        Begun::Again(response) => return Ok(response),
    };
    let office = app.office().noting(act.because(reason.clone()));
    let cancelled = office.cancel_because(&client, id, version, reason, Some(ticket)).await;
    let record = cancelled.map_err(|error| named("appointment", id, error))?;
    response(render(&record, true))
}

/// What is wrong with a reason, besides what was found already.
fn judge_reason(mut violations: Vec<Violation>, reason: Option<&str>) -> Answer<()> {
    violations.extend(reason.and_then(|text| Violation::of_text("/reason", text)));
    sensible(violations)
}

/// Moves an appointment: the old place is given up only if the new one stands.
///
/// What it asks for may change with it, also at the same time. A citizen with the secret can change site
/// and start only.
#[utoipa::path(post, path = "/v1/appointments/{id}/reschedule", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the appointment.")),
    request_body(content = RescheduleBody, example = json!({
        "site": "mitte", "start": "2027-03-02T10:00:00+01:00", "reason": "asked by phone",
    })),
    responses((status = 200, description = "The appointment as it is now.", body = Booking,
        headers(("ETag" = String, description = "Its version.")))),
    security(("key" = ["appointments:write"]), ("secret" = [])),
    extensions(("x-idempotent" = json!(true)), ("x-if-match" = json!(true)), ("x-problems" = json!([
        "not-found", "hold-expired", "hold-released", "too-late", "wrong-state", "stale", "invalid", "invalid-basket",
        "not-offered", "slot-unavailable", "not-released", "busy", "unavailable"]))))]
pub async fn reschedule(
    State(app): State<Shared>,
    caller: Holder<AppointmentsWrite>,
    key: IdempotencyKey,
    IfMatch(version): IfMatch,
    Id(id): Id,
    body: Body<RescheduleBody>,
) -> Answer<Response> {
    judge_reason(body.violations, body.value.reason.as_deref())?;
    let act = caller.act("appointment.reschedule").only_to_others();
    let act = act.because(body.value.reason.clone());
    let visit = VisitChange {
        basket: body
            .value
            .basket
            .map(|basket| basket.into_iter().map(|entry| (entry.service, entry.persons)).collect()),
        skills: body.value.skills,
        staff: body.value.staff,
        room: body.value.room,
    };
    if caller.is_citizen() && visit != VisitChange::default() {
        let detail = "with the secret of an appointment only its site and start can be changed";
        return Err(HttpError::new(problem::FORBIDDEN, detail));
    }
    let (id, client) = (parse_id("appointment", &id)?, caller.client);
    let (ticket, render) = match start(&app, &client, &key, &body.digest, StatusCode::OK).await? {
        Begun::New(ticket, render) => (ticket, render),
        Begun::Again(response) => return Ok(response),
    };
    let place = Place { site: body.value.site, start: body.value.start };
    let how = Rescheduling { to: place, visit, reason: body.value.reason };
    let office = app.office().noting(act);
    let moved = office.reschedule(&client, id, how, version, Some(ticket)).await;
    let record = moved.map_err(|error| named("appointment", id, error))?;
    response(render(&record, true))
}

/// The citizen is there.
#[utoipa::path(post, path = "/v1/appointments/{id}/arrive", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the appointment.")),
    responses((status = 200, description = "The appointment as it is now.", body = Booking,
        headers(("ETag" = String, description = "Its version.")))),
    security(("key" = ["planning:write"])),
    extensions(("x-idempotent" = json!(true)), ("x-if-match" = json!(true)), ("x-problems" = json!([
        "not-found", "hold-expired", "hold-released", "wrong-state", "stale", "busy", "unavailable"]))))]
pub async fn arrive(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    key: IdempotencyKey,
    IfMatch(version): IfMatch,
    Id(id): Id,
) -> Answer<Response> {
    let act = caller.act("appointment.arrive");
    mark(&app, (caller.client, act), &key, version, (&id, Mark::Arrived)).await
}

/// The citizen was served.
#[utoipa::path(post, path = "/v1/appointments/{id}/fulfil", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the appointment.")),
    responses((status = 200, description = "The appointment as it is now.", body = Booking,
        headers(("ETag" = String, description = "Its version.")))),
    security(("key" = ["planning:write"])),
    extensions(("x-idempotent" = json!(true)), ("x-if-match" = json!(true)), ("x-problems" = json!([
        "not-found", "hold-expired", "hold-released", "wrong-state", "stale", "busy", "unavailable"]))))]
pub async fn fulfil(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    key: IdempotencyKey,
    IfMatch(version): IfMatch,
    Id(id): Id,
) -> Answer<Response> {
    let act = caller.act("appointment.fulfil");
    mark(&app, (caller.client, act), &key, version, (&id, Mark::Fulfilled)).await
}

/// Nobody came.
#[utoipa::path(post, path = "/v1/appointments/{id}/no-show", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the appointment.")),
    responses((status = 200, description = "The appointment as it is now.", body = Booking,
        headers(("ETag" = String, description = "Its version.")))),
    security(("key" = ["planning:write"])),
    extensions(("x-idempotent" = json!(true)), ("x-if-match" = json!(true)), ("x-problems" = json!([
        "not-found", "hold-expired", "hold-released", "wrong-state", "stale", "busy", "unavailable"]))))]
pub async fn no_show(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    key: IdempotencyKey,
    IfMatch(version): IfMatch,
    Id(id): Id,
) -> Answer<Response> {
    let act = caller.act("appointment.no-show");
    mark(&app, (caller.client, act), &key, version, (&id, Mark::NoShow)).await
}

async fn mark(
    app: &App,
    (client, act): (Client, Act),
    key: &IdempotencyKey,
    version: Option<u64>,
    (id, mark): (&str, Mark),
) -> Answer<Response> {
    let id = parse_id("appointment", id)?;
    let (ticket, render) = match start(app, &client, key, "", StatusCode::OK).await? {
        Begun::New(ticket, render) => (ticket, render),
        Begun::Again(response) => return Ok(response),
    };
    let marked = app.office().noting(act).mark(&client, id, mark, version, Some(ticket)).await;
    let record = marked.map_err(|error| named("appointment", id, error))?;
    response(render(&record, true))
}

/// How a request that answers with a booking begins.
enum Begun {
    /// It is new: do it, and answer what is rendered.
    New(Ticket, Render),
    /// It was answered before: this is the answer.
    Again(Response),
}

async fn start(
    app: &App,
    client: &Client,
    key: &IdempotencyKey,
    body: &str,
    created: StatusCode,
) -> Answer<Begun> {
    let view = app.office().view().await?;
    let render = render(client, view.book.problem.zone.name(), created);
    let mut asking = client.clone();
    if client.scopes.citizen {
        // Keys of citizens are none of their client's: the path tells them apart.
        asking.name = format!("citizen {}", client.name);
    }
    Ok(match key.start(app, &asking, body, Arc::clone(&render)).await? {
        Start::New(ticket) => Begun::New(ticket, render),
        Start::Again(response) => Begun::Again(response),
    })
}
