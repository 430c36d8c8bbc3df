//! What a comparison gives.

use super::apply::Warning;
use super::spread::judged;
use crate::plan::Budget;
use crate::problem::{Plan, Problem};
use crate::scenario::Scenario;
use crate::simulate::result::{Kpi, Run};
use crate::simulate::statistics::{self, Estimate, Verdict};

/// A scenario and its variants, measured on the same random numbers.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Comparison {
    /// The base, then the variants in order.
    pub scenarios: Vec<Measured>,
    /// For each variant, in order, what it changes: one entry for each figure of its run.
    pub changes: Vec<Vec<Change>>,
    /// Confidence of the interval of each change, such that for each figure the intervals of all
    /// variants hold together with 95 %.
    pub confidence: f64,
    /// For each figure of the base how far apart plans of the same quality lie in it; `None` where
    /// there was no other plan, or nothing was counted.
    pub spread: Vec<Option<f64>>,
    /// For each scenario whether no other is better, beyond doubt and beyond what another plan would
    /// change, in cost, waits and lead time taken together: see [`pareto`](super::pareto).
    pub front: Vec<bool>,
    /// What each plan was made with. Within a budget of time other machines make other plans, and
    /// so find other figures.
    pub plan_budget: Budget,
    /// Replications of each scenario.
    pub replications: u64,
    /// Largest relative precision of the headline figures of any scenario.
    pub reached: f64,
}

/// One scenario of a comparison.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Measured {
    /// Name of the variant; that of the scenario for the base.
    pub name: String,
    /// The scenario with all edits.
    pub scenario: Scenario,
    /// The same, validated.
    pub problem: Problem,
    /// Its plan.
    pub plan: Plan,
    /// Its simulation.
    pub run: Run,
    /// What the edits made doubtful. What the simulation warns of is in its run.
    pub warnings: Vec<Warning>,
    /// Whether it is the base, or a variant that changes nothing: that has plan and run of the base.
    pub is_base: bool,
}

/// One figure of a variant against the base.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Which figure; its site is that of the variant.
    pub kpi: Kpi,
    /// In the base; `None` where nothing was counted, or for a site that is only in the variant.
    pub before: Option<Estimate>,
    /// In the variant; `None` where nothing was counted.
    pub after: Option<Estimate>,
    /// `after` less `before` by pairs of replications, its half width at the comparison's
    /// [confidence](Comparison::confidence); `None` where one of them is.
    pub difference: Option<Estimate>,
    /// What another plan of the same quality changes at most; see [`Comparison::spread`].
    pub spread: Option<f64>,
    /// What that means: a difference counts where its interval lies outside the spread, too.
    pub verdict: Option<Verdict>,
}

/// What `variant` changes against `base`, figure by figure, with intervals of `confidence`.
pub(super) fn changes(
    base: &Measured,
    variant: &Measured,
    spread: &[Option<f64>],
    confidence: f64,
) -> Vec<Change> {
    let figures = variant.run.kpis.iter().enumerate();
    figures
        .map(|(index, &kpi)| {
            let after = statistics::estimate(&variant.run, index);
            let here = |site: usize| {
                let id = &variant.problem.sites[site].id;
                base.problem.sites.iter().position(|site| site.id == *id)
            };
            let position = match kpi.site.map(here) {
                Some(None) => None,
                place => base.run.position(kpi.id, place.flatten()),
            };
            let Some(position) = position else {
                return Change {
                    kpi,
                    before: None,
                    after,
                    difference: None,
                    spread: None,
                    verdict: None,
                };
            };
            let difference = statistics::change((&base.run, position), (&variant.run, index))
                .map(|difference| difference.at(confidence));
            let spread = spread[position];
            Change {
                kpi,
                before: statistics::estimate(&base.run, position),
                after,
                difference,
                spread,
                verdict: difference.map(|difference| judged(&difference, spread, kpi.id.better())),
            }
        })
        .collect()
}
