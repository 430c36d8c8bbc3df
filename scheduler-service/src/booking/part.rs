//! A part of the scenario as one of its own: some dates, some sites, with the promises of the book as
//! its appointments.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use scheduler_core::ledger::Visit;
use scheduler_core::problem::Problem;
use scheduler_core::scenario::{Appointment, Horizon, PoolSpan, Scenario, Service};
use uuid::Uuid;

use super::ids::Ids;
use super::{load, times};
use crate::store::PromiseRow;

/// The dates from `first` to `last` of `scenario`, without appointments. Of demand for all dates of
/// the horizon these have their share.
pub(super) fn of_dates(scenario: &Scenario, first: NaiveDate, last: NaiveDate) -> Scenario {
    let mut part = scenario.clone();
    let days = |horizon: Horizon| (horizon.until - horizon.from).num_days() + 1;
    part.horizon = Horizon { from: first, until: last };
    let share = days(part.horizon) as f64 / days(scenario.horizon) as f64;
    for demand in part.demand.iter_mut().filter(|demand| demand.pool == PoolSpan::Horizon) {
        demand.mean *= share.min(1.0);
    }
    part.appointments.clear();
    part
}

/// Takes all sites but `sites` out of `part`, with everything that is theirs.
pub(super) fn keep_sites(part: &mut Scenario, sites: &BTreeSet<&str>) {
    let here = |site: &String| sites.contains(site.as_str());
    part.sites.retain(|site| here(&site.id));
    part.rooms.retain(|room| here(&room.site));
    let rooms: BTreeSet<&str> = part.rooms.iter().map(|room| room.id.as_str()).collect();
    for clerk in &mut part.staff {
        clerk.shifts.retain(|shift| here(&shift.site));
        clerk.room = clerk.room.take().filter(|room| rooms.contains(room.as_str()));
    }
    part.travel.clear();
    part.walk_in_quotas.retain(|quota| here(&quota.site));
    part.cover.retain(|cover| here(&cover.site));
    for demand in &mut part.demand {
        demand.sites.retain(here);
    }
    part.demand.retain(|demand| !demand.sites.is_empty());
    part.release.clear();
    part.operations = None;
}

/// Makes `promises` appointments of `part`: each for a service that takes as much, worth nothing
/// more. `problem` is of the same scenario. Promises of which the scenario does not know a part any
/// more are left out. The services, by the ids of the promises.
pub(super) fn add_promises<'a>(
    part: &mut Scenario,
    problem: &Problem,
    ids: &Ids,
    promises: impl IntoIterator<Item = &'a PromiseRow>,
) -> BTreeMap<Uuid, String> {
    let mut services: BTreeMap<Visit, String> = BTreeMap::new();
    let mut given = BTreeMap::new();
    for promise in promises {
        let Ok(entry) = load::entry(problem, ids, promise) else { continue };
        let needs_room = entry.visit.needs_room;
        let service = services.entry(entry.visit.pinned(None, None)).or_insert_with_key(|visit| {
            let service = visit_service(part, problem, &promise.basket, visit);
            let id = service.id.clone();
            part.services.push(service);
            id
        });
        part.appointments.push(Appointment {
            id: promise.id.to_string(),
            service: service.clone(),
            site: promise.day.site.clone(),
            start: times::window(&problem.zone, promise).0,
            persons: 1,
            staff: promise.only_staff().cloned(),
            room: promise.only_room().filter(|_| needs_room).cloned(),
        });
        given.insert(promise.id, service.clone());
    }
    given
}

/// A service with the length and the needs of a visit.
fn visit_service(
    part: &Scenario,
    problem: &Problem,
    basket: &[(String, u32)],
    visit: &Visit,
) -> Service {
    // As people know it; others are told apart by primes.
    let names: Vec<&str> = basket.iter().map(|(service, _)| service.as_str()).collect();
    let mut id = names.join(" + ");
    while part.services.iter().any(|service| service.id == id) {
        id.push('\'');
    }
    let grid = problem.grid;
    let told = visit.told_steps(grid);
    let name = |names: &[String], index: usize| names[index].clone();
    Service {
        id,
        minutes: grid.minute_of(told),
        // What the rounding to the grid adds counts with it.
        buffer_minutes: grid.minute_of(visit.steps - told),
        max_persons: 1,
        skills: visit.skills.iter().map(|skill| name(&problem.skills, skill)).collect(),
        room: visit.needs_room,
        equipment: visit.equipment.iter().map(|e| name(&problem.equipment, e)).collect(),
        ..Service::default()
    }
}
