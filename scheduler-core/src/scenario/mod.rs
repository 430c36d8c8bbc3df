//! The file formats: scenarios in, plans out, and findings about both.
//!
//! [`Scenario::from_json`] reads a file and reports everything about it at once;
//! [`codes`] lists what can be found.

pub mod codes;
mod finding;
mod format;
mod json;
mod place;
mod plan_file;
mod read;
mod read_scenario;
pub(crate) mod rules;
mod values;

pub use finding::{Finding, Findings, Severity};
pub use format::{
    Appointment, Break, Demand, Horizon, Opening, PoolSpan, Room, Scenario, Service, Shift, Site,
    Staff, WalkInQuota,
};
pub use json::ReadOptions;
pub use plan_file::{BreakRecord, PlanFile, PlanSchema, SlotRecord, WalkInRecord};
pub use values::Weekday;

pub(crate) use codes::Code;
pub(crate) use finding::Collector;
pub(crate) use place::quote;
