//! The figures of a case by simulation: the event loop of the day, or the weeks of booking.
//!
//! Each case becomes a day (a queue in equilibrium a long one, of which the beginning is not
//! counted), which is repeated in batches until each figure is as precise as [`Effort`] asks.

mod batches;
mod clock;
mod lead_time;
mod long_day;
mod office;
mod office_days;
mod optimum;
mod queue;
mod slots;
mod staffing;

pub use batches::Effort;

use super::{Case, SimulatedFigures, Unanswered};

/// What a simulation of one group gives.
type Answer = Result<SimulatedFigures, Unanswered>;

/// Simulates `case`. There may be more figures than the case expects.
///
/// # Errors
/// Such cases cannot be simulated, or not with these parameters; those that are not known are named.
pub fn figures(case: &Case, effort: Effort) -> Answer {
    case.params.forget();
    let figures = of_group(case, effort)?;
    case.params.refuse_unread()?;
    Ok(figures)
}

fn of_group(case: &Case, effort: Effort) -> Answer {
    match case.group.as_str() {
        "queue" => queue::figures(case, effort),
        "appointments" => office::session(case, effort),
        "appointment-optimum" => optimum::figures(case, effort),
        "overbooking" | "walk-ins" => slots::figures(case, effort),
        "finite-day" => office::day(case, effort),
        "lead-time" => lead_time::figures(case, effort),
        "staffing" => staffing::figures(case, effort),
        "reference-simulation" => staffing::reference(case, effort),
        group => Err(Unanswered::Unsupported(format!("group {group:?}"))),
    }
}

/// A model that cannot be built or run refuses the case.
fn refused(error: impl std::fmt::Display) -> Unanswered {
    Unanswered::Refused(error.to_string())
}
