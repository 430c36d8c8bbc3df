//! The scheduler as a command and as a booking service.
//!
//! [`cli`] is the command line and [`studies`] the long work that can be asked for; [`tables`] reads and
//! writes workbooks and CSV, [`calendar`] calendars. With the feature
//! `serve` there is the booking service, too: [`booking`] is its domain, [`store`] its database,
//! [`jobs`] the queue of its studies, and [`http`] what of it speaks HTTP.

#[cfg(feature = "serve")]
pub mod booking;
pub mod calendar;
pub mod cli;
#[cfg(feature = "serve")]
pub mod config;
#[cfg(feature = "serve")]
pub mod drafts;
pub mod history;
#[cfg(feature = "serve")]
pub mod http;
#[cfg(feature = "serve")]
pub mod jobs;
#[cfg(feature = "serve")]
pub mod store;
pub mod studies;
pub mod tables;
pub mod violation;
