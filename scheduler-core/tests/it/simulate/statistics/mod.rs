//! Estimates and intervals.
#![allow(clippy::excessive_precision, reason = "exact values are copied with all digits")]

mod intervals;
mod student;
