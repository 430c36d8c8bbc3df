//! What a difference means to a planner.

use super::estimate::Estimate;
use crate::simulate::result::Better;
use crate::words;

words! {
    /// What can be said of a scenario against the base, as far as one figure goes.
    pub enum Verdict as "FigureVerdict": "a verdict" {
        /// Better than the base.
        Better = "better",
        /// Worse than the base.
        Worse = "worse",
        /// More than in the base, of which nobody can say whether that is good.
        Higher = "higher",
        /// Less than in the base, of which nobody can say whether that is good.
        Lower = "lower",
        /// The interval of the difference has 0 in it: more replications, or a bigger change, would be
        /// needed to tell.
        NotDistinguishable = "not_distinguishable",
        /// No replication differs at all.
        Same = "same",
    }
}

/// The verdict on `difference`, of a figure of which `better` is better.
pub fn verdict(difference: &Estimate, better: Option<Better>) -> Verdict {
    let Estimate { value, half_width, .. } = *difference;
    if value == 0.0 && half_width == 0.0 {
        return Verdict::Same;
    }
    // Written so that an interval without end, or without a value, tells nothing.
    let told = value.abs() > half_width;
    match (told, better) {
        (false, _) => Verdict::NotDistinguishable,
        (true, Some(Better::Lower)) if value < 0.0 => Verdict::Better,
        (true, Some(Better::Higher)) if value > 0.0 => Verdict::Better,
        (true, Some(_)) => Verdict::Worse,
        (true, None) if value > 0.0 => Verdict::Higher,
        (true, None) => Verdict::Lower,
    }
}
