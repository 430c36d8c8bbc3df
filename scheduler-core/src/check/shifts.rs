//! Which shifts a clerk works on a day.

use crate::problem::Problem;
use crate::time::Window;

/// The shifts of a problem in order of clerk, day and start.
pub(super) struct Shifts(Vec<ShiftOnDay>);

pub(super) struct ShiftOnDay {
    clerk: usize,
    day: usize,
    /// Where it is worked.
    pub(super) site: usize,
    /// From its begin to its end.
    pub(super) window: Window,
    /// Parts of it on which the clerk is away.
    absent: Vec<Window>,
    /// Index into [`Problem::shifts`].
    pub(super) shift: usize,
}

impl Shifts {
    pub(super) fn new(problem: &Problem) -> Self {
        let mut all: Vec<_> = problem
            .shifts
            .iter()
            .enumerate()
            .map(|(index, shift)| {
                let site_day = &problem.site_days[shift.site_day];
                ShiftOnDay {
                    clerk: shift.clerk,
                    day: site_day.day,
                    site: site_day.site,
                    window: shift.window,
                    absent: shift.absent.clone(),
                    shift: index,
                }
            })
            .collect();
        all.sort_unstable_by_key(|s| (s.clerk, s.day, s.window));
        Self(all)
    }

    /// The shifts of `clerk` on `day`, by start.
    pub(super) fn of(&self, clerk: usize, day: usize) -> &[ShiftOnDay] {
        let from = self.0.partition_point(|s| (s.clerk, s.day) < (clerk, day));
        let rest = &self.0[from..];
        &rest[..rest.partition_point(|s| (s.clerk, s.day) == (clerk, day))]
    }

    /// Whether one shift of `clerk` at `site` on `day` covers `window`, no absence in it.
    pub(super) fn covers(&self, clerk: usize, site: usize, day: usize, window: Window) -> bool {
        self.of(clerk, day).iter().any(|s| {
            s.site == site
                && s.window.covers(window)
                && s.absent.iter().all(|away| away.intersection(window).is_empty())
        })
    }
}
