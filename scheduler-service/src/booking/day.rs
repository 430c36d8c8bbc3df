//! A site-day as of some time: without the holds that have expired, and with the walk-in capacity
//! that has flowed back to appointments.

use chrono::{DateTime, Utc};
use scheduler_core::ledger::{Block, Entry, Ledger};
use scheduler_core::problem::Problem;

use super::times;

/// A site-day as of some time.
#[derive(Debug)]
pub(super) struct Current {
    pub ledger: Ledger,
    /// Holds that have expired.
    pub expired: Vec<Entry>,
    /// Walk-in blocks that have flowed back.
    pub returned: Vec<Block>,
}

/// `ledger` as it is at `now`.
pub(super) fn as_of(problem: &Problem, ledger: &Ledger, now: DateTime<Utc>) -> Current {
    let mut ledger = ledger.clone();
    let expired = ledger.expire(now.timestamp_millis());
    let returned = match second(problem, ledger.site_day(), now) {
        Some(second) => {
            // What begins within the minute that runs has begun.
            let step = problem.grid.steps_for(second.div_ceil(60));
            let is_back = |quota: usize| flows_back(problem, quota, second / 60);
            ledger.return_walk_ins(step, 0, is_back)
        }
        None => Vec::new(),
    };
    Current { ledger, expired, returned }
}

/// Whether walk-in capacity of the site-day flows back at `now`.
pub(super) fn has_returns(problem: &Problem, site_day: usize, now: DateTime<Utc>) -> bool {
    let quotas = &problem.site_days[site_day].quotas;
    second(problem, site_day, now)
        .is_some_and(|second| quotas.iter().any(|&quota| flows_back(problem, quota, second / 60)))
}

/// When other walk-in capacity of the site-day may flow back than at `now`.
pub(super) fn next_return(
    problem: &Problem,
    site_day: usize,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let day = &problem.site_days[site_day];
    let date = problem.dates[day.day];
    let times = day.quotas.iter().filter_map(|&quota| problem.quotas[quota].returns_at);
    let instant = |minute: u32| times::instant(&problem.zone, date, minute).to_utc();
    let first = times.clone().map(instant).filter(|&at| at > now).min();
    // Once it flows back, what has begun does no more: that changes with every step.
    let next_step = second(problem, site_day, now)
        .filter(|_| has_returns(problem, site_day, now))
        .map(|second| instant((second / 60 / problem.grid.minutes() + 1) * problem.grid.minutes()));
    [first, next_step].into_iter().flatten().min()
}

fn flows_back(problem: &Problem, quota: usize, minute: u32) -> bool {
    problem.quotas[quota].returns_at.is_some_and(|from| from <= minute)
}

/// The second of the site-day's date at `now`; `None` on other dates.
fn second(problem: &Problem, site_day: usize, now: DateTime<Utc>) -> Option<u32> {
    let (date, second) = problem.zone.wall_clock(now.fixed_offset())?;
    (date == problem.dates[problem.site_days[site_day].day]).then_some(second)
}
