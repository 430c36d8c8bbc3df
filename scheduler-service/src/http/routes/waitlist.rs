//! `/v1/waitlist`

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use scheduler_core::scenario::Weekday;
use scheduler_core::time::Clock;
use scheduler_core::wire;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::holds::{named, parse_id};
use super::services::{parameters, unknown_parameter};
use super::shapes::{BasketEntry, BookingId, DateWindow, Hours, Id, VisitBody, pairs};
use super::written::{Booking, IdempotencyKey};
use crate::booking::{self, BookingError, Client, Waiting, WishRequest};
use crate::http::app::Shared;
use crate::http::auth::{AppointmentsBook, BookingsRead, Caller};
use crate::http::body::{Body, digest, sensible};
use crate::http::problem::{self, Answer, HttpError, Violation};

wire! {
    /// A visit that somebody would like to have, if a time for it becomes free.
    pub struct WishBody with visit: VisitBody {
        /// Ids of the sites that will do; all where left out.
        #[wire(length = (1, 1000))]
        pub sites: Option<Vec<String>>,
        /// The dates that will do.
        pub window: DateWindow,
        /// Days of the week that will do; all where left out.
        #[wire(length = (0, 7))]
        pub days: Vec<Weekday> = Vec::new(),
        /// Hours of the day in which the visit may begin; all where left out.
        #[wire(length = (0, 24))]
        pub hours: Vec<Hours> = Vec::new(),
        /// Until when you wait; to the end of the window where left out.
        #[wire(example = r#""2027-03-10T18:00:00+01:00""#)]
        pub until: Option<DateTime<FixedOffset>>,
        /// What you call it. No name of a person: the service needs none.
        #[wire(length = (0, 200))]
        pub reference: Option<String>,
        /// The channel to book through. A key may be bound to one.
        pub channel: Option<String>,
    }
}

wire! {
    /// An offer that is not wanted.
    pub struct DeclineBody {
        /// Id of the hold that is offered.
        pub hold_id: BookingId,
    }
}

/// Where a wish stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WishStatus {
    /// Nothing is offered.
    Waiting,
    /// A start is held for it: see `booking`.
    Offered,
    /// It has an appointment: see `booking`.
    Booked,
    /// You took it back.
    Withdrawn,
    /// Its time is over.
    Over,
    /// Three offers ended without an answer.
    Unanswered,
}

impl From<booking::WishStatus> for WishStatus {
    fn from(status: booking::WishStatus) -> Self {
        match status {
            booking::WishStatus::Waiting => Self::Waiting,
            booking::WishStatus::Offered => Self::Offered,
            booking::WishStatus::Booked => Self::Booked,
            booking::WishStatus::Withdrawn => Self::Withdrawn,
            booking::WishStatus::Over => Self::Over,
            booking::WishStatus::Unanswered => Self::Unanswered,
        }
    }
}

/// A visit that somebody waits for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Wish {
    /// Its id.
    id: Uuid,
    /// Where it stands.
    status: WishStatus,
    /// What is offered, to be confirmed before it expires, or has become an appointment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    booking: Option<Booking>,
    /// The services of the visit.
    basket: Vec<BasketEntry>,
    /// Ids of the sites that will do.
    sites: Vec<String>,
    /// The dates that will do.
    window: DateWindow,
    /// Days of the week that will do; all where empty.
    days: Vec<Weekday>,
    /// Hours of the day that will do; all where empty.
    hours: Vec<Hours>,
    /// Until when it waits.
    until: DateTime<FixedOffset>,
    /// What the client calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<String>,
    /// The channel to book through.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    channel: Option<String>,
    /// Offers that ended without an answer.
    unanswered: u32,
    /// When it was made.
    created_at: DateTime<Utc>,
    /// When it was last changed.
    updated_at: DateTime<Utc>,
}

impl Wish {
    /// `waiting` as `client` sees it.
    pub fn of(waiting: &Waiting, client: &Client, zone: &str) -> Self {
        let request = &waiting.request;
        let basket = request.basket.iter();
        let entry = |(service, persons): &(String, u32)| BasketEntry {
            service: service.clone(),
            persons: *persons,
        };
        let hours = request.hours.iter();
        let hours = hours.map(|hours| Hours { from: Clock(hours.0), until: Clock(hours.1) });
        let days = request.days.iter().filter_map(|&day| Weekday::ALL.get(usize::from(day)));
        let booking = waiting.booking.as_ref();
        Self {
            id: waiting.id,
            status: waiting.status.into(),
            booking: booking.map(|record| Booking::of(record, client, zone)),
            basket: basket.map(entry).collect(),
            sites: request.sites.clone(),
            window: DateWindow { from: request.dates.0, until: request.dates.1 },
            days: days.copied().collect(),
            hours: hours.collect(),
            until: request.until,
            reference: waiting.reference.clone(),
            channel: waiting.channel.clone(),
            unanswered: waiting.unanswered,
            created_at: waiting.at.0,
            updated_at: waiting.at.1,
        }
    }
}

/// Wishes by age.
#[derive(Debug, Serialize, ToSchema)]
pub struct WaitlistPage {
    /// The wishes.
    wishes: Vec<Wish>,
    /// The `after` that the list goes on with; missing where this is its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<Uuid>,
}

/// Puts a wish on the waitlist.
///
/// What becomes free is offered to those whom it fits, to whom it is worth most: as a hold, which
/// `booking` of the wish shows, with the time until which it waits for an answer. Accept it by
/// `POST /v1/appointments`, or decline it here. What is not answered goes on to the next. Who waits
/// gains weight with each day, so nobody waits behind later equals for ever.
#[utoipa::path(post, path = "/v1/waitlist", tag = "booking",
    request_body(content = WishBody, example = json!({
        "basket": [{ "service": "passport" }],
        "window": { "from": "2027-03-01", "until": "2027-03-14" },
        "days": ["mon", "thu"], "reference": "W-12",
    })),
    responses((status = 201, description = "The wish.", body = Wish, headers(
        ("Location" = String, description = "Path of the wish.")))),
    security(("key" = ["appointments:book"])),
    extensions(("x-idempotent" = json!(true)), ("x-problems" = json!([
        "invalid", "invalid-basket", "invalid-window", "window-too-large", "too-many-requests",
        "too-many-wishes", "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<AppointmentsBook>,
    key: IdempotencyKey,
    body: Body<WishBody>,
) -> Answer<Response> {
    caller.count_hold(&app)?;
    let Body { value: wish, mut violations, digest: body_digest, .. } = body;
    let client = caller.through(wish.channel.clone())?;
    let (key, hash) = key.fingerprint(&client, &body_digest);
    let view = app.office().view().await?;
    let problem = view.problem();
    let all = || problem.sites.iter().map(|site| site.id.clone()).collect();
    let until = wish.until.unwrap_or_else(|| end_of(problem, wish.window.until));
    let request = WishRequest {
        basket: pairs(wish.visit.basket),
        skills: wish.visit.skills,
        staff: wish.visit.staff,
        room: wish.visit.room,
        sites: wish.sites.unwrap_or_else(all),
        dates: (wish.window.from, wish.window.until),
        days: wish.days.iter().map(|&day| day as u8).collect(),
        hours: wish.hours.iter().map(|hours| booking::Hours(hours.from.0, hours.until.0)).collect(),
        until,
    };
    violations
        .extend(wish.reference.iter().filter_map(|text| Violation::of_text("/reference", text)));
    violations.extend(request.violations(problem, view.now));
    sensible(violations)?;
    // One wish for each key: sent again, it is the same.
    let id = id_of(&client, &key);
    let added = app.office().wish(&client, (id, &hash), &request, wish.reference).await;
    let (waiting, _) = added.map_err(|error| match error {
        BookingError::Duplicate => {
            let detail = "the key was used for a request with another path or body";
            HttpError::new(problem::KEY_REUSED, detail)
        }
        other => other.into(),
    })?;
    let wish = Wish::of(&waiting, &client, problem.zone.name());
    let location = format!("/v1/waitlist/{id}");
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(wish)).into_response())
}

/// Wishes, the oldest first.
#[utoipa::path(get, path = "/v1/waitlist", tag = "booking",
    params(
        ("waiting" = Option<bool>, Query, nullable = false,
            description = "Only those that wait or have an offer."),
        ("after" = Option<Uuid>, Query, nullable = false,
            description = "Go on after this wish: `next` of the answer before."),
        ("limit" = Option<u32>, Query, nullable = false, minimum = 1, maximum = 1000,
            description = "Most wishes in the answer; 100 where left out.")),
    responses((status = 200, description = "The wishes.", body = WaitlistPage)),
    security(("key" = ["appointments:write"])),
    extensions(("x-problems" = json!(["malformed", "not-found", "busy", "unavailable"]))))]
pub async fn list(
    State(app): State<Shared>,
    caller: Caller<BookingsRead>,
    RawQuery(query): RawQuery,
) -> Answer<Json<WaitlistPage>> {
    let asked = Asked::parse(query.as_deref().unwrap_or_default())?;
    let client = &caller.client;
    let found = app.office().wishes(client, asked.waiting, asked.after, asked.limit).await?;
    let view = app.office().view().await?;
    let zone = view.book.problem.zone.name();
    let next = found.last().filter(|_| found.len() == asked.limit as usize).map(|last| last.id);
    let wishes = found.iter().map(|waiting| Wish::of(waiting, client, zone)).collect();
    Ok(Json(WaitlistPage { wishes, next }))
}

/// A wish.
#[utoipa::path(get, path = "/v1/waitlist/{id}", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the wish.")),
    responses((status = 200, description = "The wish, or what became of it.", body = Wish)),
    security(("key" = ["appointments:book"])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn read(
    State(app): State<Shared>,
    caller: Caller<AppointmentsBook>,
    Id(id): Id,
) -> Answer<Json<Wish>> {
    let id = parse_id("wish", &id)?;
    let found = app.office().wish_of(&caller.client, id).await;
    let found = found.map_err(|error| named("wish", id, error))?;
    let view = app.office().view().await?;
    Ok(Json(Wish::of(&found, &caller.client, view.book.problem.zone.name())))
}

/// Takes a wish off the waitlist, and gives back what is offered to it. Doing so again changes nothing.
#[utoipa::path(delete, path = "/v1/waitlist/{id}", tag = "booking",
    params(("id" = Uuid, Path, description = "Id of the wish.")),
    responses((status = 204, description = "It waits no longer.")),
    security(("key" = ["appointments:book"])),
    extensions(("x-problems" = json!(["not-found", "wrong-state", "busy", "unavailable"]))))]
pub async fn withdraw(
    State(app): State<Shared>,
    caller: Caller<AppointmentsBook>,
    Id(id): Id,
) -> Answer<StatusCode> {
    let id = parse_id("wish", &id)?;
    let gone = app.office().withdraw(&caller.client, id).await;
    gone.map(|()| StatusCode::NO_CONTENT).map_err(|error| named("wish", id, error))
}

/// Declines what is offered to a wish, which waits on and is not offered that start again.
///
/// Where another hold is offered by now, or none, nothing changes.
#[utoipa::path(post, path = "/v1/waitlist/{id}/decline", tag = "booking",
    request_body(content = DeclineBody, example = json!({
        "hold_id": "0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10",
    })),
    params(("id" = Uuid, Path, description = "Id of the wish.")),
    responses((status = 200, description = "The wish.", body = Wish)),
    security(("key" = ["appointments:book"])),
    extensions(("x-problems" = json!([
        "not-found", "wrong-state", "invalid", "busy", "unavailable"]))))]
pub async fn decline(
    State(app): State<Shared>,
    caller: Caller<AppointmentsBook>,
    Id(id): Id,
    body: Body<DeclineBody>,
) -> Answer<Json<Wish>> {
    let id = parse_id("wish", &id)?;
    sensible(body.violations)?;
    let BookingId(hold) = body.value.hold_id;
    let declined = app.office().decline(&caller.client, id, hold).await;
    let declined = declined.map_err(|error| named("wish", id, error))?;
    let view = app.office().view().await?;
    Ok(Json(Wish::of(&declined, &caller.client, view.book.problem.zone.name())))
}

/// What the query asks for.
#[derive(Debug)]
struct Asked {
    waiting: bool,
    after: Option<Uuid>,
    limit: u32,
}

impl Asked {
    fn parse(query: &str) -> Answer<Self> {
        let mut asked = Self { waiting: false, after: None, limit: 100 };
        let mut violations = Vec::new();
        for (name, value) in parameters(query) {
            let at = format!("?{name}");
            let mut wrong = |detail: &str| violations.push(Violation::new(&at, "format", detail));
            match name.as_str() {
                "waiting" => match value.parse() {
                    Ok(waiting) => asked.waiting = waiting,
                    Err(_) => wrong("must be true or false"),
                },
                "after" => match Uuid::try_parse(&value) {
                    Ok(id) => asked.after = Some(id),
                    Err(_) => wrong("must be the id of a wish"),
                },
                "limit" => match value.parse() {
                    Ok(limit @ 1..=1000) => asked.limit = limit,
                    _ => wrong("must be a whole number from 1 to 1000"),
                },
                _ => violations.push(unknown_parameter(&name, "waiting, after, limit")),
            }
        }
        if violations.is_empty() {
            return Ok(asked);
        }
        Err(HttpError::violations(problem::MALFORMED, violations))
    }
}

/// The end of a date, by the clocks of the sites.
fn end_of(problem: &scheduler_core::problem::Problem, date: NaiveDate) -> DateTime<FixedOffset> {
    let next = date.succ_opt().unwrap_or(date);
    problem.zone.end_instant(next, 0).unwrap_or(DateTime::<Utc>::MAX_UTC.fixed_offset())
}

/// The id of what a client asks for with a key.
fn id_of(client: &Client, key: &str) -> Uuid {
    let text = digest(format!("wish\n{}\n{key}", client.name).as_bytes());
    let bits = u128::from_str_radix(text.get(..32).unwrap_or_default(), 16).unwrap_or_default();
    uuid::Builder::from_custom_bytes(bits.to_be_bytes()).into_uuid()
}
