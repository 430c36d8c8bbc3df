//! Offices in operation.

mod booking;
mod day;
mod ledger;
mod run;
mod statistics;
