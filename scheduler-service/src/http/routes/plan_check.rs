//! `POST /v1/plans/check`: a plan that was edited by hand, judged

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use scheduler_core::report::{Language, Verdict};
use scheduler_core::scenario::wire::Wire as _;
use scheduler_core::scenario::{PlanFile, Scenario};
use scheduler_core::wire;
use serde_json::Value;

use super::scenario_read;
use crate::booking::View;
use crate::http::app::Shared;
use crate::http::auth::{Caller, PlanningRead};
use crate::http::body::{Body, sensible};
use crate::http::language::Reads;
use crate::http::problem::{Answer, HttpError};
use crate::studies::{self, read, size};

wire! {
    /// A plan to be judged.
    pub struct CheckPlanRequest {
        /// What it is a plan for; the scenario that is booked from where left out, with the sites and
        /// from the first to the last date that the plan names, and all that is promised there.
        #[wire(kind = Scenario::KIND)]
        pub scenario: Option<Value>,
        /// The plan.
        #[wire(kind = PlanFile::KIND)]
        pub plan: Value,
    }
}

/// Judges a plan that was edited by hand, or made elsewhere. Changes nothing.
///
/// Rules, value and what is short are counted anew, whatever the plan says of itself. Places are
/// JSON pointers into the plan.
#[utoipa::path(post, path = "/v1/plans/check", tag = "stateless", request_body = CheckPlanRequest,
    params(("Accept-Language" = Option<String>, Header, nullable = false, example = "de",
        description = "Language of the messages: `de`, or English.")),
    responses((status = 200, description = "What the judge says.", body = Verdict)),
    security(("key" = ["planning:read"])),
    extensions(("x-problems" = json!([
        "invalid", "invalid-scenario", "invalid-plan", "busy", "unavailable"]))))]
pub async fn check(
    State(app): State<Shared>,
    _caller: Caller<PlanningRead>,
    Reads(language): Reads,
    body: Body<CheckPlanRequest>,
) -> Answer<Json<Verdict>> {
    sensible(body.violations)?;
    let CheckPlanRequest { scenario, plan } = body.value;
    let Some(scenario) = scenario else {
        let file = app.plans.run_in(body.turn, move || read::plan_file(&plan)).await??;
        let days = app.office().days(|view| Ok::<_, HttpError>(places(view, &file))).await?;
        let judged = app.plans.run(move || days.judge(file)).await?;
        let verdict = judged.map_err(|findings| scenario_read::refused(&findings, ""))?;
        return Ok(Json(told(verdict, language)));
    };
    let sizes = app.settings().sizes;
    let work = move || {
        size::judge(&read::scenario(&scenario)?, &sizes)?;
        studies::check::run(&scenario, &plan)
    };
    let verdict = app.plans.run_in(body.turn, work).await??;
    Ok(Json(told(verdict, language)))
}

/// The same in the words of a language.
fn told(mut verdict: Verdict, language: Language) -> Verdict {
    for finding in verdict.violations.iter_mut().chain(&mut verdict.warnings) {
        finding.message = language.finding(finding.code, &finding.message);
    }
    verdict
}

/// The site-days of the sites and from the first to the last date that a plan names; those of the
/// first date of the horizon where it names none.
fn places(view: &View, file: &PlanFile<'_>) -> Vec<usize> {
    let problem = view.problem();
    let day_of = |start: DateTime<FixedOffset>| {
        let (date, _) = problem.zone.wall_clock(start)?;
        problem.dates.binary_search(&date).ok()
    };
    let slots = file.slots.iter().map(|slot| (Some(&*slot.site), &*slot.staff, slot.start));
    let blocks = file.walk_in_blocks.iter().map(|b| (Some(&*b.site), &*b.staff, b.start));
    let breaks = file.breaks.iter().map(|taken| (None, &*taken.staff, taken.start));
    let (mut days, mut sites) = (Vec::new(), Vec::new());
    for (site, staff, start) in slots.chain(blocks).chain(breaks) {
        let Some(day) = day_of(start) else { continue };
        days.push(day);
        sites.extend((0..problem.sites.len()).filter(|&index| match site {
            Some(site) => problem.sites[index].id == site,
            None => {
                let shifts = problem.site_days[problem.site_day(index, day)].shifts.clone();
                let mut shifts = problem.shifts[shifts].iter();
                shifts.any(|shift| problem.clerks[shift.clerk].id == staff)
            }
        }));
    }
    sites.sort_unstable();
    sites.dedup();
    if sites.is_empty() {
        sites = (0..problem.sites.len()).collect();
    }
    let first = days.iter().min().copied().unwrap_or_default();
    let last = days.iter().max().copied().unwrap_or_default();
    let days = first..=last;
    days.flat_map(|day| sites.iter().map(move |&site| problem.site_day(site, day))).collect()
}
