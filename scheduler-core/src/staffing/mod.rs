//! Least staff: how few people keep what is asked for, with a proof that fewer cannot.

pub mod fixed_tasks;
