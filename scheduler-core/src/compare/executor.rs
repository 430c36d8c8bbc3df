//! Who does the work of a comparison: the plans, and the replications of their simulations.
//!
//! A comparison decides what is planned, how many replications there are, and what they say;
//! [`InProcess`] does the work on the threads of the caller. Another [`Executor`] can share it out to
//! other processes: [`Cases`](super::Cases) gives each of them the same plans to make from the same
//! scenario and variants, and [`parts`](crate::simulate::parts) puts replications together to what
//! one process would have got.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rayon::prelude::*;

use super::cases::PlanTask;
use crate::monitor::{Monitor, Progress, SimulationProgress};
use crate::plan::{Budget, PlanError};
use crate::problem::Plan;
use crate::simulate::run::{SimulateError, Simulation};

/// Does the work of a comparison.
pub trait Executor: Sync {
    /// Makes the plans that `tasks` ask for, in their order.
    fn plans(&self, tasks: &[PlanTask<'_>], monitor: &dyn Monitor) -> Vec<Result<Plan, PlanError>>;

    /// Goes on with each of `simulations` until it has `target` replications; false where the monitor
    /// stopped it. They are those of the plans that were made, in the order of their tasks.
    ///
    /// # Errors
    /// Where a day cannot be simulated.
    fn advance(
        &self,
        simulations: &mut [Simulation<'_>],
        target: u64,
        monitor: &dyn Monitor,
    ) -> Result<bool, SimulateError>;
}

/// Does all work on the threads of the caller.
#[derive(Debug, Clone, Copy, Default)]
pub struct InProcess;

impl Executor for InProcess {
    fn plans(&self, tasks: &[PlanTask<'_>], monitor: &dyn Monitor) -> Vec<Result<Plan, PlanError>> {
        let done = AtomicUsize::new(0);
        let make = |task: &PlanTask<'_>| {
            let outcome = task.make(monitor);
            let done = done.fetch_add(1, Ordering::Relaxed) + 1;
            monitor.progress(&Progress::PlanningScenarios { done, scenarios: tasks.len() });
            outcome
        };
        let has_time = tasks.iter().any(|task| matches!(task.options().budget, Budget::Time(_)));
        if has_time {
            // Each has all threads for its time: at the same time they would take it from each other.
            tasks.iter().map(make).collect()
        } else {
            tasks.par_iter().map(make).collect()
        }
    }

    /// One after the other, as each fills all threads by itself.
    fn advance(
        &self,
        simulations: &mut [Simulation<'_>],
        target: u64,
        monitor: &dyn Monitor,
    ) -> Result<bool, SimulateError> {
        let scenarios = simulations.len();
        for (scenario, simulation) in simulations.iter_mut().enumerate() {
            let one = OneOfMany { monitor, scenario, scenarios };
            if !simulation.advance_to(target, &one)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The monitor of a simulation that is one of many: what it says is passed on as that of a comparison.
pub(super) struct OneOfMany<'a> {
    pub(super) monitor: &'a dyn Monitor,
    pub(super) scenario: usize,
    pub(super) scenarios: usize,
}

impl Monitor for OneOfMany<'_> {
    fn elapsed(&self) -> Duration {
        self.monitor.elapsed()
    }

    fn cancelled(&self) -> bool {
        self.monitor.cancelled()
    }

    fn progress(&self, progress: &Progress) {
        let progress = match *progress {
            Progress::Simulating(own) => Progress::Simulating(SimulationProgress {
                scenario: self.scenario,
                scenarios: self.scenarios,
                ..own
            }),
            other => other,
        };
        self.monitor.progress(&progress);
    }
}
