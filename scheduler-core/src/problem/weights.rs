//! What is no rule but has a price.

use crate::scenario;

/// Prices in expected served minutes, weighted by value: the unit of the objective. 0 switches a
/// price off.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    /// For each shift in which the clerk sits at a counter at all.
    pub seat: f64,
    /// For each further stay of a shift, and for each stay away from the clerk's own counter where
    /// that is at the site.
    pub move_: f64,
    /// For each minute of a slot without a promise: what a clerk's free minute is worth.
    pub free_minute: f64,
    /// For each minute in which all possible pairs of the clerks present at a site are on a break;
    /// fewer pairs cost their share.
    pub break_pair_minute: f64,
    /// For each minute of a clerk, a counter or a stretch of a quota that is asked for and missing.
    pub short_minute: f64,
}

impl Weights {
    /// Nothing but the value of slots counts.
    pub const NONE: Self =
        Self { seat: 0.0, move_: 0.0, free_minute: 0.0, break_pair_minute: 0.0, short_minute: 0.0 };
}

impl Default for Weights {
    fn default() -> Self {
        scenario::Weights::default().into()
    }
}

impl From<scenario::Weights> for Weights {
    fn from(weights: scenario::Weights) -> Self {
        let scenario::Weights { seat, move_, free_minute, break_pair_minute, short_minute } =
            weights;
        Self { seat, move_, free_minute, break_pair_minute, short_minute }
    }
}
