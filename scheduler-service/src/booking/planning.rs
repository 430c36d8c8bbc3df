//! Planning dates: where walk-in blocks go, and what time is worth.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use scheduler_core::plan::{self as planner, Budget, Options, PlanError, WallClock};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;
use uuid::Uuid;

use super::ids::Ids;
use super::part;
use super::witness::{DayPrices, Witness};
use crate::store::{DayKey, PlanRow, PromiseRow};

/// The plan of some dates.
#[derive(Debug, Default)]
pub(super) struct Planned {
    pub days: BTreeMap<DayKey, PlannedDay>,
    /// Clerks and rooms that the plan gives to promises.
    pub seats: BTreeMap<Uuid, (String, String)>,
    /// What it came to; `None` where no plan was found.
    pub plan: Option<PlanRow>,
    /// What of the walk-in capacity could not be kept, in words; `None` where all was.
    pub lacking: Option<String>,
}

/// The plan of a site-day.
#[derive(Debug, Default)]
pub(super) struct PlannedDay {
    pub witness: Witness,
    pub prices: Option<DayPrices>,
}

/// Plans the dates from `first` to `last` of `scenario` around `promises`; those that the scenario
/// does not know are left out. Where quotas cannot be held, as much walk-in capacity as can be is kept.
pub(super) fn plan(
    scenario: &Scenario,
    (first, last): (NaiveDate, NaiveDate),
    promises: &[PromiseRow],
    budget: Duration,
    now: DateTime<Utc>,
) -> Planned {
    let mut part = part::of_dates(scenario, first, last);
    if !promises.is_empty()
        && let Ok(problem) = Problem::of_kept(&part)
    {
        let here = promises.iter().filter(|promise| {
            (first..=last).contains(&promise.day.date)
                && scenario.sites.iter().any(|site| site.id == promise.day.site)
        });
        part::add_promises(&mut part, &problem, &Ids::new(&problem), here);
    }
    let mut problem = match Problem::of_kept(&part) {
        Ok(problem) => problem,
        // Somebody cannot be kept: plan for the others, whoever they are.
        Err(_) if !promises.is_empty() => {
            return plan(scenario, (first, last), &[], budget, now);
        }
        Err(findings) => {
            tracing::warn!(%first, %last, %findings, "these dates cannot be planned");
            return Planned::default();
        }
    };
    let keys = super::state::keys(&problem);
    let options = Options { budget: Budget::Time(budget), ..Options::default() };
    let mut lacking = None;
    let mut outcome = planner::plan(&problem, &options, &WallClock::start());
    if let Err(error) = &outcome
        && !problem.quotas.is_empty()
    {
        // What of a quota cannot be held has a price then.
        tracing::warn!(%first, %last, %error, "walk-in quotas cannot be held on these dates");
        lacking = Some(format!(
            "on the dates from {first} to {last} walk-in quotas cannot be held, as much as can be is \
             kept: {}",
            reason(error)
        ));
        problem.relaxed = true;
        outcome = planner::plan(&problem, &options, &WallClock::start());
    }
    let outcome = match outcome {
        Ok(outcome) => outcome,
        // The same.
        Err(_) if !problem.promises.is_empty() => {
            return plan(scenario, (first, last), &[], budget, now);
        }
        Err(error) => {
            tracing::warn!(%first, %last, %error, "no walk-in capacity is kept on these dates");
            let days = keys.into_iter().map(|key| (key, PlannedDay::default()));
            let lacking = Some(format!(
                "no walk-in capacity is kept on the dates from {first} to {last}: {}",
                reason(&error)
            ));
            return Planned { days: days.collect(), lacking, ..Planned::default() };
        }
    };
    let days = keys.into_iter().enumerate().map(|(site_day, key)| {
        let witness = Witness::planned(&problem, site_day, &outcome.plan.walk_in_blocks);
        let prices = Some(DayPrices::of(&problem, site_day, &outcome.prices));
        (key, PlannedDay { witness, prices })
    });
    let seats = outcome.plan.slots.iter().filter_map(|slot| {
        let id = problem.promises[slot.promise?].id.parse().ok()?;
        let staff = problem.clerks[slot.clerk].id.clone();
        Some((id, (staff, problem.rooms[slot.room?].id.clone())))
    });
    Planned {
        days: days.collect(),
        seats: seats.collect(),
        lacking,
        plan: Some(PlanRow {
            scenario_version: 0,
            first,
            last,
            objective: outcome.plan.objective,
            upper_bound: outcome.plan.upper_bound,
            seconds: outcome.plan.seconds,
            made_at: now.timestamp_millis(),
        }),
    }
}

/// Why there is no plan: the first conflict, which says which quota lacks how much.
fn reason(error: &PlanError) -> String {
    let (PlanError::Infeasible { conflicts } | PlanError::NotFound { conflicts }) = error else {
        return error.to_string();
    };
    conflicts.first().map_or_else(|| error.to_string(), |conflict| conflict.message.clone())
}
