//! The best of many scenarios as text.

use super::best::{BestReport, Candidate};
use super::comparison::names;
use super::definitions::{DEFINITIONS, definition_of};
use super::remarks::{self, Remark};
use super::text::heading;
use crate::report::language::Language;
use crate::report::table::{Table, paragraph};
use crate::simulate::result::{Better, Unit};

impl BestReport {
    /// The choice as text of at most 100 columns: which is best and how sure that is, a row for each
    /// variant, and warnings.
    pub fn to_text(&self, language: Language) -> String {
        let mut out = String::new();
        paragraph(&mut out, "", &self.name);
        let shown = self.shown(language);
        paragraph(&mut out, "", &language.chosen_among(self, shown.len()));
        if let Some(seconds) = self.plan_seconds {
            paragraph(&mut out, "", &language.planned_within(seconds));
        }
        heading(&mut out, language.best_heading());
        let best = self.variants.get(self.best);
        // A variant that changes nothing is called by its name, as in the table.
        let is_best = |(_, one): &&(String, &Candidate)| {
            best.is_some_and(|best| std::ptr::eq(*one, best) || best.is_base && one.is_base)
        };
        let name = shown.iter().find(is_best).map_or("", |(name, _)| name);
        paragraph(&mut out, "", &language.choice(self, name));
        out.push('\n');
        self.table(language, &shown).render(&mut out);
        paragraph(&mut out, "", &format!("{} {}", language.each_note(), language.interval_note()));
        if let Some(spread) = self.plan_spread.filter(|&spread| spread > 0.0) {
            let apart = language.amount(spread, self.kpi.unit());
            let matters = if spread > self.indifference { language.plans_matter() } else { "" };
            let note = [&*language.plans_apart(&apart), matters, language.plans_note()];
            let note: Vec<&str> = note.into_iter().filter(|part| !part.is_empty()).collect();
            paragraph(&mut out, "", &note.join(" "));
        }
        let remarks: Vec<(&str, &[Remark])> =
            shown.iter().map(|(name, one)| (&**name, &*one.remarks)).collect();
        if remarks.iter().any(|(_, remarks)| !remarks.is_empty()) {
            heading(&mut out, language.remarks_heading());
            remarks::write_grouped(&mut out, language, &remarks);
        }
        heading(&mut out, language.definitions_heading());
        let id = definition_of(self.kpi);
        for definition in DEFINITIONS.iter().filter(|definition| definition.id == id) {
            paragraph(&mut out, "• ", definition.text(language));
        }
        out
    }

    /// The base and all variants that change something, with what people call them.
    pub(in crate::report) fn shown(&self, language: Language) -> Vec<(String, &Candidate)> {
        let named = self.variants.iter().map(|one| (&*one.name, one.is_base));
        let is_shown = |(index, one): &(usize, &Candidate)| *index == 0 || !one.is_base;
        let distinct = self.variants.iter().enumerate().filter(is_shown).map(|(_, one)| one);
        names(named, language).into_iter().zip(distinct).collect()
    }

    fn table(&self, language: Language, shown: &[(String, &Candidate)]) -> Table {
        let unit = self.kpi.unit();
        let figure = format!("{} {}", language.kpi_name(self.kpi), language.unit_sign(unit));
        let header = [
            language.variant(),
            language.fate(),
            figure.trim_end(),
            language.against_best(),
            language.replications(),
        ];
        let mut table = Table::new(2, &header);
        for (name, one) in shown {
            let difference = one.difference.filter(|difference| difference.value.is_finite());
            let sign = if one.beyond_plan_spread == Some(false) { "≈" } else { " " };
            let replications = one.ruled_out_after.unwrap_or(one.figure.measured.replications);
            let counted = one.fate != "not_counted";
            table.row(vec![
                name.clone(),
                language.fate_of(one.fate).to_owned(),
                language.figure(one.figure.measured, unit),
                difference.map_or_else(
                    || "–  ".to_owned(),
                    |difference| format!("{} {sign}", language.change(difference, unit)),
                ),
                if counted { language.number(replications as f64, 0) } else { "–".to_owned() },
            ]);
        }
        table
    }
}

impl Language {
    /// What was chosen among, and how.
    pub(in crate::report) fn chosen_among(self, report: &BestReport, scenarios: usize) -> String {
        let figure = self.kpi_name(report.kpi);
        let better = match report.kpi.better() {
            Some(Better::Higher) => self.more_is_better(),
            Some(Better::Lower) | None => self.less_is_better(),
        };
        let seed = report.seed;
        let text = match self {
            Self::English => format!(
                "The best of {scenarios} by one figure: {figure} ({better}). Each is planned anew \
                 and simulated with the same customers until it is ruled out; seed {seed}."
            ),
            Self::German => format!(
                "Die beste von {scenarios} nach einer Größe: {figure} ({better}). Jede wird neu \
                 geplant und mit denselben Kunden simuliert, bis sie ausscheidet; Startwert {seed}."
            ),
        };
        text + self.booked_by(report.booking_by)
    }

    /// Which is best, and with which guarantee.
    fn choice(self, report: &BestReport, name: &str) -> String {
        let zone = self.amount(report.indifference, report.kpi.unit());
        let sure = format!("{} %", self.short(report.confidence * 100.0));
        let done = report.variants.iter().map(|one| one.figure.measured.replications).max();
        let done = self.number(done.unwrap_or(0) as f64, 0);
        match (self, report.is_certain) {
            (Self::English, true) => format!(
                "Best: {name}. If one of them is better than all others by {zone} or more, then \
                 with {sure} certainty it is this one; smaller differences do not matter."
            ),
            (Self::German, true) => format!(
                "Am besten: {name}. Wenn eine um mindestens {zone} besser ist als alle anderen, \
                 dann ist es mit {sure} Sicherheit diese; kleinere Unterschiede sind unerheblich."
            ),
            (Self::English, false) => format!(
                "Not decided after {done} replications: {name} leads, but it cannot be said with \
                 {sure} certainty which is best by {zone} or more. Allow more replications, or let \
                 larger differences not matter."
            ),
            (Self::German, false) => format!(
                "Nach {done} Durchläufen nicht entschieden: {name} führt, aber welche um mindestens \
                 {zone} am besten ist, lässt sich nicht mit {sure} Sicherheit sagen. Erlauben Sie \
                 mehr Durchläufe, oder lassen Sie größere Unterschiede unerheblich sein."
            ),
        }
    }

    fn plans_apart(self, apart: &str) -> String {
        match self {
            Self::English => format!(
                "Every variant has one of many plans of the same quality. For the first line such \
                 plans lie up to {apart} apart in this figure."
            ),
            Self::German => format!(
                "Jede Variante hat einen von vielen gleich guten Plänen. Für die erste Zeile liegen \
                 solche Pläne in dieser Größe bis zu {apart} auseinander."
            ),
        }
    }

    pub(in crate::report) fn fate_of(self, fate: &str) -> &'static str {
        match (self, fate) {
            (Self::English, "best") => "best",
            (Self::English, "leads") => "leads",
            (Self::English, "ruled_out") => "ruled out",
            (Self::English, "left") => "not ruled out",
            (Self::English, _) => "counts nothing",
            (Self::German, "best") => "am besten",
            (Self::German, "leads") => "führt",
            (Self::German, "ruled_out") => "ausgeschieden",
            (Self::German, "left") => "nicht ausgeschieden",
            (Self::German, _) => "zählt nichts",
        }
    }

    /// `2 min`, in percentage points for shares.
    fn amount(self, value: f64, unit: Unit) -> String {
        let scale = if unit == Unit::Share { 100.0 } else { 1.0 };
        let sign = self.difference_sign(unit);
        // Two digits that say something, also of small amounts.
        let value = value * scale;
        let digits = 1 - value.abs().max(1e-9).log10().floor() as i32;
        let unit = 10_f64.powi(digits.clamp(0, 3));
        format!("{} {sign}", self.short((value * unit).round() / unit)).trim_end().to_owned()
    }
}
