//! `scheduler roster`

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use clap::{Args, ValueEnum};
use scheduler_core::problem::Problem;
use scheduler_core::report;
use scheduler_core::report::roster::{Roster, roster};

use super::Language;
use super::failure::Failure;
use super::files::{self, Output, Place, read_sound, refuse_overwriting};
use super::tables::{is_workbook_name, refuse_terminal};
use crate::calendar::ics;
use crate::calendar::write::calendars;
use crate::tables::results::{self, Titled};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The scenario, or - for stdin.
    #[arg(value_parser = Place::parser())]
    scenario: Place,
    /// The plan, or - for stdin.
    #[arg(value_parser = Place::parser())]
    plan: Place,
    /// One clerk, by the id [default: everybody].
    #[arg(long, value_name = "ID")]
    clerk: Option<String>,
    /// Form of the roster [default: by the ending of --out, else text].
    #[arg(long, value_enum)]
    format: Option<RosterFormat>,
    /// Its language. A German table for spreadsheets has semicolons and decimal commas.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
    /// Write it to this file, or - for stdout [default: stdout]. A name that ends in .xlsx makes a workbook,
    /// and without --format one in .csv or .svg what it says; calendars go into a folder.
    #[arg(long, value_name = "FILE", value_parser = Place::parser())]
    out: Option<Place>,
}

/// Form of a roster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RosterFormat {
    /// A table for each clerk.
    Text,
    /// For spreadsheets: a row for each shift.
    Csv,
    /// A workbook, for spreadsheets too.
    Xlsx,
    /// Calendars of each clerk and each site (iCalendar), into the folder --out. What is there already is
    /// updated: changed events get a higher number, those that are no more are cancelled.
    Ics,
    /// For A4 paper.
    Svg,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { scenario, plan, clerk, format, language, out } = arguments;
    let path = match out {
        Some(Place::File(path)) => Some(path.as_path()),
        Some(Place::Standard) | None => None,
    };
    let ends = |ending| path.is_some_and(|path| files::has_ending(path, ending));
    let format = match *format {
        _ if is_workbook_name(path) => RosterFormat::Xlsx,
        Some(format) => format,
        None if ends("csv") => RosterFormat::Csv,
        None if ends("svg") => RosterFormat::Svg,
        None if ends("ics") => RosterFormat::Ics,
        None => RosterFormat::Text,
    };
    match (format, path) {
        (RosterFormat::Ics, Some(path)) if files::has_ending(path, "ics") && !path.is_dir() => {
            let message =
                "calendars are several files; add --format ics and --out FOLDER".to_owned();
            return Err(Failure::Usage(message));
        }
        (RosterFormat::Ics, None) => {
            let message = "calendars are several files; add --out FOLDER".to_owned();
            return Err(Failure::Usage(message));
        }
        (RosterFormat::Xlsx, None) => refuse_terminal()?,
        _ => {}
    }
    refuse_overwriting(&[scenario, plan], &[("--out", path)])?;
    let (problem, planned) = read_sound(scenario, plan, *language)?;
    let clerk = clerk.as_deref().map(|id| index_of(&problem, id)).transpose()?;
    let roster = roster(&problem, &planned, clerk);
    let language: report::Language = (*language).into();
    let bytes = match (format, path) {
        (RosterFormat::Ics, Some(folder)) => {
            write_calendars(folder, &problem, &roster, clerk.is_some(), language)?;
            return Ok(ExitCode::SUCCESS);
        }
        (RosterFormat::Text | RosterFormat::Ics, _) => roster.to_text(language).into_bytes(),
        (RosterFormat::Csv, _) => roster.to_csv(language).into_bytes(),
        (RosterFormat::Svg, _) => roster.to_svg(language).into_bytes(),
        (RosterFormat::Xlsx, _) => {
            let (csv, title) = (roster.to_csv(language), title(language));
            results::workbook(&[Titled { title, csv: &csv }], language)
                .map_err(|error| Failure::Usage(error.to_string()))?
        }
    };
    match path.map(Output::open).transpose()? {
        Some(file) => file.write(|to| to.write_all(&bytes))?,
        None => files::print(|to| to.write_all(&bytes))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn title(language: report::Language) -> &'static str {
    match language {
        report::Language::English => "Roster",
        report::Language::German => "Dienstplan",
    }
}

/// Writes the calendars of a roster into a folder, going on from those that are there. Of one clerk only
/// the clerk's own is written.
fn write_calendars(
    folder: &Path,
    problem: &Problem,
    roster: &Roster,
    is_one: bool,
    language: report::Language,
) -> Result<(), Failure> {
    let name = folder.display().to_string();
    fs::create_dir_all(folder).map_err(Failure::write(&name))?;
    let now = DateTime::<Utc>::from(SystemTime::now());
    let all = calendars(problem, roster, language);
    for calendar in all.iter().filter(|calendar| !is_one || calendar.file.starts_with("clerk-")) {
        let path = folder.join(&calendar.file);
        let before = match path.try_exists() {
            Ok(true) => Some(Place::File(path.clone()).read(ics::MAX_BYTES)?),
            _ => None,
        };
        let text = calendar.text(&problem.zone, before.as_deref(), now);
        Output::open(&path)?.write(|to| to.write_all(text.as_bytes()))?;
    }
    Ok(())
}

fn index_of(problem: &Problem, id: &str) -> Result<usize, Failure> {
    let clerks = || problem.clerks.iter();
    clerks().position(|clerk| clerk.id == id).ok_or_else(|| {
        let known: Vec<&str> = clerks().map(|clerk| clerk.id.as_str()).collect();
        Failure::Usage(format!(
            "--clerk {id} is nobody of the scenario, which has {}",
            known.join(", ")
        ))
    })
}
