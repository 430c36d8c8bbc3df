//! Tables that a spreadsheet opens (RFC 4180), as the spreadsheets of each language expect them.

use super::language::Language;

/// A cell of a table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell<'a> {
    Text(&'a str),
    /// With as many digits as it has; empty where it is not finite.
    Number(f64),
    Whole(u64),
    Empty,
}

impl Cell<'_> {
    /// A number, or nothing.
    pub(super) fn number(value: Option<f64>) -> Self {
        value.map_or(Self::Empty, Self::Number)
    }
}

/// A table that grows row by row.
///
/// In English, cells are set apart by commas. In German, by semicolons, numbers have a decimal comma,
/// and a byte order mark says that it is UTF-8: a German Excel opens it by a double click.
#[derive(Debug)]
pub(super) struct Csv {
    language: Language,
    text: String,
}

impl Csv {
    pub(super) fn new(language: Language, header: &[&str]) -> Self {
        let text = match language {
            Language::English => String::new(),
            Language::German => "\u{feff}".to_owned(),
        };
        let mut csv = Self { language, text };
        let header: Vec<Cell<'_>> = header.iter().map(|&name| Cell::Text(name)).collect();
        csv.row(&header);
        csv
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) {
        let separator = self.separator();
        for (index, &cell) in cells.iter().enumerate() {
            if index > 0 {
                self.text.push(separator);
            }
            let text = match cell {
                Cell::Text(text) => quoted(text, separator),
                Cell::Number(value) if value.is_finite() => self.decimal(&value.to_string()),
                Cell::Whole(value) => value.to_string(),
                Cell::Number(_) | Cell::Empty => String::new(),
            };
            self.text.push_str(&text);
        }
        self.text.push('\n');
    }

    fn separator(&self) -> char {
        match self.language {
            Language::English => ',',
            Language::German => ';',
        }
    }

    /// `number`, written with a point, as the language writes it.
    pub(super) fn decimal(&self, number: &str) -> String {
        match self.language {
            Language::English => number.to_owned(),
            Language::German => number.replace('.', ","),
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// In quotes where something in it would end the cell. A text that a spreadsheet would take for a
/// formula gets an apostrophe.
fn quoted(text: &str, separator: char) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if text.contains([separator, '"', '\n', '\r']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cannot_break_a_row_nor_run_in_a_spreadsheet() {
        assert_eq!(quoted("Nord", ','), "Nord");
        assert_eq!(quoted("a, \"b\"", ','), "\"a, \"\"b\"\"\"");
        assert_eq!(quoted("=1+1", ','), "'=1+1");
        assert_eq!(quoted("-1,5", ','), "\"'-1,5\"");
        assert_eq!(quoted("a, b; c", ';'), "\"a, b; c\"");
        assert_eq!(quoted("a, b", ';'), "a, b");
    }

    #[test]
    fn a_german_table_is_what_a_german_spreadsheet_opens() {
        let table = |language| {
            let mut csv = Csv::new(language, &["a", "b"]);
            csv.row(&[Cell::Number(0.5), Cell::Text("x;y")]);
            csv.row(&[Cell::Number(f64::NAN), Cell::Whole(1000)]);
            csv.finish()
        };
        assert_eq!(table(Language::English), "a,b\n0.5,x;y\n,1000\n");
        assert_eq!(table(Language::German), "\u{feff}a;b\n0,5;\"x;y\"\n;1000\n");
    }
}
