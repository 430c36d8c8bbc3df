//! Several processes on one database, and processes that are killed.
//!
//! The processes are this test program itself, started again with the test `child`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[path = "../support/mod.rs"]
mod support;

mod child;
mod contention;
mod jobs;
mod kill;
mod ledgers;
