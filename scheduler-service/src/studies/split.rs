//! Studies whose work is shared out: as tasks in JSON that any process can do, and whose outcomes are
//! put together to what one process would have got, byte for byte.
//!
//! The process that has the study ([`Study::perform_split`](super::Study::perform_split)) decides
//! what is to be done, hands tasks to [`Hands`], and puts the outcomes together. Whoever does a task
//! ([`Prepared::task`](super::tasks::Prepared::task)) reads the request of the study, too: a task only
//! says which of its plans, or which replications of which of its simulations.

use std::sync::{Mutex, PoisonError};

use scheduler_core::compare::{Executor, InProcess, PlanTask};
use scheduler_core::monitor::{Monitor, Progress, SimulationProgress};
use scheduler_core::plan::PlanError;
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::scenario::PlanFile;
use scheduler_core::simulate::parts::{Part, PartOrder};
use scheduler_core::simulate::run::{SimulateError, Simulation};
use serde::{Deserialize, Serialize};

use super::error::StudyError;

/// Tasks of a round, about as many: enough that several processes end at about the same time.
const TASKS: usize = 48;

/// Fewest and most replications of a round, of each simulation: what is lost with who has them, and
/// how long it takes until a wish to stop has an answer.
const ROUND: (u64, u64) = (40, 640);

/// Most bytes of outcomes that a study hands out; the rest is done where the study is.
const MOST_BYTES: usize = 256 << 20;

/// A task by its name, which no other task of its study has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTask {
    /// The name: of the same study always the same.
    pub name: String,
    /// What to do, for [`Prepared::task`](super::tasks::Prepared::task).
    pub request: String,
}

/// How far the tasks of a round are: how many are done, and how many there are.
pub type Told<'a> = &'a dyn Fn(usize, usize);

/// Who does tasks.
pub trait Hands: Sync {
    /// Has `tasks` done and gives their outcomes, in order; `None` for one that failed. What was done
    /// before, in an attempt that came to nothing, need not be done again.
    ///
    /// # Errors
    /// [`StudyError::Stopped`] where the study is to stop, and where no outcome will come.
    fn perform(
        &self,
        tasks: Vec<NamedTask>,
        told: Told<'_>,
    ) -> Result<Vec<Option<String>>, StudyError>;
}

/// What a task is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Task {
    /// Make the plan with this number.
    Plan(usize),
    /// Do replications with the plan of this number.
    Simulate(usize, PartOrder),
}

pub(super) fn plan_name(number: usize) -> String {
    format!("plan {number}")
}

/// The plan that was written as `file`.
pub(super) fn plan_of(file: &str, problem: &Problem) -> Result<Plan, StudyError> {
    let file = PlanFile::from_json(file.as_bytes()).map_err(StudyError::UnreadablePlan)?;
    let (plan, findings) = file.resolve(problem);
    if findings.is_empty() { Ok(plan) } else { Err(StudyError::UnfitPlan(findings)) }
}

/// Shares out the work of a study to hands.
pub(super) struct Split<'a> {
    hands: &'a dyn Hands,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Numbers of the plans that were made, in order: those of the simulations.
    plans: Vec<usize>,
    /// Bytes of outcomes so far.
    bytes: usize,
    /// Why hands gave nothing.
    failure: Option<StudyError>,
}

impl<'a> Split<'a> {
    pub(super) fn new(hands: &'a dyn Hands) -> Self {
        Self { hands, state: Mutex::default() }
    }

    /// What came of the study: why hands gave nothing, where that was no wish to stop.
    pub(super) fn settle<T>(self, outcome: Result<T, StudyError>) -> Result<T, StudyError> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        match (outcome, state.failure) {
            (outcome, None) => outcome,
            // The best so far, where there is one.
            (Ok(outcome), Some(StudyError::Stopped)) => Ok(outcome),
            (_, Some(failure)) => Err(failure),
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The outcomes of `tasks`; `None` where hands gave nothing.
    fn perform(&self, tasks: Vec<(String, Task)>, told: Told<'_>) -> Option<Vec<Option<String>>> {
        let named = tasks.into_iter().map(|(name, task)| {
            let request = serde_json::to_string(&task).map_err(StudyError::internal)?;
            Ok(NamedTask { name, request })
        });
        let outcomes = named
            .collect::<Result<Vec<NamedTask>, StudyError>>()
            .and_then(|tasks| self.hands.perform(tasks, told));
        let mut state = self.state();
        match outcomes {
            Ok(outcomes) => {
                state.bytes += outcomes.iter().flatten().map(String::len).sum::<usize>();
                Some(outcomes)
            }
            Err(error) => {
                state.failure = Some(error);
                None
            }
        }
    }

    /// The plan of a simulation on its own.
    pub(super) fn plan(
        &self,
        problem: &Problem,
        make: impl FnOnce() -> Result<Plan, StudyError>,
    ) -> Result<Plan, StudyError> {
        self.state().plans = vec![0];
        let outcomes = self.perform(vec![(plan_name(0), Task::Plan(0))], &|_, _| {});
        match outcomes.ok_or(StudyError::Stopped)?.pop().flatten() {
            Some(file) => plan_of(&file, problem),
            None => make(),
        }
    }

    /// A simulation on its own has the plan that its request gives.
    pub(super) fn plan_is_given(&self) {
        self.state().plans = vec![0];
    }

    /// Up to `until`, in parts; false where hands gave nothing.
    fn round(
        &self,
        simulations: &mut [Simulation<'_>],
        until: u64,
        monitor: &dyn Monitor,
    ) -> Result<bool, SimulateError> {
        let plans = self.state().plans.clone();
        let parts = TASKS.div_ceil(simulations.len());
        let from = simulations.first().map_or(0, Simulation::replications);
        let orders: Vec<(usize, PartOrder)> = simulations
            .iter()
            .enumerate()
            .flat_map(|(position, one)| {
                one.orders(until, parts).into_iter().map(move |order| (position, order))
            })
            .collect();
        let tasks = orders.iter().enumerate().map(|(part, (position, order))| {
            let name = format!("simulate {part}: {from} to {until}");
            (
                name,
                Task::Simulate(plans.get(*position).copied().unwrap_or(*position), order.clone()),
            )
        });
        let (scenarios, reached) = (simulations.len(), worst(simulations));
        let told = |done: usize, tasks: usize| {
            let share = done as f64 / tasks.max(1) as f64;
            let scenario = (share * scenarios as f64) as usize;
            let progress = SimulationProgress::new((scenario, scenarios), (from, until), reached);
            monitor.progress(&Progress::Simulating(progress));
        };
        let Some(outcomes) = self.perform(tasks.collect(), &told) else { return Ok(false) };
        let mut done: Vec<Vec<Part>> = simulations.iter().map(|_| Vec::new()).collect();
        for ((position, order), outcome) in orders.iter().zip(outcomes) {
            let part = outcome.and_then(|text| serde_json::from_str(&text).ok());
            let part = match part {
                Some(part) => Some(part),
                // What fails there fails here, where it can be said why.
                None => simulations[*position].part(order, monitor)?,
            };
            let Some(part) = part else { return Ok(false) };
            done[*position].push(part);
        }
        for (simulation, parts) in simulations.iter_mut().zip(done) {
            if let Err(error) = simulation.add_parts(parts) {
                self.state().failure = Some(StudyError::internal(error));
                return Ok(false);
            }
        }
        Ok(true)
    }
}

impl Executor for Split<'_> {
    fn plans(&self, tasks: &[PlanTask<'_>], monitor: &dyn Monitor) -> Vec<Result<Plan, PlanError>> {
        let numbers = (0..tasks.len()).map(|number| (plan_name(number), Task::Plan(number)));
        let told = |done, scenarios| {
            monitor.progress(&Progress::PlanningScenarios { done, scenarios });
        };
        let Some(outcomes) = self.perform(numbers.collect(), &told) else { return Vec::new() };
        let made: Vec<Result<Plan, PlanError>> = tasks
            .iter()
            .zip(outcomes)
            .map(|(task, outcome)| {
                let plan = outcome.and_then(|file| plan_of(&file, task.problem).ok());
                // What fails there fails here, where it can be said why.
                plan.map_or_else(|| task.make(monitor), Ok)
            })
            .collect();
        let found = made.iter().enumerate().filter(|(_, plan)| plan.is_ok());
        self.state().plans = found.map(|(number, _)| number).collect();
        made
    }

    fn advance(
        &self,
        simulations: &mut [Simulation<'_>],
        target: u64,
        monitor: &dyn Monitor,
    ) -> Result<bool, SimulateError> {
        loop {
            let from = simulations.first().map_or(target, Simulation::replications);
            if from >= target {
                return Ok(true);
            }
            if self.state().bytes > MOST_BYTES {
                return InProcess.advance(simulations, target, monitor);
            }
            let until = target.min(from + from.clamp(ROUND.0, ROUND.1));
            if !self.round(simulations, until, monitor)? {
                return Ok(false);
            }
        }
    }
}

fn worst(simulations: &[Simulation<'_>]) -> f64 {
    simulations.iter().map(Simulation::reached).fold(0.0, f64::max)
}
