//! Rebuilds a stretch of one clerk's day, everything else kept, where stays, breaks and blocks have
//! prices: a longest path whose states say in which kind of room the clerk sits.
//!
//! At each step the clerk is at no counter, or sits in a kind, or is in a walk-in block there; once
//! more for each break that is still due. Sitting down costs, staying costs nothing and holds the
//! room, so that a stay is exactly what a room is taken for (ARCHITECTURE.md, "Rooms come in
//! kinds"). Stays beside the stretch go on into it. What must be done in it (promises, blocks that
//! are not touched) has its time and is free in its kind.
//!
//! Two things on a path depend on what is on it before: the next slot of a pool earns the next
//! marginal, the next step of a block what its quotas still lack. Nodes know this of their own best
//! path: the value of a path is exact, only the choice between paths to the same node is a
//! heuristic.

use super::{
    moves::{Begun, Moves},
    pricing::{Due, Lanes, NO_METER, Pricing, strange_price},
    seats::{Stay, kind_of},
};
use crate::plan::lns::{
    parameters::Parameters,
    state::{Item, NO_KIND, State, Task},
    stretch::Marginals,
};
use crate::problem::site_day::SiteDayModel;

/// A stretch to rebuild.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch<'a> {
    /// Whose.
    pub shift: usize,
    /// First step.
    pub from: usize,
    /// First step after.
    pub until: usize,
    /// What must be done in it, in order; the kind of its room may change.
    pub kept: &'a [Item],
    /// The last stay before it and the first after it, and whether their rooms are free up to it.
    pub left: Option<Stay>,
    pub right: Option<Stay>,
    pub left_holds: bool,
    pub right_holds: bool,
    /// Blocks that touch the stretch from outside; they may be lengthened into it.
    pub left_block: Option<Item>,
    pub right_block: Option<Item>,
    /// Whether new blocks may be placed.
    pub blocks: bool,
    /// Breaks beside the stretch: those due must have a number between these two.
    pub breaks_between: (Option<u16>, Option<u16>),
}

/// A stay within the stretch.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    pub kind: u16,
    pub start: u16,
    pub end: u16,
    /// Whether it goes on from the stay before the stretch, or into the one after it. Where it does
    /// both, it may have no task of its own: then `start` is `end`.
    pub from_left: bool,
    pub to_right: bool,
}

/// How much the search likes things at the moment, against what they are worth: for variety.
#[derive(Debug, Default)]
pub(super) struct Taste {
    /// By local service.
    pub services: Vec<f64>,
    /// By meter.
    pub meters: Vec<f64>,
    pub counters: f64,
    /// How much more a break costs for each step that it is later.
    pub breaks: f64,
    /// Price of a room for each step from the step on: (step, price, price before it).
    pub rooms: Option<(usize, f64, f64)>,
    /// Whether no slots are wanted: nothing is in the way of duties yet.
    pub duties_only: bool,
}

/// Tables of the longest path, kept between calls so that none allocates.
#[derive(Debug, Default)]
pub(super) struct Recreate {
    /// Kinds in which the clerk may sit in the stretch.
    pub kinds: Vec<u16>,
    pub taste: Taste,
    /// Promises that nobody keeps and this clerk may take.
    pub offered: Vec<u16>,
    /// What the clerk does in the stretch, in order, kept things among it.
    pub items: Vec<Item>,
    /// The same without what was kept.
    pub fresh: Vec<Item>,
    /// Stays in the stretch.
    pub spans: Vec<Span>,

    labels: Vec<Label>,
    /// Steps of blocks on the path to a node: `lanes` for each node.
    counts: Vec<Count>,
    lanes: usize,
    modes: usize,
    layers: usize,
    pending: Vec<Due>,
    /// Those of `offered` that lie in the stretch, by start.
    offers: Vec<Offer>,
    /// First step at or after which the clerk is taken or away, by step.
    limit: Vec<u16>,
    /// What is kept at the step, or [`NOTHING`].
    kept_at: Vec<u16>,
    /// By position in `kinds` and step: for how long a room is left.
    run: Vec<u16>,
    /// Σ before the step of what a room costs.
    room_sums: Vec<f64>,
    /// Σ of what a break costs before the step.
    break_sums: Vec<f64>,
    break_costs: Vec<f64>,
    /// What counters pay for a block, by step.
    counter_gains: Vec<f64>,
    /// Σ before the step of the most that a block may earn.
    most_gains: Vec<f64>,
    /// By meter: steps lacking, price of each.
    lack: Vec<i32>,
    price: Vec<f64>,
    /// By meter: steps that are still allowed.
    allowed: Vec<i32>,
    /// By service: whether it takes no room, and which of `kinds` suit, a bit for each.
    suits: Vec<u64>,
    /// Slots on the path to the node in hand, by pool.
    on_path: Vec<u32>,
    touched: Vec<u16>,
    sum: Vec<Count>,
}

#[derive(Debug, Clone, Copy)]
struct Label {
    value: f64,
    /// Node before, or [`START`].
    from: u32,
    /// Service of a slot, or one of the codes below.
    arc: u16,
    /// Pool of a slot, number of a break or of what is kept.
    what: u16,
    /// Step of the stretch.
    at: u16,
    /// In a block: where it begins, as a step of the day.
    begin: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Count {
    meter: u16,
    steps: u16,
}

/// A promise that the clerk may take.
#[derive(Debug, Clone, Copy)]
struct Offer {
    /// Step of the stretch at which it begins.
    at: usize,
    steps: usize,
    promise: u16,
    /// As for services.
    suits: u64,
}

const NONE: Count = Count { meter: NO_METER, steps: 0 };
const NOTHING: u16 = u16::MAX;
/// The clerk is away.
const AWAY: u16 = u16::MAX - 1;
const START: u32 = u32::MAX;

const SPECIAL: u16 = u16::MAX - 8;
const IDLE: u16 = SPECIAL;
const ENTER: u16 = SPECIAL + 1;
const LEAVE: u16 = SPECIAL + 2;
const BLOCK: u16 = SPECIAL + 3;
const BLOCK_END: u16 = SPECIAL + 4;
const BREAK: u16 = SPECIAL + 5;
const KEPT: u16 = SPECIAL + 6;
const PROMISE: u16 = SPECIAL + 7;

/// At no counter, and there was a stay before.
const OUT: usize = 0;
/// At no counter, and no stay before.
const NEVER: usize = 1;
/// The bit for no counter.
const OUTSIDE: usize = 1;
/// Then: sitting in each kind; then: in a block in each kind.
const SIT: usize = 2;

impl Recreate {
    /// Tables for `day`.
    pub(super) fn new(day: &SiteDayModel, pricing: &Pricing) -> Self {
        Self {
            on_path: vec![0; day.pools.len()],
            taste: Taste {
                services: vec![1.0; day.services.len()],
                meters: vec![1.0; pricing.meters.len()],
                counters: 1.0,
                breaks: 0.0,
                rooms: None,
                duties_only: false,
            },
            ..Self::default()
        }
    }

    /// Finds what the clerk does in the stretch and leaves it in [`Self::items`] and
    /// [`Self::spans`]. False where what is kept has no room.
    pub(super) fn solve(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        state: &State,
        marginals: &Marginals,
        parameters: Parameters,
        stretch: Stretch<'_>,
    ) -> bool {
        let lanes = &pricing.lanes[day.shifts[stretch.shift].profile];
        self.list_breaks(day, state, stretch);
        self.measure(day, state, stretch);
        self.list_offers(day, stretch);
        self.price_breaks(day, state, stretch);
        self.price_blocks(day, pricing, state, lanes, parameters, stretch);
        self.begin(lanes, stretch);
        self.relax_all(day, pricing, state, lanes, marginals, parameters, stretch);
        self.trace(day, parameters, stretch)
    }

    fn list_breaks(&mut self, day: &SiteDayModel, state: &State, stretch: Stretch<'_>) {
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
    fn measure(&mut self, day: &SiteDayModel, state: &State, stretch: Stretch<'_>) {
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

    fn list_offers(&mut self, day: &SiteDayModel, stretch: Stretch<'_>) {
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

    fn price_breaks(&mut self, day: &SiteDayModel, state: &State, stretch: Stretch<'_>) {
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
    fn price_blocks(
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

    #[inline]
    fn node(&self, t: usize, layer: usize, mode: usize) -> usize {
        (t * self.layers + layer) * self.modes + mode
    }

    fn begin(&mut self, lanes: &Lanes, stretch: Stretch<'_>) {
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
    fn relax_all(
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

    /// Begins blocks and goes on with them.
    #[allow(clippy::too_many_arguments, reason = "the tables of the search, each of its own")]
    fn blocks(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        lanes: &Lanes,
        parameters: Parameters,
        stretch: Stretch<'_>,
        t: usize,
        layer: usize,
        room: usize,
    ) {
        let shortest = day.profiles[day.shifts[stretch.shift].profile].shortest_block;
        let step = stretch.from + t;
        let width = stretch.until - stretch.from;
        let base = self.node(t, layer, 0);
        let kinds = self.kinds.len();
        if shortest == 0 || !day.open[step] {
            return;
        }
        let open = usize::from(pricing.open_run[step]);
        for c in 0..kinds {
            let run = usize::from(self.run[c * (width + 1) + t]).min(room).min(open);
            if run == 0 {
                continue;
            }
            let block = base + SIT + kinds + c;
            let going = self.labels[block];
            if going.value > f64::NEG_INFINITY {
                let gain = self.block_gain(lanes, parameters, block, step, 1);
                let to = block + self.layers * self.modes;
                self.relax_block(block, to, going.value + gain, going.begin);
            }
            let sit = base + SIT + c;
            let value = self.labels[sit].value;
            if value == f64::NEG_INFINITY {
                continue;
            }
            // A shorter one only where it lengthens the block after the stretch.
            let joins = stretch.right_block.is_some()
                && stretch.right.is_some_and(|stay| stay.kind == self.kinds[c]);
            let length = if joins { shortest.min(width - t) } else { shortest };
            let saved = pricing.moves.saves(stretch.shift, step, Begun::Block);
            let most = self.most_gains[t + length.min(width - t)] + saved;
            if length > run || most <= self.most_gains[t] {
                continue;
            }
            let gain = saved + self.block_gain(lanes, parameters, sit, step, length);
            let to = self.node(t + length, layer, SIT + kinds + c);
            self.relax_block(sit, to, value + gain, step as u16);
        }
    }

    /// What `length` steps of a block from `step` on earn after the path to `node`; leaves the
    /// path's counts after them in [`Self::sum`].
    fn block_gain(
        &mut self,
        lanes: &Lanes,
        parameters: Parameters,
        node: usize,
        step: usize,
        length: usize,
    ) -> f64 {
        let count = self.lanes;
        self.sum.copy_from_slice(&self.counts[node * count..(node + 1) * count]);
        let first = step - usize::from(self.labels[node].at);
        let mut gain = 0.0;
        for t in step..step + length {
            gain += self.counter_gains[t - first];
            gain -= self.room_sums[t - first + 1] - self.room_sums[t - first];
            let at = &lanes.at[t * count..(t + 1) * count];
            for (sum, &meter) in self.sum.iter_mut().zip(at) {
                if meter == NO_METER {
                    continue;
                }
                if sum.meter != meter {
                    *sum = Count { meter, steps: 0 };
                }
                let (m, before) = (usize::from(meter), i32::from(sum.steps));
                if before < self.lack[m] {
                    gain += self.price[m];
                }
                if before >= self.allowed[m] {
                    gain -= parameters.missing_step;
                }
                sum.steps += 1;
            }
        }
        gain
    }

    #[inline]
    fn relax(&mut self, from: usize, to: usize, value: f64, arc: u16, what: u16) {
        if value > self.labels[to].value {
            let at = (to / (self.layers * self.modes)) as u16;
            self.labels[to] = Label { value, from: from as u32, arc, what, at, begin: 0 };
            if self.lanes > 0 {
                let row = from * self.lanes;
                self.counts.copy_within(row..row + self.lanes, to * self.lanes);
            }
        }
    }

    #[inline]
    fn relax_block(&mut self, from: usize, to: usize, value: f64, begin: u16) {
        if value > self.labels[to].value {
            let at = (to / (self.layers * self.modes)) as u16;
            self.labels[to] = Label { value, from: from as u32, arc: BLOCK, what: 0, at, begin };
            let row = to * self.lanes;
            self.counts[row..row + self.lanes].copy_from_slice(&self.sum);
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

    /// Reads the best path back. False where there is none.
    #[expect(clippy::too_many_lines, reason = "one case for each kind of step on a path")]
    fn trace(&mut self, day: &SiteDayModel, parameters: Parameters, stretch: Stretch<'_>) -> bool {
        let width = stretch.until - stretch.from;
        let kinds = self.kinds.len();
        let (mut best, mut end, mut joins) = (f64::NEG_INFINITY, 0, false);
        for layer in 0..self.layers {
            let due = (self.layers - 1 - layer) as f64;
            let base = self.node(width, layer, 0);
            for mode in 0..SIT + kinds {
                let value = self.labels[base + mode].value - parameters.missing_task * due;
                let joined = mode.checked_sub(SIT).is_some_and(|c| {
                    stretch.right.is_some_and(|stay| stay.kind == self.kinds[c])
                        && stretch.right_holds
                });
                let price = match stretch.right {
                    Some(_) if joined => 0.0,
                    Some(stay) if mode == NEVER => {
                        day.seat_price + strange_price(day, stretch.shift, stay.kind)
                    }
                    Some(stay) => day.move_price + strange_price(day, stretch.shift, stay.kind),
                    None => 0.0,
                };
                if value - price > best {
                    (best, end, joins) = (value - price, base + mode, joined);
                }
            }
        }
        if best == f64::NEG_INFINITY {
            return false;
        }
        self.items.clear();
        self.spans.clear();
        self.fresh.clear();
        // Backwards: the stay that is open is the last of `spans`.
        let mut node = end;
        let mut sits = (node % self.modes) >= SIT;
        let mode_kind = |node: usize, modes: usize, list: &[u16]| -> u16 {
            let mode = node % modes;
            list.get((mode - SIT) % list.len().max(1)).copied().unwrap_or(NO_KIND)
        };
        let empty =
            |kind, to_right| Span { kind, start: u16::MAX, end: 0, from_left: false, to_right };
        if sits {
            self.spans.push(empty(mode_kind(node, self.modes, &self.kinds), joins));
        }
        loop {
            let label = self.labels[node];
            if label.from == START {
                if sits && let Some(span) = self.spans.last_mut() {
                    span.from_left = true;
                }
                break;
            }
            let before = label.from as usize;
            let start = (stretch.from + usize::from(self.labels[before].at)) as u16;
            let until = (stretch.from + usize::from(label.at)) as u16;
            let kind = if sits { mode_kind(node, self.modes, &self.kinds) } else { NO_KIND };
            let mut add = |task, fresh: bool| {
                let item = Item { start, end: until, task };
                self.items.push(item);
                if fresh {
                    match self.fresh.last_mut() {
                        Some(next)
                            if matches!(task, Task::Block { .. })
                                && next.task == task
                                && next.start == until =>
                        {
                            next.start = start;
                        }
                        _ => self.fresh.push(item),
                    }
                }
                if kind_of(&item).is_some()
                    && let Some(span) = self.spans.last_mut()
                {
                    span.start = span.start.min(start);
                    span.end = span.end.max(until);
                }
            };
            match label.arc {
                IDLE | BLOCK_END => {}
                ENTER => sits = false,
                LEAVE => {
                    sits = true;
                    self.spans.push(empty(mode_kind(before, self.modes, &self.kinds), false));
                }
                BLOCK => add(Task::Block { kind }, true),
                BREAK => add(Task::Break { index: label.what }, true),
                KEPT => {
                    let task = stretch.kept[usize::from(label.what)].task;
                    add(if sits { in_kind(task, kind) } else { task }, false);
                }
                PROMISE => {
                    let needs_room = day.promises[usize::from(label.what)].needs_room;
                    let kind = if needs_room { kind } else { NO_KIND };
                    add(Task::Promise { promise: label.what, kind }, true);
                }
                service => {
                    let needs_room = day.services[usize::from(service)].class.is_some();
                    let kind = if needs_room { kind } else { NO_KIND };
                    add(Task::Slot { service, pool: label.what, kind }, true);
                }
            }
            node = before;
        }
        self.items.reverse();
        self.fresh.reverse();
        self.spans.reverse();
        self.spans.retain(|span| span.start < span.end || (span.from_left && span.to_right));
        true
    }
}

/// Whether `task`, which takes a room, may stand in a room of the kind.
pub(super) fn may_be_in(day: &SiteDayModel, task: Task, kind: u16) -> bool {
    match task {
        Task::Slot { service, .. } => day.kinds_for(usize::from(service)).contains(&kind),
        Task::Promise { promise, .. } => day.promises[usize::from(promise)].kinds.contains(&kind),
        Task::Block { .. } => true,
        Task::Break { .. } => false,
    }
}

/// `task` in a room of the kind, if it takes one.
pub(super) fn in_kind(task: Task, kind: u16) -> Task {
    match task {
        Task::Slot { service, pool, kind: old } if old != NO_KIND => {
            Task::Slot { service, pool, kind }
        }
        Task::Promise { promise, kind: old } if old != NO_KIND => Task::Promise { promise, kind },
        Task::Block { .. } => Task::Block { kind },
        task => task,
    }
}
