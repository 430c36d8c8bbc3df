//! Figures as comma-separated values (RFC 4180): one table, a row for each figure.

use super::report::{Measured, SimulationReport};
use super::waiting::WaitlistFigure;
use crate::report::csv::{Cell, Csv};
use crate::report::language::Language;
use crate::scenario::Weekday;
use crate::simulate::result::{Better, KpiId};

/// The columns of every row.
const HEADER: [&str; 14] = [
    "variant",
    "id",
    "site",
    "from",
    "value",
    "half_width",
    "replications",
    "unit",
    "better",
    "definition",
    "difference",
    "difference_half_width",
    "verdict",
    "plan_spread",
];

/// A row; empty where something does not apply.
#[derive(Debug, Default)]
pub(super) struct Row<'a> {
    pub(super) variant: &'a str,
    pub(super) id: &'a str,
    pub(super) site: &'a str,
    /// Begin of a half hour, or day of the run.
    pub(super) from: &'a str,
    pub(super) measured: Option<Measured>,
    pub(super) unit: &'a str,
    pub(super) better: &'a str,
    pub(super) definition: &'a str,
    pub(super) difference: Option<Measured>,
    pub(super) verdict: &'a str,
    pub(super) plan_spread: Option<f64>,
}

/// A table of figures that grows row by row.
#[derive(Debug)]
pub(super) struct Figures {
    csv: Csv,
    /// Where people read it: in whose words.
    words: Option<Language>,
}

impl Figures {
    /// For programs: ids and words are the same in each language.
    pub(super) fn new(language: Language) -> Self {
        Self { csv: Csv::new(language, &HEADER), words: None }
    }

    /// For people: headings and words in their language, and figures by name.
    pub(super) fn for_people(language: Language) -> Self {
        Self { csv: Csv::new(language, &language.figure_heads()), words: Some(language) }
    }

    pub(super) fn row(&mut self, row: &Row<'_>) {
        match self.words {
            None => self.cells(row),
            Some(language) => {
                let figure = KpiId::ALL.into_iter().find(|kpi| kpi.id() == row.id);
                let name = figure.map(|kpi| language.kpi_name(kpi));
                let from = language.time_of_week(row.from);
                self.cells(&Row {
                    id: name.as_deref().unwrap_or(row.id),
                    from: &from,
                    unit: language.figure_word(row.unit),
                    better: language.figure_word(row.better),
                    definition: row.id,
                    verdict: language.verdict_word(row.verdict),
                    ..*row
                });
            }
        }
    }

    fn cells(&mut self, row: &Row<'_>) {
        let measured = row.measured;
        self.csv.row(&[
            Cell::Text(row.variant),
            Cell::Text(row.id),
            Cell::Text(row.site),
            Cell::Text(row.from),
            Cell::number(measured.map(|measured| measured.value)),
            Cell::number(measured.map(|measured| measured.half_width)),
            measured.map_or(Cell::Empty, |measured| Cell::Whole(measured.replications)),
            Cell::Text(row.unit),
            Cell::Text(row.better),
            Cell::Text(row.definition),
            Cell::number(row.difference.map(|difference| difference.value)),
            Cell::number(row.difference.map(|difference| difference.half_width)),
            Cell::Text(row.verdict),
            Cell::number(row.plan_spread),
        ]);
    }

    /// A row for each figure of a waitlist.
    pub(super) fn waitlist(&mut self, variant: &str, figures: &[WaitlistFigure]) {
        for figure in figures {
            self.row(&Row {
                variant,
                id: &format!("waitlist.{}", figure.id.word()),
                measured: Some(figure.measured),
                unit: figure.unit.word(),
                definition: "waitlist",
                ..Row::default()
            });
        }
    }

    pub(super) fn finish(self) -> String {
        self.csv.finish()
    }
}

impl SimulationReport {
    /// All figures as CSV: a header, then a row for each figure, half hour, service, weekday, time of
    /// the week and day. Services have their name in `from` (ids such as `wait.walk_in.by_service`),
    /// weekdays `mon`, times of the week `mon 07:30`. Half hours have
    /// the ids `wait.appointment.half_hour` and `wait.walk_in.half_hour` and their begin in `from`,
    /// days `lead.next_free.by_day` and `lead.booked.by_day` and the day of the run. Ids and words are the
    /// same in each language; in German the file is one that a German spreadsheet opens.
    pub fn to_csv(&self, language: Language) -> String {
        self.rows_of(Figures::new(language))
    }

    /// The same for people, as CSV that becomes a sheet: headings, units and weekdays are words of their
    /// language, figures have their name, and the id stands in place of the definition.
    pub fn to_sheet(&self, language: Language) -> String {
        self.rows_of(Figures::for_people(language))
    }

    fn rows_of(&self, mut csv: Figures) -> String {
        for figure in &self.figures {
            csv.row(&Row {
                variant: &self.name,
                id: figure.id,
                site: figure.site.as_deref().unwrap_or_default(),
                measured: Some(figure.measured),
                unit: figure.unit.word(),
                better: figure.better.map_or("", Better::word),
                definition: figure.definition,
                ..Row::default()
            });
        }
        csv.waitlist(&self.name, &self.waitlist);
        for cell in &self.half_hours {
            csv.row(&Row {
                variant: &self.name,
                id: &format!("wait.{}.half_hour", cell.channel),
                site: cell.site.as_deref().unwrap_or_default(),
                from: &cell.from,
                measured: Some(cell.measured),
                unit: "minutes",
                better: "lower",
                definition: "wait.mean",
                ..Row::default()
            });
        }
        self.crowd_rows(&mut csv);
        for day in &self.lead_by_day {
            let figures =
                [("lead.next_free", day.next_free, "lower"), ("lead.booked", day.booked, "")];
            for (definition, measured, better) in figures {
                csv.row(&Row {
                    variant: &self.name,
                    id: &format!("{definition}.by_day"),
                    from: &day.day.to_string(),
                    measured: Some(measured),
                    unit: "days",
                    better,
                    definition,
                    ..Row::default()
                });
            }
        }
        csv.finish()
    }

    /// By service, by weekday and by time of the week: what is told apart stands in `from`.
    fn crowd_rows(&self, csv: &mut Figures) {
        let mut rows =
            |what: &str, channel: &str, site: Option<&str>, from: &str, figures: &[_]| {
                for &(name, measured, unit, definition) in figures {
                    csv.row(&Row {
                        variant: &self.name,
                        id: &format!("{name}.{channel}.{what}"),
                        site: site.unwrap_or_default(),
                        from,
                        measured: Some(measured),
                        unit,
                        better: "lower",
                        definition,
                        ..Row::default()
                    });
                }
            };
        for one in &self.services {
            let figures = [
                ("wait", one.wait, "minutes", "wait.mean"),
                ("lost", one.lost, "share", "walk_in.lost"),
            ];
            rows("by_service", one.channel.word(), one.site.as_deref(), &one.service, &figures);
        }
        for one in &self.times {
            let mut figures = vec![
                ("wait", one.wait, "minutes", "wait.mean"),
                ("lost", one.lost, "share", "walk_in.lost"),
            ];
            figures.extend(one.waiting.map(|people| ("waiting", people, "people", "waiting")));
            let (what, from) = match &one.from {
                None => ("by_weekday", one.weekday.to_string()),
                Some(from) => ("by_time", format!("{} {from}", one.weekday)),
            };
            rows(what, one.channel.word(), one.site.as_deref(), &from, &figures);
        }
    }
}

impl Language {
    /// The columns of a table of figures for people.
    fn figure_heads(self) -> [&'static str; 14] {
        match self {
            Self::English => [
                "Variant",
                "Figure",
                "Site",
                "From",
                "Value",
                "± (95 %)",
                "Replications",
                "Unit",
                "Better",
                "Id",
                "Difference",
                "± of the difference (95 %)",
                "Verdict",
                "Spread of plans",
            ],
            Self::German => [
                "Variante",
                "Kennzahl",
                "Standort",
                "Ab",
                "Wert",
                "± (95 %)",
                "Wiederholungen",
                "Einheit",
                "Besser ist",
                "Kennung",
                "Unterschied",
                "± des Unterschieds (95 %)",
                "Urteil",
                "Streuung der Pläne",
            ],
        }
    }

    /// A unit, or what is better.
    fn figure_word(self, word: &str) -> &str {
        match (self, word) {
            (Self::German, "minutes") => "Minuten",
            (Self::German, "days") => "Tage",
            (Self::German, "share") => "Anteil",
            (Self::German, "people") => "Personen",
            (Self::German, "per_day") => "am Tag",
            (Self::German, "money") => "Geld",
            (Self::German, "money_per_week") => "Geld je Woche",
            (Self::German, "lower") => "weniger",
            (Self::German, "higher") => "mehr",
            (Self::English, "per_day") => "a day",
            (Self::English, "money_per_week") => "money a week",
            (_, word) => word,
        }
    }

    /// A verdict, or what became of a scenario in a choice.
    fn verdict_word(self, word: &str) -> &str {
        match (self, word) {
            (Self::German, "better") => "besser",
            (Self::German, "worse") => "schlechter",
            (Self::German, "higher") => "mehr",
            (Self::German, "lower") => "weniger",
            (Self::German, "not_distinguishable") => "nicht unterscheidbar",
            (Self::German, "same") => "gleich",
            (Self::German, "best") => "am besten",
            (Self::German, "leads") => "führt",
            (Self::German, "ruled_out") => "ausgeschlossen",
            (Self::German, "left") => "nicht ausgeschlossen",
            (Self::German, "not_counted") => "nicht gezählt",
            (Self::English, "not_distinguishable") => "not distinguishable",
            (Self::English, "ruled_out") => "ruled out",
            (Self::English, "not_counted") => "not counted",
            (_, word) => word,
        }
    }

    /// `mon 07:30` as people write it; all else as it is.
    fn time_of_week(self, from: &str) -> String {
        let (day, rest) = from.split_at_checked(3).unwrap_or((from, ""));
        match Weekday::ALL.into_iter().find(|weekday| weekday.word() == day) {
            Some(weekday) => format!("{}{rest}", self.words().days_short[weekday as usize]),
            None => from.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::result::Unit;
    use crate::simulate::statistics::Verdict;

    #[test]
    fn no_word_of_a_german_sheet_is_english() {
        let german = Language::German;
        for unit in Unit::ALL {
            assert_ne!(german.figure_word(unit.word()), unit.word());
        }
        for better in Better::ALL {
            assert_ne!(german.figure_word(better.word()), better.word());
        }
        for verdict in Verdict::ALL {
            assert_ne!(german.verdict_word(verdict.word()), verdict.word());
        }
        assert_eq!(german.time_of_week("mon 07:30"), "Mo 07:30");
        assert_eq!(german.time_of_week("tue"), "Di");
        assert_eq!(german.time_of_week("07:30"), "07:30");
        assert_eq!(german.time_of_week("12"), "12");
    }
}
