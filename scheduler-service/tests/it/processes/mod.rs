//! Several processes on one database, and processes that are killed.
//!
//! The processes are this test program itself, started again with the test `child`.

mod child;
mod contention;
mod jobs;
mod kill;
pub(crate) mod ledgers;
mod webhooks;
