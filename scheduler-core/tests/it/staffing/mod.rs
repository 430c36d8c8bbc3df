//! The least staff of a scenario: answers, bounds, certificates, and how often they are wrong.

mod bounds;
mod certificates;
mod day_shifts;
mod errors;
mod fixed_tasks;
mod for_plan;
mod office;
mod phrases;
mod rosters;
mod shift_design;
mod truth;
