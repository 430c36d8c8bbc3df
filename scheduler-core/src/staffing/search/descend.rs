//! Fewer and shorter shifts, while the targets stay reached.

use std::collections::BTreeSet;

use super::hunt::Run;
use crate::staffing::StaffError;
use crate::staffing::roster::Roster;

impl Run<'_, '_> {
    /// Takes shifts away, and moves or shortens them, while the targets stay reached.
    pub(in crate::staffing) fn descend(&mut self) -> Result<(), StaffError> {
        let mut batch = 8_usize;
        let mut failed: BTreeSet<Vec<(usize, Option<usize>)>> = BTreeSet::new();
        while self.has_budget() {
            let Some(best) = self.best() else { return Ok(()) };
            let moves = self.moves(best);
            let usable = moves.into_iter().filter(|step| !failed.contains(&vec![*step]));
            let usable: Vec<(usize, Option<usize>)> = usable.collect();
            if usable.is_empty() {
                return Ok(());
            }
            let take: Vec<_> = spread(&usable, batch);
            let is_single = take.len() == 1;
            let mut roster = self.tried[best].roster.clone();
            for &(column, instead) in &take {
                if column < roster.counts.len() {
                    if roster.counts[column] > 0 {
                        roster.counts[column] -= 1;
                    }
                    if let Some(instead) = instead {
                        roster.counts[instead] += 1;
                    }
                } else {
                    roster.kept[column - self.search.offer.columns.len()] = false;
                }
            }
            let values = self.values(&roster);
            let cheaper =
                self.search.people(&roster).is_some_and(|(_, c)| c < self.tried[best].cost - 1e-6);
            let mut works = false;
            if cheaper && !self.search.program.rules_out(&values) {
                let pressure = self.tried[best].pressure.clone();
                let Some(tried) = self.try_roster(roster, &pressure)? else { return Ok(()) };
                works = self.tried[tried].reaches;
            }
            if works {
                if !is_single {
                    batch = (batch * 2).min(32);
                }
            } else {
                failed.insert(take);
                batch = (batch / 2).max(1);
            }
        }
        Ok(())
    }

    fn values(&self, roster: &Roster) -> Vec<f64> {
        let kept = roster.kept.iter().map(|&kept| f64::from(u8::from(kept)));
        roster.counts.iter().map(|&count| f64::from(count)).chain(kept).collect()
    }

    /// What may be taken away of a roster, or put in the place of something dearer, the most promising
    /// first: where walk-ins hardly wait.
    fn moves(&self, tried: usize) -> Vec<(usize, Option<usize>)> {
        let search = self.search;
        let tried = &self.tried[tried];
        let mut moves: Vec<(f64, (usize, Option<usize>))> = Vec::new();
        for (index, column) in search.offer.columns.iter().enumerate() {
            if tried.roster.counts[index] == 0 {
                continue;
            }
            let strain = search.strain(column, &tried.seen);
            moves.push((strain / column.cost.max(1e-9), (index, None)));
            for (other, instead) in search.offer.columns.iter().enumerate() {
                let is_of_day = instead.site == column.site && instead.weekday == column.weekday;
                let common =
                    instead.until.min(column.until).saturating_sub(instead.from.max(column.from));
                if is_of_day && common > 0 && instead.cost < column.cost - 1e-9 {
                    let saves = column.cost - instead.cost;
                    // What of the shift is left counts for it.
                    let left = f64::from(common) / f64::from(column.until - column.from);
                    moves.push(((1.0 - 0.9 * left) * strain / saves, (index, Some(other))));
                }
            }
        }
        for (position, &(_, cost)) in search.offer.removable.iter().enumerate() {
            if tried.roster.kept[position] {
                moves.push((1.0 / cost, (search.offer.columns.len() + position, None)));
            }
        }
        moves.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        moves.into_iter().map(|(_, step)| step).collect()
    }
}

/// Up to `count` of `list`, the first ones, no column twice.
fn spread(list: &[(usize, Option<usize>)], count: usize) -> Vec<(usize, Option<usize>)> {
    let mut some: Vec<(usize, Option<usize>)> = Vec::with_capacity(count);
    for &step in list {
        if some.len() == count {
            break;
        }
        if some.iter().all(|known| known.0 != step.0) {
            some.push(step);
        }
    }
    some
}
