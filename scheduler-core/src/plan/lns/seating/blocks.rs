//! Places walk-in blocks and lengthens them.

use super::{Change, Seating, weigh::WANTED};
use crate::plan::lns::{
    parameters::SEATING_SHIFTS_FOR_A_BLOCK,
    state::{Item, Task},
    stretch::block_may_be,
};

impl Seating<'_> {
    pub(super) fn lack(&self, q: usize) -> i32 {
        let quota = &self.day.quotas[q];
        if quota.lack_price.is_finite() { 0 } else { (quota.min_steps - self.covered[q]).max(0) }
    }

    /// Whether no quota of `shift` gets more than it may by a block in `[from, until)`.
    pub(super) fn may_cover(&self, shift: usize, from: usize, until: usize) -> bool {
        self.day.profiles[self.day.shifts[shift].profile].quotas.iter().all(|&q| {
            let quota = &self.day.quotas[q];
            let overlap = until.min(quota.until).saturating_sub(from.max(quota.from)) as i32;
            overlap == 0 || self.covered[q].saturating_add(overlap) <= quota.max_steps
        })
    }

    /// Covers some of what quota `q` lacks: first by blocks that grow into what is free, then by a
    /// block where what must go for it weighs least. False where there is no place.
    pub(super) fn place_block(&mut self, q: usize) -> bool {
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
    pub(super) fn grow(&mut self, shift: usize, q: usize) -> bool {
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
}
