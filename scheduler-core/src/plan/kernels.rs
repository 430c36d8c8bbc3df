//! The inner loops by themselves, for benchmarks: on the site-day with the most shifts.

use super::{
    lagrangian::{ArcGains, Dual, PathScratch, Pools, PriceLayout, longest_path},
    lns::{Parameters, SiteDaySearch, Workspace},
    worth::TimeWorth,
};
use crate::problem::{
    Problem,
    site_day::{MergedKinds, SiteDayModel, places_at, places_by_site_day},
};
use crate::time::Grid;

/// Rounds of prices before anything is measured, so that paths look as they do in a run.
const ROUNDS: usize = 50;

struct Setup {
    pools: Pools,
    days: Vec<SiteDayModel>,
    worth: TimeWorth,
    grid: Grid,
}

impl Setup {
    fn new(problem: &Problem) -> Self {
        let busiest = (0..problem.site_days.len())
            .max_by_key(|&d| problem.site_days[d].shifts.len())
            .unwrap_or(0);
        Self {
            pools: Pools::new(problem),
            days: vec![SiteDayModel::new(problem, busiest, &places_at(problem, busiest))],
            worth: TimeWorth::new(problem),
            grid: problem.grid,
        }
    }
}

/// Gives `measure` a function that finds the longest path through one clerk's day: the longest of
/// the shifts with a break.
pub fn clerk_day<R>(problem: &Problem, measure: impl FnOnce(&mut dyn FnMut() -> f64) -> R) -> R {
    let setup = Setup::new(problem);
    let day = &setup.days[0];
    let mut dual = Dual::new(&setup.days, &[], &setup.pools, setup.worth);
    for round in 0..ROUNDS {
        dual.round(round as f64 / ROUNDS as f64);
    }
    let (at, prices): (PriceLayout, &[f64]) = dual.prices(0);
    let mut gains = ArcGains::new(day);
    gains.update(day, at, prices);
    let mut scratch = PathScratch::default();
    let shift = (0..day.shifts.len())
        .max_by_key(|&d| (day.shifts[d].breaks.len(), day.shifts[d].until - day.shifts[d].from))
        .unwrap_or(0);
    measure(&mut || longest_path(day, shift, &[], &gains, &mut scratch))
}

/// Gives `measure` a function that moves all prices of the site-day ten steps, or one where a pool
/// links it with others.
pub fn price_steps<R>(problem: &Problem, measure: impl FnOnce(&mut dyn FnMut() -> f64) -> R) -> R {
    let setup = Setup::new(problem);
    let mut dual = Dual::new(&setup.days, &[], &setup.pools, setup.worth);
    measure(&mut || {
        dual.round(0.5);
        dual.bound
    })
}

/// Gives `measure` a function that makes a number of moves of the search.
pub fn moves<R>(problem: &Problem, measure: impl FnOnce(&mut dyn FnMut(u64)) -> R) -> R {
    let setup = Setup::new(problem);
    let day = &setup.days[0];
    let gains = |&pool: &usize| &setup.pools.table(pool).marginals[..];
    let mut work = Workspace::new(day, None, day.pools.iter().map(gains));
    let mut search = SiteDaySearch::new(day, None, 1, Parameters::new(setup.grid, setup.worth));
    search.fill(day, &mut work, &|| false);
    let temperature = 0.05 * setup.worth.five_minutes;
    measure(&mut |moves| {
        search.moves = moves;
        search.anneal(day, &mut work, (temperature, temperature));
    })
}

/// Moves the prices of all site-days of `problem` by up to `rounds` rounds, without a search; `each`
/// gets the best bound after each of them. Returns the last.
pub fn bounds(problem: &Problem, rounds: usize, mut each: impl FnMut(usize, f64)) -> f64 {
    let days: Vec<SiteDayModel> = places_by_site_day(problem)
        .iter()
        .enumerate()
        .map(|(site_day, places)| SiteDayModel::new(problem, site_day, places))
        .collect();
    let pools = Pools::new(problem);
    let merged: Vec<Option<MergedKinds>> =
        days.iter().map(SiteDayModel::with_kinds_merged).collect();
    let mut dual = Dual::new(&days, &merged, &pools, TimeWorth::new(problem));
    for round in 0..rounds {
        if dual.settled() {
            break;
        }
        dual.round(round as f64 / rounds as f64);
        each(round, dual.bound);
    }
    dual.bound
}
