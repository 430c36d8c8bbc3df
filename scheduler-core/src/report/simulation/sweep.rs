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
    /// What is turned, in the words of `language`.
    pub(in crate::report) fn name(&self, language: Language) -> String {
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
            | Edit::SetCounters { sites, .. }
            | Edit::SetStretch { sites, .. }
            | Edit::SetTickets { sites, .. } => sites.clone().unwrap_or_default(),
            _ => Vec::new(),
        };
        let what = language.knob(&self.edit);
        if whom.is_empty() { what.to_owned() } else { format!("{what}: {}", whom.join(", ")) }
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
        let knobs: Vec<String> = self.knobs.iter().map(|knob| knob.name(language)).collect();
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

    /// As [`ComparisonReport::to_sheet`].
    pub fn to_sheet(&self, language: Language) -> String {
        self.comparison.to_sheet(language)
    }
}

impl Language {
    /// What an edit does, as the name of an axis.
    fn knob(self, edit: &Edit) -> &'static str {
        let (english, german) = match edit {
            Edit::AddClerks(_) => ("More clerks like", "Mehr Personal wie"),
            Edit::AddRooms { .. } => ("More rooms", "Mehr Räume"),
            Edit::ScaleQuota { .. } => ("Walk-in quotas, times", "Quoten für Spontankunden, mal"),
            Edit::SetQuota { .. } => ("Share for walk-ins", "Anteil für Spontankunden"),
            Edit::SetCounters { .. } => ("Counters for walk-ins", "Schalter für Spontankunden"),
            Edit::SetStretch { .. } => {
                ("Minutes of a stretch of the quotas", "Minuten eines Abschnitts der Quoten")
            }
            Edit::SetShareByAppointment { .. } => ("Share by appointment", "Anteil mit Termin"),
            Edit::DivertOnline { .. } => ("Share that turns online", "Anteil, der online geht"),
            Edit::SetNoShow { .. } => {
                ("Probability of a no-show", "Wahrscheinlichkeit des Nichterscheinens")
            }
            Edit::ScaleDuration { .. } => ("Length of service, times", "Dauer der Bedienung, mal"),
            Edit::SetSlotMinutes { .. } => ("Minutes of a slot", "Minuten eines Termins"),
            Edit::ScaleWalkIns { .. } => ("Walk-ins, times", "Spontankunden, mal"),
            Edit::ScaleRequests { .. } => {
                ("Requests for appointments, times", "Anfragen nach Terminen, mal")
            }
            Edit::SetTickets { .. } => ("Tickets", "Wartenummern"),
            Edit::SetSickShare { .. } => ("Share of clerks who are ill", "Anteil der Kranken"),
            // No number of theirs can be turned.
            other => (other.word(), other.word()),
        };
        match self {
            Self::English => english,
            Self::German => german,
        }
    }
}
