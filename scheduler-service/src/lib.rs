//! The scheduler as a command and as a booking service.
//!
//! [`cli`] is the command line, [`office`] the domain of the booking service, [`store`] its
//! database. Over HTTP, [`router`] is the table of contents, [`routes`] has a file for each group of
//! paths, [`problem`] says how requests fail, and [`app`] is what all of them share.

pub mod app;
pub mod auth;
pub mod body;
pub mod cli;
pub mod config;
pub mod connections;
pub mod document;
pub mod jobs;
pub mod limits;
pub mod observe;
pub mod office;
pub mod pool;
pub mod problem;
pub mod router;
pub mod routes;
pub mod store;
