//! How long and by which rules to simulate.

use super::booking::BookingBy;
use super::run::SimulateError;
use crate::problem::Problem;

/// How to simulate.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SimulationOptions {
    /// Seed of all random numbers. Two scenarios with the same seed meet the same customers, as far
    /// as the scenarios agree on them.
    pub seed: u64,
    /// When to stop.
    pub until: Until,
    /// Weeks of one replication whose days are simulated and measured, at least 1.
    pub weeks: u32,
    /// Weeks of booking before them that fill the calendar and are not measured. `None`: two more
    /// than the horizon of booking, and where demand and slots are nearly equal as many as lead
    /// times take to settle; none where the scenario brings its own book of appointments.
    pub warm_up_weeks: Option<u32>,
    /// What people who ask for an appointment are offered.
    pub booking_by: BookingBy,
    /// Who is ill on which dates: the plan stands, with the appointments of whoever is ill, and the
    /// days are run without them.
    pub absent: Vec<Absence>,
    /// Threads to use, at most four for each that the machine runs at a time; `None` for as many as
    /// it does. The result is the same.
    pub threads: Option<usize>,
}

/// A clerk who does not come on a date on which the plan counts on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Absence {
    /// Index of the clerk in the problem.
    pub clerk: usize,
    /// Index of the date in the problem.
    pub day: usize,
}

/// When a simulation stops.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Until {
    /// After so many replications, at least 1.
    Replications(u64),
    /// When the 95 % interval of each headline figure of all sites together is at most `relative`
    /// times its value to each side, or after `most` replications.
    Precision {
        /// 0.02 for 2 %.
        relative: f64,
        /// Most replications.
        most: u64,
    },
}

impl Default for SimulationOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            until: Until::Precision { relative: 0.02, most: 10_000 },
            weeks: 13,
            warm_up_weeks: None,
            booking_by: BookingBy::default(),
            absent: Vec::new(),
            threads: None,
        }
    }
}

/// Most replications that `options` allow, where they make sense for `problem`.
pub(super) fn check(problem: &Problem, options: &SimulationOptions) -> Result<u64, SimulateError> {
    const MOST_WEEKS: u32 = 520;
    let refuse =
        |option, value: String, expected| Err(SimulateError::Option { option, value, expected });
    if !(1..=MOST_WEEKS).contains(&options.weeks) {
        return refuse("weeks", options.weeks.to_string(), "1 to 520");
    }
    if let Some(weeks) = options.warm_up_weeks.filter(|&weeks| weeks > MOST_WEEKS) {
        return refuse("warm-up weeks", weeks.to_string(), "0 to 520");
    }
    let (clerks, dates) = (problem.clerks.len(), problem.dates.len());
    for &Absence { clerk, day } in &options.absent {
        if clerk >= clerks || day >= dates {
            let value = format!("clerk {clerk} on date {day}");
            return refuse("absent", value, "a clerk and a date of the scenario");
        }
    }
    let (relative, most) = match options.until {
        Until::Replications(count) => (1.0, count),
        Until::Precision { relative, most } => (relative, most),
    };
    if !(relative > 0.0 && relative <= 1.0) {
        return refuse("precision", relative.to_string(), "above 0 and at most 1");
    }
    if !(1..=10_000_000).contains(&most) {
        return refuse("replications", most.to_string(), "1 to 10,000,000");
    }
    Ok(most)
}
