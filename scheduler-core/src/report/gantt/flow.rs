//! How many come without an appointment, who waits for them, and who is on a break, half hour by
//! half hour.

use crate::problem::{Plan, Problem};

/// Minutes of a cell.
pub(super) const CELL: u32 = 30;

/// The half hours of one site-day, from the first minute on.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Flow {
    /// Expected arrivals without an appointment; empty where nobody comes without one.
    pub(super) arrivals: Vec<f64>,
    /// Counters with a walk-in block, on average; empty as above.
    pub(super) counters: Vec<f64>,
    /// Most clerks on a break at the same time.
    pub(super) resting: Vec<f64>,
}

impl Flow {
    /// What happens at `site` on `day` from minute `from` to minute `until`, both full hours.
    pub(super) fn new(
        problem: &Problem,
        plan: &Plan,
        (site, day): (usize, usize),
        (from, until): (u32, u32),
    ) -> Self {
        let cells = || (from..until).step_by(CELL as usize).map(|cell| (cell, cell + CELL));
        let grid = problem.grid;
        let open = &problem.site_days[problem.site_day(site, day)].open;
        let open: Vec<(u32, u32)> =
            open.iter().map(|w| (grid.minute_of(w.from), grid.minute_of(w.until))).collect();
        let walk_ins = problem.operations.walk_ins.iter();
        let coming: Vec<_> =
            walk_ins.filter(|entry| entry.site == site && entry.days.contains(&day)).collect();
        let blocks = plan.walk_in_blocks.iter();
        let blocks: Vec<(u32, u32)> = blocks
            .filter(|block| block.site == site && block.day == day)
            .map(|block| (grid.minute_of(block.window.from), grid.minute_of(block.window.until)))
            .collect();
        let arrivals = |cell: (u32, u32)| -> f64 {
            let of_entry = coming.iter().map(|entry| {
                let minutes = open
                    .iter()
                    .map(|&window| common(common_window(cell, window), (entry.from, entry.until)));
                f64::from(minutes.sum::<u32>()) / 60.0 * entry.per_hour
            });
            of_entry.sum()
        };
        let counters = |cell: (u32, u32)| -> f64 {
            let minutes: u32 = blocks.iter().map(|&block| common(cell, block)).sum();
            f64::from(minutes) / f64::from(CELL)
        };
        let walk_in = !coming.is_empty() || !blocks.is_empty();
        let breaks = breaks(problem, plan, (site, day));
        let resting = |(begin, end): (u32, u32)| -> f64 {
            let at = |minute: u32| breaks.iter().filter(|b| b.0 <= minute && minute < b.1).count();
            (begin..end).map(at).max().unwrap_or(0) as f64
        };
        Self {
            arrivals: if walk_in { cells().map(arrivals).collect() } else { Vec::new() },
            counters: if walk_in { cells().map(counters).collect() } else { Vec::new() },
            resting: if breaks.is_empty() { Vec::new() } else { cells().map(resting).collect() },
        }
    }
}

/// Breaks of those who are on shift at the site then, in minutes of the day.
fn breaks(problem: &Problem, plan: &Plan, (site, day): (usize, usize)) -> Vec<(u32, u32)> {
    let shifts = &problem.shifts[problem.site_days[problem.site_day(site, day)].shifts.clone()];
    let here = plan.breaks.iter().filter(|taken| {
        let holds = |shift: &crate::problem::Shift| {
            shift.clerk == taken.clerk && shift.window.covers(taken.window)
        };
        taken.day == day && shifts.iter().any(holds)
    });
    let minute = |step| problem.grid.minute_of(step);
    here.map(|taken| (minute(taken.window.from), minute(taken.window.until))).collect()
}

fn common_window(one: (u32, u32), other: (u32, u32)) -> (u32, u32) {
    (one.0.max(other.0), one.1.min(other.1))
}

/// Minutes that both windows have.
fn common(one: (u32, u32), other: (u32, u32)) -> u32 {
    let (from, until) = common_window(one, other);
    until.saturating_sub(from)
}
