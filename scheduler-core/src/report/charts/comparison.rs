//! The pictures of a comparison.

use super::bars::{Bars, Cell, Mark, Measure};
use super::page::{Block, page};
use super::scatter::{Scatter, Variant};
use crate::report::language::Language;
use crate::report::simulation::{ComparisonReport, Measured, VariantReport};
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

fn measure(report: &ComparisonReport, id: KpiId, language: Language) -> Measure {
    let scale = if id.unit() == Unit::Share { 100.0 } else { 1.0 };
    let better = match id.better() {
        Some(Better::Lower) => language.less_is_better(),
        Some(Better::Higher) => language.more_is_better(),
        None => "",
    };
    let unit = [language.unit_sign(id.unit()), better];
    let cells = report.distinct().enumerate().map(|(index, variant)| {
        let value = measured(variant, id);
        let verdict = variant.overall(id).and_then(|one| one.verdict);
        Cell {
            value: value.map_or(0.0, |value| value.value * scale),
            half_width: value.map_or(0.0, |value| value.half_width * scale),
            figure: value.map_or_else(|| "–".to_owned(), |value| language.figure(value, id.unit())),
            mark: match verdict {
                _ if index == 0 => Mark::Base,
                Some(Verdict::Better) => Mark::Better,
                Some(Verdict::Worse) => Mark::Worse,
                Some(Verdict::Higher | Verdict::Lower) => Mark::Other,
                Some(Verdict::NotDistinguishable | Verdict::Same) | None => Mark::Unclear,
            },
            verdict: verdict.map_or_else(Default::default, |verdict| {
                language.verdict(verdict).map(str::to_owned)
            }),
        }
    });
    Measure {
        title: language.kpi_name(id),
        unit: unit.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", "),
        cells: cells.collect(),
    }
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
