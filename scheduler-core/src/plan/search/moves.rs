//! The moves of the search and which of them stay.

use super::super::day::Day;
use super::{
    deal::Missed,
    random::Random,
    rebuild::Rebuild,
    state::{Item, State, Task},
    stretch::{Charges, Marginals, Pending, Stretch},
};

/// The search on one site-day.
#[derive(Debug)]
pub(crate) struct Search {
    /// The state that moves change.
    pub state: State,
    /// The best state so far.
    pub best: State,
    /// Moves of the next call to [`Self::anneal`].
    pub moves: u64,
    pub(super) random: Random,
    pub(super) score: f64,
    best_score: f64,
    charges: Charges,
}

/// A desk's part in a move.
#[derive(Debug, Default, Clone)]
pub(super) struct Part {
    pub desk: usize,
    pub from: usize,
    pub until: usize,
    /// The first of the desk's items that are replaced.
    pub first: usize,
    /// The replaced items, for undoing.
    pub old: Vec<Item>,
    /// Items that stay, or are what a cut has left of them.
    pub kept: Vec<Item>,
    pub pending: Vec<Pending>,
    /// The walk-in block that ends where the stretch begins.
    pub left: Option<Item>,
    /// The walk-in block that begins where the stretch ends.
    pub right: Option<Item>,
    /// How many items stand in their place after the move.
    pub new: usize,
}

/// What a move may take besides slots and breaks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Touch {
    pub blocks: bool,
    /// Share of promises.
    pub promises: f64,
    /// All promises that overlap this stretch of time.
    pub clear: Option<(usize, usize)>,
    /// Only those of this desk, and they must go to another: a walk-in block shall stand there.
    pub reserve: Option<usize>,
}

/// Buffers of the search; one for each chunk of work, so that memory does not grow with site-days.
#[derive(Debug)]
pub(crate) struct View {
    marginals: Marginals,
    rebuild: Rebuild,
    parts: Vec<Part>,
    merged: Vec<Item>,
}

impl View {
    /// Buffers for `day`; `marginals` yields for each local pool its gains by number of slots.
    pub(crate) fn new<'m>(day: &Day, marginals: impl Iterator<Item = &'m [f64]>) -> Self {
        let mut table = Marginals::default();
        table.offsets.push(0);
        for gains in marginals {
            table.flat.extend_from_slice(gains);
            table.offsets.push(table.flat.len() as u32);
        }
        Self {
            marginals: table,
            rebuild: Rebuild::new(day),
            parts: vec![Part::default(); 4],
            merged: Vec::new(),
        }
    }
}

impl Search {
    /// An empty plan for `day`. `dearest` is the most that a step of anybody's time can earn.
    pub(crate) fn new(day: &Day, seed: u64, dearest: f64) -> Self {
        let state = State::new(day);
        let step = 20.0 * dearest.max(1e-3);
        Self {
            best: state.clone(),
            state,
            moves: 0,
            random: Random::new(seed, day.site_day as u64),
            score: f64::NEG_INFINITY,
            best_score: f64::NEG_INFINITY,
            charges: Charges { step, task: 100.0 * step },
        }
    }

    /// The first plan: every desk is filled once, in random order. First with duties alone, promises
    /// and walk-in blocks, as nothing is in their way yet, then with slots.
    pub(crate) fn fill(&mut self, day: &Day, view: &mut View) {
        self.score = self.evaluate(day, view);
        if !day.promises.is_empty() || !day.quotas.is_empty() {
            view.rebuild.taste.fill(-1.0);
            self.fill_once(day, view);
            for _ in 0..MENDS_PER_DESK * day.desks.len() {
                if self.state.missing(day).is_none() {
                    break;
                }
                self.mend(day, view);
            }
        }
        view.rebuild.taste.fill(1.0);
        self.fill_once(day, view);
        self.keep_best();
    }

    fn fill_once(&mut self, day: &Day, view: &mut View) {
        let mut order: Vec<usize> = (0..day.desks.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, self.random.below(i + 1));
        }
        let touch = Touch { blocks: false, promises: 0.0, clear: None, reserve: None };
        for desk in order {
            let (from, until) = (day.desks[desk].from, day.desks[desk].until);
            view.parts[0].desk = desk;
            self.rebuild(day, view, 1, (from, until), touch, f64::INFINITY);
        }
    }

    /// Scores the state anew after the values of pools have changed, and forgets the best.
    pub(crate) fn restart(&mut self, day: &Day, view: &View) {
        self.score = self.evaluate(day, view);
        self.best_score = f64::NEG_INFINITY;
        self.keep_best();
    }

    /// Goes back to the best state.
    pub(crate) fn return_to_best(&mut self) {
        self.state.clone_from(&self.best);
        self.score = self.best_score;
    }

    /// [`Self::moves`] moves, while the temperature goes from the first to the second.
    pub(crate) fn anneal(&mut self, day: &Day, view: &mut View, temperature: (f64, f64)) {
        if day.desks.is_empty() || day.steps == 0 {
            return;
        }
        for i in 0..self.moves {
            let share = i as f64 / self.moves as f64;
            let heat = temperature.0 + (temperature.1 - temperature.0) * share;
            self.step(day, view, heat);
        }
    }

    fn step(&mut self, day: &Day, view: &mut View, heat: f64) {
        let mend = (!self.state.unkept.is_empty() || self.lacks(day)) && self.random.chance(0.9);
        if mend && self.random.chance(0.8) {
            self.mend(day, view);
            if self.score > self.best_score + 1e-9 {
                self.keep_best();
            }
            return;
        }
        let target = if mend { self.pick_missing(day) } else { None };
        let random = &mut self.random;
        let (anchor, from, until) = match target {
            Some(Missed { desk, from, until, .. }) => {
                let (before, after) = (1 + random.below(12), 1 + random.below(12));
                (desk, from.saturating_sub(before), until + after)
            }
            None => {
                let anchor = random.below(day.desks.len());
                let desk = &day.desks[anchor];
                let length = stretch_length(random);
                let span = desk.until - desk.from;
                // Starts before the shift are cut, so that its first steps are met as often.
                let start = (desk.from + random.below(span + length)).saturating_sub(length);
                (anchor, start.max(desk.from), (start + length).min(desk.until))
            }
        };
        if until <= from {
            return;
        }
        let fewest = if target.is_some_and(|missed| missed.promise.is_none()) { 3 } else { 1 };
        let want = match random.below(20) {
            0..6 => 1,
            6..15 => 2,
            15..19 => 3,
            _ => 4,
        };
        let want = fewest.max(want);
        view.parts[0].desk = anchor;
        let mut count = 1;
        if let Some(other) = target.and_then(|missed| missed.other).filter(|&d| d != anchor) {
            view.parts[1].desk = other;
            count = 2;
        }
        for _ in 0..3 * want {
            if count >= want {
                break;
            }
            let other = self.random.below(day.desks.len());
            let desk = &day.desks[other];
            let overlaps = desk.from < until && from < desk.until;
            if overlaps && view.parts[..count].iter().all(|part| part.desk != other) {
                view.parts[count].desk = other;
                count += 1;
            }
        }
        let random = &mut self.random;
        let touch = Touch {
            blocks: mend || random.chance(0.6),
            promises: [0.0, 0.0, 0.1, 0.3, 1.0][random.below(5)],
            clear: target.map(|missed| (missed.from, missed.until)),
            reserve: target.filter(|missed| missed.promise.is_none()).map(|missed| missed.desk),
        };
        // Variety: a move may like some services more than they are worth.
        let noise = match random.below(4) {
            0 => 0.0,
            1 => 0.05,
            2 => 0.15,
            _ => 0.4,
        };
        for taste in &mut view.rebuild.taste {
            *taste = 1.0 + noise * (random.unit() - 0.5);
        }
        self.rebuild(day, view, count, (from, until), touch, heat);
        if self.score > self.best_score + 1e-9 {
            self.keep_best();
        }
    }

    fn keep_best(&mut self) {
        self.best_score = self.score;
        self.best.clone_from(&self.state);
    }

    /// Empties `[from, until)` of the first `count` parts' desks and fills it again; takes it back
    /// unless annealing at `heat` accepts.
    fn rebuild(
        &mut self,
        day: &Day,
        view: &mut View,
        count: usize,
        (from, until): (usize, usize),
        touch: Touch,
        heat: f64,
    ) {
        let before = self.missing_charge(day);
        let mut change = 0.0;
        let View { marginals, rebuild, parts, merged } = view;
        let parts = &mut parts[..count];
        for part in parts.iter_mut() {
            change += self.empty(day, marginals, part, (from, until), touch);
        }
        for i in (1..count).rev() {
            parts.swap(i, self.random.below(i + 1));
        }
        self.deal_promises(day, parts, touch);
        self.deal_blocks(day, parts);
        for part in parts.iter_mut() {
            if part.until > part.from {
                let stretch = Stretch {
                    desk: part.desk,
                    from: part.from,
                    until: part.until,
                    kept: &part.kept,
                    pending: &part.pending,
                    left: part.left,
                    right: part.right,
                };
                rebuild.solve(day, &self.state, marginals, self.charges, stretch, &mut self.random);
                for &item in &rebuild.items {
                    if let Task::Slot { pool, .. } = item.task {
                        change += marginals.next(pool, self.state.taken[usize::from(pool)]);
                    }
                    self.state.account(day, part.desk, item, 1);
                }
                merged.clear();
                merged.extend_from_slice(&rebuild.items);
                merged.extend_from_slice(&part.kept);
                merged.sort_unstable_by_key(|item| item.start);
                join_blocks(merged);
                part.new = merged.len();
                self.state.items[part.desk].splice(part.first..part.first, merged.drain(..));
            } else {
                merged.clear();
                merged.extend_from_slice(&part.kept);
                part.new = merged.len();
                self.state.items[part.desk].splice(part.first..part.first, merged.drain(..));
            }
        }
        change += before - self.missing_charge(day);
        if change >= 0.0 || self.random.unit() < (change / heat).exp() {
            self.score += change;
            return;
        }
        // All that is new goes before anything old comes back: a promise may have changed hands.
        for part in parts.iter() {
            for i in part.first..part.first + part.new {
                let item = self.state.items[part.desk][i];
                self.state.account(day, part.desk, item, -1);
            }
        }
        for part in parts.iter() {
            let range = part.first..part.first + part.new;
            self.state.items[part.desk].splice(range, part.old.iter().copied());
            for &item in &part.old {
                self.state.account(day, part.desk, item, 1);
            }
        }
    }

    fn missing_charge(&self, day: &Day) -> f64 {
        let missing = self.state.missing(day);
        self.charges.step * f64::from(missing.steps) + self.charges.task * f64::from(missing.tasks)
    }

    pub(super) fn evaluate(&self, day: &Day, view: &View) -> f64 {
        let mut value = -self.missing_charge(day);
        for (pool, &taken) in self.state.taken.iter().enumerate() {
            for slots in 0..taken {
                value += view.marginals.next(pool as u16, slots);
            }
        }
        value
    }
}

/// Attempts at placing duties before the first slots are.
const MENDS_PER_DESK: usize = 1000;

/// Makes one block of blocks that touch in the same kind of room.
fn join_blocks(items: &mut Vec<Item>) {
    items.dedup_by(|next, item| {
        let joined = item.end == next.start
            && item.task == next.task
            && matches!(item.task, Task::Block { .. });
        if joined {
            item.end = next.end;
        }
        joined
    });
}

/// Half an hour to seven hours on a five-minute grid, short ones more often.
fn stretch_length(random: &mut Random) -> usize {
    let most = 6 + random.below(79);
    6 + random.below(most - 5)
}
