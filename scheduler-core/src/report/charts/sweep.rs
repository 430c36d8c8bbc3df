//! The picture of a sweep: curves over one knob, tables over two.

use super::comparison::{MEASURES, is_known, mark_of, measured};
use super::heat::{Heat, HeatPanel};
use super::lines::{Across, Lines, Panel, Point};
use super::page::page;
use crate::report::language::Language;
use crate::report::simulation::{SweepReport, VariantReport};
use crate::simulate::result::{KpiId, Unit};

/// Draws what becomes of each measure as the knobs are turned.
pub fn sweep(report: &SweepReport, language: Language) -> String {
    let comparison = &report.comparison;
    let points = comparison.variants.get(1..).unwrap_or_default();
    let known = |id: &&KpiId| points.iter().any(|point| is_known(point, **id));
    let ids: Vec<KpiId> = MEASURES.iter().filter(known).copied().collect();
    let subtitle = language.compared(comparison);
    // In full here, as a panel may have no room for their names.
    let knobs: Vec<String> = report.knobs.iter().map(|knob| knob.name(language)).collect();
    let noted = |note: &str| format!("{}. {note}", knobs.join(" / "));
    match report.knobs.as_slice() {
        [across, upwards] => {
            let name = |value: &f64| language.short(*value);
            let heat = Heat {
                heading: language.sweep_chart().to_owned(),
                note: noted(language.heat_note()),
                across: (upwards.name(language), upwards.values.iter().map(name).collect()),
                upwards: (across.name(language), across.values.iter().map(name).collect()),
                panels: ids
                    .iter()
                    .map(|&id| table(points, upwards.values.len(), id, language))
                    .collect(),
            };
            page(&comparison.name, &subtitle, &[&heat])
        }
        knobs => {
            let across = knobs.first().map(|knob| knob.name(language));
            let lines = Lines {
                heading: language.sweep_chart().to_owned(),
                note: noted(language.sweep_note()),
                language,
                across: Across::Quantity(across.unwrap_or_default()),
                legend: Vec::new(),
                panels: ids.iter().map(|&id| curve(report, points, id, language)).collect(),
                same_height: false,
            };
            page(&comparison.name, &subtitle, &[&lines])
        }
    }
}

fn scale(id: KpiId) -> f64 {
    if id.unit() == Unit::Share { 100.0 } else { 1.0 }
}

fn curve(report: &SweepReport, points: &[VariantReport], id: KpiId, language: Language) -> Panel {
    let values = report.points.iter().filter_map(|point| point.first());
    let mut curve: Vec<Point> = values
        .zip(points)
        .filter_map(|(&x, point)| {
            let one = measured(point, id)?;
            let half_width = if one.half_width.is_finite() { one.half_width } else { 0.0 };
            Some(Point {
                x,
                value: one.value * scale(id),
                half_width: half_width * scale(id),
                mark: Some(mark_of(point, id)),
            })
        })
        .collect();
    curve.sort_by(|a, b| a.x.total_cmp(&b.x));
    Panel {
        title: language.kpi_name(id),
        upwards: language.unit_sign(id.unit()).to_owned(),
        curves: vec![curve],
    }
}

fn table(points: &[VariantReport], columns: usize, id: KpiId, language: Language) -> HeatPanel {
    let cell = |point: &VariantReport| {
        let one = measured(point, id);
        one.map_or((0.0, "–".to_owned()), |one| (one.value, language.figure(one, id.unit())))
    };
    let sign = language.unit_sign(id.unit());
    let unit = if sign.is_empty() { String::new() } else { format!(" ({sign})") };
    HeatPanel {
        title: format!("{}{unit}", language.kpi_name(id)),
        cells: points.chunks(columns.max(1)).map(|row| row.iter().map(cell).collect()).collect(),
    }
}
