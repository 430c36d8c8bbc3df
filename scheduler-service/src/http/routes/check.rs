//! `/v1/slots/check`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use scheduler_core::ledger::offers::released;
use scheduler_core::ledger::{self, Book, Limits, Refusal, Visit};
use scheduler_core::time::{Step, Window};
use scheduler_core::wire;
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::{BasketEntry, BookingId, entries};
use crate::booking::request::{Pins, moment, site, unknown, visit};
use crate::http::app::Shared;
use crate::http::auth::{Caller, SlotsRead};
use crate::http::body::{Body, sensible};
use crate::http::problem::{Answer, Violation};

wire! {
    /// Starts to check.
    pub struct CheckRequest {
        /// What to check, each by itself.
        #[wire(length = (1, 200))]
        pub checks: Vec<Check>,
        /// The channel to book through. A key may be bound to one.
        pub channel: Option<String>,
        /// Id of the own hold or appointment that is to be moved: its place counts as free.
        pub ignore: Option<BookingId>,
    }

    /// A start to check.
    pub struct Check {
        /// Id of the site.
        #[wire(length = (1, usize::MAX), example = r#""mitte""#)]
        pub site: String,
        /// When the visit would begin.
        #[wire(example = r#""2027-03-01T09:15:00+01:00""#)]
        pub start: DateTime<FixedOffset>,
        /// The services of the visit.
        #[wire(length = (1, 25))]
        pub basket: Vec<BasketEntry>,
        /// Skills that the clerk needs besides those of the services.
        #[wire(length = (0, 25))]
        pub skills: Vec<String> = Vec::new(),
        /// Id of the clerk, where only one will do.
        pub staff: Option<String>,
        /// Id of the room, where only one will do.
        pub room: Option<String>,
    }
}

/// One answer for each check, in their order.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckAnswer {
    /// The answers.
    results: Vec<CheckResult>,
}

/// Whether a start can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckResult {
    /// Whether it can be booked at this moment.
    bookable: bool,
    /// When the visit would end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "2027-03-01T09:30:00+01:00")]
    end: Option<DateTime<FixedOffset>>,
    /// Why not, by a stable name. `unknown`: what it would take to know was not spent on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "taken")]
    code: Option<String>,
    /// Why not, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    detail: Option<String>,
}

/// Checks whether starts can be booked. Changes nothing.
#[utoipa::path(post, path = "/v1/slots/check", tag = "booking", request_body = CheckRequest,
    responses((status = 200, description = "An answer for each start.", body = CheckAnswer)),
    security(("key" = ["slots:read"])),
    extensions(("x-problems" = json!([
        "invalid", "too-many-requests", "busy", "unavailable"]))))]
pub async fn check(
    State(app): State<Shared>,
    caller: Caller<SlotsRead>,
    body: Body<CheckRequest>,
) -> Answer<Json<CheckAnswer>> {
    super::slots::limit_rate(&app, &caller.client)?;
    let client = caller.through(body.value.channel.clone())?;
    let mut violations = body.violations;
    if let Some(BookingId(own)) = body.value.ignore
        && !super::slots::owns(&app, &client, own).await?
    {
        violations.push(unknown("/ignore".to_owned(), "appointment", &own.to_string()));
    }
    let view = app.office().view().await?;
    let work =
        move || answer(&view.book, view.now, client.channel.as_deref(), &body.value, violations);
    Ok(Json(app.searches.run(work).await??))
}

fn answer(
    book: &Book,
    now: DateTime<FixedOffset>,
    channel: Option<&str>,
    request: &CheckRequest,
    mut violations: Vec<Violation>,
) -> Answer<CheckAnswer> {
    let mut visits = Vec::with_capacity(request.checks.len());
    for (index, check) in request.checks.iter().enumerate() {
        let at = format!("/checks/{index}");
        let pins = Pins {
            skills: &check.skills,
            staff: check.staff.as_deref(),
            room: check.room.as_deref(),
        };
        let at_site = site(&book.problem, &check.site);
        if at_site.is_none() {
            violations.push(unknown(format!("{at}/site"), "site", &check.site));
        }
        match (visit(&book.problem, entries(&check.basket), pins, &at), at_site) {
            (Ok((_, visit)), Some(site)) => visits.push((check, site, visit)),
            (Ok(_), None) => {}
            (Err(wrong), _) => violations.extend(wrong),
        }
    }
    sensible(violations)?;
    let moved = request.ignore.and_then(|BookingId(id)| without(book, &id.to_string()));
    let book = moved.as_ref().unwrap_or(book);
    let results =
        visits.iter().map(|(check, site, visit)| match moment(&book.problem, check.start) {
            Ok((day, step)) => {
                let site_day = book.problem.site_day(*site, day);
                one(book, now, channel, visit, (site_day, step))
            }
            Err((code, detail)) => CheckResult::no(None, code, detail),
        });
    Ok(CheckAnswer { results: results.collect() })
}

/// The book without the promise `id`, where it has that.
fn without(book: &Book, id: &str) -> Option<Book> {
    let at = book.snapshots.iter().position(|page| page.ledger().get(id).is_some())?;
    let mut book = book.clone();
    let page = &book.snapshots[at];
    let mut ledger = page.ledger().clone();
    ledger.remove(id);
    let page = page.successor(&book.problem, ledger, page.version());
    book.snapshots[at] = Arc::new(page);
    Some(book)
}

/// Asks in the order of a search: what is possible at all, then what is released.
fn one(
    book: &Book,
    now: DateTime<FixedOffset>,
    channel: Option<&str>,
    visit: &Visit,
    (site_day, start): (usize, Step),
) -> CheckResult {
    let (problem, limits) = (book.problem.as_ref(), Limits::default());
    let page = &book.snapshots[site_day];
    let until = start.saturating_add(visit.steps);
    if until > problem.grid.steps_per_day() {
        let detail = "the visit would end on another day".to_owned();
        return CheckResult::no(None, Refusal::Closed.code(), detail);
    }
    let window = Window::new(start, until);
    let day = &problem.site_days[site_day];
    let told = Window::new(start, start + visit.told_steps(problem.grid));
    let end = Some(problem.instants(day.day, told).1);
    // Of a closed site the ledger would say that nobody is there.
    if !day.open.iter().any(|open| open.covers(window)) {
        return CheckResult::no(end, Refusal::Closed.code(), Refusal::Closed.to_string());
    }
    if let Err(refusal) = released(problem, channel, page, window, now) {
        return CheckResult::no(end, refusal.code(), refusal.to_string());
    }
    match page.ledger().check(visit, start, limits) {
        ledger::Answer::Yes => CheckResult { bookable: true, end, code: None, detail: None },
        ledger::Answer::Unknown => {
            CheckResult::no(end, Refusal::Unknown.code(), Refusal::Unknown.to_string())
        }
        ledger::Answer::No => {
            let why = page.ledger().why_not(visit, start, limits);
            CheckResult::no(end, why.code(), why.to_string())
        }
    }
}

impl CheckResult {
    fn no(end: Option<DateTime<FixedOffset>>, code: &str, detail: String) -> Self {
        Self { bookable: false, end, code: Some(code.to_owned()), detail: Some(detail) }
    }
}
