//! What it weighs that something goes, so that something else has its place.

use super::{Change, Seating};
use crate::plan::lns::{
    seated::kind_of,
    state::{Item, NO_KIND, Task},
    stretch::block_may_be,
};

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
pub(super) const WANTED: f64 = 0.0005;

impl Seating<'_> {
    /// What it weighs that `shift` has nothing to do in `[from, until)`; `None` where that cannot be.
    pub(super) fn clerk_weight(&self, shift: usize, from: usize, until: usize) -> Option<f64> {
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
    pub(super) fn break_place(
        &self,
        shift: usize,
        index: u16,
        taken: (usize, usize),
    ) -> Option<usize> {
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
    pub(super) fn break_starts(
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
    pub(super) fn room_weight(
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

    /// What decides between places that are as good.
    pub(super) fn taste(&self, shift: usize, kind: u16, (from, until): (usize, usize)) -> f64 {
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
}

fn in_room(item: &Item, kind: u16) -> bool {
    kind_of(item) == Some(kind)
}
