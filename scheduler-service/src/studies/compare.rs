//! A comparison of variants with a scenario.

use scheduler_core::compare::{
    CompareOptions, Executor, Goal, InProcess, best as best_of, compare_with,
};
use scheduler_core::monitor::Monitor;
use scheduler_core::report::simulation::{
    BestReport, ComparisonReport, best_report, comparison_report,
};
use scheduler_core::scenario::{Scenario, Variant};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::StudyError;
use super::options::RunOptions;
use super::read;
use super::size::{self, SizeLimits};

/// A scenario, and what could be changed about it.
#[derive(Debug, Deserialize, Serialize)]
pub struct ComparisonRequest {
    /// What to compare with, as a scenario file.
    pub scenario: Value,
    /// What to compare, each by itself, as variant files.
    pub variants: Vec<Value>,
    /// How to plan and simulate each of them.
    #[serde(default)]
    pub options: RunOptions,
}

/// Plans and simulates `scenario` and its `variants`, and compares each variant with it.
///
/// # Errors
/// Everything that is wrong with scenario and variants; where there is no plan, an option is out of
/// its range, or it was stopped too early.
pub fn run(
    scenario: &Scenario,
    variants: &[Variant],
    options: &CompareOptions,
    monitor: &dyn Monitor,
) -> Result<ComparisonReport, StudyError> {
    run_with(scenario, variants, options, &InProcess, monitor)
}

/// As [`run`], which has `executor` do the work.
///
/// # Errors
/// As [`run`].
pub fn run_with(
    scenario: &Scenario,
    variants: &[Variant],
    options: &CompareOptions,
    executor: &dyn Executor,
    monitor: &dyn Monitor,
) -> Result<ComparisonReport, StudyError> {
    Ok(comparison_report(&compare_with(scenario, variants, options, executor, monitor)?))
}

/// Chooses the best of `scenario` and its `variants`.
///
/// # Errors
/// As [`run`], and where the goal is out of range.
pub fn best(
    scenario: &Scenario,
    variants: &[Variant],
    goal: &Goal,
    options: &CompareOptions,
    monitor: &dyn Monitor,
) -> Result<BestReport, StudyError> {
    Ok(best_report(&best_of(scenario, variants, goal, options, monitor)?))
}

impl ComparisonRequest {
    /// Whether scenario and variants together are small enough.
    ///
    /// # Errors
    /// What of them cannot be read, or is too large.
    pub fn judge(&self, limits: &SizeLimits) -> Result<(), StudyError> {
        let variants = read::variants(&self.variants)?;
        size::judge_with(&read::scenario(&self.scenario)?, &variants, limits)
    }

    /// Compares; `executor` does the work.
    ///
    /// # Errors
    /// Everything that is wrong with the request, and those of [`run`].
    pub fn run(
        &self,
        executor: &dyn Executor,
        monitor: &dyn Monitor,
    ) -> Result<ComparisonReport, StudyError> {
        let scenario = read::scenario(&self.scenario)?;
        let variants = read::variants(&self.variants)?;
        run_with(&scenario, &variants, &self.options.library(None), executor, monitor)
    }
}
