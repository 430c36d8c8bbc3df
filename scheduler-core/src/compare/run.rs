//! The order of events of a comparison.

use std::time::Duration;

use super::apply::{Applied, Warning, apply, settled};
use super::options::{CompareError, CompareOptions};
use super::result::{Comparison, Measured, changes};
use super::{pareto, planning, spread};
use crate::monitor::{Monitor, Progress, SimulationProgress};
use crate::plan::Budget;
use crate::problem::{Plan, Problem};
use crate::scenario::{Scenario, Variant};
use crate::simulate::result::{Run, Stop};
use crate::simulate::run::{Simulation, SimulationOptions, Until};
use crate::simulate::statistics::{Estimate, Stopping};
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
    in_pool(options, |options| {
        let prepared = Prepared::new(scenario, variants, options, monitor)?;
        let (runs, others) = simulate_all(&prepared, &options.simulation, monitor)?;
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
    drafts: Vec<Draft>,
    /// A plan for the base, then one for each variant that is another scenario.
    plans: Vec<Plan>,
    /// Further plans for the base.
    others: Vec<Plan>,
}

impl Prepared {
    pub(super) fn new(
        scenario: &Scenario,
        variants: &[Variant],
        options: &CompareOptions,
        monitor: &dyn Monitor,
    ) -> Result<Self, CompareError> {
        let drafts = drafts(scenario, variants)?;
        let planned = planning::plan_all(&distinct(&drafts), spread::OTHERS, options, monitor)?;
        Ok(Self { drafts, plans: planned.plans, others: planned.others })
    }

    /// How many plans the scenarios have: who has the run of the base has its plan, too.
    pub(super) fn plans(&self) -> usize {
        self.plans.len()
    }

    /// For each scenario which of the plans is its own.
    pub(super) fn plan_of(&self) -> Vec<usize> {
        self.drafts.iter().map(|draft| draft.plan).collect()
    }

    /// The scenarios, `runs` being those of their plans.
    pub(super) fn measured(self, runs: &[Run]) -> Vec<Measured> {
        let Self { drafts, plans, .. } = self;
        let measured = drafts.into_iter().map(|draft| {
            let (plan, run) = (plans[draft.plan].clone(), runs[draft.plan].clone());
            draft.measured(plan, run)
        });
        measured.collect()
    }

    /// One for each plan: those of the scenarios, then the further ones of the base.
    pub(super) fn simulations(
        &self,
        options: &SimulationOptions,
    ) -> Result<Vec<Simulation<'_>>, CompareError> {
        let problems = distinct(&self.drafts).into_iter().map(|(_, problem)| problem);
        let others = self.others.iter().map(|plan| (&self.drafts[0].problem, plan));
        let pairs = problems.zip(&self.plans).chain(others);
        let simulations = pairs.map(|(problem, plan)| Simulation::new(problem, plan, options));
        Ok(simulations.collect::<Result<_, _>>()?)
    }
}

/// The scenarios that need a plan of their own, in the order of their plans.
fn distinct(drafts: &[Draft]) -> Vec<(usize, &Problem)> {
    let own = |(scenario, draft): &(usize, &Draft)| *scenario == 0 || draft.plan > 0;
    let own = drafts.iter().enumerate().filter(own);
    own.map(|(scenario, draft)| (scenario, &draft.problem)).collect()
}

/// A scenario before it is planned.
struct Draft {
    name: String,
    scenario: Scenario,
    problem: Problem,
    warnings: Vec<Warning>,
    /// Index of its plan; 0, that of the base, also for a variant that changes nothing.
    plan: usize,
}

impl Draft {
    fn measured(self, plan: Plan, run: Run) -> Measured {
        let is_base = self.plan == 0;
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
    let base = Draft { name, scenario: scenario.clone(), problem, warnings: Vec::new(), plan: 0 };
    let (mut drafts, mut plans) = (vec![base], 1);
    let mut wrong = Vec::new();
    for (position, variant) in variants.iter().enumerate() {
        match apply(&scenario, variant) {
            Ok(Applied { scenario: edited, problem, warnings }) => {
                let plan = if edited == scenario { 0 } else { plans };
                plans += usize::from(plan > 0);
                let name = variant.name.clone();
                drafts.push(Draft { name, scenario: edited, problem, warnings, plan });
            }
            Err(findings) => wrong.push((position, findings)),
        }
    }
    if wrong.is_empty() { Ok(drafts) } else { Err(CompareError::Variants(wrong)) }
}

/// A run of each plan, and of the further plans of the base, all with the same replications: as
/// many as the least precise of them needs, since only what both sides of a pair have counts.
///
/// One after the other, as each fills all threads by itself.
fn simulate_all(
    prepared: &Prepared,
    options: &SimulationOptions,
    monitor: &dyn Monitor,
) -> Result<(Vec<Run>, Vec<Run>), CompareError> {
    let mut simulations = prepared.simulations(options)?;
    let scenarios = simulations.len();
    let mut stopping = match options.until {
        Until::Replications(count) => Stopping::new(0.0, count),
        Until::Precision { relative, most } => Stopping::new(relative, most),
    };
    let mut target = match options.until {
        Until::Replications(count) => count,
        Until::Precision { .. } => stopping.first(),
    };
    let stop = 'looks: loop {
        for scenario in 0..scenarios {
            let one = OneOfMany { monitor, scenario, scenarios };
            if !simulations[scenario].advance_to(target, &one)? {
                // Two replications are the fewest that tell a spread.
                if simulations.iter().all(|simulation| simulation.replications() >= 2) {
                    break 'looks Stop::Cancelled;
                }
                return Err(CompareError::Cancelled);
            }
        }
        let reached = simulations.iter().map(Simulation::reached).fold(0.0, f64::max);
        match (options.until, stopping.next(target, reached)) {
            (Until::Replications(_), _) => break Stop::Replications,
            (Until::Precision { .. }, Some(next)) => target = next,
            (Until::Precision { .. }, None) if stopping.is_reached(reached) => {
                break Stop::Precision;
            }
            (Until::Precision { .. }, None) => break Stop::Most,
        }
    };
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
