//! Simulation of offices: the day at the counters, and the weeks in which its book fills.

pub mod booking;
mod figures;
mod key;
pub mod model;
pub mod office;
mod options;
pub mod random;
mod replication;
pub mod result;
pub mod run;
pub mod sample;
mod sanity;
pub mod service_day;
pub mod statistics;
pub mod tally;
pub mod warnings;

pub use replication::Watch;
