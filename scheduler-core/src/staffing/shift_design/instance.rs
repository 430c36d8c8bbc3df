//! What is asked for, and everything that can be wrong with it.

use std::ops::RangeInclusive;

/// Kinds of shift: a range of starts with a range of lengths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftKind {
    /// First and last start, in steps since the beginning of the day.
    pub starts: RangeInclusive<u32>,
    /// Least and greatest length in steps.
    pub lengths: RangeInclusive<u32>,
}

/// What a design costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DesignCosts {
    /// A minute in which one person less is there than required.
    pub under_minute: u64,
    /// A minute in which one person more is there than required.
    pub over_minute: u64,
    /// Each different pair of start and length that is used at all.
    pub shift: u64,
}

/// A problem of shift design: how many people are needed in each step of a horizon that repeats, and
/// which shifts there may be.
///
/// N. Musliu, A. Schaerf and W. Slany, "Local search for shift design", 2004,
/// doi:10.1016/S0377-2217(03)00098-5; L. Di Gaspero and others, "The minimum shift design problem",
/// 2007, doi:10.1007/s10479-007-0221-1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftDesign {
    /// Length of a step, of which a day has a whole number.
    pub step_minutes: u32,
    /// Days of the horizon. A shift of the last runs on into the first.
    pub days: u32,
    /// People needed in each step, from the first of the first day on.
    pub required: Vec<u32>,
    /// The shifts that there may be.
    pub kinds: Vec<ShiftKind>,
    /// What counts.
    pub costs: DesignCosts,
}

/// Something that is wrong with a [`ShiftDesign`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DesignFinding {
    /// Steps do not fill a day.
    #[error("a step of {0} minutes does not divide a day; take a divisor of 1440")]
    Step(u32),
    /// There are no days.
    #[error("there are no days; give at least one")]
    NoDays,
    /// The list of requirements has another length than the horizon.
    #[error("`required` has {found} values, but {days} days of {steps} steps need {needed}")]
    Length {
        /// Its length.
        found: usize,
        /// Days of the horizon.
        days: u32,
        /// Steps of a day.
        steps: u32,
        /// The length that it should have.
        needed: u64,
    },
    /// There are no shifts to choose from.
    #[error("there are no kinds of shift; give at least one")]
    NoKinds,
    /// A range of a kind is empty.
    #[error("kind {kind} (counted from 0) has no {what}; put the smaller number first")]
    Empty {
        /// Which kind.
        kind: usize,
        /// Starts or lengths.
        what: &'static str,
    },
    /// A start is not within the day.
    #[error("kind {kind} (counted from 0) starts at step {start}, but a day has steps 0 to {last}")]
    Start {
        /// Which kind.
        kind: usize,
        /// Its last start.
        start: u32,
        /// The last step of a day.
        last: u32,
    },
    /// A shift has no length, or would meet itself.
    #[error("kind {kind} (counted from 0) has length {length}; lengths are from 1 to {most} steps")]
    ShiftLength {
        /// Which kind.
        kind: usize,
        /// The length.
        length: u32,
        /// Steps of the horizon.
        most: u64,
    },
    /// More than can be solved in memory.
    #[error("{what} {size} is more than {most}; split the horizon or take longer steps")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// How much.
        size: u64,
        /// Most that there may be.
        most: u64,
    },
}

/// Most of each: steps, shifts (pairs times days), people in a step, cost of a unit.
const MOST_STEPS: u64 = 20_000;
const MOST_SHIFTS: u64 = 200_000;
const MOST_PEOPLE: u64 = 100_000;
const MOST_COST: u64 = 1_000_000;
const DAY: u32 = 1440;

impl ShiftDesign {
    /// Everything that is wrong; nothing if it can be solved.
    pub fn findings(&self) -> Vec<DesignFinding> {
        let mut found = Vec::new();
        if self.step_minutes == 0 || !DAY.is_multiple_of(self.step_minutes) {
            found.push(DesignFinding::Step(self.step_minutes));
        }
        if self.days == 0 {
            found.push(DesignFinding::NoDays);
        }
        if self.kinds.is_empty() {
            found.push(DesignFinding::NoKinds);
        }
        let mut limit = |what, size, most| {
            if size > most {
                found.push(DesignFinding::TooLarge { what, size, most });
            }
        };
        let people = self.required.iter().copied().max().unwrap_or(0);
        limit("the number of people", u64::from(people), MOST_PEOPLE);
        limit("the cost of a minute", self.costs.under_minute, MOST_COST);
        limit("the cost of a minute", self.costs.over_minute, MOST_COST);
        limit("the cost of a shift", self.costs.shift, MOST_COST * u64::from(DAY));
        limit("the number of days", u64::from(self.days), MOST_STEPS);
        let size =
            |range: &RangeInclusive<u32>| u64::from(range.end().saturating_sub(*range.start())) + 1;
        let pairs: u64 = self
            .kinds
            .iter()
            .map(|kind| size(&kind.starts).saturating_mul(size(&kind.lengths)))
            .fold(0, u64::saturating_add);
        limit("the number of shifts", pairs.saturating_mul(u64::from(self.days)), MOST_SHIFTS);
        if !found.is_empty() && (self.days == 0 || !DAY.is_multiple_of(self.step_minutes)) {
            return found;
        }
        let steps = DAY / self.step_minutes;
        let needed = u64::from(steps) * u64::from(self.days);
        if needed > MOST_STEPS {
            let what = "the number of steps";
            found.push(DesignFinding::TooLarge { what, size: needed, most: MOST_STEPS });
        }
        if self.required.len() as u64 != needed {
            let (found_length, days) = (self.required.len(), self.days);
            found.push(DesignFinding::Length { found: found_length, days, steps, needed });
        }
        for (index, kind) in self.kinds.iter().enumerate() {
            kind_findings(index, kind, steps, needed, &mut found);
        }
        found
    }
}

fn kind_findings(
    kind: usize,
    of: &ShiftKind,
    steps: u32,
    horizon: u64,
    found: &mut Vec<DesignFinding>,
) {
    if of.starts.is_empty() {
        found.push(DesignFinding::Empty { kind, what: "starts" });
    } else if *of.starts.end() >= steps {
        found.push(DesignFinding::Start { kind, start: *of.starts.end(), last: steps - 1 });
    }
    if of.lengths.is_empty() {
        found.push(DesignFinding::Empty { kind, what: "lengths" });
        return;
    }
    for length in [*of.lengths.start(), *of.lengths.end()] {
        if length == 0 || u64::from(length) > horizon {
            found.push(DesignFinding::ShiftLength { kind, length, most: horizon });
            break;
        }
    }
}
