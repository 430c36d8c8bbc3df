//! Offices in operation.

mod booking;
mod day;
mod draws;
mod ledger;
pub(crate) mod run;
mod statistics;
