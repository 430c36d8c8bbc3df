//! Tables as CSV files, as the spreadsheets of each language open them.

use scheduler_core::report::Language;

use super::super::layout::Shape;
use super::super::values::shown_number;
use super::Table;
use super::cells::{Out, text_of};

/// A file of a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedText {
    /// Its name with the ending.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// A file for each table that has anything.
pub fn csv_folder(tables: &[Table], language: Language) -> Vec<NamedText> {
    let filled = tables.iter().filter(|table| table.is_filled);
    let file = |table: &Table| NamedText {
        name: format!("{}.csv", table.names.of(language)),
        text: csv_table(table, language),
    };
    filled.map(file).collect()
}

/// A table as CSV: in English with commas and points; in German with semicolons, decimal commas and a
/// byte order mark, so that a German Excel opens it by a double click.
pub fn csv_table(table: &Table, language: Language) -> String {
    let (mut text, separator) = match language {
        Language::English => (String::new(), ','),
        Language::German => ("\u{feff}".to_owned(), ';'),
    };
    let mut row = |cells: &mut dyn Iterator<Item = String>| {
        for (index, cell) in cells.enumerate() {
            if index > 0 {
                text.push(separator);
            }
            text.push_str(&cell);
        }
        text.push_str("\r\n");
    };
    // What the fields of a form mean is for workbooks.
    let columns = if table.shape == Shape::Form { 2 } else { table.columns.len() };
    row(&mut table
        .columns
        .iter()
        .take(columns)
        .map(|column| quoted(&guarded(&column.heading), separator)));
    for cells in &table.rows {
        row(&mut cells.iter().take(columns).map(|cell| field(cell, separator, language)));
    }
    text
}

fn field(cell: &Out, separator: char, language: Language) -> String {
    match cell {
        // Here the separator tells the decimal sign.
        Out::Number(number) => {
            quoted(&super::cells::decimal(&shown_number(*number), language), separator)
        }
        Out::Text(text) => quoted(&guarded(text), separator),
        other => quoted(&text_of(other, language), separator),
    }
}

/// A text that spreadsheets would take for a formula gets an apostrophe.
fn guarded(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    format!("{guard}{text}")
}

fn quoted(text: &str, separator: char) -> String {
    if text.contains([separator, '"', '\n', '\r']) || text.trim().len() != text.len() {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_owned()
}
