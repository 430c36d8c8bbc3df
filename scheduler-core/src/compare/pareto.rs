//! What nothing else beats.
//!
//! Three things count: the cost of a week, the mean wait of all customers, and the days to the next
//! free slot. A scenario is off the front where another is better in one of them and the same or
//! better in the others, each beyond doubt: dominance counts only where the interval of the
//! difference lies beyond what another plan of the same quality would change, as for
//! [`Comparison::spread`](super::Comparison::spread). What cannot be told apart stays.
//!
//! ```
//! use scheduler_core::compare::pareto::{OBJECTIVES, Objective};
//!
//! assert_eq!(OBJECTIVES, [Objective::Cost, Objective::Wait, Objective::Lead]);
//! ```

use super::spread::{judged, largest};
use crate::simulate::model::Channel;
use crate::simulate::result::{Better, KpiId, Run};
use crate::simulate::statistics::{Estimate, Sample, Verdict, difference, ratio};

/// The things that count, in order.
pub const OBJECTIVES: [Objective; 3] = [Objective::Cost, Objective::Wait, Objective::Lead];

/// Something of which less is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// Cost of clerks and sites a week.
    Cost,
    /// Mean wait of all customers served, with an appointment or without, in minutes.
    Wait,
    /// Days to the next free slot.
    Lead,
}

impl Objective {
    /// What it is in `run`; `None` where nothing was counted.
    pub fn of(self, run: &Run) -> Option<Estimate> {
        ratio(self.samples(run))
    }

    fn samples(self, run: &Run) -> impl Iterator<Item = Sample> + Clone {
        let ids: &[KpiId] = match self {
            Self::Cost => &[KpiId::CostPerWeek],
            Self::Wait => {
                &[KpiId::WaitMean(Channel::Appointment), KpiId::WaitMean(Channel::WalkIn)]
            }
            Self::Lead => &[KpiId::LeadNextFree],
        };
        let positions: Vec<usize> = ids.iter().filter_map(|&id| run.position(id, None)).collect();
        run.samples.iter().map(move |replication| {
            positions.iter().fold(Sample::default(), |sum, &position| Sample {
                num: sum.num + replication[position].num,
                den: sum.den + replication[position].den,
            })
        })
    }
}

/// For each of `runs`, which have the same seed, whether it is on the front. The first is the base;
/// `others` are runs of it with other plans of the same quality.
///
/// The intervals hold for all pairs and objectives together with 95 % (Bonferroni).
pub fn front(runs: &[&Run], others: &[Run]) -> Vec<bool> {
    let spreads = OBJECTIVES.map(|objective| {
        let base = runs.first()?;
        let from_base = |other| difference(objective.samples(base), objective.samples(other));
        largest(others.iter().map(from_base))
    });
    let pairs = runs.len() * runs.len().saturating_sub(1) / 2;
    let intervals = (pairs * OBJECTIVES.len()).max(1);
    let confidence = 1.0 - (1.0 - Estimate::CONFIDENCE) / intervals as f64;
    let is_beaten =
        |run: &Run| runs.iter().any(|other| dominates(other, run, &spreads, confidence));
    runs.iter().map(|run| !is_beaten(run)).collect()
}

/// Whether `run` is better than `other` in one objective and at least the same in all; `spreads` is
/// what another plan changes in each.
fn dominates(run: &Run, other: &Run, spreads: &[Option<f64>; 3], confidence: f64) -> bool {
    let mut is_better = false;
    for (objective, &spread) in OBJECTIVES.into_iter().zip(spreads) {
        let samples = (objective.samples(other), objective.samples(run));
        // What was counted on neither side is the same.
        let Some(difference) = difference(samples.0, samples.1) else {
            if objective.of(run).is_some() || objective.of(other).is_some() {
                return false;
            }
            continue;
        };
        match judged(&difference.at(confidence), spread, Some(Better::Lower)) {
            Verdict::Better => is_better = true,
            Verdict::Same => {}
            _ => return false,
        }
    }
    is_better
}
