//! A simulation, and a comparison of several, in figures: as data, text, CSV and charts.
//!
//! Every figure comes with half the width of its 95 % interval and with the name of its
//! [definition](DEFINITIONS).
//!
//! ```
//! use scheduler_core::prelude::*;
//! use scheduler_core::report::Language;
//! use scheduler_core::report::simulation::simulation_report;
//!
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! let problem = Problem::new(&Scenario::from_json(json.as_bytes())?)?;
//! let plan = Planner::new(&problem).steps(100).plan()?.plan;
//! let mut options = SimulationOptions::default();
//! (options.until, options.weeks) = (Until::Replications(5), 2);
//! let run = simulate(&problem, &plan, &options, &WallClock::start())?;
//! let report = simulation_report(&problem.name, &run);
//! print!("{}", report.to_text(Language::English, true));
//! assert!(report.to_csv(Language::English).lines().count() > 10);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod best;
mod best_text;
mod comparison;
mod comparison_text;
mod crowds;
mod crowds_text;
mod csv;
mod definitions;
mod edits;
mod phrases;
mod remarks;
mod report;
mod sweep;
mod text;
mod trace;
mod waiting;
mod words;

pub use best::{BestReport, Candidate, best_report};
pub use comparison::{ComparisonReport, VariantFigure, VariantReport, comparison_report};
pub use crowds::{ServiceFigure, TimeFigure};
pub use definitions::{DEFINITIONS, Definition};
pub use report::{
    AbsentClerk, Figure, HalfHourFigure, LeadFigure, Measured, RepeatFigures, SanityFigures,
    SimulationReport, SplitFigure, simulation_report,
};
pub use sweep::{KnobReport, SweepReport, sweep_report};
pub use trace::trace;
pub use waiting::WaitlistFigure;
