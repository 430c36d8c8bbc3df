//! Statements with as many rows as needed.

use std::fmt::Write;

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
