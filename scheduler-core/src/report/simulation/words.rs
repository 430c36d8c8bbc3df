//! What the figures of a simulation are called, in each language.

use super::report::Measured;
use crate::report::language::Language;
use crate::simulate::model::Channel;
use crate::simulate::result::{KpiId, Unit};
use crate::simulate::statistics::Verdict;

/// Groups of figures, as a table shows them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Group {
    Appointments,
    WalkIns,
    Day,
    Lead,
    Cost,
}

impl Group {
    pub(super) const ALL: [Self; 5] =
        [Self::Lead, Self::Appointments, Self::WalkIns, Self::Day, Self::Cost];

    pub(in crate::report) fn of(id: KpiId) -> Self {
        match id {
            KpiId::WaitMean(channel)
            | KpiId::WaitMedian(channel)
            | KpiId::WaitP90(channel)
            | KpiId::WaitWithin(channel, _)
            | KpiId::Served(channel) => match channel {
                Channel::Appointment => Self::Appointments,
                Channel::WalkIn => Self::WalkIns,
            },
            KpiId::WaitFromDue | KpiId::NoShows | KpiId::NoShowMinutes => Self::Appointments,
            KpiId::WalkInsLost => Self::WalkIns,
            KpiId::LeadNextFree | KpiId::LeadBooked | KpiId::WithoutOffer => Self::Lead,
            KpiId::CostPerCase | KpiId::CasesPerClerkDay | KpiId::CostPerWeek => Self::Cost,
            _ => Self::Day,
        }
    }

    pub(in crate::report) fn name(self, language: Language) -> &'static str {
        match (language, self) {
            (Language::English, Self::Appointments) => "With an appointment",
            (Language::English, Self::WalkIns) => "Without an appointment",
            (Language::English, Self::Day) => "The day at the office",
            (Language::English, Self::Lead) => "Getting an appointment",
            (Language::English, Self::Cost) => "Cost and output",
            (Language::German, Self::Appointments) => "Mit Termin",
            (Language::German, Self::WalkIns) => "Ohne Termin (Spontankunden)",
            (Language::German, Self::Day) => "Der Tag im Amt",
            (Language::German, Self::Lead) => "Termin bekommen",
            (Language::German, Self::Cost) => "Kosten und Leistung",
        }
    }
}

impl Language {
    /// A figure as a row under the heading of its group.
    pub(in crate::report) fn kpi_row(self, id: KpiId) -> String {
        let text = match (self, id) {
            (Self::English, KpiId::WaitMean(_)) => "Mean wait",
            (Self::English, KpiId::WaitMedian(_)) => "Half wait at most",
            (Self::English, KpiId::WaitP90(_)) => "Nine of ten wait at most",
            (Self::English, KpiId::WaitWithin(_, minutes)) => {
                return format!("Wait at most {minutes} min");
            }
            (Self::English, KpiId::WaitFromDue) => "Mean wait after the appointed time",
            (Self::English, KpiId::Served(_)) => "Served",
            (Self::English, KpiId::WalkInsLost) => "Turned away or gone unserved",
            (Self::English, KpiId::NoShows) => "No-shows",
            (Self::English, KpiId::NoShowMinutes) => "Idle time of no-shows",
            (Self::English, KpiId::MostWaiting) => "Most people waiting",
            (Self::English, KpiId::Utilisation) => "Utilisation of clerks",
            (Self::English, KpiId::Overtime) => "Overtime of a site",
            (Self::English, KpiId::LeadNextFree) => "Next free appointment in",
            (Self::English, KpiId::LeadBooked) => "Booked ahead",
            (Self::English, KpiId::WithoutOffer) => "Requests without an offer",
            (Self::English, KpiId::CostPerCase) => "Cost per case",
            (Self::English, KpiId::CasesPerClerkDay) => "Cases per clerk and day",
            (Self::English, KpiId::CostPerWeek) => "Cost per week",
            (Self::German, KpiId::WaitMean(_)) => "Mittlere Wartezeit",
            (Self::German, KpiId::WaitMedian(_)) => "Die Hälfte wartet höchstens",
            (Self::German, KpiId::WaitP90(_)) => "Neun von zehn warten höchstens",
            (Self::German, KpiId::WaitWithin(_, minutes)) => {
                return format!("Wartezeit bis {minutes} min");
            }
            (Self::German, KpiId::WaitFromDue) => "Mittlere Wartezeit ab Terminzeit",
            (Self::German, KpiId::Served(_)) => "Bedient",
            (Self::German, KpiId::WalkInsLost) => "Abgewiesen oder gegangen",
            (Self::German, KpiId::NoShows) => "Nichterscheinen",
            (Self::German, KpiId::NoShowMinutes) => "Leerlauf durch Nichterscheinen",
            (Self::German, KpiId::MostWaiting) => "Höchstens zugleich Wartende",
            (Self::German, KpiId::Utilisation) => "Auslastung des Personals",
            (Self::German, KpiId::Overtime) => "Überstunden je Standort",
            (Self::German, KpiId::LeadNextFree) => "Nächster freier Termin in",
            (Self::German, KpiId::LeadBooked) => "Vorlaufzeit der Buchungen",
            (Self::German, KpiId::WithoutOffer) => "Anfragen ohne Angebot",
            (Self::German, KpiId::CostPerCase) => "Kosten je Fall",
            (Self::German, KpiId::CasesPerClerkDay) => "Fälle je Kraft und Tag",
            (Self::German, KpiId::CostPerWeek) => "Kosten je Woche",
        };
        text.to_owned()
    }

    /// A figure where no heading says whom it is about: a column or a panel of a chart.
    pub(in crate::report) fn kpi_name(self, id: KpiId) -> String {
        let whose = match (self, Group::of(id)) {
            (Self::English, Group::Appointments) => ", appointments",
            (Self::English, Group::WalkIns) => ", walk-ins",
            (Self::German, Group::Appointments) => " mit Termin",
            (Self::German, Group::WalkIns) => " ohne Termin",
            _ => "",
        };
        let text = match (self, id) {
            (_, KpiId::WaitFromDue | KpiId::NoShows | KpiId::NoShowMinutes) => {
                return self.kpi_row(id);
            }
            (Self::English, KpiId::WaitMean(_)) => "Wait",
            (Self::English, KpiId::WaitMedian(_)) => "Median wait",
            (Self::English, KpiId::WaitP90(_)) => "90 % wait",
            (Self::German, KpiId::WaitMean(_)) => "Wartezeit",
            (Self::German, KpiId::WaitMedian(_)) => "Median der Wartezeit",
            (Self::German, KpiId::WaitP90(_)) => "90 % warten",
            (Self::English, KpiId::WalkInsLost) => return "Walk-ins unserved".to_owned(),
            (Self::German, KpiId::WalkInsLost) => return "Ohne Termin nicht bedient".to_owned(),
            (Self::English, KpiId::LeadNextFree) => "Next free slot",
            (Self::German, KpiId::LeadNextFree) => "Nächster freier Termin",
            (Self::English, KpiId::WithoutOffer) => "Requests without offer",
            (Self::English, KpiId::Overtime) => "Overtime",
            (Self::German, KpiId::Overtime) => "Überstunden",
            (Self::English, KpiId::Utilisation) => "Utilisation",
            (Self::German, KpiId::Utilisation) => "Auslastung",
            _ => return format!("{}{whose}", self.kpi_row(id)),
        };
        format!("{text}{whose}")
    }

    /// The head of a narrow column: two short lines.
    pub(in crate::report) fn kpi_head(self, id: KpiId) -> [&'static str; 2] {
        match (self, id) {
            (Self::English, KpiId::WaitMean(Channel::Appointment)) => ["Wait with", "appointment"],
            (Self::English, KpiId::WaitMean(Channel::WalkIn)) => ["Wait", "walk-in"],
            (Self::English, KpiId::WalkInsLost) => ["Walk-ins", "unserved"],
            (Self::English, KpiId::LeadNextFree) => ["Next free", "slot"],
            (Self::English, KpiId::WithoutOffer) => ["Requests", "no offer"],
            (Self::English, KpiId::Overtime) => ["Overtime", "a day"],
            (Self::English, KpiId::Utilisation) => ["Clerks", "busy"],
            (Self::English, KpiId::CasesPerClerkDay) => ["Cases per", "clerk"],
            (Self::English, KpiId::CostPerCase) => ["Cost", "per case"],
            (Self::English, KpiId::CostPerWeek) => ["Cost", "per week"],
            (Self::German, KpiId::WaitMean(Channel::Appointment)) => ["Wartezeit", "mit Termin"],
            (Self::German, KpiId::WaitMean(Channel::WalkIn)) => ["Wartezeit", "ohne Termin"],
            (Self::German, KpiId::WalkInsLost) => ["Ohne Termin", "nicht bedient"],
            (Self::German, KpiId::LeadNextFree) => ["Nächster", "freier Termin"],
            (Self::German, KpiId::WithoutOffer) => ["Anfragen", "ohne Angebot"],
            (Self::German, KpiId::Overtime) => ["Überstunden", "am Tag"],
            (Self::German, KpiId::Utilisation) => ["Auslastung", "Personal"],
            (Self::German, KpiId::CasesPerClerkDay) => ["Fälle", "je Kraft"],
            (Self::German, KpiId::CostPerCase) => ["Kosten", "je Fall"],
            (Self::German, KpiId::CostPerWeek) => ["Kosten", "je Woche"],
            _ => [id.id(), ""],
        }
    }

    /// What stands behind a number of this unit.
    pub(in crate::report) fn unit_sign(self, unit: Unit) -> &'static str {
        match (self, unit) {
            (_, Unit::Minutes) => "min",
            (Self::English, Unit::Days) => "days",
            (Self::German, Unit::Days) => "Tage",
            (_, Unit::Share) => "%",
            (Self::English, Unit::People) => "people",
            (Self::German, Unit::People) => "Personen",
            (Self::English, Unit::PerDay) => "a day",
            (Self::German, Unit::PerDay) => "am Tag",
            (_, Unit::Money | Unit::MoneyPerWeek) => "",
        }
    }

    /// `12.3 ± 0.4`, in percent for shares, without its unit; a dash where nothing was observed.
    pub(in crate::report) fn figure(self, estimate: Measured, unit: Unit) -> String {
        let scale = if unit == Unit::Share { 100.0 } else { 1.0 };
        let (value, half) = (estimate.value * scale, estimate.half_width * scale);
        if !value.is_finite() {
            return "–".to_owned();
        }
        let decimals = decimals(value, half, unit);
        let value = self.number(value, decimals);
        if half.is_finite() {
            format!("{value} ± {}", self.number(half, decimals))
        } else {
            format!("{value} ± ?")
        }
    }

    /// `± 0.04`, in percent for shares, without its unit.
    pub(in crate::report) fn spread(self, spread: f64, unit: Unit) -> String {
        let scale = if unit == Unit::Share { 100.0 } else { 1.0 };
        format!("± {}", self.number(spread * scale, decimals(0.0, spread * scale, unit)))
    }

    /// A difference with its unit: its sign is written always, and that of two shares is in
    /// percentage points.
    pub(in crate::report) fn change(self, difference: Measured, unit: Unit) -> String {
        let figure = self.figure(difference, unit);
        let signed = match figure.strip_prefix('-') {
            Some(size) => format!("−{size}"),
            None if difference.value > 0.0 => format!("+{figure}"),
            None => figure,
        };
        format!("{signed} {}", self.difference_sign(unit)).trim_end().to_owned()
    }

    /// What stands behind a difference in this unit.
    pub(in crate::report) fn difference_sign(self, unit: Unit) -> &'static str {
        match (self, unit) {
            (Self::English, Unit::Share) => "points",
            (Self::German, Unit::Share) => "Punkte",
            _ => self.unit_sign(unit),
        }
    }

    /// Sign and word of a verdict.
    pub(in crate::report) fn verdict(self, verdict: Verdict) -> [&'static str; 2] {
        match (self, verdict) {
            (Self::English, Verdict::Better) => ["✓", "better"],
            (Self::English, Verdict::Worse) => ["✗", "worse"],
            (Self::English, Verdict::Higher) => ["↑", "more"],
            (Self::English, Verdict::Lower) => ["↓", "less"],
            (Self::English, Verdict::NotDistinguishable) => ["≈", "not distinguishable"],
            (Self::English, Verdict::Same) => ["=", "the same"],
            (Self::German, Verdict::Better) => ["✓", "besser"],
            (Self::German, Verdict::Worse) => ["✗", "schlechter"],
            (Self::German, Verdict::Higher) => ["↑", "mehr"],
            (Self::German, Verdict::Lower) => ["↓", "weniger"],
            (Self::German, Verdict::NotDistinguishable) => ["≈", "nicht unterscheidbar"],
            (Self::German, Verdict::Same) => ["=", "gleich"],
        }
    }
}

/// Digits after the point: enough that the interval has one or two that say something.
fn decimals(value: f64, half: f64, unit: Unit) -> usize {
    let large = value.abs() >= 1000.0;
    match unit {
        Unit::MoneyPerWeek => 0,
        Unit::Money => 2,
        _ if large && half >= 1.0 => 0,
        _ if half.is_finite() && half > 0.0 && half < 0.095 => 2,
        _ => 1,
    }
}
