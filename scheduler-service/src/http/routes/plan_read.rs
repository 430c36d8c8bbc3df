//! Plans in bodies: read by the library, with what it finds as violations.

use scheduler_core::problem::{Plan, Problem};
use scheduler_core::scenario::{Finding, PlanFile, Severity};
use serde_json::Value;

use crate::http::problem::{self, Answer, HttpError, Violation};

/// The plan of `problem` that `value`, which is at `at` in the body, is.
///
/// # Errors
/// 400 where it cannot be read, 422 where it does not fit; with everything that was found.
pub fn read(value: &Value, problem: &Problem, at: &str) -> Answer<Plan> {
    let violation = |found: &Finding| {
        Violation::new(format!("{at}{}", found.pointer), found.code, &found.message)
    };
    let file = PlanFile::from_value(value).map_err(|findings| {
        HttpError::violations(problem::MALFORMED, findings.iter().map(violation).collect())
    })?;
    let (plan, findings) = file.resolve(problem);
    let errors = findings.iter().filter(|found| found.severity == Severity::Error);
    let violations: Vec<Violation> = errors.map(violation).collect();
    if violations.is_empty() {
        return Ok(plan);
    }
    Err(HttpError::violations(problem::INVALID_PLAN, violations))
}
