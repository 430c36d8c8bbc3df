//! Duties fixed in time on desks that are free in a window, some with a break to hold: whether
//! every duty finds a desk. Clerks' shifts and rooms are both such desks, and given the times the
//! two questions have nothing to do with each other.

use scheduler_core::problem::Break;
use scheduler_core::time::{Step, Window};

/// A clerk's shift, or a room: one duty at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Desk {
    pub(crate) window: Window,
    pub(crate) pause: Option<Break>,
}

/// Something to do at a fixed time, on one of the desks whose bit is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Duty {
    pub(crate) window: Window,
    pub(crate) able: u64,
}

impl Duty {
    pub(crate) fn may(&self, desks: &[Desk], desk: usize) -> bool {
        self.able >> desk & 1 == 1 && desks[desk].window.covers(self.window)
    }
}

/// All windows in which the break may be held.
pub(crate) fn rests(pause: Break) -> impl Iterator<Item = Window> {
    let last = (pause.window.until + 1).saturating_sub(pause.steps);
    (pause.window.from..last).map(move |from: Step| Window::new(from, from + pause.steps))
}

/// Tries everything: each duty on each desk, each break at each time.
pub(crate) fn every_way(desks: &[Desk], duties: &[Duty]) -> bool {
    assert!(desks.len() <= 64);
    place(desks, duties, &mut vec![Vec::new(); desks.len()])
}

fn place(desks: &[Desk], duties: &[Duty], taken: &mut [Vec<Window>]) -> bool {
    let Some((duty, rest)) = duties.split_first() else {
        return desks.iter().zip(taken).all(|(desk, taken)| rested(*desk, taken));
    };
    (0..desks.len()).any(|desk| {
        if !duty.may(desks, desk) || taken[desk].iter().any(|other| other.overlaps(duty.window)) {
            return false;
        }
        taken[desk].push(duty.window);
        let placed = place(desks, rest, taken);
        taken[desk].pop();
        placed
    })
}

fn rested(desk: Desk, taken: &[Window]) -> bool {
    desk.pause.is_none_or(|pause| {
        rests(pause).any(|rest| taken.iter().all(|other| !other.overlaps(rest)))
    })
}
