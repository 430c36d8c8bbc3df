//! Figures as comma-separated values (RFC 4180): one table, a row for each figure.

use std::fmt::Write;

use super::report::{Measured, SimulationReport};

/// The columns of every row.
const HEADER: &str = "variant,id,site,from,value,half_width,replications,unit,better,definition,\
                      difference,difference_half_width,verdict,plan_spread\n";

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

/// A table that grows row by row.
#[derive(Debug)]
pub(super) struct Csv {
    text: String,
}

impl Csv {
    pub(super) fn new() -> Self {
        Self { text: HEADER.to_owned() }
    }

    pub(super) fn row(&mut self, row: &Row<'_>) {
        let number = |value: Option<f64>| {
            value.filter(|value| value.is_finite()).map_or_else(String::new, |v| v.to_string())
        };
        let cells = [
            quoted(row.variant),
            quoted(row.id),
            quoted(row.site),
            quoted(row.from),
            number(row.measured.map(|measured| measured.value)),
            number(row.measured.map(|measured| measured.half_width)),
            row.measured.map_or_else(String::new, |measured| measured.replications.to_string()),
            quoted(row.unit),
            quoted(row.better),
            quoted(row.definition),
            number(row.difference.map(|difference| difference.value)),
            number(row.difference.map(|difference| difference.half_width)),
            quoted(row.verdict),
            number(row.plan_spread),
        ];
        let _ = writeln!(self.text, "{}", cells.join(","));
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// In quotes where a comma, quote or line break would end the cell. A text that a spreadsheet would
/// take for a formula gets an apostrophe.
pub(super) fn quoted(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

impl SimulationReport {
    /// All figures as CSV: a header, then a row for each figure, half hour and day. Half hours have
    /// the ids `wait.appointment.half_hour` and `wait.walk_in.half_hour` and their begin in `from`,
    /// days `lead.next_free.by_day` and `lead.booked.by_day` and the day of the run.
    pub fn to_csv(&self) -> String {
        let mut csv = Csv::new();
        for figure in &self.figures {
            csv.row(&Row {
                variant: &self.name,
                id: figure.id,
                site: figure.site.as_deref().unwrap_or_default(),
                measured: Some(figure.measured),
                unit: figure.unit,
                better: figure.better.unwrap_or_default(),
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_a_row_nor_run_in_a_spreadsheet() {
        assert_eq!(quoted("Nord"), "Nord");
        assert_eq!(quoted("a, \"b\""), "\"a, \"\"b\"\"\"");
        assert_eq!(quoted("=1+1"), "'=1+1");
        assert_eq!(quoted("-1,5"), "\"'-1,5\"");
    }
}
