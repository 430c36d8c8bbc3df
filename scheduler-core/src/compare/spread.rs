//! How far plans of the same quality lie apart.
//!
//! Each scenario has a plan of its own, found by a search that chance steers. Another seed gives
//! another plan, of which the planner thinks as highly, and with which waits and lead times are not
//! quite the same. No interval of a simulation shows that: all replications have the one plan. So
//! the base is planned some times more, and simulated on the same random numbers with each plan. A
//! difference between a variant and the base counts only where its interval lies beyond what
//! separates those plans; else another plan might account for it.
//!
//! The largest difference between any two of n plans is an estimate with few degrees of freedom:
//! for n = 4 and normal figures a fifth plan is no further from the first in four of five cases, and
//! the interval of the simulation comes on top. So it guards against most mistakes, not all. It is
//! taken from the base for all variants, as planning each of them several times would cost as many
//! times more.

use crate::simulate::result::{Better, Run};
use crate::simulate::statistics::{self, Estimate, Verdict, verdict};

/// Plans of the base beside its own.
pub(super) const OTHERS: usize = 3;

/// For each figure of `base` the largest difference between any two of its run and those of `others`,
/// which have other plans; `None` where there are none, or one counted nothing.
pub(super) fn spread(base: &Run, others: &[Run]) -> Vec<Option<f64>> {
    let from_base = |kpi: usize| {
        let change = move |other| statistics::change((base, kpi), (other, kpi));
        others.iter().map(change)
    };
    (0..base.kpis.len()).map(|kpi| largest(from_base(kpi))).collect()
}

/// The largest difference between any two of the base and others, of which each is so far from the
/// base; `None` where there are none, or one is not known.
pub(super) fn largest(from_base: impl Iterator<Item = Option<Estimate>>) -> Option<f64> {
    let differences: Vec<f64> =
        from_base.map(|found| found.map(|found| found.value)).collect::<Option<_>>()?;
    if differences.is_empty() {
        return None;
    }
    // The base itself differs by 0.
    let (least, most) = differences
        .iter()
        .fold((0.0_f64, 0.0_f64), |(least, most), &one| (least.min(one), most.max(one)));
    Some(most - least)
}

/// The verdict on a difference of which another plan might account for `spread`.
pub(super) fn judged(
    difference: &Estimate,
    spread: Option<f64>,
    better: Option<Better>,
) -> Verdict {
    let certain = verdict(difference, better);
    if certain == Verdict::Same {
        return certain;
    }
    let half_width = difference.half_width + spread.unwrap_or(0.0);
    verdict(&Estimate { half_width, ..*difference }, better)
}
