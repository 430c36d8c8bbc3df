//! The least staff of a scenario: answers, bounds, certificates, and how often they are wrong.

mod bounds;
mod certificates;
mod errors;
mod office;
mod phrases;
mod rosters;
mod truth;
