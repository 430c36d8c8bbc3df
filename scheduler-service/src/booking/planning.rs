//! Planning dates: where walk-in blocks go, and what time is worth.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use scheduler_core::plan::{self as planner, Budget, Options, WallClock};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::{Appointment, Horizon, PoolSpan, Scenario, Service};
use uuid::Uuid;

use super::times;
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
}

/// The plan of a site-day.
#[derive(Debug, Default)]
pub(super) struct PlannedDay {
    pub witness: Witness,
    pub prices: Option<DayPrices>,
}

/// Plans the dates from `first` to `last` of `scenario` around `promises`; those that the scenario
/// does not know are left out. Where there is no plan, no walk-in capacity is kept.
pub(super) fn plan(
    scenario: &Scenario,
    (first, last): (NaiveDate, NaiveDate),
    promises: &[PromiseRow],
    budget: Duration,
    now: DateTime<Utc>,
) -> Planned {
    let problem = match Problem::new(&part(scenario, first, last, promises)) {
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
    let outcome = match planner::plan(&problem, &options, &WallClock::start()) {
        Ok(outcome) => outcome,
        // The same.
        Err(_) if !problem.promises.is_empty() => {
            return plan(scenario, (first, last), &[], budget, now);
        }
        Err(error) => {
            tracing::warn!(%first, %last, %error, "no walk-in capacity is kept on these dates");
            let days = keys.into_iter().map(|key| (key, PlannedDay::default()));
            return Planned { days: days.collect(), ..Planned::default() };
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

/// The scenario of some dates with promises as its appointments. A promise of several services
/// becomes an appointment for a service that takes as much.
fn part(
    scenario: &Scenario,
    first: NaiveDate,
    last: NaiveDate,
    promises: &[PromiseRow],
) -> Scenario {
    let mut part = scenario.clone();
    let days = |horizon: Horizon| (horizon.until - horizon.from).num_days() + 1;
    part.horizon = Horizon { from: first, until: last };
    let share = days(part.horizon) as f64 / days(scenario.horizon) as f64;
    for demand in part.demand.iter_mut().filter(|demand| demand.pool == PoolSpan::Horizon) {
        demand.mean *= share.min(1.0);
    }
    part.appointments.clear();
    let Ok(zone) = scheduler_core::time::Zone::new(&scenario.time_zone) else { return part };
    let mut visits: BTreeMap<(u32, Vec<String>, Vec<String>), String> = BTreeMap::new();
    let here = promises.iter().filter(|promise| {
        (first..=last).contains(&promise.day.date)
            && scenario.sites.iter().any(|site| site.id == promise.day.site)
    });
    for promise in here {
        let Some((skills, equipment)) = needs(scenario, promise) else { continue };
        let number = visits.len();
        let visit = (promise.minutes, skills, equipment);
        let service = visits.entry(visit).or_insert_with_key(|(minutes, skills, equipment)| {
            let service = visit_service(scenario, number, *minutes, skills, equipment);
            let id = service.id.clone();
            part.services.push(service);
            id
        });
        part.appointments.push(Appointment {
            id: promise.id.to_string(),
            service: service.clone(),
            site: promise.day.site.clone(),
            start: times::window(&zone, promise).0,
            persons: 1,
            staff: promise.pinned_staff.clone(),
            room: promise.pinned_room.clone(),
        });
    }
    part
}

/// A service with the length and the needs of a visit, worth nothing more.
fn visit_service(
    scenario: &Scenario,
    number: usize,
    minutes: u32,
    skills: &[String],
    equipment: &[String],
) -> Service {
    let mut id = format!("visit {number}");
    while scenario.services.iter().any(|service| service.id == id) {
        id.push('\'');
    }
    Service {
        id,
        name: None,
        minutes,
        extra_person_minutes: 0,
        max_persons: 1,
        skills: skills.to_vec(),
        equipment: equipment.to_vec(),
        value: 0.0,
        ..Service::default()
    }
}

/// Skills and equipment that a promise takes; `None` where the scenario does not know a service.
fn needs(scenario: &Scenario, promise: &PromiseRow) -> Option<(Vec<String>, Vec<String>)> {
    let (mut skills, mut equipment) = (promise.skills.clone(), Vec::new());
    for (id, _) in &promise.basket {
        let service = scenario.services.iter().find(|service| service.id == *id)?;
        skills.extend(service.skills.iter().cloned());
        equipment.extend(service.equipment.iter().cloned());
    }
    for names in [&mut skills, &mut equipment] {
        names.sort();
        names.dedup();
    }
    Some((skills, equipment))
}
