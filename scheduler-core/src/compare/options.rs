//! What a caller sets, and why there may be no comparison.

use thiserror::Error;

use crate::plan::{self, Budget, PlanError};
use crate::scenario::Findings;
use crate::simulate::run::{SimulateError, SimulationOptions};

/// How to compare.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct CompareOptions {
    /// How to simulate. A precision is that of each scenario; all get as many replications as the
    /// least precise of them needs. Its threads are those of the planning, too.
    pub simulation: SimulationOptions,
    /// How to plan each scenario. With a budget of steps the comparison is the same on any machine;
    /// one of time is that of each plan, by the clock of the monitor.
    /// Its threads do not count.
    pub plan: plan::Options,
}

impl CompareOptions {
    /// Steps of planning for each scenario by default.
    pub const STEPS: u64 = 200_000;
}

impl Default for CompareOptions {
    fn default() -> Self {
        let plan = plan::Options { budget: Budget::Steps(Self::STEPS), ..plan::Options::default() };
        Self { simulation: SimulationOptions::default(), plan }
    }
}

/// Why there is no comparison.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum CompareError {
    /// The base breaks rules.
    #[error("the scenario has errors:\n{0}")]
    Base(Findings),
    /// Variants are wrong by themselves or do not fit the scenario.
    #[error("variants have errors:\n{}", list(.0))]
    Variants(
        /// Positions in the list of variants, and what is wrong with each.
        Vec<(usize, Findings)>,
    ),
    /// Scenarios have no plan.
    #[error("scenarios have no plan:\n{}", list(.0))]
    NoPlan(
        /// Scenarios, 0 for the base, and why.
        Vec<(usize, PlanError)>,
    ),
    /// A scenario cannot be simulated.
    #[error(transparent)]
    Simulate(#[from] SimulateError),
    /// The knobs of a sweep are none, too many, or have values that they cannot take.
    #[error("{0}")]
    Knobs(String),
    /// The comparison was stopped before there was a result.
    #[error("the comparison was stopped before there was a result")]
    Cancelled,
}

fn list<T: std::fmt::Display>(entries: &[(usize, T)]) -> String {
    let lines: Vec<String> =
        entries.iter().map(|(position, what)| format!("{position}: {what}")).collect();
    lines.join("\n")
}
