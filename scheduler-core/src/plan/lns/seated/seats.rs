//! What a state knows beyond tasks where stays, breaks and what is asked for have prices, kept up to
//! date move by move.

use super::pricing::{Due, Pricing, strange_price};
use crate::plan::lns::state::{Item, NO_KIND, State, Task};
use crate::problem::site_day::SiteDayModel;

/// A clerk at a counter of a kind, from the first task to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stay {
    pub kind: u16,
    pub start: u16,
    pub end: u16,
}

/// The part of a state that only the seated search keeps.
#[derive(Debug, Clone, Default)]
pub(crate) struct Seats {
    /// By shift, in order of time.
    pub stays: Vec<Vec<Stay>>,
    /// Clerks on a break, by step.
    resting: Vec<u16>,
    /// How many more may take a break before somebody is missing, by `cover * steps + t`; below 0
    /// so many are missing.
    spare: Vec<i32>,
    /// Blocks that run, by `quota * steps + t`.
    running: Vec<u32>,
    /// Steps covered, by meter.
    pub met: Vec<i32>,
    /// Breaks held, by shift, a bit for each.
    pub held: Vec<u32>,
}

impl Seats {
    /// Nothing planned yet.
    pub(crate) fn new(day: &SiteDayModel, pricing: &Pricing) -> Self {
        let spare = day.cover.iter().flat_map(|cover| &cover.spare);
        Self {
            stays: vec![Vec::new(); day.shifts.len()],
            resting: vec![0; day.steps],
            // Where nobody is asked for, there is always somebody to spare.
            spare: spare.map(|spare| spare.unwrap_or(i32::MAX / 2)).collect(),
            running: vec![0; day.quotas.len() * day.steps],
            met: vec![0; pricing.meters.len()],
            held: vec![0; day.shifts.len()],
        }
    }

    /// What a break step costs `shift` at each step of `[from, until)`, written to `costs`.
    pub(super) fn break_costs(
        &self,
        day: &SiteDayModel,
        shift: usize,
        (from, until): (usize, usize),
        costs: &mut [f64],
    ) {
        for (cost, t) in costs.iter_mut().zip(from..until) {
            *cost = day.pair_price[t] * f64::from(self.resting[t]);
        }
        for &c in &day.profiles[day.shifts[shift].profile].cover {
            let row = c * day.steps;
            for (cost, spare) in costs.iter_mut().zip(&self.spare[row + from..row + until]) {
                *cost += if *spare <= 0 { day.short_price } else { 0.0 };
            }
        }
    }

    /// What one walk-in block more earns for counters at each step of `[from, until)`, added to
    /// `gains`.
    pub(super) fn counter_gains(
        &self,
        day: &SiteDayModel,
        quotas: &[usize],
        (from, until): (usize, usize),
        gains: &mut [f64],
    ) {
        for &q in quotas {
            let quota = &day.quotas[q];
            let row = q * day.steps;
            for t in quota.from.max(from)..quota.until.min(until) {
                if self.running[row + t] < quota.counters {
                    gains[t - from] += day.short_price;
                }
            }
        }
    }

    fn book_break(
        &mut self,
        day: &SiteDayModel,
        shift: usize,
        (start, end): (usize, usize),
        sign: i32,
    ) -> f64 {
        let mut change = 0.0;
        for t in start..end {
            if sign > 0 {
                change -= day.pair_price[t] * f64::from(self.resting[t]);
                self.resting[t] += 1;
            } else {
                self.resting[t] -= 1;
                change += day.pair_price[t] * f64::from(self.resting[t]);
            }
        }
        for &c in &day.profiles[day.shifts[shift].profile].cover {
            let row = c * day.steps;
            for spare in &mut self.spare[row + start..row + end] {
                let before = (-*spare).max(0);
                *spare -= sign;
                change += day.short_price * f64::from(before - (-*spare).max(0));
            }
        }
        change
    }

    fn book_block(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        quotas: &[usize],
        (start, end): (usize, usize),
        sign: i32,
    ) -> f64 {
        let mut change = 0.0;
        for &q in quotas {
            for &m in &pricing.meters_of[q] {
                let meter = &pricing.meters[usize::from(m)];
                let overlap = end.min(meter.until).saturating_sub(start.max(meter.from)) as i32;
                if overlap == 0 {
                    continue;
                }
                let met = &mut self.met[usize::from(m)];
                let before = (meter.least - *met).max(0);
                *met += sign * overlap;
                let after = (meter.least - *met).max(0);
                change += meter.price.unwrap_or(0.0) * f64::from(before - after);
            }
            let quota = &day.quotas[q];
            if quota.counters == 0 {
                continue;
            }
            let row = q * day.steps;
            for t in quota.from.max(start)..quota.until.min(end) {
                let count = &mut self.running[row + t];
                let before = quota.counters.saturating_sub(*count);
                *count = count.wrapping_add_signed(sign);
                let after = quota.counters.saturating_sub(*count);
                change += day.short_price * (f64::from(before) - f64::from(after));
            }
        }
        change
    }

    /// Everything that has a price, slots aside, counted afresh.
    fn price(&self, day: &SiteDayModel, pricing: &Pricing) -> f64 {
        let mut price = 0.0;
        for (shift, stays) in self.stays.iter().enumerate() {
            price += stay_price(day, shift, stays);
        }
        for (&n, &pair) in self.resting.iter().zip(&day.pair_price) {
            price += pair * f64::from(n) * (f64::from(n) - 1.0) / 2.0;
        }
        for spare in &self.spare {
            price += day.short_price * f64::from((-spare).max(0));
        }
        for (q, quota) in day.quotas.iter().enumerate() {
            for t in (quota.from..quota.until).filter(|&t| day.open[t]) {
                let missing = quota.counters.saturating_sub(self.running[q * day.steps + t]);
                price += day.short_price * f64::from(missing);
            }
        }
        for (meter, &met) in pricing.meters.iter().zip(&self.met) {
            price += meter.price.unwrap_or(0.0) * f64::from((meter.least - met).max(0));
        }
        price
    }
}

/// What `stays` of `shift` cost.
pub(super) fn stay_price(day: &SiteDayModel, shift: usize, stays: &[Stay]) -> f64 {
    let Some(more) = stays.len().checked_sub(1) else {
        return 0.0;
    };
    let strange: f64 = stays.iter().map(|stay| strange_price(day, shift, stay.kind)).sum();
    day.seat_price + day.move_price * more as f64 + strange
}

impl State {
    /// Puts `item` into the plan, or takes it out where `sign` is −1; returns by how much the
    /// objective changes, values of pools and stays aside. The list of items and the rooms, which
    /// stays take, are the caller's. Parts of a walk-in block may be booked one by one.
    #[inline]
    pub(in crate::plan::lns) fn book(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        shift: usize,
        item: Item,
        sign: i32,
    ) -> f64 {
        let (start, end) = (usize::from(item.start), usize::from(item.end));
        match item.task {
            // The values of pools are less the time that slots take.
            Task::Slot { pool, .. } => {
                let taken = &mut self.taken[usize::from(pool)];
                *taken = taken.wrapping_add_signed(sign);
                0.0
            }
            Task::Promise { promise, .. } => {
                if sign < 0 {
                    self.unkept.push(promise);
                } else if let Some(i) = self.unkept.iter().position(|&a| a == promise) {
                    self.unkept.swap_remove(i);
                }
                0.0
            }
            Task::Block { .. } => {
                let profile = day.shifts[shift].profile;
                let quotas = &day.profiles[profile].quotas;
                for &q in quotas {
                    let quota = &day.quotas[q];
                    let overlap = end.min(quota.until).saturating_sub(start.max(quota.from));
                    self.covered[q] += sign * overlap as i32;
                }
                self.seats.book_block(day, pricing, quotas, (start, end), sign)
            }
            Task::Break { index } => {
                self.seats.held[shift] ^= 1 << index;
                let held = self.seats.held[shift].count_ones() as usize;
                self.rested[shift] = held == day.shifts[shift].breaks.len();
                self.seats.book_break(day, shift, (start, end), sign)
            }
        }
    }

    /// Puts the shift into a room of the kind, after all its stays so far.
    pub(in crate::plan::lns) fn sit_down(
        &mut self,
        day: &SiteDayModel,
        shift: usize,
        kind: u16,
        (start, end): (u16, u16),
    ) {
        let stay = Stay { kind, start, end };
        self.sit(day, stay, 1);
        self.seats.stays[shift].push(stay);
    }

    /// Takes (`sign` 1) or gives back (−1) a room of the kind for `[start, end)`.
    #[inline]
    pub(in crate::plan::lns) fn sit(&mut self, day: &SiteDayModel, stay: Stay, sign: i16) {
        let row = usize::from(stay.kind) * day.steps;
        for left in &mut self.free[row + usize::from(stay.start)..row + usize::from(stay.end)] {
            *left -= sign;
        }
    }

    /// Whether `shift` finds a room of the kind for `[from, until)`: a room that it keeps is its.
    pub(super) fn has_room(
        &self,
        day: &SiteDayModel,
        shift: usize,
        kind: u16,
        (from, until): (usize, usize),
    ) -> bool {
        (from..until).all(|t| self.rooms_left(day, shift, kind, t) > 0)
    }

    /// Rooms of the kind that `shift` may take at step `t`: the one that it keeps then, no other.
    #[inline]
    pub(in crate::plan::lns) fn rooms_left(
        &self,
        day: &SiteDayModel,
        shift: usize,
        kind: u16,
        t: usize,
    ) -> i16 {
        let left = self.free[usize::from(kind) * day.steps + t];
        match day.shifts[shift].held.iter().find(|room| room.from <= t && t < room.until) {
            None => left,
            Some(room) if room.kind == kind => left + 1,
            Some(_) => 0,
        }
    }

    /// Everything that has a price, counted afresh, and what was moved.
    pub(in crate::plan::lns) fn charge(&self, day: &SiteDayModel, pricing: &Pricing) -> f64 {
        self.price(day, pricing) + pricing.moves.charge(&self.items)
    }

    /// Everything that has a price, slots aside, counted afresh.
    pub(crate) fn price(&self, day: &SiteDayModel, pricing: &Pricing) -> f64 {
        self.seats.price(day, pricing)
    }

    /// Breaks of `shift` that are not held, in order.
    pub(super) fn breaks_due<'d>(
        &self,
        day: &'d SiteDayModel,
        shift: usize,
    ) -> impl Iterator<Item = Due> + use<'d> {
        let held = self.seats.held[shift];
        let all = day.shifts[shift].breaks.iter().copied();
        all.enumerate().filter(move |&(i, _)| held >> i & 1 == 0).map(|(i, due)| (i as u16, due))
    }
}

/// The kind of room that `item` takes, if it takes one.
#[inline]
pub(in crate::plan::lns) fn kind_of(item: &Item) -> Option<u16> {
    match item.task {
        Task::Slot { kind, .. } | Task::Promise { kind, .. } | Task::Block { kind } => {
            (kind != NO_KIND).then_some(kind)
        }
        Task::Break { .. } => None,
    }
}
