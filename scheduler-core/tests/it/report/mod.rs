//! What people and programs read.

mod plan;
mod simulation;
