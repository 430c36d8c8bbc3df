//! When a figure is known well enough: looks at a growing number of replications, with a level that
//! is shared out among them.

use crate::simulate::statistics::{Estimate, Sample, ratio};
use crate::words;

use super::goal::Goal;

words! {
    /// What is known of a target.
    pub enum Standing as "TargetStanding": "a standing" {
        /// It is reached, as sure as was asked.
        Reached = "reached",
        /// It is missed, as sure.
        Missed = "missed",
        /// Neither is sure.
        Open = "open",
    }
}

/// Replications at the first look; each look has twice as many.
const FIRST_LOOK: u64 = 20;

/// The looks at one roster, and the level of each.
///
/// The `attempt`-th roster that is put to the test on random numbers of its own has the share
/// 6 / (π · attempt)² of the level, which add up to 1, and each of its looks an equal part of that.
/// So whatever is tested how often, the chance that any roster passes that misses a target is at most
/// the level (Bonferroni; a roster passes only if it reaches all targets, so one that misses one must
/// pass the test of that one).
#[derive(Debug, Clone, Copy)]
pub struct Looks {
    attempt: u32,
    looks: u32,
}

impl Looks {
    /// The looks of the `attempt`-th test, 1 the first, at no more than `most` replications.
    pub fn new(attempt: u32, most: u64) -> Self {
        let mut looks = 1;
        while FIRST_LOOK << looks <= most && looks < 20 {
            looks += 1;
        }
        Self { attempt: attempt.max(1), looks }
    }

    /// Replications at each look, in order.
    pub fn replications(self) -> impl Iterator<Item = u64> {
        (0..self.looks).map(|look| FIRST_LOOK << look)
    }

    /// What the share of `level` at each look is.
    pub fn level(self, level: f64) -> f64 {
        let attempt = f64::from(self.attempt) * std::f64::consts::PI;
        level * 6.0 / (attempt * attempt) / f64::from(self.looks)
    }

    /// What `samples`, those of all replications at a look, say of `goal`.
    pub fn standing(self, goal: &Goal, samples: &[Sample]) -> Standing {
        let level = self.level(1.0 - goal.confidence);
        standing(goal, samples, level)
    }
}

/// What `samples` say of `goal`, wrong with at most the probability `level` on either side.
pub fn standing(goal: &Goal, samples: &[Sample], level: f64) -> Standing {
    let Some(estimate) = estimate(samples) else {
        // Nobody came whom it is about: nobody had to wait.
        return Standing::Reached;
    };
    // Two-sided with twice the level has the level on each side.
    let half_width = estimate.at(1.0 - 2.0 * level).half_width;
    let (low, high) = (estimate.value - half_width, estimate.value + half_width);
    let (reached, missed) = if goal.at_least() {
        (low >= goal.bound, high < goal.bound)
    } else {
        (high <= goal.bound, low > goal.bound)
    };
    match (reached, missed) {
        (true, _) => Standing::Reached,
        (_, true) => Standing::Missed,
        _ => Standing::Open,
    }
}

/// The figure that `samples` make.
pub(super) fn estimate(samples: &[Sample]) -> Option<Estimate> {
    ratio(samples.iter().copied())
}
