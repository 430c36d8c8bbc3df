//! A simulation, and a comparison of several, in figures: as data, text, CSV and charts.
//!
//! Every figure comes with half the width of its 95 % interval and with the name of its
//! [definition](DEFINITIONS).

mod comparison;
mod comparison_text;
mod csv;
mod definitions;
mod phrases;
mod report;
mod text;
mod words;

pub use comparison::{
    Candidate, ComparisonReport, VariantFigure, VariantReport, comparison_report,
};
pub use definitions::{DEFINITIONS, Definition};
pub use report::{
    Figure, HalfHourFigure, LeadFigure, Measured, SanityFigures, SimulationReport,
    simulation_report,
};
