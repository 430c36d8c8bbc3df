//! Empties stretches of clerks' days, and deals out what must be placed in them again.

use super::super::day::Day;
use super::{
    moves::{Part, Search, Touch},
    state::{Item, Task},
    stretch::{MOST_PENDING, Marginals, Pending},
};

impl Part {
    /// The longest stretch in which nothing is kept.
    fn longest_gap(&self) -> usize {
        let (mut longest, mut from) = (0, self.from);
        for item in &self.kept {
            longest = longest.max(usize::from(item.start).min(self.until).saturating_sub(from));
            from = from.max(usize::from(item.end));
        }
        longest.max(self.until.saturating_sub(from))
    }
}

/// Something that the state lacks and where to mend it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Missed {
    pub desk: usize,
    pub from: usize,
    pub until: usize,
    /// Another desk that stands in the way.
    pub other: Option<usize>,
    /// The promise, if it is one.
    pub promise: Option<u16>,
}

impl Search {
    /// Whether a quota lacks steps.
    pub(super) fn lacks(&self, day: &Day) -> bool {
        self.state.covered.iter().zip(&day.quotas).any(|(&c, quota)| c < quota.min_steps)
    }

    /// A promise that nobody keeps, or a place for a walk-in block that is lacking.
    pub(super) fn pick_missing(&mut self, day: &Day) -> Option<Missed> {
        let random = &mut self.random;
        let unkept = self.state.unkept.len();
        if unkept > 0 && (random.chance(0.7) || day.quotas.is_empty()) {
            let a = self.state.unkept[random.below(unkept)];
            let promise = &day.promises[usize::from(a)];
            if promise.desks.is_empty() {
                return None;
            }
            let desk = usize::from(promise.desks[random.below(promise.desks.len())]);
            // Mostly the clerk is taken; sometimes it is the room.
            let first = random.below(day.desks.len());
            let other = (0..day.desks.len())
                .map(|k| (first + k) % day.desks.len())
                .filter(|_| random.chance(0.5))
                .find(|&d| {
                    self.state.items[d].iter().any(|item| {
                        let kind = match item.task {
                            Task::Slot { kind, .. }
                            | Task::Promise { kind, .. }
                            | Task::Block { kind } => kind,
                            Task::Break => return false,
                        };
                        usize::from(item.start) < promise.until
                            && promise.from < usize::from(item.end)
                            && promise.kinds.contains(&kind)
                    })
                });
            return Some(Missed {
                desk,
                from: promise.from,
                until: promise.until,
                other,
                promise: Some(a),
            });
        }
        if day.quotas.is_empty() {
            return None;
        }
        let q = random.below(day.quotas.len());
        let quota = &day.quotas[q];
        if self.state.covered[q] >= quota.min_steps || quota.until <= quota.from {
            return None;
        }
        let desk = random.below(day.desks.len());
        if !day.profiles[day.desks[desk].profile].quotas.contains(&q) {
            return None;
        }
        let from = quota.from + random.below(quota.until - quota.from);
        let until = from + quota.block + random.below(quota.block + 1);
        Some(Missed { desk, from, until, other: None, promise: None })
    }

    /// Takes out of the desk's day what lies in the stretch and may be touched; returns the change
    /// of the pools' value. Walk-in blocks that reach over an end of the stretch are cut there where
    /// what is left is long enough; before anything else that does, the stretch ends.
    pub(super) fn empty(
        &mut self,
        day: &Day,
        marginals: &Marginals,
        part: &mut Part,
        (from, until): (usize, usize),
        touch: Touch,
    ) -> f64 {
        let desk = &day.desks[part.desk];
        part.from = from.max(desk.from);
        part.until = until.min(desk.until);
        part.old.clear();
        part.kept.clear();
        part.pending.clear();
        let items = &self.state.items[part.desk];
        let mut first = items.partition_point(|item| usize::from(item.start) < part.from);
        let (mut head, mut tail) = (None, None);
        if first > 0 && usize::from(items[first - 1].end) > part.from {
            let item = items[first - 1];
            let rest = Item { end: part.from as u16, ..item };
            if touch.blocks && day.block_may_be(part.desk, rest) {
                head = Some(rest);
                first -= 1;
            } else {
                part.from = usize::from(item.end);
            }
        }
        let mut last = items.partition_point(|item| usize::from(item.end) <= part.until);
        if last >= first
            && let Some(&item) = items.get(last)
            && usize::from(item.start) < part.until
        {
            let rest = Item { start: part.until as u16, ..item };
            if touch.blocks && day.block_may_be(part.desk, rest) {
                tail = Some(rest);
                last += 1;
            } else {
                part.until = part.until.min(usize::from(item.start));
                // A block that both ends cut, but only one may: it stays whole.
                if head.is_some() && first == last {
                    head = None;
                    part.until = part.from;
                }
            }
        }
        last = last.max(first);
        // A block that touches the stretch may be lengthened: it stays, but as a part of the move.
        let is_block = |item: &Item| matches!(item.task, Task::Block { .. });
        let whole = part.until > part.from && touch.blocks;
        let before = first.checked_sub(1).and_then(|i| items.get(i)).copied();
        let before = before
            .filter(|b| whole && head.is_none() && is_block(b) && usize::from(b.end) == part.from);
        let after = items.get(last).copied();
        let after = after.filter(|b| {
            whole && tail.is_none() && is_block(b) && usize::from(b.start) == part.until
        });
        part.left = head.or(before);
        part.right = tail.or(after);
        part.first = first - usize::from(before.is_some());
        let end = last + usize::from(after.is_some());
        part.old.extend_from_slice(&items[part.first..end]);
        self.state.items[part.desk].drain(part.first..end);

        let mut change = 0.0;
        for i in 0..part.old.len() {
            let item = part.old[i];
            let taken = match item.task {
                _ if Some(item) == before || Some(item) == after => false,
                Task::Slot { .. } | Task::Break => true,
                Task::Block { .. } => touch.blocks,
                Task::Promise { .. } => {
                    let (start, end) = (usize::from(item.start), usize::from(item.end));
                    (touch.reserve.is_none_or(|desk| desk == part.desk)
                        && touch.clear.is_some_and(|(from, until)| start < until && from < end))
                        || (touch.promises > 0.0 && self.random.chance(touch.promises))
                }
            };
            if !taken {
                part.kept.push(item);
                continue;
            }
            self.state.account(day, part.desk, item, -1);
            if let Task::Slot { pool, .. } = item.task {
                change -= marginals.next(pool, self.state.taken[usize::from(pool)]);
            }
        }
        for rest in [head, tail].into_iter().flatten() {
            self.state.account(day, part.desk, rest, 1);
            let place = part.kept.partition_point(|kept| kept.start < rest.start);
            part.kept.insert(place, rest);
        }
        if !self.state.rested[part.desk] {
            part.pending.push(Pending::Break);
        }
        change
    }

    /// Gives promises that nobody keeps to desks of the move that can, at random.
    pub(super) fn deal_promises(&mut self, day: &Day, parts: &mut [Part], touch: Touch) {
        let reserved = |part: &Part| touch.reserve == Some(part.desk);
        let mut i = 0;
        while i < self.state.unkept.len() {
            let a = self.state.unkept[i];
            let promise = &day.promises[usize::from(a)];
            let first = self.random.below(parts.len());
            let turn = (0..parts.len()).map(|k| (first + k) % parts.len()).find(|&k| {
                let part = &parts[k];
                !reserved(part)
                    && part.from <= promise.from
                    && promise.until <= part.until
                    && promise.desks.contains(&(part.desk as u16))
                    && part.kept.iter().all(|item| {
                        usize::from(item.end) <= promise.from
                            || promise.until <= usize::from(item.start)
                    })
            });
            let skip =
                if self.random.chance(0.2) { self.random.below(promise.kinds.len()) } else { 0 };
            let count = promise.kinds.len();
            let room = (0..count).map(|k| promise.kinds[(skip + k) % count]).find(|&kind| {
                let row = usize::from(kind) * day.steps;
                self.state.free[row + promise.from..row + promise.until].iter().all(|&f| f > 0)
            });
            if let (Some(k), Some(kind)) = (turn, room) {
                let item = Item {
                    start: promise.from as u16,
                    end: promise.until as u16,
                    task: Task::Promise { promise: a, kind },
                };
                // Takes the promise off the list: another one moves to place i.
                self.state.account(day, parts[k].desk, item, 1);
                let place = parts[k].kept.partition_point(|kept| kept.start < item.start);
                parts[k].kept.insert(place, item);
            } else {
                i += 1;
            }
        }
    }

    /// Gives steps that quotas lack to desks of the move whose blocks count, as blocks to place.
    pub(super) fn deal_blocks(&mut self, day: &Day, parts: &mut [Part]) {
        for (q, quota) in day.quotas.iter().enumerate() {
            let mut lack = quota.min_steps - self.state.covered[q];
            let first = self.random.below(parts.len());
            for k in 0..parts.len() {
                if lack <= 0 {
                    break;
                }
                let i = (first + k) % parts.len();
                let part = &mut parts[i];
                let profile = &day.profiles[day.desks[part.desk].profile];
                let inside = part.until.min(quota.until).saturating_sub(part.from.max(quota.from));
                if inside == 0 || part.pending.len() >= MOST_PENDING || !profile.quotas.contains(&q)
                {
                    continue;
                }
                // As short as lacks only where it lengthens a block that is there.
                let extends =
                    (part.left.is_some() || part.right.is_some()) && self.random.chance(0.5);
                // A block may have to be longer where it touches another quota's window.
                let other = profile.quotas[self.random.below(profile.quotas.len())];
                let least = match (extends, self.random.chance(0.2)) {
                    (true, _) => 1,
                    (false, true) => quota.block.max(day.quotas[other].block),
                    (false, false) => quota.block,
                };
                let whole = usize::try_from(lack).unwrap_or(0).max(least);
                let most = whole.min(inside.max(least)).min(part.longest_gap());
                if most < least {
                    continue;
                }
                let length = if most > least && self.random.chance(0.4) {
                    least + self.random.below(most - least + 1)
                } else {
                    most
                };
                part.pending.push(Pending::Block(length));
                lack -= length as i32;
            }
        }
    }
}
