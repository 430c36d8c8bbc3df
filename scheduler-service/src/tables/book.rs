//! Tables as they were read, before anything is made of them.

use std::fmt::Write as _;
use std::sync::Arc;

/// What is read at the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file.
    pub file_bytes: usize,
    /// Files in a workbook or folder.
    pub entries: usize,
    /// Bytes of all that a workbook is once it is unpacked.
    pub unpacked_bytes: usize,
    /// Cells that hold something, in all sheets.
    pub cells: usize,
    /// Bytes of texts in cells, each cell counted by itself.
    pub text_bytes: usize,
}

impl Default for Limits {
    /// A hundred thousand rows of twenty columns.
    fn default() -> Self {
        Self {
            file_bytes: 32 << 20,
            entries: 2_000,
            unpacked_bytes: 256 << 20,
            cells: 2_000_000,
            text_bytes: 64 << 20,
        }
    }
}

/// All sheets of a workbook, or files of a folder.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// In their order.
    pub sheets: Vec<Sheet>,
    /// Whether serial dates count from 1904.
    pub from_1904: bool,
}

/// A table of cells.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Its name, without the ending of a file.
    pub name: Arc<str>,
    /// Whether people do not see it.
    pub is_hidden: bool,
    /// Rows that hold something, in order.
    pub rows: Vec<Row>,
    /// Merged cells: first row and column, last row and column.
    pub merged: Vec<Area>,
    /// Hidden columns: first and last.
    pub hidden_columns: Vec<(u32, u32)>,
    /// How numbers are written in texts where nothing else tells.
    pub decimal: Decimal,
    /// Whether texts that begin with `=` and the like have an apostrophe before them.
    pub is_csv: bool,
}

/// A rectangle of cells, both corners included; rows and columns from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Area {
    /// First row and column.
    pub first: (u32, u32),
    /// Last row and column.
    pub last: (u32, u32),
}

/// The sign between whole and fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decimal {
    /// `1.5`.
    Point,
    /// `1,5`.
    Comma,
    /// Not known.
    Unknown,
}

/// A row.
#[derive(Debug, Clone)]
pub struct Row {
    /// Its place, from 0.
    pub index: u32,
    /// Whether people do not see it.
    pub is_hidden: bool,
    /// Cells that hold something, with their columns, in order.
    pub cells: Vec<(u32, Cell)>,
}

impl Row {
    /// The cell in that column.
    pub fn cell(&self, column: u32) -> Option<&Cell> {
        let place = self.cells.binary_search_by_key(&column, |&(column, _)| column).ok()?;
        self.cells.get(place).map(|(_, cell)| cell)
    }
}

/// What a cell holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// A text that is not empty.
    Text(Arc<str>),
    /// A number, a date or a time.
    Number(f64, Looks),
    /// True or false.
    Switch(bool),
    /// An error such as `#REF!`.
    Error(Arc<str>),
    /// A formula whose value was not saved, as it is written where that is known.
    Formula(Arc<str>),
}

/// What the format of a number makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looks {
    /// A number.
    Plain,
    /// A number in percent.
    Percent,
    /// A date.
    Date,
    /// A time of the day, or a length of time.
    Time,
    /// A date with a time.
    DateTime,
}

/// `C7`, from a row and a column that count from 0.
pub fn cell_name(row: u32, column: u32) -> String {
    let mut name = column_name(column);
    // Writing to a string cannot fail.
    let _ = write!(name, "{}", row.saturating_add(1));
    name
}

/// `C`, from a column that counts from 0.
pub fn column_name(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

/// Row and column, from 0, of a name such as `C7`.
pub fn parse_cell_name(name: &str) -> Option<(u32, u32)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (column, row) = name.split_at(letters);
    if letters == 0 || letters > 3 || row.is_empty() || row.len() > 7 {
        return None;
    }
    let add = |sum: u32, letter: u8| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1;
    let column = column.bytes().fold(0, add);
    let row: u32 = row.parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

impl Area {
    /// The area called `A1:B2`, or a single cell.
    pub fn parse(name: &str) -> Option<Self> {
        let (first, last) = name.split_once(':').unwrap_or((name, name));
        Some(Self { first: parse_cell_name(first)?, last: parse_cell_name(last)? })
    }

    /// `A1:B2`.
    pub fn name(&self) -> String {
        let (first, last) = (self.first, self.last);
        format!("{}:{}", cell_name(first.0, first.1), cell_name(last.0, last.1))
    }
}
