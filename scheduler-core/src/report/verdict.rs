//! What the judge says of a plan, with what it is worth and what it lacks.

use chrono::NaiveDate;
use serde::Serialize;

use crate::check::{self, check};
use crate::problem::{Asked, Plan, Problem, Shortage};
use crate::scenario::{Finding, Severity};

/// What the judge says of a plan. Serialises as `"check/1"`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PlanVerdict))]
pub struct Verdict {
    /// `"check/1"`.
    #[cfg_attr(feature = "schema", schema(value_type = CheckForm))]
    pub schema: &'static str,
    /// Whether every rule is kept.
    pub valid: bool,
    /// Expected served minutes, weighted by value, less what has a price, computed anew.
    pub objective: f64,
    /// The objective that the plan names; null where it names none.
    pub claimed_objective: Option<f64>,
    /// The bound that the plan names, which is not checked; null where it names none.
    pub upper_bound: Option<f64>,
    /// What could still be gained, against the work that the plan does, if the bound holds; null without
    /// a bound, where it lies below the objective, and where the scenario does not know what the plan names.
    pub gap: Option<f64>,
    /// Times that somebody sits down at a counter.
    pub stays: usize,
    /// Stays after the first of a shift, and those away from the clerk's own counter.
    pub moves: usize,
    /// What is asked for at a price and missing.
    pub shortages: Vec<ShortFigures>,
    /// Broken rules, and what of the plan the scenario does not know.
    #[cfg_attr(feature = "schema", schema(value_type = Vec<Finding>))]
    pub violations: Vec<Finding>,
    /// What the plan says of itself and is not so, or does not say; no rule is broken by it.
    #[cfg_attr(feature = "schema", schema(value_type = Vec<Finding>))]
    pub warnings: Vec<Finding>,
}

#[cfg(feature = "schema")]
crate::names! {
    /// The form of what the judge says.
    CheckForm = ["check/1"];
}

/// What asks for clerks or minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum ShortKind {
    /// A least number of clerks who are present.
    Cover,
    /// A least number of counters for people without an appointment.
    Counters,
    /// Minutes of walk-in blocks in a stretch of a quota.
    Stretch,
    /// Minutes of walk-in blocks in the whole window of a quota.
    Quota,
}

/// Something asked for at a price that a plan lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = PlanShortage))]
pub struct ShortFigures {
    /// What asks.
    pub kind: ShortKind,
    /// Id of the cover or of the walk-in quota.
    pub id: String,
    /// Id of the site.
    pub site: String,
    /// The date.
    pub date: NaiveDate,
    /// From when.
    #[cfg_attr(feature = "schema", schema(example = "07:30"))]
    pub from: String,
    /// Until when.
    #[cfg_attr(feature = "schema", schema(example = "08:30"))]
    pub until: String,
    /// Clerks or counters all that time, or minutes within it.
    pub asked: u32,
    /// As many as there are.
    pub met: u32,
    /// Minutes of a clerk, of a counter or of blocks that are missing; each has a price.
    pub missing_minutes: u32,
}

/// What the judge says of `plan`, of which `unresolved` could not be expressed in terms of
/// `problem`. The objective is what the judge counts, whatever the plan claims.
pub fn verdict(problem: &Problem, plan: &Plan, unresolved: Vec<Finding>) -> Verdict {
    let report = check(problem, plan);
    let is_of_another = unresolved.iter().any(|finding| finding.severity == Severity::Error);
    let (mut warnings, mut violations): (Vec<Finding>, Vec<Finding>) =
        unresolved.into_iter().partition(|finding| finding.severity == Severity::Warning);
    violations.extend(report.violations.into_iter().map(|found| told(Severity::Error, found)));
    warnings.extend(report.claims.into_iter().map(|found| told(Severity::Warning, found)));
    let known = |figure: f64| figure.is_finite().then_some(figure);
    let gained = plan.upper_bound - report.objective;
    let rounding = 1e-6 * report.objective.abs().max(1.0);
    let is_no_gap = is_of_another || gained < -rounding;
    let gap = if is_no_gap { f64::NAN } else { gained / plan.work.max(1.0) };
    Verdict {
        schema: "check/1",
        valid: violations.is_empty(),
        objective: report.objective,
        claimed_objective: known(plan.objective),
        upper_bound: known(plan.upper_bound),
        gap: known(gap),
        stays: plan.stays.len(),
        moves: problem.moves(&plan.stays),
        shortages: problem.shortages(plan).iter().map(|s| ShortFigures::of(problem, s)).collect(),
        violations,
        warnings,
    }
}

fn told(severity: Severity, violation: check::Violation) -> Finding {
    let code = violation.code();
    Finding { severity, code, pointer: violation.pointer, message: violation.message }
}

impl ShortFigures {
    fn of(problem: &Problem, shortage: &Shortage) -> Self {
        let grid = problem.grid;
        let place = &problem.site_days[shortage.site_day];
        let quota = |quota: usize| problem.quotas[quota].id.clone();
        let (kind, id, unit) = match shortage.asked_by {
            Asked::Cover(cover) => (ShortKind::Cover, problem.cover[cover].id.clone(), 1),
            Asked::Counters(index) => (ShortKind::Counters, quota(index), 1),
            Asked::Stretch(index, _) => (ShortKind::Stretch, quota(index), grid.minutes()),
            Asked::Quota(index) => (ShortKind::Quota, quota(index), grid.minutes()),
        };
        Self {
            kind,
            id,
            site: problem.sites[place.site].id.clone(),
            date: problem.dates[place.day],
            from: grid.clock(shortage.window.from).to_string(),
            until: grid.clock(shortage.window.until).to_string(),
            asked: shortage.asked * unit,
            met: shortage.met * unit,
            missing_minutes: shortage.missing_steps() * grid.minutes(),
        }
    }
}
