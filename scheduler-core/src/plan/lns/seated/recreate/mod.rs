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

mod blocks;
mod path;
mod tables;
mod trace;

use super::{
    pricing::{Due, NO_METER, Pricing},
    seats::Stay,
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

    #[inline]
    fn node(&self, t: usize, layer: usize, mode: usize) -> usize {
        (t * self.layers + layer) * self.modes + mode
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
