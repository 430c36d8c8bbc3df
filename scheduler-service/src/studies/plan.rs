//! A plan for a scenario.

use std::sync::Arc;
use std::time::Duration;

use scheduler_core::monitor::Monitor;
use scheduler_core::plan::infeasibility::explain;
use scheduler_core::plan::{
    Budget, Conflict, Options, Outcome, PIN_UNMET, PlanError, Started, Stop, plan, plan_exact,
};
use scheduler_core::problem::{Problem, StartPlan};
use scheduler_core::scenario::wire::Wire as _;
use scheduler_core::scenario::{Finding, PlanFile, Scenario, Severity};
use scheduler_core::wire;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::StudyError;
use super::read;
use super::size::{self, SizeLimits};
use crate::violation::Violation;

/// What makes the plan.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// Neighbourhood search with a bound from shadow prices: for problems of any size.
    #[default]
    Search,
    /// One integer program: proves the optimum of small problems.
    Exact,
}

/// Plans `problem`.
///
/// # Errors
/// [`PlanError::Infeasible`] where it is proven that there is no plan; without conflicts where the
/// findings of the problem say it all.
pub fn run(
    problem: &Problem,
    options: &Options,
    engine: Engine,
    monitor: &dyn Monitor,
) -> Result<Outcome, PlanError> {
    // Validation has found that no plan exists. What a quota lacks has a price where it is relaxed.
    let stands = |found: &&Finding| !(problem.relaxed && found.code.starts_with("quota."));
    let mut findings = problem.warnings.iter().filter(stands);
    if findings.any(|found| found.severity == Severity::Infeasible) {
        return Err(PlanError::Infeasible { conflicts: explain(problem) });
    }
    match engine {
        Engine::Search => plan(problem, options, monitor),
        Engine::Exact => plan_exact(problem, options, monitor),
    }
}

wire! {
    /// A scenario to plan.
    pub struct PlanRequest {
        /// What to plan.
        #[wire(kind = Scenario::KIND)]
        pub scenario: Value,
        /// Time to plan for, in seconds. Above 10 the plan is made in the background.
        #[wire(within = (0.001, 3600.0), example = "2.0", always)]
        pub seconds: f64 = 5.0,
        /// Steps of search to plan for, instead of a time: the same plan each time, on any machine.
        /// The plan is made in the background.
        #[wire(within = (1.0, 1000000000.0))]
        pub steps: Option<u64>,
        /// Stop as soon as no plan can be better by more than this share.
        #[wire(within = (0.0, 1.0), always)]
        pub gap: f64 = Options::default().gap,
        /// Seed of the search.
        #[wire(within = (0.0, 1000000000.0), always)]
        pub seed: u64 = Options::default().seed,
        /// Make a plan even where quotas cannot be held: what they lack has the price `short_minute`.
        pub relax: bool = false,
        /// A plan to begin from, of this or another version of the scenario. What it pins stays;
        /// what does not fit is dropped and told.
        #[wire(kind = PlanFile::KIND)]
        pub start: Option<Value>,
        /// Price of each slot and walk-in block of the start that is moved to another time or
        /// clerk, or given up, in weighted minutes.
        #[wire(within = (0.0, 1000000.0), always)]
        pub move_cost: f64 = 0.0,
    }
}

/// How planning ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// No plan is better.
    Optimal,
    /// The gap asked for is proven.
    Gap,
    /// The budget is used up; the plan has the gap that it says.
    Budget,
    /// It was asked to stop; the plan has the gap that it says.
    Cancelled,
    /// It is proven that there is no plan; the conflicts say why.
    Infeasible,
}

/// A plan, or why there is none.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct PlanAnswer {
    /// How planning ended.
    status: PlanStatus,
    /// The plan; missing where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "serve",
        schema(value_type = Option<PlanFile<'static>>, nullable = false))]
    plan: Option<Value>,
    /// Why there is none, at least one entry then.
    conflicts: Vec<Violation>,
    /// What is doubtful about the scenario.
    warnings: Vec<Violation>,
    /// Steps of search done.
    steps: u64,
    /// What became of the plan to begin from; missing where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "serve", schema(nullable = false))]
    start: Option<StartAnswer>,
}

/// What became of the plan that planning began from.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
pub struct StartAnswer {
    /// Slots and walk-in blocks that were moved to another time or clerk, or given up.
    moved: usize,
    /// Of how many that fit and were not pinned.
    of: usize,
    /// Entries that do not fit the scenario, and why.
    dropped: Vec<Violation>,
}

impl From<&Started> for StartAnswer {
    fn from(started: &Started) -> Self {
        let dropped = started.dropped.iter().map(|dropped| {
            let pointer = format!("/start{}", dropped.entry.pointer);
            Violation::new(pointer, "start.dropped", dropped.to_string())
        });
        Self { moved: started.moved, of: started.of, dropped: dropped.collect() }
    }
}

impl PlanRequest {
    /// Whether the scenario is small enough.
    ///
    /// # Errors
    /// What of it cannot be read, or is too large.
    pub fn judge(&self, limits: &SizeLimits) -> Result<(), StudyError> {
        size::judge(&read::scenario(&self.scenario)?, limits)
    }

    /// Whether there is anything to plan.
    ///
    /// # Errors
    /// Everything that is wrong with the scenario, or that the start cannot be read.
    pub fn check(&self) -> Result<(), StudyError> {
        let problem = read::problem(&self.scenario)?;
        self.start(&problem).map(drop)
    }

    fn start(&self, problem: &Problem) -> Result<Option<Arc<StartPlan>>, StudyError> {
        let start = self.start.as_ref().map(|start| read::start(start, problem));
        Ok(start.transpose()?.map(Arc::new))
    }

    /// Plans.
    ///
    /// # Errors
    /// Everything that is wrong with the scenario, or that no plan was found in time.
    pub fn run(&self, monitor: &dyn Monitor) -> Result<PlanAnswer, StudyError> {
        let mut problem = read::problem(&self.scenario)?;
        problem.relaxed = self.relax;
        let budget = match self.steps {
            Some(steps) => Budget::Steps(steps),
            None => Budget::Time(Duration::from_secs_f64(self.seconds)),
        };
        let (gap, seed, move_cost) = (self.gap, self.seed, self.move_cost);
        let start = self.start(&problem)?;
        let options = Options { budget, gap, seed, start, move_cost, ..Options::default() };
        match run(&problem, &options, Engine::Search, monitor) {
            Ok(outcome) => PlanAnswer::of(&problem, &outcome),
            Err(PlanError::Infeasible { conflicts }) => {
                Ok(PlanAnswer::infeasible(&problem, &conflicts))
            }
            Err(error) => Err(StudyError::NoPlan(vec![(0, error)])),
        }
    }
}

impl PlanAnswer {
    fn of(problem: &Problem, outcome: &Outcome) -> Result<Self, StudyError> {
        let file = PlanFile::new(problem, &outcome.plan);
        let plan = serde_json::to_value(file).map_err(StudyError::internal)?;
        Ok(Self {
            status: status(outcome.stop),
            plan: Some(plan),
            conflicts: Vec::new(),
            warnings: found(problem, Severity::Warning),
            steps: outcome.steps,
            start: outcome.start.as_ref().map(StartAnswer::from),
        })
    }

    fn infeasible(problem: &Problem, conflicts: &[Conflict]) -> Self {
        let conflicts = conflicts.iter().map(|conflict| {
            // A pin is in the start, everything else in the scenario.
            let of = if conflict.code == PIN_UNMET { "/start" } else { "" };
            let pointer = format!("{of}{}", conflict.pointer);
            Violation::new(pointer, conflict.code, &conflict.message)
        });
        Self {
            status: PlanStatus::Infeasible,
            plan: None,
            conflicts: found(problem, Severity::Infeasible).into_iter().chain(conflicts).collect(),
            warnings: found(problem, Severity::Warning),
            steps: 0,
            start: None,
        }
    }
}

/// How planning ended, where there is a plan.
pub fn status(stop: Stop) -> PlanStatus {
    match stop {
        Stop::Optimal => PlanStatus::Optimal,
        Stop::Gap => PlanStatus::Gap,
        Stop::Cancelled => PlanStatus::Cancelled,
        // The budget, and whatever ends a run some day.
        _ => PlanStatus::Budget,
    }
}

/// What validation has found of this kind.
fn found(problem: &Problem, severity: Severity) -> Vec<Violation> {
    let found = problem.warnings.iter().filter(|found| found.severity == severity);
    found.map(|found| Violation::new(&found.pointer, found.code, &found.message)).collect()
}
