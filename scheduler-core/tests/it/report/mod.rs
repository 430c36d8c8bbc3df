//! What people and programs read.

mod plan;
mod roster;
mod simulation;
