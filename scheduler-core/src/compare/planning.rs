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

/// What was planned.
pub(super) struct Planned {
    /// A plan for each problem, in order.
    pub(super) plans: Vec<Plan>,
    /// Further plans for the first.
    pub(super) others: Vec<Plan>,
}

/// A plan for each of `problems`, which are called by their numbers, and `others` more for the first
/// with other seeds: as many as are found.
pub(super) fn plan_all(
    problems: &[(usize, &Problem)],
    others: usize,
    options: &CompareOptions,
    monitor: &dyn Monitor,
) -> Result<Planned, CompareError> {
    let seed = |more: usize| options.plan.seed.wrapping_add(more as u64);
    let mut tasks: Vec<_> = problems.iter().map(|&(_, problem)| (problem, seed(0))).collect();
    if let Some(&(_, first)) = problems.first() {
        tasks.extend((1..=others).map(|more| (first, seed(more))));
    }
    let scenarios = tasks.len();
    let done = AtomicUsize::new(0);
    let mut outcomes: Vec<_> = tasks
        .par_iter()
        .map(|&(problem, seed)| {
            let options = plan::Options { seed, ..options.plan.clone() };
            let outcome = plan(&expected(problem), &options, &Quiet(monitor));
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            monitor.progress(&Progress::Planning { done, scenarios });
            outcome
        })
        .collect();
    // A plan that was stopped half way would pass for what the scenario can do.
    if monitor.cancelled() {
        return Err(CompareError::Cancelled);
    }
    let others = outcomes.split_off(problems.len()).into_iter().flatten();
    let others = others.map(|outcome| outcome.plan).collect();
    let mut plans = Vec::with_capacity(problems.len());
    let mut failed = Vec::new();
    for (&(scenario, _), outcome) in problems.iter().zip(outcomes) {
        match outcome {
            Ok(outcome) => plans.push(outcome.plan),
            Err(error) => failed.push((scenario, error)),
        }
    }
    if failed.is_empty() {
        Ok(Planned { plans, others })
    } else {
        Err(CompareError::NoPlan(failed))
    }
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
