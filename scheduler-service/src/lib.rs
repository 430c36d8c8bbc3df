//! The scheduler as a command and as a booking service.
//!
//! [`cli`] is the command line, [`booking`] the domain of the booking service, [`store`] its
//! database, [`jobs`] its long work, and [`http`] what of it speaks HTTP.

pub mod booking;
pub mod cli;
pub mod config;
pub mod http;
pub mod jobs;
pub mod store;
