//! Slot allocation: finds a plan and proves how good it is.

mod options;

pub use options::{
    Budget, Conflict, Monitor, Options, Outcome, PlanError, Prices, Progress, RoomPrice, Stop, WallClock,
};

use crate::problem::Problem;

/// Plans `problem` within the budget of `options`.
///
/// # Errors
/// [`PlanError`] says which constraints cannot be met together.
pub fn plan(
    _problem: &Problem,
    _options: &Options,
    _monitor: &dyn Monitor,
) -> Result<Outcome, PlanError> {
    Err(PlanError::NotFound { conflicts: Vec::new() })
}
