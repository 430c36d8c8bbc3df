//! The dual of one site-day: its prices, their value, and how they move.

use super::{
    clerk_day::{ArcGains, PathScratch, PriceLayout, add_usage, longest_path},
    pools::Pools,
    price_step::{Pace, PriceStep},
};
use crate::plan::worth::TimeWorth;
use crate::problem::site_day::{ShiftGroup, SiteDayModel};

/// The part of one site-day.
#[derive(Debug)]
pub(super) struct SiteDayDual<'a> {
    pub day: &'a SiteDayModel,
    groups: Vec<ShiftGroup>,
    pub at: PriceLayout,
    pub prices: Vec<f64>,
    pub price_step: PriceStep,
    /// Linking pools here: local pool, position in [`Pools::linking`].
    pub links: Vec<(usize, usize)>,
    is_link: Vec<bool>,
    /// Slots that the paths gave to each of `links` in the last step.
    pub link_usage: Vec<f64>,
    work: Option<Box<StepTables>>,
    /// Least value: since the start where nothing links the day, else in the last round.
    pub best: f64,
    pub best_prices: Vec<f64>,
}

/// Tables of a step.
#[derive(Debug)]
pub(super) struct StepTables {
    gains: ArcGains,
    scratch: PathScratch,
    gradient: Vec<f64>,
}

impl StepTables {
    pub(super) fn new(day: &SiteDayModel, at: PriceLayout) -> Self {
        Self {
            gains: ArcGains::new(day),
            scratch: PathScratch::default(),
            gradient: vec![0.0; at.len],
        }
    }
}

impl<'a> SiteDayDual<'a> {
    pub(super) fn new(
        day: &'a SiteDayModel,
        pools: &Pools,
        position_of: &[usize],
        worth: TimeWorth,
    ) -> Self {
        let position = |pool: usize| position_of.get(pool).copied().filter(|&p| p != usize::MAX);
        let links: Vec<(usize, usize)> = (0..day.pools.len())
            .filter_map(|local| position(day.pools[local]).map(|p| (local, p)))
            .collect();
        let at = PriceLayout::new(day);
        let mut prices = vec![0.0; at.len];
        for (local, &pool) in day.pools.iter().enumerate() {
            let first = pools.table(pool).first();
            // What nobody here can serve wants nothing at this price, and stays there.
            prices[local] = if day.reachable[local] { 0.5 * first } else { first };
        }
        // A promise costs about what its time could earn otherwise.
        for (a, promise) in day.promises.iter().enumerate() {
            prices[at.promises + a] = 0.6 * worth.step * (promise.until - promise.from) as f64;
        }
        Self {
            groups: day.shift_groups(),
            price_step: PriceStep::new(at.len),
            at,
            is_link: day.pools.iter().map(|&p| position(p).is_some()).collect(),
            link_usage: vec![0.0; links.len()],
            links,
            work: None,
            best: f64::INFINITY,
            best_prices: prices.clone(),
            prices,
            day,
        }
    }

    /// `steps` steps at `linking` prices; `keep` keeps the tables for the next round.
    pub(super) fn round(
        &mut self,
        pools: &Pools,
        linking: &[f64],
        pace: Pace,
        steps: usize,
        keep: bool,
    ) {
        if !self.links.is_empty() {
            self.best = f64::INFINITY;
            for &(local, position) in &self.links {
                self.prices[local] = linking[position];
            }
        }
        let mut work =
            self.work.take().unwrap_or_else(|| Box::new(StepTables::new(self.day, self.at)));
        for _ in 0..steps {
            self.step(pools, pace, &mut work);
        }
        self.work = keep.then_some(work);
    }

    /// Paths that a step finds.
    pub(super) fn work(&self) -> usize {
        self.groups.len()
    }

    /// Values the day at the present prices and moves them.
    pub(super) fn step(&mut self, pools: &Pools, pace: Pace, work: &mut StepTables) {
        let (day, at) = (self.day, self.at);
        let StepTables { gains, scratch, gradient } = work;
        gains.update(day, at, &self.prices);
        gradient.fill(0.0);
        let mut value = 0.0;
        // Equal shifts share their path.
        for group in &self.groups {
            let (shift, times) = (usize::from(group.shifts[0]), group.shifts.len() as f64);
            value += times * longest_path(day, shift, &group.promises, gains, scratch);
            let who = (shift, &group.promises[..]);
            add_usage(day, who, gains, scratch, times, (at, &mut gradient[..]));
        }
        for (sum, &(local, _)) in self.link_usage.iter_mut().zip(&self.links) {
            *sum = gradient[local];
        }

        // What is used, turned into the subgradient: what there is of each thing less its use,
        // with the sign in which its price enters the value.
        for (local, &pool) in day.pools.iter().enumerate() {
            if !self.is_link[local] {
                let (gain, wanted) = pools.table(pool).conjugate(self.prices[local]);
                value += gain;
                gradient[local] -= wanted as f64;
            }
        }
        for (kind, rooms) in day.kinds.iter().enumerate() {
            let count = rooms.rooms.len() as f64;
            let cells = at.rooms + kind * day.steps..at.rooms + (kind + 1) * day.steps;
            for (slope, price) in gradient[cells.clone()].iter_mut().zip(&self.prices[cells]) {
                value += count * price;
                *slope = count - *slope;
            }
        }
        for (q, quota) in day.quotas.iter().enumerate() {
            let covered = gradient[at.quota_min + q];
            value -= self.prices[at.quota_min + q] * f64::from(quota.min_steps);
            gradient[at.quota_min + q] = covered - f64::from(quota.min_steps);
            if quota.max_steps < i32::MAX {
                value += self.prices[at.quota_max + q] * f64::from(quota.max_steps);
                gradient[at.quota_max + q] = f64::from(quota.max_steps) - covered;
            }
        }
        let promises = gradient[at.promises..].iter_mut().zip(&self.prices[at.promises..]);
        for (slope, price) in promises {
            value -= price;
            *slope -= 1.0;
        }

        if value < self.best {
            self.best = value;
            self.best_prices.copy_from_slice(&self.prices);
        }
        // Rooms and quotas are priced by the grid step, pools and promises by the visit.
        let for_a_step = pace.for_a_step();
        let pace = self.price_step.begin(pace);
        for (i, (price, &slope)) in self.prices.iter_mut().zip(&*gradient).enumerate() {
            if self.is_link.get(i) == Some(&true) {
                continue;
            }
            let by_step = (at.rooms..at.promises).contains(&i);
            let scale = if by_step { for_a_step } else { 1.0 };
            *price += scale * self.price_step.change(i, slope, pace);
            if i < at.promises {
                *price = price.max(0.0);
            }
        }
    }
}
