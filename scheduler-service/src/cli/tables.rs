//! Scenarios from workbooks and folders, wherever a command takes one.

use std::cell::RefCell;
use std::ffi::OsStr;
use std::fs;
use std::io::{self, IsTerminal as _};
use std::path::Path;
use std::sync::Arc;

use scheduler_core::scenario::{Scenario, Severity};

use super::failure::Failure;
use super::files::Place;
use super::findings::{Item, write_list};
use super::{Format, Language};
use crate::tables::book::Limits;
use crate::tables::found::{At, Found};
use crate::tables::origins::Origins;
use crate::tables::read::{self, NamedFile};
use crate::tables::{Reading, from_folder, from_workbook};

thread_local! {
    /// The tables that the scenario of this command comes from, and what was noted about them.
    static READ: RefCell<(Option<Arc<Origins>>, Vec<Found>)> = const { RefCell::new((None, Vec::new())) };
}

/// Where in the tables that were read a JSON pointer leads; nothing where no tables were read.
pub(super) fn at(pointer: &str) -> Option<At> {
    READ.with_borrow(|(origins, _)| origins.as_ref()?.at(pointer))
}

/// Tells on stderr what was noted about tables that could be read.
pub(super) fn tell_notes(language: Language) {
    let notes = READ.with_borrow_mut(|(_, notes)| std::mem::take(notes));
    let items: Vec<Item<'_>> = notes.iter().map(Item::from).collect();
    // Where stderr is closed there is nobody to tell.
    let _ = write_list(&mut io::stderr().lock(), &items, language);
}

/// Reads a scenario without validating it: JSON, a workbook, a CSV file or a folder of these.
pub(super) fn read_scenario(place: &Place, format: Format) -> Result<Scenario, Failure> {
    let limits = Limits::default();
    if let Place::File(path) = place
        && (path.is_dir() || has_ending(path, "csv"))
    {
        let files = files_of(path, &limits)?;
        return take(from_folder(&files, &limits), place, format);
    }
    let bytes = place.read(limits.file_bytes)?;
    if read::is_workbook(&bytes) {
        return take(from_workbook(&bytes, &limits), place, format);
    }
    Scenario::from_json(&bytes)
        .map_err(|findings| Failure::findings(place.input_name(), findings, format))
}

fn take(reading: Reading, place: &Place, format: Format) -> Result<Scenario, Failure> {
    let Reading { scenario, found, origins } = reading;
    match scenario {
        Some(scenario) => {
            READ.with_borrow_mut(|read| *read = (origins, found));
            Ok(scenario)
        }
        None => Err(Failure::Tables { name: place.input_name(), found, format }),
    }
}

/// The CSV files of a folder in order of their names, or the only file.
fn files_of(path: &Path, limits: &Limits) -> Result<Vec<NamedFile>, Failure> {
    let failed = |path: &Path| {
        let name = path.display().to_string();
        move |source: io::Error| Failure::Read { name, source }
    };
    let mut paths = vec![path.to_owned()];
    if path.is_dir() {
        paths.clear();
        for entry in fs::read_dir(path).map_err(failed(path))? {
            let entry = entry.map_err(failed(path))?.path();
            if entry.is_file() && has_ending(&entry, "csv") {
                paths.push(entry);
            }
            if paths.len() > limits.entries {
                break;
            }
        }
        paths.sort();
    }
    if paths.is_empty() {
        return Err(Failure::Usage(format!("{} has no CSV files", path.display())));
    }
    let mut left = limits.text_bytes;
    let mut files = Vec::new();
    for path in paths {
        let bytes = Place::File(path.clone()).read(left)?;
        left = left.saturating_sub(bytes.len());
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        files.push(NamedFile { name: name.unwrap_or_default(), bytes });
    }
    Ok(files)
}

pub(super) fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().and_then(OsStr::to_str).is_some_and(|known| known.eq_ignore_ascii_case(ending))
}

/// Whether a file is to be a workbook, by its name.
pub(super) fn is_workbook_name(path: Option<&Path>) -> bool {
    path.is_some_and(|path| has_ending(path, "xlsx"))
}

/// Refuses to write a workbook onto a terminal.
pub(super) fn refuse_terminal() -> Result<(), Failure> {
    if io::stdout().is_terminal() {
        return Err(Failure::Usage(
            "a workbook is nothing for a terminal; add --out FILE.xlsx".to_owned(),
        ));
    }
    Ok(())
}

/// What the sheet with figures is called.
pub(super) fn figures_title(language: Language) -> &'static str {
    match language {
        Language::En => "Figures",
        Language::De => "Kennzahlen",
    }
}

/// Whether errors are among what was found.
pub(super) fn has_errors(found: &[Found]) -> bool {
    found.iter().any(|found| found.severity == Severity::Error)
}
