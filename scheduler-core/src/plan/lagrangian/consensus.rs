//! Days of all clerks that fit together, made out of prices.
//!
//! At the best prices each clerk's longest path is one of many that are as long, and together they
//! want some rooms and promises twice and others not at all. Here the clerks choose one after the
//! other, over and over, and what the others have chosen changes the prices: what is taken costs
//! more, what nobody does earns more, by a penalty that grows. That is the method of multipliers with
//! alternating directions (ADMM): the squared violation of what clerks share is added to the
//! Lagrangian, and is linear in one clerk's path while all others stand still.

use super::{
    arc_gains::{ArcGains, PriceLayout},
    clerk_day::{PathScratch, Usage, Visit, longest_path, trace_path},
    pools::Pools,
};
use crate::plan::worth::TimeWorth;
use crate::problem::site_day::SiteDayModel;

/// Share of a site-day's working time that must be promised: else the search alone does as well.
pub(crate) const CROWDED: f64 = 0.25;

/// The penalty at the beginning and at the end of a cycle. On `promised-day` 100,000 steps reached
/// 1,434 and 1,489 from 0.1 to 1.5 (two seeds), 1,394 and 1,459 from 0.2, 1,422 and 1,384 from 0.2 to 1.
const FIRST_PENALTY: f64 = 0.1;
const LAST_PENALTY: f64 = 1.5;

/// The penalties for a promise that nobody or two keep, for a room that two have for a step, and for
/// a step of a quota, in what a step of a clerk can earn.
const FOR_PROMISE: f64 = 0.6;
const FOR_ROOM: f64 = 0.3;
const FOR_QUOTA: f64 = 0.01;

/// The share of the penalty by which prices move after each sweep. Seven cycles of 100 sweeps reached
/// 1,391 and 1,406 with 0.6, 769 and 1,248 with 1.
const STEP: f64 = 0.6;

/// How much the next slot of a pool, and the next of all that is asked for, counts as what it adds
/// to what others have taken, and how much at its price.
const OF_MARGINAL: f64 = 0.7;

/// What a step that does not fit is charged, in what a step of a clerk can earn, to choose which days
/// of a cycle to keep: more than it costs to mend.
const CHARGE: f64 = 5.0;

/// What a clerk does for a while; indices are local to the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Doing {
    /// A slot of a service for a pool.
    Slot { service: u16, pool: u16 },
    /// A promise.
    Promise(u16),
    /// A walk-in block.
    Block,
    /// The break of that number.
    Break(u16),
}

/// A clerk's day.
#[derive(Debug, Clone, Default)]
pub(crate) struct DayPath {
    /// What is done from a step to the first after, in order.
    pub tasks: Vec<(usize, usize, Doing)>,
    /// Kind of room and the time in it, in order.
    pub stays: Vec<(u16, usize, usize)>,
}

impl DayPath {
    fn tell(&self, day: &SiteDayModel, profile: usize, visit: &mut impl Visit) {
        for &(kind, from, until) in &self.stays {
            visit.room(usize::from(kind), from, until);
        }
        for &(from, until, doing) in &self.tasks {
            match doing {
                Doing::Slot { service, pool } => {
                    visit.slot(usize::from(service), pool, from, until);
                }
                Doing::Promise(promise) => visit.promise(day, usize::from(promise)),
                Doing::Block => visit.block(profile, from, until),
                Doing::Break(number) => visit.pause(profile, usize::from(number), from, until),
            }
        }
    }
}

impl Visit for DayPath {
    fn room(&mut self, kind: usize, from: usize, until: usize) {
        self.stays.push((kind as u16, from, until));
    }

    fn slot(&mut self, service: usize, pool: u16, from: usize, until: usize) {
        self.tasks.push((from, until, Doing::Slot { service: service as u16, pool }));
    }

    fn promise(&mut self, day: &SiteDayModel, promise: usize) {
        let own = &day.promises[promise];
        self.tasks.push((own.from, own.until, Doing::Promise(promise as u16)));
    }

    fn pause(&mut self, _profile: usize, number: usize, from: usize, until: usize) {
        self.tasks.push((from, until, Doing::Break(number as u16)));
    }

    fn block(&mut self, _profile: usize, from: usize, until: usize) {
        self.tasks.push((from, until, Doing::Block));
    }
}

/// The clerks of a site-day on the way to days that fit together.
#[derive(Debug)]
pub(crate) struct Consensus<'a> {
    day: &'a SiteDayModel,
    pools: &'a Pools,
    at: PriceLayout,
    prices: Vec<f64>,
    /// What all paths use.
    usage: Vec<f64>,
    paths: Vec<DayPath>,
    /// By shift.
    promises: Vec<Vec<u16>>,
    is_link: Vec<bool>,
    gains: ArcGains,
    scratch: PathScratch,
    effective: Vec<f64>,
    worth: TimeWorth,
    /// All shifts, in the order in which they choose.
    order: Vec<usize>,
    /// The best paths of the cycle, and what they are worth.
    kept: Vec<DayPath>,
    kept_worth: f64,
    /// The most that days of a cycle were worth.
    record: f64,
}

impl<'a> Consensus<'a> {
    pub(crate) fn new(
        day: &'a SiteDayModel,
        pools: &'a Pools,
        (at, prices): (PriceLayout, &[f64]),
        worth: TimeWorth,
    ) -> Self {
        let mut promises = vec![Vec::new(); day.shifts.len()];
        for group in day.shift_groups() {
            for &shift in &group.shifts {
                promises[usize::from(shift)].clone_from(&group.promises);
            }
        }
        let linking = |pool: &usize| pools.linking.binary_search(pool).is_ok();
        Self {
            pools,
            at,
            prices: prices.to_vec(),
            usage: vec![0.0; at.len],
            paths: vec![DayPath::default(); day.shifts.len()],
            promises,
            is_link: day.pools.iter().map(linking).collect(),
            gains: ArcGains::new(day),
            scratch: PathScratch::default(),
            effective: vec![0.0; at.len],
            worth,
            order: (0..day.shifts.len()).collect(),
            kept: Vec::new(),
            kept_worth: f64::NEG_INFINITY,
            record: f64::NEG_INFINITY,
            day,
        }
    }

    /// Number of clerks who choose in a sweep.
    pub(crate) fn shifts(&self) -> usize {
        self.order.len()
    }

    /// Forgets what was kept: the penalty begins small again.
    pub(crate) fn begin_cycle(&mut self) {
        self.kept_worth = f64::NEG_INFINITY;
    }

    /// Whether the best days since the cycle has begun are better than those of all cycles that were
    /// asked for before.
    pub(crate) fn is_record(&mut self) -> bool {
        let better = self.kept_worth > self.record;
        self.record = self.record.max(self.kept_worth);
        better
    }

    /// The best days since the cycle has begun, by shift.
    pub(crate) fn kept(&self) -> &[DayPath] {
        &self.kept
    }

    /// Lets the clerks choose once, in an order that is drawn by `below` (a number below another),
    /// after `share` of the cycle; then moves the prices by what still does not fit.
    pub(crate) fn sweep(&mut self, share: f64, below: &mut dyn FnMut(usize) -> usize) {
        let rho = FIRST_PENALTY * (LAST_PENALTY / FIRST_PENALTY).powf(share);
        for i in (1..self.order.len()).rev() {
            self.order.swap(i, below(i + 1));
        }
        for i in 0..self.order.len() {
            self.choose(self.order[i], rho);
        }
        self.move_prices(rho);
        let worth = self.estimate();
        if worth > self.kept_worth {
            self.kept_worth = worth;
            self.kept.clone_from(&self.paths);
        }
    }

    /// Moves the prices by a share of the penalty for what does not fit.
    fn move_prices(&mut self, rho: f64) {
        let (day, at) = (self.day, self.at);
        let (for_promise, for_room, for_quota) = self.penalties(rho);
        for (kind, rooms) in day.kinds.iter().enumerate() {
            let count = rooms.rooms.len() as f64;
            for i in at.rooms + kind * day.steps..at.rooms + (kind + 1) * day.steps {
                self.prices[i] =
                    (self.prices[i] + STEP * for_room * (self.usage[i] - count)).max(0.0);
            }
        }
        for (q, quota) in day.quotas.iter().enumerate() {
            let i = at.quota_min + q;
            let lack = f64::from(quota.min_steps) - self.usage[i];
            self.prices[i] =
                (self.prices[i] + STEP * for_quota * lack).clamp(0.0, quota.lack_price);
        }
        for i in at.promises..at.len {
            self.prices[i] += STEP * for_promise * (1.0 - self.usage[i]);
        }
    }

    /// The penalty for a promise, a step of a room and a step of a quota.
    fn penalties(&self, rho: f64) -> (f64, f64, f64) {
        let step = rho * self.worth.step;
        (FOR_PROMISE * step, FOR_ROOM * step, FOR_QUOTA * step)
    }

    /// The clerk's best day as all others are.
    fn choose(&mut self, shift: usize, rho: f64) {
        let (day, at) = (self.day, self.at);
        let profile = day.shifts[shift].profile;
        let path = std::mem::take(&mut self.paths[shift]);
        path.tell(day, profile, &mut Usage { day, at, times: -1.0, usage: &mut self.usage });
        self.price(rho);
        self.gains.update_for(day, profile, at, &self.effective);
        let promises = &self.promises[shift];
        longest_path(day, shift, promises, &self.gains, &mut self.scratch);
        let mut path = DayPath::default();
        trace_path(day, (shift, promises), &self.gains, &self.scratch, &mut path);
        path.tell(day, profile, &mut Usage { day, at, times: 1.0, usage: &mut self.usage });
        self.paths[shift] = path;
    }

    /// What everything earns and costs the one clerk whose path is not in use.
    fn price(&mut self, rho: f64) {
        let (for_promise, for_room, for_quota) = self.penalties(rho);
        let Self { day, at, prices, usage, effective, .. } = self;
        let for_less = 1.0 / for_room;
        let blend = |price: f64, marginal: f64| price + OF_MARGINAL * (marginal - price);
        for (local, &pool) in day.pools.iter().enumerate() {
            let marginals = &self.pools.table(pool).marginals;
            let next = usage[local].max(0.0) as usize;
            effective[local] = if self.is_link[local] {
                prices[local]
            } else {
                blend(prices[local], marginals.get(next).copied().unwrap_or(0.0))
            };
        }
        for (kind, rooms) in day.kinds.iter().enumerate() {
            let count = rooms.rooms.len() as f64;
            for i in at.rooms + kind * day.steps..at.rooms + (kind + 1) * day.steps {
                let over = usage[i] - count + prices[i] * for_less;
                let (with, without) = ((over + 1.0).max(0.0), over.max(0.0));
                effective[i] = 0.5 * for_room * (with * with - without * without);
            }
        }
        for (q, quota) in day.quotas.iter().enumerate() {
            let i = at.quota_min + q;
            let lack = f64::from(quota.min_steps) - usage[i] - 0.5 * quota.block as f64;
            effective[i] = (prices[i] + for_quota * lack)
                .clamp(0.0, quota.lack_price.min(4.0 * self.worth.step));
            effective[at.quota_max + q] = prices[at.quota_max + q];
        }
        if at.has_breaks() {
            for (t, &pair) in day.pair_price.iter().enumerate() {
                let i = at.breaks + t;
                effective[i] = blend(prices[i], pair * usage[i]);
            }
        }
        for (c, cover) in day.cover.iter().enumerate() {
            for (t, spare) in cover.spare.iter().enumerate() {
                let i = at.cover + c * day.steps + t;
                let short = spare.is_some_and(|spare| usage[i] >= f64::from(spare));
                effective[i] = blend(prices[i], if short { day.short_price } else { 0.0 });
            }
        }
        for (q, quota) in day.quotas.iter().enumerate().filter(|(_, quota)| quota.counters > 0) {
            for t in quota.from..quota.until {
                let i = at.counters + q * day.steps + t;
                let short = usage[i] < f64::from(quota.counters);
                effective[i] = blend(prices[i], if short { day.short_price } else { 0.0 });
            }
        }
        for (s, stretch) in day.stretches.iter().enumerate() {
            let i = at.stretches + s;
            let lack = f64::from(stretch.steps) - usage[i];
            let marginal = (0.5 + lack / 6.0).clamp(0.0, 1.0) * day.short_price;
            effective[i] = blend(prices[i], marginal);
            effective[at.touches + s] = prices[at.touches + s] * (1.0 - OF_MARGINAL);
        }
        for i in at.promises..at.len {
            effective[i] = prices[i] + for_promise * (0.5 - usage[i]);
        }
    }

    /// What the days are worth as they are, less a charge for what does not fit.
    fn estimate(&self) -> f64 {
        let charge = CHARGE * self.worth.step;
        let (day, at, usage) = (self.day, self.at, &self.usage);
        let mut value = 0.0;
        for (local, &pool) in day.pools.iter().enumerate() {
            value += self.pools.table(pool).value(usage[local].max(0.0).round() as usize);
        }
        for (shift, path) in day.shifts.iter().zip(&self.paths) {
            let away =
                |&(kind, ..): &(u16, usize, usize)| shift.own_kind.is_some_and(|own| own != kind);
            let stays = path.stays.len();
            if stays > 0 {
                let moves = stays - 1 + path.stays.iter().filter(|stay| away(stay)).count();
                value -= day.seat_price + moves as f64 * day.move_price;
            }
        }
        if at.has_breaks() {
            for (t, &pair) in day.pair_price.iter().enumerate() {
                let n = usage[at.breaks + t];
                value -= pair * n * (n - 1.0) / 2.0;
            }
        }
        for (c, cover) in day.cover.iter().enumerate() {
            for (t, spare) in cover.spare.iter().enumerate() {
                let n = usage[at.cover + c * day.steps + t];
                let missing = spare.map_or(0.0, |spare| (n - f64::from(spare)).max(0.0));
                value -= day.short_price * missing;
            }
        }
        for (q, quota) in day.quotas.iter().enumerate() {
            if quota.counters > 0 {
                for t in (quota.from..quota.until).filter(|&t| day.open[t]) {
                    let n = usage[at.counters + q * day.steps + t];
                    value -= day.short_price * (f64::from(quota.counters) - n).max(0.0);
                }
            }
            let n = usage[at.quota_min + q];
            value -= charge * (f64::from(quota.min_steps) - n).max(0.0);
            value -= charge * (n - f64::from(quota.max_steps)).max(0.0);
        }
        for (s, stretch) in day.stretches.iter().enumerate() {
            let missing = f64::from(stretch.steps) - usage[at.stretches + s];
            value -= day.short_price * missing.max(0.0);
        }
        for (kind, rooms) in day.kinds.iter().enumerate() {
            let count = rooms.rooms.len() as f64;
            for taken in &usage[at.rooms + kind * day.steps..][..day.steps] {
                value -= charge * (taken - count).max(0.0);
            }
        }
        for (a, promise) in day.promises.iter().enumerate() {
            if usage[at.promises + a] < 0.5 {
                value -= charge * (promise.until - promise.from + 3) as f64;
            }
        }
        value
    }
}
