//! Statements with as many rows as needed.

use std::fmt::Write;

use serde::ser::{Serialize, SerializeMap, Serializer};
use sqlx::Any;
use sqlx::any::AnyArguments;
use sqlx::query::Query;

/// Most rows in one statement: both databases allow some ten thousand parameters.
pub(super) const CHUNK: usize = 256;

/// `($1, $2), ($3, $4)` for 2 rows of 2 columns.
pub(super) fn values(rows: usize, columns: usize) -> String {
    let mut text = String::with_capacity(rows * columns * 5);
    for row in 0..rows {
        text.push_str(if row == 0 { "(" } else { ", (" });
        list(&mut text, row * columns, columns);
        text.push(')');
    }
    text
}

/// `$1, $2, $3` for 3 parameters.
pub(super) fn parameters(count: usize) -> String {
    let mut text = String::with_capacity(count * 5);
    list(&mut text, 0, count);
    text
}

fn list(text: &mut String, before: usize, count: usize) {
    for index in 1..=count {
        let comma = if index == 1 { "" } else { ", " };
        // Writing to a string does not fail.
        let _ = write!(text, "{comma}${}", before + index);
    }
}

/// A value of a row.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Text(Option<String>),
    Number(Option<i64>),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Cell {
    fn from(number: i64) -> Self {
        Self::Number(Some(number))
    }
}

impl From<Option<i64>> for Cell {
    fn from(number: Option<i64>) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Cell {
    fn from(number: u32) -> Self {
        Self::Number(Some(number.into()))
    }
}

impl From<Option<u32>> for Cell {
    fn from(number: Option<u32>) -> Self {
        Self::Number(number.map(i64::from))
    }
}

type Statement<'a> = Query<'a, Any, AnyArguments>;

/// Binds the values of a row, one after the other.
pub(super) fn bind<'a>(
    query: Statement<'a>,
    cells: impl IntoIterator<Item = Cell>,
) -> Statement<'a> {
    cells.into_iter().fold(query, |query, cell| match cell {
        Cell::Text(text) => query.bind(text),
        Cell::Number(number) => query.bind(number),
    })
}

/// A row as a JSON object: the names of its columns, as in a statement, and their values. What it does
/// not have is NULL.
pub(super) struct Object<const COLUMNS: usize>(pub &'static str, pub [Cell; COLUMNS]);

impl<const COLUMNS: usize> Serialize for Object<COLUMNS> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        for (name, cell) in self.0.split(", ").zip(&self.1) {
            match cell {
                Cell::Text(Some(text)) => object.serialize_entry(name, text)?,
                Cell::Number(Some(number)) => object.serialize_entry(name, number)?,
                Cell::Text(None) | Cell::Number(None) => {}
            }
        }
        object.end()
    }
}
