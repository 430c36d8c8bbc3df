//! The order of events of a comparison.

use super::cases::Cases;
use super::executor::{Executor, InProcess};
use super::options::{CompareError, CompareOptions};
use super::result::{Comparison, Measured, changes};
use super::{pareto, planning, spread};
use crate::monitor::Monitor;
use crate::plan::Budget;
use crate::problem::Plan;
use crate::scenario::{Scenario, Variant};
use crate::simulate::result::{Run, Stop};
use crate::simulate::run::{Simulation, SimulationOptions, until_enough};
use crate::simulate::statistics::Estimate;
use crate::threads::on_threads;

/// Plans and simulates `scenario` and its `variants`, and compares each variant with it.
///
/// With a budget of steps for planning the result is the same for the same seed on any number of
/// threads. With one of time, which each plan has for itself, one after the other, it is not, and
/// [`Comparison::plan_budget`] says so.
///
/// # Errors
/// Where the scenario or variants have errors, no plan is found, an option is out of its range, or
/// the monitor stops the comparison before every scenario has a result.
pub fn compare(
    scenario: &Scenario,
    variants: &[Variant],
    options: &CompareOptions,
    monitor: &dyn Monitor,
) -> Result<Comparison, CompareError> {
    compare_with(scenario, variants, options, &InProcess, monitor)
}

/// As [`compare()`], which has `executor` do the work.
///
/// # Errors
/// As [`compare()`].
pub fn compare_with(
    scenario: &Scenario,
    variants: &[Variant],
    options: &CompareOptions,
    executor: &dyn Executor,
    monitor: &dyn Monitor,
) -> Result<Comparison, CompareError> {
    in_pool(options, |options| {
        let prepared = Prepared::new(scenario, variants, options, executor, monitor)?;
        let (runs, others) = simulate_all(&prepared, &options.simulation, executor, monitor)?;
        Ok(compared(prepared.measured(&runs), &others, options.plan.budget))
    })
}

/// Does `work` on as many threads as `options` say, which it then need not look at.
pub(super) fn in_pool<T: Send>(
    options: &CompareOptions,
    work: impl FnOnce(&CompareOptions) -> T + Send,
) -> T {
    let mut inner = options.clone();
    (inner.simulation.threads, inner.plan.threads) = (None, None);
    on_threads(options.simulation.threads, || work(&inner))
}

/// Scenarios with their plans, ready to be simulated.
pub(super) struct Prepared {
    cases: Cases,
    /// A plan for each scenario with runs of its own, the base first.
    plans: Vec<Plan>,
    /// Further plans for the base.
    others: Vec<Plan>,
}

impl Prepared {
    pub(super) fn new(
        scenario: &Scenario,
        variants: &[Variant],
        options: &CompareOptions,
        executor: &dyn Executor,
        monitor: &dyn Monitor,
    ) -> Result<Self, CompareError> {
        let cases = Cases::new(scenario, variants)?;
        let planned = planning::plan_all(&cases, options, executor, monitor)?;
        Ok(Self { cases, plans: planned.plans, others: planned.others })
    }

    /// How many runs the scenarios have, each with a plan.
    pub(super) fn plans(&self) -> usize {
        self.plans.len()
    }

    /// For each scenario which of the runs is its own.
    pub(super) fn plan_of(&self) -> Vec<usize> {
        self.cases.drafts.iter().map(|draft| draft.run).collect()
    }

    /// The scenarios, `runs` being those of their plans.
    pub(super) fn measured(self, runs: &[Run]) -> Vec<Measured> {
        let Self { cases, plans, .. } = self;
        let measured = cases.drafts.into_iter().map(|draft| {
            let (plan, run) = (plans[draft.run].clone(), runs[draft.run].clone());
            draft.measured(plan, run)
        });
        measured.collect()
    }

    /// One for each plan: those of the scenarios, then the further ones of the base.
    pub(super) fn simulations(
        &self,
        options: &SimulationOptions,
    ) -> Result<Vec<Simulation<'_>>, CompareError> {
        let problems = self.cases.distinct().into_iter().map(|(_, draft)| &draft.problem);
        let others = self.others.iter().map(|plan| (&self.cases.drafts[0].problem, plan));
        let pairs = problems.zip(&self.plans).chain(others);
        let simulations = pairs.map(|(problem, plan)| Simulation::new(problem, plan, options));
        Ok(simulations.collect::<Result<_, _>>()?)
    }
}

/// A run of each plan, and of the further plans of the base, all with the same replications, since
/// only what both sides of a pair have counts.
fn simulate_all(
    prepared: &Prepared,
    options: &SimulationOptions,
    executor: &dyn Executor,
    monitor: &dyn Monitor,
) -> Result<(Vec<Run>, Vec<Run>), CompareError> {
    let mut simulations = prepared.simulations(options)?;
    let stop = until_enough(&mut simulations, options.until, |simulations, target| {
        executor.advance(simulations, target, monitor)
    })?;
    // Two replications are the fewest that tell a spread.
    if stop == Stop::Cancelled && simulations.iter().any(|one| one.replications() < 2) {
        return Err(CompareError::Cancelled);
    }
    let runs = simulations.into_iter().map(|simulation| simulation.finish(stop));
    let mut runs = runs.collect::<Result<Vec<Run>, _>>()?;
    let others = runs.split_off(prepared.plans.len());
    Ok((runs, others))
}

/// The comparison of `scenarios` with the first of them, of which `others` are further plans.
fn compared(scenarios: Vec<Measured>, others: &[Run], plan_budget: Budget) -> Comparison {
    let variants = scenarios.iter().filter(|scenario| !scenario.is_base).count().max(1);
    let confidence = 1.0 - (1.0 - Estimate::CONFIDENCE) / variants as f64;
    let (changes, spread) = match scenarios.split_first() {
        Some((base, variants)) => {
            let spread = spread::spread(&base.run, others);
            let changes = variants.iter().map(|one| changes(base, one, &spread, confidence));
            (changes.collect(), spread)
        }
        None => (Vec::new(), Vec::new()),
    };
    let runs: Vec<&Run> = scenarios.iter().map(|scenario| &scenario.run).collect();
    Comparison {
        changes,
        confidence,
        spread,
        front: front(&scenarios, others),
        plan_budget,
        replications: runs.iter().map(|run| run.replications).min().unwrap_or(0),
        reached: runs.iter().map(|run| run.reached).fold(0.0, f64::max),
        scenarios,
    }
}

/// For each scenario whether it is on the front; who has the run of the base shares its place.
/// `others` are further plans of the base.
fn front(scenarios: &[Measured], others: &[Run]) -> Vec<bool> {
    let (base, edited): (Vec<&Measured>, _) = scenarios.iter().partition(|one| one.is_base);
    let runs: Vec<&Run> = base.iter().take(1).chain(&edited).map(|one| &one.run).collect();
    let front = pareto::front(&runs, others);
    let mut variants = front.iter().skip(1);
    let of = |one: &Measured| if one.is_base { front.first() } else { variants.next() };
    scenarios.iter().map(of).map(|is_on| is_on.is_some_and(|&is_on| is_on)).collect()
}
