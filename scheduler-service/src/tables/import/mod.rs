//! From tables to a scenario: which sheet and column is what, rows to objects, and objects into the
//! entries that they belong to.

mod assemble;
mod rows;
mod sheets;

use std::collections::BTreeSet;
use std::sync::Arc;

use scheduler_core::problem::Problem;
use scheduler_core::scenario::wire::{Object, Part as _};
use scheduler_core::scenario::{Finding, Scenario, Severity};
use scheduler_core::time::Zone;
use serde_json::{Map, Value};

use super::book::{Book, Decimal};
use super::codes::Code;
use super::found::{At, Found, Text};
use super::layout::Layout;
use super::origins::Origins;
use super::values::Context;
use assemble::Keys;

/// Most findings that are listed.
const MOST: usize = 10_000;

/// What tables say.
#[derive(Debug, Clone)]
pub struct Import {
    /// The scenario as JSON.
    pub value: Value,
    /// Where its parts stand.
    pub origins: Arc<Origins>,
    /// What was found while reading.
    pub found: Vec<Found>,
    /// What not to report a second time.
    doubts: Doubts,
}

/// What follows from findings about tables and need not be told, too.
#[derive(Debug, Clone, Default)]
struct Doubts {
    /// Cells that could not be read.
    cells: BTreeSet<String>,
    /// Sheets with a column that could not be told, by name.
    columns: BTreeSet<Arc<str>>,
    /// Whether there is a sheet that could not be told.
    sheets: bool,
    /// Whether an id could not be read.
    ids: bool,
}

/// Reads tables as what `object` defines.
pub fn read(book: Arc<Book>, object: &'static Object, mut notes: Vec<Found>) -> Import {
    let layout = Arc::new(Layout::of(object));
    let mut reading = Reading {
        origins: Origins::new(Arc::clone(&book), Arc::clone(&layout)),
        rows: layout.sheets.iter().map(|_| Vec::new()).collect(),
        keys: layout.sheets.iter().map(|_| Keys::new()).collect(),
        root: Map::new(),
        found: Vec::new(),
        doubts: Doubts::default(),
        zone: None,
        book,
        layout,
    };
    if let Some((name, text)) = object.constant {
        reading.root.insert(name.to_owned(), Value::String(text.to_owned()));
    }
    reading.all_sheets();
    let root = reading.assemble();
    notes.append(&mut reading.found);
    Import {
        value: Value::Object(root),
        origins: Arc::new(reading.origins),
        found: notes,
        doubts: reading.doubts,
    }
}

/// Reads tables as a scenario.
pub fn scenario(book: Arc<Book>, notes: Vec<Found>) -> Import {
    read(book, Scenario::OBJECT, notes)
}

impl Import {
    /// The scenario, where nothing keeps it from being one, and all that was found: about the tables and
    /// about the scenario, each with its place.
    pub fn finish(self) -> (Option<Scenario>, Vec<Found>, Arc<Origins>) {
        let Self { value, origins, mut found, doubts } = self;
        let is_sound = found.iter().all(|found| found.severity != Severity::Error);
        let read = Scenario::from_value(&value);
        drop(value);
        let findings = match &read {
            Err(findings) => findings.clone(),
            // Where the tables are sound, whoever asked for the scenario makes a problem of it.
            Ok(_) if is_sound => scheduler_core::scenario::Findings::default(),
            Ok(scenario) => match Problem::new(scenario) {
                Err(findings) => findings,
                Ok(_) => scheduler_core::scenario::Findings::default(),
            },
        };
        let mut seen = BTreeSet::new();
        for finding in &findings {
            let at = origins.at(&finding.pointer);
            let is_new =
                seen.insert((at.as_ref().map(At::name), finding.code, finding.message.clone()));
            if is_new && !doubts.explain(finding, at.as_ref()) {
                found.push(Found::of_scenario(finding, at));
            }
        }
        found.truncate(MOST);
        let scenario = read.ok().filter(|_| is_sound);
        (scenario, found, origins)
    }
}

impl Doubts {
    /// Whether a finding about the scenario follows from one about the tables.
    fn explain(&self, finding: &Finding, at: Option<&At>) -> bool {
        let is_missing = matches!(finding.code, "field.missing" | "list.empty");
        match at {
            Some(at) if self.cells.contains(&at.name()) => true,
            Some(at) if is_missing && self.columns.contains(&at.sheet) => true,
            _ if finding.code == "reference.unknown" => {
                self.ids || self.sheets || !self.columns.is_empty()
            }
            _ => self.sheets && (is_missing || finding.severity != Severity::Error),
        }
    }
}

/// Tables that are being read.
struct Reading {
    book: Arc<Book>,
    layout: Arc<Layout>,
    origins: Origins,
    /// The objects of the rows of each sheet of the layout.
    rows: Vec<Vec<Map<String, Value>>>,
    /// By what their rows are named.
    keys: Vec<Keys>,
    root: Map<String, Value>,
    found: Vec<Found>,
    doubts: Doubts,
    zone: Option<Zone>,
}

impl Reading {
    fn report(&mut self, code: Code, at: Option<At>, text: Text) {
        if self.found.len() < MOST {
            self.found.push(Found::new(code, at, text));
        }
    }

    /// Reports a cell, whose value is then left out.
    fn report_cell(&mut self, code: Code, (sheet, row, column): (usize, u32, u32), text: Text) {
        let at = self.origins.cell(sheet, row, column);
        if let Some(at) = &at {
            self.doubts.cells.insert(at.name());
        }
        self.report(code, at, text);
    }

    /// Something about a whole sheet.
    fn sheet_at(&self, sheet: usize) -> Option<At> {
        let sheet = self.book.sheets.get(sheet)?;
        Some(At { sheet: Arc::clone(&sheet.name), cell: String::new(), value: String::new() })
    }

    fn context(&self, decimal: Decimal) -> Context<'_> {
        Context { decimal, from_1904: self.book.from_1904, zone: self.zone.as_ref() }
    }
}

/// Puts `value` at the end of `path`, making objects on the way.
fn put(to: &mut Map<String, Value>, path: &[&'static str], value: Value) {
    match path {
        [] => {}
        [last] => drop(to.insert((*last).to_owned(), value)),
        [first, rest @ ..] => {
            let inside = to.entry(*first).or_insert_with(|| Value::Object(Map::new()));
            if let Value::Object(inside) = inside {
                put(inside, rest, value);
            }
        }
    }
}

/// What is at the end of `path`.
fn get<'a>(from: &'a Map<String, Value>, path: &[&str]) -> Option<&'a Value> {
    match path {
        [] => None,
        [last] => from.get(*last),
        [first, rest @ ..] => get(from.get(*first)?.as_object()?, rest),
    }
}
