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

mod estimate;
mod figures;
mod proportion;
mod sections;
mod stopping;
mod student;
mod verdict;

pub use estimate::{Estimate, Sample, difference, ratio};
pub use figures::{change, estimate};
pub use proportion::wilson;
pub use sections::{sectioned, sectioned_difference};
pub use stopping::Stopping;
pub use student::{normal_quantile, student_t, student_tail};
pub use verdict::{Verdict, verdict};
