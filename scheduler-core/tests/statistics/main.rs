//! Estimates and intervals.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(clippy::excessive_precision, reason = "exact values are copied with all digits")]

mod intervals;
mod student;
