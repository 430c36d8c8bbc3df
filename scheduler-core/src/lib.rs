//! Plans appointment slots for offices: which slots of which service to publish when, with a clerk
//! and a room for each, walk-in capacity kept, breaks placed, and a proof of how good the plan is.
//!
//! A [`scenario::Scenario`] is what a planner writes. [`problem::Problem`] is the same thing
//! validated, every reference resolved. [`plan::plan`] finds a [`problem::Plan`] for it together
//! with an upper bound on any plan, and [`check`] judges a plan independently of the search.

pub mod analytic;
pub mod check;
pub mod compare;
pub mod json;
pub mod ledger;
pub mod monitor;
pub mod plan;
pub mod prelude;
pub mod problem;
pub mod report;
pub mod scenario;
pub mod simulate;
pub mod staffing;
mod threads;
pub mod time;
pub mod waitlist;

/// The dates and instants in this library's functions are of this version of chrono.
pub use chrono;

/// Compiles the examples of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
