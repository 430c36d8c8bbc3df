//! Simulation of offices: the day at the counters, and the weeks in which its book fills.
//!
//! ```
//! use scheduler_core::monitor::WallClock;
//! use scheduler_core::plan::{Budget, Options, plan};
//! use scheduler_core::problem::Problem;
//! use scheduler_core::scenario::Scenario;
//! use scheduler_core::simulate::model::Channel;
//! use scheduler_core::simulate::result::KpiId;
//! use scheduler_core::simulate::run::{SimulationOptions, Until, simulate};
//! use scheduler_core::simulate::statistics::estimate;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! let scenario = Scenario::from_json(json.as_bytes())?;
//! let problem = Problem::new(&scenario)?;
//! let planning = Options { budget: Budget::Steps(200), ..Options::default() };
//! let plan = plan(&problem, &planning, &WallClock::start())?.plan;
//! let mut options = SimulationOptions::default();
//! (options.until, options.weeks) = (Until::Replications(20), 2);
//! let run = simulate(&problem, &plan, &options, &WallClock::start())?;
//! let position = run.position(KpiId::WaitMean(Channel::WalkIn), None).ok_or("no such figure")?;
//! let wait = estimate(&run, position).ok_or("nobody walked in")?;
//! println!("walk-ins wait {:.1} ± {:.1} minutes", wait.value, wait.half_width);
//! assert!(wait.value > 0.0);
//! # Ok(())
//! # }
//! ```

pub mod booking;
mod crowd;
mod figures;
mod key;
pub mod model;
pub mod office;
mod options;
pub mod parts;
pub mod random;
mod replication;
pub mod result;
pub mod run;
pub mod sample;
mod sanity;
pub mod service_day;
pub mod statistics;
pub mod tally;
mod waiting;
mod warm_up;
pub mod warnings;

pub use replication::Watch;
