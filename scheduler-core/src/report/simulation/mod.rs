//! A simulation, and a comparison of several, in figures: as data, text, CSV and charts.
//!
//! Every figure comes with half the width of its 95 % interval and with the name of its
//! [definition](DEFINITIONS).

mod best;
mod best_text;
mod comparison;
mod comparison_text;
mod csv;
mod definitions;
mod edits;
mod phrases;
mod remarks;
mod report;
mod sweep;
mod text;
mod trace;
mod words;

pub use best::{BestReport, Candidate, best_report};
pub use comparison::{ComparisonReport, VariantFigure, VariantReport, comparison_report};
pub use definitions::{DEFINITIONS, Definition};
pub use report::{
    AbsentClerk, Figure, HalfHourFigure, LeadFigure, Measured, RepeatFigures, SanityFigures,
    SimulationReport, simulation_report,
};
pub use sweep::{KnobReport, SweepReport, sweep_report};
pub use trace::trace;
