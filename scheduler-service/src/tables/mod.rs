//! Scenarios as tables: workbooks and folders of CSV files, in both directions.
//!
//! Sheets and columns follow from the definition of the format ([`layout`]); [`read`] makes tables of
//! files while it counts what it unpacks, [`import`] a scenario of tables with every finding at its cell,
//! [`mod@write`] tables of a scenario. Whatever JSON can say a workbook can say, and what was exported is
//! imported as the same scenario.

pub mod book;
pub mod codes;
pub mod found;
pub mod grid;
pub mod import;
pub mod layout;
pub mod origins;
pub mod read;
pub mod results;
pub mod values;
pub mod words;
pub mod write;

use std::sync::Arc;

use scheduler_core::report::Language;
use scheduler_core::scenario::Scenario;
use scheduler_core::scenario::wire::Part as _;
use serde_json::Value;

use book::Limits;
use found::Found;
use origins::Origins;
use read::NamedFile;
use write::{NamedText, WriteError};

/// What tables are, and what was found.
#[derive(Debug, Clone)]
pub struct Reading {
    /// The scenario; nothing where something keeps it from being read.
    pub scenario: Option<Scenario>,
    /// All that was found, about tables and scenario, but for what its rules warn of.
    pub found: Vec<Found>,
    /// Where its parts stand; nothing where there are no tables.
    pub origins: Option<Arc<Origins>>,
}

impl Reading {
    fn of_tables(read: Result<(book::Book, Vec<Found>), Vec<Found>>) -> Self {
        match read {
            Ok((book, notes)) => {
                let (scenario, found, origins) = import::scenario(Arc::new(book), notes).finish();
                Self { scenario, found, origins: Some(origins) }
            }
            Err(found) => Self { scenario: None, found, origins: None },
        }
    }
}

/// Reads a scenario from a workbook.
pub fn from_workbook(bytes: &[u8], limits: &Limits) -> Reading {
    let read = read::workbook(bytes, limits);
    Reading::of_tables(read.map(|book| (book, Vec::new())).map_err(|found| vec![found]))
}

/// Reads a scenario from the CSV files of a folder.
pub fn from_folder(files: &[NamedFile], limits: &Limits) -> Reading {
    Reading::of_tables(read::folder(files, limits))
}

/// A scenario as a workbook.
///
/// # Errors
/// Where it does not fit into one.
pub fn to_workbook(scenario: &Scenario, language: Language) -> Result<Vec<u8>, WriteError> {
    let value = serde_json::to_value(scenario).unwrap_or_default();
    let tables = write::tables(Scenario::OBJECT, &value, language);
    write::workbook(Scenario::OBJECT, &tables, language)
}

/// A scenario as the CSV files of a folder.
pub fn to_folder(scenario: &Scenario, language: Language) -> Vec<NamedText> {
    let value = serde_json::to_value(scenario).unwrap_or_default();
    write::csv_folder(&write::tables(Scenario::OBJECT, &value, language), language)
}

/// An empty workbook with explanations and what most scenarios have in common.
///
/// # Errors
/// Never, as it fits.
pub fn template(language: Language) -> Result<Vec<u8>, WriteError> {
    let value = Value::Object(serde_json::Map::from_iter([
        ("time_zone".to_owned(), Value::from("Europe/Berlin")),
        ("grid_minutes".to_owned(), Value::from(5)),
    ]));
    write::workbook(Scenario::OBJECT, &write::tables(Scenario::OBJECT, &value, language), language)
}
