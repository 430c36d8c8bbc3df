//! Least staff on published instances.

pub mod bank;
mod clock;
pub mod shift_design;
pub mod smptsp;

/// What came out.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Name of the instance.
    pub id: String,
    /// Cost of the best that was found, or workers of it, if anything was; it was checked.
    pub value: Option<u64>,
    /// Nothing costs less.
    pub bound: u64,
    /// Seconds of processor time until it ended, where the system tells it, else of the clock.
    pub seconds: f64,
}
