//! The service over HTTP: a file for each group of paths.

mod addresses;
mod appointments;
mod audit;
mod document;
mod drafts;
mod edited;
mod errors;
mod frontends;
mod harness;
mod holds;
mod imports;
mod jobs;
mod keys;
mod limits;
mod plan;
mod plans;
mod repairs;
mod scenario;
mod service;
mod simulations;
mod size;
mod slots;
mod staffings;
mod ui;
mod waitlist;
mod webhooks;
