//! Empties stretches of clerks' days, and puts them back.

use super::{
    pricing::Pricing,
    recreate::{Recreate, Stretch},
    seats::{Stay, kind_of, stay_price},
};
use crate::plan::lns::{
    parameters::Parameters,
    random::Random,
    state::{Item, State, Task},
    stretch::{Marginals, block_may_be},
};
use crate::problem::site_day::{Shift, SiteDayModel};

/// A shift's part in a move.
#[derive(Debug, Default, Clone)]
pub(super) struct Part {
    pub shift: usize,
    pub from: usize,
    pub until: usize,
    /// Everything before the move, for undoing.
    old_items: Vec<Item>,
    old_stays: Vec<Stay>,
    /// Items and stays before and after the stretch, and what stays in it.
    before: Vec<Item>,
    pub kept: Vec<Item>,
    after: Vec<Item>,
    stays_before: Vec<Stay>,
    stays_after: Vec<Stay>,
    /// What was taken out and what has come in its place.
    taken: Vec<Item>,
    put: Vec<Item>,
    left_block: Option<Item>,
    right_block: Option<Item>,
    /// Kinds in which the clerk sat in the stretch.
    pub kinds: Vec<u16>,
    /// Promises of the stretch that the clerk shall keep, where they were exchanged.
    pub share: Vec<u16>,
    /// Whether the stretch is empty: nothing is done to the shift.
    pub idle: bool,
    /// Whether the stretch has been filled anew.
    filled: bool,
}

impl Part {
    /// The promises that were taken out.
    pub(super) fn taken_promises(&self) -> impl Iterator<Item = u16> + '_ {
        self.taken.iter().filter_map(|item| match item.task {
            Task::Promise { promise, .. } => Some(promise),
            _ => None,
        })
    }

    /// The stays beside the stretch.
    pub(super) fn beside(&self) -> impl Iterator<Item = Stay> + '_ {
        self.stays_before.last().into_iter().chain(self.stays_after.first()).copied()
    }
}

/// What a move may take besides slots and breaks.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Touch {
    pub blocks: bool,
    /// Share of promises.
    pub promises: f64,
    /// All promises of this shift that overlap this stretch of time.
    pub clear: Option<(usize, usize, usize)>,
    /// The first shift that is filled sits at no counter after this step, or before it.
    pub hand_over: Option<(usize, bool)>,
    /// Whether clerks may sit where the others of the move sat.
    pub swap: bool,
    /// Whether the shifts exchange promises: see [`exchange`](super::exchange).
    pub exchange: bool,
    /// The stretch of time whose promises are exchanged as a whole.
    pub handed: Option<(usize, usize)>,
}

impl State {
    /// Takes out of the shift's day what lies in `[from, until)` and may be touched; returns the
    /// change of the objective. Walk-in blocks that reach over an end of the stretch are cut there
    /// where what is left is long enough; before anything else that does, the stretch ends.
    #[allow(clippy::too_many_arguments, reason = "the tables of the search, each of its own")]
    #[expect(clippy::too_many_lines, reason = "one walk over the items of a stretch")]
    pub(super) fn empty(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        marginals: &Marginals,
        part: &mut Part,
        (from, until): (usize, usize),
        touch: Touch,
        random: &mut Random,
    ) -> f64 {
        let shift = &day.shifts[part.shift];
        part.from = from.max(shift.from);
        part.until = until.min(shift.until);
        for list in [
            &mut part.old_items,
            &mut part.before,
            &mut part.kept,
            &mut part.after,
            &mut part.taken,
            &mut part.put,
        ] {
            list.clear();
        }
        part.old_stays.clear();
        part.kinds.clear();
        part.share.clear();
        part.old_items.extend_from_slice(&self.items[part.shift]);
        part.old_stays.extend_from_slice(&self.seats.stays[part.shift]);
        (part.left_block, part.right_block) = (None, None);

        // First where the stretch begins and ends.
        let may_cut = |item: &Item| touch.blocks && !shift.is_fixed(item.start);
        let cuts_head = |item: &Item, at: usize| {
            may_cut(item) && block_may_be(day, part.shift, Item { end: at as u16, ..*item })
        };
        let cuts_tail = |item: &Item, at: usize| {
            may_cut(item) && block_may_be(day, part.shift, Item { start: at as u16, ..*item })
        };
        let (mut first, mut last) = (part.from, part.until);
        for item in &part.old_items {
            let (start, end) = (usize::from(item.start), usize::from(item.end));
            if start < first && first < end && start < last && last < end {
                // Over both ends.
                if !(cuts_head(item, first) && cuts_tail(item, last)) {
                    last = first;
                }
                break;
            }
            if start < first && first < end && !cuts_head(item, first) {
                first = end;
            }
            if start < last && last < end && !cuts_tail(item, last) {
                last = start;
            }
        }
        (part.from, part.until) = (first, last);
        part.idle = last <= first;
        part.filled = false;
        if part.idle {
            return 0.0;
        }

        let mut change = 0.0;
        for i in 0..part.old_items.len() {
            let item = part.old_items[i];
            let (start, end) = (usize::from(item.start), usize::from(item.end));
            if end <= first {
                part.before.push(item);
                continue;
            }
            if last <= start {
                part.after.push(item);
                continue;
            }
            if start < first {
                part.before.push(Item { end: first as u16, ..item });
            }
            if last < end {
                part.after.push(Item { start: last as u16, ..item });
            }
            let inside = Item { start: start.max(first) as u16, end: end.min(last) as u16, ..item };
            let taken = match item.task {
                _ if shift.is_fixed(item.start) => false,
                Task::Slot { .. } | Task::Break { .. } => true,
                Task::Block { .. } => touch.blocks,
                Task::Promise { .. } => {
                    touch.clear.is_some_and(|(whose, from, until)| {
                        whose == part.shift && start < until && from < end
                    }) || (touch.promises > 0.0 && random.chance(touch.promises))
                }
            };
            if let Some(kind) = kind_of(&item)
                && !part.kinds.contains(&kind)
            {
                part.kinds.push(kind);
            }
            if !taken {
                part.kept.push(inside);
                continue;
            }
            part.taken.push(inside);
            change += self.book(day, pricing, part.shift, inside, -1);
            if let Task::Slot { pool, .. } = item.task {
                change -= marginals.next(pool, self.taken[usize::from(pool)]);
            }
        }
        let is_block =
            |item: &&Item| matches!(item.task, Task::Block { .. }) && !shift.is_fixed(item.start);
        if touch.blocks {
            part.left_block = part
                .before
                .last()
                .filter(is_block)
                .filter(|b| usize::from(b.end) == first)
                .copied();
            part.right_block = part
                .after
                .first()
                .filter(is_block)
                .filter(|b| usize::from(b.start) == last)
                .copied();
        }
        self.split_stays(day, part);
        change
    }

    /// Leaves the shift the rooms of what is beside the stretch and of what stays in it.
    fn split_stays(&mut self, day: &SiteDayModel, part: &mut Part) {
        let (from, until) = (part.from as u16, part.until as u16);
        part.stays_before.clear();
        part.stays_after.clear();
        let end = part.before.iter().rev().find(|item| kind_of(item).is_some()).map(|i| i.end);
        let start = part.after.iter().find(|item| kind_of(item).is_some()).map(|i| i.start);
        for &stay in &part.old_stays {
            self.sit(day, stay, -1);
            if stay.start < from
                && let Some(end) = end
            {
                part.stays_before.push(Stay { end: stay.end.min(end), ..stay });
            }
            if until < stay.end
                && let Some(start) = start
            {
                part.stays_after.push(Stay { start: stay.start.max(start), ..stay });
            }
        }
        for stay in part.stays_before.iter().chain(&part.stays_after) {
            self.sit(day, *stay, 1);
        }
        self.sit_down_kept(day, part, 1);
    }

    /// Takes (`sign` 1) or gives back (−1) the rooms of what stays in the stretch.
    fn sit_down_kept(&mut self, day: &SiteDayModel, part: &Part, sign: i16) {
        for item in &part.kept {
            if let Some(kind) = kind_of(item) {
                self.sit(day, Stay { kind, start: item.start, end: item.end }, sign);
            }
        }
    }

    /// Keeps (`sign` 1) rooms for promises of `parts` that can be kept in one kind alone, or gives
    /// them back (−1).
    pub(super) fn reserve(&mut self, day: &SiteDayModel, parts: &[Part], sign: i16) {
        for &a in parts.iter().flat_map(|part| &part.share) {
            let promise = &day.promises[usize::from(a)];
            if let [kind] = promise.kinds[..] {
                let (start, end) = (promise.from as u16, promise.until as u16);
                self.sit(day, Stay { kind, start, end }, sign);
            }
        }
    }

    /// Fills the part's stretch anew; returns the change of the objective since it was whole, what
    /// [`Self::empty`] returned aside. `None` where what is kept finds no room.
    #[allow(clippy::too_many_arguments, reason = "the tables of the search, each of its own")]
    pub(super) fn refill(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        marginals: &Marginals,
        parameters: Parameters,
        recreate: &mut Recreate,
        part: &mut Part,
        blocks: bool,
    ) -> Option<f64> {
        self.sit_down_kept(day, part, -1);
        part.filled = true;
        let is_free = |kind: u16, from, until| self.has_room(day, part.shift, kind, (from, until));
        let (left, right) = (part.stays_before.last().copied(), part.stays_after.first().copied());
        let numbers = |items: &[Item], last: bool| -> Option<u16> {
            let mut all = items.iter().filter_map(|item| match item.task {
                Task::Break { index } => Some(index),
                _ => None,
            });
            if last { all.next_back() } else { all.next() }
        };
        let stretch = Stretch {
            shift: part.shift,
            from: part.from,
            until: part.until,
            kept: &part.kept,
            left,
            right,
            left_holds: left.is_some_and(|s| is_free(s.kind, usize::from(s.end), part.from)),
            right_holds: right.is_some_and(|s| is_free(s.kind, part.until, usize::from(s.start))),
            left_block: part.left_block,
            right_block: part.right_block,
            blocks,
            breaks_between: (numbers(&part.before, true), numbers(&part.after, false)),
        };
        if !recreate.solve(day, pricing, self, marginals, parameters, stretch) {
            // As if it were done, so that it can be undone.
            self.items[part.shift].clear();
            for stay in part.stays_before.iter().chain(&part.stays_after) {
                self.sit(day, *stay, -1);
            }
            self.seats.stays[part.shift].clear();
            return None;
        }
        let mut change = 0.0;
        for &item in &recreate.fresh {
            if let Task::Slot { pool, .. } = item.task {
                change += marginals.next(pool, self.taken[usize::from(pool)]);
            }
            change += self.book(day, pricing, part.shift, item, 1);
            part.put.push(item);
        }
        let items = &mut self.items[part.shift];
        items.clear();
        items.extend_from_slice(&part.before);
        items.extend_from_slice(&recreate.items);
        items.extend_from_slice(&part.after);
        join_blocks(&day.shifts[part.shift], items);

        for stay in part.stays_before.iter().chain(&part.stays_after) {
            self.sit(day, *stay, -1);
        }
        let stays = &mut self.seats.stays[part.shift];
        stays.clear();
        stays.extend_from_slice(&part.stays_before);
        let mut after = &part.stays_after[..];
        for span in &recreate.spans {
            let own = span.start < span.end;
            let mut stay = Stay { kind: span.kind, start: span.start, end: span.end };
            if span.from_left
                && let Some(last) = stays.pop()
            {
                stay = Stay { end: if own { span.end } else { last.end }, ..last };
            }
            if span.to_right
                && let Some((first, rest)) = after.split_first()
            {
                stay = Stay {
                    start: if own || span.from_left { stay.start } else { first.start },
                    end: first.end,
                    kind: span.kind,
                };
                after = rest;
            }
            stays.push(stay);
        }
        stays.extend_from_slice(after);
        // Whoever gets up only to sit down in the same kind stays: blocks that touch there are one.
        stays.dedup_by(|next, stay| {
            let joined = stay.kind == next.kind && stay.end == next.start;
            if joined {
                stay.end = next.end;
            }
            joined
        });
        let price = stay_price(day, part.shift, stays);
        for i in 0..self.seats.stays[part.shift].len() {
            let stay = self.seats.stays[part.shift][i];
            self.sit(day, stay, 1);
        }
        let saved = |items: &[Item]| pricing.moves.saved(part.shift, items);
        change += saved(&self.items[part.shift]) - saved(&part.old_items);
        Some(change + stay_price(day, part.shift, &part.old_stays) - price)
    }

    /// Undoes a move of `parts`: all that is new goes before anything old comes back, as a promise
    /// may have changed hands.
    pub(super) fn undo(&mut self, day: &SiteDayModel, pricing: &Pricing, parts: &[Part]) {
        for part in parts.iter().filter(|part| !part.idle) {
            for &item in &part.put {
                self.book(day, pricing, part.shift, item, -1);
            }
            if part.filled {
                for i in 0..self.seats.stays[part.shift].len() {
                    let stay = self.seats.stays[part.shift][i];
                    self.sit(day, stay, -1);
                }
            } else {
                self.sit_down_kept(day, part, -1);
                for stay in part.stays_before.iter().chain(&part.stays_after) {
                    self.sit(day, *stay, -1);
                }
            }
        }
        for part in parts.iter().filter(|part| !part.idle) {
            for &item in &part.taken {
                self.book(day, pricing, part.shift, item, 1);
            }
            for &stay in &part.old_stays {
                self.sit(day, stay, 1);
            }
            self.items[part.shift].clone_from(&part.old_items);
            self.seats.stays[part.shift].clone_from(&part.old_stays);
        }
    }
}

/// Makes one block of blocks that touch in the same kind of room, but for those that stay as they
/// are.
fn join_blocks(shift: &Shift, items: &mut Vec<Item>) {
    items.dedup_by(|next, item| {
        let joined = item.end == next.start
            && item.task == next.task
            && matches!(item.task, Task::Block { .. })
            && !shift.is_fixed(item.start)
            && !shift.is_fixed(next.start);
        if joined {
            item.end = next.end;
        }
        joined
    });
}
