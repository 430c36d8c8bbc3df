//! The time grid of a day and half-open windows on it.

use super::Clock;

/// A point of a day's time grid: the wall clock shows `step * grid minutes` after local midnight.
pub type Step = u16;

/// The time grid of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grid {
    minutes: u16,
}

impl Grid {
    /// A grid with a step of `minutes`, 1 to 1440. `None` outside that range.
    pub fn new(minutes: u32) -> Option<Self> {
        let minutes = u16::try_from(minutes).ok()?;
        (1..=1440).contains(&minutes).then_some(Self { minutes })
    }

    /// Length of a step in minutes.
    pub fn minutes(self) -> u32 {
        u32::from(self.minutes)
    }

    /// Number of whole steps in a day.
    pub fn steps_per_day(self) -> Step {
        1440 / self.minutes
    }

    /// The step at `minute` of the day; `None` where that is off the grid.
    pub fn step_at(self, minute: u32) -> Option<Step> {
        let minutes = self.minutes();
        (minute.is_multiple_of(minutes) && minute <= 1440).then(|| (minute / minutes) as Step)
    }

    /// The number of steps that `minutes` fill, rounded up.
    pub fn steps_for(self, minutes: u32) -> Step {
        Step::try_from(minutes.div_ceil(self.minutes())).unwrap_or(Step::MAX)
    }

    /// Minutes after local midnight at `step`.
    pub fn minute_of(self, step: Step) -> u32 {
        u32::from(step) * self.minutes()
    }

    /// `step` as a wall-clock time, `"07:30"`.
    pub fn clock(self, step: Step) -> Clock {
        Clock(self.minute_of(step))
    }
}

/// A half-open stretch `[from, until)` of grid steps of one day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// First step inside.
    pub from: Step,
    /// First step after.
    pub until: Step,
}

impl Window {
    /// `[from, until)`.
    pub fn new(from: Step, until: Step) -> Self {
        Self { from, until }
    }

    /// Number of steps inside; 0 where `until <= from`.
    pub fn steps(self) -> Step {
        self.until.saturating_sub(self.from)
    }

    /// Whether no step is inside.
    pub fn is_empty(self) -> bool {
        self.until <= self.from
    }

    /// Whether `step` is inside.
    pub fn contains(self, step: Step) -> bool {
        self.from <= step && step < self.until
    }

    /// Whether all of `other` is inside.
    pub fn covers(self, other: Self) -> bool {
        self.from <= other.from && other.until <= self.until
    }

    /// The common part, perhaps empty.
    pub fn intersection(self, other: Self) -> Self {
        Self { from: self.from.max(other.from), until: self.until.min(other.until) }
    }

    /// Whether both share a step.
    pub fn overlaps(self, other: Self) -> bool {
        !self.intersection(other).is_empty()
    }
}
