//! The command as a user meets it: exit codes, streams, files.

#![allow(clippy::unwrap_used, reason = "what a test sets up is right or the test fails")]

mod bad_input;
mod check;
mod compare;
mod files;
mod office;
mod plan;
mod serve;
mod simulate;
mod validate;
mod work;
