//! What people read of a plan: a [`summary`] as data and as text, and a [`gantt`] chart of a day.
//!
//! Everything here is a pure function of a problem, a plan that was made for it, and the shadow
//! prices of its bound. Indices of a plan that do not belong to the problem are a caller's error;
//! [`crate::check`] finds them.

pub mod charts;
pub mod gantt;
mod language;
pub mod simulation;
mod summary;
mod svg;
mod table;
mod text;
mod words;

pub use language::Language;
pub use summary::{
    Figures, FlexibleDemand, Limit, QuotaFigures, Scarce, ServiceFigures, SiteDayFigures,
    SiteFigures, Summary, Usage, summary,
};
