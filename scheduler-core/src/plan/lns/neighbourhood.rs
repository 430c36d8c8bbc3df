//! Which stretch of whose days a move empties, and what it may take.

use super::{
    feasibility_repair::Missed,
    parameters::{
        MOVES_AT_ANY_STEP, MOVES_WITH_BLOCKS, PERTURBATIONS, PROMISES_TAKEN, Parameters,
        SHIFTS_FOR_A_BLOCK, SHIFTS_IN_A_MOVE, TRIES_FOR_A_SHIFT,
    },
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
                let margin = self.parameters.margin;
                let (before, after) = (1 + random.below(margin), 1 + random.below(margin));
                (shift, from.saturating_sub(before), until + after)
            }
            None => {
                let anchor = random.below(day.shifts.len());
                let shift = &day.shifts[anchor];
                let length = stretch_length(&self.parameters, random);
                let span = shift.until - shift.from;
                // Starts before the shift are cut, so that its first steps are met as often.
                let start = (shift.from + random.below(span + length)).saturating_sub(length);
                (anchor, start.max(shift.from), (start + length).min(shift.until))
            }
        };
        if until <= from {
            return None;
        }
        let for_a_block = target.is_some_and(|missed| missed.promise.is_none());
        let fewest = if for_a_block { SHIFTS_FOR_A_BLOCK } else { 1 };
        let want = fewest.max(shifts_in_a_move(random));
        work.parts[0].shift = anchor;
        let mut count = 1;
        if let Some(other) = target.and_then(|missed| missed.other).filter(|&d| d != anchor) {
            work.parts[1].shift = other;
            count = 2;
        }
        for _ in 0..TRIES_FOR_A_SHIFT * want {
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
            blocks: repair || random.chance(MOVES_WITH_BLOCKS),
            promises: PROMISES_TAKEN[random.below(PROMISES_TAKEN.len())],
            clear: target.map(|missed| (missed.from, missed.until)),
            reserve: target.filter(|missed| missed.promise.is_none()).map(|missed| missed.shift),
        };
        // Variety: a move may like some services more than they are worth.
        let noise = PERTURBATIONS[random.below(PERTURBATIONS.len())];
        for perturbation in &mut work.recreate.perturbation {
            *perturbation = 1.0 + noise * (random.unit() - 0.5);
        }
        let lattice = self.parameters.lattice;
        let any_step = lattice == 1 || random.chance(MOVES_AT_ANY_STEP);
        work.recreate.lattice = if any_step { 1 } else { lattice };
        Some(Neighbourhood { count, from, until, touch })
    }
}

/// How many clerks' days to empty.
fn shifts_in_a_move(random: &mut Random) -> usize {
    let mut left = random.below(SHIFTS_IN_A_MOVE.iter().sum());
    let drawn = SHIFTS_IN_A_MOVE.iter().position(|&weight| {
        let here = left < weight;
        left = left.wrapping_sub(weight);
        here
    });
    drawn.map_or(1, |position| position + 1)
}

/// Uniform up to a length that is uniform itself: short ones more often.
fn stretch_length(parameters: &Parameters, random: &mut Random) -> usize {
    let (shortest, longest) = (parameters.shortest_stretch, parameters.longest_stretch);
    let most = shortest + random.below(longest + 1 - shortest);
    shortest + random.below(most + 1 - shortest)
}
