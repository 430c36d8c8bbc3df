//! `/v1/references/{reference}`: all that is known of what a client calls so

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::Id;
use super::waitlist::Wish;
use super::written::Booking;
use crate::http::app::Shared;
use crate::http::auth::{AppointmentsWrite, BookingsRead, Caller};
use crate::http::body::sensible;
use crate::http::problem::{Answer, Violation};

/// What is known of a reference.
#[derive(Debug, Serialize, ToSchema)]
pub struct Referred {
    /// The holds and appointments with it, whatever became of them, by their start.
    bookings: Vec<Booking>,
    /// What waits with it on the waitlist, or did, by age.
    wishes: Vec<Wish>,
}

/// All that is known of a reference: holds and appointments, also past and cancelled ones,
/// and wishes on the waitlist.
///
/// For whoever is asked what is kept about a person.
#[utoipa::path(get, path = "/v1/references/{reference}", tag = "booking",
    params(("reference" = String, Path, description = "What the client calls it.",
        example = "A-4711")),
    responses((status = 200, description = "What there is; empty where there is nothing.",
        body = Referred)),
    security(("key" = ["appointments:write"])),
    extensions(("x-problems" = json!(["invalid", "busy", "unavailable"]))))]
pub async fn read(
    State(app): State<Shared>,
    caller: Caller<BookingsRead>,
    Id(reference): Id,
) -> Answer<Json<Referred>> {
    sensible(Violation::of_text("", &reference).into_iter().collect())?;
    let records = app.office().referred(&caller.client, &reference).await?;
    let view = app.office().view().await?;
    let zone = view.book.problem.zone.name();
    let bookings = records.iter().map(|record| Booking::of(record, &caller.client, zone));
    let wishes = app.office().referred_wishes(&caller.client, &reference).await?;
    let wishes = wishes.iter().map(|waiting| Wish::of(waiting, &caller.client, zone));
    Ok(Json(Referred { bookings: bookings.collect(), wishes: wishes.collect() }))
}

/// Erases a reference: its holds and appointments stay, and nothing says any more whose they are.
///
/// Answers that were kept for idempotency keys and name them are forgotten too. Doing so again
/// changes nothing.
#[utoipa::path(delete, path = "/v1/references/{reference}", tag = "booking",
    params(("reference" = String, Path, description = "What the client calls it.",
        example = "A-4711")),
    responses((status = 204, description = "It is erased.")),
    security(("key" = ["appointments:write"])),
    extensions(("x-problems" = json!(["invalid", "busy", "unavailable"]))))]
pub async fn erase(
    State(app): State<Shared>,
    caller: Caller<AppointmentsWrite>,
    Id(reference): Id,
) -> Answer<StatusCode> {
    sensible(Violation::of_text("", &reference).into_iter().collect())?;
    // The log must not keep what is erased.
    let office = app.office().noting(caller.act("reference.erase"));
    office.erase_reference(&caller.client, &reference).await?;
    Ok(StatusCode::NO_CONTENT)
}
