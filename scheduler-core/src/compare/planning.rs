//! A plan for each scenario.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rayon::prelude::*;

use super::options::{CompareError, CompareOptions};
use crate::monitor::{Monitor, Progress};
use crate::plan::{self, Budget, plan};
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
    let plan_one = |&(problem, seed): &(&Problem, u64)| {
        let options = plan::Options { seed, ..options.plan.clone() };
        let outcome = plan(&expected(problem), &options, &FromNow::new(monitor));
        let done = done.fetch_add(1, Ordering::Relaxed) + 1;
        monitor.progress(&Progress::PlanningScenarios { done, scenarios });
        outcome
    };
    let mut outcomes: Vec<_> = match options.plan.budget {
        Budget::Steps(_) => tasks.par_iter().map(plan_one).collect(),
        // Each has all threads for its time: at the same time they would take it from each other.
        Budget::Time(_) => tasks.iter().map(plan_one).collect(),
    };
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

/// The caller's clock, set to zero, and stop button, for the planning of one scenario. What that
/// planning says is nothing to who listens to a comparison.
struct FromNow<'a> {
    monitor: &'a dyn Monitor,
    begun: Duration,
}

impl<'a> FromNow<'a> {
    fn new(monitor: &'a dyn Monitor) -> Self {
        Self { monitor, begun: monitor.elapsed() }
    }
}

impl Monitor for FromNow<'_> {
    fn elapsed(&self) -> Duration {
        self.monitor.elapsed().saturating_sub(self.begun)
    }

    fn cancelled(&self) -> bool {
        self.monitor.cancelled()
    }
}
