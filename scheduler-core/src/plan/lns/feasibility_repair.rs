//! Makes place for a promise that nobody keeps, or for a walk-in block that a quota lacks: clears a
//! clerk and a room for the time it takes. Slots in the way go; promises go to another clerk or
//! another room, breaks to another time; blocks stay.

use super::{
    parameters::{REPAIRS_BY_LENGTHENING, SHUFFLES},
    search::{SiteDaySearch, Workspace},
    state::{Item, Task},
    stretch::block_may_be,
};
use crate::problem::site_day::SiteDayModel;

impl SiteDaySearch {
    /// One attempt. Keeps it if the score does not fall.
    pub(super) fn repair(&mut self, day: &SiteDayModel, work: &Workspace) {
        if !day.promises.is_empty() {
            for _ in 0..SHUFFLES {
                self.shuffle(day);
            }
        }
        if self.lacks(day) && self.random.chance(REPAIRS_BY_LENGTHENING) {
            self.lengthen(day, work);
            return;
        }
        let Some(missed) = self.pick_missing(day) else {
            return;
        };
        let (from, until) = match missed.promise {
            Some(_) => (missed.from, missed.until),
            None => (missed.from, missed.until.min(day.shifts[missed.shift].until)),
        };
        let shift = &day.shifts[missed.shift];
        if from < shift.from || shift.until < until || until <= from {
            return;
        }
        let kind = match missed.promise {
            Some(a) => {
                let kinds = &day.promises[usize::from(a)].kinds;
                if kinds.is_empty() {
                    return;
                }
                kinds[self.random.below(kinds.len())]
            }
            None => self.emptiest_kind(day, from, until),
        };
        let item = Item {
            start: from as u16,
            end: until as u16,
            task: match missed.promise {
                Some(promise) => Task::Promise { promise, kind },
                None => Task::Block { kind },
            },
        };
        let allowed = match missed.promise {
            Some(_) => true,
            None => {
                block_may_be(day, missed.shift, item) && day.open[from..until].iter().all(|&o| o)
            }
        };
        if !allowed {
            return;
        }
        let (before, score) = (self.state.clone(), self.score);
        if self.clear_shift(day, missed.shift, from, until)
            && self.clear_room(day, kind, from, until)
        {
            self.insert(day, missed.shift, item);
            self.score = self.evaluate(day, work);
            if self.score >= score {
                return;
            }
        }
        self.state = before;
        self.score = score;
    }

    /// Of a few kinds at random, the one that is free for most of `[from, until)`.
    fn emptiest_kind(&mut self, day: &SiteDayModel, from: usize, until: usize) -> u16 {
        let free = |kind: usize| {
            let row = kind * day.steps;
            self.state.free[row + from..row + until].iter().filter(|&&free| free > 0).count()
        };
        let tries = [(); 3].map(|()| self.random.below(day.kinds.len()));
        tries.into_iter().max_by_key(|&kind| free(kind)).unwrap_or(0) as u16
    }

    /// Gives a promise to another clerk, in another room, where nothing is in the way: the same
    /// score, and other chances.
    fn shuffle(&mut self, day: &SiteDayModel) {
        let shift = self.random.below(day.shifts.len());
        let count = self.state.items[shift].len();
        if count == 0 {
            return;
        }
        let index = self.random.below(count);
        let Task::Promise { promise, kind } = self.state.items[shift][index].task else {
            return;
        };
        let duty = &day.promises[usize::from(promise)];
        let other = usize::from(duty.shifts[self.random.below(duty.shifts.len())]);
        if other != shift && self.overlapping(other, duty.from, duty.until).is_some() {
            return;
        }
        let item = self.remove(day, shift, index);
        let wish = duty.kinds[self.random.below(duty.kinds.len())];
        let row = usize::from(wish) * day.steps;
        let fits = self.state.free[row + duty.from..row + duty.until].iter().all(|&f| f > 0);
        let kind = if fits { wish } else { kind };
        self.insert(day, other, Item { task: Task::Promise { promise, kind }, ..item });
    }

    /// Lengthens a walk-in block at one of its ends.
    fn lengthen(&mut self, day: &SiteDayModel, work: &Workspace) {
        let shift = self.random.below(day.shifts.len());
        let is_block = |&&item: &&Item| matches!(item.task, Task::Block { .. });
        let blocks = self.state.items[shift].iter().filter(is_block).count();
        let pick = self.random.below(blocks);
        let Some(&block) = self.state.items[shift].iter().filter(is_block).nth(pick) else {
            return;
        };
        let Task::Block { kind } = block.task else {
            return;
        };
        let more = 1 + self.random.below(self.parameters.lengthening);
        let (start, end) = (usize::from(block.start), usize::from(block.end));
        let (from, until) = if self.random.chance(0.5) {
            (end, end + more)
        } else {
            (start.saturating_sub(more), start)
        };
        let joined =
            Item { start: start.min(from) as u16, end: end.max(until) as u16, task: block.task };
        let hours = &day.shifts[shift];
        if from < hours.from
            || hours.until < until
            || !day.open[from..until].iter().all(|&open| open)
            || !block_may_be(day, shift, joined)
        {
            return;
        }
        let (before, score) = (self.state.clone(), self.score);
        if self.clear_shift(day, shift, from, until) && self.clear_room(day, kind, from, until) {
            if let Some(index) = self.state.items[shift].iter().position(|&item| item == block) {
                self.remove(day, shift, index);
                self.insert(day, shift, joined);
            }
            self.score = self.evaluate(day, work);
            if self.score >= score {
                return;
            }
        }
        self.state = before;
        self.score = score;
    }

    fn insert(&mut self, day: &SiteDayModel, shift: usize, item: Item) {
        self.state.account(day, shift, item, 1);
        let place = self.state.items[shift].partition_point(|other| other.start < item.start);
        self.state.items[shift].insert(place, item);
    }

    fn remove(&mut self, day: &SiteDayModel, shift: usize, index: usize) -> Item {
        let item = self.state.items[shift].remove(index);
        self.state.account(day, shift, item, -1);
        item
    }

    /// The first item of the shift that overlaps `[from, until)`.
    fn overlapping(&self, shift: usize, from: usize, until: usize) -> Option<usize> {
        let items = &self.state.items[shift];
        let first = items.partition_point(|item| usize::from(item.end) <= from);
        items.get(first).filter(|item| usize::from(item.start) < until).map(|_| first)
    }

    /// Frees the clerk: slots go, promises move to another clerk who has nothing but slots then.
    fn clear_shift(&mut self, day: &SiteDayModel, shift: usize, from: usize, until: usize) -> bool {
        while let Some(index) = self.overlapping(shift, from, until) {
            match self.state.items[shift][index].task {
                Task::Slot { .. } => {
                    self.remove(day, shift, index);
                }
                Task::Promise { promise, .. } => {
                    let able = &day.promises[usize::from(promise)].shifts;
                    let item = self.state.items[shift][index];
                    let (start, end) = (usize::from(item.start), usize::from(item.end));
                    let first = self.random.below(able.len().max(1));
                    let other = (0..able.len())
                        .map(|k| usize::from(able[(first + k) % able.len()]))
                        .find(|&other| other != shift && self.only_slots(other, start, end));
                    let Some(other) = other else { return false };
                    self.remove(day, shift, index);
                    while let Some(slot) = self.overlapping(other, start, end) {
                        self.remove(day, other, slot);
                    }
                    self.insert(day, other, item);
                }
                Task::Break => {
                    if !self.move_break(day, shift, index, (from, until)) {
                        return false;
                    }
                }
                Task::Block { .. } => return false,
            }
        }
        true
    }

    /// Moves the break to where only slots are in its way, out of `[from, until)`.
    fn move_break(
        &mut self,
        day: &SiteDayModel,
        shift: usize,
        index: usize,
        (from, until): (usize, usize),
    ) -> bool {
        let Some((length, first, last)) = day.shifts[shift].pause else { return false };
        let item = self.remove(day, shift, index);
        let starts = (last + 1).saturating_sub(first + length);
        let turn = self.random.below(starts);
        let start = (0..starts).map(|k| first + (turn + k) % starts).find(|&start| {
            let end = start + length;
            (end <= from || until <= start) && self.only_slots(shift, start, end)
        });
        let Some(start) = start else {
            self.insert(day, shift, item);
            return false;
        };
        while let Some(slot) = self.overlapping(shift, start, start + length) {
            self.remove(day, shift, slot);
        }
        let moved = Item { start: start as u16, end: (start + length) as u16, ..item };
        self.insert(day, shift, moved);
        true
    }

    fn only_slots(&self, shift: usize, from: usize, until: usize) -> bool {
        let items = &self.state.items[shift];
        let first = items.partition_point(|item| usize::from(item.end) <= from);
        items[first..]
            .iter()
            .take_while(|item| usize::from(item.start) < until)
            .all(|item| matches!(item.task, Task::Slot { .. }))
    }

    /// Frees a room of the kind by taking slots out of it, if that is all it takes.
    fn evict_slots(&mut self, day: &SiteDayModel, kind: u16, from: usize, until: usize) -> bool {
        let row = usize::from(kind) * day.steps;
        let is_slot =
            |item: &Item| matches!(item.task, Task::Slot { kind: own, .. } if own == kind);
        let slots_at = |t: usize| {
            let at = |item: &&Item| usize::from(item.start) <= t && t < usize::from(item.end);
            self.state.items.iter().flatten().filter(at).any(is_slot)
        };
        if !(from..until).all(|t| self.state.free[row + t] > 0 || slots_at(t)) {
            return false;
        }
        for shift in 0..day.shifts.len() {
            let items = &self.state.items[shift];
            let mut index = items.partition_point(|item| usize::from(item.end) <= from);
            while let Some(item) = self.state.items[shift].get(index)
                && usize::from(item.start) < until
            {
                let (start, end) = (usize::from(item.start), usize::from(item.end));
                let full = |t: usize| self.state.free[row + t] <= 0;
                if is_slot(item) && (start.max(from)..end.min(until)).any(full) {
                    self.remove(day, shift, index);
                } else {
                    index += 1;
                }
            }
        }
        true
    }

    /// Frees a room of the kind: what is in its way changes to another kind, or goes if it is a slot.
    fn clear_room(&mut self, day: &SiteDayModel, kind: u16, from: usize, until: usize) -> bool {
        let row = usize::from(kind) * day.steps;
        let first = self.random.below(day.shifts.len());
        for k in 0..day.shifts.len() {
            let full = |t: usize| self.state.free[row + t] <= 0;
            if !(from..until).any(full) {
                return true;
            }
            let shift = (first + k) % day.shifts.len();
            let items = &self.state.items[shift];
            let mut index = items.partition_point(|item| usize::from(item.end) <= from);
            while let Some(&item) = self.state.items[shift].get(index)
                && usize::from(item.start) < until
            {
                let (start, end) = (usize::from(item.start), usize::from(item.end));
                let full = |t: usize| self.state.free[row + t] <= 0;
                let in_the_way = (start.max(from)..end.min(until)).any(full);
                let kinds: Option<&[u16]> = match item.task {
                    Task::Slot { service, kind: own, .. } if own == kind => {
                        Some(&day.classes[day.services[usize::from(service)].class])
                    }
                    Task::Promise { promise, kind: own } if own == kind => {
                        Some(&day.promises[usize::from(promise)].kinds)
                    }
                    _ => None,
                };
                let Some(kinds) = kinds.filter(|_| in_the_way) else {
                    index += 1;
                    continue;
                };
                let skip = self.random.below(kinds.len());
                let others = (0..kinds.len())
                    .map(|i| kinds[(skip + i) % kinds.len()])
                    .filter(|&other| other != kind);
                let has_room = |&other: &u16| {
                    let row = usize::from(other) * day.steps;
                    self.state.free[row + start..row + end].iter().all(|&f| f > 0)
                };
                let is_promise = matches!(item.task, Task::Promise { .. });
                let mut other = others.clone().find(has_room);
                if other.is_none() && is_promise {
                    other = others.clone().find(|&other| self.evict_slots(day, other, start, end));
                }
                let moved = other.map(|kind| match item.task {
                    Task::Slot { service, pool, .. } => Task::Slot { service, pool, kind },
                    Task::Promise { promise, .. } => Task::Promise { promise, kind },
                    task => task,
                });
                match (moved, item.task) {
                    (Some(task), _) => {
                        if let Some(now) = self.state.items[shift].iter().position(|&i| i == item) {
                            self.remove(day, shift, now);
                            self.insert(day, shift, Item { task, ..item });
                            index = now + 1;
                        }
                    }
                    (None, Task::Slot { .. }) => {
                        self.remove(day, shift, index);
                    }
                    (None, _) => return false,
                }
            }
        }
        (from..until).all(|t| self.state.free[row + t] > 0)
    }
}
