//! Queueing formulas and Markov chains: what waits and lead times are, exactly, where a model is
//! simple enough.
//!
//! They stand beside every simulation as a line of sanity, reject hopeless staffing before anything
//! is simulated, and are the oracle of the tests. Times and rates are in units of the caller's
//! choice: minutes and customers a minute, say.
//!
//! | model | where |
//! | --- | --- |
//! | Erlang B and C, M/M/c: distribution of the wait, least staff, square-root rule | [`erlang_b`], [`erlang_c`], [`MultiServer`], [`least_servers`], [`square_root`] |
//! | M/M/c/K, Erlang A (patience), both | [`LimitedQueue`] |
//! | M/G/1, M/D/c, D/M/c | [`SingleServer`], [`deterministic_service`], [`deterministic_arrivals`] |
//! | lead time of bookings, with and without a horizon | [`BookingDays`], [`Backlog`] |
//! | days and appointment sessions, from opening to the last departure | [`OfficeDay`], [`PriorityDay`] |
//! | a queue whose servers change by the clock, period after period | [`ChangingQueue`] |
//! | least staff of the blocks of a day | [`StaffingBlocks`] |
//! | best appointments: into slots, at any distances, overbooked | [`SlottedSession`], [`SpacedSession`], [`UnitSlots`] |
//! | priorities | [`priority_multi_server`], [`priority_single_server`] |
//!
//! ```
//! use scheduler_core::analytic::MultiServer;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // 18 customers an hour, ten minutes each, four counters.
//! let queue = MultiServer::new(18.0 / 60.0, 1.0 / 10.0, 4)?;
//! println!("{:.1} minutes", queue.mean_wait());
//! assert!((queue.utilisation() - 0.75).abs() < 1e-12);
//! # Ok(())
//! # }
//! ```

mod backlog;
mod blocks;
mod day;
mod delay;
mod erlang;
mod error;
mod fourier;
mod lead_time;
mod limited;
mod poisson;
mod priority;
mod single_server;
mod spacing;
mod staffing;

pub use backlog::Backlog;
pub use blocks::{StaffedBlocks, StaffingBlocks};
pub use day::{
    Appointment, ChangingPeriod, ChangingQueue, DayFigures, OfficeDay, Period, PriorityDay,
    PriorityDayFigures, WalkIns,
};
pub use delay::{Delay, deterministic_arrivals, deterministic_service};
pub use erlang::{MultiServer, erlang_b, erlang_c};
pub use error::AnalyticError;
pub use lead_time::{BookingDays, LeadTimes};
pub use limited::{LimitedFigures, LimitedQueue};
pub use priority::{ServiceClass, priority_multi_server, priority_single_server};
pub use single_server::{ServiceMoments, SingleServer};
pub use spacing::{
    GapFigures, OptimalGaps, Schedule, SlotFigures, SlotService, SlotWeights, SlottedSession,
    SpacedSession, UnitSlotCosts, UnitSlotFigures, UnitSlots,
};
pub use staffing::{SquareRoot, Target, least_servers, square_root};
