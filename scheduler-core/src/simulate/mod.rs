//! Simulation of offices: the day at the counters, and the weeks in which its book fills.

pub mod day;
pub mod model;
pub mod random;
pub mod result;
pub mod run;
pub mod sample;
pub mod statistics;
pub mod tally;
