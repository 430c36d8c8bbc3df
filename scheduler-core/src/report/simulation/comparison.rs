//! Variants against a base, in figures.

use serde::Serialize;

use super::csv::{Csv, Row};
use super::definitions::{DEFINITIONS, Definition};
use super::report::{Figure, Measured, figures};
use crate::scenario::Finding;
use crate::simulate::result::{KpiId, Run};
use crate::simulate::statistics::{Verdict, change, verdict};

/// A base and its variants in figures. Serialises as `"comparison/1"`.
#[derive(Debug, Clone, Serialize)]
pub struct ComparisonReport {
    /// `"comparison/1"`.
    pub schema: &'static str,
    /// What the planner calls the scenario.
    pub name: String,
    /// Seed of the random numbers, which all share.
    pub seed: u64,
    /// Worst precision of the headline figures of all; null while there is none.
    pub precision_reached: f64,
    /// The base first.
    pub variants: Vec<VariantReport>,
    /// How the figures are counted.
    pub definitions: &'static [Definition],
}

/// One variant; or the base, which is compared with nothing.
#[derive(Debug, Clone, Serialize)]
pub struct VariantReport {
    /// What the planner calls it.
    pub name: String,
    /// Replications done.
    pub replications: u64,
    /// Customers that went through them.
    pub customers: u64,
    /// Whether no other is surely better in cost, wait or lead time and as good in the others.
    pub on_front: bool,
    /// What a planner should know before reading on.
    pub warnings: Vec<Finding>,
    /// All figures: of all sites together, then of each site.
    pub figures: Vec<VariantFigure>,
}

/// A figure of a variant against the base.
#[derive(Debug, Clone, Serialize)]
pub struct VariantFigure {
    /// The figure itself.
    #[serde(flatten)]
    pub figure: Figure,
    /// Variant less base, both with the same random numbers, hence with a smaller interval than
    /// the figures themselves; null for the base, and for sites that the base does not have.
    pub difference: Option<Measured>,
    /// `"better"`, `"worse"`, `"higher"`, `"lower"`, `"not_distinguishable"` or `"same"`.
    #[serde(serialize_with = "verdict_name")]
    pub verdict: Option<Verdict>,
}

/// What a comparison is made of.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// What the planner calls it.
    pub name: &'a str,
    /// Its simulation.
    pub run: &'a Run,
    /// Whether it is on the Pareto front.
    pub on_front: bool,
}

/// Compares `variants` with `base`; `name` is the scenario's. All were run with the same seed.
pub fn comparison_report(
    name: &str,
    base: Candidate<'_>,
    variants: &[Candidate<'_>],
) -> ComparisonReport {
    let all = || std::iter::once(&base).chain(variants);
    ComparisonReport {
        schema: "comparison/1",
        name: name.to_owned(),
        seed: base.run.seed,
        precision_reached: all().map(|one| one.run.reached).fold(0.0, worse),
        variants: all()
            .enumerate()
            .map(|(index, one)| variant_report((index > 0).then_some(base.run), one))
            .collect(),
        definitions: &DEFINITIONS,
    }
}

/// The larger; not a number where either is none.
fn worse(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { a.max(b) }
}

fn variant_report(base: Option<&Run>, candidate: &Candidate<'_>) -> VariantReport {
    let run = candidate.run;
    let figures = figures(run).into_iter().enumerate().map(|(index, figure)| {
        let difference = base.and_then(|base| {
            // A variant may have sites that the base has not; names tell which are the same.
            let kpi = run.kpis[index];
            let site = match kpi.site {
                None => None,
                Some(site) => Some(base.sites.iter().position(|name| *name == run.sites[site])?),
            };
            change((base, base.position(kpi.id, site)?), (run, index))
        });
        VariantFigure {
            verdict: difference.as_ref().map(|change| verdict(change, figure.kpi.id.better())),
            difference: difference.map(|change| Some(change).into()),
            figure,
        }
    });
    VariantReport {
        name: candidate.name.to_owned(),
        replications: run.replications,
        customers: run.customers,
        on_front: candidate.on_front,
        warnings: run.warnings.clone(),
        figures: figures.collect(),
    }
}

/// The stable name of a verdict.
fn name_of(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Better => "better",
        Verdict::Worse => "worse",
        Verdict::Higher => "higher",
        Verdict::Lower => "lower",
        Verdict::NotDistinguishable => "not_distinguishable",
        Verdict::Same => "same",
    }
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
fn verdict_name<S: serde::Serializer>(
    verdict: &Option<Verdict>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    verdict.map(name_of).serialize(serializer)
}

impl VariantReport {
    /// A figure of all sites together.
    pub(in crate::report) fn overall(&self, id: KpiId) -> Option<&VariantFigure> {
        self.figures.iter().find(|one| one.figure.kpi.id == id && one.figure.kpi.site.is_none())
    }
}

impl ComparisonReport {
    /// All figures as CSV, a row for each figure of each variant, in the columns of
    /// [`SimulationReport::to_csv`](super::SimulationReport::to_csv).
    pub fn to_csv(&self) -> String {
        let mut csv = Csv::new();
        for variant in &self.variants {
            for VariantFigure { figure, difference, verdict } in &variant.figures {
                csv.row(&Row {
                    variant: &variant.name,
                    id: figure.id,
                    site: figure.site.as_deref().unwrap_or_default(),
                    measured: Some(figure.measured),
                    unit: figure.unit,
                    better: figure.better.unwrap_or_default(),
                    definition: figure.definition,
                    difference: *difference,
                    verdict: verdict.map(name_of).unwrap_or_default(),
                    ..Row::default()
                });
            }
        }
        csv.finish()
    }
}
