//! Promises to citizens, and the proof that all of them can be kept.
//!
//! A promise fixes site, time and what for. Which clerk and which room keep it stays free until the
//! day: a [`Ledger`] holds one *witness*, an assignment of all promises, walk-in blocks and breaks
//! of a site-day, and changes it when that makes room. So a start is bookable if and only if *some*
//! assignment exists, where systems that pin a clerk turn people away.
//!
//! There are two doors: [`Bookings`] takes and gives ids and instants, and plain data for a store;
//! a [`Ledger`] takes and gives indices of a [`Problem`](crate::problem::Problem), for one site-day.
//!
//! ```
//! use scheduler_core::ledger::{BasketItem, Entry, Ledger, Limits, Visit};
//! use scheduler_core::problem::Problem;
//! use scheduler_core::scenario::Scenario;
//!
//! let scenario = Scenario::from_json(br#"{
//!     "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 5,
//!     "horizon": { "from": "2027-03-01", "until": "2027-03-01" },
//!     "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "09:00" }] }],
//!     "rooms": [{ "id": "r1", "site": "hall", "equipment": [] }],
//!     "services": [{ "id": "passport", "minutes": 30, "extra_person_minutes": 10,
//!         "max_persons": 4, "skills": [], "equipment": [], "value": 1 }],
//!     "staff": [{ "id": "kim", "skills": [],
//!         "shifts": [{ "site": "hall", "from": "08:00", "until": "09:00" }] }]
//! }"#).map_err(|findings| findings.to_string())?;
//! let problem = Problem::new(&scenario).map_err(|findings| findings.to_string())?;
//! let mut ledger = Ledger::new(&problem, 0, &[], Limits::default())?;
//!
//! let basket = [BasketItem { service: 0, persons: 1 }];
//! let visit = Visit::new(&problem, &basket).map_err(|errors| errors[0].to_string())?;
//! let eight = problem.grid.step_at(8 * 60).ok_or("off the grid")?;
//! assert_eq!(ledger.starts(&visit).sure.iter().count(), 7);
//! ledger.insert(Entry::new("a", basket, visit.clone(), eight), Limits::default())?;
//! assert_eq!(ledger.starts(&visit).sure.iter().collect::<Vec<_>>(), [eight + 6]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! **What is proven.** [`Ledger::starts`] sorts starts into sure, open and impossible with bit
//! operations and one bipartite matching for each step. [`Ledger::check`] decides the open ones: by
//! chains of re-assignment, then by an exhaustive search within [`Limits`], which says
//! [`Answer::Unknown`] when they are used up, and never a *yes* without a witness or a *no* without
//! a proof.

mod assignment;
mod bits;
mod bookings;
mod breaks;
mod feasibility;
mod follow;
mod frame;
mod indices;
mod insertion;
pub mod offers;
mod promises;
mod questions;
mod repair;
mod restore;
mod snapshot;
mod state;
mod types;
mod visit;
mod walk_ins;
mod witness;

pub use bookings::{
    Appointment, BookedBlock, BookedBreak, BookingError, Bookings, FreeStart, NoStart, Request,
    RequestFault, RequestedService, RestoredBookings, Search, SearchResult, StoredBookings,
};
pub use follow::{Fate, Followed};
pub use indices::{ClerkIndex, RoomIndex, ShiftIndex};
pub use repair::{Move, RepairOptions, Repaired};
pub use snapshot::{Book, Snapshot};
pub use state::Ledger;
pub use types::{
    Answer, Block, Change, LedgerError, Limits, Refusal, Restored, Seat, Starts, StepSet, Stored,
    StoredBlock, StoredBreak, StoredSeat,
};
pub use visit::{BasketError, BasketItem, Entry, MOST_ITEMS, Visit};
