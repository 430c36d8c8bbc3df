//! A simulation of a scenario.

use scheduler_core::compare::{CompareOptions, Executor, expected};
use scheduler_core::monitor::Monitor;
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::report::simulation::{SimulationReport, simulation_report};
use scheduler_core::simulate::run::{Simulation, simulate, until_enough};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::error::StudyError;
use super::options::RunOptions;
use super::plan::{self, Engine};
use super::read;
use super::size::{self, SizeLimits};
use super::split::Split;

/// A scenario to simulate.
#[derive(Debug, Deserialize, Serialize)]
pub struct SimulationRequest {
    /// What to simulate, as a scenario file.
    pub scenario: Value,
    /// The plan whose slots are booked, as a plan file; one is made where it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Value>,
    /// How to simulate.
    #[serde(default)]
    pub options: RunOptions,
}

/// What a simulation came to.
#[derive(Debug)]
pub struct Simulated {
    /// The plan whose slots were booked.
    pub plan: Plan,
    /// All figures.
    pub report: SimulationReport,
}

/// Simulates `problem` with `plan`, or with one that is made.
///
/// # Errors
/// Where there is no plan, an option is out of its range, or it was stopped too early.
pub fn run(
    problem: &Problem,
    plan: Option<Plan>,
    options: &CompareOptions,
    monitor: &dyn Monitor,
) -> Result<Simulated, StudyError> {
    let plan = match plan {
        Some(plan) => plan,
        None => planned(problem, options, monitor)?,
    };
    let run = simulate(problem, &plan, &options.simulation, monitor)?;
    Ok(Simulated { plan, report: simulation_report(&problem.name, &run) })
}

fn planned(
    problem: &Problem,
    options: &CompareOptions,
    monitor: &dyn Monitor,
) -> Result<Plan, StudyError> {
    let outcome = plan::run(&expected(problem), &options.plan, Engine::Search, monitor);
    // A plan that was stopped half way would pass for what the scenario can do.
    if monitor.cancelled() {
        return Err(StudyError::Stopped);
    }
    outcome.map(|outcome| outcome.plan).map_err(|error| StudyError::NoPlan(vec![(0, error)]))
}

impl SimulationRequest {
    /// Whether the scenario is small enough.
    ///
    /// # Errors
    /// What of it cannot be read, or is too large.
    pub fn judge(&self, limits: &SizeLimits) -> Result<(), StudyError> {
        size::judge(&read::scenario(&self.scenario)?, limits)
    }

    /// Simulates.
    ///
    /// # Errors
    /// Everything that is wrong with the request, and those of [`run`].
    pub fn run(&self, monitor: &dyn Monitor) -> Result<SimulationReport, StudyError> {
        let problem = read::problem(&self.scenario)?;
        let plan = self.plan.as_ref().map(|plan| read::plan(plan, &problem)).transpose()?;
        run(&problem, plan, &self.options.library(None), monitor).map(|done| done.report)
    }

    /// As [`Self::run`]; `split` has the work done elsewhere.
    pub(super) fn run_split(
        &self,
        split: &Split<'_>,
        monitor: &dyn Monitor,
    ) -> Result<SimulationReport, StudyError> {
        let problem = read::problem(&self.scenario)?;
        let options = self.options.library(None);
        let plan = match &self.plan {
            Some(plan) => {
                split.plan_is_given();
                read::plan(plan, &problem)?
            }
            None => split.plan(&problem, || planned(&problem, &options, monitor))?,
        };
        let mut simulation = Simulation::new(&problem, &plan, &options.simulation)?;
        let one = std::slice::from_mut(&mut simulation);
        let stop = until_enough(one, options.simulation.until, |one, target| {
            split.advance(one, target, monitor)
        })?;
        Ok(simulation_report(&problem.name, &simulation.finish(stop)?))
    }
}
