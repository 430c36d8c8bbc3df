//! `/v1/slots/check`

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use scheduler_core::ledger::offers::released;
use scheduler_core::ledger::{self, Book, Limits, Refusal, Visit};
use scheduler_core::report::Language;
use scheduler_core::time::{Step, Window};
use scheduler_core::wire;
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::{BookingId, VisitBody};
use crate::booking::request::{moment, site, unknown};
use crate::http::app::Shared;
use crate::http::auth::{Caller, SlotsRead};
use crate::http::body::{Body, sensible};
use crate::http::language::Reads;
use crate::http::limits::limit_rate;
use crate::http::problem::{Answer, Violation};
use crate::http::reasons::{self, ReasonCode};

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
    pub struct Check with visit: VisitBody {
        /// Id of the site.
        #[wire(length = (1, usize::MAX), example = r#""mitte""#)]
        pub site: String,
        /// When the visit would begin.
        #[wire(example = r#""2027-03-01T09:15:00+01:00""#)]
        pub start: DateTime<FixedOffset>,
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
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    code: Option<ReasonCode>,
    /// Why not, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    detail: Option<String>,
    /// When the start will be released, where it is held back and that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    released_at: Option<DateTime<FixedOffset>>,
    /// How far ahead a start must be, where it begins too soon.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    notice_minutes: Option<u32>,
}

/// Checks whether starts can be booked. Changes nothing.
#[utoipa::path(post, path = "/v1/slots/check", tag = "booking",
    request_body(content = CheckRequest, example = json!({ "checks": [{
        "site": "mitte", "start": "2027-03-01T09:15:00+01:00",
        "basket": [{ "service": "passport", "persons": 2 }],
    }] })),
    responses((status = 200, description = "An answer for each start.", body = CheckAnswer)),
    security(("key" = ["slots:read"])),
    extensions(("x-problems" = json!([
        "invalid", "too-many-requests", "busy", "unavailable"]))))]
pub async fn check(
    State(app): State<Shared>,
    caller: Caller<SlotsRead>,
    Reads(language): Reads,
    body: Body<CheckRequest>,
) -> Answer<Json<CheckAnswer>> {
    limit_rate(&app, &caller.client)?;
    let client = caller.through(body.value.channel.clone())?;
    let mut violations = body.violations;
    if let Some(BookingId(own)) = body.value.ignore
        && !super::slots::owns(&app, &client, own).await?
    {
        violations.push(unknown("/ignore".to_owned(), "appointment", &own.to_string()));
    }
    let view = app.office().view().await?;
    let work = move || {
        let channel = client.channel.as_deref();
        let asked = Asked { book: &view.book, now: view.now, channel, language };
        asked.answer(&body.value, violations)
    };
    Ok(Json(app.searches.run(work).await??))
}

/// Who asks what of which book.
struct Asked<'a> {
    book: &'a Book,
    now: DateTime<FixedOffset>,
    channel: Option<&'a str>,
    language: Language,
}

impl Asked<'_> {
    fn answer(
        &self,
        request: &CheckRequest,
        mut violations: Vec<Violation>,
    ) -> Answer<CheckAnswer> {
        let problem = self.book.problem.as_ref();
        let mut visits = Vec::with_capacity(request.checks.len());
        for (index, check) in request.checks.iter().enumerate() {
            let at = format!("/checks/{index}");
            let at_site = site(problem, &check.site);
            if at_site.is_none() {
                violations.push(unknown(format!("{at}/site"), "site", &check.site));
            }
            match (check.visit.resolve(problem, &at), at_site) {
                (Ok((_, visit)), Some(site)) => visits.push((check, site, visit)),
                (Ok(_), None) => {}
                (Err(wrong), _) => violations.extend(wrong),
            }
        }
        sensible(violations)?;
        let moved = request.ignore.and_then(|BookingId(id)| without(self.book, &id.to_string()));
        let asked = Asked { book: moved.as_ref().unwrap_or(self.book), ..*self };
        let results =
            visits.iter().map(|(check, site, visit)| match moment(problem, check.start) {
                Ok((day, step)) => asked.one(visit, (problem.site_day(*site, day), step)),
                Err((code, detail)) => asked.no(None, code, detail),
            });
        Ok(CheckAnswer { results: results.collect() })
    }

    /// Asks in the order of a search: what is possible at all, then what is released.
    fn one(&self, visit: &Visit, (site_day, start): (usize, Step)) -> CheckResult {
        let (problem, limits) = (self.book.problem.as_ref(), Limits::default());
        let page = &self.book.snapshots[site_day];
        let until = start.saturating_add(visit.steps);
        if until > problem.grid.steps_per_day() {
            let detail = "the visit would end on another day".to_owned();
            return self.no(None, Refusal::Closed.code(), detail);
        }
        let window = Window::new(start, until);
        let day = &problem.site_days[site_day];
        let told = Window::new(start, start + visit.told_steps(problem.grid));
        let end = Some(problem.instants(day.day, told).1);
        let refused = |refusal: &Refusal| self.no(end, refusal.code(), refusal.to_string());
        // Of a closed site the ledger would say that nobody is there.
        if !day.open.iter().any(|open| open.covers(window)) {
            return refused(&Refusal::Closed);
        }
        if let Err(refusal) = released(problem, self.channel, page, window, self.now) {
            return CheckResult {
                released_at: reasons::released_at(&refusal),
                notice_minutes: reasons::notice_minutes(&refusal),
                ..self.no(end, refusal.code(), refusal.to_string())
            };
        }
        match page.ledger().check(visit, start, limits) {
            ledger::Answer::Yes => CheckResult {
                bookable: true,
                end,
                code: None,
                detail: None,
                released_at: None,
                notice_minutes: None,
            },
            ledger::Answer::Unknown => refused(&Refusal::Unknown),
            ledger::Answer::No => refused(&page.ledger().why_not(visit, start, limits)),
        }
    }

    /// No, for the reason that the book calls `code`.
    fn no(&self, end: Option<DateTime<FixedOffset>>, code: &str, detail: String) -> CheckResult {
        let code = ReasonCode::of(code);
        CheckResult {
            bookable: false,
            end,
            code: Some(code),
            detail: Some(code.told(detail, self.language)),
            released_at: None,
            notice_minutes: None,
        }
    }
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
