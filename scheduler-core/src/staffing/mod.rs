//! Least staff, with a proof.

pub mod day_shifts;
pub mod shift_design;
mod simplex;
