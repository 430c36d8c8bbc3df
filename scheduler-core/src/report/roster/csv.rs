//! A roster for a spreadsheet.

use super::{Roster, list};
use crate::report::csv::{Cell, Csv};
use crate::report::language::Language;

impl Roster {
    /// A row for each shift, and for each day on which somebody is away. In German as a German
    /// spreadsheet expects it: semicolons, decimal commas, dates such as 04.03.2027, a byte order mark.
    pub fn to_csv(&self, language: Language) -> String {
        let mut csv = Csv::new(language, &language.roster_columns());
        for clerk in &self.clerks {
            for duty in &clerk.duties {
                let date = match language {
                    Language::English => duty.date.to_string(),
                    Language::German => duty.date.format("%d.%m.%Y").to_string(),
                };
                let clock = |of: fn(&super::Span) -> crate::time::Clock| {
                    duty.hours.as_ref().map_or_else(String::new, |hours| of(hours).to_string())
                };
                let note = match (&duty.hours, duty.absent.as_slice()) {
                    (None, _) => language.words().absent.to_owned(),
                    (Some(_), []) => String::new(),
                    (Some(_), away) => format!("{} {}", language.words().absent, list(away)),
                };
                csv.row(&[
                    Cell::Text(&clerk.id),
                    Cell::Text(&clerk.name),
                    Cell::Text(&date),
                    Cell::Text(language.weekday_of(duty.date)),
                    Cell::Text(&duty.place),
                    Cell::Text(&clock(|hours| hours.from)),
                    Cell::Text(&clock(|hours| hours.until)),
                    Cell::Number((f64::from(duty.minutes) / 60.0 * 100.0).round() / 100.0),
                    Cell::Text(&list(&duty.breaks)),
                    Cell::Text(&list(&duty.walk_ins)),
                    Cell::Text(&duty.counters()),
                    Cell::Whole(duty.slots as u64),
                    Cell::Whole(duty.promised as u64),
                    Cell::Text(&note),
                ]);
            }
        }
        csv.finish()
    }
}
