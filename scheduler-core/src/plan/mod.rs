//! Slot allocation: finds a plan and proves how good it is.

mod clerk_day;
pub mod conflict;
mod day;
mod day_dual;
mod descent;
mod dual;
mod exact;
pub mod kernels;
mod options;
mod pools;
mod publish;
mod rooms;
mod run;
mod search;
mod shared;
mod shortfall;

pub use crate::monitor::{Monitor, WallClock};
pub use exact::plan_exact;
pub use options::{Budget, Conflict, Options, Outcome, PlanError, Prices, RoomPrice, Stop};
pub use run::plan;
