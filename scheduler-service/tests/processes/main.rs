//! Several processes on one database, and processes that are killed.
//!
//! The processes are this test program itself, started again with the test `child`.

#[path = "../support/mod.rs"]
mod support;

mod child;
mod contention;
mod kill;
mod ledgers;
