//! A day at the counters: laws that hold on any day, and tables and random numbers that are right.

mod judge;
mod laws;
mod numbers;
mod policies;
mod strategy;
