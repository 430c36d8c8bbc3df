//! The best of many scenarios, with no more replications than that takes.

use super::options::{CompareError, CompareOptions, Monitor};
use super::run::{Ear, Prepared, in_pool};
use super::select::Kn;
use crate::scenario::{Scenario, Variant};
use crate::simulate::result::{Better, KpiId};
use crate::simulate::run::{SimulateError, Simulation, Until};
use crate::simulate::statistics::Sample;

/// What best means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goal {
    /// The figure, of all sites together. It must be one of which less or more is better, and no
    /// quantile.
    pub kpi: KpiId,
    /// Differences below this do not matter; above 0, in the unit of the figure.
    pub indifference: f64,
    /// Probability with which the best is found where it is better by at least `indifference`.
    pub confidence: f64,
}

/// What was chosen. Scenario 0 is the base, `i + 1` the variant `i`.
#[derive(Debug, Clone, PartialEq)]
pub struct Best {
    /// The best scenario; the one that leads, where the most replications were done before all
    /// others could be ruled out.
    pub scenario: usize,
    /// Whether it is chosen with the confidence asked for.
    pub is_certain: bool,
    /// Replications of each scenario before it was ruled out, or in all.
    pub replications: Vec<u64>,
    /// Mean of the figure over those replications, each with its own value.
    pub means: Vec<f64>,
}

/// Replications before anybody is ruled out.
const PILOT: u64 = 20;

/// Replications between two looks at the monitor.
const BATCH: u64 = 8;

/// Chooses among `scenario` and its `variants` by the procedure of Kim and Nelson: each has one more
/// replication after another until it is ruled out, see [`Kn`]. All have the same random numbers.
///
/// # Errors
/// As [`compare`](super::compare()), and where the goal is out of range.
pub fn best(
    scenario: &Scenario,
    variants: &[Variant],
    goal: &Goal,
    options: &CompareOptions,
    monitor: &dyn Monitor,
) -> Result<Best, CompareError> {
    let better = check(goal)?;
    in_pool(options, |options| {
        let prepared = Prepared::new(scenario, variants, 0, options, monitor)?;
        choose(&prepared, goal, better, options, monitor)
    })
}

fn choose(
    prepared: &Prepared,
    goal: &Goal,
    better: Better,
    options: &CompareOptions,
    monitor: &dyn Monitor,
) -> Result<Best, CompareError> {
    let mut simulations = prepared.simulations(&options.simulation)?;
    let scenarios = simulations.len();
    let most = match options.simulation.until {
        Until::Replications(count) => count,
        Until::Precision { most, .. } => most,
    };
    // Figures of all sites together come first, the same in each scenario.
    let position = KpiId::ALL.iter().position(|&id| id == goal.kpi).unwrap_or(0);
    let mut kn = Kn::new(scenarios, better, (goal.confidence, goal.indifference), PILOT);
    let mut sums = vec![0.0; scenarios];
    let mut observations = vec![0.0; scenarios];
    while kn.best().is_none() && kn.replications() < most {
        let target = (kn.replications() + BATCH).min(most);
        for scenario in (0..scenarios).filter(|&scenario| kn.is_left(scenario)) {
            let ear = Ear { monitor, scenario, scenarios };
            if !simulations[scenario].advance_to(target, &ear)? {
                return Err(CompareError::Cancelled);
            }
        }
        for replication in kn.replications()..target {
            for scenario in (0..scenarios).filter(|&scenario| kn.is_left(scenario)) {
                let sample = observed(&simulations[scenario], replication, position);
                observations[scenario] = sample;
                sums[scenario] += sample;
            }
            kn.observe(&observations);
            if kn.best().is_some() {
                break;
            }
        }
    }
    let replications: Vec<u64> = (0..scenarios)
        .map(|scenario| kn.dropped_after(scenario).unwrap_or_else(|| kn.replications()))
        .collect();
    let means: Vec<f64> =
        sums.iter().zip(&replications).map(|(sum, &count)| sum / count.max(1) as f64).collect();
    let cost = |scenario: usize| match better {
        Better::Lower => means[scenario],
        Better::Higher => -means[scenario],
    };
    let left = (0..scenarios).filter(|&scenario| kn.is_left(scenario));
    let leader = left.min_by(|&a, &b| cost(a).total_cmp(&cost(b))).unwrap_or(0);
    Ok(Best { scenario: leader, is_certain: kn.best().is_some(), replications, means })
}

/// What one replication says of the figure; 0 where it counted nothing.
fn observed(simulation: &Simulation<'_>, replication: u64, position: usize) -> f64 {
    let Sample { num, den } = simulation.samples()[replication as usize][position];
    if den > 0.0 { num / den } else { 0.0 }
}

fn check(goal: &Goal) -> Result<Better, CompareError> {
    let refuse = |option, value: String, expected| {
        CompareError::Simulate(SimulateError::Option { option, value, expected })
    };
    if !(goal.indifference > 0.0 && goal.indifference.is_finite()) {
        return Err(refuse("indifference", goal.indifference.to_string(), "above 0"));
    }
    if !(0.5..1.0).contains(&goal.confidence) {
        return Err(refuse("confidence", goal.confidence.to_string(), "from 0.5 to below 1"));
    }
    let known = goal.kpi.better().filter(|_| goal.kpi.quantile().is_none());
    let expected = "a figure of which less or more is better, and no quantile";
    known.ok_or_else(|| refuse("figure", goal.kpi.id().to_owned(), expected))
}
