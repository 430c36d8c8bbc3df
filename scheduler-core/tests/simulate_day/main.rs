//! A day at the counters: laws that hold on any day, and tables and random numbers that are right.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod judge;
mod laws;
mod numbers;
mod policies;
mod strategy;
