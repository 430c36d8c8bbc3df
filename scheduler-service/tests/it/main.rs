//! The tests of the service: one program, so that what they share is compiled once.
//!
//! `store`, `jobs`, `booking` and `processes` run on SQLite and, with
//! `-- --ignored postgres::`, on PostgreSQL, of which they start a server of their own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod booking;
mod calendar;
mod command;
mod drafts;
mod floors;
mod http;
mod jobs;
mod processes;
mod store;
mod support;
mod tables;
