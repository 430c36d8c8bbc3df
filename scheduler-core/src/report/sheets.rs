//! A plan as tables for a spreadsheet: its slots, walk-in blocks, breaks and stays.

use super::csv::{Cell, Csv};
use super::language::Language;
use crate::problem::{Plan, Problem};
use crate::time::Window;

/// A table with what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What it is called.
    pub title: &'static str,
    /// The table, as the spreadsheets of its language open it.
    pub csv: String,
}

/// The slots, walk-in blocks, breaks and stays of `plan`, each in order of time.
pub fn plan_sheets(problem: &Problem, plan: &Plan, language: Language) -> Vec<Sheet> {
    let rows = Rows { problem, language };
    vec![rows.slots(plan), rows.blocks(plan), rows.breaks(plan), rows.stays(plan)]
}

struct Rows<'a> {
    problem: &'a Problem,
    language: Language,
}

/// What of an entry stands in every table: the index of its date, its site, where it has one, its time
/// and its clerk.
type Entry = (usize, Option<usize>, Window, usize);

impl Rows<'_> {
    fn word(&self, english: &'static str, german: &'static str) -> &'static str {
        match self.language {
            Language::English => english,
            Language::German => german,
        }
    }

    /// A table of `entries`, each with cells of its own under the headings `more`.
    fn sheet(
        &self,
        title: &'static str,
        has_site: bool,
        more: &[&str],
        mut entries: Vec<(Entry, Vec<String>)>,
    ) -> Sheet {
        entries.sort_by_key(|&((day, site, window, clerk), _)| (day, window.from, site, clerk));
        let mut header = vec![self.word("date", "Datum"), self.word("weekday", "Wochentag")];
        if has_site {
            header.push(self.word("site", "Standort"));
        }
        header.extend([
            self.word("from", "Beginn"),
            self.word("until", "Ende"),
            self.word("staff", "Kürzel"),
            self.word("name", "Name"),
        ]);
        header.extend(more);
        let mut csv = Csv::new(self.language, &header);
        for ((day, site, window, clerk), more) in &entries {
            let date = self.problem.dates[*day];
            let shown = match self.language {
                Language::English => date.to_string(),
                Language::German => date.format("%d.%m.%Y").to_string(),
            };
            let clock = |step| self.problem.grid.clock(step).to_string();
            let (from, until) = (clock(window.from), clock(window.until));
            let clerk = &self.problem.clerks[*clerk];
            let mut row = vec![Cell::Text(&shown), Cell::Text(self.language.weekday_of(date))];
            row.extend(site.map(|site| Cell::Text(&self.problem.sites[site].name)));
            row.extend([&from, &until, &clerk.id, &clerk.name].map(|text| Cell::Text(text)));
            row.extend(more.iter().map(|text| Cell::Text(text)));
            csv.row(&row);
        }
        Sheet { title, csv: csv.finish() }
    }

    fn room(&self, room: Option<usize>) -> String {
        room.map_or_else(String::new, |room| self.problem.rooms[room].name.clone())
    }

    fn pinned(&self, is_pinned: bool) -> String {
        if is_pinned { self.word("yes", "ja").to_owned() } else { String::new() }
    }

    fn slots(&self, plan: &Plan) -> Sheet {
        let more = [
            self.word("service", "Anliegen"),
            self.word("room", "Raum"),
            self.word("promise", "vergeben als"),
            self.word("pinned", "fest"),
        ];
        let entries = plan.slots.iter().map(|slot| {
            let promise = slot.promise.map(|promise| self.problem.promises[promise].id.clone());
            let cells = vec![
                self.problem.services[slot.service].name.clone(),
                self.room(slot.room),
                promise.unwrap_or_default(),
                self.pinned(slot.pinned),
            ];
            ((slot.day, Some(slot.site), slot.window, slot.clerk), cells)
        });
        self.sheet(self.word("Slots", "Termine"), true, &more, entries.collect())
    }

    fn blocks(&self, plan: &Plan) -> Sheet {
        let more = [self.word("room", "Raum"), self.word("pinned", "fest")];
        let entries = plan.walk_in_blocks.iter().map(|block| {
            let cells = vec![self.room(Some(block.room)), self.pinned(block.pinned)];
            ((block.day, Some(block.site), block.window, block.clerk), cells)
        });
        self.sheet(self.word("Walk-ins", "Spontankunden"), true, &more, entries.collect())
    }

    fn breaks(&self, plan: &Plan) -> Sheet {
        let more = [self.word("pinned", "fest")];
        let entries = plan.breaks.iter().map(|taken| {
            ((taken.day, None, taken.window, taken.clerk), vec![self.pinned(taken.pinned)])
        });
        self.sheet(self.word("Breaks", "Pausen"), false, &more, entries.collect())
    }

    fn stays(&self, plan: &Plan) -> Sheet {
        let more = [self.word("room", "Raum"), self.word("pinned", "fest")];
        let entries = plan.stays.iter().map(|stay| {
            let site = self.problem.rooms[stay.room].site;
            let cells = vec![self.room(Some(stay.room)), self.pinned(stay.pinned)];
            ((stay.day, Some(site), stay.window, stay.clerk), cells)
        });
        self.sheet(self.word("Counters", "Schalter"), true, &more, entries.collect())
    }
}
