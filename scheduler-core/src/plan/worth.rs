//! The unit of prices, charges and temperatures: what working time can earn.

use crate::problem::Problem;

/// The most that anybody's time can earn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TimeWorth {
    /// In a step of the grid.
    pub step: f64,
    /// In five minutes, whatever the grid: what is tuned in this unit means the same on each.
    pub five_minutes: f64,
}

impl TimeWorth {
    /// What time can earn in `problem`.
    pub(crate) fn new(problem: &Problem) -> Self {
        let step = problem
            .services
            .iter()
            .map(|s| s.value * f64::from(s.minutes) / f64::from(s.steps.max(1)))
            .fold(0.0, f64::max);
        Self { step, five_minutes: step * (5.0 / f64::from(problem.grid.minutes())) }
    }
}
