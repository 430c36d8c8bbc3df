//! What slots a site-day could still give out, whatever is promised: the ground for its values.

use crate::ledger::bits;
use crate::ledger::frame::Frame;
use crate::problem::Problem;
use crate::problem::site_day::{SiteDayModel, places_at};

/// The demand of a site-day and who can meet it; of the problem alone. Steps are local.
#[derive(Debug)]
pub(in crate::ledger) struct DemandModel {
    /// Steps of the day.
    pub steps: usize,
    /// Services with a pool here, the shortest first.
    pub services: Vec<DemandService>,
    /// Pools with a place here.
    pub pools: Vec<DemandPool>,
    /// Distinct capabilities of clerks.
    pub profiles: Vec<Profile>,
    /// Index into `profiles`, by desk.
    pub profile_of: Vec<usize>,
}

#[derive(Debug)]
pub(in crate::ledger) struct DemandService {
    /// Index into [`Problem::services`].
    pub service: usize,
    /// Length of a slot.
    pub steps: usize,
    /// Bits of the steps from which on the site is open for a whole slot.
    pub starts: Vec<u64>,
}

#[derive(Debug)]
pub(in crate::ledger) struct DemandPool {
    /// Index into [`Problem::pools`].
    pub pool: usize,
    /// Index into [`DemandModel::services`].
    pub service: usize,
    /// Slots for it start in `[from, until)`.
    pub from: usize,
    /// See `from`.
    pub until: usize,
    /// Whether it has places at this site-day only.
    pub alone: bool,
    /// Value of a slot that is used for sure.
    pub worth: f64,
    /// Expected number of requests.
    pub mean: f64,
}

#[derive(Debug)]
pub(in crate::ledger) struct Profile {
    /// Lengths of the services, ascending.
    pub lengths: Vec<usize>,
    /// Services that it can do, with the index into `lengths`.
    pub services: Vec<(usize, usize)>,
}

impl DemandModel {
    pub(in crate::ledger) fn new(problem: &Problem, frame: &Frame) -> Self {
        let steps = frame.desks.steps;
        let site_day = frame.site_day;
        let places = places_at(problem, site_day);
        let model = SiteDayModel::new(problem, site_day, &places);
        let services: Vec<DemandService> = model
            .services
            .iter()
            .map(|service| {
                let mut starts = frame.open.clone();
                bits::erode(&mut starts, service.steps);
                DemandService { service: service.index, steps: service.steps, starts }
            })
            .collect();
        let local = |step: u16| usize::from(step.saturating_sub(frame.base)).min(steps);
        let pools = places
            .into_iter()
            .filter_map(|(pool, window)| {
                let entry = &problem.pools[pool];
                let service = &problem.services[entry.service];
                Some(DemandPool {
                    pool,
                    service: services.iter().position(|s| s.service == entry.service)?,
                    from: local(window.from),
                    until: local(window.until),
                    alone: entry.places.iter().all(|&(place, _)| place == site_day),
                    worth: service.value * f64::from(service.minutes),
                    mean: entry.mean,
                })
            })
            .collect();
        let profiles = model.profiles.iter().map(|profile| {
            let able = || profile.services.iter().map(|&service| usize::from(service));
            let mut lengths: Vec<usize> = able().map(|s| services[s].steps).collect();
            lengths.dedup();
            let of = |s: usize| lengths.partition_point(|&length| length < services[s].steps);
            let services = able().map(|s| (s, of(s))).collect();
            Profile { lengths, services }
        });
        let profiles = profiles.collect();
        let profile_of = model.shifts.iter().map(|shift| shift.profile).collect();
        Self { steps, services, pools, profiles, profile_of }
    }

    /// The pool that a booking of `service` (of the problem) at local step `start` is one request
    /// of: the first that it may belong to.
    pub(in crate::ledger) fn pool_of(&self, service: usize, start: usize) -> Option<usize> {
        self.pools.iter().position(|pool| {
            self.services[pool.service].service == service
                && (pool.from..pool.until).contains(&start)
        })
    }
}
