//! Results, which are made as CSV, as a workbook: numbers as numbers, dates as dates.

use chrono::NaiveDate;
use scheduler_core::report::Language;
use scheduler_core::time::Clock;

use super::book::{Cell, Decimal, Limits, Sheet};
use super::found::Found;
use super::layout::Shape;
use super::read::{NamedFile, folder};
use super::words::Names;
use super::write::{Choice, Head, Out, Table, WriteError, plain_workbook};

/// A table of results with its title.
#[derive(Debug, Clone, Copy)]
pub struct Titled<'a> {
    /// What its sheet is called.
    pub title: &'a str,
    /// The table as CSV of that language.
    pub csv: &'a str,
}

/// A workbook with a sheet for each table.
///
/// # Errors
/// Where one does not fit into a sheet.
pub fn workbook(tables: &[Titled<'_>], language: Language) -> Result<Vec<u8>, WriteError> {
    let sheets: Vec<Table> = tables.iter().map(|table| sheet(table, language)).collect();
    plain_workbook(&sheets, language)
}

fn sheet(table: &Titled<'_>, language: Language) -> Table {
    // What the library writes can be read; a table that cannot would be empty.
    let rows = rows(table.csv).map(|sheet| sheet.rows).unwrap_or_default();
    let (header, rows) =
        rows.split_first().map_or((None, &[][..]), |(header, rows)| (Some(header), rows));
    let width =
        rows.iter().chain(header).filter_map(|row| row.cells.last()).map(|(column, _)| column + 1);
    let width = width.max().unwrap_or(0);
    let text = |cell: Option<&Cell>| match cell {
        Some(Cell::Text(text)) => text.to_string(),
        _ => String::new(),
    };
    let heading = |column: u32| Head {
        heading: text(header.and_then(|row| row.cell(column))),
        about: String::new(),
        field: None,
        choice: Choice::Free,
    };
    let decimal = if language == Language::German { Decimal::Comma } else { Decimal::Point };
    let row = |row: &super::book::Row| {
        (0..width).map(|column| value(&text(row.cell(column)), decimal)).collect()
    };
    let names = Names {
        key: table.title.to_owned(),
        en: table.title.to_owned(),
        de: table.title.to_owned(),
        about_en: String::new(),
        about_de: String::new(),
    };
    Table {
        names,
        shape: Shape::Table,
        columns: (0..width).map(heading).collect(),
        rows: rows.iter().map(row).collect(),
        is_filled: !rows.is_empty(),
    }
}

fn rows(csv: &str) -> Result<Sheet, Vec<Found>> {
    let file = NamedFile { name: "results.csv".to_owned(), bytes: csv.as_bytes().to_vec() };
    let limits = Limits { cells: usize::MAX, text_bytes: usize::MAX, ..Limits::default() };
    let (book, _) = folder(&[file], &limits)?;
    book.sheets.into_iter().next().ok_or_else(Vec::new)
}

/// What a text of a table is.
fn value(text: &str, decimal: Decimal) -> Out {
    if text.is_empty() {
        return Out::Empty;
    }
    if let Some(number) = number(text, decimal) {
        return Out::Number(number);
    }
    let form = if decimal == Decimal::Comma { "%d.%m.%Y" } else { "%Y-%m-%d" };
    if let Some(date) = NaiveDate::parse_from_str(text, form).ok().filter(|_| text.len() == 10) {
        return Out::Date(date);
    }
    match text.parse::<Clock>() {
        Ok(Clock(minutes)) => Out::Time(minutes),
        Err(_) => Out::Text(text.to_owned()),
    }
}

/// A number as the library writes it into tables; what begins with a nought is a name.
fn number(text: &str, decimal: Decimal) -> Option<f64> {
    let mark = if decimal == Decimal::Comma { ',' } else { '.' };
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once(mark).unwrap_or((digits, "0"));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_plain =
        is_number(whole) && is_number(fraction) && (whole.len() == 1 || !whole.starts_with('0'));
    is_plain.then(|| text.replace(mark, ".").parse().ok())?
}
