//! Searches for bookable starts: complete, sound, ranked, and explained where they find nothing.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod answers;
mod laws;
mod office;
mod ranking;
mod release;
#[path = "../strategies/mod.rs"]
mod strategies;
