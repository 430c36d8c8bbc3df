//! What most programs need: `use scheduler_core::prelude::*;`.
//!
//! ```
//! use scheduler_core::prelude::*;
//!
//! let date = "2027-03-01".parse()?;
//! let (eight, nine) = (Clock::at(8, 0), Clock::at(9, 0));
//! let scenario = Scenario::builder("Europe/Berlin", date, date)
//!     .site(Site::new("hall").open(eight, nine))
//!     .room(Room::new("counter", "hall"))
//!     .service(Service::new("card", 15))
//!     .staff(Staff::new("ada").shift(Shift::new("hall", eight, nine)))
//!     .demand(Demand::new("cards", "card", "hall", 10.0))
//!     .build();
//! let problem = Problem::new(&scenario)?;
//! let outcome = Planner::new(&problem).steps(100).plan()?;
//! assert_eq!(outcome.plan.slots.len(), 4);
//! assert!(check(&problem, &outcome.plan).is_valid());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub use crate::check::check;
pub use crate::compare::{CompareOptions, compare};
pub use crate::ledger::{BasketItem, Entry, Ledger, Limits, Refusal, Stored, Visit};
pub use crate::monitor::{Monitor, WallClock};
pub use crate::plan::{Budget, Cancel, Options, Outcome, PlanError, Planner};
pub use crate::problem::{Plan, Problem};
pub use crate::scenario::{
    Appointment, Break, Demand, Finding, Findings, PlanFile, PoolSpan, Room, Scenario, Service,
    Shift, Site, Staff, Variant, WalkInQuota, Weekday,
};
pub use crate::simulate::run::{SimulationOptions, Until, simulate};
pub use crate::time::{Clock, Zone};
