//! Places promises and breaks, and makes what is in their way go.

use super::{Change, Due, Seating, weigh::WANTED};
use crate::plan::lns::{
    state::{Item, NO_KIND, Task},
    stretch::block_may_be,
};

impl Seating<'_> {
    pub(super) fn place_promise(&mut self, number: u16) -> bool {
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

    pub(super) fn place_break(&mut self, shift: usize, index: u16) -> bool {
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

    /// Frees the clerk: what is in the way is placed elsewhere, or waits.
    pub(super) fn clear(&mut self, shift: usize, (from, until): (usize, usize)) {
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

    pub(super) fn rest(&mut self, shift: usize, index: u16, start: usize) {
        let end = start + self.day.shifts[shift].breaks[usize::from(index)].steps;
        self.clear(shift, (start, end));
        let (start, end) = (start as u16, end as u16);
        self.insert(shift, Item { start, end, task: Task::Break { index } });
    }

    /// Makes the changes that [`Self::room_weight`] found.
    pub(super) fn change_rooms(&mut self) {
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

    /// Gives a promise to another clerk or another room where nothing is in the way: other chances.
    pub(super) fn shuffle(&mut self) {
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
