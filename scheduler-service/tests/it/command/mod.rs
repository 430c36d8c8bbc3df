//! The command as a user meets it: exit codes, streams, files.

mod backup;
mod bad_input;
mod chart;
mod check;
mod compare;
mod files;
mod learn;
mod learn_book;
mod office;
mod opening;
mod plan;
mod serve;
mod simulate;
mod staff;
mod staff_for_plan;
mod tables;
mod validate;
mod work;
