//! A first state that keeps every promise, break and quota, where a day has promises: an ejection
//! pool.
//!
//! Promises have their times, so that only who keeps them and in which kind of room is open: a list
//! colouring, in which breaks and walk-in blocks need gaps besides. What is not placed waits in a
//! pool. One thing at a time is placed where what must go for it weighs least; what goes is placed
//! another way where it can be, and waits in the pool where it cannot. Whatever could not be placed
//! for nothing weighs more from then on, so that the search does not circle (Nagata, Bräysy 2009,
//! doi:10.1016/j.orl.2009.04.006).

use super::{
    parameters::{SEATING_POLISHES, SEATING_SHIFTS_FOR_A_BLOCK, SEATING_SHUFFLES, SEATING_STEPS},
    random::Random,
    search::SiteDaySearch,
    seated::{Pricing, Stay, kind_of},
    state::{Item, NO_KIND, State, Task},
    stretch::block_may_be,
};
use crate::problem::site_day::SiteDayModel;

/// What it weighs that something goes that is placed elsewhere at once.
const ELSEWHERE: f64 = 0.01;

/// What it weighs that a slot goes: it is not missed yet.
const SLOT: f64 = 0.001;

/// What it weighs that a clerk has to change counters for it: decides between places that are as
/// good.
const ANOTHER_COUNTER: f64 = 0.002;

/// What it weighs that another clerk begins to work for it: the same.
const ANOTHER_CLERK: f64 = 0.001;

/// What it weighs that the room is the most able one: the same.
const ABLE_ROOM: f64 = 0.0004;

/// What it weighs that the clerk is wanted for other promises then: the same.
const WANTED: f64 = 0.0005;

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
            while self.lack(q) > 0 && self.place_block(q) {}
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

    fn lack(&self, q: usize) -> i32 {
        let quota = &self.day.quotas[q];
        if quota.lack_price.is_finite() { 0 } else { (quota.min_steps - self.covered[q]).max(0) }
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

    /// What it weighs that `shift` has nothing to do in `[from, until)`; `None` where that cannot be.
    fn clerk_weight(&self, shift: usize, from: usize, until: usize) -> Option<f64> {
        let mut weight = 0.0;
        for &item in self.overlapping(shift, from, until) {
            if self.day.shifts[shift].is_fixed(item.start) {
                return None;
            }
            weight += match item.task {
                Task::Slot { .. } => SLOT,
                Task::Promise { promise, .. } => self.promises[usize::from(promise)],
                Task::Break { index } => match self.break_place(shift, index, (from, until)) {
                    Some(_) => ELSEWHERE,
                    None => self.breaks[shift],
                },
                Task::Block { .. } => self.block_weight(shift, item, (from, until)),
            };
        }
        Some(weight)
    }

    /// What it weighs that a block is cut out of `[from, until)`.
    fn block_weight(&self, shift: usize, block: Item, (from, until): (usize, usize)) -> f64 {
        let left = Item { end: block.end.min(from as u16), ..block };
        let right = Item { start: block.start.max(until as u16), ..block };
        let mut weight = ELSEWHERE;
        for &q in &self.day.profiles[self.day.shifts[shift].profile].quotas {
            let quota = &self.day.quotas[q];
            let covers = |item: Item| {
                let (start, end) = (usize::from(item.start), usize::from(item.end));
                end.min(quota.until).saturating_sub(start.max(quota.from)) as i32
            };
            let mut lost = covers(block);
            for part in [left, right] {
                if part.start < part.end && block_may_be(self.day, shift, part) {
                    lost -= covers(part);
                }
            }
            let lacks = lost.min(quota.min_steps - (self.covered[q] - lost));
            if lacks > 0 && quota.lack_price.is_infinite() {
                let share = f64::from(lacks) / quota.block.max(1) as f64;
                weight += self.quotas[q] * share.clamp(0.25, 4.0);
            }
        }
        weight
    }

    /// Where the break of `shift` can be instead, with `taken` taken by something else.
    fn break_place(&self, shift: usize, index: u16, taken: (usize, usize)) -> Option<usize> {
        self.break_starts(shift, index)
            .find(|&(start, end)| {
                (end <= taken.0 || taken.1 <= start)
                    && self.is_there(shift, start, end)
                    && self.overlapping(shift, start, end).iter().all(|item| {
                        matches!(item.task, Task::Slot { .. }) || item.task == Task::Break { index }
                    })
            })
            .map(|(start, _)| start)
    }

    /// Start and end of the break at each place between the others of the shift.
    fn break_starts(
        &self,
        shift: usize,
        index: u16,
    ) -> impl Iterator<Item = (usize, usize)> + use<> {
        let due = self.day.shifts[shift].breaks[usize::from(index)];
        let (mut first, mut last) = (due.from, due.until);
        for item in &self.items[shift] {
            match item.task {
                Task::Break { index: other } if other < index => {
                    first = first.max(usize::from(item.end));
                }
                Task::Break { index: other } if other > index => {
                    last = last.min(usize::from(item.start));
                }
                _ => {}
            }
        }
        (first..(last + 1).saturating_sub(due.steps)).map(move |start| (start, start + due.steps))
    }

    /// Leaves in [`Self::changes`] what must leave a room of the kind so that `shift` can have it for
    /// `[from, until)`, and returns what that weighs; `None` where it cannot be, or weighs `most`.
    fn room_weight(
        &mut self,
        shift: usize,
        kind: u16,
        (from, until): (usize, usize),
        most: f64,
    ) -> Option<f64> {
        let mut changes = std::mem::take(&mut self.changes);
        changes.clear();
        let weight = self.room_changes(shift, kind, (from, until), most, &mut changes);
        self.changes = changes;
        weight
    }

    fn room_changes(
        &self,
        shift: usize,
        kind: u16,
        (from, until): (usize, usize),
        most: f64,
        changes: &mut Vec<Change>,
    ) -> Option<f64> {
        let mut weight = 0.0;
        for t in from..until {
            let covers = |item: &Item| usize::from(item.start) <= t && t < usize::from(item.end);
            let mut left = self.rooms_left(shift, kind, t);
            if left > 0 {
                continue;
            }
            left += changes.iter().filter(|change| covers(&change.item)).count() as i16;
            // The clerk's own tasks go anyway.
            let own = self.overlapping(shift, t, t + 1);
            left += own.iter().filter(|item| in_room(item, kind)).count() as i16;
            while left <= 0 {
                let mut best: Option<(f64, Change)> = None;
                for other in (0..self.items.len()).filter(|&other| other != shift) {
                    for &item in self.overlapping(other, t, t + 1) {
                        let is_new = |change: &Change| change.shift != other || change.item != item;
                        if !in_room(&item, kind)
                            || self.day.shifts[other].is_fixed(item.start)
                            || !changes.iter().all(is_new)
                        {
                            continue;
                        }
                        let (own, instead) = self.leaving_weight(other, item);
                        if best.is_none_or(|(least, _)| own < least) {
                            best = Some((own, Change { shift: other, item, kind: instead }));
                        }
                    }
                }
                let (own, change) = best?;
                weight += own;
                if weight >= most {
                    return None;
                }
                changes.push(change);
                left += 1;
            }
        }
        Some(weight)
    }

    /// What it weighs that the item leaves its room, and where it can be instead.
    fn leaving_weight(&self, shift: usize, item: Item) -> (f64, Option<u16>) {
        let span = (usize::from(item.start), usize::from(item.end));
        let other = |kinds: &[u16], own: u16| {
            kinds.iter().copied().find(|&k| k != own && self.has_room(shift, k, span))
        };
        match item.task {
            Task::Slot { .. } | Task::Break { .. } => (SLOT, None),
            Task::Promise { promise, kind } => {
                let promise = usize::from(promise);
                match other(&self.day.promises[promise].kinds, kind) {
                    Some(kind) => (ELSEWHERE, Some(kind)),
                    None => (self.promises[promise], None),
                }
            }
            Task::Block { kind } => {
                let mut all = 0..self.day.kinds.len() as u16;
                match all.find(|&k| k != kind && self.has_room(shift, k, span)) {
                    Some(kind) => (ELSEWHERE, Some(kind)),
                    None => (self.block_weight(shift, item, span), None),
                }
            }
        }
    }

    /// Makes the changes that [`Self::room_weight`] found.
    fn change_rooms(&mut self) {
        let changes = std::mem::take(&mut self.changes);
        for &Change { shift, item, kind } in &changes {
            let Some(index) = self.items[shift].iter().position(|&own| own == item) else {
                continue;
            };
            let item = self.remove(shift, index);
            let span = (usize::from(item.start), usize::from(item.end));
            let task = match (item.task, kind.filter(|&kind| self.has_room(shift, kind, span))) {
                (Task::Promise { promise, .. }, Some(kind)) => Task::Promise { promise, kind },
                (Task::Block { .. }, Some(kind)) => Task::Block { kind },
                (Task::Promise { promise, .. }, None) => {
                    self.due.push(Due::Promise(promise));
                    continue;
                }
                _ => continue,
            };
            self.insert(shift, Item { task, ..item });
        }
        self.changes = changes;
    }

    /// Frees the clerk: what is in the way is placed elsewhere, or waits.
    fn clear(&mut self, shift: usize, (from, until): (usize, usize)) {
        let mut breaks = 0_u32;
        while let Some(&item) = self.overlapping(shift, from, until).first() {
            let Some(index) = self.items[shift].iter().position(|&own| own == item) else { break };
            self.remove(shift, index);
            match item.task {
                Task::Slot { .. } => {}
                Task::Promise { promise, .. } => self.due.push(Due::Promise(promise)),
                Task::Break { index } => breaks |= 1 << index,
                Task::Block { .. } => {
                    for part in [
                        Item { end: item.end.min(from as u16), ..item },
                        Item { start: item.start.max(until as u16), ..item },
                    ] {
                        if part.start < part.end && block_may_be(self.day, shift, part) {
                            self.insert(shift, part);
                        }
                    }
                }
            }
        }
        for index in (0..32).filter(|index| breaks >> index & 1 == 1) {
            match self.break_place(shift, index, (from, until)) {
                Some(start) => self.rest(shift, index, start),
                None => self.due.push(Due::Break(shift, index)),
            }
        }
    }

    fn rest(&mut self, shift: usize, index: u16, start: usize) {
        let end = start + self.day.shifts[shift].breaks[usize::from(index)].steps;
        self.clear(shift, (start, end));
        let (start, end) = (start as u16, end as u16);
        self.insert(shift, Item { start, end, task: Task::Break { index } });
    }

    /// What decides between places that are as good.
    fn taste(&self, shift: usize, kind: u16, (from, until): (usize, usize)) -> f64 {
        let row = shift * (self.day.steps + 1);
        let wanted = self.wanted[row + until] - self.wanted[row + from];
        let mut taste = WANTED * wanted / (until - from) as f64;
        if kind != NO_KIND {
            let items = &self.items[shift];
            let next = items.partition_point(|item| usize::from(item.start) < from);
            let counter = |item: &&Item| kind_of(item).is_some();
            let before = items[..next].iter().rev().find(counter);
            let after = items[next..].iter().find(counter);
            if before.is_none() {
                taste += ANOTHER_CLERK;
            }
            // Rooms that can do more are left to those who need them.
            taste += ABLE_ROOM * f64::from(kind) / self.day.kinds.len() as f64;
            for beside in [before, after].into_iter().flatten() {
                taste += if kind_of(beside) == Some(kind) {
                    let gap = from.abs_diff(usize::from(beside.end));
                    let gap = gap.min(until.abs_diff(usize::from(beside.start)));
                    ANOTHER_COUNTER * (0.02 * gap as f64).min(0.5)
                } else {
                    ANOTHER_COUNTER
                };
            }
        }
        taste
    }

    fn place_promise(&mut self, number: u16) -> bool {
        let day = self.day;
        let promise = &day.promises[usize::from(number)];
        let span = (promise.from, promise.until);
        let mut best: Option<(f64, usize, u16)> = None;
        let mut best_changes: Vec<Change> = Vec::new();
        for &shift in &promise.shifts {
            let shift = usize::from(shift);
            let Some(clerk) = self.clerk_weight(shift, span.0, span.1) else { continue };
            if best.is_some_and(|(least, ..)| clerk >= least) {
                continue;
            }
            let none = [NO_KIND];
            let kinds = if promise.needs_room { &promise.kinds[..] } else { &none[..] };
            for &kind in kinds {
                let taste = self.taste(shift, kind, span) + 1e-4 * self.random.unit();
                let most = best.map_or(f64::INFINITY, |(least, ..)| least) - clerk - taste;
                if most <= 0.0 {
                    continue;
                }
                let room = if kind == NO_KIND {
                    self.changes.clear();
                    Some(0.0)
                } else {
                    self.room_weight(shift, kind, span, most)
                };
                if let Some(room) = room
                    && room < most
                {
                    best = Some((clerk + room + taste, shift, kind));
                    std::mem::swap(&mut self.changes, &mut best_changes);
                }
            }
        }
        let Some((weight, shift, kind)) = best else { return false };
        if weight >= 1.0 {
            self.promises[usize::from(number)] += 1.0;
            self.stuck = true;
        }
        self.clear(shift, span);
        self.changes = best_changes;
        self.change_rooms();
        let (start, end) = (span.0 as u16, span.1 as u16);
        let task = Task::Promise { promise: number, kind };
        self.insert(shift, Item { start, end, task });
        true
    }

    fn place_break(&mut self, shift: usize, index: u16) -> bool {
        let mut best: Option<(f64, usize)> = None;
        let row = shift * (self.day.steps + 1);
        for (start, end) in self.break_starts(shift, index) {
            if !self.is_there(shift, start, end) {
                continue;
            }
            let Some(weight) = self.clerk_weight(shift, start, end) else { continue };
            let wanted = self.wanted[row + end] - self.wanted[row + start];
            let weight = weight + WANTED * wanted / (end - start) as f64;
            let weight = weight + 1e-4 * self.random.unit();
            if best.is_none_or(|(least, _)| weight < least) {
                best = Some((weight, start));
            }
        }
        let Some((weight, start)) = best else { return false };
        if weight >= 1.0 {
            self.breaks[shift] += 1.0;
            self.stuck = true;
        }
        self.rest(shift, index, start);
        true
    }

    /// Whether no quota of `shift` gets more than it may by a block in `[from, until)`.
    fn may_cover(&self, shift: usize, from: usize, until: usize) -> bool {
        self.day.profiles[self.day.shifts[shift].profile].quotas.iter().all(|&q| {
            let quota = &self.day.quotas[q];
            let overlap = until.min(quota.until).saturating_sub(from.max(quota.from)) as i32;
            overlap == 0 || self.covered[q].saturating_add(overlap) <= quota.max_steps
        })
    }

    /// Covers some of what quota `q` lacks: first by blocks that grow into what is free, then by a
    /// block where what must go for it weighs least. False where there is no place.
    fn place_block(&mut self, q: usize) -> bool {
        let day = self.day;
        let quota = &day.quotas[q];
        let able: Vec<usize> = (0..day.shifts.len())
            .filter(|&shift| day.profiles[day.shifts[shift].profile].quotas.contains(&q))
            .collect();
        let skip = self.random.below(able.len());
        let mut grown = false;
        for i in 0..able.len() {
            grown |= self.grow(able[(skip + i) % able.len()], q);
            if self.lack(q) == 0 {
                return true;
            }
        }
        if grown {
            return true;
        }
        let lack = self.lack(q) as usize;
        let mut places: Vec<(f64, usize, usize, usize)> = Vec::new();
        for &shift in &able {
            let own = &day.shifts[shift];
            let row = shift * (day.steps + 1);
            let (first, last) = (quota.from.max(own.from), quota.until.min(own.until));
            let mut best: Option<(f64, usize, usize, usize)> = None;
            for from in first..last {
                // Not each, so that others have their turn.
                if !self.random.chance(0.5) {
                    continue;
                }
                let shortest = day.shortest_block(shift, from, from + quota.block);
                for length in [shortest, shortest.max(lack.min(3 * shortest))] {
                    let until = from + length;
                    let task = Task::Block { kind: 0 };
                    let block = Item { start: from as u16, end: until as u16, task };
                    if until > own.until
                        || !block_may_be(day, shift, block)
                        || !self.is_there(shift, from, until)
                        || !day.open[from..until].iter().all(|&open| open)
                        || !self.may_cover(shift, from, until)
                    {
                        continue;
                    }
                    let Some(weight) = self.clerk_weight(shift, from, until) else { continue };
                    let wanted = self.wanted[row + until] - self.wanted[row + from];
                    let weight = weight + 0.1 * WANTED * wanted + 2e-4 * self.random.unit();
                    let covers = lack.min(until.min(quota.until) - from);
                    let each = weight / covers as f64;
                    if best.is_none_or(|(least, ..)| each < least) {
                        best = Some((each, shift, from, until));
                    }
                }
            }
            places.extend(best);
        }
        places.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut best: Option<(f64, usize, usize, usize, u16)> = None;
        let mut best_changes: Vec<Change> = Vec::new();
        for &(each, shift, from, until) in places.iter().take(SEATING_SHIFTS_FOR_A_BLOCK) {
            let covers = lack.min(until.min(quota.until) - from) as f64;
            for kind in 0..day.kinds.len() as u16 {
                let taste = self.taste(shift, kind, (from, until)) + 1e-4 * self.random.unit();
                let most = covers * best.map_or(f64::INFINITY, |(least, ..)| least - each) - taste;
                if most <= 0.0 {
                    continue;
                }
                if let Some(room) = self.room_weight(shift, kind, (from, until), most)
                    && room < most
                {
                    best = Some((each + (room + taste) / covers, shift, from, until, kind));
                    std::mem::swap(&mut self.changes, &mut best_changes);
                }
            }
        }
        let Some((each, shift, from, until, kind)) = best else { return false };
        if each * (until - from) as f64 >= 1.0 {
            self.quotas[q] += 1.0;
            self.stuck = true;
        }
        self.clear(shift, (from, until));
        self.changes = best_changes;
        self.change_rooms();
        let (start, end) = (from as u16, until as u16);
        self.insert(shift, Item { start, end, task: Task::Block { kind } });
        true
    }

    /// Lengthens blocks of `shift` into what is free, for quota `q`. Whether it did.
    fn grow(&mut self, shift: usize, q: usize) -> bool {
        let day = self.day;
        let quota = &day.quotas[q];
        let mut grown = false;
        for index in 0..self.items[shift].len() {
            let item = self.items[shift][index];
            let Task::Block { kind } = item.task else { continue };
            if day.shifts[shift].is_fixed(item.start) {
                continue;
            }
            let (mut from, mut until) = (usize::from(item.start), usize::from(item.end));
            let mut lack = self.lack(q);
            let may = |t: usize, seating: &Self| {
                quota.from <= t
                    && t < quota.until
                    && day.open[t]
                    && seating.is_free(shift, t, t + 1)
                    && seating.rooms_left(shift, kind, t) > 0
            };
            while lack > 0 && until < day.steps && may(until, self) {
                (until, lack) = (until + 1, lack - 1);
            }
            while lack > 0 && from > 0 && may(from - 1, self) {
                (from, lack) = (from - 1, lack - 1);
            }
            let longer = Item { start: from as u16, end: until as u16, ..item };
            self.remove(shift, index);
            if longer != item
                && block_may_be(day, shift, longer)
                && self.may_cover(shift, from, until)
            {
                self.insert(shift, longer);
                grown = true;
            } else {
                self.insert(shift, item);
            }
        }
        grown
    }

    /// Gives a promise to another clerk or another room where nothing is in the way: other chances.
    fn shuffle(&mut self) {
        let day = self.day;
        let shift = self.random.below(day.shifts.len());
        let count = self.items[shift].len();
        if count == 0 {
            return;
        }
        let index = self.random.below(count);
        let item = self.items[shift][index];
        let Task::Promise { promise: number, kind } = item.task else { return };
        if day.shifts[shift].is_fixed(item.start) {
            return;
        }
        let promise = &day.promises[usize::from(number)];
        let other = usize::from(promise.shifts[self.random.below(promise.shifts.len())]);
        let span = (promise.from, promise.until);
        if other != shift && !self.is_free(other, span.0, span.1) {
            return;
        }
        self.remove(shift, index);
        let wish = promise.kinds.get(self.random.below(promise.kinds.len())).copied();
        let fits = |kind: &u16| *kind == NO_KIND || self.has_room(other, *kind, span);
        match wish.filter(fits).or(Some(kind).filter(fits)) {
            Some(kind) => {
                self.insert(other, Item { task: Task::Promise { promise: number, kind }, ..item });
            }
            None => self.insert(shift, item),
        }
    }
}

fn in_room(item: &Item, kind: u16) -> bool {
    kind_of(item) == Some(kind)
}
