//! Curves with bands of what was learnt from a history.

use super::lines::{Across, Lines, Panel, Point};
use super::page::page;
use crate::report::language::Language;

/// Panels with a curve each.
pub(in crate::report) struct Sheet {
    pub(in crate::report) title: String,
    pub(in crate::report) note: String,
    pub(in crate::report) upwards: String,
    /// What is across; the time of the day where left out.
    pub(in crate::report) across: Option<String>,
    pub(in crate::report) panels: Vec<Curve>,
}

/// A curve: where, its value, and half the width of its band.
pub(in crate::report) struct Curve {
    pub(in crate::report) title: String,
    pub(in crate::report) points: Vec<(f64, f64, f64)>,
}

/// Draws it.
pub(in crate::report) fn sheet(sheet: &Sheet, language: Language) -> String {
    let point =
        |&(x, value, half_width): &(f64, f64, f64)| Point { x, value, half_width, mark: None };
    let panels = sheet.panels.iter().map(|curve| Panel {
        title: curve.title.clone(),
        upwards: sheet.upwards.clone(),
        curves: vec![curve.points.iter().map(point).collect()],
    });
    let lines = Lines {
        heading: String::new(),
        note: String::new(),
        language,
        across: sheet.across.clone().map_or(Across::TimeOfDay, Across::Quantity),
        legend: Vec::new(),
        panels: panels.collect(),
        same_height: true,
    };
    page(&sheet.title, &sheet.note, &[&lines])
}
