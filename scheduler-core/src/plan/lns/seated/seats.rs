//! What a state knows beyond tasks where stays, breaks and what is asked for have prices, kept up to
//! date move by move.

use super::pricing::{Pricing, Rest};
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
    /// Clerks who count and are there and not on a break, by `cover * steps + t`.
    on_duty: Vec<i16>,
    /// Blocks that run, by `counters * steps + t`.
    running: Vec<i16>,
    /// Steps covered, by meter.
    pub met: Vec<i32>,
    /// Breaks held, by shift, a bit for each.
    pub held: Vec<u32>,
}

impl Seats {
    /// Nothing planned yet.
    pub(crate) fn new(day: &SiteDayModel, pricing: &Pricing) -> Self {
        let steps = day.steps;
        let mut on_duty = vec![0; pricing.covers.len() * steps];
        for (cover, row) in pricing.covers.iter().zip(on_duty.chunks_mut(steps.max(1))) {
            for (able, present) in cover.able.iter().zip(&pricing.present) {
                for (count, &there) in row.iter_mut().zip(present) {
                    *count += i16::from(*able && there);
                }
            }
        }
        Self {
            stays: vec![Vec::new(); day.shifts.len()],
            resting: vec![0; steps],
            on_duty,
            running: vec![0; pricing.counters.len() * steps],
            met: vec![0; pricing.meters.len()],
            held: vec![0; day.shifts.len()],
        }
    }

    /// What a break step costs `shift` at each step of `[from, until)`, written to `costs`.
    pub(super) fn break_costs(
        &self,
        day: &SiteDayModel,
        pricing: &Pricing,
        shift: usize,
        (from, until): (usize, usize),
        costs: &mut [f64],
    ) {
        for (cost, t) in costs.iter_mut().zip(from..until) {
            *cost = pricing.pair[t] * f64::from(self.resting[t]);
        }
        for (c, cover) in pricing.covers.iter().enumerate() {
            if !cover.able[shift] {
                continue;
            }
            for t in cover.from.max(from)..cover.until.min(until) {
                if day.open[t] && self.on_duty[c * day.steps + t] <= cover.least {
                    costs[t - from] += pricing.short;
                }
            }
        }
    }

    /// What one walk-in block more earns for counters at each step of `[from, until)`, added to
    /// `gains`.
    pub(super) fn counter_gains(
        &self,
        day: &SiteDayModel,
        pricing: &Pricing,
        counters: &[u16],
        (from, until): (usize, usize),
        gains: &mut [f64],
    ) {
        for &c in counters {
            let counter = &pricing.counters[usize::from(c)];
            let row = usize::from(c) * day.steps;
            for t in counter.from.max(from)..counter.until.min(until) {
                if self.running[row + t] < counter.least {
                    gains[t - from] += pricing.short;
                }
            }
        }
    }

    fn book_break(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        shift: usize,
        (start, end): (usize, usize),
        sign: i32,
    ) -> f64 {
        let mut change = 0.0;
        for t in start..end {
            if sign > 0 {
                change -= pricing.pair[t] * f64::from(self.resting[t]);
                self.resting[t] += 1;
            } else {
                self.resting[t] -= 1;
                change += pricing.pair[t] * f64::from(self.resting[t]);
            }
        }
        for (c, cover) in pricing.covers.iter().enumerate() {
            if !cover.able[shift] {
                continue;
            }
            let row = c * day.steps;
            for t in cover.from.max(start)..cover.until.min(end) {
                if !day.open[t] {
                    continue;
                }
                let count = &mut self.on_duty[row + t];
                if sign > 0 {
                    *count -= 1;
                    change -= if *count < cover.least { pricing.short } else { 0.0 };
                } else {
                    change += if *count < cover.least { pricing.short } else { 0.0 };
                    *count += 1;
                }
            }
        }
        change
    }

    fn book_block(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        quotas: &[usize],
        counters: &[u16],
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
                if meter.priced {
                    change += pricing.short * f64::from(before - after);
                }
            }
        }
        for &c in counters {
            let counter = &pricing.counters[usize::from(c)];
            let row = usize::from(c) * day.steps;
            for t in counter.from.max(start)..counter.until.min(end) {
                let count = &mut self.running[row + t];
                if sign > 0 {
                    change += if *count < counter.least { pricing.short } else { 0.0 };
                    *count += 1;
                } else {
                    *count -= 1;
                    change -= if *count < counter.least { pricing.short } else { 0.0 };
                }
            }
        }
        change
    }

    /// What the stays of `shift` cost.
    pub(super) fn stay_price(&self, pricing: &Pricing, shift: usize) -> f64 {
        stay_price(pricing, shift, &self.stays[shift])
    }

    /// Everything that has a price, slots aside, counted afresh.
    fn price(&self, day: &SiteDayModel, pricing: &Pricing) -> f64 {
        let mut price = pricing.fixed;
        for shift in 0..self.stays.len() {
            price += self.stay_price(pricing, shift);
        }
        for (&n, &pair) in self.resting.iter().zip(&pricing.pair) {
            price += pair * f64::from(n) * (f64::from(n) - 1.0) / 2.0;
        }
        let missing = |least: i16, count: i16| f64::from((least - count).max(0));
        for (c, cover) in pricing.covers.iter().enumerate() {
            for t in (cover.from..cover.until).filter(|&t| day.open[t]) {
                price += pricing.short * missing(cover.least, self.on_duty[c * day.steps + t]);
            }
        }
        for (c, counter) in pricing.counters.iter().enumerate() {
            for t in (counter.from..counter.until).filter(|&t| day.open[t]) {
                price += pricing.short * missing(counter.least, self.running[c * day.steps + t]);
            }
        }
        for (meter, &met) in pricing.meters.iter().zip(&self.met) {
            if meter.priced {
                price += pricing.short * f64::from((meter.least - met).max(0));
            }
        }
        price
    }
}

/// What `stays` of `shift` cost.
pub(super) fn stay_price(pricing: &Pricing, shift: usize, stays: &[Stay]) -> f64 {
    let Some(more) = stays.len().checked_sub(1) else {
        return 0.0;
    };
    let strange: f64 = stays.iter().map(|stay| pricing.strange(shift, stay.kind)).sum();
    pricing.seat + pricing.move_ * more as f64 + strange
}

impl State {
    /// Puts `item` into the plan, or takes it out where `sign` is −1; returns by how much the
    /// objective changes, values of pools and stays aside. The list of items and the rooms, which
    /// stays take, are the caller's. Parts of a walk-in block may be booked one by one.
    #[inline]
    pub(super) fn book(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        shift: usize,
        item: Item,
        sign: i32,
    ) -> f64 {
        let (start, end) = (usize::from(item.start), usize::from(item.end));
        match item.task {
            Task::Slot { service, pool, .. } => {
                let taken = &mut self.taken[usize::from(pool)];
                *taken = taken.wrapping_add_signed(sign);
                -f64::from(sign) * pricing.slot_time[usize::from(service)]
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
                let counters = &pricing.lanes[profile].counters;
                self.seats.book_block(day, pricing, quotas, counters, (start, end), sign)
            }
            Task::Break { index } => {
                self.seats.held[shift] ^= 1 << index;
                let all = (1_u32 << pricing.breaks[shift].len()) - 1;
                self.rested[shift] = self.seats.held[shift] == all;
                self.seats.book_break(day, pricing, shift, (start, end), sign)
            }
        }
    }

    /// Takes (`sign` 1) or gives back (−1) a room of the kind for `[start, end)`.
    #[inline]
    pub(super) fn sit(&mut self, day: &SiteDayModel, stay: Stay, sign: i16) {
        let row = usize::from(stay.kind) * day.steps;
        for left in &mut self.free[row + usize::from(stay.start)..row + usize::from(stay.end)] {
            *left -= sign;
        }
    }

    /// Everything that has a price, counted afresh.
    pub(crate) fn price(&self, day: &SiteDayModel, pricing: &Pricing) -> f64 {
        let slots = self.items.iter().flatten().map(|item| match item.task {
            Task::Slot { service, .. } => pricing.slot_time[usize::from(service)],
            _ => 0.0,
        });
        slots.sum::<f64>() + self.seats.price(day, pricing)
    }

    /// Breaks of `shift` that are not held and may lie in `[from, until)`, in order.
    pub(super) fn breaks_due<'p>(
        &self,
        pricing: &'p Pricing,
        shift: usize,
    ) -> impl Iterator<Item = (u16, Rest)> + use<'p> {
        let held = self.seats.held[shift];
        let all = pricing.breaks[shift].iter().copied();
        all.enumerate().filter(move |&(i, _)| held >> i & 1 == 0).map(|(i, rest)| (i as u16, rest))
    }
}

/// The kind of room that `item` takes, if it takes one.
#[inline]
pub(super) fn kind_of(item: &Item) -> Option<u16> {
    match item.task {
        Task::Slot { kind, .. } | Task::Promise { kind, .. } | Task::Block { kind } => {
            (kind != NO_KIND).then_some(kind)
        }
        Task::Break { .. } => None,
    }
}
