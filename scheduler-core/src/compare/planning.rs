//! A plan for each scenario.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rayon::prelude::*;

use super::options::{CompareError, CompareOptions, Monitor, Progress};
use crate::plan::{self, plan};
use crate::problem::{Plan, Problem};

/// `problem` with the demand that a plan should be made for: the requests that people will make of
/// those that the scenario expects, without what they do online. A plan of it is one of `problem`.
#[must_use]
pub fn expected(problem: &Problem) -> Problem {
    let mut expected = problem.clone();
    let operations = &problem.operations;
    for pool in &mut expected.pools {
        pool.mean *= operations.requests.factor * (1.0 - operations.online[pool.service]);
    }
    expected
}

/// A plan for each of `problems`, in order.
pub(super) fn plan_all(
    problems: &[&Problem],
    options: &CompareOptions,
    monitor: &dyn Monitor,
) -> Result<Vec<Plan>, CompareError> {
    let scenarios = problems.len();
    let done = AtomicUsize::new(0);
    let outcomes: Vec<_> = problems
        .par_iter()
        .map(|problem| {
            let outcome = plan(&expected(problem), &options.plan, &Quiet(monitor));
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            monitor.progress(&Progress::Planning { done, scenarios });
            outcome
        })
        .collect();
    // A plan that was stopped half way would pass for what the scenario can do.
    if monitor.cancelled() {
        return Err(CompareError::Cancelled);
    }
    let mut plans = Vec::with_capacity(scenarios);
    let mut failed = Vec::new();
    for (scenario, outcome) in outcomes.into_iter().enumerate() {
        match outcome {
            Ok(outcome) => plans.push(outcome.plan),
            Err(error) => failed.push((scenario, error)),
        }
    }
    if failed.is_empty() { Ok(plans) } else { Err(CompareError::NoPlan(failed)) }
}

/// The stop button for the planner, without a clock: no time is in a comparison.
struct Quiet<'a>(&'a dyn Monitor);

impl plan::Monitor for Quiet<'_> {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}
