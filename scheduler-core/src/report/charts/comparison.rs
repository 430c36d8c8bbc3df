//! The pictures of a comparison.

use super::bars::{Bars, Cell, Mark, Measure};
use super::page::{Block, page};
use super::scatter::{Scatter, Variant};
use crate::report::language::Language;
use crate::report::simulation::{BestReport, Candidate, ComparisonReport, Measured, VariantReport};
use crate::simulate::model::Channel;
use crate::simulate::result::{Better, KpiId, Unit};
use crate::simulate::statistics::Verdict;

pub(super) const MEASURES: [KpiId; 8] = [
    KpiId::LeadNextFree,
    KpiId::WithoutOffer,
    KpiId::WaitMean(Channel::Appointment),
    KpiId::WaitMean(Channel::WalkIn),
    KpiId::WalkInsLost,
    KpiId::Utilisation,
    KpiId::Overtime,
    KpiId::CostPerCase,
];

/// What is weighed against the cost.
const WEIGHED: [KpiId; 2] = [KpiId::WaitMean(Channel::WalkIn), KpiId::LeadNextFree];

/// Draws the figure that decides as bars, a row for each variant, with how it stands against the best.
pub fn best(report: &BestReport, language: Language) -> String {
    let (id, shown) = (report.kpi, report.shown(language));
    let scale = if id.unit() == Unit::Share { 100.0 } else { 1.0 };
    let cell = |(_, one): &(String, &Candidate)| {
        let (measured, fate) = (one.figure.measured, one.fate);
        let known = measured.value.is_finite();
        let half_width = if measured.half_width.is_finite() { measured.half_width } else { 0.0 };
        Cell {
            value: if known { measured.value * scale } else { 0.0 },
            half_width: half_width * scale,
            figure: language.figure(measured, id.unit()),
            mark: match fate {
                "best" => Mark::Better,
                "ruled_out" => Mark::Worse,
                _ => Mark::Unclear,
            },
            verdict: [String::new(), language.fate_of(fate).to_owned()],
        }
    };
    let bars = Bars {
        heading: language.best_heading().to_owned(),
        note: language.best_note().to_owned(),
        measures: vec![Measure {
            title: language.kpi_name(id),
            unit: unit_of(id, language),
            cells: shown.iter().map(cell).collect(),
        }],
        variants: shown.into_iter().map(|(name, _)| name).collect(),
    };
    page(&report.name, &language.chosen_among(report, bars.variants.len()), &[&bars])
}

/// Unit, and which way is better.
fn unit_of(id: KpiId, language: Language) -> String {
    let better = match id.better() {
        Some(Better::Lower) => language.less_is_better(),
        Some(Better::Higher) => language.more_is_better(),
        None => "",
    };
    let unit = [language.unit_sign(id.unit()), better];
    unit.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Draws each measure as bars, a row for each variant, and cost against wait and lead time.
pub fn comparison(report: &ComparisonReport, language: Language) -> String {
    let bars = Bars {
        heading: language.comparison_chart().to_owned(),
        note: language.comparison_note().to_owned(),
        variants: report.names(language),
        measures: MEASURES
            .iter()
            .filter(|&&id| report.variants.iter().any(|variant| is_known(variant, id)))
            .map(|&id| measure(report, id, language))
            .collect(),
    };
    let scatter = scatter(report, language);
    let mut blocks: Vec<&dyn Block> = vec![&bars];
    if report.distinct().count() > 1 && !scatter.upwards.is_empty() {
        blocks.push(&scatter);
    }
    page(&report.name, &language.compared(report), &blocks)
}

pub(super) fn measured(variant: &VariantReport, id: KpiId) -> Option<Measured> {
    variant.overall(id).map(|one| one.figure.measured).filter(|one| one.value.is_finite())
}

pub(super) fn is_known(variant: &VariantReport, id: KpiId) -> bool {
    measured(variant, id).is_some()
}

/// How a variant stands against the base.
pub(super) fn mark_of(variant: &VariantReport, id: KpiId) -> Mark {
    match variant.overall(id).and_then(|one| one.verdict) {
        Some(Verdict::Better) => Mark::Better,
        Some(Verdict::Worse) => Mark::Worse,
        Some(Verdict::Higher | Verdict::Lower) => Mark::Other,
        Some(Verdict::NotDistinguishable | Verdict::Same) | None => Mark::Unclear,
    }
}

fn measure(report: &ComparisonReport, id: KpiId, language: Language) -> Measure {
    let scale = if id.unit() == Unit::Share { 100.0 } else { 1.0 };
    let cells = report.distinct().enumerate().map(|(index, variant)| {
        let value = measured(variant, id);
        let verdict = variant.overall(id).and_then(|one| one.verdict);
        Cell {
            value: value.map_or(0.0, |value| value.value * scale),
            half_width: value.map_or(0.0, |value| value.half_width * scale),
            figure: value.map_or_else(|| "–".to_owned(), |value| language.figure(value, id.unit())),
            mark: if index == 0 { Mark::Base } else { mark_of(variant, id) },
            verdict: verdict.map_or_else(Default::default, |verdict| {
                language.verdict(verdict).map(str::to_owned)
            }),
        }
    });
    Measure { title: language.kpi_name(id), unit: unit_of(id, language), cells: cells.collect() }
}

fn scatter(report: &ComparisonReport, language: Language) -> Scatter {
    let place = |variant: &VariantReport, id: KpiId| {
        measured(variant, id).map_or((0.0, 0.0), |one| (one.value, one.half_width))
    };
    let known = |id: &&KpiId| report.variants.iter().all(|variant| is_known(variant, **id));
    let ids: Vec<KpiId> = WEIGHED.iter().filter(known).copied().collect();
    Scatter {
        heading: language.pareto_chart().to_owned(),
        note: language.pareto_note().to_owned(),
        language,
        across: language.kpi_name(KpiId::CostPerWeek),
        upwards: ids
            .iter()
            .map(|&id| format!("{} ({})", language.kpi_name(id), language.unit_sign(id.unit())))
            .collect(),
        variants: report
            .distinct()
            .zip(report.names(language))
            .map(|(variant, name)| Variant {
                name,
                front: variant.on_front,
                across: place(variant, KpiId::CostPerWeek),
                upwards: ids.iter().map(|&id| place(variant, id)).collect(),
            })
            .collect(),
    }
}
