//! Rebuilds a stretch of one clerk's day, everything else kept: a longest path from the stretch's
//! first to its last step, where a slot earns what it adds to its pool at that moment.
//!
//! A second slot for the same pool earns the next marginal. So each node counts the slots on its
//! own best path before it is left: the value of a path is exact, only the choice between paths to
//! the same node is a heuristic. What must be placed (a break, walk-in blocks) is a bit of the
//! node: set once it is placed.

use super::{
    parameters::{Parameters, SLOTS_IN_ANOTHER_KIND},
    random::Random,
    state::{Item, State, Task},
    stretch::{MOST_PENDING, Marginals, Pending, Stretch},
};
use crate::problem::site_day::SiteDayModel;

/// Tables of the longest path, kept between calls so that none allocates.
#[derive(Debug, Default)]
pub(super) struct Recreate {
    value: Vec<f64>,
    back: Vec<Back>,
    /// The last node at which a slot ends on the best path to each node; 0 where there is none.
    last_slot: Vec<u32>,
    /// First step at or after which the shift is taken, by step of the stretch.
    limit: Vec<usize>,
    /// By kind: steps from here on for which a room is left.
    run: Vec<Vec<u16>>,
    /// By class of services: the longest of its kinds' runs.
    class_run: Vec<Vec<u16>>,
    /// By pending thing: gain of a block that starts here.
    block_gain: [Vec<f64>; MOST_PENDING],
    /// Slots on the path to the node in hand, by pool.
    on_path: Vec<u32>,
    touched: Vec<u16>,
    /// A factor for each service, for variety.
    pub perturbation: Vec<f64>,
    /// Idle time ends only at multiples of so many steps of the day.
    pub lattice: usize,
    /// The new items, in order.
    pub items: Vec<Item>,
}

#[derive(Debug, Clone, Copy)]
struct Back {
    /// Node before.
    from: u32,
    /// Service, or one of the codes below.
    arc: u16,
    /// Pool of a slot, number of the pending thing.
    what: u16,
}

const IDLE: u16 = u16::MAX;
const PLACED: u16 = u16::MAX - 1;
const TAKEN: u16 = u16::MAX - 2;

impl Recreate {
    /// Tables for `day`.
    pub(super) fn new(day: &SiteDayModel) -> Self {
        Self {
            run: vec![vec![0; day.steps + 1]; day.kinds.len()],
            class_run: vec![vec![0; day.steps + 1]; day.classes.len()],
            on_path: vec![0; day.pools.len()],
            perturbation: vec![1.0; day.services.len()],
            lattice: 1,
            ..Self::default()
        }
    }

    /// Finds the new items of `stretch` and leaves them in [`Self::items`], without the kept ones.
    pub(super) fn solve(
        &mut self,
        day: &SiteDayModel,
        state: &State,
        marginals: &Marginals,
        parameters: Parameters,
        stretch: Stretch<'_>,
        random: &mut Random,
    ) {
        let width = stretch.until - stretch.from;
        self.measure_room(day, state, stretch);
        self.price_blocks(day, state, parameters, stretch);
        let nodes = (width + 1) << stretch.pending.len();
        self.value.clear();
        self.value.resize(nodes, f64::NEG_INFINITY);
        self.back.resize(nodes.max(self.back.len()), Back { from: 0, arc: IDLE, what: 0 });
        self.last_slot.resize(self.back.len(), 0);
        self.value[0] = 0.0;
        self.last_slot[0] = 0;
        self.relax_all(day, state, marginals, parameters.idle, stretch);
        self.trace(day, parameters, stretch, random);
    }

    /// How long the shift and each kind of room are free from each step of the stretch on.
    fn measure_room(&mut self, day: &SiteDayModel, state: &State, stretch: Stretch<'_>) {
        let (from, until) = (stretch.from, stretch.until);
        self.limit.clear();
        self.limit.resize(until - from + 1, until);
        let mut kept = stretch.kept.iter().rev().peekable();
        let mut limit = until;
        for t in (from..until).rev() {
            while let Some(item) = kept.next_if(|item| usize::from(item.start) >= t) {
                limit = usize::from(item.start);
            }
            self.limit[t - from] = limit;
        }
        for (kind, run) in self.run.iter_mut().enumerate() {
            let free = &state.free[kind * day.steps..];
            run[until - from] = 0;
            for t in (from..until).rev() {
                run[t - from] = if free[t] > 0 { run[t - from + 1] + 1 } else { 0 };
            }
        }
        for (class, run) in day.classes.iter().zip(&mut self.class_run) {
            let Some((&first, rest)) = class.split_first() else {
                continue;
            };
            run[..=until - from].copy_from_slice(&self.run[usize::from(first)][..=until - from]);
            for &kind in rest {
                for (most, &here) in
                    run[..=until - from].iter_mut().zip(&self.run[usize::from(kind)])
                {
                    *most = (*most).max(here);
                }
            }
        }
    }

    /// What each pending block would gain at each start; −∞ where it may not stand.
    fn price_blocks(
        &mut self,
        day: &SiteDayModel,
        state: &State,
        parameters: Parameters,
        stretch: Stretch<'_>,
    ) {
        let quotas = &day.profiles[day.shifts[stretch.shift].profile].quotas;
        for (pending, gains) in stretch.pending.iter().zip(&mut self.block_gain) {
            let Pending::Block(length) = *pending else {
                continue;
            };
            gains.clear();
            for t in stretch.from..=stretch.until {
                let end = t + length;
                let at = t - stretch.from;
                let room = |kind: usize| usize::from(self.run[kind][at]) >= length;
                let joined = stretch
                    .neighbour(t, length)
                    .filter(|&(_, kind)| room(usize::from(kind)))
                    .map_or((t, end), |(block, _)| {
                        (t.min(usize::from(block.start)), end.max(usize::from(block.end)))
                    });
                let mut gain = f64::NEG_INFINITY;
                if end <= self.limit[at]
                    && day.open[t..end].iter().all(|&open| open)
                    && (0..self.run.len()).any(room)
                    && day.shortest_block(stretch.shift, joined.0, joined.1) <= joined.1 - joined.0
                {
                    gain = 0.0;
                    for &q in quotas {
                        let quota = &day.quotas[q];
                        let overlap = end.min(quota.until).saturating_sub(t.max(quota.from)) as i32;
                        let covered = state.covered[q];
                        let off = |steps: i32| quota.off(steps);
                        gain += parameters.missing_step
                            * f64::from(off(covered) - off(covered + overlap));
                    }
                }
                gains.push(gain);
            }
        }
    }

    fn relax_all(
        &mut self,
        day: &SiteDayModel,
        state: &State,
        marginals: &Marginals,
        idle: f64,
        stretch: Stretch<'_>,
    ) {
        let width = stretch.until - stretch.from;
        let shift = &day.shifts[stretch.shift];
        let services = &day.profiles[shift.profile].services[..];
        let masks = 1_usize << stretch.pending.len();
        let rested = stretch.pending.iter().position(|p| matches!(p, Pending::Break));
        let (pause, first, last) = match (rested, shift.breaks.first()) {
            (Some(_), Some(due)) => (due.steps, due.from, due.until),
            _ => (0, 0, 0),
        };
        for offset in 0..width {
            let t = stretch.from + offset;
            let limit = self.limit[offset];
            for mask in 0..masks {
                let node = mask * (width + 1) + offset;
                let value = self.value[node];
                if value == f64::NEG_INFINITY {
                    continue;
                }
                if limit == t {
                    // Something kept stands here: on to its end.
                    let end = stretch
                        .kept
                        .iter()
                        .find(|item| usize::from(item.start) == t)
                        .map_or(t + 1, |item| usize::from(item.end));
                    self.relax(node, node + end - t, value, TAKEN, 0);
                    continue;
                }
                let room = limit - t;
                // A little against idle time where nothing else decides.
                self.relax(node, node + 1, value - idle, IDLE, 0);
                let between = !(usize::from(day.base) + t).is_multiple_of(self.lattice);
                if between && node > 0 && self.back[node].arc == IDLE {
                    continue;
                }
                self.count_path(node);
                for &s in services {
                    let service = &day.services[usize::from(s)];
                    if service.steps > room {
                        break;
                    }
                    let Some(class) = service.class else { continue };
                    if usize::from(self.class_run[class][offset]) < service.steps {
                        continue;
                    }
                    let mut best = 0.0;
                    let mut best_pool = 0;
                    for &pool in day.pools_at(usize::from(s), t) {
                        let p = usize::from(pool);
                        let gain = marginals.next(pool, state.taken[p] + self.on_path[p]);
                        if gain > best {
                            best = gain;
                            best_pool = pool;
                        }
                    }
                    if best > 0.0 {
                        let gain = best * self.perturbation[usize::from(s)];
                        self.relax(node, node + service.steps, value + gain, s, best_pool);
                    }
                }
                for (i, pending) in stretch.pending.iter().enumerate() {
                    if mask >> i & 1 == 1 {
                        continue;
                    }
                    let layer = (width + 1) << i;
                    match *pending {
                        Pending::Break => {
                            if t >= first && t + pause <= last && pause <= room {
                                self.relax(node, node + layer + pause, value, PLACED, i as u16);
                            }
                        }
                        Pending::Block(length) => {
                            let gain = self.block_gain[i][offset];
                            if gain > 0.0 {
                                let to = node + layer + length;
                                self.relax(node, to, value + gain, PLACED, i as u16);
                            }
                        }
                    }
                }
                for pool in self.touched.drain(..) {
                    self.on_path[usize::from(pool)] = 0;
                }
            }
        }
    }

    #[inline]
    fn relax(&mut self, from: usize, to: usize, value: f64, arc: u16, what: u16) {
        if value > self.value[to] {
            self.value[to] = value;
            self.back[to] = Back { from: from as u32, arc, what };
            self.last_slot[to] = if arc < TAKEN { to as u32 } else { self.last_slot[from] };
        }
    }

    /// Counts the slots on the best path to `node` by pool. It skips what is between them: on a fine
    /// grid that is most of the path.
    #[inline]
    fn count_path(&mut self, node: usize) {
        let mut node = self.last_slot[node] as usize;
        while node > 0 {
            let back = self.back[node];
            self.on_path[usize::from(back.what)] += 1;
            self.touched.push(back.what);
            node = self.last_slot[back.from as usize] as usize;
        }
    }

    /// Reads the best path back into [`Self::items`].
    fn trace(
        &mut self,
        day: &SiteDayModel,
        parameters: Parameters,
        stretch: Stretch<'_>,
        random: &mut Random,
    ) {
        self.items.clear();
        let width = stretch.until - stretch.from;
        let mut best = f64::NEG_INFINITY;
        let mut node = 0;
        for mask in 0..1_usize << stretch.pending.len() {
            let end = mask * (width + 1) + width;
            let unrested = stretch
                .pending
                .iter()
                .enumerate()
                .any(|(i, p)| matches!(p, Pending::Break) && mask >> i & 1 == 0);
            let value = self.value[end] - if unrested { parameters.missing_task } else { 0.0 };
            if value > best {
                best = value;
                node = end;
            }
        }
        while node > 0 {
            let back = self.back[node];
            let start = back.from as usize % (width + 1);
            let end = node % (width + 1);
            let task = match back.arc {
                IDLE | TAKEN => None,
                PLACED => match stretch.pending[usize::from(back.what)] {
                    Pending::Break => Some(Task::Break { index: 0 }),
                    Pending::Block(length) => Some(Task::Block {
                        kind: match stretch.neighbour(stretch.from + start, length) {
                            Some((_, kind))
                                if usize::from(self.run[usize::from(kind)][start]) >= length =>
                            {
                                kind
                            }
                            _ => self.pick_kind(None, start, length, random),
                        },
                    }),
                },
                service => {
                    let kinds = day.kinds_for(usize::from(service));
                    let kind = self.pick_kind(Some(kinds), start, end - start, random);
                    Some(Task::Slot { service, pool: back.what, kind })
                }
            };
            if let Some(task) = task {
                let (start, end) = ((stretch.from + start) as u16, (stretch.from + end) as u16);
                self.items.push(Item { start, end, task });
            }
            node = back.from as usize;
        }
        self.items.reverse();
    }

    /// A kind with a room for `length` steps from `offset` on: mostly the least capable.
    fn pick_kind(
        &self,
        class: Option<&[u16]>,
        offset: usize,
        length: usize,
        random: &mut Random,
    ) -> u16 {
        let fits = |kind: &u16| usize::from(self.run[usize::from(*kind)][offset]) >= length;
        let skip =
            if random.chance(SLOTS_IN_ANOTHER_KIND) { random.below(self.run.len()) } else { 0 };
        let pick = |kinds: &mut dyn Iterator<Item = u16>| {
            let mut last = None;
            for (i, kind) in kinds.filter(fits).enumerate() {
                last = Some(kind);
                if i == skip {
                    break;
                }
            }
            last.unwrap_or(0)
        };
        match class {
            Some(class) => pick(&mut class.iter().copied()),
            None => pick(&mut (0..self.run.len() as u16)),
        }
    }
}
