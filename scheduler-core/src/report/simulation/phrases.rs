//! Headings and sentences of the texts about simulations, in each language.

use super::comparison::ComparisonReport;
use super::report::{AbsentClerk, RepeatFigures, SimulationReport};
use crate::report::language::Language;
use crate::simulate::booking::BookingBy;
use crate::simulate::model::Channel;
use crate::simulate::result::Stop;

/// Makes a method of each phrase: its name, English, German.
macro_rules! phrases {
    ($($name:ident: $english:literal, $german:literal;)*) => {
        impl Language {
    pub(super) fn split_heading(self) -> &'static str {
        match self {
            Self::English => "Chance and not knowing",
            Self::German => "Zufall und Nichtwissen",
        }
    }

    /// What the parts of an interval are.
    pub(super) fn split_note(self, draws: usize) -> String {
        match self {
            Self::English => format!(
                "The figures of the scenario were learnt from a history; replications took {draws} \
                 possibilities of what is true in turns. More replications make chance smaller, only \
                 a longer history makes not knowing smaller."
            ),
            Self::German => format!(
                "Die Werte des Szenarios sind aus einer Aufzeichnung gelernt; die Läufe nahmen reihum \
                 {draws} Möglichkeiten dessen, was gilt. Mehr Läufe verringern den Zufall, nur eine \
                 längere Aufzeichnung das Nichtwissen."
            ),
        }
    }

    /// Headings of the two parts.
    pub(super) fn split_columns(self) -> [&'static str; 2] {
        match self {
            Self::English => ["value ± chance", "not knowing"],
            Self::German => ["Wert ± Zufall", "Nichtwissen"],
        }
    }

    /// How many replications tell the parts apart.
    pub(super) fn split_too_few(self, replications: usize) -> String {
        match self {
            Self::English => format!("{replications} replications tell them apart."),
            Self::German => format!("{replications} Läufe unterscheiden beides."),
        }
    }

            $(pub(in crate::report) fn $name(self) -> &'static str {
                match self {
                    Self::English => $english,
                    Self::German => $german,
                }
            })*
        }
    };
}

phrases! {
    all_sites: "All sites", "Alle Standorte";
    site: "Site", "Standort";
    variant: "Variant", "Variante";
    measure: "Measure", "Größe";
    against_base: "Verdict", "Urteil";
    difference: "Difference", "Unterschied";
    arrival: "Arrival", "Ankunft";
    service: "Service", "Dienstleistung";
    weekday: "Weekday", "Wochentag";
    by_service: "By service", "Nach Dienstleistung";
    by_weekday: "By weekday of arrival", "Nach Wochentag der Ankunft";
    waits_by_time: "Mean wait in minutes by weekday and time of arrival", "Mittlere Wartezeit in Minuten nach Wochentag und Uhrzeit der Ankunft";
    people_waiting: "People waiting at a time, by weekday and half hour", "Gleichzeitig Wartende nach Wochentag und halber Stunde";
    most_waiting: "Most waiting at a time", "Meiste Wartende";
    wait_minutes: "wait, min", "Wartezeit, min";
    unserved: "unserved", "nicht bedient";
    figures_heading: "Waits, lead times, overtime and cost", "Wartezeit, Vorlaufzeit, Überstunden und Kosten";
    by_site: "By site", "Nach Standort";
    by_half_hour: "Mean wait in minutes by half hour of arrival", "Mittlere Wartezeit in Minuten nach halber Stunde der Ankunft";
    warnings_heading: "Before you read on", "Vorab";
    remarks_heading: "What to bear in mind", "Was zu beachten ist";
    applies_to: "This is so in:", "Das gilt für:";
    for_all: "This is so in all of them.", "Das gilt für alle.";
    another_plan: "  another plan", "  anderer Plan";
    definitions_heading: "How it is counted", "Wie gezählt wird";
    sanity_heading: "A rough check by formula", "Grobe Gegenprobe mit Formeln";
    grows: "grows", "wächst";
    sanity_note: "Erlang C for a long day with a constant stream, alike clerks and exponential service: not the same model, but the same order of magnitude. Load: clerks that would be busy all the time.",
        "Erlang C für einen langen Tag mit gleichmäßigem Zustrom, gleichen Kräften und exponentieller Bedienzeit: nicht dasselbe Modell, aber dieselbe Größenordnung. Last: Kräfte, die durchgehend beschäftigt wären.";
    as_it_is: "As it is", "Wie bisher";
    sweep_chart: "What becomes of it at each value", "Was bei jedem Wert daraus wird";
    sweep_note: "Mean with its 95 % band. Green: better than as it is, hatched: worse, grey: more or less, white: not distinguishable.",
        "Mittelwert mit 95-%-Band. Grün: besser als bisher, schraffiert: schlechter, grau: mehr oder weniger, weiß: nicht unterscheidbar.";
    best_note: "The figure that decides, with its 95 % interval; the dashed line is the scenario as it is.",
        "Der Wert, der entscheidet, mit 95-%-Intervall; die gestrichelte Linie ist das Szenario wie bisher.";
    heat_note: "The mean at each pair of values with half its 95 % interval; darker is more.",
        "Der Mittelwert bei jedem Wertepaar mit halber Breite des 95-%-Intervalls; dunkler ist mehr.";
    for_people: "For those who come", "Für die, die kommen";
    for_the_office: "For the office", "Für das Amt";
    signs_note: "✓ better, ✗ worse than the first line; ↑ more, ↓ less, where that may be good or bad; ≈ not distinguishable: chance or another plan may account for it; = exactly the same. Differences are surer than figures, as all variants meet the same customers.",
        "✓ besser, ✗ schlechter als die erste Zeile; ↑ mehr, ↓ weniger, wo das gut oder schlecht sein kann; ≈ nicht unterscheidbar: Zufall oder ein anderer Plan kann die Ursache sein; = genau gleich. Unterschiede sind sicherer als die Werte, da alle Varianten dieselben Kunden sehen.";
    spread_note: "Another plan: every variant has a plan of its own, and a plan is not the only one of its quality. So far apart are the figures of equally good plans for the first line. A difference counts as better or worse only where its interval lies beyond that.",
        "Anderer Plan: Jede Variante hat ihren eigenen Plan, und es gibt stets andere, die so gut sind. So weit liegen die Werte gleich guter Pläne für die erste Zeile auseinander. Ein Unterschied zählt erst als besser oder schlechter, wenn seine Spanne darüber hinausgeht.";
    fate: "Outcome", "Ergebnis";
    against_best: "Against the best", "Gegenüber der besten";
    replications: "Replications", "Durchläufe";
    best_heading: "Which is best", "Welche am besten ist";
    plans_note: "≈ another plan may account for the difference to the best.",
        "≈ ein anderer Plan kann die Ursache des Unterschieds zur besten sein.";
    plans_matter: "That is more than what does not matter here: look also at what else tells these variants apart.",
        "Das ist mehr, als hier unerheblich ist: Sehen Sie sich auch an, was diese Varianten sonst unterscheidet.";
    each_note: "Figures are over the replications that each had, differences over those that the best had as well.",
        "Werte gehen über die Durchläufe, die jede hatte, Unterschiede über die, die auch die beste hatte.";
    comparison_chart: "What each variant does", "Was jede Variante bewirkt";
    comparison_note: "Bars: the mean with its 95 % interval. Dotted: as it is. Green: surely better; hatched: surely worse; white: not distinguishable.",
        "Balken: Mittelwert mit 95-%-Spanne. Gepunktet: wie bisher. Grün: sicher besser; schraffiert: sicher schlechter; weiß: nicht unterscheidbar.";
    pareto_chart: "What it costs, and what it brings", "Was es kostet, was es bringt";
    pareto_note: "Lower and further left is better. Filled: nothing else is surely better in cost, wait and lead time together, beyond what another plan would change.",
        "Weiter unten und links ist besser. Gefüllt: Nichts anderes ist bei Kosten, Wartezeit und Vorlaufzeit zusammen sicher besser, über das hinaus, was ein anderer Plan änderte.";
    less_is_better: "less is better", "weniger ist besser";
    more_is_better: "more is better", "mehr ist besser";
    minutes: "minutes", "Minuten";
    days: "days", "Tage";
    waits_chart: "How long people wait, by time of arrival", "Wie lange gewartet wird, nach Uhrzeit der Ankunft";
    band_note: "Mean wait of those who arrive in each half hour. The band is where the true mean lies with 95 % certainty.",
        "Mittlere Wartezeit derer, die in der halben Stunde ankommen. Im Band liegt der wahre Mittelwert mit 95 % Sicherheit.";
    lead_chart: "How far ahead an appointment is", "Wie lange es bis zu einem Termin dauert";
    lead_note: "Mean of each day of the simulated weeks, all sites together. The band is where the true mean lies with 95 % certainty.",
        "Mittel jedes Tages der simulierten Wochen, alle Standorte zusammen. Im Band liegt der wahre Mittelwert mit 95 % Sicherheit.";
    week_of_run: "week", "Woche";
    next_free_long: "days to the next free appointment", "Tage bis zum nächsten freien Termin";
    booked_long: "days booked ahead", "Tage Vorlauf der Buchungen";
    interval_note: "12.3 ± 0.4 means: the true average lies between 11.9 and 12.7 with 95 % certainty.",
        "12,3 ± 0,4 heißt: Der wahre Mittelwert liegt mit 95 % Sicherheit zwischen 11,9 und 12,7.";
}

impl Language {
    /// How much was simulated.
    pub(in crate::report) fn simulated(self, report: &SimulationReport) -> String {
        let replications = self.number(report.replications as f64, 0);
        let customers = self.number(report.customers as f64, 0);
        let seed = report.seed;
        let text = match self {
            Self::English => format!(
                "Simulated: {replications} replications with {customers} customers, seed {seed}."
            ),
            Self::German => format!(
                "Simuliert: {replications} Durchläufe mit {customers} Kunden, Startwert {seed}."
            ),
        };
        text + self.booked_by(report.booking_by)
            + &self.repeated(report.repeat)
            + &self.without(&report.absent)
    }

    /// How much was compared.
    pub(in crate::report) fn compared(self, report: &ComparisonReport) -> String {
        let variants = report.distinct().count().saturating_sub(1);
        let most = report.variants.iter().map(|variant| variant.replications).max().unwrap_or(0);
        let replications = self.number(most as f64, 0);
        let seed = report.seed;
        let text = match self {
            Self::English => {
                let s = if variants == 1 { "" } else { "s" };
                format!(
                    "{variants} variant{s} against the scenario as it is, each planned anew and \
                     simulated with the same customers: {replications} replications, seed {seed}."
                )
            }
            Self::German => {
                let n = if variants == 1 { "" } else { "n" };
                format!(
                    "{variants} Variante{n} gegenüber dem Szenario wie bisher, jede neu geplant und mit denselben \
                     Kunden simuliert: {replications} Durchläufe, Startwert {seed}."
                )
            }
        };
        text + self.booked_by(report.booking_by) + &self.repeated(report.repeat)
    }

    /// What people were offered, where it is not the slots of the plan.
    pub(super) fn booked_by(self, by: BookingBy) -> &'static str {
        match self {
            _ if by != BookingBy::Ledger => "",
            Self::English => {
                " People book any time at which a clerk and a room can be kept for them, not only \
                 the slots of the plan."
            }
            Self::German => {
                " Gebucht wird jede Zeit, zu der Personal und Raum zu halten sind, nicht nur die \
                 Termine des Plans."
            }
        }
    }

    /// Who is ill while the plan stands; empty where nobody is.
    fn without(self, absent: &[AbsentClerk]) -> String {
        if absent.is_empty() {
            return String::new();
        }
        let named: Vec<String> =
            absent.iter().map(|one| format!("{} ({})", one.staff, one.date)).collect();
        let named = self.list(&named);
        match self {
            Self::English => format!(
                " Ill: {named}. The plan stands: others serve their appointments as they can."
            ),
            Self::German => format!(
                " Krank: {named}. Der Plan bleibt: Ihre Termine bedienen die anderen, so gut es geht."
            ),
        }
    }

    /// What a week is made of, where the scenario has no whole weeks; empty where it has.
    pub(super) fn repeated(self, repeat: RepeatFigures) -> String {
        let RepeatFigures { days, dates, dates_left_out: left_out } = repeat;
        let closed = days.saturating_sub(dates);
        let weeks = days / 7;
        let mut text = match (self, weeks) {
            _ if closed == 0 => String::new(),
            (Self::English, ..=1) => format!(
                " A week is the {dates} date{} of the scenario; on the other {closed} days all is \
                 closed.",
                if dates == 1 { "" } else { "s" }
            ),
            (Self::English, _) => format!(
                " Every {weeks} weeks are the {dates} dates of the scenario; on the other {closed} \
                 days all is closed."
            ),
            (Self::German, ..=1) if dates == 1 => format!(
                " Eine Woche ist der eine Tag des Szenarios; an den anderen {closed} ist alles zu."
            ),
            (Self::German, ..=1) => format!(
                " Eine Woche sind die {dates} Tage des Szenarios; an den anderen {closed} ist alles \
                 zu."
            ),
            (Self::German, _) => format!(
                " Je {weeks} Wochen sind die {dates} Tage des Szenarios; an den anderen {closed} ist \
                 alles zu."
            ),
        };
        if left_out > 0 {
            text += &match self {
                Self::English => format!(
                    " The first {dates} dates of the scenario repeat; the last {left_out} are left \
                     out, as they make no whole week."
                ),
                Self::German => format!(
                    " Die ersten {dates} Tage des Szenarios wiederholen sich; die letzten {left_out} \
                     zählen nicht, da sie keine ganze Woche sind."
                ),
            };
        }
        text
    }

    /// What a time limit for planning means.
    pub(super) fn planned_within(self, seconds: f64) -> String {
        let seconds = self.short(seconds);
        match self {
            Self::English => format!(
                "Each plan was searched for during {seconds} s: another machine, or this one at \
                 another time, makes other plans and finds other figures."
            ),
            Self::German => format!(
                "Jeder Plan wurde {seconds} s lang gesucht: Ein anderer Rechner, oder dieser zu einer \
                 anderen Zeit, macht andere Pläne und findet andere Werte."
            ),
        }
    }

    /// Which of them another beats in everything; empty where none.
    pub(in crate::report) fn front(self, beaten: &str) -> String {
        match (self, beaten) {
            (Self::English, "") => {
                "Cost, wait and lead time together: no line is surely beaten by another, beyond what \
                 another plan would change."
                    .to_owned()
            }
            (Self::German, "") => {
                "Kosten, Wartezeit und Vorlaufzeit zusammen: Keine Zeile wird von einer anderen sicher \
                 übertroffen, über das hinaus, was ein anderer Plan änderte."
                    .to_owned()
            }
            (Self::English, beaten) => format!(
                "Cost, wait and lead time together: another line is surely better, beyond what \
                 another plan would change, than: {beaten}. All others are worth weighing."
            ),
            (Self::German, beaten) => format!(
                "Kosten, Wartezeit und Vorlaufzeit zusammen: Eine andere Zeile ist sicher besser, über \
                 das hinaus, was ein anderer Plan änderte, als: {beaten}. Alle anderen sind abzuwägen."
            ),
        }
    }

    /// People of a channel.
    pub(in crate::report) fn channel_long(self, channel: Channel) -> &'static str {
        match (self, channel) {
            (Self::English, Channel::Appointment) => "with an appointment",
            (Self::English, Channel::WalkIn) => "without an appointment",
            (_, channel) => self.channel_column(channel),
        }
    }

    pub(in crate::report) fn channel_column(self, channel: Channel) -> &'static str {
        match (self, channel) {
            (Self::English, Channel::Appointment) => "appointment",
            (Self::English, Channel::WalkIn) => "walk-in",
            (Self::German, Channel::Appointment) => "mit Termin",
            (Self::German, Channel::WalkIn) => "ohne Termin",
        }
    }

    /// The columns of the table of formulas: two lines.
    pub(in crate::report) fn sanity_columns(self) -> ([&'static str; 7], [&'static str; 7]) {
        match self {
            Self::English => (
                ["Site", "Customers", "Service", "Load", "Clerks", "Busy", "Wait by"],
                ["", "an hour", "min", "", "", "", "formula, min"],
            ),
            Self::German => (
                ["Standort", "Kunden", "Bedienung", "Last", "Kräfte", "Auslastung", "Wartezeit"],
                ["", "je Stunde", "min", "", "", "", "Formel, min"],
            ),
        }
    }

    pub(in crate::report) fn precision_reached(self, reached: f64, stop: Option<Stop>) -> String {
        let known = reached.is_finite();
        let percent = self.percent(reached, 1);
        let stopped = stop == Some(Stop::Cancelled);
        match (self, known) {
            (Self::English, true) if stopped => {
                format!("Stopped early: means are known within ±{percent} so far.")
            }
            (Self::German, true) if stopped => {
                format!("Vorzeitig beendet: Mittelwerte sind bisher auf ±{percent} bekannt.")
            }
            (Self::English, true) => format!("The main means are known within ±{percent}."),
            (Self::German, true) => {
                format!("Die wichtigsten Mittelwerte sind auf ±{percent} bekannt.")
            }
            (Self::English, false) => "Too few replications to tell the precision.".to_owned(),
            (Self::German, false) => {
                "Zu wenige Durchläufe, um die Genauigkeit anzugeben.".to_owned()
            }
        }
    }
}
