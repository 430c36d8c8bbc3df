//! Estimates with intervals, from independent replications.
//!
//! **Everything rests on replications, never on the customers of one day**, whose waits depend on
//! each other. A figure such as the mean wait is a ratio, `E[Σ waits] / E[customers]`: each
//! replication contributes a [`Sample`], and [`ratio`] gives the [`Estimate`] by the delta method
//! with Student's t. [`difference`] compares two scenarios that met the same customers, pair by
//! pair. Quantiles are no ratios: their intervals come from groups of replications, see
//! [`sectioned`]. [`Stopping`] says how many replications a precision needs.
//!
//! All sums run in order of replication, so the same samples give the same bytes.
//!
//! ```
//! use scheduler_core::simulate::result::Better;
//! use scheduler_core::simulate::statistics::{Sample, Verdict, difference, ratio, verdict};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // Minutes waited and customers of four replications, in an office and with a clerk more.
//! let samples = |waits: [f64; 4]| waits.map(|num| Sample { num, den: 100.0 }).into_iter();
//! let (before, after) = ([810.0, 790.0, 830.0, 770.0], [420.0, 390.0, 450.0, 370.0]);
//! let wait = ratio(samples(before)).ok_or("too few replications")?;
//! assert!((wait.value - 8.0).abs() < 1e-9);
//! let change = difference(samples(before), samples(after)).ok_or("too few replications")?;
//! assert_eq!(verdict(&change, Some(Better::Lower)), Verdict::Better);
//! # Ok(())
//! # }
//! ```

mod estimate;
mod figures;
mod proportion;
mod sections;
mod split;
mod stopping;
mod student;
mod verdict;

pub use estimate::{Estimate, Sample, difference, ratio};
pub use figures::{change, estimate};
pub use proportion::wilson;
pub use sections::{sectioned, sectioned_difference};
pub use split::{Split, split, split_change};
pub use stopping::Stopping;
pub use student::{normal_quantile, student_t, student_tail};
pub use verdict::{Verdict, verdict};
