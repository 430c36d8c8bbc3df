//! What a scenario would be with some things changed, and whether the difference is real.
//!
//! A [`Variant`](crate::scenario::Variant) is a scenario with edits. [`compare()`] plans and
//! simulates a scenario and its variants on the same random numbers, and says for each figure
//! whether a variant is better, worse or cannot be told apart. [`sweep()`] does so for many values
//! of one or two numbers, [`pareto`] finds what nothing else beats in cost, waits and lead times
//! together, and [`best()`] the best of many with as few replications as that takes.
//!
//! **Same random numbers.** Every scenario of a comparison has the same seed, and random numbers
//! belong to what they are for: a clerk, a request or a walk-in that a variant does not touch has
//! the same days in it as in the base. Differences are taken replication by replication, so that
//! luck which both share cancels.
//!
//! **Other plans.** Each variant is planned anew by a heuristic, so that a difference may come from
//! another plan of the same quality rather than from the variant. The base therefore has some plans
//! more, and nothing is better or worse whose interval does not lie beyond what separates those: see
//! [`Comparison::spread`]. That holds for the front and for the best of many, too. A variant that changes nothing has the plan and the run of the base.
//!
//! **Many comparisons.** With k variants, each interval of a difference has the confidence
//! 1 − 0.05 / k, so that for each figure all k hold together with 95 % (Bonferroni).
//!
//! ```
//! use scheduler_core::compare::{CompareOptions, compare};
//! use scheduler_core::monitor::WallClock;
//! use scheduler_core::plan::Budget;
//! use scheduler_core::scenario::{Scenario, Variant};
//! use scheduler_core::simulate::run::Until;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! let scenario = Scenario::from_json(json.as_bytes())?;
//! let variant = Variant::from_json(
//!     br#"{ "schema": "variant/1", "name": "A third clerk",
//!           "edits": [{ "edit": "add_clerks", "count": 1, "like": "ann" }] }"#,
//! )?;
//! let mut options = CompareOptions::default();
//! options.plan.budget = Budget::Steps(200);
//! (options.simulation.until, options.simulation.weeks) = (Until::Replications(10), 2);
//! let comparison = compare(&scenario, &[variant], &options, &WallClock::start())?;
//! for change in comparison.changes[0].iter().filter(|change| change.kpi.site.is_none()) {
//!     println!("{}: {:?}", change.kpi.id.id(), change.verdict);
//! }
//! # Ok(())
//! # }
//! ```

mod apply;
mod best;
mod cases;
mod executor;
mod options;
pub mod pareto;
mod planning;
mod result;
mod run;
pub mod select;
mod spread;
mod sweep;

pub use apply::{Applied, Warning, apply, settled};
pub use best::{Best, Fate, Goal, Standing, best};
pub use cases::{Cases, PlanTask};
pub use executor::{Executor, InProcess};
pub use options::{CompareError, CompareOptions};
pub use planning::expected;
pub use result::{Change, Comparison, Measured};
pub use run::{compare, compare_with};
pub use sweep::{Knob, Sweep, sweep};
