//! Duties fixed in time on desks that are free in a window, some with breaks to hold: whether every
//! duty finds a desk. Clerks' shifts and rooms are both such desks, and given the times the two
//! questions have nothing to do with each other.

use scheduler_core::problem::Break;
use scheduler_core::time::{Step, Window};

/// A clerk's shift, or a room: one duty at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Desk {
    pub(crate) window: Window,
    /// Nobody is there.
    pub(crate) absent: Vec<Window>,
    /// One after the other, outside absences.
    pub(crate) breaks: Vec<Break>,
}

/// Something to do at a fixed time, on one of the desks whose bit is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Duty {
    pub(crate) window: Window,
    pub(crate) able: u64,
}

impl Desk {
    /// Somebody is there all through `window`.
    pub(crate) fn is_there(&self, window: Window) -> bool {
        self.window.covers(window) && self.absent.iter().all(|away| !away.overlaps(window))
    }

    /// All windows in which the break may be held, beside whatever else there is.
    pub(crate) fn rests(&self, rule: Break) -> impl Iterator<Item = Window> + '_ {
        let last = (rule.window.until + 1).saturating_sub(rule.steps);
        (rule.window.from..last)
            .map(move |from: Step| Window::new(from, from + rule.steps))
            .filter(|rest| self.absent.iter().all(|away| !away.overlaps(*rest)))
    }

    /// Whether all breaks have a place in their order where nothing else is to do.
    pub(crate) fn can_rest(&self) -> bool {
        rested(self, &[], 0, &self.breaks)
    }
}

impl Duty {
    pub(crate) fn may(&self, desks: &[Desk], desk: usize) -> bool {
        self.able >> desk & 1 == 1 && desks[desk].is_there(self.window)
    }
}

/// Tries everything: each duty on each desk, each break at each time.
pub(crate) fn every_way(desks: &[Desk], duties: &[Duty]) -> bool {
    assert!(desks.len() <= 64);
    place(desks, duties, &mut vec![Vec::new(); desks.len()])
}

fn place(desks: &[Desk], duties: &[Duty], taken: &mut [Vec<Window>]) -> bool {
    let Some((duty, rest)) = duties.split_first() else {
        return desks.iter().zip(taken).all(|(desk, taken)| rested(desk, taken, 0, &desk.breaks));
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

/// Whether `breaks` can be held one after the other from `from` on beside what is taken.
fn rested(desk: &Desk, taken: &[Window], from: Step, breaks: &[Break]) -> bool {
    let Some((&rule, later)) = breaks.split_first() else { return true };
    desk.rests(rule)
        .filter(|rest| rest.from >= from && taken.iter().all(|other| !other.overlaps(*rest)))
        .any(|rest| rested(desk, taken, rest.until, later))
}
