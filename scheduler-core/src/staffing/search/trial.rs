//! What a roster comes to: planned quickly, and simulated.

use chrono::Datelike;

use crate::compare::expected;
use crate::monitor::Monitor;
use crate::plan::{self, Budget, plan};
use crate::problem::{Plan, Problem};
use crate::scenario::Scenario;
use crate::simulate::booking::Repeat;
use crate::simulate::model::{MINUTE, Millis};
use crate::simulate::result::Kpi;
use crate::simulate::run::{Simulation, SimulationOptions, Until};
use crate::simulate::statistics::Sample;

use super::witness::{Crowding, Witness};
use crate::staffing::goal::Goal;
use crate::staffing::{StaffError, StaffOptions};

/// A roster as a scenario with its plan.
#[derive(Debug)]
pub(in crate::staffing) struct Trial {
    pub(in crate::staffing) problem: Problem,
    plan: Plan,
    /// By site and date of the cycle.
    closing: Vec<Vec<Millis>>,
    repeat: Repeat,
}

/// What replications of a trial have shown.
#[derive(Debug, Clone, Default)]
pub(in crate::staffing) struct Seen {
    /// By goal and replication.
    pub(in crate::staffing) samples: Vec<Vec<Sample>>,
    /// Walk-ins by site, weekday and half-hour, of all replications.
    pub(in crate::staffing) crowding: Vec<Crowding>,
}

impl Trial {
    /// `None` where the plan of `scenario` breaks down: nobody can hold a quota or a promise.
    pub(in crate::staffing) fn new(
        scenario: &Scenario,
        options: &StaffOptions,
        monitor: &dyn Monitor,
    ) -> Result<Option<Self>, StaffError> {
        let problem = Problem::new(scenario).map_err(StaffError::Scenario)?;
        let planning = plan::Options {
            budget: Budget::Steps(options.plan_steps),
            seed: options.seed,
            threads: options.threads,
            ..plan::Options::default()
        };
        let quiet = Quiet(monitor);
        let Ok(outcome) = plan(&expected(&problem), &planning, &quiet) else { return Ok(None) };
        let repeat = Repeat::of(&problem);
        let closing = (0..problem.sites.len())
            .map(|site| {
                let last = |day: usize| {
                    let open = &problem.site_days[problem.site_day(site, day)].open;
                    open.last().map_or(0, |open| problem.grid.minute_of(open.until) * MINUTE)
                };
                (0..repeat.dates).map(last).collect()
            })
            .collect();
        Ok(Some(Self { problem, plan: outcome.plan, closing, repeat }))
    }

    /// Adds the replications from those that `seen` has up to `target`, with `seed`; false where the
    /// monitor stopped it.
    pub(in crate::staffing) fn simulate(
        &self,
        goals: &[Goal],
        (seed, target): (u64, u64),
        options: &StaffOptions,
        seen: &mut Seen,
        monitor: &dyn Monitor,
    ) -> Result<bool, StaffError> {
        let mut how = SimulationOptions::default();
        (how.seed, how.weeks, how.threads) = (seed, options.weeks, options.threads);
        (how.until, how.warm_up_weeks) = (Until::Replications(target), options.warm_up_weeks);
        let simulation = Simulation::new(&self.problem, &self.plan, &how)?;
        let first = self.problem.dates[0].weekday().num_days_from_monday() as usize;
        let witness = || Witness::new(goals, (first, self.repeat.days), &self.closing, 30 * MINUTE);
        let places: Vec<Option<usize>> =
            goals.iter().map(|goal| place(&self.problem, goal)).collect();
        if seen.samples.is_empty() {
            seen.samples = vec![Vec::new(); goals.len()];
            seen.crowding = witness().crowding;
        }
        let done = seen.samples.first().map_or(0, |samples| samples.len() as u64);
        for replication in simulation.watched(done..target.max(done), witness, monitor)? {
            let Some((figures, watched)) = replication else { return Ok(false) };
            for (goal, samples) in seen.samples.iter_mut().enumerate() {
                samples.push(match places[goal] {
                    Some(kpi) => figures.get(kpi).copied().unwrap_or_default(),
                    None => watched.samples[goal],
                });
            }
            for (sum, more) in seen.crowding.iter_mut().zip(&watched.crowding) {
                sum.came += more.came;
                sum.late += more.late;
                sum.waited += more.waited;
            }
        }
        Ok(true)
    }
}

/// Where the figures of a run have that of `goal`.
fn place(problem: &Problem, goal: &Goal) -> Option<usize> {
    let id = goal.kpi()?;
    let list = Kpi::list(problem.sites.len());
    list.iter().position(|kpi| kpi.id == id && kpi.site == goal.site)
}

/// The caller's clock and stop button, without its ear.
struct Quiet<'a>(&'a dyn Monitor);

impl Monitor for Quiet<'_> {
    fn elapsed(&self) -> std::time::Duration {
        // A number of steps is the budget: no time is in what is the same on every machine.
        std::time::Duration::ZERO
    }

    fn cancelled(&self) -> bool {
        self.0.cancelled()
    }
}
