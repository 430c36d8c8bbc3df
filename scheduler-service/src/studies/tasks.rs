//! The tasks of a study that is shared out, for whoever does them: see [`split`](super::split).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use scheduler_core::compare::{Cases, CompareOptions, expected};
use scheduler_core::monitor::Monitor;
use scheduler_core::plan::{PlanError, plan};
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::scenario::PlanFile;
use scheduler_core::simulate::run::Simulation;

use super::compare::ComparisonRequest;
use super::error::StudyError;
use super::simulate::SimulationRequest;
use super::split::{Task, plan_name, plan_of};
use super::{Study, read};

/// The request of a study, read: what is the same for all of its tasks.
#[derive(Debug)]
pub struct Prepared {
    options: CompareOptions,
    what: What,
    /// The plans that tasks have asked for, by their numbers.
    plans: Mutex<BTreeMap<usize, Arc<Plan>>>,
}

#[derive(Debug)]
enum What {
    Comparison(Cases),
    Simulation(Box<Problem>, Option<Box<Plan>>),
}

impl Prepared {
    /// The request of a study that can be shared out; `None` for one that cannot.
    ///
    /// # Errors
    /// Everything that is wrong with the request.
    pub fn new(study: Study, request: &str) -> Result<Option<Self>, StudyError> {
        let (options, what) = match study {
            Study::Plan | Study::Staffing => return Ok(None),
            Study::Simulation => {
                let request: SimulationRequest =
                    serde_json::from_str(request).map_err(StudyError::internal)?;
                let problem = read::problem(&request.scenario)?;
                let given = request.plan.as_ref().map(|plan| read::plan(plan, &problem));
                let given = given.transpose()?.map(Box::new);
                (request.options, What::Simulation(Box::new(problem), given))
            }
            Study::Comparison => {
                let request: ComparisonRequest =
                    serde_json::from_str(request).map_err(StudyError::internal)?;
                let scenario = read::scenario(&request.scenario)?;
                let variants = read::variants(&request.variants)?;
                (request.options, What::Comparison(Cases::new(&scenario, &variants)?))
            }
        };
        Ok(Some(Self { options: options.library(None), what, plans: Mutex::default() }))
    }

    /// Does a task of the study. `outcome_of` gives the outcomes of earlier tasks by their names.
    ///
    /// # Errors
    /// [`StudyError::Stopped`], and what the study itself will find when it does the task.
    pub fn task(
        &self,
        request: &str,
        outcome_of: &dyn Fn(&str) -> Option<String>,
        monitor: &dyn Monitor,
    ) -> Result<String, StudyError> {
        match serde_json::from_str(request).map_err(StudyError::internal)? {
            Task::Plan(number) => {
                let (problem, made) = self.make(number, monitor)?;
                // A plan that was stopped half way would pass for what the scenario can do.
                if monitor.cancelled() {
                    return Err(StudyError::Stopped);
                }
                let plan = made.map_err(|error| StudyError::NoPlan(vec![(number, error)]))?;
                let file = PlanFile::new(problem, &plan);
                serde_json::to_string(&file).map_err(StudyError::internal)
            }
            Task::Simulate(number, order) => {
                let (problem, plan) = self.planned(number, outcome_of)?;
                let simulation = Simulation::new(problem, &plan, &self.options.simulation)?;
                let part = simulation.part(&order, monitor)?.ok_or(StudyError::Stopped)?;
                serde_json::to_string(&part).map_err(StudyError::internal)
            }
        }
    }

    fn make(
        &self,
        number: usize,
        monitor: &dyn Monitor,
    ) -> Result<(&Problem, Result<Plan, PlanError>), StudyError> {
        match &self.what {
            What::Comparison(cases) => {
                let tasks = cases.plan_tasks(&self.options);
                let task = tasks.get(number).ok_or_else(|| no_such(number))?;
                Ok((task.problem, task.make(monitor)))
            }
            What::Simulation(problem, _) => {
                let outcome = plan(&expected(problem), &self.options.plan, monitor);
                Ok((problem.as_ref(), outcome.map(|outcome| outcome.plan)))
            }
        }
    }

    fn planned(
        &self,
        number: usize,
        outcome_of: &dyn Fn(&str) -> Option<String>,
    ) -> Result<(&Problem, Arc<Plan>), StudyError> {
        let problem = match &self.what {
            What::Comparison(cases) => {
                let tasks = cases.plan_tasks(&self.options);
                tasks.get(number).ok_or_else(|| no_such(number))?.problem
            }
            What::Simulation(problem, _) => problem.as_ref(),
        };
        let known = || self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(plan) = known().get(&number) {
            return Ok((problem, Arc::clone(plan)));
        }
        let plan = match &self.what {
            What::Simulation(_, Some(given)) => given.as_ref().clone(),
            _ => {
                let file = outcome_of(&plan_name(number)).ok_or_else(|| no_such(number))?;
                plan_of(&file, problem)?
            }
        };
        let plan = Arc::new(plan);
        known().insert(number, Arc::clone(&plan));
        Ok((problem, plan))
    }
}

fn no_such(number: usize) -> StudyError {
    StudyError::internal(format_args!("there is no plan {number}"))
}
