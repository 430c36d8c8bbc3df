//! Least staff on published instances.

pub mod smptsp;
