//! The event loop of one day at the counters.
//!
//! At one instant events are taken in this order: departures, ends of breaks and shifts, starts of
//! shifts and breaks, appointments arriving, walk-ins arriving, and last whoever loses patience.
//!
//! A clerk whose shift or break is due serves the customer first. Everybody inside is served: the
//! clerks who are the last to be able to serve a queue stay until nobody of it waits, and serve
//! appointments who come later still. A walk-in who comes after that leaves.
//!
//! ```
//! use std::sync::Arc;
//! use scheduler_core::simulate::model::{
//!     ArrivalSegment, BreakRule, CallPolicy, Channel, Clerk, CustomerKind, DayModel, Lateness, MINUTE,
//!     QueueSet,
//! };
//! use scheduler_core::simulate::sample::Quantiles;
//! use scheduler_core::simulate::random::Draws;
//! use scheduler_core::simulate::service_day::{PreparedDay, Scratch, run_day};
//! use scheduler_core::simulate::tally::Tally;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let walk_in = CustomerKind {
//! #     channel: Channel::WalkIn,
//! #     service: 0,
//! #     queue: 0,
//! #     entity: 0,
//! #     duration: Arc::new(Quantiles::exponential(f64::from(8 * MINUTE))?),
//! #     patience: None,
//! #     priority: 0,
//! # };
//! # let (opens, closes) = (8 * 60 * MINUTE, 12 * 60 * MINUTE);
//! # let clerk = Clerk { queues: QueueSet::of([0]), shifts: vec![(opens, closes)], ..Clerk::default() };
//! # let model = DayModel {
//! #     opens,
//! #     closes,
//! #     ticket_stop: closes,
//! #     ticket_cap: None,
//! #     waiting_limit: Some(10),
//! #     kinds: vec![walk_in],
//! #     clerks: vec![clerk.clone(), clerk],
//! #     rooms: Vec::new(),
//! #     appointments: Vec::new(),
//! #     walk_ins: vec![ArrivalSegment { from: opens, until: closes, per_hour: 12.0, mix: vec![(0, 1.0)] }],
//! #     lateness: Lateness::default(),
//! #     policy: CallPolicy::FirstCome,
//! #     break_rule: BreakRule::Wait,
//! #     shared_breaks: Vec::new(),
//! # };
//! let day = PreparedDay::new(model)?;
//! let (mut tally, mut scratch) = (Tally::new(1), Scratch::new());
//! let end = run_day(&day, day.as_planned(), Draws::new(1, 0, 0), &mut scratch, &mut tally);
//! let walked = tally.channel(Channel::WalkIn);
//! println!("{} served, {} minutes of overtime", walked.served, end.overtime / MINUTE);
//! assert!(walked.served > 20);
//! # Ok(())
//! # }
//! ```

mod arrivals;
mod calls;
mod clock;
mod duty;
mod given;
mod lines;
mod observer;
mod prepared;
mod run;
mod scratch;
mod sets;
mod stations;

pub use given::{GivenCustomer, run_given};
pub use observer::{Leaver, Left, Missed, Observer, Visit};
pub use prepared::{PreparedDay, Today};
pub use run::run_day;
pub use scratch::Scratch;

use super::model::Millis;

/// What a day comes to as a whole. Lengths in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
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
