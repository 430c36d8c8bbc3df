//! Random walk-in blocks.

use scheduler_core::problem::{Problem, WalkInBlock};
use scheduler_core::time::Window;

use super::Numbers;

/// Walk-in blocks that may or may not go together, from random numbers.
pub(crate) fn random_blocks(problem: &Problem, numbers: &[Numbers]) -> Vec<WalkInBlock> {
    let place = &problem.site_days[0];
    let shifts = &problem.shifts[place.shifts.clone()];
    let block = |&(who, room, from, length): &Numbers| {
        let shift = shifts.get(usize::from(who) % shifts.len().max(1))?;
        let open = place.open.iter().find(|open| open.overlaps(shift.window))?;
        let here = open.intersection(shift.window);
        let from = here.from + from % here.steps();
        let rooms = &problem.sites[place.site].rooms;
        Some(WalkInBlock {
            site: place.site,
            day: place.day,
            window: Window::new(from, here.until.min(from + 1 + length % 4)),
            clerk: shift.clerk,
            room: *rooms.get(usize::from(room) % rooms.len().max(1))?,
            pinned: false,
        })
    };
    // A block that concerns a quota and is too short for it is none.
    let long_enough = |block: &WalkInBlock| {
        place.quotas.iter().all(|&quota| {
            let concerns = problem.counts_for(block.clerk, quota)
                && problem.quotas[quota].window.overlaps(block.window);
            !concerns || problem.quotas[quota].block_steps <= block.window.steps()
        })
    };
    numbers.iter().filter_map(block).filter(long_enough).collect()
}
