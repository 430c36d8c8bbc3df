//! The booking domain, on both databases.

#[path = "../support/mod.rs"]
mod support;

mod expiry;
mod flow;
mod horizon;
mod idempotency;
mod outage;
mod parallel;
mod replace;
mod reschedule;
