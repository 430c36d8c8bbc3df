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
    clerk_day::{Gains, Layout, Scratch, add_usage, longest},
    day::Day,
    pools::Pools,
};

/// Steps of a round for site-days that no pool links. Linked ones take one: shared prices that lag
/// behind the others converge to the wrong place.
const UNLINKED_STEPS: usize = 10;

/// Up to so many site-days keep their tables between rounds; more would fill the memory.
const MOST_KEPT: usize = 400;

/// Rounds without a gain of a millionth after which the bound is settled.
const SETTLE_ROUNDS: usize = 50;

/// The dual of a whole problem.
#[derive(Debug)]
pub(crate) struct Dual<'a> {
    pools: &'a Pools,
    days: Vec<DayDual<'a>>,
    /// Prices of linking pools, in the order of [`Pools::linking`].
    linking: Vec<f64>,
    descent: Descent,
    /// The most that a grid step of anybody's time can earn: the unit of all prices.
    dearest: f64,
    /// How soon steps shrink, see [`rate`].
    tau: f64,
    rounds: usize,
    /// Best bound so far.
    pub bound: f64,
    /// The bound some rounds ago, and when.
    mark: (usize, f64),
    settled: bool,
    /// Steps in a round.
    inner: usize,
    /// Paths in a round.
    work: u64,
}

/// The part of one site-day.
#[derive(Debug)]
struct DayDual<'a> {
    day: &'a Day,
    groups: Vec<Group>,
    at: Layout,
    prices: Vec<f64>,
    descent: Descent,
    steps: usize,
    /// Linking pools here: local pool, position in [`Pools::linking`].
    links: Vec<(usize, usize)>,
    is_link: Vec<bool>,
    /// Slots that the paths gave to each of `links` in the last step.
    link_usage: Vec<f64>,
    work: Option<Box<Work>>,
    /// Least value: since the start where nothing links the day, else in the last round.
    best: f64,
    best_prices: Vec<f64>,
}

/// Tables of a step.
#[derive(Debug)]
struct Work {
    gains: Gains,
    scratch: Scratch,
    gradient: Vec<f64>,
}

impl Work {
    fn new(day: &Day, at: Layout) -> Self {
        Self {
            gains: Gains::new(day),
            scratch: Scratch::default(),
            gradient: vec![0.0; at.len],
        }
    }
}

/// Desks for which the longest path is the same.
#[derive(Debug)]
struct Group {
    desk: usize,
    times: f64,
    promises: Vec<u16>,
}

impl<'a> Dual<'a> {
    /// The dual of `days`, at prices that are a fair first guess.
    pub(crate) fn new(days: &'a [Day], pools: &'a Pools, dearest: f64) -> Self {
        let mut position_of = vec![usize::MAX; pools.linking.last().map_or(0, |&p| p + 1)];
        for (position, &pool) in pools.linking.iter().enumerate() {
            position_of[pool] = position;
        }
        let linking: Vec<f64> =
            pools.linking.iter().map(|&p| 0.5 * pools.table(p).first()).collect();
        let days: Vec<DayDual<'a>> =
            days.iter().map(|day| DayDual::new(day, pools, &position_of)).collect();
        let inner = if linking.is_empty() { UNLINKED_STEPS } else { 1 };
        Self {
            inner,
            work: days.iter().map(|day| (day.groups.len() * inner) as u64).sum(),
            days,
            descent: Descent::new(linking.len()),
            linking,
            pools,
            dearest,
            tau: 100.0,
            rounds: 0,
            bound: f64::INFINITY,
            mark: (0, f64::INFINITY),
            settled: false,
        }
    }

    /// Lets steps shrink so that they end after about `rounds` rounds.
    pub(crate) fn plan_for(&mut self, rounds: f64) {
        self.tau = (rounds * self.inner as f64 / 15.0).clamp(60.0, 500.0);
    }

    /// Whether more rounds are not worth their time.
    pub(crate) fn settled(&self) -> bool {
        self.settled
    }

    /// One round: every site-day takes its steps, then the shared prices move. Returns the number
    /// of paths found.
    pub(crate) fn round(&mut self) -> u64 {
        let (pools, linking, pace) = (self.pools, &self.linking, (self.dearest, self.tau));
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
        let pace = self.descent.begin(rate(self.dearest, self.tau, self.rounds * self.inner / 2));
        for (position, &pool) in self.pools.linking.iter().enumerate() {
            let table = self.pools.table(pool);
            let price = &mut self.linking[position];
            let (gain, wanted) = table.conjugate(*price);
            value += gain;
            let change = self.descent.change(position, usage[position] - wanted as f64, pace);
            *price = (*price + change).clamp(0.0, table.first());
        }
        self.bound = self.bound.min(value);
        if self.rounds >= self.mark.0 + SETTLE_ROUNDS {
            self.settled = self.mark.1 - self.bound < 1e-6 * self.bound.abs();
            self.mark = (self.rounds, self.bound);
        }
        self.work
    }

    /// The best prices of the `day`-th site-day and their layout.
    pub(crate) fn prices(&self, day: usize) -> (Layout, &[f64]) {
        (self.days[day].at, &self.days[day].best_prices)
    }
}

impl<'a> DayDual<'a> {
    fn new(day: &'a Day, pools: &Pools, position_of: &[usize]) -> Self {
        let position = |pool: usize| position_of.get(pool).copied().filter(|&p| p != usize::MAX);
        let links: Vec<(usize, usize)> = (0..day.pools.len())
            .filter_map(|local| position(day.pools[local]).map(|p| (local, p)))
            .collect();
        let at = Layout::new(day);
        let mut prices = vec![0.0; at.len];
        for (price, &pool) in prices.iter_mut().zip(&day.pools) {
            *price = 0.5 * pools.table(pool).first();
        }
        Self {
            groups: groups_of(day),
            descent: Descent::new(at.len),
            at,
            steps: 0,
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

    fn round(
        &mut self,
        pools: &Pools,
        linking: &[f64],
        (dearest, tau): (f64, f64),
        steps: usize,
        keep: bool,
    ) {
        if !self.links.is_empty() {
            self.best = f64::INFINITY;
            for &(local, position) in &self.links {
                self.prices[local] = linking[position];
            }
        }
        let mut work = self.work.take().unwrap_or_else(|| Box::new(Work::new(self.day, self.at)));
        for _ in 0..steps {
            self.step(pools, (dearest, tau), &mut work);
        }
        self.work = keep.then_some(work);
    }

    /// Values the day at the present prices and moves them.
    fn step(&mut self, pools: &Pools, (dearest, tau): (f64, f64), work: &mut Work) {
        let (day, at) = (self.day, self.at);
        let Work { gains, scratch, gradient } = work;
        gains.update(day, at, &self.prices);
        gradient.fill(0.0);
        let mut value = 0.0;
        for group in &self.groups {
            let path = longest(day, group.desk, &group.promises, gains, scratch);
            value += group.times * path;
            let who = (group.desk, &group.promises[..]);
            add_usage(day, who, gains, scratch, group.times, (at, &mut gradient[..]));
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
            for cell in at.rooms + kind * day.steps..at.rooms + (kind + 1) * day.steps {
                value += count * self.prices[cell];
                gradient[cell] = count - gradient[cell];
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
        for cell in at.promises..at.len {
            value -= self.prices[cell];
            gradient[cell] -= 1.0;
        }

        if value < self.best {
            self.best = value;
            self.best_prices.copy_from_slice(&self.prices);
        }
        self.steps += 1;
        let pace = self.descent.begin(rate(dearest, tau, self.steps));
        for (i, (price, &slope)) in self.prices.iter_mut().zip(&*gradient).enumerate() {
            if self.is_link.get(i) == Some(&true) {
                continue;
            }
            *price += self.descent.change(i, slope, pace);
            if i < at.promises {
                *price = price.max(0.0);
            }
        }
    }
}

/// Desks with the same hours, break, capabilities and promises in reach share their path.
fn groups_of(day: &Day) -> Vec<Group> {
    let mut promises = vec![Vec::new(); day.desks.len()];
    for (a, promise) in day.promises.iter().enumerate() {
        for &desk in &promise.desks {
            promises[usize::from(desk)].push(a as u16);
        }
    }
    let mut groups: Vec<Group> = Vec::new();
    let mut index = std::collections::BTreeMap::new();
    for (desk, promises) in promises.into_iter().enumerate() {
        let d = &day.desks[desk];
        let key = (d.from, d.until, d.pause, d.profile, promises.clone());
        let group = *index.entry(key).or_insert_with(|| {
            groups.push(Group { desk, times: 0.0, promises });
            groups.len() - 1
        });
        groups[group].times += 1.0;
    }
    groups
}

/// Length of a step after `steps` of them, where a grid step of work is worth at most `dearest`. The
/// bound's distance to the best is proportional to it while it falls, so it must fall fast, but not
/// so fast that prices stop on the way: `tau` is a fifteenth of the steps that there is time for.
fn rate(dearest: f64, tau: f64, steps: usize) -> f64 {
    let slowing = 1.0 + steps as f64 / tau;
    dearest / (6.0 * slowing * slowing)
}

/// Subgradient steps with a scale for each coordinate.
#[derive(Debug, Default)]
struct Descent {
    mean: Vec<f64>,
    square: Vec<f64>,
    count: i32,
}

/// Memory of the mean subgradient and of its mean square.
const MEAN_DECAY: f64 = 0.95;
const SQUARE_DECAY: f64 = 0.99;

impl Descent {
    fn new(coordinates: usize) -> Self {
        Self { mean: vec![0.0; coordinates], square: vec![0.0; coordinates], count: 0 }
    }

    /// Begins a step of length `rate`; the result goes to [`Self::change`].
    fn begin(&mut self, rate: f64) -> (f64, f64) {
        self.count = self.count.saturating_add(1);
        (
            rate / (1.0 - MEAN_DECAY.powi(self.count)),
            1.0 / (1.0 - SQUARE_DECAY.powi(self.count)),
        )
    }

    /// How coordinate `i` changes against its subgradient.
    #[inline]
    fn change(&mut self, i: usize, slope: f64, (rate, unbias): (f64, f64)) -> f64 {
        let mean = &mut self.mean[i];
        *mean += (1.0 - MEAN_DECAY) * (slope - *mean);
        let square = &mut self.square[i];
        *square += (1.0 - SQUARE_DECAY) * (slope * slope - *square);
        -rate * *mean / ((*square * unbias).sqrt() + 1e-9)
    }
}
