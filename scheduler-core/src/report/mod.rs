//! What people read of a plan: a [`summary`] as data and as text, a [`roster`] of each clerk's days,
//! and a [`gantt`] chart of a day or a week.
//!
//! Everything here is a pure function of a problem, a plan that was made for it, and the shadow
//! prices of its bound. Indices of a plan that do not belong to the problem are a caller's error;
//! [`crate::check`] finds them.
//!
//! ```
//! use scheduler_core::prelude::*;
//! use scheduler_core::report::{Language, summary};
//!
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! let problem = Problem::new(&Scenario::from_json(json.as_bytes())?)?;
//! let outcome = Planner::new(&problem).steps(100).plan()?;
//! let figures = summary(&problem, &outcome.plan, &outcome.prices);
//! let text = figures.to_text(Language::English, true);
//! assert!(text.contains("One counter"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod charts;
mod csv;
mod details;
mod findings;
mod for_plan;
pub mod gantt;
pub mod history;
mod language;
pub mod roster;
mod sheets;
pub mod simulation;
pub mod staffing;
mod start;
mod summary;
mod svg;
mod table;
mod text;
mod utilisation;
mod verdict;
mod words;

pub use findings::german_sentence;
pub use for_plan::{DayFigures, StaffFigures, staff_figures};
pub use language::Language;
pub use sheets::{Sheet, plan_sheets};
pub use start::start_notes;
pub use summary::{
    Figures, FlexibleDemand, Limit, Missing, QuotaFigures, Scarce, ServiceFigures, ShortageFigures,
    SiteDayFigures, SiteFigures, Summary, Usage, WorthFigures, summary,
};
pub use verdict::{ShortFigures, ShortKind, Verdict, verdict};
