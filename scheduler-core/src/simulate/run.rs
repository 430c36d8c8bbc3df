//! The call: a problem and its plan in, figures with what they rest on out.

use thiserror::Error;

use super::result::Run;
use crate::problem::{Plan, Problem};

/// How to simulate.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulationOptions {
    /// Seed of all random numbers. Two scenarios with the same seed meet the same customers, as far
    /// as the scenarios agree on them.
    pub seed: u64,
    /// When to stop.
    pub until: Until,
    /// Weeks of one replication whose days are simulated and measured, at least 1.
    pub weeks: u32,
    /// Weeks of booking before them that fill the calendar and are not measured. `None`: twice the
    /// horizon of booking, at least four; none where the scenario brings its own book
    /// of appointments.
    pub warm_up_weeks: Option<u32>,
    /// Threads to use; `None` for all that the machine offers. The result is the same.
    pub threads: Option<usize>,
}

/// When a simulation stops.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Until {
    /// After so many replications, at least 1.
    Replications(u64),
    /// When the 95 % interval of each headline figure of all sites together is at most `relative`
    /// times its value to each side, or after `most` replications.
    Precision {
        /// 0.02 for 2 %.
        relative: f64,
        /// Most replications.
        most: u64,
    },
}

impl Default for SimulationOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            until: Until::Precision { relative: 0.02, most: 10_000 },
            weeks: 4,
            warm_up_weeks: None,
            threads: None,
        }
    }
}

/// The caller's side of a run: its clock, its stop button, its ear.
pub trait Monitor: Sync {
    /// Whether to stop now and return what is known so far.
    fn cancelled(&self) -> bool {
        false
    }

    /// Called from time to time with the state of the run.
    fn progress(&self, _progress: &Progress) {}
}

/// A monitor that never stops a run and hears nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unattended;

impl Monitor for Unattended {}

/// Where a simulation stands.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    /// Replications done.
    pub replications: u64,
    /// Most replications that may be done.
    pub most: u64,
    /// Worst relative precision of the headline figures so far; infinite before it is known.
    pub reached: f64,
}

/// Why there is no result.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum SimulateError {
    /// An option is out of its range.
    #[error("{option} is {value}; it must be {expected}")]
    Option {
        /// Name of the option.
        option: &'static str,
        /// Its value.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// The run was stopped before the first replication was done.
    #[error("the run was stopped before there was a result")]
    Cancelled,
}

/// Simulates `plan` of `problem`.
///
/// # Errors
/// Where an option is out of range, or the monitor stops the run before anything is known.
pub fn simulate(
    problem: &Problem,
    plan: &Plan,
    options: &SimulationOptions,
    monitor: &dyn Monitor,
) -> Result<Run, SimulateError> {
    let _ = (problem, plan, options, monitor);
    Err(SimulateError::Cancelled)
}
