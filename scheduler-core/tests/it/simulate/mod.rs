//! Offices in operation.

mod day;
mod ledger;
mod run;
mod statistics;
mod booking;
