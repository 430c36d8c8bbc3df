//! The scheduler as a command and as a booking service.
//!
//! [`cli`] is the command line, [`office`] the domain of the booking service, [`store`] its
//! database.

pub mod cli;
pub mod office;
pub mod store;
