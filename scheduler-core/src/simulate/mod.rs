//! Simulation of offices: the day at the counters, and the weeks in which its book fills.

pub mod day;
mod key;
pub mod model;
pub mod office;
pub mod random;
pub mod result;
pub mod run;
pub mod sample;
pub mod statistics;
pub mod tally;
pub mod weeks;
