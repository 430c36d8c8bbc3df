//! Counting what a plan offers and uses.

use serde::Serialize;

use super::FlexibleDemand;
use crate::problem::{Plan, Problem, tail_probabilities};

/// Offer and demand of some service or services, somewhere.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Figures {
    /// All slots.
    pub slots: usize,
    /// Slots among them that keep a promise.
    pub promised: usize,
    /// Slots among them that are given to demand which is not counted in `requests`, because other
    /// days or sites can serve it too.
    pub flexible: usize,
    /// Expected number of requests.
    pub requests: f64,
    /// Expected number of these requests that find a slot at the time that they wish.
    pub served: f64,
    /// The same if everybody takes any time of the same day at the same site.
    pub served_any_time: f64,
}

impl Figures {
    /// Share of the requests that is expected to be served; nothing where nobody asks.
    pub fn served_share(&self) -> Option<f64> {
        (self.requests > 0.0).then(|| self.served / self.requests)
    }

    /// The same share if everybody takes any time of the same day at the same site.
    pub fn any_time_share(&self) -> Option<f64> {
        (self.requests > 0.0).then(|| self.served_any_time / self.requests)
    }

    /// Share of the slots for these requests that is expected to be used; nothing where there are
    /// none.
    pub fn used_share(&self) -> Option<f64> {
        let slots = self.slots.saturating_sub(self.promised + self.flexible);
        (slots > 0).then(|| self.served / slots as f64)
    }

    pub(in crate::report) fn add(&mut self, other: &Self) {
        self.slots += other.slots;
        self.promised += other.promised;
        self.flexible += other.flexible;
        self.requests += other.requests;
        self.served += other.served;
        self.served_any_time += other.served_any_time;
    }
}

/// Use of people and rooms.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Usage {
    /// Minutes of walk-in blocks, each counted for every quota that it counts for.
    pub walk_in_minutes: u64,
    /// Least minutes that the walk-in quotas ask for.
    pub walk_in_needed_minutes: u64,
    /// Minutes of clerks in slots and walk-in blocks.
    pub work_minutes: u64,
    /// Minutes among them that take a room.
    pub room_work_minutes: u64,
    /// Minutes for which clerks are rostered, without breaks and absences, on days on which the site
    /// is open.
    pub rostered_minutes: u64,
    /// Minutes of all rooms while the site is open.
    pub room_minutes: u64,
}

impl Usage {
    /// Share of the rostered time that is work; nothing where nobody is on shift.
    pub fn clerk_share(&self) -> Option<f64> {
        (self.rostered_minutes > 0).then(|| self.work_minutes as f64 / self.rostered_minutes as f64)
    }

    /// Share of the rooms' opening time in which they are used; nothing where none is open.
    pub fn room_share(&self) -> Option<f64> {
        (self.room_minutes > 0).then(|| self.room_work_minutes as f64 / self.room_minutes as f64)
    }

    pub(in crate::report) fn add(&mut self, other: &Self) {
        self.walk_in_minutes += other.walk_in_minutes;
        self.walk_in_needed_minutes += other.walk_in_needed_minutes;
        self.work_minutes += other.work_minutes;
        self.room_work_minutes += other.room_work_minutes;
        self.rostered_minutes += other.rostered_minutes;
        self.room_minutes += other.room_minutes;
    }
}

/// Where the slots for a pool can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    SiteDay(usize),
    Site(usize),
    Anywhere,
}

/// The plan counted by service: in all, by site, and by site-day.
#[derive(Debug)]
pub(super) struct Tally {
    /// By service.
    pub(super) services: Vec<Figures>,
    /// By site-day.
    pub(super) usage: Vec<Usage>,
    /// By quota: steps of walk-in blocks that count.
    pub(super) quota_steps: Vec<u32>,
    by_site: Vec<Figures>,
    by_site_day: Vec<Figures>,
    scopes: Vec<Scope>,
    /// By pool.
    pub(super) pool_slots: Vec<usize>,
}

impl Tally {
    pub(super) fn new(problem: &Problem, plan: &Plan) -> Self {
        let services = problem.services.len();
        let mut tally = Self {
            services: vec![Figures::default(); services],
            usage: vec![Usage::default(); problem.site_days.len()],
            quota_steps: vec![0; problem.quotas.len()],
            by_site: vec![Figures::default(); services * problem.sites.len()],
            by_site_day: vec![Figures::default(); services * problem.site_days.len()],
            scopes: problem.pools.iter().map(|pool| scope(problem, &pool.places)).collect(),
            pool_slots: vec![0; problem.pools.len()],
        };
        tally.count_slots(problem, plan);
        tally.count_blocks(problem, plan);
        tally.count_demand(problem);
        tally.count_capacity(problem);
        tally
    }

    pub(super) fn of_site(&self, site: usize) -> &[Figures] {
        let services = self.services.len();
        &self.by_site[site * services..(site + 1) * services]
    }

    pub(super) fn of_site_day(&self, site_day: usize) -> &[Figures] {
        let services = self.services.len();
        &self.by_site_day[site_day * services..(site_day + 1) * services]
    }

    pub(super) fn flexible_demand(&self, problem: &Problem) -> Vec<FlexibleDemand> {
        let pools = problem.pools.iter().enumerate();
        pools
            .filter(|&(index, _)| !matches!(self.scopes[index], Scope::SiteDay(_)))
            .map(|(index, pool)| FlexibleDemand {
                demand: problem.demand_ids[pool.demand].clone(),
                service: problem.services[pool.service].name.clone(),
                requests: pool.mean,
                slots: self.pool_slots[index],
                served: served(pool.mean, self.pool_slots[index]),
            })
            .collect()
    }

    fn count_slots(&mut self, problem: &Problem, plan: &Plan) {
        let pools = pools_by_demand(problem);
        for slot in &plan.slots {
            let site_day = problem.site_day(slot.site, slot.day);
            let pool = slot.demand.and_then(|demand| {
                let places = &pools[demand];
                let at = places.binary_search_by_key(&site_day, |&(place, _)| place).ok()?;
                Some(places[at].1)
            });
            if let Some(pool) = pool {
                self.pool_slots[pool] += 1;
            }
            let scope = pool.map(|pool| self.scopes[pool]);
            let services = self.services.len();
            let promised = usize::from(slot.promise.is_some());
            let beyond_day = matches!(scope, Some(Scope::Site(_) | Scope::Anywhere));
            let beyond_site = scope == Some(Scope::Anywhere);
            for (figures, flexible) in [
                (&mut self.by_site_day[site_day * services + slot.service], beyond_day),
                (&mut self.by_site[slot.site * services + slot.service], beyond_site),
                (&mut self.services[slot.service], false),
            ] {
                figures.slots += 1;
                figures.promised += promised;
                figures.flexible += usize::from(flexible);
            }
            let minutes = u64::from(slot.window.steps()) * u64::from(problem.grid.minutes());
            let usage = &mut self.usage[site_day];
            usage.work_minutes += minutes;
            usage.room_work_minutes += if slot.room.is_some() { minutes } else { 0 };
        }
    }

    fn count_blocks(&mut self, problem: &Problem, plan: &Plan) {
        for block in &plan.walk_in_blocks {
            let site_day = problem.site_day(block.site, block.day);
            let minutes = u64::from(problem.grid.minutes());
            let length = u64::from(block.window.steps()) * minutes;
            self.usage[site_day].work_minutes += length;
            self.usage[site_day].room_work_minutes += length;
            for &quota in &problem.site_days[site_day].quotas {
                if problem.counts_for(block.clerk, quota) {
                    let common = block.window.intersection(problem.quotas[quota].window);
                    self.quota_steps[quota] += u32::from(common.steps());
                }
            }
        }
    }

    fn count_demand(&mut self, problem: &Problem) {
        let services = self.services.len();
        // Of pools that are tied to it, by site-day and service: their mean and slots.
        let mut tied = vec![(0.0, 0); self.by_site_day.len()];
        for (index, pool) in problem.pools.iter().enumerate() {
            let slots = self.pool_slots[index];
            let served = served(pool.mean, slots);
            let beyond = !matches!(self.scopes[index], Scope::SiteDay(_));
            let count = |figures: &mut Figures| {
                figures.requests += pool.mean;
                figures.served += served;
                figures.served_any_time += if beyond { served } else { 0.0 };
            };
            count(&mut self.services[pool.service]);
            let site = match self.scopes[index] {
                Scope::SiteDay(site_day) => {
                    let cell = site_day * services + pool.service;
                    count(&mut self.by_site_day[cell]);
                    tied[cell] = (tied[cell].0 + pool.mean, tied[cell].1 + slots);
                    problem.site_days[site_day].site
                }
                Scope::Site(site) => site,
                Scope::Anywhere => continue,
            };
            count(&mut self.by_site[site * services + pool.service]);
        }
        for (cell, (mean, slots)) in tied.into_iter().enumerate() {
            let any_time = served(mean, slots);
            let (site_day, service) = (cell / services, cell % services);
            let site = problem.site_days[site_day].site;
            for figures in [
                &mut self.by_site_day[cell],
                &mut self.by_site[site * services + service],
                &mut self.services[service],
            ] {
                figures.served_any_time += any_time;
            }
        }
    }

    fn count_capacity(&mut self, problem: &Problem) {
        let minutes = u64::from(problem.grid.minutes());
        for (index, (usage, site_day)) in self.usage.iter_mut().zip(&problem.site_days).enumerate()
        {
            let rooms = problem.sites[site_day.site].rooms.len() as u64;
            let open: u64 = site_day.open.iter().map(|window| u64::from(window.steps())).sum();
            usage.room_minutes = open * rooms * minutes;
            usage.rostered_minutes = u64::from(problem.rostered_steps(index)) * minutes;
            for &quota in &site_day.quotas {
                usage.walk_in_minutes += u64::from(self.quota_steps[quota]) * minutes;
                usage.walk_in_needed_minutes +=
                    u64::from(problem.quotas[quota].min_steps) * minutes;
            }
        }
    }
}

fn scope(problem: &Problem, places: &[(usize, crate::time::Window)]) -> Scope {
    let Some(&(first, _)) = places.first() else {
        return Scope::Anywhere;
    };
    let site = problem.site_days[first].site;
    if places.iter().all(|&(site_day, _)| site_day == first) {
        Scope::SiteDay(first)
    } else if places.iter().all(|&(site_day, _)| problem.site_days[site_day].site == site) {
        Scope::Site(site)
    } else {
        Scope::Anywhere
    }
}

/// For each demand entry its places, in order of site-day, each with its pool.
fn pools_by_demand(problem: &Problem) -> Vec<Vec<(usize, usize)>> {
    let mut pools = vec![Vec::new(); problem.demand_ids.len()];
    for (index, pool) in problem.pools.iter().enumerate() {
        pools[pool.demand].extend(pool.places.iter().map(|&(site_day, _)| (site_day, index)));
    }
    for places in &mut pools {
        places.sort_unstable();
    }
    pools
}

/// Expected number of requests that find one of `slots`: E[min(D, slots)].
fn served(mean: f64, slots: usize) -> f64 {
    tail_probabilities(mean).take(slots).sum()
}
