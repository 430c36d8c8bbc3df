//! What people and programs read.

mod findings;
mod plan;
mod roster;
mod simulation;
