//! Instance families with seeds, for the benchmarks: the same member is the same scenario on any
//! machine. Offices are modelled on two real ones: services, skills, shifts, breaks, demand by
//! windows of 90 minutes, walk-in quotas.

pub mod baseline;
pub mod book;
pub mod cases;
mod catalogue;
mod family;
mod office;
mod promises;
mod random;
pub mod reference_office;
pub mod staffing;
mod town;
pub mod waitlist;
pub mod wishes;

pub use family::{Family, Member};
