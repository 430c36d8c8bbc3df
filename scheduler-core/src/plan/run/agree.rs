//! Where the book is half full the search begins from days of all clerks that prices have brought
//! together ([`Consensus`]).

use rayon::prelude::*;

use super::{Budget, DUAL_SHARE, Run, with_prices};
use crate::plan::{
    lagrangian::{CROWDED, Consensus},
    lns::SiteDaySearch,
    worth::TimeWorth,
};
use crate::problem::site_day::SiteDayModel;

/// Share of the budget after which days begin to come together, and after which the search goes on
/// from the best of them.
const BEGIN: f64 = 0.15;
const END: f64 = 0.7;

/// Share by which the first cycle ends, however few sweeps that allows, and the most of them.
const FIRST_ENDS: f64 = 0.45;
const FIRST_SWEEPS: usize = 400;

/// Sweeps of each further cycle: 1,394 and 1,459 after 100,000 steps of `promised-day` with 100 (two
/// seeds), 1,427 and 1,463 with 200.
const SWEEPS: usize = 200;

/// Fewer sweeps leave too much that does not fit.
const FEWEST_SWEEPS: usize = 20;

/// Sweeps between two looks at the clock.
const BATCH: usize = 10;

impl Run<'_> {
    /// Brings the days of clerks together in cycles, each of which is completed to a plan; whether
    /// any was. The searches go on from the best of all.
    pub(super) fn agree(&mut self) -> bool {
        let (days, pools) = (self.days, self.pools);
        if self.start.is_some() || !days.iter().any(is_crowded) {
            return false;
        }
        let mut objective = self.objective();
        self.price(BEGIN * self.total() - self.dual_spent, objective);
        if self.stop(objective).is_some() {
            return false;
        }
        self.dual.unmerge();
        let worth = TimeWorth::new(self.problem);
        let mut parts: Vec<Option<Consensus<'_>>> = days
            .iter()
            .enumerate()
            .map(|(d, day)| {
                is_crowded(day).then(|| Consensus::new(day, pools, self.dual.prices(d), worth))
            })
            .collect();
        let shifts: usize = parts.iter().flatten().map(Consensus::shifts).sum();
        // With a budget of steps a path is one; with one of time it is measured.
        let mut cost = match self.options.budget {
            Budget::Steps(_) => shifts as f64,
            Budget::Time(_) => 0.0,
        };
        let mut any = false;
        loop {
            if cost == 0.0 {
                let begin = self.monitor.elapsed();
                self.sweep_all(&mut parts, (0, BATCH), 0.0);
                cost = (self.monitor.elapsed() - begin).as_secs_f64() / BATCH as f64;
                cost = cost.max(1e-6);
                self.steps += (shifts * BATCH) as u64;
            }
            let left = |end: f64| ((end * self.total() - self.spent()) / cost).max(0.0) as usize;
            let sweeps = if any { SWEEPS } else { FIRST_SWEEPS.min(left(FIRST_ENDS)) };
            if sweeps < FEWEST_SWEEPS || left(END) < sweeps {
                break;
            }
            parts.iter_mut().flatten().for_each(Consensus::begin_cycle);
            for done in (0..sweeps).step_by(BATCH) {
                let count = BATCH.min(sweeps - done);
                self.sweep_all(&mut parts, (done, count), 1.0 / sweeps as f64);
                self.steps += (shifts * count) as u64;
                self.report(objective);
                if self.stop(objective).is_some() {
                    break;
                }
            }
            self.complete(&mut parts);
            any = true;
            objective = self.objective();
            self.report(objective);
            self.price(DUAL_SHARE * self.spent() - self.dual_spent, objective);
            if self.stop(objective).is_some() {
                break;
            }
        }
        if any {
            self.begin_cycle();
        }
        any
    }

    /// Sweeps over all site-days, `count` after the first `done` of a cycle of which each is `share`.
    fn sweep_all(
        &mut self,
        parts: &mut [Option<Consensus<'_>>],
        (done, count): (usize, usize),
        share: f64,
    ) {
        let progress = self.spent() / self.total();
        let searches = &mut self.searches;
        let sweep = |(search, part): (&mut SiteDaySearch, &mut Option<Consensus<'_>>)| {
            let Some(part) = part else { return };
            for i in done..done + count {
                part.sweep(share * i as f64, &mut |n| search.draw(n));
            }
        };
        self.dual_spent +=
            with_prices((&mut self.dual, self.beside, self.monitor, progress), || {
                searches.par_iter_mut().zip(parts).with_max_len(1).for_each(sweep);
            });
    }

    /// Makes plans of what each site-day has kept of its cycle, where that is more than ever before.
    fn complete(&mut self, parts: &mut [Option<Consensus<'_>>]) {
        let mut better = vec![false; parts.len()];
        for (d, part) in parts.iter_mut().enumerate() {
            if let Some(part) = part
                && part.is_record()
            {
                self.searches[d].begin_from_paths(&self.days[d], part.kept());
                better[d] = true;
            }
        }
        let (monitor, budget) = (self.monitor, self.options.budget);
        let give_up = || {
            let late = matches!(budget, Budget::Time(time) if monitor.elapsed() >= time);
            late || monitor.cancelled()
        };
        let progress = self.spent() / self.total();
        self.on_all_days(progress, |search, day, workspace| {
            if better[day.site_day] {
                search.complete_paths(day, workspace, &give_up);
            }
        });
        self.keep_together();
    }
}

/// Whether so much is promised, and sitting down has a price, that prices do better than the search.
fn is_crowded(day: &SiteDayModel) -> bool {
    let promised: usize = day.promises.iter().map(|promise| promise.until - promise.from).sum();
    let present: usize = day.shifts.iter().map(|shift| shift.until - shift.from).sum();
    day.stays_priced() && promised as f64 >= CROWDED * present as f64 && promised > 0
}
