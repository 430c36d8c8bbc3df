//! Least staff: how few people keep what is asked for, with a proof that fewer cannot.
//!
//! [`fixed_tasks`] answers for any tasks at fixed times, [`for_plan`] for the appointments of a plan.

pub mod fixed_tasks;
pub mod for_plan;
