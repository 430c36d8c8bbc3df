//! The columns of a summary's tables.

use super::Text;
use crate::report::summary::{Figures, Summary, Usage};
use crate::report::table::Table;

/// Which columns are worth their place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    pub(super) promised: bool,
    pub(super) flexible: bool,
}

impl Shown {
    /// Appends what belongs in those columns that are shown.
    pub(super) fn push<T>(self, row: &mut Vec<T>, promised: T, flexible: T) {
        if self.promised {
            row.push(promised);
        }
        if self.flexible {
            row.push(flexible);
        }
    }
}

impl Text<'_> {
    pub(super) fn shown(&self, flexible: bool) -> Shown {
        Shown { promised: self.summary.total.promised > 0, flexible }
    }

    pub(super) fn capacity_table(&self, first: &str, shown: Shown) -> Table {
        let words = self.words;
        let mut header = vec![first, words.slots];
        shown.push(&mut header, words.promised, words.flexible);
        header.extend([words.requests, words.served, words.walk_in, words.needed]);
        header.extend([words.clerks, words.rooms]);
        Table::new(1, &header)
    }

    pub(super) fn capacity_row(
        &self,
        name: String,
        figures: &Figures,
        usage: &Usage,
        shown: Shown,
    ) -> Vec<String> {
        let language = self.language;
        let mut row = vec![name];
        row.extend(self.offer(figures, shown));
        row.push(language.number(usage.walk_in_minutes as f64, 0));
        row.push(language.number(usage.walk_in_needed_minutes as f64, 0));
        row.push(self.share(usage.clerk_share(), 0));
        row.push(self.share(usage.room_share(), 0));
        row
    }

    pub(super) fn grand_total(&self, table: &mut Table, shown: Shown) {
        table.rule();
        let name = self.words.total.to_owned();
        let Summary { total, usage, .. } = self.summary;
        table.row(self.capacity_row(name, total, usage, shown));
    }

    pub(super) fn offer(&self, figures: &Figures, shown: Shown) -> Vec<String> {
        let language = self.language;
        let mut cells = vec![language.count(figures.slots)];
        let flexible = match figures.flexible {
            0 => String::new(),
            count => language.count(count),
        };
        shown.push(&mut cells, language.count(figures.promised), flexible);
        cells.push(language.number(figures.requests, 1));
        cells.push(self.share(figures.served_share(), 1));
        cells
    }

    /// The same, and how the slots are used.
    pub(super) fn use_of(&self, figures: &Figures, shown: Shown) -> Vec<String> {
        let mut cells = self.offer(figures, shown);
        cells.push(self.share(figures.any_time_share(), 1));
        cells.push(self.share(figures.used_share(), 1));
        cells
    }

    pub(super) fn share(&self, share: Option<f64>, decimals: usize) -> String {
        share.map_or_else(|| "–".to_owned(), |share| self.language.percent(share, decimals))
    }

    pub(super) fn offer_table(&self, shown: Shown) -> Table {
        let words = self.words;
        let mut header = vec![words.service, words.slots];
        shown.push(&mut header, words.promised, words.flexible);
        header.extend([words.requests, words.served, words.any_time, words.used]);
        Table::new(1, &header)
    }
}
