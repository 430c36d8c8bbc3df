//! A plan for each scenario.

use super::cases::Cases;
use super::executor::Executor;
use super::options::{CompareError, CompareOptions};
use crate::monitor::Monitor;
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
    /// A plan for each scenario with runs of its own, in order.
    pub(super) plans: Vec<Plan>,
    /// Further plans for the base: as many as were found.
    pub(super) others: Vec<Plan>,
}

/// All plans of a comparison.
pub(super) fn plan_all(
    cases: &Cases,
    options: &CompareOptions,
    executor: &dyn Executor,
    monitor: &dyn Monitor,
) -> Result<Planned, CompareError> {
    let distinct = cases.distinct();
    let planned = distinct.iter().filter(|(scenario, draft)| draft.needs_plan(*scenario)).count();
    let mut outcomes = executor.plans(&cases.plan_tasks(options), monitor);
    // A plan that was stopped half way would pass for what the scenario can do.
    if monitor.cancelled() || outcomes.len() < planned {
        return Err(CompareError::Cancelled);
    }
    let others = outcomes.split_off(planned).into_iter().flatten().collect();
    let mut outcomes = outcomes.into_iter();
    let mut plans: Vec<Plan> = Vec::with_capacity(distinct.len());
    let mut failed = Vec::new();
    for (scenario, draft) in distinct {
        if !draft.needs_plan(scenario) {
            plans.extend(plans.first().cloned());
            continue;
        }
        match outcomes.next() {
            Some(Ok(plan)) => plans.push(plan),
            Some(Err(error)) => failed.push((scenario, error)),
            None => return Err(CompareError::Cancelled),
        }
    }
    if failed.is_empty() {
        Ok(Planned { plans, others })
    } else {
        Err(CompareError::NoPlan(failed))
    }
}
