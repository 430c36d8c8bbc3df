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

use crate::simulate::result::Run;
use crate::simulate::statistics;

/// Plans of the base beside its own.
pub(super) const OTHERS: usize = 3;

/// For each figure of `base` the largest difference between any two of its run and those of `others`,
/// which have other plans; `None` where there are none, or one counted nothing.
pub(super) fn spread(base: &Run, others: &[Run]) -> Vec<Option<f64>> {
    let of = |kpi: usize| {
        let from_base = |other: &Run| statistics::change((base, kpi), (other, kpi));
        let differences = others.iter().map(|other| from_base(other).map(|found| found.value));
        let differences: Option<Vec<f64>> = differences.collect();
        let differences = differences.filter(|differences| !differences.is_empty())?;
        // The base itself differs by 0.
        let (least, most) = differences
            .iter()
            .fold((0.0_f64, 0.0_f64), |(least, most), &one| (least.min(one), most.max(one)));
        Some(most - least)
    };
    (0..base.kpis.len()).map(of).collect()
}
