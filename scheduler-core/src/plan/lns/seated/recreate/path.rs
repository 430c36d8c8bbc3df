//! The longest path, step by step: from each node to all that may come next.

use super::{
    AWAY, BLOCK_END, BREAK, ENTER, IDLE, KEPT, LEAVE, Label, NEVER, NONE, OUT, OUTSIDE, Offer,
    PROMISE, Recreate, SIT, SPECIAL, START, Stretch, may_be_in,
};
use crate::plan::lns::seated::{
    moves::{Begun, Moves},
    pricing::{Lanes, Pricing, strange_price},
    seats::kind_of,
};
use crate::plan::lns::{parameters::Parameters, state::State, stretch::Marginals};
use crate::problem::site_day::SiteDayModel;

impl Recreate {
    pub(super) fn begin(&mut self, lanes: &Lanes, stretch: Stretch<'_>) {
        let width = stretch.until - stretch.from;
        self.modes = SIT + 2 * self.kinds.len();
        let nodes = (width + 1) * self.layers * self.modes;
        self.labels.clear();
        self.labels.resize(
            nodes,
            Label { value: f64::NEG_INFINITY, from: START, arc: IDLE, what: 0, at: 0, begin: 0 },
        );
        if self.lanes > 0 {
            self.counts.resize(self.counts.len().max(nodes * self.lanes), NONE);
            self.sum.resize(lanes.count, NONE);
        }
        let mut start = |mode: usize, begin: usize| {
            self.labels[mode].value = 0.0;
            self.labels[mode].begin = begin as u16;
            let row = mode * self.lanes;
            self.counts[row..row + self.lanes].fill(NONE);
        };
        match stretch.left {
            None => start(NEVER, 0),
            Some(stay) => {
                start(OUT, 0);
                if let Some(c) = self.kinds.iter().position(|&kind| kind == stay.kind)
                    && stretch.left_holds
                {
                    start(SIT + c, 0);
                    if let Some(block) = stretch.left_block
                        && stretch.blocks
                    {
                        start(SIT + self.kinds.len() + c, usize::from(block.start));
                    }
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the tables of the search, each of its own")]
    pub(super) fn relax_all(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        state: &State,
        lanes: &Lanes,
        marginals: &Marginals,
        parameters: Parameters,
        stretch: Stretch<'_>,
    ) {
        let width = stretch.until - stretch.from;
        for t in 0..=width {
            for layer in 0..self.layers {
                self.settle(day, stretch, t, layer);
                if t == width {
                    continue;
                }
                let kept = self.kept_at[t];
                if kept < AWAY {
                    self.keep(day, stretch, t, layer, kept);
                    continue;
                }
                self.idle(t, layer, parameters.idle);
                let room = usize::from(self.limit[t]) - t;
                if room == 0 {
                    continue;
                }
                self.slots(day, pricing, state, marginals, stretch, t, layer, room);
                if !self.offers.is_empty() {
                    let moves = (&pricing.moves, stretch);
                    self.take_promises(parameters.missing_task, moves, t, layer, room);
                }
                if layer + 1 < self.layers {
                    self.rest(stretch, t, layer, room);
                }
                if stretch.blocks {
                    self.blocks(day, pricing, lanes, parameters, stretch, t, layer, room);
                }
            }
        }
    }

    /// Ends blocks, stands up and sits down, all without time.
    fn settle(&mut self, day: &SiteDayModel, stretch: Stretch<'_>, t: usize, layer: usize) {
        let base = self.node(t, layer, 0);
        let kinds = self.kinds.len();
        let width = stretch.until - stretch.from;
        if stretch.blocks {
            for c in 0..kinds {
                let block = base + SIT + kinds + c;
                let label = self.labels[block];
                if label.value <= self.labels[base + SIT + c].value {
                    continue;
                }
                let begin = usize::from(label.begin);
                let mut end = stretch.from + t;
                if t == width
                    && let Some(right) = stretch.right_block
                    && stretch.right.is_some_and(|stay| stay.kind == self.kinds[c])
                {
                    end = usize::from(right.end);
                }
                if day.shortest_block(stretch.shift, begin, end) <= end - begin {
                    self.relax(block, base + SIT + c, label.value, BLOCK_END, 0);
                }
            }
        }
        for c in 0..kinds {
            let value = self.labels[base + SIT + c].value;
            if value > f64::NEG_INFINITY {
                self.relax(base + SIT + c, base + OUT, value, LEAVE, 0);
            }
        }
        if t == width {
            return;
        }
        let (out, never) = (self.labels[base + OUT].value, self.labels[base + NEVER].value);
        for c in 0..kinds {
            if self.run[c * (width + 1) + t] == 0 {
                continue;
            }
            let strange = strange_price(day, stretch.shift, self.kinds[c]);
            let to = base + SIT + c;
            if out > f64::NEG_INFINITY {
                self.relax(base + OUT, to, out - day.move_price - strange, ENTER, 0);
            }
            if never > f64::NEG_INFINITY {
                self.relax(base + NEVER, to, never - day.seat_price - strange, ENTER, 0);
            }
        }
    }

    /// Nothing for a step.
    fn idle(&mut self, t: usize, layer: usize, idle: f64) {
        let (base, next) = (self.node(t, layer, 0), self.node(t + 1, layer, 0));
        let width = self.limit.len() - 1;
        for mode in 0..SIT + self.kinds.len() {
            let value = self.labels[base + mode].value;
            if value == f64::NEG_INFINITY {
                continue;
            }
            let mut price = idle;
            if mode >= SIT {
                if self.run[(mode - SIT) * (width + 1) + t] == 0 {
                    continue;
                }
                price += self.room_sums[t + 1] - self.room_sums[t];
            }
            self.relax(base + mode, next + mode, value - price, IDLE, 0);
        }
    }

    /// What is kept has its time.
    fn keep(
        &mut self,
        day: &SiteDayModel,
        stretch: Stretch<'_>,
        t: usize,
        layer: usize,
        kept: u16,
    ) {
        let item = &stretch.kept[usize::from(kept)];
        let length = usize::from(item.end - item.start);
        let (base, next) = (self.node(t, layer, 0), self.node(t + length, layer, 0));
        let width = stretch.until - stretch.from;
        let needs_room = kind_of(item).is_some();
        let fixed = day.shifts[stretch.shift].is_fixed(item.start);
        let first = if needs_room { SIT } else { 0 };
        for mode in first..SIT + self.kinds.len() {
            let value = self.labels[base + mode].value;
            if value == f64::NEG_INFINITY {
                continue;
            }
            if mode >= SIT {
                let c = mode - SIT;
                let fits = !needs_room
                    || if fixed {
                        kind_of(item) == Some(self.kinds[c])
                    } else {
                        may_be_in(day, item.task, self.kinds[c])
                    };
                if !fits || usize::from(self.run[c * (width + 1) + t]) < length {
                    continue;
                }
            }
            let price =
                if mode >= SIT { self.room_sums[t + length] - self.room_sums[t] } else { 0.0 };
            self.relax(base + mode, next + mode, value - price, KEPT, kept);
        }
    }

    #[allow(clippy::too_many_arguments, reason = "the tables of the search, each of its own")]
    fn slots(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        state: &State,
        marginals: &Marginals,
        stretch: Stretch<'_>,
        t: usize,
        layer: usize,
        room: usize,
    ) {
        let step = stretch.from + t;
        let profile = &day.profiles[day.shifts[stretch.shift].profile];
        let width = stretch.until - stretch.from;
        let base = self.node(t, layer, 0);
        let reach = usize::from(pricing.pools_reach[step]).saturating_sub(stretch.from);
        for mode in 0..SIT + self.kinds.len() {
            let node = base + mode;
            let value = self.labels[node].value;
            if value == f64::NEG_INFINITY || (mode < SIT && !pricing.any_without_room) {
                continue;
            }
            let (bit, run) = match mode.checked_sub(SIT) {
                Some(c) => (1 << (OUTSIDE + c), usize::from(self.run[c * (width + 1) + t])),
                None => (1, usize::MAX),
            };
            if run == 0 {
                continue;
            }
            let most = room.min(run);
            self.count_path(node, reach);
            for &s in &profile.services {
                let service = &day.services[usize::from(s)];
                if service.steps > most {
                    break;
                }
                if self.suits[usize::from(s)] & bit == 0 {
                    continue;
                }
                let mut best = 0.0;
                let mut best_pool = 0;
                for &pool in day.pools_at(usize::from(s), step) {
                    let p = usize::from(pool);
                    let gain = marginals.next(pool, state.taken[p] + self.on_path[p]);
                    if gain > best {
                        best = gain;
                        best_pool = pool;
                    }
                }
                let gain = best * self.taste.services[usize::from(s)]
                    + pricing.moves.saves(stretch.shift, step, Begun::Slot(s));
                if gain > 0.0 && best > 0.0 {
                    let price = self.room_sums[t + service.steps] - self.room_sums[t];
                    let gain = if mode >= SIT { gain - price } else { gain };
                    let to = node + service.steps * self.layers * self.modes;
                    self.relax(node, to, value + gain, s, best_pool);
                }
            }
            for pool in self.touched.drain(..) {
                self.on_path[usize::from(pool)] = 0;
            }
        }
    }

    /// Promises that begin here earn what it costs that nobody keeps them.
    fn take_promises(
        &mut self,
        missing: f64,
        (moves, stretch): (&Moves, Stretch<'_>),
        t: usize,
        layer: usize,
        room: usize,
    ) {
        let width = self.limit.len() - 1;
        let base = self.node(t, layer, 0);
        let first = self.offers.partition_point(|offer| offer.at < t);
        for i in first..self.offers.len() {
            let Offer { at, steps, promise, suits } = self.offers[i];
            if at > t {
                break;
            }
            if steps > room {
                continue;
            }
            let begun = Begun::Promise(promise);
            let reward = missing + moves.saves(stretch.shift, stretch.from + t, begun);
            for mode in 0..SIT + self.kinds.len() {
                let value = self.labels[base + mode].value;
                let (bit, run) = match mode.checked_sub(SIT) {
                    Some(c) => (1 << (OUTSIDE + c), usize::from(self.run[c * (width + 1) + t])),
                    None => (1, usize::MAX),
                };
                if value == f64::NEG_INFINITY || suits & bit == 0 || run < steps {
                    continue;
                }
                let price = self.room_sums[t + steps] - self.room_sums[t];
                let gain = if mode >= SIT { reward - price } else { reward };
                let to = self.node(t + steps, layer, mode);
                self.relax(base + mode, to, value + gain, PROMISE, promise);
            }
        }
    }

    /// The next break that is due.
    fn rest(&mut self, stretch: Stretch<'_>, t: usize, layer: usize, room: usize) {
        let (number, rest) = self.pending[layer];
        let step = stretch.from + t;
        if step < rest.from || step + rest.steps > rest.until || rest.steps > room {
            return;
        }
        let cost =
            self.break_sums[t + rest.steps] - self.break_sums[t] + self.taste.breaks * t as f64;
        let width = stretch.until - stretch.from;
        let (base, next) = (self.node(t, layer, 0), self.node(t + rest.steps, layer + 1, 0));
        for mode in 0..SIT + self.kinds.len() {
            let value = self.labels[base + mode].value;
            if value == f64::NEG_INFINITY {
                continue;
            }
            if let Some(c) = mode.checked_sub(SIT)
                && usize::from(self.run[c * (width + 1) + t]) < rest.steps
            {
                continue;
            }
            let price = self.room_sums[t + rest.steps] - self.room_sums[t];
            let cost = if mode >= SIT { cost + price } else { cost };
            self.relax(base + mode, next + mode, value - cost, BREAK, number);
        }
    }

    #[inline]
    pub(super) fn relax(&mut self, from: usize, to: usize, value: f64, arc: u16, what: u16) {
        if value > self.labels[to].value {
            let at = (to / (self.layers * self.modes)) as u16;
            self.labels[to] = Label { value, from: from as u32, arc, what, at, begin: 0 };
            if self.lanes > 0 {
                let row = from * self.lanes;
                self.counts.copy_within(row..row + self.lanes, to * self.lanes);
            }
        }
    }

    /// Counts the slots on the best path to `node` by pool, back to step `reach` of the stretch.
    #[inline]
    fn count_path(&mut self, mut node: usize, reach: usize) {
        loop {
            let label = self.labels[node];
            if label.from == START || usize::from(label.at) <= reach {
                return;
            }
            if label.arc < SPECIAL {
                self.on_path[usize::from(label.what)] += 1;
                self.touched.push(label.what);
            }
            node = label.from as usize;
        }
    }
}
