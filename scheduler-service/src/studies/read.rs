//! Parts of requests: read by the library.

use scheduler_core::problem::{Plan, Problem, StartPlan};
use scheduler_core::scenario::{PlanFile, Scenario, Severity, Variant};
use serde_json::Value;

use super::error::StudyError;

/// The scenario that `value` is, validated.
///
/// # Errors
/// Everything that is wrong with it.
pub fn problem(value: &Value) -> Result<Problem, StudyError> {
    Problem::new(&scenario(value)?).map_err(StudyError::Scenario)
}

/// The scenario that `value` is.
///
/// # Errors
/// Everything that is wrong with it.
pub fn scenario(value: &Value) -> Result<Scenario, StudyError> {
    Scenario::from_value(value).map_err(StudyError::Scenario)
}

/// The plan of `problem` that `value` is.
///
/// # Errors
/// Everything that is wrong with it.
pub fn plan(value: &Value, problem: &Problem) -> Result<Plan, StudyError> {
    let file = plan_file(value)?;
    let (plan, findings) = file.resolve(problem);
    if findings.iter().any(|found| found.severity == Severity::Error) {
        return Err(StudyError::UnfitPlan(findings));
    }
    Ok(plan)
}

/// The plan file that `value` is.
///
/// # Errors
/// What keeps it from being read.
pub fn plan_file(value: &Value) -> Result<PlanFile<'static>, StudyError> {
    PlanFile::from_value(value).map_err(StudyError::UnreadablePlan)
}

/// A plan for `problem` to begin from, which may be of another version of the scenario.
///
/// # Errors
/// All that keeps it from being read.
pub fn start(value: &Value, problem: &Problem) -> Result<StartPlan, StudyError> {
    let file = PlanFile::from_value(value).map_err(StudyError::UnreadableStart)?;
    Ok(file.resolve_start(problem))
}

/// The variants that `values` are.
///
/// # Errors
/// Everything that is wrong with any of them.
pub fn variants(values: &[Value]) -> Result<Vec<Variant>, StudyError> {
    let (mut variants, mut wrong) = (Vec::new(), Vec::new());
    for (position, value) in values.iter().enumerate() {
        match Variant::from_value(value) {
            Ok(variant) => variants.push(variant),
            Err(findings) => wrong.push((position, findings)),
        }
    }
    if wrong.is_empty() { Ok(variants) } else { Err(StudyError::Variants(wrong)) }
}
