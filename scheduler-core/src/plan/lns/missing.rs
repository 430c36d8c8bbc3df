//! What a state lacks, and where it could be made good.

use super::{parameters::REPAIRS_FOR_PROMISES, search::SiteDaySearch, state::Task};
use crate::problem::site_day::SiteDayModel;

/// Something that the state lacks and where to repair it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Missed {
    pub shift: usize,
    pub from: usize,
    pub until: usize,
    /// Another shift that stands in the way.
    pub other: Option<usize>,
    /// The promise, if it is one.
    pub promise: Option<u16>,
}

impl SiteDaySearch {
    /// Whether a quota lacks steps.
    pub(super) fn lacks(&self, day: &SiteDayModel) -> bool {
        self.state.covered.iter().zip(&day.quotas).any(|(&c, quota)| c < quota.min_steps)
    }

    /// A promise that nobody keeps, or a place for a walk-in block that is lacking.
    pub(super) fn pick_missing(&mut self, day: &SiteDayModel) -> Option<Missed> {
        let random = &mut self.random;
        let unkept = self.state.unkept.len();
        if unkept > 0 && (random.chance(REPAIRS_FOR_PROMISES) || day.quotas.is_empty()) {
            let a = self.state.unkept[random.below(unkept)];
            let promise = &day.promises[usize::from(a)];
            if promise.shifts.is_empty() {
                return None;
            }
            let shift = usize::from(promise.shifts[random.below(promise.shifts.len())]);
            // Mostly the clerk is taken; sometimes it is the room.
            let first = random.below(day.shifts.len());
            let other = (0..day.shifts.len())
                .map(|k| (first + k) % day.shifts.len())
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
                shift,
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
        let shift = random.below(day.shifts.len());
        if !day.profiles[day.shifts[shift].profile].quotas.contains(&q) {
            return None;
        }
        let from = quota.from + random.below(quota.until - quota.from);
        let until = from + quota.block + random.below(quota.block + 1);
        Some(Missed { shift, from, until, other: None, promise: None })
    }
}
