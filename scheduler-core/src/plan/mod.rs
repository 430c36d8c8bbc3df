//! Slot allocation: finds a plan and proves how good it is.

#[cfg(feature = "exact")]
mod exact;
mod extract_plan;
pub mod infeasibility;
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
mod worth;

pub use crate::monitor::{Monitor, WallClock};
#[cfg(feature = "exact")]
pub use exact::plan_exact;
pub use options::{Budget, Conflict, Options, Outcome, PlanError, Prices, RoomPrice, Stop};
pub use planner::{Cancel, Planner};
pub use run::plan;
