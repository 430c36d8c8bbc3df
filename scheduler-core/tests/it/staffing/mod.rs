//! Least staff.

mod day_shifts;
mod shift_design;
