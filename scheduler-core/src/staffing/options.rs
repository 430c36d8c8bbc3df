//! How to look for a roster, and why there is none.

use thiserror::Error;

use crate::plan::Budget;
use crate::scenario::Findings;
use crate::simulate::run::SimulateError;
use crate::simulate::sample::SampleError;

/// How to look for a roster.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StaffOptions {
    /// Time, or a number of rosters that are simulated: the same answer then, on any machine.
    pub budget: Budget,
    /// Seed of all random numbers.
    pub seed: u64,
    /// Steps of search for the plan of each roster.
    pub plan_steps: u64,
    /// Weeks of a replication that are measured.
    pub weeks: u32,
    /// Weeks of booking before them; as many as lead times take to settle where `None`.
    pub warm_up_weeks: Option<u32>,
    /// Replications by which the search judges a roster.
    pub pilot: u64,
    /// Most replications by which a roster is confirmed.
    pub most_replications: u64,
    /// Threads to use; `None` for as many as the machine runs. The result is the same.
    pub threads: Option<usize>,
}

impl Default for StaffOptions {
    fn default() -> Self {
        Self {
            budget: Budget::Time(std::time::Duration::from_secs(60)),
            seed: 1,
            plan_steps: 1500,
            weeks: 13,
            warm_up_weeks: None,
            pilot: 8,
            most_replications: 640,
            threads: None,
        }
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum StaffError {
    /// The scenario, or one with a roster in it, breaks rules.
    #[error("the scenario breaks rules")]
    Scenario(Findings),
    /// Nothing has to be reached.
    #[error("the scenario has no target: name one in staffing.targets or with --target")]
    NoTarget,
    /// There is no shift that could be asked for.
    #[error("there is no shift to ask for: name shift templates, or give clerks shifts")]
    NoShifts,
    /// There are too many shifts to choose from.
    #[error(
        "there are more than {most} shifts to choose from: let begins and lengths be further apart"
    )]
    TooManyShifts {
        /// Most of them.
        most: usize,
    },
    /// A roster cannot be simulated.
    #[error("a roster cannot be simulated")]
    Simulate(#[from] SimulateError),
    /// A service time is no distribution.
    #[error("a distribution is out of range")]
    Sample(SampleError),
    /// It was stopped before anything was known.
    #[error("it was stopped before there was a result")]
    Cancelled,
}
