//! How others decide what to offer, so that one can count what that costs: systems that fix clerk
//! and room when a citizen books, and systems that count free counters. Written from descriptions
//! of how those systems work, with their usual simplifications taken away where they would only
//! make them look bad.

mod counted;
mod ours;
mod pinned;

pub use counted::{Counted, Counting};
pub use ours::{Ours, ledgers};
pub use pinned::{Choice, Pinned};

use scheduler_core::ledger::Visit;
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::time::{Step, Window};

/// A booking system, as far as which starts it offers.
pub trait Calendar {
    /// The first start of `visit` on the site-day at `from` or later.
    fn first(&self, site_day: usize, visit: &Visit, from: Step) -> Option<Step>;

    /// Books a start that was offered just now.
    fn book(&mut self, site_day: usize, visit: &Visit, start: Step);
}

/// What the plan holds the clerks of a site-day to, by position of the shift in the site-day:
/// breaks, and walk-in blocks with the position of their room.
#[derive(Debug, Clone)]
struct Fixed {
    breaks: Vec<(usize, Window)>,
    blocks: Vec<(usize, usize, Window)>,
}

fn fixed(problem: &Problem, plan: &Plan, site_day: usize) -> Fixed {
    let place = &problem.site_days[site_day];
    let shift_of = |clerk: usize, window: Window| {
        problem.shifts[place.shifts.clone()]
            .iter()
            .position(|shift| shift.clerk == clerk && shift.window.covers(window))
    };
    let rooms = &problem.sites[place.site].rooms;
    let breaks = plan.breaks.iter().filter(|taken| taken.day == place.day);
    let blocks = plan
        .walk_in_blocks
        .iter()
        .filter(|block| (block.site, block.day) == (place.site, place.day));
    Fixed {
        breaks: breaks
            .filter_map(|taken| Some((shift_of(taken.clerk, taken.window)?, taken.window)))
            .collect(),
        blocks: blocks
            .filter_map(|block| {
                let room = rooms.iter().position(|room| *room == block.room)?;
                Some((shift_of(block.clerk, block.window)?, room, block.window))
            })
            .collect(),
    }
}

/// Starts at `from` or later at which a visit of so many steps lies in opening hours.
fn candidates(
    problem: &Problem,
    site_day: usize,
    from: Step,
    steps: Step,
) -> impl Iterator<Item = Window> + '_ {
    problem.site_days[site_day].open.iter().flat_map(move |open| {
        let last = (open.until + 1).saturating_sub(steps);
        (open.from.max(from)..last).map(move |start| Window::new(start, start + steps))
    })
}

fn range(window: Window) -> std::ops::Range<usize> {
    usize::from(window.from)..usize::from(window.until)
}
