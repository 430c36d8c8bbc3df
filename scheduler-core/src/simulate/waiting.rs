//! What a waitlist brings, as figures.

use super::booking::WaitlistFigures;
use super::result::Unit;
use super::statistics::{Estimate, Sample, ratio};
use crate::words;

words! {
    /// What is counted of a waitlist.
    pub enum WaitlistMeasure: "a figure of a waitlist" {
        /// People who put themselves on it, a day.
        Joined = "joined",
        /// Starts that were given back, a day; by those who moved to an earlier one, too.
        Freed = "freed",
        /// Share of those starts that somebody of the waitlist took.
        Filled = "filled",
        /// Share of those who had nothing and waited that got a time.
        Found = "found",
        /// Offers made for each that was accepted.
        Offers = "offers",
        /// Share of offers that were declined.
        Declined = "declined",
        /// Share of offers that ended without an answer.
        Unanswered = "unanswered",
        /// Days from asking to accepting, mean over what was accepted.
        Waited = "waited",
        /// Days by which those come earlier who had a later time, mean over them.
        Earlier = "earlier",
    }
}

impl WaitlistMeasure {
    /// What it is measured in.
    pub fn unit(self) -> Unit {
        match self {
            Self::Joined | Self::Freed => Unit::PerDay,
            Self::Filled | Self::Found | Self::Declined | Self::Unanswered => Unit::Share,
            Self::Offers => Unit::People,
            Self::Waited | Self::Earlier => Unit::Days,
        }
    }

    /// What some days of booking contribute.
    fn sample(self, sums: &WaitlistFigures, days: f64) -> Sample {
        let (num, den) = match self {
            Self::Joined => (sums.joined, days),
            Self::Freed => (sums.freed, days),
            Self::Filled => (sums.filled, sums.freed),
            Self::Found => (sums.filled_without, sums.joined_without),
            Self::Offers => (sums.offers, sums.filled),
            Self::Declined => (sums.declined, sums.offers),
            Self::Unanswered => (sums.unanswered, sums.offers),
            Self::Waited => (sums.waited_days, sums.filled),
            Self::Earlier => (sums.earlier_days, sums.filled - sums.filled_without),
        };
        Sample { num, den }
    }

    /// All figures of replications that had these sums over so many days each.
    pub(super) fn all<'a>(
        sums: &(impl Iterator<Item = &'a WaitlistFigures> + Clone),
        days: f64,
    ) -> Vec<(Self, Option<Estimate>)> {
        let one =
            |measure: Self| (measure, ratio(sums.clone().map(|sums| measure.sample(sums, days))));
        Self::ALL.into_iter().map(one).collect()
    }
}
