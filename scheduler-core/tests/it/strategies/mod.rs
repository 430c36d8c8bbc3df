//! Random scenarios, as JSON in the format of a scenario file, and what is needed to use them.

pub(crate) mod brute;
pub(crate) mod ledger;
pub(crate) mod priced;
mod recipe;
mod size;

use std::fmt;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngSeed};
use scheduler_core::plan::{Budget, Monitor, Options};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::{Findings, Scenario};
use serde_json::Value;

pub(crate) use recipe::scenario;
pub(crate) use size::Size;

/// A scenario and the problem it makes.
#[derive(Clone)]
pub(crate) struct Case {
    /// The scenario file.
    pub(crate) scenario: Value,
    /// What the library makes of it.
    pub(crate) problem: Problem,
}

impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.scenario)
    }
}

/// Scenarios that make sense, small enough for [`brute::best`].
pub(crate) fn tiny() -> impl Strategy<Value = Case> {
    case(Size::TINY)
}

/// Scenarios that make sense: up to six clerks at three sites over three days.
pub(crate) fn medium() -> impl Strategy<Value = Case> {
    case(Size::MEDIUM)
}

fn case(size: Size) -> impl Strategy<Value = Case> {
    scenario(size).prop_filter_map("the scenario makes no sense", |scenario| {
        let problem = problem(&scenario).ok()?;
        Some(Case { scenario, problem })
    })
}

/// What the library makes of a scenario file.
pub(crate) fn problem(scenario: &Value) -> Result<Problem, Findings> {
    Problem::new(&Scenario::from_json(scenario.to_string().as_bytes())?)
}

/// Runs the same `cases` cases each time, or as many new ones as the variable `PROPTEST_CASES` says.
pub(crate) fn cases(cases: u32) -> Config {
    let (cases, rng_seed) = match std::env::var("PROPTEST_CASES") {
        Ok(text) => (text.parse().unwrap(), RngSeed::Random),
        Err(_) => (cases, RngSeed::Fixed(1)),
    };
    Config {
        cases,
        rng_seed,
        max_global_rejects: u32::MAX,
        max_shrink_iters: 4000,
        failure_persistence: None,
        ..Config::default()
    }
}

/// Options with a budget of work.
pub(crate) fn steps(steps: u64) -> Options {
    Options { budget: Budget::Steps(steps), gap: 0.0, threads: Some(1), ..Options::default() }
}

/// A monitor for runs that only their steps limit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoClock;

impl Monitor for NoClock {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }
}
