//! `POST /v1/offers`: slots for a scenario in the body; nothing is kept

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, FixedOffset, NaiveDate};
use scheduler_core::ledger::{Book, Ledger, LedgerError, Limits, Snapshot};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::wire::Wire as _;
use scheduler_core::scenario::{PlanFile, Scenario};
use scheduler_core::wire;
use serde_json::Value;

use super::job_run::at_once;
use super::slot_view::SearchAnswer;
use super::slots::{Search, SearchRequest, Wanted};
use crate::http::app::Shared;
use crate::http::auth::{Caller, StudiesRun};
use crate::http::body::Body;
use crate::http::language::Reads;
use crate::http::limits::limit_rate;
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::jobs::Run;
use crate::studies::{SizeLimits, StudyError, read, size};

wire! {
    /// A scenario with what is promised already, and what a citizen needs.
    pub struct OffersRequest with wanted: Wanted {
        /// The scenario; its appointments are kept.
        #[wire(kind = Scenario::KIND)]
        pub scenario: Value,
        /// A plan for it, whose walk-in blocks are kept; none where left out.
        #[wire(kind = PlanFile::KIND)]
        pub plan: Option<Value>,
        /// The instant of the question; the service's clock where left out.
        #[wire(example = r#""2027-02-22T08:00:00+01:00""#)]
        pub now: Option<DateTime<FixedOffset>>,
    }
}

/// Finds the slots worth offering in a scenario of your own. Keeps nothing.
#[utoipa::path(post, path = "/v1/offers", tag = "stateless", request_body = OffersRequest,
    responses((status = 200, description = "Slots, or why there are none.", body = SearchAnswer)),
    security(("key" = ["studies:run"])),
    extensions(("x-problems" = json!([
        "invalid", "invalid-basket", "invalid-window", "window-too-large", "invalid-scenario",
        "invalid-plan", "too-many-requests", "busy", "unavailable"]))))]
pub async fn search(
    State(app): State<Shared>,
    caller: Caller<StudiesRun>,
    Reads(language): Reads,
    body: Body<OffersRequest>,
) -> Answer<Json<SearchAnswer>> {
    limit_rate(&app, &caller.client)?;
    let client = caller.through(body.value.wanted.channel.clone())?;
    let now = match body.value.now {
        Some(now) => now,
        None => app.office().view().await?.now,
    };
    let most_days = app.settings().window_days;
    // Long work: a scenario of a hundred sites takes seconds to read and to fill with promises.
    let sizes = app.settings().sizes;
    let work = move |run: &Run| {
        let offers = body.value;
        let book = book(&offers.scenario, offers.plan.as_ref(), &sizes, run)?;
        let (request, channel) = (SearchRequest::of(offers.wanted), client.channel.as_deref());
        let search = Search { request: &request, channel, language };
        search.find(&book, now, most_days, body.violations)
    };
    let run = Run::new(app.instant());
    Ok(Json(at_once(&app, body.turn, &run, work).await??))
}

/// The book of a scenario with its appointments and the walk-in blocks of a plan.
fn book(scenario: &Value, plan: Option<&Value>, sizes: &SizeLimits, run: &Run) -> Answer<Book> {
    let scenario = read::scenario(scenario)?;
    size::judge(&scenario, sizes)?;
    let problem = Arc::new(Problem::new(&scenario).map_err(StudyError::Scenario)?);
    let plan = plan.map(|plan| read::plan(plan, &problem)).transpose()?;
    let blocks = plan.map_or_else(Vec::new, |plan| plan.walk_in_blocks);
    let mut violations = Vec::new();
    let mut pages = Vec::with_capacity(problem.site_days.len());
    for site_day in 0..problem.site_days.len() {
        // Nobody waits any more.
        if run.is_cancelled() {
            return Err(StudyError::Stopped.into());
        }
        match Ledger::new(&problem, site_day, &blocks, Limits::default()) {
            Ok(ledger) => pages.push(Arc::new(Snapshot::new(ledger, 0))),
            Err(error) => violations.extend(stranded(&problem, site_day, &error)),
        }
    }
    if violations.is_empty() {
        return Ok(Book { problem, snapshots: pages });
    }
    Err(HttpError::violations(problem::INVALID_SCENARIO, violations))
}

/// What of a site-day cannot be kept.
fn stranded(problem: &Problem, site_day: usize, error: &LedgerError) -> Vec<Violation> {
    let day = &problem.site_days[site_day];
    let (site, date): (&str, NaiveDate) = (&problem.sites[day.site].id, problem.dates[day.day]);
    let LedgerError::Stranded { promises, blocks } = error else {
        return vec![Violation::new("/scenario", "stranded", error.to_string())];
    };
    let index = |id: &str| problem.promises.iter().position(|promise| promise.id == id);
    let mut violations: Vec<Violation> = promises
        .iter()
        .map(|id| {
            let pointer = match index(id) {
                Some(index) => format!("/scenario/appointments/{index}"),
                None => "/scenario/appointments".to_owned(),
            };
            let detail = format!("no clerk or no room is left for appointment {id:?}");
            Violation::new(pointer, "stranded", detail)
        })
        .collect();
    if !blocks.is_empty() {
        let count = blocks.len();
        let detail =
            format!("{count} walk-in blocks at {site:?} on {date} have no clerk or no room left");
        violations.push(Violation::new("/plan/walk_in_blocks", "stranded", detail));
    }
    violations
}
