//! Empties stretches of clerks' days.

use super::{
    search::SiteDaySearch,
    state::{Item, Task},
    stretch::{Marginals, Part, Pending, Touch, block_may_be},
};
use crate::problem::site_day::SiteDayModel;

impl SiteDaySearch {
    /// Takes out of the shift's day what lies in the stretch and may be touched; returns the change
    /// of the pools' value. Walk-in blocks that reach over an end of the stretch are cut there where
    /// what is left is long enough; before anything else that does, the stretch ends.
    pub(super) fn destroy(
        &mut self,
        day: &SiteDayModel,
        marginals: &Marginals,
        part: &mut Part,
        (from, until): (usize, usize),
        touch: Touch,
    ) -> f64 {
        let shift = &day.shifts[part.shift];
        part.from = from.max(shift.from);
        part.until = until.min(shift.until);
        part.old.clear();
        part.kept.clear();
        part.pending.clear();
        let items = &self.state.items[part.shift];
        let mut first = items.partition_point(|item| usize::from(item.start) < part.from);
        let (mut head, mut tail) = (None, None);
        if first > 0 && usize::from(items[first - 1].end) > part.from {
            let item = items[first - 1];
            let rest = Item { end: part.from as u16, ..item };
            if touch.blocks && block_may_be(day, part.shift, rest) {
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
            if touch.blocks && block_may_be(day, part.shift, rest) {
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
        self.state.items[part.shift].drain(part.first..end);

        let mut change = 0.0;
        for i in 0..part.old.len() {
            let item = part.old[i];
            let taken = match item.task {
                _ if Some(item) == before || Some(item) == after => false,
                Task::Slot { .. } | Task::Break { .. } => true,
                Task::Block { .. } => touch.blocks,
                Task::Promise { .. } => {
                    let (start, end) = (usize::from(item.start), usize::from(item.end));
                    (touch.reserve.is_none_or(|shift| shift == part.shift)
                        && touch.clear.is_some_and(|(from, until)| start < until && from < end))
                        || (touch.promises > 0.0 && self.random.chance(touch.promises))
                }
            };
            if !taken {
                part.kept.push(item);
                continue;
            }
            self.state.account(day, part.shift, item, -1);
            if let Task::Slot { pool, .. } = item.task {
                change -= marginals.next(pool, self.state.taken[usize::from(pool)]);
            }
        }
        for rest in [head, tail].into_iter().flatten() {
            self.state.account(day, part.shift, rest, 1);
            let place = part.kept.partition_point(|kept| kept.start < rest.start);
            part.kept.insert(place, rest);
        }
        if !self.state.rested[part.shift] {
            part.pending.push(Pending::Break);
        }
        change
    }
}
