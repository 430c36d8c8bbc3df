//! What the path needs to know of the stretch before it is looked for.

use super::{AWAY, NOTHING, OUTSIDE, Offer, Recreate, Stretch};
use crate::plan::lns::seated::pricing::{Lanes, NO_METER, Pricing};
use crate::plan::lns::{parameters::Parameters, state::State};
use crate::problem::site_day::SiteDayModel;

impl Recreate {
    pub(super) fn list_breaks(&mut self, day: &SiteDayModel, state: &State, stretch: Stretch<'_>) {
        self.pending.clear();
        let (after, before) = stretch.breaks_between;
        self.pending.extend(state.breaks_due(day, stretch.shift).filter(|&(i, rest)| {
            after.is_none_or(|a| a < i)
                && before.is_none_or(|b| i < b)
                && rest.from.max(stretch.from) + rest.steps <= rest.until.min(stretch.until)
        }));
        self.layers = self.pending.len() + 1;
    }

    /// How long the clerk and each kind of room are free from each step of the stretch on.
    pub(super) fn measure(&mut self, day: &SiteDayModel, state: &State, stretch: Stretch<'_>) {
        let (from, until) = (stretch.from, stretch.until);
        let width = until - from;
        self.limit.clear();
        self.limit.resize(width + 1, width as u16);
        self.kept_at.clear();
        self.kept_at.resize(width + 1, NOTHING);
        for (i, item) in stretch.kept.iter().enumerate() {
            self.kept_at[usize::from(item.start) - from] = i as u16;
        }
        for &(away, back) in &day.shifts[stretch.shift].absent {
            for t in away.max(from)..back.min(until) {
                self.kept_at[t - from] = AWAY;
            }
        }
        let mut limit = width as u16;
        for t in (0..width).rev() {
            if self.kept_at[t] != NOTHING {
                limit = t as u16;
            }
            self.limit[t] = limit;
        }
        self.run.clear();
        self.run.resize(self.kinds.len() * (width + 1), 0);
        let keeps_none = day.shifts[stretch.shift].held.is_empty();
        for (&kind, run) in self.kinds.iter().zip(self.run.chunks_mut(width + 1)) {
            let row = usize::from(kind) * day.steps;
            let free = &state.free[row + from..row + until];
            let mut length = 0;
            if !keeps_none {
                for t in (from..until).rev() {
                    let left = state.rooms_left(day, stretch.shift, kind, t);
                    length = if left > 0 { length + 1 } else { 0 };
                    run[t - from] = length;
                }
                continue;
            }
            for (t, &left) in free.iter().enumerate().rev() {
                length = if left > 0 { length + 1 } else { 0 };
                run[t] = length;
            }
        }
        self.room_sums.clear();
        self.room_sums.push(0.0);
        let mut sum = 0.0;
        for t in from..until {
            sum += self.taste.rooms.map_or(
                0.0,
                |(at, after, before)| {
                    if t >= at { after } else { before }
                },
            );
            self.room_sums.push(sum);
        }
        self.suits.clear();
        for service in &day.services {
            let suits = match service.class {
                // Wherever the clerk is.
                None => u64::MAX,
                Some(class) => {
                    let fits = |kind| u64::from(day.classes[class].contains(kind));
                    self.kinds.iter().rev().fold(0, |suits, kind| suits << 1 | fits(kind))
                }
            };
            self.suits.push(suits << OUTSIDE | u64::from(service.class.is_none()));
        }
    }

    pub(super) fn list_offers(&mut self, day: &SiteDayModel, stretch: Stretch<'_>) {
        self.offers.clear();
        for &a in &self.offered {
            let promise = &day.promises[usize::from(a)];
            if promise.from < stretch.from || stretch.until < promise.until {
                continue;
            }
            let fits = |kind| u64::from(promise.kinds.contains(kind));
            let suits = if promise.needs_room {
                self.kinds.iter().rev().fold(0, |suits, kind| suits << 1 | fits(kind)) << OUTSIDE
            } else {
                u64::MAX
            };
            self.offers.push(Offer {
                at: promise.from - stretch.from,
                steps: promise.until - promise.from,
                promise: a,
                suits,
            });
        }
        self.offers.sort_unstable_by_key(|offer| (offer.at, offer.promise));
    }

    pub(super) fn price_breaks(&mut self, day: &SiteDayModel, state: &State, stretch: Stretch<'_>) {
        if self.pending.is_empty() {
            return;
        }
        let width = stretch.until - stretch.from;
        self.break_costs.clear();
        self.break_costs.resize(width, 0.0);
        let range = (stretch.from, stretch.until);
        state.seats.break_costs(day, stretch.shift, range, &mut self.break_costs);
        self.break_sums.clear();
        self.break_sums.push(0.0);
        let mut sum = 0.0;
        for cost in &self.break_costs {
            sum += cost;
            self.break_sums.push(sum);
        }
    }

    /// What steps of blocks earn where none is on the path yet.
    pub(super) fn price_blocks(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        state: &State,
        lanes: &Lanes,
        parameters: Parameters,
        stretch: Stretch<'_>,
    ) {
        self.lanes = if stretch.blocks { lanes.count } else { 0 };
        if !stretch.blocks {
            return;
        }
        let width = stretch.until - stretch.from;
        self.counter_gains.clear();
        self.counter_gains.resize(width, 0.0);
        let range = (stretch.from, stretch.until);
        let gains = &mut self.counter_gains;
        let quotas = &day.profiles[day.shifts[stretch.shift].profile].quotas;
        state.seats.counter_gains(day, quotas, range, gains);
        for gain in gains.iter_mut() {
            *gain *= self.taste.counters;
        }
        self.lack.clear();
        self.price.clear();
        self.allowed.clear();
        for (m, meter) in pricing.meters.iter().enumerate() {
            let price = meter.price.unwrap_or(parameters.missing_step);
            self.lack.push(meter.least - state.seats.met[m]);
            self.price.push(price * self.taste.meters[m]);
            let is_window = pricing.meters_of[meter.quota].first() == Some(&(m as u16));
            let most = day.quotas[meter.quota].max_steps;
            self.allowed.push(if is_window && most < i32::MAX {
                most - state.covered[meter.quota]
            } else {
                i32::MAX
            });
        }
        self.most_gains.clear();
        self.most_gains.push(0.0);
        let mut sum = 0.0;
        for t in 0..width {
            sum += self.counter_gains[t];
            for lane in 0..lanes.count {
                let m = lanes.at[(stretch.from + t) * lanes.count + lane];
                if m != NO_METER && self.lack[usize::from(m)] > 0 {
                    sum += self.price[usize::from(m)];
                }
            }
            self.most_gains.push(sum);
        }
    }
}
