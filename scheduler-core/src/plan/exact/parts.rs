//! What is interchangeable: equal shifts, equal rooms.

use std::collections::BTreeMap;

use crate::problem::{Break, Problem, Set};
use crate::time::{Step, Window};

/// Which part of a problem to model.
#[derive(Debug, Clone)]
pub(crate) struct Scope {
    /// Site-days, in order.
    pub(crate) site_days: Vec<usize>,
    /// Whether to publish slots for demand; without it only what must be kept is modelled.
    pub(crate) demand: bool,
    /// Quotas whose least share is left out.
    pub(crate) without_least: Set,
    /// Quotas whose largest share is left out.
    pub(crate) without_most: Set,
    /// Promises that are left out.
    pub(crate) without_promises: Set,
}

impl Scope {
    /// All of `problem`.
    pub(crate) fn whole(problem: &Problem) -> Self {
        Self {
            site_days: (0..problem.site_days.len()).collect(),
            demand: true,
            without_least: Set::default(),
            without_most: Set::default(),
            without_promises: Set::default(),
        }
    }

    /// What must be kept on one site-day: promises, quotas and breaks. No constraint reaches from
    /// one site-day to another, so all of these can be met just if each can be met on its own.
    pub(crate) fn duties(site_day: usize) -> Self {
        Self {
            site_days: vec![site_day],
            demand: false,
            without_least: Set::default(),
            without_most: Set::default(),
            without_promises: Set::default(),
        }
    }

    /// The promises to keep on `site_day`.
    pub(crate) fn promises<'a>(
        &'a self,
        problem: &'a Problem,
        site_day: usize,
    ) -> impl Iterator<Item = usize> + 'a {
        let all = problem.site_days[site_day].promises.iter().copied();
        all.filter(|&promise| !self.without_promises.contains(promise))
    }

    /// The quotas to meet on `site_day`.
    pub(crate) fn quotas<'a>(
        &'a self,
        problem: &'a Problem,
        site_day: usize,
    ) -> impl Iterator<Item = usize> + 'a {
        let out = |quota| self.without_least.contains(quota) && self.without_most.contains(quota);
        problem.site_days[site_day].quotas.iter().copied().filter(move |&quota| !out(quota))
    }
}

/// Where slots for demand may start on a site-day.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) pool: usize,
    pub(crate) window: Window,
}

/// Rooms of a site-day that can stand in for each other all day: they serve the same services and
/// no promise is pinned to any of them (a room with one is a kind of its own).
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub(crate) rooms: Vec<usize>,
}

/// Shifts of a site-day that can stand in for each other.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub(crate) window: Window,
    pub(crate) pause: Option<Break>,
    /// Indices into the problem's shifts.
    pub(crate) shifts: Vec<usize>,
    /// Services that the clerks can serve and that demand asks for, ascending.
    pub(crate) services: Vec<usize>,
    /// Quotas for which the clerks' walk-in blocks count, ascending.
    pub(crate) quotas: Vec<usize>,
    /// Promises that each of them could take, ascending.
    pub(crate) promises: Vec<usize>,
}

/// One site-day, its interchangeable parts put together.
#[derive(Debug, Clone)]
pub(crate) struct Day {
    pub(crate) site_day: usize,
    pub(crate) groups: Vec<Group>,
    pub(crate) kinds: Vec<Kind>,
    /// Where demand may be served, by service, in order of pool.
    pub(crate) places: BTreeMap<usize, Vec<Place>>,
    /// Promises to keep.
    pub(crate) promises: Vec<usize>,
}

impl Day {
    /// The parts of `site_day` that are in `scope`.
    pub(crate) fn new(problem: &Problem, scope: &Scope, site_day: usize) -> Self {
        let mut places: BTreeMap<usize, Vec<Place>> = BTreeMap::new();
        if scope.demand {
            for (index, pool) in problem.pools.iter().enumerate() {
                for &(_, window) in pool.places.iter().filter(|place| place.0 == site_day) {
                    places.entry(pool.service).or_default().push(Place { pool: index, window });
                }
            }
        }
        let promises: Vec<usize> = scope.promises(problem, site_day).collect();
        let groups = groups(problem, scope, site_day, &places, &promises);
        let kinds = kinds(problem, site_day, &places, &promises);
        Self { site_day, groups, kinds, places, promises }
    }

    /// The kinds with the equipment for `service`.
    pub(crate) fn kinds_for(&self, problem: &Problem, service: usize) -> Vec<usize> {
        let fits = |kind: &Kind| problem.room_fits(kind.rooms[0], service);
        (0..self.kinds.len()).filter(|&kind| fits(&self.kinds[kind])).collect()
    }

    /// The kinds in which `promise` can be kept.
    pub(crate) fn kinds_for_promise(&self, problem: &Problem, promise: usize) -> Vec<usize> {
        let pinned = problem.promises[promise].room;
        let mut kinds = self.kinds_for(problem, problem.promises[promise].service);
        kinds.retain(|&kind| pinned.is_none_or(|room| self.kinds[kind].rooms.contains(&room)));
        kinds
    }

    /// Number of shifts worked at `step`.
    pub(crate) fn on_shift(&self, step: Step) -> usize {
        let present = self.groups.iter().filter(|group| group.window.contains(step));
        present.map(|group| group.shifts.len()).sum()
    }
}

fn groups(
    problem: &Problem,
    scope: &Scope,
    site_day: usize,
    places: &BTreeMap<usize, Vec<Place>>,
    promises: &[usize],
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for shift_index in problem.site_days[site_day].shifts.clone() {
        let shift = &problem.shifts[shift_index];
        let can_serve = |service: usize| problem.clerks[shift.clerk].services.contains(service);
        let can_take = |&promise: &usize| takes(problem, promise, shift_index);
        let quotas = scope.quotas(problem, site_day);
        let group = Group {
            window: shift.window,
            pause: shift.breaks.first().copied(),
            shifts: vec![shift_index],
            services: places.keys().copied().filter(|&service| can_serve(service)).collect(),
            quotas: quotas.filter(|&quota| problem.counts_for(shift.clerk, quota)).collect(),
            promises: promises.iter().copied().filter(can_take).collect(),
        };
        let equal = |other: &&mut Group| {
            other.window == group.window
                && other.pause == group.pause
                && other.services == group.services
                && other.quotas == group.quotas
                && other.promises == group.promises
        };
        match groups.iter_mut().find(equal) {
            Some(other) => other.shifts.push(shift_index),
            None => groups.push(group),
        }
    }
    groups
}

/// Whether the clerk of `shift` may keep `promise` in it, as far as skills, presence and pinning go.
pub(crate) fn takes(problem: &Problem, promise: usize, shift: usize) -> bool {
    let (promise, shift) = (&problem.promises[promise], &problem.shifts[shift]);
    promise.clerk.is_none_or(|clerk| clerk == shift.clerk)
        && problem.clerks[shift.clerk].services.contains(promise.service)
        && shift.window.covers(promise.window)
}

fn kinds(
    problem: &Problem,
    site_day: usize,
    places: &BTreeMap<usize, Vec<Place>>,
    promises: &[usize],
) -> Vec<Kind> {
    let promised = promises.iter().map(|&promise| problem.promises[promise].service);
    let mut services: Vec<usize> = places.keys().copied().chain(promised).collect();
    services.sort_unstable();
    services.dedup();
    let pinned = |room: usize| promises.iter().any(|&p| problem.promises[p].room == Some(room));
    let mut kinds: BTreeMap<(Option<usize>, Vec<bool>), Kind> = BTreeMap::new();
    for &room in &problem.sites[problem.site_days[site_day].site].rooms {
        let serves = services.iter().map(|&service| problem.room_fits(room, service)).collect();
        let alone = pinned(room).then_some(room);
        let kind = kinds.entry((alone, serves)).or_insert(Kind { rooms: Vec::new() });
        kind.rooms.push(room);
    }
    kinds.into_values().collect()
}
