//! The figures of a case by simulation: the event loop of the day, or the weeks of booking.
//!
//! Each case becomes a day (a queue in equilibrium a long one, of which the beginning is not
//! counted), which is repeated in batches until each figure's standard error is at most 0.2 % or
//! sixty million customers have been served.

mod batches;
mod clock;
mod office;
mod optimum;
mod queue;
mod slots;
mod staffing;

use super::{Case, SimulatedFigures, Unanswered};

/// What a simulation of one group gives.
type Answer = Result<SimulatedFigures, Unanswered>;

/// Simulates `case`. There may be more figures than the case expects.
///
/// # Errors
/// Such cases cannot be simulated, or not with these parameters.
pub fn figures(case: &Case) -> Answer {
    match case.group.as_str() {
        "queue" => queue::figures(case),
        "appointments" => office::session(case),
        "appointment-optimum" => optimum::figures(case),
        "overbooking" | "walk-ins" => slots::figures(case),
        "finite-day" => office::day(case),
        "staffing" => staffing::figures(case),
        "reference-simulation" => staffing::reference(case),
        group => Err(Unanswered::Unsupported(format!("group {group:?}"))),
    }
}

/// A model that cannot be built or run refuses the case.
fn refused(error: impl std::fmt::Display) -> Unanswered {
    Unanswered::Refused(error.to_string())
}
