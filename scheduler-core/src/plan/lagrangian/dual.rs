//! Prices and the bound: the Lagrangian dual of everything that clerks share.
//!
//! Pools, rooms, quotas and promises get prices; what is left falls apart into one longest path for
//! each clerk-day ([`super::clerk_day`]) and one conjugate for each pool. The value of the dual at
//! *any* prices bounds every plan from above, so a bound is valid whenever the run stops. The path
//! polytope is integral, hence the best bound equals that of the linear relaxation
//! (Geoffrion 1974, doi:10.1007/BFb0120690).
//!
//! Prices move along subgradients with a scale of its own for each coordinate (Kingma, Ba 2015,
//! arXiv:1412.6980), which converges far better here than Polyak's steps: a pool's price is of the
//! order of a visit, a room's of a minute. Site-days take their steps in parallel; the prices of
//! pools that reach over several of them move after each step of all.

use rayon::prelude::*;

use super::{
    arc_gains::PriceLayout,
    pools::Pools,
    price_step::{Pace, PriceStep},
    site_day_dual::{AVERAGING, LOOK_STEPS, SiteDayDual},
};
use crate::plan::worth::TimeWorth;
use crate::problem::site_day::{MergedKinds, SiteDayModel};

/// Steps of a round for site-days that no pool links. Linked ones take one: shared prices that lag
/// behind the others converge to the wrong place.
const UNLINKED_STEPS: usize = 10;

/// Rounds of more paths take too long between two looks at the clock.
const PATHS_PER_ROUND: usize = 20_000;

/// Up to so many site-days keep their tables between rounds; more would fill the memory.
const MOST_KEPT: usize = 400;

/// Rounds without a gain of a millionth after which the bound is settled.
const SETTLE_ROUNDS: usize = 50;

/// Share of the time for prices after which kinds of room are no longer merged. On a day of 40
/// clerks and 23 rooms of which 20 are promised by name a step is eight times as fast before.
const MERGED_SHARE: f64 = 0.35;

/// The dual of a whole problem.
#[derive(Debug)]
pub(crate) struct Dual<'a> {
    pools: &'a Pools,
    days: Vec<SiteDayDual<'a>>,
    /// Prices of linking pools, in the order of [`Pools::linking`].
    linking: Vec<f64>,
    price_step: PriceStep,
    /// Their means over the last rounds.
    averages: Vec<f64>,
    pace: Pace,
    rounds: usize,
    /// Best bound so far.
    pub bound: f64,
    /// No objective of a plan without slots for demand is less.
    least: f64,
    /// The bound some rounds ago, and when.
    mark: (usize, f64),
    settled: bool,
    settle_rounds: usize,
    /// Steps in a round.
    inner: usize,
    /// Paths in a round.
    work: u64,
}

impl<'a> Dual<'a> {
    /// The dual of `days`, at prices that are a fair first guess. Those that are `merged` (empty
    /// where none is) begin with these.
    pub(crate) fn new(
        days: &'a [SiteDayModel],
        merged: &'a [Option<MergedKinds>],
        pools: &'a Pools,
        worth: TimeWorth,
    ) -> Self {
        let mut position_of = vec![usize::MAX; pools.linking.last().map_or(0, |&p| p + 1)];
        for (position, &pool) in pools.linking.iter().enumerate() {
            position_of[pool] = position;
        }
        let mut linking: Vec<f64> = pools.linking.iter().map(|&p| pools.table(p).first()).collect();
        for day in days {
            for (local, &pool) in day.pools.iter().enumerate() {
                if day.reachable[local]
                    && let Ok(position) = pools.linking.binary_search(&pool)
                {
                    linking[position] = 0.5 * pools.table(pool).first();
                }
            }
        }
        let days: Vec<SiteDayDual<'a>> = days
            .iter()
            .enumerate()
            .map(|(d, day)| {
                let merged = merged.get(d).and_then(Option::as_ref);
                SiteDayDual::new(day, merged, pools, &position_of, worth)
            })
            .collect();
        let least = -days.iter().map(|part| part.day.most_charged()).sum::<f64>();
        let paths: usize = days.iter().map(SiteDayDual::work).sum();
        let most = if linking.is_empty() { UNLINKED_STEPS } else { 1 };
        let inner = (PATHS_PER_ROUND / paths.max(1)).clamp(1, most);
        Self {
            inner,
            work: (paths * inner) as u64,
            days,
            price_step: PriceStep::new(linking.len()),
            averages: linking.clone(),
            linking,
            pools,
            pace: Pace { worth, progress: 0.0 },
            rounds: 0,
            bound: pools.total(),
            least,
            mark: (0, f64::INFINITY),
            settled: false,
            settle_rounds: SETTLE_ROUNDS,
        }
    }

    /// Makes rounds as short as they can be: others wait for them.
    pub(crate) fn take_single_steps(&mut self) {
        self.work /= self.inner as u64;
        self.settle_rounds *= self.inner;
        self.inner = 1;
    }

    /// Paths that a round finds.
    pub(crate) fn work(&self) -> u64 {
        self.work
    }

    /// Whether the bound proves that there is no plan: one that only does its duties would be worth
    /// more.
    pub(crate) fn rules_out_plans(&self) -> bool {
        self.bound < self.least - 1e-6
    }

    /// Whether more rounds are not worth their time.
    pub(crate) fn settled(&self) -> bool {
        self.settled
    }

    /// One round: every site-day takes its steps, then the shared prices move. `progress` is the
    /// share of the time for prices that has passed. Returns the number of paths found.
    pub(crate) fn round(&mut self, progress: f64) -> u64 {
        self.pace.progress = progress.clamp(0.0, 1.0);
        if progress >= MERGED_SHARE {
            self.unmerge();
        }
        let (pools, linking, pace) = (self.pools, &self.linking, self.pace);
        let (inner, keep) = (self.inner, self.days.len() <= MOST_KEPT);
        self.days.par_iter_mut().for_each(|day| day.round(pools, linking, pace, inner, keep));
        // Summed in order: the same bound for any number of threads.
        let mut value: f64 = self.days.iter().map(|day| day.best).sum();
        let mut usage = vec![0.0; self.linking.len()];
        for day in &self.days {
            for (&(_, position), used) in day.links.iter().zip(&day.link_usage) {
                usage[position] += used;
            }
        }
        self.rounds += 1;
        let pace = self.price_step.begin(Pace { progress: 0.5 * self.pace.progress, ..self.pace });
        for (position, &pool) in self.pools.linking.iter().enumerate() {
            let table = self.pools.table(pool);
            let price = &mut self.linking[position];
            let (gain, wanted) = table.conjugate(*price);
            value += gain;
            let change = self.price_step.change(position, usage[position] - wanted as f64, pace);
            *price = (*price + change).clamp(0.0, table.first());
        }
        if !self.linking.is_empty() && self.days.iter().any(SiteDayDual::has_averages) {
            let weight = AVERAGING / (self.rounds as f64 + AVERAGING);
            for (average, price) in self.averages.iter_mut().zip(&self.linking) {
                *average += weight * (price - *average);
            }
            if self.rounds.is_multiple_of(LOOK_STEPS) {
                value = value.min(self.look(keep));
            }
        }
        // Room for the rounding of the sums.
        self.bound = self.bound.min(value + 1e-12 * value.abs());
        if self.rounds >= self.mark.0 + self.settle_rounds {
            let stands = self.mark.1 - self.bound < 1e-6 * self.bound.abs();
            self.settled = stands && self.pace.is_slow(self.rounds * self.inner);
            if self.settled && self.days.iter().any(SiteDayDual::is_merged) {
                self.unmerge();
                self.settled = false;
            }
            self.mark = (self.rounds, self.bound);
        }
        self.work
    }

    /// Goes on with all kinds of room as they are.
    pub(crate) fn unmerge(&mut self) {
        self.days.iter_mut().for_each(SiteDayDual::unmerge);
    }

    /// The value of everything at the mean of the last prices.
    fn look(&mut self, keep: bool) -> f64 {
        let (pools, linking) = (self.pools, &self.averages);
        let values: Vec<f64> =
            self.days.par_iter_mut().map(|day| day.look_at(pools, linking, keep)).collect();
        let tables = pools.linking.iter().map(|&pool| pools.table(pool));
        let wanted = tables.zip(linking).map(|(table, &price)| table.conjugate(price).0);
        values.into_iter().sum::<f64>() + wanted.sum::<f64>()
    }

    /// The best prices of the `day`-th site-day and their layout, after [`Self::unmerge`].
    pub(crate) fn prices(&self, day: usize) -> (PriceLayout, &[f64]) {
        (self.days[day].at, &self.days[day].best_prices)
    }
}
