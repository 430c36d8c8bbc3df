//! What can be found in tables beside what scenarios have.

use scheduler_core::scenario::Severity;

/// A kind of finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Stable name.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it means.
    pub meaning: &'static str,
}

macro_rules! codes {
    ($($constant:ident $severity:ident $name:literal $meaning:literal)*) => {
        $(#[doc = $meaning] pub const $constant: Code =
            Code { name: $name, severity: Severity::$severity, meaning: $meaning };)*
        /// All of them.
        pub const ALL: &[Code] = &[$($constant),*];
    };
}

codes! {
    UNREADABLE Error "table.unreadable" "the file is no workbook and no CSV file that can be read"
    TOO_LARGE Error "table.too_large" "the tables are larger than the limits for reading"
    ENCODING Warning "table.encoding" "a CSV file is not UTF-8 and was read as Windows-1252"
    SHEET_UNKNOWN Error "table.sheet_unknown" "there is no such sheet"
    SHEET_TWICE Error "table.sheet_twice" "two sheets are about the same"
    COLUMN_UNKNOWN Error "table.column_unknown" "there is no such column or field"
    COLUMN_TWICE Error "table.column_twice" "a column or field is there twice"
    NO_HEADER Error "table.no_header" "a sheet has no row of headings"
    STRAY Error "table.stray" "a value is in a column without heading"
    MERGED Error "table.merged" "cells are merged"
    HIDDEN Error "table.hidden" "rows, columns or a sheet with values are hidden"
    ERROR_VALUE Error "table.error_value" "a cell shows an error instead of a value"
    FORMULA Error "table.formula" "a formula has no value"
    VALUE Error "table.value" "a value is of the wrong kind or form"
    AMBIGUOUS Error "table.ambiguous" "a value can be read in two ways"
    UNIT Error "table.unit" "a value has another unit than its column"
    WORD Error "table.word" "a word is none of those that a column takes"
    REFERENCE Error "table.reference" "a row belongs to an entry that there is not"
    NUMBER_TWICE Error "table.number_twice" "two rows have the same number"
    CALENDAR Error "calendar.unreadable" "a calendar cannot be read"
    CALENDAR_RULE Error "calendar.rule" "an event of a calendar cannot be taken over"
    CALENDAR_IDLE Warning "calendar.idle" "a calendar changes nothing"
}
