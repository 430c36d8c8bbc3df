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
    /// Who sits where from when to when, in order of day, clerk and start.
    pub stays: Vec<Stay>,
    /// Expected served minutes, weighted by value, less what has a price ([`super::Weights`]); no
    /// number where a file does not say.
    pub objective: f64,
    /// No plan for the same problem has a larger objective; infinite where none is known.
    pub upper_bound: f64,
    /// Time that planning took.
    pub seconds: f64,
    /// What made it: `"search"`, `"exact"` or `"hand"`.
    pub engine: String,
    /// Seed of the search.
    pub seed: u64,
    /// The work that it does: value and minutes of its promises, and of its slots as they will
    /// be used ([`Problem::work`](super::Problem::work)).
    pub work: f64,
}

impl Plan {
    /// What could still be gained, against the work that the plan does:
    /// (upper bound − objective) / max(1, work).
    pub fn gap(&self) -> f64 {
        (self.upper_bound - self.objective) / self.work.max(1.0)
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
    /// In which room; `None` where the service needs none.
    pub room: Option<usize>,
    /// The scenario's demand entry that it is given to.
    pub demand: Option<usize>,
    /// The promise that it keeps.
    pub promise: Option<usize>,
    /// Whether a plan that starts from this one keeps it exactly.
    pub pinned: bool,
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
    /// Whether a plan that starts from this one keeps it exactly.
    pub pinned: bool,
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
    /// Whether a plan that starts from this one keeps it exactly.
    pub pinned: bool,
}

/// A clerk at a counter, from the start of the first task there to the end of the last.
///
/// Of the tasks with a room (slots, promises, walk-in blocks) of one clerk within one shift, in
/// order, two neighbours belong to the same stay if they are in the same room and no other clerk's
/// task in that room overlaps the time between them. A break, a slot without a room or nothing may
/// lie inside a stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay {
    /// Who.
    pub clerk: usize,
    /// Index into the dates.
    pub day: usize,
    /// Index into [`Problem::shifts`](super::Problem::shifts).
    pub shift: usize,
    /// Where.
    pub room: usize,
    /// From the first task to the last.
    pub window: Window,
    /// Whether a plan that starts from this one keeps the room for the clerk throughout: nobody
    /// else is there then, nor the clerk in another room.
    pub pinned: bool,
}
