//! The scenarios of a comparison, validated, and what is to be planned of them.

use std::time::Duration;

use super::apply::{Applied, Warning, apply, settled};
use super::options::{CompareError, CompareOptions};
use super::planning::expected;
use super::result::Measured;
use super::spread;
use crate::monitor::Monitor;
use crate::plan::{self, Budget, PlanError, plan};
use crate::problem::{Plan, Problem};
use crate::scenario::{Scenario, Variant};
use crate::simulate::result::Run;

/// The base and all variants of a comparison, validated.
#[derive(Debug)]
pub struct Cases {
    pub(super) drafts: Vec<Draft>,
}

/// A plan to make for a comparison.
#[derive(Debug, Clone)]
pub struct PlanTask<'a> {
    /// The scenario that it is for.
    pub problem: &'a Problem,
    options: plan::Options,
}

impl PlanTask<'_> {
    /// Makes the plan. What the planning says is nothing to who listens to a comparison.
    ///
    /// # Errors
    /// As [`plan()`].
    pub fn make(&self, monitor: &dyn Monitor) -> Result<Plan, PlanError> {
        let monitor = FromNow::new(monitor, self.options.budget);
        plan(&expected(self.problem), &self.options, &monitor).map(|outcome| outcome.plan)
    }

    /// How it is planned.
    pub fn options(&self) -> &plan::Options {
        &self.options
    }
}

impl Cases {
    /// `scenario` and its `variants`.
    ///
    /// # Errors
    /// Everything that is wrong with any of them.
    pub fn new(scenario: &Scenario, variants: &[Variant]) -> Result<Self, CompareError> {
        drafts(scenario, variants).map(|drafts| Self { drafts })
    }

    /// The plans to make: one for the base, one for each scenario in which something else is to be
    /// planned, and then some more for the base with other seeds.
    pub fn plan_tasks(&self, options: &CompareOptions) -> Vec<PlanTask<'_>> {
        let task = |problem, more: usize| {
            let seed = options.plan.seed.wrapping_add(more as u64);
            PlanTask { problem, options: plan::Options { seed, ..options.plan.clone() } }
        };
        let own =
            self.distinct().into_iter().filter(|(scenario, draft)| draft.needs_plan(*scenario));
        let own = own.map(|(_, draft)| task(&draft.problem, 0));
        let base = self.drafts.first().map(|base| &base.problem);
        let others =
            base.into_iter().flat_map(|base| (1..=spread::OTHERS).map(move |more| (base, more)));
        own.chain(others.map(|(base, more)| task(base, more))).collect()
    }

    /// The scenarios with runs of their own by their numbers, 0 for the base, in the order of these.
    pub(super) fn distinct(&self) -> Vec<(usize, &Draft)> {
        let own = |(scenario, draft): &(usize, &Draft)| *scenario == 0 || draft.run > 0;
        self.drafts.iter().enumerate().filter(own).collect()
    }
}

/// A scenario before it is planned.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) name: String,
    pub(super) scenario: Scenario,
    pub(super) problem: Problem,
    pub(super) warnings: Vec<Warning>,
    /// Index of its plan and its runs; 0, that of the base, also for a variant that changes
    /// nothing.
    pub(super) run: usize,
    /// Whether the plan of the base stands for it.
    pub(super) stands: bool,
}

impl Draft {
    /// Whether it is planned by itself, being the `scenario`-th.
    pub(super) fn needs_plan(&self, scenario: usize) -> bool {
        scenario == 0 || !self.stands
    }

    pub(super) fn measured(self, plan: Plan, run: Run) -> Measured {
        let is_base = self.run == 0;
        let Self { name, scenario, problem, warnings, .. } = self;
        Measured { name, scenario, problem, plan, run, warnings, is_base }
    }
}

/// The base and all variants; everything that is wrong with any of them.
fn drafts(scenario: &Scenario, variants: &[Variant]) -> Result<Vec<Draft>, CompareError> {
    let problem = Problem::new(scenario).map_err(CompareError::Base)?;
    let scenario = settled(scenario, &problem);
    let problem = Problem::new(&scenario).map_err(CompareError::Base)?;
    let name = scenario.name.clone().unwrap_or_default();
    let base = Draft {
        name,
        scenario: scenario.clone(),
        problem,
        warnings: Vec::new(),
        run: 0,
        stands: true,
    };
    let (mut drafts, mut runs) = (vec![base], 1);
    let mut wrong = Vec::new();
    for (position, variant) in variants.iter().enumerate() {
        match apply(&scenario, variant) {
            Ok(Applied { scenario: edited, problem, warnings }) => {
                let run = if edited == scenario { 0 } else { runs };
                runs += usize::from(run > 0);
                let stands = is_unforeseen(&scenario, &edited);
                let name = variant.name.clone();
                drafts.push(Draft { name, scenario: edited, problem, warnings, run, stands });
            }
            Err(findings) => wrong.push((position, findings)),
        }
    }
    if wrong.is_empty() { Ok(drafts) } else { Err(CompareError::Variants(wrong)) }
}

/// Whether nothing but who calls in sick sets `edited` apart, which nobody knows when plans are made.
fn is_unforeseen(scenario: &Scenario, edited: &Scenario) -> bool {
    let mut healthy = edited.clone();
    let Some(operations) = &mut healthy.operations else { return false };
    let calls = scenario.operations.as_ref().map(|operations| &operations.sick_calls);
    operations.sick_calls = calls.cloned().unwrap_or_default();
    healthy == *scenario
}

/// The caller's stop button for the planning of one scenario, and its clock, set to zero. Where a
/// number of steps is the budget the clock stands still: no time is in what is the same on every
/// machine.
struct FromNow<'a> {
    monitor: &'a dyn Monitor,
    begun: Option<Duration>,
}

impl<'a> FromNow<'a> {
    fn new(monitor: &'a dyn Monitor, budget: Budget) -> Self {
        let begun = match budget {
            Budget::Time(_) => Some(monitor.elapsed()),
            Budget::Steps(_) => None,
        };
        Self { monitor, begun }
    }
}

impl Monitor for FromNow<'_> {
    fn elapsed(&self) -> Duration {
        let since = |begun| self.monitor.elapsed().saturating_sub(begun);
        self.begun.map_or(Duration::ZERO, since)
    }

    fn cancelled(&self) -> bool {
        self.monitor.cancelled()
    }
}
