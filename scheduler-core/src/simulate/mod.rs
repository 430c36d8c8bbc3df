//! Simulation of what a plan means for people.

pub mod statistics;
