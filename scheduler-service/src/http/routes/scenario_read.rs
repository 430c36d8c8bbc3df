//! What the library finds in scenarios of bodies, as violations.

use scheduler_core::scenario::{Findings, Severity};

use crate::http::problem::{self, HttpError, Violation};
use crate::studies::error::is_malformed;

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
