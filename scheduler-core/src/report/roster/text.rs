//! A roster as text.

use super::{ClerkRoster, Duty, Roster, list};
use crate::report::language::Language;
use crate::report::table::{Table, paragraph};

impl Roster {
    /// A table for each clerk, of at most 100 columns.
    pub fn to_text(&self, language: Language) -> String {
        let mut out = String::new();
        paragraph(&mut out, "", &self.name);
        paragraph(&mut out, "", &language.period(self.from, self.until));
        for clerk in &self.clerks {
            out.push('\n');
            paragraph(&mut out, "", &clerk.title());
            if clerk.duties.is_empty() {
                paragraph(&mut out, "  ", language.words().no_shift);
                continue;
            }
            table(clerk, language).render(&mut out);
        }
        out
    }
}

fn table(clerk: &ClerkRoster, language: Language) -> Table {
    let mut table = Table::new(6, &language.roster_heads());
    for duty in &clerk.duties {
        let [date, place, hours, breaks, walk_ins, counters, net, slots] = cells(duty, language);
        table.row(vec![date, place, hours, breaks, walk_ins, counters, net, slots]);
    }
    if clerk.duties.len() > 1 {
        table.rule();
        let slots: usize = clerk.duties.iter().map(|duty| duty.slots).sum();
        let mut row = vec![language.words().total.to_owned()];
        row.extend(std::iter::repeat_n(String::new(), 5));
        row.push(language.hours(clerk.minutes()));
        row.push(language.count(slots));
        table.row(row);
    }
    table
}

/// What the columns of a roster say of a day.
pub(super) fn cells(duty: &Duty, language: Language) -> [String; 8] {
    let absent = language.words().absent;
    let (place, hours) = match duty.hours {
        None => (absent.to_owned(), String::new()),
        Some(hours) if duty.absent.is_empty() => (duty.place.clone(), hours.to_string()),
        Some(hours) => {
            let away = list(&duty.absent);
            (duty.place.clone(), format!("{hours}, {} {away}", absent.to_lowercase()))
        }
    };
    [
        language.date(duty.date),
        place,
        hours,
        list(&duty.breaks),
        list(&duty.walk_ins),
        duty.counters(),
        language.hours(duty.minutes),
        language.count(duty.slots),
    ]
}
