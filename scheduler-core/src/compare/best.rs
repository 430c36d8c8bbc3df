//! The best of many scenarios, with no more replications than that takes.

use super::executor::{InProcess, OneOfMany};
use super::options::{CompareError, CompareOptions};
use super::result::Measured;
use super::run::{Prepared, in_pool};
use super::select::Kn;
use super::spread::{judged, spread};
use crate::monitor::Monitor;
use crate::plan::Budget;
use crate::scenario::{Scenario, Variant};
use crate::simulate::result::{Better, KpiId, Run, Stop};
use crate::simulate::run::{SimulateError, Simulation, Until};
use crate::simulate::statistics::{self, Estimate, Sample, Verdict};

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

impl Goal {
    /// Whether a best can be chosen by `kpi`: less or more of it is better, and it is the mean of
    /// what replications say, which a quantile is not.
    pub fn is_possible(kpi: KpiId) -> bool {
        kpi.better().is_some() && kpi.quantile().is_none()
    }
}

/// What was chosen.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Best {
    /// What best means.
    pub goal: Goal,
    /// The base, then the variants in order, each with the replications that it had.
    pub scenarios: Vec<Measured>,
    /// Where each stands.
    pub standings: Vec<Standing>,
    /// Index of the best scenario; of the one that leads, where the most replications were done
    /// before all others could be ruled out.
    pub scenario: usize,
    /// Whether it is chosen with the confidence asked for. That is about the plans that were made:
    /// see [`Standing::verdict`] for what another might change.
    pub is_certain: bool,
    /// What each plan was made with; see [`Comparison::plan_budget`](super::Comparison::plan_budget).
    pub plan_budget: Budget,
    /// How far apart plans of the base lie in the figure that are equally good; `None` where there
    /// was no other plan, or nothing was counted.
    pub plan_spread: Option<f64>,
}

/// Where a scenario stands. A variant that changes nothing stands where the base does.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Standing {
    /// What became of it.
    pub fate: Fate,
    /// Its figure; `None` where nothing was counted.
    pub figure: Option<Estimate>,
    /// Its figure less that of the best over the replications that both have; `None` for the best
    /// itself, and where nothing was counted.
    pub difference: Option<Estimate>,
    /// Whether that lies beyond what another plan changes; the confidence is that of the interval,
    /// 95 %, for this scenario alone.
    pub verdict: Option<Verdict>,
}

/// What became of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fate {
    /// It was ruled out after so many replications.
    RuledOut(
        /// Replications.
        u64,
    ),
    /// It was not: it is the best, or may still be.
    Left,
    /// It counts nothing of the figure, such as waits of walk-ins where nobody walks in.
    NotCounted,
}

/// Replications before anybody is ruled out.
const PILOT: u64 = 20;

/// Replications between two looks at the monitor.
const BATCH: u64 = 8;

/// Chooses among `scenario` and its `variants` by the procedure of Kim and Nelson: each has one more
/// replication after another until it is ruled out, see [`Kn`]. All have the same random numbers.
/// A precision does not count; the most replications do.
///
/// # Errors
/// As [`compare`](super::compare()), and where the goal is out of range or no scenario counts
/// anything of it.
pub fn best(
    scenario: &Scenario,
    variants: &[Variant],
    goal: &Goal,
    options: &CompareOptions,
    monitor: &dyn Monitor,
) -> Result<Best, CompareError> {
    let better = check(goal)?;
    in_pool(options, |options| {
        let prepared = Prepared::new(scenario, variants, options, &InProcess, monitor)?;
        let chosen = choose(&prepared, goal, better, options, monitor)?;
        Ok(chosen.told(goal, prepared, options.plan.budget))
    })
}

/// The end of a procedure, plan by plan.
struct Chosen {
    plan: usize,
    is_certain: bool,
    fates: Vec<Fate>,
    runs: Vec<Run>,
    /// Of further plans of the base.
    others: Vec<Run>,
}

fn choose(
    prepared: &Prepared,
    goal: &Goal,
    better: Better,
    options: &CompareOptions,
    monitor: &dyn Monitor,
) -> Result<Chosen, CompareError> {
    let mut race = Race::start(prepared, goal, options, monitor)?;
    let Race { position, most, plans, .. } = race;
    race.advance(0..plans, PILOT.min(most))?;
    let counts = |plan: &usize| {
        let mut replications = race.simulations[*plan].samples().iter();
        replications.any(|samples| samples[position].den > 0.0)
    };
    let counted: Vec<usize> = (0..plans).filter(counts).collect();
    if counted.is_empty() {
        let expected = "a figure of which one of the scenarios counts something";
        return Err(refused("figure", goal.kpi.id().to_owned(), expected));
    }
    let mut kn = Kn::new(counted.len(), better, (goal.confidence, goal.indifference), PILOT);
    let mut sums = vec![0.0; counted.len()];
    let mut observations = sums.clone();
    while kn.best().is_none() && kn.replications() < most {
        let target = (kn.replications() + BATCH).min(most);
        race.advance((0..counted.len()).filter(|&i| kn.is_left(i)).map(|i| counted[i]), target)?;
        for replication in kn.replications()..target {
            for i in (0..counted.len()).filter(|&i| kn.is_left(i)) {
                observations[i] = race.observed(counted[i], replication);
                sums[i] += observations[i];
            }
            kn.observe(&observations);
            if kn.best().is_some() {
                break;
            }
        }
    }
    let mut fates = vec![Fate::NotCounted; plans];
    for (i, &plan) in counted.iter().enumerate() {
        fates[plan] = kn.dropped_after(i).map_or(Fate::Left, Fate::RuledOut);
    }
    // Those that are left have the same number of observations.
    let cost = |i: usize| match better {
        Better::Lower => sums[i],
        Better::Higher => -sums[i],
    };
    let left = (0..counted.len()).filter(|&i| kn.is_left(i));
    let leader = left.min_by(|&a, &b| cost(a).total_cmp(&cost(b))).unwrap_or(0);
    // What another plan changes is measured over what the base has.
    let replications = race.simulations[0].replications();
    race.advance(plans..race.simulations.len(), replications)?;
    let runs = race.simulations.into_iter().map(|simulation| simulation.finish(Stop::Replications));
    let mut runs = runs.collect::<Result<Vec<Run>, _>>()?;
    let others = runs.split_off(plans);
    Ok(Chosen { plan: counted[leader], is_certain: kn.best().is_some(), fates, runs, others })
}

/// Simulations that go on one after the other.
struct Race<'a> {
    /// Of the plans of the scenarios, then of further plans of the base.
    simulations: Vec<Simulation<'a>>,
    plans: usize,
    /// Of the figure: those of all sites together come first, the same in each scenario.
    position: usize,
    most: u64,
    monitor: &'a dyn Monitor,
}

impl<'a> Race<'a> {
    fn start(
        prepared: &'a Prepared,
        goal: &Goal,
        options: &CompareOptions,
        monitor: &'a dyn Monitor,
    ) -> Result<Self, CompareError> {
        let most = match options.simulation.until {
            Until::Replications(count) => count,
            Until::Precision { most, .. } => most,
        };
        Ok(Self {
            simulations: prepared.simulations(&options.simulation)?,
            plans: prepared.plans(),
            position: KpiId::ALL.iter().position(|&id| id == goal.kpi).unwrap_or(0),
            most,
            monitor,
        })
    }

    /// Simulates each of `plans` until it has `target` replications.
    fn advance(
        &mut self,
        plans: impl Iterator<Item = usize>,
        target: u64,
    ) -> Result<(), CompareError> {
        let scenarios = self.simulations.len();
        for scenario in plans {
            let one = OneOfMany { monitor: self.monitor, scenario, scenarios };
            if !self.simulations[scenario].advance_to(target, &one)? {
                return Err(CompareError::Cancelled);
            }
        }
        Ok(())
    }

    /// What one replication says of the figure; 0 where it counted nothing.
    fn observed(&self, plan: usize, replication: u64) -> f64 {
        let Sample { num, den } =
            self.simulations[plan].samples()[replication as usize][self.position];
        if den > 0.0 { num / den } else { 0.0 }
    }
}

impl Chosen {
    /// The same for each scenario.
    fn told(self, goal: &Goal, prepared: Prepared, plan_budget: Budget) -> Best {
        let Self { plan: best, is_certain, fates, runs, others } = self;
        let position = runs[0].position(goal.kpi, None).unwrap_or(0);
        let plan_spread = spread(&runs[0], &others)[position];
        let standing = |plan: &usize| {
            let to_best = || statistics::change((&runs[best], position), (&runs[*plan], position));
            let difference = if *plan == best { None } else { to_best() };
            Standing {
                fate: fates[*plan],
                figure: statistics::estimate(&runs[*plan], position),
                difference,
                verdict: difference.map(|one| judged(&one, plan_spread, goal.kpi.better())),
            }
        };
        let plan_of = prepared.plan_of();
        Best {
            goal: *goal,
            standings: plan_of.iter().map(standing).collect(),
            scenario: plan_of.iter().position(|&plan| plan == best).unwrap_or(0),
            scenarios: prepared.measured(&runs),
            is_certain,
            plan_budget,
            plan_spread,
        }
    }
}

fn refused(option: &'static str, value: String, expected: &'static str) -> CompareError {
    CompareError::Simulate(SimulateError::Option { option, value, expected })
}

fn check(goal: &Goal) -> Result<Better, CompareError> {
    if !(goal.indifference > 0.0 && goal.indifference.is_finite()) {
        return Err(refused("indifference", goal.indifference.to_string(), "above 0"));
    }
    if !(0.5..1.0).contains(&goal.confidence) {
        return Err(refused("confidence", goal.confidence.to_string(), "from 0.5 to below 1"));
    }
    let known = goal.kpi.better().filter(|_| Goal::is_possible(goal.kpi));
    let expected = "a figure of which less or more is better, and no quantile";
    known.ok_or_else(|| refused("figure", goal.kpi.id().to_owned(), expected))
}
