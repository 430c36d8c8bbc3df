//! A plan, judged.

use scheduler_core::problem::Problem;
use scheduler_core::report::{Verdict, verdict};
use scheduler_core::scenario::PlanFile;
use serde_json::Value;

use super::error::StudyError;
use super::read;

/// What the judge says of `plan`, a plan file, as an answer to `scenario`, a scenario file.
///
/// # Errors
/// Everything that is wrong with the scenario, and what keeps the plan from being read.
pub fn run(scenario: &Value, plan: &Value) -> Result<Verdict, StudyError> {
    let problem = read::problem(scenario)?;
    Ok(judge(&problem, &read::plan_file(plan)?))
}

/// What the judge says of `file` as a plan for `problem`.
pub fn judge(problem: &Problem, file: &PlanFile<'_>) -> Verdict {
    let (plan, unresolved) = file.resolve(problem);
    verdict(problem, &plan, unresolved)
}
