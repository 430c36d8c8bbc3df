//! `scheduler export`

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use super::files::{Output, Place, has_ending, read_scenario, refuse_overwriting};
use super::tables::is_workbook_name;
use super::{Format, Language};
use crate::tables;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The scenario, or - for stdin.
    #[arg(value_parser = Place::parser())]
    scenario: Place,
    /// Write it to this workbook (FILE.xlsx), or into this folder as CSV files.
    #[arg(long, value_name = "FILE.xlsx|FOLDER")]
    out: PathBuf,
    /// Language of sheets, headings and explanations; German CSV files have semicolons and decimal
    /// commas.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { scenario, out, language } = arguments;
    refuse_overwriting(&[scenario], &[("--out", Some(out))])?;
    if !is_workbook_name(Some(out)) && !out.is_dir() && names_a_file(out) {
        let name = out.display();
        return Err(Failure::Usage(format!(
            "--out {name} is neither a workbook (FILE.xlsx) nor a folder; `scheduler import` makes JSON"
        )));
    }
    let scenario = read_scenario(scenario, Format::Text)?;
    if is_workbook_name(Some(out)) {
        let file = Output::open(out)?;
        let book = tables::to_workbook(&scenario, (*language).into())
            .map_err(|error| Failure::Usage(error.to_string()))?;
        file.write(|to| to.write_all(&book))?;
        return Ok(ExitCode::SUCCESS);
    }
    into_folder(out, &tables::to_folder(&scenario, (*language).into()))?;
    Ok(ExitCode::SUCCESS)
}

/// Whether a name ends as those of files do: in a point and letters or digits, of which the first is a
/// letter. Folders may be called `2027.3`.
fn names_a_file(path: &Path) -> bool {
    let ending = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    ending.starts_with(|first: char| first.is_ascii_alphabetic())
        && ending.chars().all(|letter| letter.is_ascii_alphanumeric())
}

/// Writes the files into a folder that has no other tables: those would be read with them.
fn into_folder(folder: &Path, files: &[tables::write::NamedText]) -> Result<(), Failure> {
    let name = folder.display().to_string();
    fs::create_dir_all(folder).map_err(Failure::write(&name))?;
    for entry in fs::read_dir(folder).map_err(Failure::write(&name))? {
        let entry = entry.map_err(Failure::write(&name))?;
        let other = entry.file_name().to_string_lossy().into_owned();
        if has_ending(&entry.path(), "csv") && files.iter().all(|file| file.name != other) {
            return Err(Failure::Usage(format!(
                "{name} has another table already, {other}, which would be read with these; choose an empty \
                 folder, or delete it"
            )));
        }
    }
    for file in files {
        Output::open(&folder.join(&file.name))?.write(|to| to.write_all(file.text.as_bytes()))?;
    }
    Ok(())
}
