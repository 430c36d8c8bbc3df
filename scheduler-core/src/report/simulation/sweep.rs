//! A sweep in figures.

use serde::Serialize;

use super::comparison::{ComparisonReport, comparison_report};
use crate::compare::Sweep;
use crate::report::language::Language;
use crate::scenario::Edit;

/// A sweep in figures. Serialises as `"sweep/1"`: a comparison whose variants are the points.
#[derive(Debug, Clone, Serialize)]
pub struct SweepReport {
    /// The scenario as it is, then each point.
    #[serde(flatten)]
    pub comparison: ComparisonReport,
    /// One or two.
    pub knobs: Vec<KnobReport>,
    /// Values of the knobs at each point, the last knob turning fastest: point `i` is variant
    /// `i + 1`.
    pub points: Vec<Vec<f64>>,
}

/// A knob of a sweep.
#[derive(Debug, Clone, Serialize)]
pub struct KnobReport {
    /// The edit whose number it is.
    pub edit: Edit,
    /// Its values.
    pub values: Vec<f64>,
}

impl KnobReport {
    /// What is turned, such as `add_clerks nord-03`.
    pub(in crate::report) fn name(&self) -> String {
        let whom = match &self.edit {
            Edit::AddClerks(clerks) => vec![clerks.like.clone()],
            Edit::AddRooms { site, .. } => vec![site.clone()],
            Edit::DivertOnline { services, .. } | Edit::SetSlotMinutes { services, .. } => {
                services.clone()
            }
            Edit::ScaleQuota { sites, .. }
            | Edit::SetQuota { sites, .. }
            | Edit::SetShareByAppointment { sites, .. }
            | Edit::ScaleWalkIns { sites, .. }
            | Edit::ScaleRequests { sites, .. }
            | Edit::SetTickets { sites, .. } => sites.clone().unwrap_or_default(),
            _ => Vec::new(),
        };
        format!("{} {}", self.edit.word(), whom.join(", ")).trim_end().to_owned()
    }
}

/// Puts the figures of `sweep` together.
pub fn sweep_report(sweep: &Sweep) -> SweepReport {
    let knob = |knob: &crate::compare::Knob| KnobReport {
        edit: knob.edit.clone(),
        values: knob.values.clone(),
    };
    SweepReport {
        comparison: ComparisonReport { schema: "sweep/1", ..comparison_report(&sweep.comparison) },
        knobs: sweep.knobs.iter().map(knob).collect(),
        points: sweep.points.clone(),
    }
}

impl SweepReport {
    /// The sweep as text of at most 100 columns: a row for each point, called by its values.
    /// `details` adds all differences of each.
    pub fn to_text(&self, language: Language, details: bool) -> String {
        let knobs: Vec<String> = self.knobs.iter().map(KnobReport::name).collect();
        let mut comparison = self.comparison.clone();
        comparison.name = format!("{}: {}", comparison.name, knobs.join(" / "));
        for (variant, point) in comparison.variants.iter_mut().skip(1).zip(&self.points) {
            let values: Vec<String> = point.iter().map(|&value| language.short(value)).collect();
            variant.name = values.join(" / ");
            // Also a point that changes nothing has its row.
            variant.is_base = false;
        }
        comparison.text(language, details.then_some(true))
    }

    /// As [`ComparisonReport::to_csv`].
    pub fn to_csv(&self, language: Language) -> String {
        self.comparison.to_csv(language)
    }
}
