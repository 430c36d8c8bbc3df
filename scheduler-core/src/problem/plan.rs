//! A plan in terms of a problem's indices.

use crate::time::Window;

/// Which slots to publish when, who serves them where, and how good that is.
///
/// `usize` fields are indices into the vectors of the [`Problem`](super::Problem) that it was made
/// for; windows are steps of the day.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Slots, in order of site, day, start and clerk.
    pub slots: Vec<Slot>,
    /// Walk-in blocks, in the same order.
    pub walk_in_blocks: Vec<WalkInBlock>,
    /// Breaks, in order of day, start and clerk.
    pub breaks: Vec<BreakTaken>,
    /// Expected served minutes, weighted by value.
    pub objective: f64,
    /// No plan for the same problem has a larger objective.
    pub upper_bound: f64,
    /// Time that planning took.
    pub seconds: f64,
    /// What made it: `"search"` or `"exact"`.
    pub engine: String,
    /// Seed of the search.
    pub seed: u64,
}

impl Plan {
    /// (upper bound − objective) / upper bound; 0 where the bound is 0.
    pub fn gap(&self) -> f64 {
        if self.upper_bound > 0.0 {
            (self.upper_bound - self.objective) / self.upper_bound
        } else {
            0.0
        }
    }
}

/// An appointment slot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slot {
    /// What for.
    pub service: usize,
    /// Where.
    pub site: usize,
    /// Index into the dates.
    pub day: usize,
    /// From its first step to the first after.
    pub window: Window,
    /// Who serves it.
    pub clerk: usize,
    /// In which room.
    pub room: usize,
    /// The scenario's demand entry that it is given to.
    pub demand: Option<usize>,
    /// The promise that it keeps.
    pub promise: Option<usize>,
}

/// Time of a clerk at a counter for people without an appointment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalkInBlock {
    /// Where.
    pub site: usize,
    /// Index into the dates.
    pub day: usize,
    /// From its first step to the first after.
    pub window: Window,
    /// Who.
    pub clerk: usize,
    /// In which room.
    pub room: usize,
}

/// A clerk's break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakTaken {
    /// Who.
    pub clerk: usize,
    /// Index into the dates.
    pub day: usize,
    /// From its first step to the first after.
    pub window: Window,
}
