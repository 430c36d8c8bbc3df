//! The best of many scenarios, in figures.

use serde::Serialize;

use super::comparison::plan_seconds;
use super::csv::{Figures, Row};
use super::definitions::{DEFINITIONS, Definition};
use super::remarks::Remark;
use super::report::{Figure, Measured, figures};
use crate::compare::{Best, Fate};
use crate::report::language::Language;
use crate::scenario::Finding;
use crate::simulate::booking::BookingBy;
use crate::simulate::result::{Better, KpiId};
use crate::simulate::statistics::Verdict;

/// Which scenario is best by one figure. Serialises as `"best/1"`.
#[derive(Debug, Clone, Serialize)]
pub struct BestReport {
    /// `"best/1"`.
    pub schema: &'static str,
    /// What the planner calls the scenario.
    pub name: String,
    /// Seed of the random numbers, which all share.
    pub seed: u64,
    /// What people who asked for an appointment were offered.
    pub booking_by: BookingBy,
    /// Seconds for which each plan was searched for; left out where it was a number of steps. Within
    /// seconds other machines make other plans, and so find other figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_seconds: Option<f64>,
    /// Stable name of the figure that decides, such as `wait.walk_in.mean`.
    pub figure: &'static str,
    /// What that stands for.
    #[serde(skip)]
    pub kpi: KpiId,
    /// Differences below this do not matter, in the unit of the figure.
    pub indifference: f64,
    /// Probability with which the best is found where it is better than all others by at least
    /// `indifference`, with the plans that were made.
    pub confidence: f64,
    /// Whether it is found with that confidence; else not all others were ruled out before the
    /// replications were used up.
    pub is_certain: bool,
    /// Index of the best of `variants`, or of the one that leads.
    pub best: usize,
    /// How far apart plans of the base lie in the figure that are equally good; null where there
    /// was no other plan, or nothing was counted.
    pub plan_spread: Option<f64>,
    /// The base first.
    pub variants: Vec<Candidate>,
    /// How the figures are counted.
    pub definitions: &'static [Definition],
}

/// A scenario that might be the best.
#[derive(Debug, Clone, Serialize)]
pub struct Candidate {
    /// What the planner calls it.
    pub name: String,
    /// Whether it is the base, or a variant that changes nothing and stands where the base does.
    pub is_base: bool,
    /// `"best"`, `"leads"`, `"ruled_out"`, `"left"` or `"not_counted"`.
    pub fate: &'static str,
    /// Replications after which it was ruled out; null where it was not.
    pub ruled_out_after: Option<u64>,
    /// The figure over all replications that it had.
    #[serde(flatten)]
    pub figure: Figure,
    /// Its figure less that of the best, both with the same random numbers; null for the best.
    pub difference: Option<Measured>,
    /// Whether the interval of the difference lies beyond what another plan of the same quality
    /// would change; null for the best.
    pub beyond_plan_spread: Option<bool>,
    /// What a planner should know before reading on.
    pub warnings: Vec<Finding>,
    /// The same as people read it.
    #[serde(skip)]
    pub(super) remarks: Vec<Remark>,
}

/// Puts the figures of `best` together.
pub fn best_report(best: &Best) -> BestReport {
    let base = best.scenarios.first();
    let candidates = best.scenarios.iter().zip(&best.standings).enumerate();
    let candidates = candidates.filter_map(|(index, (scenario, standing))| {
        let at = scenario.run.position(best.goal.kpi, None)?;
        let is_best = index == best.scenario || best.scenario == 0 && scenario.is_base;
        let of_run = scenario.run.warnings.iter().map(|warning| &warning.finding);
        let of_edits = scenario.warnings.iter().map(|warning| &warning.finding);
        Some(Candidate {
            name: scenario.name.clone(),
            is_base: scenario.is_base,
            fate: match standing.fate {
                Fate::Left if is_best && best.is_certain => "best",
                Fate::Left if is_best => "leads",
                Fate::Left => "left",
                Fate::RuledOut(_) => "ruled_out",
                Fate::NotCounted => "not_counted",
            },
            ruled_out_after: match standing.fate {
                Fate::RuledOut(after) => Some(after),
                Fate::Left | Fate::NotCounted => None,
            },
            figure: figures(&scenario.run).swap_remove(at),
            difference: standing.difference.map(|difference| Some(difference).into()),
            beyond_plan_spread: standing
                .verdict
                .map(|verdict| !matches!(verdict, Verdict::NotDistinguishable | Verdict::Same)),
            warnings: of_edits.chain(of_run).cloned().collect(),
            remarks: Remark::of_scenario(scenario),
        })
    });
    BestReport {
        schema: "best/1",
        name: base.map_or_else(String::new, |base| base.name.clone()),
        seed: base.map_or(0, |base| base.run.seed),
        booking_by: base.map_or(BookingBy::default(), |base| base.run.booking_by),
        plan_seconds: plan_seconds(best.plan_budget),
        figure: best.goal.kpi.id(),
        kpi: best.goal.kpi,
        indifference: best.goal.indifference,
        confidence: best.goal.confidence,
        is_certain: best.is_certain,
        best: best.scenario,
        plan_spread: best.plan_spread,
        variants: candidates.collect(),
        definitions: &DEFINITIONS,
    }
}

impl BestReport {
    /// A row for each scenario, in the columns of
    /// [`SimulationReport::to_csv`](super::SimulationReport::to_csv): the difference is that to the
    /// best, the verdict what became of the scenario, and the replications of one that was ruled out
    /// those until then.
    pub fn to_csv(&self, language: Language) -> String {
        self.rows_of(Figures::new(language))
    }

    /// As [`SimulationReport::to_sheet`](super::SimulationReport::to_sheet).
    pub fn to_sheet(&self, language: Language) -> String {
        self.rows_of(Figures::for_people(language))
    }

    fn rows_of(&self, mut csv: Figures) -> String {
        for Candidate { name, fate, ruled_out_after, figure, difference, .. } in &self.variants {
            let replications = ruled_out_after.unwrap_or(figure.measured.replications);
            csv.row(&Row {
                variant: name,
                id: figure.id,
                measured: Some(Measured { replications, ..figure.measured }),
                unit: figure.unit.word(),
                better: figure.better.map_or("", Better::word),
                definition: figure.definition,
                difference: *difference,
                plan_spread: self.plan_spread,
                verdict: fate,
                ..Row::default()
            });
        }
        csv.finish()
    }
}
