//! Figures as comma-separated values (RFC 4180): one table, a row for each figure.

use super::report::{Measured, SimulationReport};
use crate::report::csv::{Cell, Csv};
use crate::report::language::Language;
use crate::simulate::result::Better;

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
}

impl Figures {
    pub(super) fn new(language: Language) -> Self {
        Self { csv: Csv::new(language, &HEADER) }
    }

    pub(super) fn row(&mut self, row: &Row<'_>) {
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
        let mut csv = Figures::new(language);
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
