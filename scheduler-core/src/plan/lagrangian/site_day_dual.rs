//! The dual of one site-day: its prices, their value, and how they move.

use super::{
    arc_gains::{ArcGains, PriceLayout},
    clerk_day::{PathScratch, add_usage, longest_path},
    pools::Pools,
    price_step::{Pace, PriceStep},
};
use crate::plan::worth::TimeWorth;
use crate::problem::site_day::{MergedKinds, ShiftGroup, SiteDayModel};

/// Steps over whose last share the mean of prices is taken: of n steps about n / 10, so that the
/// first ones are forgotten.
pub(super) const AVERAGING: f64 = 10.0;

/// Steps between two looks at the mean of prices.
pub(super) const LOOK_STEPS: usize = 10;

/// The part of one site-day.
#[derive(Debug)]
pub(super) struct SiteDayDual<'a> {
    pub day: &'a SiteDayModel,
    /// What follows where `day` is one with kinds of room merged: the whole day, and which kind
    /// there each of its kinds is.
    whole: Option<(&'a SiteDayModel, &'a [u16])>,
    groups: Vec<ShiftGroup>,
    pub at: PriceLayout,
    pub prices: Vec<f64>,
    /// The largest value of each price: what the thing costs where it is missing.
    caps: Vec<f64>,
    /// For each step, the most clerks who can be on a break.
    resting: Vec<u32>,
    pub price_step: PriceStep,
    /// The mean of the last prices, where it is worth a look; else empty.
    averages: Vec<f64>,
    steps: usize,
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
    /// Slots given to each local pool.
    link_usage: Vec<f64>,
}

impl StepTables {
    pub(super) fn new(day: &SiteDayModel, at: PriceLayout) -> Self {
        Self {
            gains: ArcGains::new(day),
            scratch: PathScratch::default(),
            gradient: vec![0.0; at.len],
            link_usage: vec![0.0; at.rooms],
        }
    }
}

impl<'a> SiteDayDual<'a> {
    /// The dual of `day`, at first of `merged`.
    pub(super) fn new(
        day: &'a SiteDayModel,
        merged: Option<&'a MergedKinds>,
        pools: &Pools,
        position_of: &[usize],
        worth: TimeWorth,
    ) -> Self {
        let whole = merged.map(|merged| (day, &merged.kind_of[..]));
        let day = merged.map_or(day, |merged| &merged.day);
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
        let resting: Vec<u32> = (0..day.steps).map(|t| day.most_resting(t, |_| true)).collect();
        Self {
            groups: day.shift_groups(),
            caps: caps(day, at, &resting),
            resting,
            price_step: PriceStep::new(at.len),
            averages: if is_priced(day, at) { prices.clone() } else { Vec::new() },
            steps: 0,
            at,
            is_link: day.pools.iter().map(|&p| position(p).is_some()).collect(),
            link_usage: vec![0.0; links.len()],
            links,
            work: None,
            best: f64::INFINITY,
            best_prices: prices.clone(),
            prices,
            day,
            whole,
        }
    }

    /// Goes on with the whole day, where kinds of room were merged: each kind begins at the prices
    /// of what it was merged into.
    pub(super) fn unmerge(&mut self) {
        let Some((day, kind_of)) = self.whole.take() else {
            return;
        };
        let (before, at) = (self.at, PriceLayout::new(day));
        let spread = |values: &mut Vec<f64>| {
            if values.is_empty() {
                return;
            }
            let mut all = Vec::with_capacity(at.len);
            all.extend_from_slice(&values[..before.rooms]);
            for &kind in kind_of {
                let row = before.rooms + usize::from(kind) * day.steps;
                all.extend_from_slice(&values[row..row + day.steps]);
            }
            all.extend_from_slice(&values[before.quota_min..]);
            *values = all;
        };
        spread(&mut self.prices);
        spread(&mut self.best_prices);
        spread(&mut self.averages);
        self.price_step.spread(spread);
        self.groups = day.shift_groups();
        self.caps = caps(day, at, &self.resting);
        self.work = None;
        (self.day, self.at) = (day, at);
    }

    /// Whether kinds of room are merged.
    pub(super) fn is_merged(&self) -> bool {
        self.whole.is_some()
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
        if self.links.is_empty() && self.has_averages() && self.steps.is_multiple_of(LOOK_STEPS) {
            self.look(pools, &mut work);
        }
        self.work = keep.then_some(work);
    }

    /// The value at the mean of the last prices, those of `linking` pools given. Where whole days
    /// move from one kind of room to another prices swing around the best ones, and their mean
    /// converges faster than the last of them (O. Shamir and T. Zhang, *Stochastic Gradient Descent
    /// for Non-smooth Optimization*, 2013, arXiv:1212.1824).
    pub(super) fn look_at(&mut self, pools: &Pools, linking: &[f64], keep: bool) -> f64 {
        let mut work =
            self.work.take().unwrap_or_else(|| Box::new(StepTables::new(self.day, self.at)));
        // A site-day that keeps no mean is looked at where its prices are.
        let keeps_none = self.averages.is_empty();
        if keeps_none {
            self.averages.extend_from_slice(&self.prices);
        }
        for &(local, position) in &self.links {
            self.averages[local] = linking[position];
        }
        let value = self.look(pools, &mut work);
        if keeps_none {
            self.averages.clear();
        }
        self.work = keep.then_some(work);
        // What nothing links may be at any prices of its own.
        if self.links.is_empty() { self.best } else { value }
    }

    fn look(&mut self, pools: &Pools, work: &mut StepTables) -> f64 {
        std::mem::swap(&mut self.prices, &mut self.averages);
        let value = self.evaluate(pools, work);
        std::mem::swap(&mut self.prices, &mut self.averages);
        value
    }

    /// Whether the mean of prices is worth a look.
    pub(super) fn has_averages(&self) -> bool {
        !self.averages.is_empty()
    }

    /// Paths that a step finds.
    pub(super) fn work(&self) -> usize {
        self.groups.len()
    }

    /// Values the day at the present prices and leaves the subgradient in `work`.
    fn evaluate(&mut self, pools: &Pools, work: &mut StepTables) -> f64 {
        let (day, at) = (self.day, self.at);
        let StepTables { gains, scratch, gradient, link_usage } = work;
        gains.update(day, at, &self.prices);
        gradient.fill(0.0);
        let mut value = 0.0;
        // Equal shifts share their path.
        for group in &self.groups {
            let (shift, times) = (usize::from(group.shifts[0]), group.shifts.len() as f64);
            let path = longest_path(day, shift, &group.promises, gains, scratch);
            if path == f64::NEG_INFINITY {
                // No plan holds these breaks, whatever the prices.
                self.best = path;
                return path;
            }
            value += times * path;
            let who = (shift, &group.promises[..]);
            add_usage(day, who, gains, scratch, times, (at, &mut gradient[..]));
        }
        if !self.links.is_empty() {
            link_usage.copy_from_slice(&gradient[..day.pools.len()]);
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
        value += self.priced_shortages(gradient);
        let promises = gradient[at.promises..].iter_mut().zip(&self.prices[at.promises..]);
        for (slope, price) in promises {
            value -= price;
            *slope -= 1.0;
        }

        if value < self.best {
            self.best = value;
            self.best_prices.copy_from_slice(&self.prices);
        }
        value
    }

    /// Values the day at the present prices and moves them.
    pub(super) fn step(&mut self, pools: &Pools, pace: Pace, work: &mut StepTables) {
        if self.evaluate(pools, work) == f64::NEG_INFINITY {
            return;
        }
        for (sum, &(local, _)) in self.link_usage.iter_mut().zip(&self.links) {
            *sum = work.link_usage[local];
        }
        let (day, at, gradient) = (self.day, self.at, &work.gradient);
        // Most is priced by the grid step, pools, touches and promises by the visit: on a fine grid
        // the first must move less, or they drown the others.
        let for_a_step = pace.for_a_step();
        let pace = self.price_step.begin(pace);
        for (i, (price, &slope)) in self.prices.iter_mut().zip(gradient).enumerate() {
            if self.is_link.get(i) == Some(&true) {
                continue;
            }
            let by_step = (at.rooms..at.touches).contains(&i);
            let scale = if by_step { for_a_step } else { 1.0 };
            *price += scale * self.price_step.change(i, slope, pace);
            if i < at.promises {
                *price = price.max(0.0).min(self.caps[i]);
            }
        }
        for (s, stretch) in day.stretches.iter().enumerate() {
            self.share_cap(s, f64::from(stretch.rest));
        }
        self.steps += 1;
        let weight = AVERAGING / (self.steps as f64 + AVERAGING);
        for (average, price) in self.averages.iter_mut().zip(&self.prices) {
            *average += weight * (price - *average);
        }
    }

    /// What breaks at the same time and all that is asked for at a price add to the value; turns
    /// what is used of them, in `gradient`, into the subgradient.
    fn priced_shortages(&self, gradient: &mut [f64]) -> f64 {
        let (day, at, prices) = (self.day, self.at, &self.prices);
        let mut value = 0.0;
        if at.has_breaks() {
            // n clerks on a break cost n (n − 1) / 2 pairs, which is convex: its conjugate.
            for (t, &pair) in day.pair_price.iter().enumerate() {
                let price = prices[at.breaks + t];
                let most = f64::from(self.resting[t]);
                let wanted = if price > 0.0 { (price / pair).ceil().min(most) } else { 0.0 };
                value += price * wanted - pair * (wanted * (wanted - 1.0) / 2.0);
                gradient[at.breaks + t] = wanted - gradient[at.breaks + t];
            }
        }
        for (c, cover) in day.cover.iter().enumerate() {
            let row = at.cover + c * day.steps;
            for (t, spare) in cover.spare.iter().enumerate() {
                let spare = spare.map_or(0.0, f64::from);
                value += prices[row + t] * spare;
                gradient[row + t] = spare - gradient[row + t];
            }
        }
        for (q, quota) in day.quotas.iter().enumerate().filter(|(_, quota)| quota.counters > 0) {
            let asked = f64::from(quota.counters);
            let row = at.counters + q * day.steps;
            for t in (quota.from..quota.until).filter(|&t| day.open[t]) {
                value -= prices[row + t] * asked;
                gradient[row + t] -= asked;
            }
        }
        for (s, stretch) in day.stretches.iter().enumerate() {
            value -= prices[at.stretches + s] * f64::from(stretch.steps);
            value -= prices[at.touches + s] * f64::from(stretch.blocks);
            gradient[at.stretches + s] -= f64::from(stretch.steps);
            gradient[at.touches + s] -= f64::from(stretch.blocks);
        }
        value
    }

    /// A missing step of a stretch eases two constraints, by 1 the steps and by 1 / `rest` the
    /// blocks that touch it: both prices together must not exceed what it costs. The nearest prices
    /// that do not.
    fn share_cap(&mut self, s: usize, rest: f64) {
        let (steps, touch) = (self.at.stretches + s, self.at.touches + s);
        let (a, b, most) = (self.prices[steps], self.prices[touch] / rest, self.day.short_price);
        let excess = a + b - most;
        if excess > 0.0 {
            let a = (a - 0.5 * excess).clamp(0.0, most);
            self.prices[steps] = a;
            self.prices[touch] = (most - a) * rest;
        }
    }
}

/// Whether anything but slots, rooms, quotas and promises has a price.
fn is_priced(day: &SiteDayModel, at: PriceLayout) -> bool {
    day.stays_priced() || at.breaks < at.promises
}

/// The largest value of each price: what the thing costs where it is missing.
fn caps(day: &SiteDayModel, at: PriceLayout, resting: &[u32]) -> Vec<f64> {
    let mut caps = vec![f64::INFINITY; at.len];
    for (q, quota) in day.quotas.iter().enumerate() {
        caps[at.quota_min + q] = quota.lack_price;
    }
    caps[at.breaks..at.promises].fill(0.0);
    if at.has_breaks() {
        for (t, (&pair, &most)) in day.pair_price.iter().zip(resting).enumerate() {
            caps[at.breaks + t] = pair * f64::from(most);
        }
    }
    for (c, cover) in day.cover.iter().enumerate() {
        for (t, spare) in cover.spare.iter().enumerate() {
            if spare.is_some() {
                caps[at.cover + c * day.steps + t] = day.short_price;
            }
        }
    }
    for (q, quota) in day.quotas.iter().enumerate().filter(|(_, quota)| quota.counters > 0) {
        for t in (quota.from..quota.until).filter(|&t| day.open[t]) {
            caps[at.counters + q * day.steps + t] = day.short_price;
        }
    }
    for (s, stretch) in day.stretches.iter().enumerate() {
        caps[at.stretches + s] = day.short_price;
        caps[at.touches + s] = day.short_price * f64::from(stretch.rest);
    }
    caps
}
