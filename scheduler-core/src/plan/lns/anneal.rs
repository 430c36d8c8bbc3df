//! Simulated annealing: makes moves and decides which of them stay.

use super::{
    neighbourhood::Neighbourhood,
    parameters::{MOVES_FOR_MISSING, REPAIRS},
    search::{SiteDaySearch, Workspace},
    state::{Item, Task},
    stretch::{Stretch, Touch},
};
use crate::problem::site_day::SiteDayModel;

impl SiteDaySearch {
    /// [`Self::moves`] moves, while the temperature goes from the first to the second.
    pub(crate) fn anneal(
        &mut self,
        day: &SiteDayModel,
        work: &mut Workspace,
        temperature: (f64, f64),
    ) {
        if day.shifts.is_empty() || day.steps == 0 {
            return;
        }
        if let (Some(pricing), Some(buffers)) = (self.pricing.take(), &mut work.seated) {
            self.anneal_seated(day, &pricing, &work.marginals, buffers, temperature);
            self.pricing = Some(pricing);
            return;
        }
        for i in 0..self.moves {
            let share = i as f64 / self.moves as f64;
            let temperature = temperature.0 + (temperature.1 - temperature.0) * share;
            self.step(day, work, temperature);
        }
    }

    fn step(&mut self, day: &SiteDayModel, work: &mut Workspace, temperature: f64) {
        let repair = (!self.state.unkept.is_empty() || self.lacks(day))
            && self.random.chance(MOVES_FOR_MISSING);
        if repair && self.random.chance(REPAIRS) {
            self.repair(day, work);
        } else {
            let target = if repair { self.pick_missing(day) } else { None };
            let Some(Neighbourhood { count, from, until, touch }) =
                self.choose_neighbourhood(day, work, target, repair)
            else {
                return;
            };
            self.destroy_and_recreate(day, work, count, (from, until), touch, temperature);
        }
        if self.score > self.best_score + 1e-9 {
            self.keep_best();
        }
    }

    /// Empties `[from, until)` of the first `count` parts' shifts and fills it again; takes it back
    /// unless annealing at `temperature` accepts.
    pub(super) fn destroy_and_recreate(
        &mut self,
        day: &SiteDayModel,
        work: &mut Workspace,
        count: usize,
        (from, until): (usize, usize),
        touch: Touch,
        temperature: f64,
    ) {
        let before = self.missing_charge(day);
        let mut change = 0.0;
        let Workspace { marginals, recreate, parts, merged, .. } = work;
        let parts = &mut parts[..count];
        for part in parts.iter_mut() {
            change += self.destroy(day, marginals, part, (from, until), touch);
        }
        for i in (1..count).rev() {
            parts.swap(i, self.random.below(i + 1));
        }
        self.assign_promises(day, parts, touch);
        self.assign_blocks(day, parts);
        for part in parts.iter_mut() {
            if part.until > part.from {
                let stretch = Stretch {
                    shift: part.shift,
                    from: part.from,
                    until: part.until,
                    kept: &part.kept,
                    pending: &part.pending,
                    left: part.left,
                    right: part.right,
                };
                recreate.solve(
                    day,
                    &self.state,
                    marginals,
                    self.parameters,
                    stretch,
                    &mut self.random,
                );
                for &item in &recreate.items {
                    if let Task::Slot { pool, .. } = item.task {
                        change += marginals.next(pool, self.state.taken[usize::from(pool)]);
                    }
                    self.state.account(day, part.shift, item, 1);
                }
                merged.clear();
                merged.extend_from_slice(&recreate.items);
                merged.extend_from_slice(&part.kept);
                merged.sort_unstable_by_key(|item| item.start);
                join_blocks(merged);
                part.new = merged.len();
                self.state.items[part.shift].splice(part.first..part.first, merged.drain(..));
            } else {
                merged.clear();
                merged.extend_from_slice(&part.kept);
                part.new = merged.len();
                self.state.items[part.shift].splice(part.first..part.first, merged.drain(..));
            }
        }
        change += before - self.missing_charge(day);
        if change >= 0.0 || self.random.unit() < (change / temperature).exp() {
            self.score += change;
            return;
        }
        // All that is new goes before anything old comes back: a promise may have changed hands.
        for part in parts.iter() {
            for i in part.first..part.first + part.new {
                let item = self.state.items[part.shift][i];
                self.state.account(day, part.shift, item, -1);
            }
        }
        for part in parts.iter() {
            let range = part.first..part.first + part.new;
            self.state.items[part.shift].splice(range, part.old.iter().copied());
            for &item in &part.old {
                self.state.account(day, part.shift, item, 1);
            }
        }
    }
}

/// Makes one block of blocks that touch in the same kind of room.
fn join_blocks(items: &mut Vec<Item>) {
    items.dedup_by(|next, item| {
        let joined = item.end == next.start
            && item.task == next.task
            && matches!(item.task, Task::Block { .. });
        if joined {
            item.end = next.end;
        }
        joined
    });
}
