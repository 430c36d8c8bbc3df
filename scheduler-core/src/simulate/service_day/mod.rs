//! The event loop of one day at the counters.
//!
//! At one instant events are taken in this order: departures, ends of breaks and shifts, starts of
//! shifts and breaks, appointments arriving, walk-ins arriving, and last whoever loses patience.
//!
//! A clerk whose shift or break is due serves the customer first. Everybody inside is served: the
//! clerks who are the last to be able to serve a queue stay until nobody of it waits, and serve
//! appointments who come later still. A walk-in who comes after that leaves.

mod arrivals;
mod calls;
mod clock;
mod duty;
mod lines;
mod observer;
mod prepared;
mod run;
mod scratch;
mod sets;
mod stations;

pub use observer::{Leaver, Left, Missed, Observer, Visit};
pub use prepared::{PreparedDay, Today};
pub use run::run_day;
pub use scratch::Scratch;

use super::model::Millis;

/// What a day comes to as a whole. Lengths in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayEnd {
    /// When the last customer left; 0 if nobody was served.
    pub last_departure: Millis,
    /// From closing to the last departure.
    pub overtime: Millis,
    /// Work beyond the ends of shifts, of all clerks together.
    pub worked_over: u64,
    /// Service of all clerks together.
    pub busy: u64,
    /// Shifts of all clerks who came, together.
    pub staffed: u64,
    /// Breaks taken, of all clerks together.
    pub paused: u64,
    /// Time in which a clerk stood idle for somebody who did not come, at most a mean service long.
    pub idle_for_missed: u64,
    /// The number of people waiting, integrated over the day: all waits together, of those who were
    /// served and of those who left.
    pub waited: u64,
    /// The most people who waited at the same time.
    pub most_waiting: u32,
}

impl DayEnd {
    /// Time in which clerks were there without serving.
    pub fn idle(&self) -> u64 {
        (self.staffed + self.worked_over).saturating_sub(self.busy + self.paused)
    }
}
