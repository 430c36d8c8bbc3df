//! How much more than necessary the search asks for.

use super::witness::HALF_HOURS;
use crate::staffing::bound::needs::Needs;

/// What the search asks for beyond what is necessary.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::staffing) struct Pressure {
    /// By site.
    pub(in crate::staffing) slots: Vec<f64>,
    /// By site: square roots of the load of walk-ins that are asked for beyond it.
    pub(in crate::staffing) walk_ins: Vec<f64>,
    /// People more by site, weekday and half-hour: index as that of crowding.
    pub(in crate::staffing) more: Vec<f64>,
}

impl Pressure {
    /// Nothing.
    pub(in crate::staffing) fn none(needs: &Needs) -> Self {
        Self {
            slots: vec![1.0; needs.sites],
            walk_ins: vec![0.0; needs.sites],
            more: vec![0.0; needs.sites * 7 * HALF_HOURS],
        }
    }

    /// The share `share` of the way from `low` to `high`.
    pub(in crate::staffing) fn between(low: &Self, high: &Self, share: f64) -> Self {
        let mix = |a: &[f64], b: &[f64]| -> Vec<f64> {
            a.iter().zip(b).map(|(a, b)| a + share * (b - a)).collect()
        };
        Self {
            slots: mix(&low.slots, &high.slots),
            walk_ins: mix(&low.walk_ins, &high.walk_ins),
            more: mix(&low.more, &high.more),
        }
    }
}
