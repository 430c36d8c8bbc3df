//! What of a site-day is asked for at a price.

use super::Shift;
use crate::problem::{self, Problem};
use crate::time::Step;

/// A part of a quota's window in which blocks should cover so many steps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    /// First step.
    pub from: usize,
    /// First step after.
    pub until: usize,
    /// Steps to cover, at least 1.
    pub steps: u32,
    /// Least number of blocks that cover so many: each covers no more than the stretch has open
    /// steps.
    pub blocks: u32,
    /// Steps that the last of these blocks must cover at least.
    pub rest: u32,
}

impl Stretch {
    pub(super) fn new(
        stretch: &problem::Stretch,
        from: usize,
        until: usize,
        open: &[bool],
    ) -> Self {
        let most = open[from..until].iter().filter(|&&open| open).count().max(1) as u32;
        let blocks = stretch.steps.div_ceil(most);
        let rest = stretch.steps - most * (blocks - 1);
        Self { from, until, steps: stretch.steps, blocks, rest }
    }
}

/// A least number of clerks.
#[derive(Debug, Clone)]
pub(crate) struct Cover {
    /// Index into [`Problem::cover`].
    pub index: usize,
    /// For each step, how many of the clerks who count may be on a break before one is missing;
    /// negative where too few are on shift. `None` where nobody is asked for.
    pub spare: Vec<Option<i32>>,
}

/// The least numbers of clerks on a site-day, for the steps of `open`.
pub(super) fn cover(
    problem: &Problem,
    site_day: usize,
    open: &[bool],
    local: impl Fn(Step) -> usize,
) -> Vec<Cover> {
    let place = &problem.site_days[site_day];
    let asking = place.cover.iter().filter(|&&cover| problem.cover[cover].least > 0);
    asking
        .map(|&index| {
            let entry = &problem.cover[index];
            let least = i32::try_from(entry.least).unwrap_or(i32::MAX);
            let mut spare = vec![None; open.len()];
            for t in local(entry.window.from)..local(entry.window.until) {
                spare[t] = open[t].then_some(-least);
            }
            for shift in &problem.shifts[place.shifts.clone()] {
                if entry.skills.is_subset(&problem.clerks[shift.clerk].skills) {
                    for present in shift.present() {
                        for spare in &mut spare[local(present.from)..local(present.until)] {
                            *spare = spare.map(|spare| spare + 1);
                        }
                    }
                }
            }
            Cover { index, spare }
        })
        .collect()
}

impl Problem {
    /// What a slot of `service` for one person costs by the time that it takes of its clerk
    /// ([`Weights::free_minute`](problem::Weights::free_minute)).
    pub(crate) fn slot_price(&self, service: usize) -> f64 {
        let minutes = u32::from(self.services[service].steps) * self.grid.minutes();
        self.weights.free_minute * f64::from(minutes)
    }
}

/// For each step the price of a pair of clerks on a break.
pub(super) fn pair_price(problem: &Problem, shifts: &[Shift], open: &[bool]) -> Vec<f64> {
    let mut present = vec![0_u32; open.len()];
    for shift in shifts {
        for count in &mut present[shift.from..shift.until] {
            *count += 1;
        }
        for &(from, until) in &shift.absent {
            for count in &mut present[from..until] {
                *count -= 1;
            }
        }
    }
    let minutes = f64::from(problem.grid.minutes());
    let price = |(&open, &present): (&bool, &u32)| {
        if open && present >= 2 {
            problem.weights.break_pair_minute * minutes / f64::from(present - 1)
        } else {
            0.0
        }
    };
    open.iter().zip(&present).map(price).collect()
}
