//! The wall clock of a date, and the time that passes.

use crate::problem::Problem;
use crate::simulate::model::{MINUTE, Millis};
use crate::time::Window;

/// From the wall clock of a date to time that passes since its midnight.
#[derive(Debug, Clone)]
pub(super) struct Clock {
    /// Minute after which the difference holds, and the minutes to add.
    changes: Vec<(u32, i64)>,
}

impl Clock {
    pub(super) fn new(problem: &Problem, day: usize) -> Self {
        let changes = problem.zone.clock_changes(problem.dates[day]).into_iter().map(|change| {
            let length = i64::from(change.until - change.from);
            (change.until, if change.removed { -length } else { length })
        });
        Self { changes: changes.collect() }
    }

    pub(super) fn millis(&self, minute: u32) -> Millis {
        let past = self.changes.iter().filter(|(until, _)| minute >= *until);
        let shifted = i64::from(minute) + past.map(|(_, minutes)| minutes).sum::<i64>();
        u32::try_from(shifted.max(0)).unwrap_or(0) * MINUTE
    }

    pub(super) fn window(&self, problem: &Problem, window: Window) -> (Millis, Millis) {
        let minute = |step| problem.grid.minute_of(step);
        (self.millis(minute(window.from)), self.millis(minute(window.until)))
    }
}
