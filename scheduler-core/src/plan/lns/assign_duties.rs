//! Gives promises that nobody keeps and steps that quotas lack to the shifts of a move.

use super::{
    parameters::{
        BLOCKS_FOR_TWO_QUOTAS, BLOCKS_THAT_LENGTHEN, PROMISES_IN_ANOTHER_KIND, SHORTER_BLOCKS,
    },
    search::SiteDaySearch,
    state::{Item, Task},
    stretch::{MOST_PENDING, Part, Pending, Touch},
};
use crate::problem::site_day::SiteDayModel;

impl SiteDaySearch {
    /// Gives promises that nobody keeps to shifts of the move that can, at random.
    pub(super) fn assign_promises(&mut self, day: &SiteDayModel, parts: &mut [Part], touch: Touch) {
        let reserved = |part: &Part| touch.reserve == Some(part.shift);
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
                    && promise.shifts.contains(&(part.shift as u16))
                    && part.kept.iter().all(|item| {
                        usize::from(item.end) <= promise.from
                            || promise.until <= usize::from(item.start)
                    })
            });
            let skip = if self.random.chance(PROMISES_IN_ANOTHER_KIND) {
                self.random.below(promise.kinds.len())
            } else {
                0
            };
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
                self.state.account(day, parts[k].shift, item, 1);
                let place = parts[k].kept.partition_point(|kept| kept.start < item.start);
                parts[k].kept.insert(place, item);
            } else {
                i += 1;
            }
        }
    }

    /// Gives steps that quotas lack to shifts of the move whose blocks count, as blocks to place.
    pub(super) fn assign_blocks(&mut self, day: &SiteDayModel, parts: &mut [Part]) {
        for (q, quota) in day.quotas.iter().enumerate() {
            let mut lack = quota.min_steps - self.state.covered[q];
            let first = self.random.below(parts.len());
            for k in 0..parts.len() {
                if lack <= 0 {
                    break;
                }
                let i = (first + k) % parts.len();
                let part = &mut parts[i];
                let profile = &day.profiles[day.shifts[part.shift].profile];
                let inside = part.until.min(quota.until).saturating_sub(part.from.max(quota.from));
                if inside == 0 || part.pending.len() >= MOST_PENDING || !profile.quotas.contains(&q)
                {
                    continue;
                }
                // As short as lacks only where it lengthens a block that is there.
                let extends = (part.left.is_some() || part.right.is_some())
                    && self.random.chance(BLOCKS_THAT_LENGTHEN);
                // A block may have to be longer where it touches another quota's window.
                let other = profile.quotas[self.random.below(profile.quotas.len())];
                let least = match (extends, self.random.chance(BLOCKS_FOR_TWO_QUOTAS)) {
                    (true, _) => 1,
                    (false, true) => quota.block.max(day.quotas[other].block),
                    (false, false) => quota.block,
                };
                let whole = usize::try_from(lack).unwrap_or(0).max(least);
                let most = whole.min(inside.max(least)).min(part.longest_gap());
                if most < least {
                    continue;
                }
                let length = if most > least && self.random.chance(SHORTER_BLOCKS) {
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
