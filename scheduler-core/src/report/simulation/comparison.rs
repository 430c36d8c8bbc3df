//! Variants against a base, in figures.

use serde::Serialize;

use super::csv::{Figures, Row};
use super::definitions::{DEFINITIONS, Definition};
use super::remarks::Remark;
use super::report::{Figure, Measured, RepeatFigures, SplitFigure, figures};
use super::waiting::{WaitlistFigure, waitlist_figures};
use crate::compare::{Change, Comparison, Measured as Scenario};
use crate::plan::Budget;
use crate::report::language::Language;
use crate::scenario::Finding;
use crate::simulate::booking::BookingBy;
use crate::simulate::result::{Better, KpiId, Run};
use crate::simulate::statistics::{Verdict, split_change};

/// A base and its variants in figures. Serialises as `"comparison/1"`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Comparison))]
pub struct ComparisonReport {
    /// `"comparison/1"`.
    #[cfg_attr(feature = "schema", schema(value_type = ComparisonForm))]
    pub schema: &'static str,
    /// What the planner calls the scenario.
    pub name: String,
    /// Seed of the random numbers, which all share.
    pub seed: u64,
    /// What people who asked for an appointment were offered.
    pub booking_by: BookingBy,
    /// How the dates of the scenario became weeks without end.
    pub repeat: RepeatFigures,
    /// Seconds for which each plan was searched for; left out where it was a number of steps. Within
    /// seconds other machines make other plans, and so find other figures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan_seconds: Option<f64>,
    /// Worst precision of the headline figures of all; null while there is none.
    #[cfg_attr(feature = "schema", schema(value_type = Option<f64>))]
    pub precision_reached: f64,
    /// Confidence of the interval of each difference, such that for each figure those of all
    /// variants hold together with 95 %.
    pub difference_confidence: f64,
    /// The base first.
    pub variants: Vec<VariantReport>,
    /// How the figures are counted.
    #[cfg_attr(feature = "schema", schema(value_type = Vec<Definition>))]
    pub definitions: &'static [Definition],
}

#[cfg(feature = "schema")]
crate::names! {
    /// The form of a comparison.
    ComparisonForm = ["comparison/1"];
}

/// One variant; or the base, which is compared with nothing.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = ComparedVariant))]
pub struct VariantReport {
    /// What the planner calls it.
    pub name: String,
    /// Replications done.
    pub replications: u64,
    /// Customers that went through them.
    pub customers: u64,
    /// Whether no other is surely better in cost, wait or lead time and as good in the others, beyond
    /// what another plan would change.
    pub on_front: bool,
    /// Whether it is the base, or a variant that changes nothing and has the figures of the base.
    pub is_base: bool,
    /// What a planner should know before reading on.
    pub warnings: Vec<Finding>,
    /// The same as people read it.
    #[serde(skip)]
    pub(super) remarks: Vec<Remark>,
    /// All figures: of all sites together, then of each site.
    pub figures: Vec<VariantFigure>,
    /// What its waitlist brings, over all sites; left out where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(required = false))]
    pub waitlist: Vec<WaitlistFigure>,
}

/// A figure of a variant against the base.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = ComparedFigure))]
pub struct VariantFigure {
    /// The figure itself.
    #[serde(flatten)]
    pub figure: Figure,
    /// Variant less base, both with the same random numbers, hence with a smaller interval than
    /// the figures themselves; null for the base, and for sites that the base does not have.
    pub difference: Option<Measured>,
    /// What part of the interval of the difference is chance and what part is not knowing: variants
    /// meet the same draws of what may be true. Left out as that of figures is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub difference_split: Option<SplitFigure>,
    /// How far apart plans of the base lie in it that are equally good; a difference counts where
    /// its interval lies outside this, too. Null where there was no other plan, and for sites that
    /// the base does not have.
    pub plan_spread: Option<f64>,
    /// What the difference means; null for the base, and for sites that the base does not have.
    pub verdict: Option<Verdict>,
}

/// Puts the figures of `comparison` together.
pub fn comparison_report(comparison: &Comparison) -> ComparisonReport {
    let name = comparison.scenarios.first().map_or("", |base| base.name.as_str());
    let scenarios = comparison.scenarios.iter().zip(&comparison.front).enumerate();
    ComparisonReport {
        schema: "comparison/1",
        name: name.to_owned(),
        seed: comparison.scenarios.first().map_or(0, |base| base.run.seed),
        booking_by: comparison
            .scenarios
            .first()
            .map_or(BookingBy::default(), |base| base.run.booking_by),
        repeat: comparison
            .scenarios
            .first()
            .map_or_else(RepeatFigures::default, |base| base.run.repeat.into()),
        plan_seconds: plan_seconds(comparison.plan_budget),
        precision_reached: comparison.reached,
        difference_confidence: comparison.confidence,
        variants: scenarios
            .map(|(index, (scenario, &on_front))| {
                let changes = index.checked_sub(1).map(|variant| &*comparison.changes[variant]);
                let spread = |index: usize| match changes {
                    Some(changes) => changes.get(index).and_then(|change| change.spread),
                    None => comparison.spread.get(index).copied().flatten(),
                };
                let base = changes.and(comparison.scenarios.first()).map(|base| &base.run);
                variant_report(scenario, (base, changes.unwrap_or_default()), &spread, on_front)
            })
            .collect(),
        definitions: &DEFINITIONS,
    }
}

/// Seconds of each plan; `None` where it was made with a number of steps.
pub(super) fn plan_seconds(budget: Budget) -> Option<f64> {
    match budget {
        Budget::Time(time) => Some(time.as_secs_f64()),
        Budget::Steps(_) => None,
    }
}

/// `changes` has an entry for each figure, against the run `base`, or none for the base itself; `spread`
/// is that of each figure.
fn variant_report(
    scenario: &Scenario,
    (base, changes): (Option<&Run>, &[Change]),
    spread: &dyn Fn(usize) -> Option<f64>,
    on_front: bool,
) -> VariantReport {
    let run = &scenario.run;
    let figures = figures(run).into_iter().enumerate().map(|(index, figure)| {
        let change = changes.get(index);
        let difference = change.and_then(|change| change.difference);
        VariantFigure {
            verdict: change.and_then(|change| change.verdict),
            difference: difference.map(|difference| Some(difference).into()),
            difference_split: base.and_then(|base| {
                let before = base.kpis.iter().position(|kpi| {
                    let site = kpi.site.map(|site| &base.sites[site]);
                    kpi.id == figure.kpi.id && site == figure.site.as_ref()
                })?;
                split_change((base, before), (run, index)).map(Into::into)
            }),
            plan_spread: spread(index),
            figure,
        }
    });
    let of_edits = scenario.warnings.iter().map(|warning| &warning.finding);
    let of_run = run.warnings.iter().map(|warning| &warning.finding);
    VariantReport {
        name: scenario.name.clone(),
        replications: run.replications,
        customers: run.customers,
        on_front,
        is_base: scenario.is_base,
        warnings: of_edits.chain(of_run).cloned().collect(),
        remarks: Remark::of_scenario(scenario),
        figures: figures.collect(),
        waitlist: waitlist_figures(run),
    }
}

/// What people call scenarios, of which the base comes first: `variants` says of each its name and
/// whether it is the base. Variants that change nothing give the base their name.
pub(super) fn names<'a>(
    variants: impl Iterator<Item = (&'a str, bool)>,
    language: Language,
) -> Vec<String> {
    let (same, others): (Vec<_>, Vec<_>) = variants.skip(1).partition(|&(_, is_base)| is_base);
    let same: Vec<&str> = same.into_iter().map(|(name, _)| name).collect();
    let base = if same.is_empty() { language.as_it_is().to_owned() } else { same.join(", ") };
    let others = others.into_iter().map(|(name, _)| name.to_owned());
    std::iter::once(base).chain(others).collect()
}

impl VariantReport {
    /// Whether there was another plan to compare with.
    pub(super) fn has_spread(&self) -> bool {
        self.figures.iter().any(|one| one.plan_spread.is_some())
    }

    /// A figure of all sites together.
    pub(in crate::report) fn overall(&self, id: KpiId) -> Option<&VariantFigure> {
        self.figures.iter().find(|one| one.figure.kpi.id == id && one.figure.kpi.site.is_none())
    }
}

impl ComparisonReport {
    /// What people call the [distinct](Self::distinct) scenarios: the base by the variants that
    /// change nothing, where there are any.
    pub(in crate::report) fn names(&self, language: Language) -> Vec<String> {
        names(self.variants.iter().map(|variant| (&*variant.name, variant.is_base)), language)
    }

    /// The base and all variants that change something.
    pub(in crate::report) fn distinct(&self) -> impl Iterator<Item = &VariantReport> {
        let is_distinct =
            |(index, variant): &(usize, &VariantReport)| *index == 0 || !variant.is_base;
        self.variants.iter().enumerate().filter(is_distinct).map(|(_, variant)| variant)
    }

    /// All figures as CSV, a row for each figure of each variant, in the columns of
    /// [`SimulationReport::to_csv`](super::SimulationReport::to_csv).
    pub fn to_csv(&self, language: Language) -> String {
        self.rows_of(Figures::new(language))
    }

    /// As [`SimulationReport::to_sheet`](super::SimulationReport::to_sheet).
    pub fn to_sheet(&self, language: Language) -> String {
        self.rows_of(Figures::for_people(language))
    }

    fn rows_of(&self, mut csv: Figures) -> String {
        for variant in &self.variants {
            for VariantFigure { figure, difference, plan_spread, verdict, .. } in &variant.figures {
                csv.row(&Row {
                    variant: &variant.name,
                    id: figure.id,
                    site: figure.site.as_deref().unwrap_or_default(),
                    measured: Some(figure.measured),
                    unit: figure.unit.word(),
                    better: figure.better.map_or("", Better::word),
                    definition: figure.definition,
                    difference: *difference,
                    plan_spread: *plan_spread,
                    verdict: verdict.map_or("", Verdict::word),
                    ..Row::default()
                });
            }
            csv.waitlist(&variant.name, &variant.waitlist);
        }
        csv.finish()
    }
}
