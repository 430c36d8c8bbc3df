//! What is wrong with a log.

use std::io;

use serde::Serialize;
use thiserror::Error;

/// Why a log cannot be read at all.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// The file cannot be read.
    #[error("cannot read {file}: {source}")]
    Read {
        /// Which.
        file: String,
        /// Why.
        source: io::Error,
    },
    /// There is nothing in it.
    #[error("{file} is empty; it must have a header and a row for each visit")]
    Empty {
        /// Which.
        file: String,
    },
    /// It is in UTF-16.
    #[error("{file} is in UTF-16; save it as CSV in UTF-8")]
    Utf16 {
        /// Which.
        file: String,
    },
    /// Columns are missing.
    #[error(
        "{file} has no column {}; its columns are {}. Say which is which with \
         --columns NAME=COLUMN,…",
        lacking.join(" and "), header.join(", ")
    )]
    Lacking {
        /// Which.
        file: String,
        /// What is missing.
        lacking: Vec<&'static str>,
        /// What there is.
        header: Vec<String>,
    },
    /// A column that was named is not there.
    #[error("{file} has no column {name:?}; its columns are {}", header.join(", "))]
    NoSuchColumn {
        /// Which.
        file: String,
        /// What was named.
        name: String,
        /// What there is.
        header: Vec<String>,
    },
}

/// A kind of trouble with a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TroubleKind {
    /// More or fewer cells than the header.
    Cells,
    /// A site that the scenario does not have.
    Site,
    /// A service that it does not have.
    Service,
    /// No date or time, or one that could be two.
    Time,
    /// A time of the day without a date.
    NoDate,
    /// No whole number of persons.
    Persons,
    /// An outcome that is none of those known.
    Outcome,
    /// Neither an appointment nor an arrival.
    Undated,
    /// Called before the arrival, or finished before the call.
    Order,
}

/// Where a row could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Example {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: u64,
    /// The column as the file calls it.
    pub column: String,
    /// What it says.
    pub value: String,
    /// What is wrong with it.
    pub kind: TroubleKind,
}

/// All that is wrong with the rows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Trouble {
    /// Rows that were not used.
    pub rows: u64,
    /// How often each kind was found.
    pub kinds: Vec<(TroubleKind, u64)>,
    /// The first of each kind, and for sites and services the first row of each that is unknown.
    pub examples: Vec<Example>,
}

impl Trouble {
    /// Examples of a kind that are kept.
    const MOST: usize = 5;
    /// Of sites and services.
    const MOST_NAMES: usize = 30;

    pub(super) fn note(&mut self, example: impl FnOnce() -> Example, kind: TroubleKind) {
        match self.kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, count)) => *count += 1,
            None => self.kinds.push((kind, 1)),
        }
        let names = matches!(kind, TroubleKind::Site | TroubleKind::Service);
        let most = if names { Self::MOST_NAMES } else { Self::MOST };
        if self.examples.iter().filter(|known| known.kind == kind).count() < most {
            let example = example();
            let known = |other: &Example| other.kind == kind && other.value == example.value;
            if !(names && self.examples.iter().any(known)) {
                self.examples.push(example);
            }
        }
    }
}
