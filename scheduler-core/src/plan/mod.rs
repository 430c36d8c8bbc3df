//! Slot allocation: finds a plan and proves how good it is.
//!
//! ```
//! use scheduler_core::plan::{Budget, Options, WallClock, plan};
//! use scheduler_core::problem::Problem;
//! use scheduler_core::scenario::Scenario;
//!
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! let problem = Problem::new(&Scenario::from_json(json.as_bytes())?)?;
//! let options = Options { budget: Budget::Steps(100), ..Options::default() };
//! let outcome = plan(&problem, &options, &WallClock::start())?;
//! assert!(outcome.plan.objective <= outcome.plan.upper_bound);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#[cfg(feature = "exact")]
mod exact;
mod extract_plan;
pub mod infeasibility;
#[doc(hidden)]
pub mod kernels;
mod lagrangian;
mod lns;
#[cfg(feature = "exact")]
mod milp;
mod network;
mod options;
mod planner;
mod room_assignment;
mod run;
mod start;
mod trim_blocks;
mod worth;

pub use crate::monitor::{Monitor, WallClock};
#[cfg(feature = "exact")]
pub use exact::plan_exact;
pub use options::{
    Budget, Conflict, Options, Outcome, PIN_UNMET, PlanError, Prices, RoomPrice, Started, Stop,
};
pub use planner::{Cancel, Planner};
pub use run::plan;
