//! The order of events of a comparison.

use super::apply::{apply, settled};
use super::options::{CompareError, CompareOptions, Monitor, Progress};
use super::result::{Comparison, Measured, changes};
use super::{pareto, planning};
use crate::problem::{Plan, Problem};
use crate::scenario::{Finding, Scenario, Variant};
use crate::simulate::result::{Run, Stop};
use crate::simulate::run::{self, Simulation, SimulationOptions, Until};
use crate::simulate::statistics::{Estimate, Stopping};

/// Plans and simulates `scenario` and its `variants`, and compares each variant with it.
///
/// With a budget of steps for planning the result is the same for the same seed on any number of
/// threads.
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
        let runs = simulate_all(&prepared, &options.simulation, monitor)?;
        let Prepared { drafts, plans } = prepared;
        let measured = drafts.into_iter().zip(plans).zip(runs);
        Ok(compared(measured.map(|((draft, plan), run)| draft.measured(plan, run)).collect()))
    })
}

/// Does `work` on as many threads as `options` say, which it then need not look at.
pub(super) fn in_pool<T: Send>(
    options: &CompareOptions,
    work: impl FnOnce(&CompareOptions) -> T + Send,
) -> T {
    let mut inner = options.clone();
    (inner.simulation.threads, inner.plan.threads) = (None, None);
    let threads = options.simulation.threads;
    let pool =
        threads.map(|count| rayon::ThreadPoolBuilder::new().num_threads(count.max(1)).build());
    match pool {
        Some(Ok(pool)) => pool.install(|| work(&inner)),
        // None asked for, or the system grants no more: the caller's own do the same work.
        _ => work(&inner),
    }
}

/// Scenarios with their plans, ready to be simulated.
pub(super) struct Prepared {
    drafts: Vec<Draft>,
    plans: Vec<Plan>,
}

impl Prepared {
    pub(super) fn new(
        scenario: &Scenario,
        variants: &[Variant],
        options: &CompareOptions,
        monitor: &dyn Monitor,
    ) -> Result<Self, CompareError> {
        let drafts = drafts(scenario, variants)?;
        let problems: Vec<&Problem> = drafts.iter().map(|draft| &draft.problem).collect();
        let plans = planning::plan_all(&problems, options, monitor)?;
        Ok(Self { drafts, plans })
    }

    pub(super) fn simulations(
        &self,
        options: &SimulationOptions,
    ) -> Result<Vec<Simulation<'_>>, CompareError> {
        let pairs = self.drafts.iter().zip(&self.plans);
        let simulations = pairs.map(|(draft, plan)| Simulation::new(&draft.problem, plan, options));
        Ok(simulations.collect::<Result<_, _>>()?)
    }
}

/// A scenario before it is planned.
struct Draft {
    name: String,
    scenario: Scenario,
    problem: Problem,
    warnings: Vec<Finding>,
}

impl Draft {
    fn measured(self, plan: Plan, run: Run) -> Measured {
        let Self { name, scenario, problem, warnings } = self;
        Measured { name, scenario, problem, plan, run, warnings }
    }
}

/// The base and all variants; everything that is wrong with any of them.
fn drafts(scenario: &Scenario, variants: &[Variant]) -> Result<Vec<Draft>, CompareError> {
    let problem = Problem::new(scenario).map_err(CompareError::Base)?;
    let scenario = settled(scenario, &problem);
    let problem = Problem::new(&scenario).map_err(CompareError::Base)?;
    let name = scenario.name.clone().unwrap_or_default();
    let mut drafts =
        vec![Draft { name, scenario: scenario.clone(), problem, warnings: Vec::new() }];
    let mut wrong = Vec::new();
    for (position, variant) in variants.iter().enumerate() {
        match apply(&scenario, variant) {
            Ok(applied) => drafts.push(Draft {
                name: variant.name.clone(),
                scenario: applied.scenario,
                problem: applied.problem,
                warnings: applied.warnings,
            }),
            Err(findings) => wrong.push((position, findings)),
        }
    }
    if wrong.is_empty() { Ok(drafts) } else { Err(CompareError::Variants(wrong)) }
}

/// A run of each scenario, all with the same replications: as many as the least precise of them
/// needs, since only what both sides of a pair have counts.
///
/// One after the other, as each fills all threads by itself.
fn simulate_all(
    prepared: &Prepared,
    options: &SimulationOptions,
    monitor: &dyn Monitor,
) -> Result<Vec<Run>, CompareError> {
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
            let ear = Ear { monitor, scenario, scenarios };
            if !simulations[scenario].advance_to(target, &ear)? {
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
    Ok(runs.collect::<Result<_, _>>()?)
}

/// The comparison of `scenarios` with the first of them.
pub(super) fn compared(scenarios: Vec<Measured>) -> Comparison {
    let variants = scenarios.len().saturating_sub(1).max(1);
    let confidence = 1.0 - (1.0 - Estimate::CONFIDENCE) / variants as f64;
    let changes = match scenarios.split_first() {
        Some((base, variants)) => {
            variants.iter().map(|variant| changes(base, variant, confidence)).collect()
        }
        None => Vec::new(),
    };
    let runs: Vec<&Run> = scenarios.iter().map(|scenario| &scenario.run).collect();
    Comparison {
        changes,
        confidence,
        front: pareto::front(&runs),
        replications: runs.iter().map(|run| run.replications).min().unwrap_or(0),
        reached: runs.iter().map(|run| run.reached).fold(0.0, f64::max),
        scenarios,
    }
}

/// Passes on what a simulation says.
pub(super) struct Ear<'a> {
    pub(super) monitor: &'a dyn Monitor,
    pub(super) scenario: usize,
    pub(super) scenarios: usize,
}

impl run::Monitor for Ear<'_> {
    fn cancelled(&self) -> bool {
        self.monitor.cancelled()
    }

    fn progress(&self, progress: &run::Progress) {
        self.monitor.progress(&Progress::Simulating {
            scenario: self.scenario,
            scenarios: self.scenarios,
            replications: progress.replications,
            reached: progress.reached,
        });
    }
}
