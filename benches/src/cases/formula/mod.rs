//! The figures of a case by formula: closed forms, Markov chains, convolutions, exact optima.

mod days;
mod lead_time;
mod queue;
mod spacing;
mod staffing;

use scheduler_core::analytic::AnalyticError;

use super::{Case, Figures, Unanswered};

/// What a computation of one group gives.
type Answer = Result<Figures, Unanswered>;

/// Computes the figures of `case`. There may be more of them than the case expects.
///
/// # Errors
/// There is no formula for such a case, or it refuses the parameters or does not know some of them.
pub fn figures(case: &Case) -> Answer {
    case.params.forget();
    let figures = of_group(case)?;
    case.params.refuse_unread()?;
    Ok(figures)
}

fn of_group(case: &Case) -> Answer {
    match case.group.as_str() {
        "queue" => queue::figures(case),
        "staffing" => staffing::figures(case),
        "appointments" => days::session(case),
        "finite-day" => days::day(case),
        "reference-simulation" => days::reference(case),
        "appointment-optimum" => spacing::figures(case),
        "overbooking" | "walk-ins" => spacing::unit_slots(case),
        "lead-time" => lead_time::figures(case),
        group => Err(Unanswered::Unsupported(format!("group {group:?}"))),
    }
}

impl From<AnalyticError> for Unanswered {
    fn from(error: AnalyticError) -> Self {
        Self::Refused(error.to_string())
    }
}

/// Figures by name, from a list.
fn named<const N: usize>(figures: [(&str, f64); N]) -> Figures {
    figures.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The last part of a figure's name as a number: 5 of `P_W_gt.5`.
fn argument(name: &str, prefix: &str) -> Option<f64> {
    name.strip_prefix(prefix)?.strip_prefix('.')?.parse().ok()
}
