//! Pictures of simulations as SVG that needs nothing but itself: drawn for people who read no
//! statistics, and readable in grey.
//!
//! ```
//! use scheduler_core::prelude::*;
//! use scheduler_core::report::simulation::simulation_report;
//! use scheduler_core::report::{Language, charts};
//!
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! let problem = Problem::new(&Scenario::from_json(json.as_bytes())?)?;
//! let plan = Planner::new(&problem).steps(100).plan()?.plan;
//! let mut options = SimulationOptions::default();
//! (options.until, options.weeks) = (Until::Replications(5), 2);
//! let run = simulate(&problem, &plan, &options, &WallClock::start())?;
//! let report = simulation_report(&problem.name, &run);
//! assert!(charts::simulation(&report, Language::English).starts_with("<svg"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod bars;
mod comparison;
mod heat;
pub(in crate::report) mod learned;
mod lines;
mod page;
mod scale;
mod scatter;
mod simulation;
mod staffing;
mod sweep;

pub use comparison::{best, comparison};
pub use simulation::simulation;
pub use staffing::staffing;
pub use sweep::sweep;
