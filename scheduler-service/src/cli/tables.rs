//! What commands that read or write tables have in common.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use scheduler_core::scenario::Severity;

use super::failure::Failure;
use super::files::has_ending;
use super::findings::{Item, write_list};
use super::{Language, origins};
use crate::tables::found::Found;

/// Tells on stderr what was noted about tables that could be read.
pub(super) fn tell_notes(language: Language) {
    let notes = origins::notes();
    let items: Vec<Item<'_>> = notes.iter().map(Item::from).collect();
    // Where stderr is closed there is nobody to tell.
    let _ = write_list(&mut io::stderr().lock(), &items, language);
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
