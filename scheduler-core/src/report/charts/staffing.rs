//! The picture of a staffing: needed and present by half-hour, and waits.

use super::lines::{Across, Lines, Panel, Point};
use super::page::{Block, page};
use crate::report::language::Language;
use crate::report::staffing::{CurveReport, HalfHourReport, StaffingReport};

/// Draws for each site and weekday clerks who are needed and present by half-hour, how long walk-ins
/// wait, and cost against the first target of the rosters that were simulated.
pub fn staffing(report: &StaffingReport, language: Language) -> String {
    let clerks = clerks(report, language);
    let waits = waits(report, language);
    let front = front(report, language);
    let mut blocks: Vec<&dyn Block> = Vec::new();
    if !report.curves.is_empty() {
        blocks.extend([&clerks as &dyn Block, &waits]);
    }
    if let Some(front) = &front {
        blocks.push(front);
    }
    page(&report.name, &report.verdict_lines(language).join(" "), &blocks)
}

fn title(curve: &CurveReport, language: Language) -> String {
    format!("{} – {}", curve.site, language.words().days_short[curve.day as usize])
}

fn clerks(report: &StaffingReport, language: Language) -> Lines {
    let (heading, note, legend, upwards) = match language {
        Language::English => (
            "Clerks by half-hour",
            "Needed: whom walk-ins and appointments keep busy on average. Present: on shift, breaks \
             included.",
            ["needed", "present"],
            "clerks",
        ),
        Language::German => (
            "Personen je halbe Stunde",
            "Gebraucht: wen Spontankunden und Termine im Mittel beschäftigen. Anwesend: im Dienst, \
             Pausen eingeschlossen.",
            ["gebraucht", "anwesend"],
            "Personen",
        ),
    };
    let panels = report.curves.iter().map(|curve| Panel {
        title: title(curve, language),
        upwards: upwards.to_owned(),
        curves: vec![
            points(curve, |half_hour| Some(half_hour.needed)),
            points(curve, |half_hour| Some(half_hour.present)),
        ],
    });
    Lines {
        heading: heading.to_owned(),
        note: note.to_owned(),
        language,
        across: Across::TimeOfDay,
        legend: legend.map(str::to_owned).to_vec(),
        panels: panels.collect(),
        same_height: true,
    }
}

fn waits(report: &StaffingReport, language: Language) -> Lines {
    let (heading, note, upwards) = match language {
        Language::English => (
            "Waits of walk-ins",
            "Mean minutes of those who come in a half-hour, with this roster.",
            "minutes",
        ),
        Language::German => (
            "Wartezeit ohne Termin",
            "Mittlere Minuten derer, die in einer halben Stunde kommen, mit dieser Besetzung.",
            "Minuten",
        ),
    };
    let panels = report.curves.iter().map(|curve| Panel {
        title: title(curve, language),
        upwards: upwards.to_owned(),
        curves: vec![points(curve, |half_hour| half_hour.wait)],
    });
    Lines {
        heading: heading.to_owned(),
        note: note.to_owned(),
        language,
        across: Across::TimeOfDay,
        legend: vec![upwards.to_owned()],
        panels: panels.collect(),
        same_height: true,
    }
}

fn points(curve: &CurveReport, of: impl Fn(&HalfHourReport) -> Option<f64>) -> Vec<Point> {
    let points = curve.half_hours.iter().filter_map(|half_hour| {
        let value = of(half_hour)?;
        Some(Point { x: f64::from(half_hour.from) + 15.0, value, half_width: 0.0, mark: None })
    });
    points.collect()
}

/// Cost against each target; `None` where there is nothing to compare.
fn front(report: &StaffingReport, language: Language) -> Option<Lines> {
    let (heading, note, across) = match language {
        Language::English => (
            "What more or less money would bring",
            "Rosters that were simulated on the way, none of which is both dearer and worse.",
            "cost a week",
        ),
        Language::German => (
            "Was mehr oder weniger Geld brächte",
            "Besetzungen, die auf dem Weg simuliert wurden; keine ist teurer und schlechter zugleich.",
            "Kosten in der Woche",
        ),
    };
    if report.front.len() < 2 {
        return None;
    }
    let panels = report.targets.iter().enumerate().map(|(index, target)| {
        let curve = report.front.iter().filter_map(|point| {
            let value = point.figures.get(index).copied().flatten()?;
            Some(Point { x: point.cost, value, half_width: 0.0, mark: None })
        });
        Panel { title: target.id.clone(), upwards: String::new(), curves: vec![curve.collect()] }
    });
    // A target that asks for nothing has no points.
    let panels: Vec<Panel> = panels.filter(|panel| !panel.curves[0].is_empty()).collect();
    if panels.is_empty() {
        return None;
    }
    Some(Lines {
        heading: heading.to_owned(),
        note: note.to_owned(),
        language,
        across: Across::Quantity(across.to_owned()),
        legend: vec![across.to_owned()],
        panels,
        same_height: false,
    })
}
