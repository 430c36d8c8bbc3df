//! `/v1/repairs`: who is ill today, and what becomes of the appointments

use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use scheduler_core::scenario::Scenario;
use scheduler_core::wire;

use super::scenario::{Change, change};
use crate::booking::{ReplaceMode, View};
use crate::http::app::Shared;
use crate::http::auth::{Caller, PlanningWrite};
use crate::http::body::{Body, sensible};
use crate::http::problem::{Answer, Violation};

wire! {
    /// What went wrong.
    pub struct RepairRequest {
        /// Clerks who do not come. Without any, appointments that nobody keeps are tried once more.
        #[wire(length = (0, 1000))]
        pub absences: Vec<Absence> = Vec::new(),
        /// Whether only to say what the repair would come to.
        pub dry_run: bool = true,
        /// Why, for the audit log. No name of a person.
        #[wire(length = (0, 200))]
        pub reason: Option<String>,
    }

    /// A clerk who does not come on a date.
    pub struct Absence {
        /// Id of the clerk.
        #[wire(length = (1, usize::MAX), example = r#""mitte-01""#)]
        pub staff: String,
        /// The date.
        #[wire(example = r#""2027-03-01""#)]
        pub date: NaiveDate,
    }
}

/// Repairs the book after absences.
///
/// Everybody who can be is kept at the promised time, by another clerk or in another room. Those
/// who cannot are moved within their day, as few and as little as possible; the rest is listed, and
/// stays on record without a clerk and a room. The absences become part of the scenario. Asking
/// again changes nothing more, so that this needs no idempotency key.
#[utoipa::path(post, path = "/v1/repairs", tag = "planning",
    request_body(content = RepairRequest, example = json!({
        "absences": [{ "staff": "mitte-01", "date": "2027-03-01" }], "dry_run": true,
    })),
    responses((status = 200, description = "What it came to.", body = Change,
        headers(("ETag" = String, description = "Version of the scenario.")))),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!(["invalid", "stale", "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    body: Body<RepairRequest>,
) -> Answer<Response> {
    let view = app.office().view().await?;
    let mut scenario = Scenario::clone(&view.scenario);
    let mut violations = body.violations;
    let reason = body.value.reason.iter();
    violations.extend(reason.filter_map(|text| Violation::of_text("/reason", text)));
    for (index, absence) in body.value.absences.iter().enumerate() {
        let Some(clerk) = scenario.staff.iter_mut().find(|clerk| clerk.id == absence.staff) else {
            let detail = format!("there is no clerk {:?}", absence.staff);
            violations.push(Violation::new(format!("/absences/{index}/staff"), "unknown", detail));
            continue;
        };
        if let Some((code, detail)) = nothing_to_repair(&view, absence) {
            violations.push(Violation::new(format!("/absences/{index}/date"), code, detail));
            continue;
        }
        if !clerk.absent_on.contains(&absence.date) {
            clerk.absent_on.push(absence.date);
        }
    }
    sensible(violations)?;
    let absences = body.value.absences.iter();
    let absences: Vec<String> = absences.map(|a| format!("{} {}", a.staff, a.date)).collect();
    let act = caller.act("repair").because(body.value.reason).with("absences", absences);
    let mode = ReplaceMode {
        dry_run: body.value.dry_run,
        repair: true,
        promises_only: body.value.dry_run,
    };
    change(&app, act, scenario, view.scenario_version, mode).await
}

/// Why an absence changes nothing, by a stable name and in words: whoever asks means another date.
fn nothing_to_repair(view: &View, absence: &Absence) -> Option<(&'static str, String)> {
    let problem = view.problem();
    let Absence { staff, date } = absence;
    let today = problem.zone.wall_clock(view.now).map(|(date, _)| date).unwrap_or_default();
    if *date < today {
        return Some(("past", format!("{date} is past; today is {today}")));
    }
    let (first, last) = (problem.dates.first()?, problem.dates.last()?);
    let Ok(day) = problem.dates.binary_search(date) else {
        let detail = format!("{date} cannot be booked; the dates are {first} to {last}");
        return Some(("outside-horizon", detail));
    };
    let on_duty = problem.shifts.iter().any(|shift| {
        problem.site_days[shift.site_day].day == day && problem.clerks[shift.clerk].id == *staff
    });
    // Who was said to be absent before has no shift then, and asking again changes nothing more.
    let clerk = problem.clerks.iter().find(|clerk| clerk.id == *staff)?;
    if on_duty || clerk.absent_days.contains(&day) {
        return None;
    }
    Some(("not-on-duty", format!("{staff:?} has no shift on {date}")))
}
