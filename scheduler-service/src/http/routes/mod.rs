//! The paths of the service: each file has the requests and answers of its paths, what the OpenAPI
//! document says of them, and the handlers.

pub mod appointments;
pub mod booking_error;
pub mod check;
pub mod comparisons;
pub mod health;
pub mod holds;
pub mod jobs;
pub mod offers;
pub mod parts;
pub mod plan;
pub mod plan_check;
pub mod plan_view;
pub mod plans;
pub mod problems;
pub mod references;
pub mod repairs;
pub mod scenario;
pub mod scenario_read;
pub mod services;
pub mod shapes;
pub mod simulations;
pub mod sites;
pub mod slots;
pub mod ui;
pub mod workbooks;
pub mod written;
