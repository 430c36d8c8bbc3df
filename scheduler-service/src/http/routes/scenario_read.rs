//! Scenarios in bodies: read by the library, with what it finds as violations.

use scheduler_core::problem::Problem;
use scheduler_core::scenario::{Findings, Scenario, Severity};
use serde_json::Value;

use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::studies::error::is_malformed;

/// The scenario that `value`, which is at `at` in the body, is.
///
/// # Errors
/// 400 where it cannot be read, 422 where it makes no sense; with everything that was found.
pub fn read(value: &Value, at: &str) -> Answer<Scenario> {
    let bytes = serde_json::to_vec(value).map_err(|error| HttpError::internal(&error))?;
    Scenario::from_json(&bytes).map_err(|findings| refused(&findings, at))
}

/// The validated form of `scenario`, which is at `at` in the body.
///
/// # Errors
/// 422 with everything that was found.
pub fn problem(scenario: &Scenario, at: &str) -> Answer<Problem> {
    Problem::new(scenario).map_err(|findings| refused(&findings, at))
}

/// The answer to a scenario, at `at` in the body, with errors.
pub fn refused(findings: &Findings, at: &str) -> HttpError {
    let errors = findings.iter().filter(|found| found.severity == Severity::Error);
    let violations = errors
        .map(|found| Violation::new(format!("{at}{}", found.pointer), found.code, &found.message))
        .collect();
    HttpError::violations(code_of(findings), violations)
}

/// Whether a scenario with these findings cannot be read, or makes no sense.
pub fn code_of(findings: &Findings) -> problem::Code {
    if is_malformed(findings) { problem::MALFORMED } else { problem::INVALID_SCENARIO }
}
