//! Which stretch of whose days a move empties, and what it may take.

use super::{
    feasibility_repair::Missed,
    random::Random,
    search::{SiteDaySearch, Workspace},
    stretch::Touch,
};
use crate::problem::site_day::SiteDayModel;

/// What a move works on: the shifts are those of the first parts of the workspace.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neighbourhood {
    /// Number of parts, at least one.
    pub count: usize,
    /// First step of the stretch.
    pub from: usize,
    /// First step after.
    pub until: usize,
    /// What of it may be taken.
    pub touch: Touch,
}

impl SiteDaySearch {
    /// Chooses what to empty next: around `target` where something is missing, else anywhere.
    /// `None` where there is nothing to do.
    pub(super) fn choose_neighbourhood(
        &mut self,
        day: &SiteDayModel,
        work: &mut Workspace,
        target: Option<Missed>,
        repair: bool,
    ) -> Option<Neighbourhood> {
        let random = &mut self.random;
        let (anchor, from, until) = match target {
            Some(Missed { shift, from, until, .. }) => {
                let (before, after) = (1 + random.below(12), 1 + random.below(12));
                (shift, from.saturating_sub(before), until + after)
            }
            None => {
                let anchor = random.below(day.shifts.len());
                let shift = &day.shifts[anchor];
                let length = stretch_length(random);
                let span = shift.until - shift.from;
                // Starts before the shift are cut, so that its first steps are met as often.
                let start = (shift.from + random.below(span + length)).saturating_sub(length);
                (anchor, start.max(shift.from), (start + length).min(shift.until))
            }
        };
        if until <= from {
            return None;
        }
        let fewest = if target.is_some_and(|missed| missed.promise.is_none()) { 3 } else { 1 };
        let want = match random.below(20) {
            0..6 => 1,
            6..15 => 2,
            15..19 => 3,
            _ => 4,
        };
        let want = fewest.max(want);
        work.parts[0].shift = anchor;
        let mut count = 1;
        if let Some(other) = target.and_then(|missed| missed.other).filter(|&d| d != anchor) {
            work.parts[1].shift = other;
            count = 2;
        }
        for _ in 0..3 * want {
            if count >= want {
                break;
            }
            let other = self.random.below(day.shifts.len());
            let shift = &day.shifts[other];
            let overlaps = shift.from < until && from < shift.until;
            if overlaps && work.parts[..count].iter().all(|part| part.shift != other) {
                work.parts[count].shift = other;
                count += 1;
            }
        }
        let random = &mut self.random;
        let touch = Touch {
            blocks: repair || random.chance(0.6),
            promises: [0.0, 0.0, 0.1, 0.3, 1.0][random.below(5)],
            clear: target.map(|missed| (missed.from, missed.until)),
            reserve: target.filter(|missed| missed.promise.is_none()).map(|missed| missed.shift),
        };
        // Variety: a move may like some services more than they are worth.
        let noise = match random.below(4) {
            0 => 0.0,
            1 => 0.05,
            2 => 0.15,
            _ => 0.4,
        };
        for perturbation in &mut work.recreate.perturbation {
            *perturbation = 1.0 + noise * (random.unit() - 0.5);
        }
        Some(Neighbourhood { count, from, until, touch })
    }
}

/// Half an hour to seven hours on a five-minute grid, short ones more often.
fn stretch_length(random: &mut Random) -> usize {
    let most = 6 + random.below(79);
    6 + random.below(most - 5)
}
