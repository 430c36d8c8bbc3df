//! The moves of the search and which of them stay.

use super::super::day::Day;
use super::{
    random::Random,
    rebuild::{Charges, MOST_PENDING, Marginals, Pending, Rebuild, Stretch},
    state::{Item, State, Task},
};

/// The search on one site-day.
#[derive(Debug)]
pub(crate) struct Search {
    /// The state that moves change.
    pub state: State,
    /// The best state so far.
    pub best: State,
    random: Random,
    score: f64,
    best_score: f64,
    charges: Charges,
}

/// A desk's part in a move.
#[derive(Debug, Default, Clone)]
struct Part {
    desk: usize,
    from: usize,
    until: usize,
    /// Range of the desk's items that is replaced.
    first: usize,
    last: usize,
    /// Items before the move in that range, for undoing.
    old: Vec<Item>,
    /// Items that stay inside the stretch.
    kept: Vec<Item>,
    pending: Vec<Pending>,
    /// How many items stand in the range after the move.
    new: usize,
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
            random: Random::new(seed, day.site_day as u64),
            score: f64::NEG_INFINITY,
            best_score: f64::NEG_INFINITY,
            charges: Charges { step, task: 100.0 * step },
        }
    }

    /// Fills every desk once, in random order: the first plan.
    pub(crate) fn fill(&mut self, day: &Day, view: &mut View) {
        let mut order: Vec<usize> = (0..day.desks.len()).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, self.random.below(i + 1));
        }
        self.score = self.evaluate(day, view);
        for desk in order {
            let (from, until) = (day.desks[desk].from, day.desks[desk].until);
            view.parts[0].desk = desk;
            self.rebuild(day, view, 1, (from, until), f64::INFINITY);
        }
        self.keep_best(day, view);
    }

    /// Scores the state anew after the values of pools have changed, and forgets the best.
    pub(crate) fn restart(&mut self, day: &Day, view: &View) {
        self.score = self.evaluate(day, view);
        self.best_score = f64::NEG_INFINITY;
        self.keep_best(day, view);
    }

    /// Goes back to the best state.
    pub(crate) fn return_to_best(&mut self) {
        self.state.clone_from(&self.best);
        self.score = self.best_score;
    }

    /// `moves` moves; `temperature` by the share of them done.
    pub(crate) fn anneal(
        &mut self,
        day: &Day,
        view: &mut View,
        moves: u64,
        temperature: (f64, f64),
    ) {
        if day.desks.is_empty() || day.steps == 0 {
            return;
        }
        for i in 0..moves {
            let share = i as f64 / moves as f64;
            let heat = temperature.0 + (temperature.1 - temperature.0) * share;
            self.step(day, view, heat);
        }
    }

    fn step(&mut self, day: &Day, view: &mut View, heat: f64) {
        let random = &mut self.random;
        let (anchor, from, until) = match self.state.unkept.len() {
            n if n > 0 && random.chance(0.5) => {
                let promise = &day.promises[usize::from(self.state.unkept[random.below(n)])];
                if promise.desks.is_empty() {
                    return;
                }
                let margin = 1 + random.below(36);
                let desk = promise.desks[random.below(promise.desks.len())];
                (usize::from(desk), promise.from.saturating_sub(margin), promise.until + margin)
            }
            _ => {
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
        let want = match random.below(20) {
            0..6 => 1,
            6..15 => 2,
            15..19 => 3,
            _ => 4,
        };
        view.parts[0].desk = anchor;
        let mut count = 1;
        for _ in 0..3 * want {
            if count == want {
                break;
            }
            let other = random.below(day.desks.len());
            let desk = &day.desks[other];
            let overlaps = desk.from < until && from < desk.until;
            if overlaps && view.parts[..count].iter().all(|part| part.desk != other) {
                view.parts[count].desk = other;
                count += 1;
            }
        }
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
        self.rebuild(day, view, count, (from, until), heat);
        if self.score > self.best_score + 1e-9 {
            self.keep_best(day, view);
        }
    }

    fn keep_best(&mut self, _day: &Day, _view: &View) {
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
        heat: f64,
    ) {
        let before = self.missing_charge(day);
        let touch_blocks = self.random.chance(0.6);
        let touch_promises = !self.state.unkept.is_empty() || self.random.chance(0.4);
        let mut change = 0.0;
        let View { marginals, rebuild, parts, merged } = view;
        let parts = &mut parts[..count];
        for part in parts.iter_mut() {
            change += self.empty(day, marginals, part, (from, until), touch_blocks, touch_promises);
        }
        for i in (1..count).rev() {
            parts.swap(i, self.random.below(i + 1));
        }
        self.deal_promises(day, parts);
        self.deal_blocks(day, parts);
        for part in parts.iter_mut() {
            if part.until > part.from {
                let stretch = Stretch {
                    desk: part.desk,
                    from: part.from,
                    until: part.until,
                    kept: &part.kept,
                    pending: &part.pending,
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
                part.new = merged.len();
                self.state.items[part.desk].splice(part.first..part.first, merged.drain(..));
            } else {
                part.new = 0;
            }
        }
        change += before - self.missing_charge(day);
        if change >= 0.0 || self.random.unit() < (change / heat).exp() {
            self.score += change;
            return;
        }
        for part in parts.iter() {
            let range = part.first..part.first + part.new;
            for i in range.clone() {
                let item = self.state.items[part.desk][i];
                self.state.account(day, part.desk, item, -1);
            }
            self.state.items[part.desk].splice(range, part.old.iter().copied());
            for &item in &part.old {
                self.state.account(day, part.desk, item, 1);
            }
        }
    }

    /// Takes out of the desk's day what lies wholly in the stretch; the change of the pools' value.
    fn empty(
        &mut self,
        day: &Day,
        marginals: &Marginals,
        part: &mut Part,
        (from, until): (usize, usize),
        touch_blocks: bool,
        touch_promises: bool,
    ) -> f64 {
        let desk = &day.desks[part.desk];
        part.from = from.max(desk.from);
        part.until = until.min(desk.until);
        part.old.clear();
        part.kept.clear();
        part.pending.clear();
        let items = &self.state.items[part.desk];
        part.first = items.partition_point(|item| usize::from(item.start) < part.from);
        if part.first > 0 {
            // Something runs into the stretch: begin after it.
            part.from = part.from.max(usize::from(items[part.first - 1].end));
        }
        part.last = items.partition_point(|item| usize::from(item.end) <= part.until);
        if let Some(item) = items.get(part.last) {
            part.until = part.until.min(usize::from(item.start));
        }
        part.last = part.last.max(part.first);
        part.old.extend_from_slice(&items[part.first..part.last]);
        self.state.items[part.desk].drain(part.first..part.last);
        let mut change = 0.0;
        for i in 0..part.old.len() {
            let item = part.old[i];
            match item.task {
                Task::Slot { pool, .. } => {
                    self.state.account(day, part.desk, item, -1);
                    change -= marginals.next(pool, self.state.taken[usize::from(pool)]);
                }
                Task::Break => self.state.account(day, part.desk, item, -1),
                Task::Block { .. } if touch_blocks => {
                    self.state.account(day, part.desk, item, -1);
                }
                Task::Promise { .. } if touch_promises => {
                    self.state.account(day, part.desk, item, -1);
                }
                Task::Block { .. } | Task::Promise { .. } => part.kept.push(item),
            }
        }
        if !self.state.rested[part.desk] {
            part.pending.push(Pending::Break);
        }
        change
    }

    /// Gives promises that nobody keeps to desks of the move that can, at random.
    fn deal_promises(&mut self, day: &Day, parts: &mut [Part]) {
        let mut i = 0;
        while i < self.state.unkept.len() {
            let a = self.state.unkept[i];
            let promise = &day.promises[usize::from(a)];
            let first = self.random.below(parts.len());
            let turn = (0..parts.len()).map(|k| (first + k) % parts.len()).find(|&k| {
                let part = &parts[k];
                part.from <= promise.from
                    && promise.until <= part.until
                    && promise.desks.contains(&(part.desk as u16))
                    && part.kept.iter().all(|item| {
                        usize::from(item.end) <= promise.from
                            || promise.until <= usize::from(item.start)
                    })
            });
            let room = promise.kinds.iter().copied().find(|&kind| {
                let row = usize::from(kind) * day.steps;
                self.state.free[row + promise.from..row + promise.until].iter().all(|&f| f > 0)
            });
            if let (Some(k), Some(kind)) = (turn, room) {
                let item = Item {
                    start: promise.from as u16,
                    end: promise.until as u16,
                    task: Task::Promise { promise: a, kind },
                };
                // Takes the promise off the list: the next one moves to place i.
                self.state.account(day, parts[k].desk, item, 1);
                let place = parts[k].kept.partition_point(|kept| kept.start < item.start);
                parts[k].kept.insert(place, item);
            } else {
                i += 1;
            }
        }
    }

    /// Gives steps that quotas lack to desks of the move whose blocks count, as blocks to place.
    fn deal_blocks(&mut self, day: &Day, parts: &mut [Part]) {
        for (q, quota) in day.quotas.iter().enumerate() {
            let mut lack = quota.min_steps - self.state.covered[q];
            let first = self.random.below(parts.len());
            for k in 0..parts.len() {
                if lack <= 0 {
                    break;
                }
                let i = (first + k) % parts.len();
                let desk = &day.desks[parts[i].desk];
                let part = &mut parts[i];
                let inside = part.until.min(quota.until).saturating_sub(part.from.max(quota.from));
                if inside == 0
                    || part.pending.len() >= MOST_PENDING
                    || !day.profiles[desk.profile].quotas.contains(&q)
                {
                    continue;
                }
                let whole = usize::try_from(lack).unwrap_or(0).max(quota.block);
                let most = whole.min(inside.max(quota.block)).min(part.until - part.from);
                if most < quota.block {
                    continue;
                }
                let length = if most > quota.block && self.random.chance(0.4) {
                    quota.block + self.random.below(most - quota.block + 1)
                } else {
                    most
                };
                part.pending.push(Pending::Block(length));
                lack -= length as i32;
            }
        }
    }

    fn missing_charge(&self, day: &Day) -> f64 {
        let missing = self.state.missing(day);
        self.charges.step * f64::from(missing.steps) + self.charges.task * f64::from(missing.tasks)
    }

    fn evaluate(&self, day: &Day, view: &View) -> f64 {
        let mut value = -self.missing_charge(day);
        for (pool, &taken) in self.state.taken.iter().enumerate() {
            for slots in 0..taken {
                value += view.marginals.next(pool as u16, slots);
            }
        }
        value
    }
}

/// Half an hour to seven hours on a five-minute grid, short ones more often.
fn stretch_length(random: &mut Random) -> usize {
    let most = 6 + random.below(79);
    6 + random.below(most - 5)
}
