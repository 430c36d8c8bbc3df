//! A comparison of a scenario with itself at many values of one or two numbers.

use scheduler_core::compare::{CompareOptions, Knob, sweep};
use scheduler_core::monitor::Monitor;
use scheduler_core::report::simulation::{SweepReport, sweep_report};
use scheduler_core::scenario::Scenario;

use super::error::StudyError;

/// Compares `scenario` with itself at every combination of values of one or two `knobs`.
///
/// # Errors
/// As [`compare::run`](super::compare::run), and where the knobs make no sense.
pub fn run(
    scenario: &Scenario,
    knobs: &[Knob],
    options: &CompareOptions,
    monitor: &dyn Monitor,
) -> Result<SweepReport, StudyError> {
    Ok(sweep_report(&sweep(scenario, knobs, options, monitor)?))
}
