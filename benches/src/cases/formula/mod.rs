//! The figures of a case by formula: closed forms, Markov chains, convolutions, exact optima.

use super::{Case, Figures, Unanswered};

/// Computes the figures of `case`. There may be more of them than the case expects.
///
/// # Errors
/// There is no formula for such a case, or it refuses the parameters.
pub fn figures(case: &Case) -> Result<Figures, Unanswered> {
    Err(Unanswered::Unsupported(format!("group {:?}", case.group)))
}
