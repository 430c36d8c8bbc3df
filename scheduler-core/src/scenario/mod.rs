//! The file formats: scenarios in, plans out, and findings about both.
//!
//! [`Scenario::from_json`] reads a file and reports everything about it at once;
//! [`codes`] lists what can be found.
//!
//! ```
//! use scheduler_core::problem::Problem;
//! use scheduler_core::scenario::Scenario;
//!
//! let file = r#"{
//!   "schema": "scenario/1",
//!   "time_zone": "Europe/Berlin",
//!   "grid_minutes": 5,
//!   "horizon": { "from": "2027-03-01", "until": "2027-03-01" },
//!   "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "12:00" }] }],
//!   "rooms": [{ "id": "counter", "site": "hall", "equipment": [] }],
//!   "services": [{ "id": "card", "minutes": 15, "extra_person_minutes": 5, "max_persons": 4,
//!                  "skills": [], "equipment": [], "value": 1 }],
//!   "staff": [{ "id": "ada", "skills": [],
//!               "shifts": [{ "site": "hall", "from": "08:00", "until": "12:03" }] }]
//! }"#;
//! let mut scenario = Scenario::from_json(file.as_bytes())?;
//! let findings = Problem::new(&scenario).unwrap_err();
//! assert_eq!(
//!     findings.to_string(),
//!     "error[time.off_grid] /staff/0/shifts/0/until: clerk \"ada\": \
//!      12:03 is not on the grid of 5 minutes from midnight; use 12:00 or 12:05"
//! );
//!
//! scenario.staff[0].shifts[0].until = "12:00".parse()?;
//! let problem = Problem::new(&scenario)?;
//! assert_eq!(problem.site_days[0].open[0].steps(), 48);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builder;
pub mod codes;
mod finding;
mod format;
mod json;
mod operations;
mod place;
mod plan_file;
pub(crate) mod recurrence;
pub(crate) mod rules;
mod staffing;
mod values;
pub(crate) mod variant;
pub mod wire;

pub use builder::ScenarioBuilder;
#[cfg(feature = "schema")]
pub use finding::FindingCode;
pub use finding::{Finding, Findings, Severity};
pub use format::{
    Appointment, Break, Cover, Demand, Horizon, NamesByLanguage, Opening, PoolSpan, ReleasePolicy,
    Room, Scenario, Service, Shift, Site, Staff, TimeSpan, Travel, WalkInQuota, Wave, Weights,
};
pub use json::ReadOptions;
pub use operations::{
    BreakRule, CallPolicy, Costs, Lateness, MixShare, NoShow, Online, Operations, OperationsDraw,
    Patience, Requests, ServiceDraw, ServiceTime, Shape, SickCall, SimulatedWaitlist, SiteCost,
    TicketRule, WalkIns,
};
pub use plan_file::{BreakRecord, PlanFile, PlanSchema, SlotRecord, StayRecord, WalkInRecord};
pub use recurrence::Weeks;
pub use staffing::{
    Contract, ExistingStaff, ShiftTemplate, StaffFigure, StaffTarget, Staffing, WalkInCapacity,
};
pub use values::Weekday;
pub use variant::{AddClerks, AddSite, Edit, Suits, Variant, WeightChanges};

pub(crate) use codes::Code;
pub(crate) use finding::Collector;
pub(crate) use place::{nearest, quote};
