//! Slot allocation: finds a plan and proves how good it is.

mod exact;
mod extract_plan;
pub mod infeasibility;
pub mod kernels;
mod lagrangian;
mod lns;
mod milp;
mod options;
mod room_assignment;
mod run;
mod worth;

pub use crate::monitor::{Monitor, WallClock};
pub use exact::plan_exact;
pub use options::{Budget, Conflict, Options, Outcome, PlanError, Prices, RoomPrice, Stop};
pub use run::plan;
