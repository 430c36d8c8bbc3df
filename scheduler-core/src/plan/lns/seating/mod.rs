//! A first state that keeps every promise, break and quota, where a day has promises: an ejection
//! pool.
//!
//! Promises have their times, so that only who keeps them and in which kind of room is open: a list
//! colouring, in which breaks and walk-in blocks need gaps besides. What is not placed waits in a
//! pool. One thing at a time is placed where what must go for it weighs least; what goes is placed
//! another way where it can be, and waits in the pool where it cannot. Whatever could not be placed
//! for nothing weighs more from then on, so that the search does not circle (Nagata, Bräysy 2009,
//! doi:10.1016/j.orl.2009.04.006).

mod blocks;
mod place;
mod weigh;

use super::{
    parameters::{SEATING_POLISHES, SEATING_SHUFFLES, SEATING_STEPS},
    random::Random,
    search::SiteDaySearch,
    seated::{Pricing, Stay, kind_of},
    state::{Item, State, Task},
};
use crate::problem::site_day::SiteDayModel;

impl SiteDaySearch {
    /// Places what the state lacks, with whatever it has as a start; keeps the result if it lacks
    /// less. Slots may go for it.
    pub(super) fn seat(
        &mut self,
        day: &SiteDayModel,
        pricing: Option<&Pricing>,
        give_up: &dyn Fn() -> bool,
    ) {
        let before = self.missing_charge(day);
        let mut seating = Seating::new(day, &self.state, &mut self.random);
        seating.run(give_up);
        let items = std::mem::take(&mut seating.best);
        let state = seating.state(items, pricing);
        let old = std::mem::replace(&mut self.state, state);
        if self.missing_charge(day) >= before {
            self.state = old;
        }
    }
}

/// Something that is not placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Promise(u16),
    /// Shift and number of the break.
    Break(usize, u16),
}

/// Something that has to leave its room.
#[derive(Debug, Clone, Copy)]
struct Change {
    shift: usize,
    item: Item,
    /// Where it can be instead.
    kind: Option<u16>,
}

struct Seating<'a> {
    day: &'a SiteDayModel,
    random: &'a mut Random,
    /// By shift, in order of time.
    items: Vec<Vec<Item>>,
    /// Rooms left, by `kind * steps + t`: taken by tasks, not by stays.
    free: Vec<i16>,
    /// Steps covered, by quota.
    covered: Vec<i32>,
    due: Vec<Due>,
    /// What it weighs that it goes, by promise, by shift for its breaks, by quota.
    promises: Vec<f64>,
    breaks: Vec<f64>,
    quotas: Vec<f64>,
    /// For each shift and step, the sum before the step of how much promises want the clerk.
    wanted: Vec<f64>,
    /// Whether something had to go that found no other place.
    stuck: bool,
    /// What must leave its room, for the place in hand and the best so far.
    changes: Vec<Change>,
    /// The items that lack least so far, and how much they lack.
    best: Vec<Vec<Item>>,
    least: f64,
}

impl<'a> Seating<'a> {
    fn new(day: &'a SiteDayModel, state: &State, random: &'a mut Random) -> Self {
        let row = day.steps + 1;
        let mut wanted = vec![0.0; day.shifts.len() * row];
        for promise in &day.promises {
            let share = 1.0 / promise.shifts.len().max(1) as f64;
            for &shift in &promise.shifts {
                for sum in &mut wanted[usize::from(shift) * row..][promise.from + 1..=promise.until]
                {
                    *sum += share;
                }
            }
        }
        for sums in wanted.chunks_mut(row) {
            let mut sum = 0.0;
            for each in sums {
                sum += *each;
                *each = sum;
            }
        }
        let empty = State::new(day, None);
        let mut seating = Self {
            day,
            random,
            items: vec![Vec::new(); day.shifts.len()],
            free: empty.free,
            covered: empty.covered,
            due: Vec::new(),
            promises: vec![1.0; day.promises.len()],
            breaks: vec![1.0; day.shifts.len()],
            quotas: vec![1.0; day.quotas.len()],
            wanted,
            stuck: false,
            changes: Vec::new(),
            best: Vec::new(),
            least: f64::INFINITY,
        };
        let mut placed = vec![false; day.promises.len()];
        for (shift, items) in state.items.iter().enumerate() {
            let mut held = 0_u32;
            for &item in items {
                match item.task {
                    Task::Promise { promise, .. } => placed[usize::from(promise)] = true,
                    Task::Break { index } => held |= 1 << index,
                    Task::Slot { .. } | Task::Block { .. } => {}
                }
                seating.account(shift, item, 1);
            }
            seating.items[shift].clone_from(items);
            for index in 0..day.shifts[shift].breaks.len() as u16 {
                if held >> index & 1 == 0 {
                    seating.due.push(Due::Break(shift, index));
                }
            }
        }
        // The last are placed first: those that only one clerk can keep, then in order of time, so
        // that whoever has just ended something stays at the counter.
        let mut open: Vec<u16> = (0..day.promises.len() as u16)
            .filter(|&a| !placed[usize::from(a)] && !day.promises[usize::from(a)].shifts.is_empty())
            .collect();
        let order = |&a: &u16| {
            let promise = &day.promises[usize::from(a)];
            (promise.shifts.len() > 1, promise.from)
        };
        open.sort_by_key(|a| std::cmp::Reverse(order(a)));
        seating.due.extend(open.into_iter().map(Due::Promise));
        seating
    }

    fn run(&mut self, give_up: &dyn Fn() -> bool) {
        // Blocks need long gaps, of which there are most now.
        for q in 0..self.day.quotas.len() {
            let mut lack = i32::MAX;
            // Where rooms are few a block may only take the place of another.
            while (1..lack).contains(&self.lack(q)) {
                lack = self.lack(q);
                self.place_block(q);
            }
        }
        self.keep_best();
        let most = SEATING_STEPS * (self.day.shifts.len() + self.day.promises.len());
        for step in 0..most {
            if step % 64 == 0 && give_up() {
                break;
            }
            let lacking = (0..self.day.quotas.len()).filter(|&q| self.lack(q) > 0).count();
            if self.due.is_empty() && lacking == 0 {
                break;
            }
            let pick = self.random.below(self.due.len() + lacking);
            if pick < lacking {
                let mut all = (0..self.day.quotas.len()).filter(|&q| self.lack(q) > 0);
                if let Some(q) = all.nth(pick)
                    && !self.place_block(q)
                {
                    self.quotas[q] += 1.0;
                }
            } else if let Some(due) = self.due.pop() {
                let done = match due {
                    Due::Promise(promise) => self.place_promise(promise),
                    Due::Break(shift, index) => self.place_break(shift, index),
                };
                if !done {
                    // Where nothing can be done about it: others first.
                    self.due.insert(0, due);
                }
            }
            if std::mem::take(&mut self.stuck) {
                for _ in 0..SEATING_SHUFFLES {
                    self.shuffle();
                }
            }
            self.keep_best();
        }
        if self.least == 0.0 {
            for _ in 0..SEATING_POLISHES {
                self.polish();
            }
            self.keep_best();
        }
    }

    /// Places each promise once more, where it is best placed with all others as they are.
    fn polish(&mut self) {
        let mut order: Vec<u16> = (0..self.day.promises.len() as u16).collect();
        for i in (1..order.len()).rev() {
            order.swap(i, self.random.below(i + 1));
        }
        for promise in order {
            let is_it = |item: &Item| matches!(item.task, Task::Promise { promise: own, .. } if own == promise);
            let at = (0..self.items.len()).find_map(|shift| {
                self.items[shift].iter().position(is_it).map(|index| (shift, index))
            });
            let Some((shift, index)) = at else { continue };
            if !self.day.shifts[shift].is_fixed(self.items[shift][index].start) {
                self.remove(shift, index);
                self.place_promise(promise);
            }
        }
    }

    fn keep_best(&mut self) {
        let steps: i32 = self.day.quotas.iter().zip(&self.covered).map(|(q, &c)| q.off(c)).sum();
        let lacks = f64::from(steps) + 100.0 * self.due.len() as f64;
        if lacks <= self.least {
            self.least = lacks;
            self.best.clone_from(&self.items);
        }
    }

    /// The state with these items: a clerk stays at a counter as long as nobody else needs it.
    fn state(&self, items: Vec<Vec<Item>>, pricing: Option<&Pricing>) -> State {
        let day = self.day;
        let mut state = State::new(day, pricing);
        let Some(pricing) = pricing else {
            for (shift, items) in items.iter().enumerate() {
                for &item in items {
                    state.account(day, shift, item, 1);
                }
            }
            state.items = items;
            return state;
        };
        for (shift, items) in items.iter().enumerate() {
            for &item in items {
                state.book(day, pricing, shift, item, 1);
                if let Some(kind) = kind_of(&item) {
                    state.sit_down(day, shift, kind, (item.start, item.end));
                }
            }
        }
        for shift in 0..items.len() {
            let stays = std::mem::take(&mut state.seats.stays[shift]);
            let mut joined: Vec<Stay> = Vec::with_capacity(stays.len());
            for stay in stays {
                if let Some(last) = joined.last_mut()
                    && last.kind == stay.kind
                    && (usize::from(last.end)..usize::from(stay.start))
                        .all(|t| state.rooms_left(day, shift, stay.kind, t) > 0)
                {
                    let gap = Stay { start: last.end, end: stay.start, ..stay };
                    state.sit(day, gap, 1);
                    last.end = stay.end;
                } else {
                    joined.push(stay);
                }
            }
            state.seats.stays[shift] = joined;
        }
        state.items = items;
        state
    }

    fn account(&mut self, shift: usize, item: Item, sign: i32) {
        let (start, end) = (usize::from(item.start), usize::from(item.end));
        if let Some(kind) = kind_of(&item) {
            let row = usize::from(kind) * self.day.steps;
            for left in &mut self.free[row + start..row + end] {
                *left -= sign as i16;
            }
        }
        if matches!(item.task, Task::Block { .. }) {
            for &q in &self.day.profiles[self.day.shifts[shift].profile].quotas {
                let quota = &self.day.quotas[q];
                let overlap = end.min(quota.until).saturating_sub(start.max(quota.from));
                self.covered[q] += sign * overlap as i32;
            }
        }
    }

    fn insert(&mut self, shift: usize, item: Item) {
        self.account(shift, item, 1);
        let place = self.items[shift].partition_point(|other| other.start < item.start);
        self.items[shift].insert(place, item);
    }

    fn remove(&mut self, shift: usize, index: usize) -> Item {
        let item = self.items[shift].remove(index);
        self.account(shift, item, -1);
        item
    }

    /// Rooms of the kind that `shift` may take at step `t`.
    fn rooms_left(&self, shift: usize, kind: u16, t: usize) -> i16 {
        let left = self.free[usize::from(kind) * self.day.steps + t];
        match self.day.shifts[shift].held.iter().find(|room| room.from <= t && t < room.until) {
            None => left,
            Some(room) if room.kind == kind => left + 1,
            Some(_) => 0,
        }
    }

    fn has_room(&self, shift: usize, kind: u16, (from, until): (usize, usize)) -> bool {
        (from..until).all(|t| self.rooms_left(shift, kind, t) > 0)
    }

    /// The items of `shift` that overlap `[from, until)`.
    fn overlapping(&self, shift: usize, from: usize, until: usize) -> &[Item] {
        let items = &self.items[shift];
        let first = items.partition_point(|item| usize::from(item.end) <= from);
        let count = items[first..].partition_point(|item| usize::from(item.start) < until);
        &items[first..first + count]
    }

    fn is_there(&self, shift: usize, from: usize, until: usize) -> bool {
        let own = &self.day.shifts[shift];
        own.from <= from
            && until <= own.until
            && own.absent.iter().all(|&(away, back)| until <= away || back <= from)
    }

    fn is_free(&self, shift: usize, from: usize, until: usize) -> bool {
        self.is_there(shift, from, until) && self.overlapping(shift, from, until).is_empty()
    }
}
