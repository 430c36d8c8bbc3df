//! Least staff.

mod fixed_tasks;
mod for_plan;
