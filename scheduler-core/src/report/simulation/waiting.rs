//! What a waitlist brings, as data and as text.

use serde::Serialize;

use super::report::Measured;
use crate::report::language::Language;
use crate::report::table::{Table, paragraph};
use crate::simulate::result::{Run, Unit, WaitlistMeasure};

/// A figure of the waitlist, of all sites together.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct WaitlistFigure {
    /// What is counted.
    pub id: WaitlistMeasure,
    /// What it is measured in; `offers` counts offers.
    pub unit: Unit,
    /// The estimate.
    #[serde(flatten)]
    pub measured: Measured,
}

/// Those of `run`; none where there is no waitlist.
pub(super) fn waitlist_figures(run: &Run) -> Vec<WaitlistFigure> {
    let figures = run.waitlist.iter().flatten();
    figures
        .map(|&(id, estimate)| WaitlistFigure { id, unit: id.unit(), measured: estimate.into() })
        .collect()
}

/// A row for each figure, with what it means; a column for each of `named`.
pub(super) fn write(out: &mut String, language: Language, named: &[(&str, &[WaitlistFigure])]) {
    let Some((_, first)) = named.first() else { return };
    let mut header = vec!["", ""];
    header.extend(named.iter().map(|(name, _)| *name));
    let mut table = Table::new(2, &header);
    for (row, figure) in first.iter().enumerate() {
        let (name, sign) = language.waitlist_row(figure.id);
        let mut cells = vec![name.to_owned(), sign.to_owned()];
        cells.extend(named.iter().map(|(_, figures)| match figures.get(row) {
            Some(figure) => language.figure(figure.measured, figure.unit),
            None => String::new(),
        }));
        table.row(cells);
    }
    table.render(out);
    paragraph(out, "", language.waitlist_note());
}

impl Language {
    /// Heading of the figures of a waitlist.
    pub(super) fn waitlist_heading(self) -> &'static str {
        self.of("Waitlist", "Warteliste")
    }

    /// What a figure is called, and its unit.
    fn waitlist_row(self, measure: WaitlistMeasure) -> (&'static str, &'static str) {
        let day = self.of("a day", "am Tag");
        let days = self.of("days", "Tage");
        match measure {
            WaitlistMeasure::Joined => (self.of("People who join it", "Neu auf der Liste"), day),
            WaitlistMeasure::Freed => (self.of("Starts given back", "Zurückgegebene Zeiten"), day),
            WaitlistMeasure::Filled => {
                (self.of("of them filled from it", "davon aus der Liste besetzt"), "%")
            }
            WaitlistMeasure::Found => {
                (self.of("Who had nothing and got a time", "Ohne Angebot und doch bedient"), "%")
            }
            WaitlistMeasure::Offers => {
                (self.of("Offers for each accepted", "Angebote je Zusage"), "")
            }
            WaitlistMeasure::Declined => (self.of("Offers declined", "Angebote abgelehnt"), "%"),
            WaitlistMeasure::Unanswered => {
                (self.of("Offers without an answer", "Angebote ohne Antwort"), "%")
            }
            WaitlistMeasure::Waited => {
                (self.of("From asking to accepting", "Von der Anfrage zur Zusage"), days)
            }
            WaitlistMeasure::Earlier => (
                self.of("Earlier, for who had a time", "Früher, für wen schon etwas frei war"),
                days,
            ),
        }
    }

    fn waitlist_note(self) -> &'static str {
        self.of(
            "Whoever gets a time from the waitlist counts as offered one since they asked, and their lead \
             from then on.",
            "Wer eine Zeit aus der Warteliste bekommt, gilt seit der Anfrage als versorgt; der Vorlauf zählt \
             von da an.",
        )
    }
}
