//! Slot allocation: finds a plan and proves how good it is.

mod clerk_day;
mod day;
mod dual;
mod options;
mod pools;
mod rooms;
mod run;
mod search;

pub use options::{
    Budget, Conflict, Monitor, Options, Outcome, PlanError, Prices, Progress, RoomPrice, Stop, WallClock,
};
pub use run::plan;
