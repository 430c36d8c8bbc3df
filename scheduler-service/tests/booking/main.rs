//! The booking domain, on both databases.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

#[path = "../support/mod.rs"]
mod support;

mod expiry;
mod flow;
mod horizon;
mod idempotency;
mod outage;
mod parallel;
mod release;
mod replace;
mod reschedule;
