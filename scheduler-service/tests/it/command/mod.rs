//! The command as a user meets it: exit codes, streams, files.

mod backup;
mod bad_input;
mod chart;
mod check;
mod compare;
mod files;
mod learn;
mod office;
mod plan;
mod serve;
mod simulate;
mod validate;
mod work;
