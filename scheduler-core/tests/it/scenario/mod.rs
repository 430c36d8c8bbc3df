//! Files of scenarios and plans, and every finding about them.

mod definition;
mod files;
mod findings;
mod operations;
mod plan_file;
mod problem;
mod reference;
mod release;
