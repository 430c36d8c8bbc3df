//! The tests of the library: one program, so that what they share is compiled once.
//!
//! A module for each capability; `strategies` makes random scenarios, `tiny` small problems by hand,
//! `unpriced` takes the prices out,
//! `mistakes` reads lists of mistakes in files.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod analytic;
mod check;
mod compare;
mod floors;
mod front;
mod fuzz;
mod ledger;
mod mistakes;
mod offers;
mod plan;
mod report;
mod scenario;
mod simulate;
mod staffing;
mod strategies;
mod time;
mod tiny;
mod unpriced;
mod waitlist;
