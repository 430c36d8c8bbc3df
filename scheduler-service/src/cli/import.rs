//! `scheduler import`

use std::io;
use std::process::ExitCode;
use std::str::FromStr;

use clap::Args;
use scheduler_core::problem::Problem;
use scheduler_core::scenario::{Scenario, Severity};

use super::failure::Failure;
use super::files::{self, Output, Place, read_scenario, refuse_overwriting};
use super::findings::{self, Item, say, write_list, write_some};
use super::tables::has_errors;
use super::{Format, Language};
use crate::calendar::ics;
use crate::calendar::import::{Imported, absences, closures};
use crate::tables::found::Found;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A workbook, a folder of CSV files, or a scenario.
    #[arg(value_parser = Place::parser())]
    tables: Place,
    /// Write the scenario to this file, or - for stdout [default: stdout].
    #[arg(long, value_name = "FILE.json", value_parser = Place::parser())]
    out: Option<Place>,
    /// Days on which all sites are closed, or one, from a calendar: FILE.ics, or SITE=FILE.ics. Times of the
    /// day in it close for these times only.
    #[arg(long, value_name = "[SITE=]FILE.ics")]
    holidays: Vec<CalendarOf>,
    /// Days and times on which clerks are away, from a calendar: CLERK=FILE.ics, or FILE.ics where each event
    /// names the clerk, in its title or as who takes part.
    #[arg(long, value_name = "[CLERK=]FILE.ics")]
    absences: Vec<CalendarOf>,
    /// Form of the findings.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Language of the findings.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
}

/// A calendar, and whose it is where that is said.
#[derive(Debug, Clone)]
struct CalendarOf {
    id: Option<String>,
    file: Place,
}

impl FromStr for CalendarOf {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (id, file) = match text.split_once('=') {
            Some((id, file)) if !id.contains(['/', '\\']) => (Some(id.to_owned()), file),
            _ => (None, text),
        };
        if file.is_empty() {
            return Err("no file is named".to_owned());
        }
        Ok(Self { id, file: Place::File(file.into()) })
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { tables, out, format, language, .. } = arguments;
    let path = match out {
        Some(Place::File(path)) => Some(path.as_path()),
        Some(Place::Standard) | None => None,
    };
    let calendars =
        arguments.holidays.iter().chain(&arguments.absences).map(|calendar| &calendar.file);
    let inputs: Vec<&Place> = std::iter::once(tables).chain(calendars).collect();
    refuse_overwriting(&inputs, &[("--out", path)])?;
    let mut scenario = read_scenario(tables, *format)?;
    take_calendars(arguments, &mut scenario)?;
    // What is wrong is told before anything is written, and what is doubtful beside it.
    let problem = Problem::new(&scenario);
    let problem =
        problem.map_err(|found| Failure::findings(tables.input_name(), found, *format))?;
    let file = path.map(Output::open).transpose()?;
    let fill = |to: &mut dyn io::Write| findings::write_json(to, &scenario);
    match file {
        Some(file) => file.write(fill)?,
        None => files::print(fill)?,
    }
    let warnings = problem.warnings.iter().filter(|found| found.severity != Severity::Error);
    let _ = write_some(&mut io::stderr().lock(), warnings.map(Item::from).collect(), *language);
    Ok(ExitCode::SUCCESS)
}

/// Puts what calendars say into the scenario, and tells what of them was taken.
fn take_calendars(arguments: &Arguments, scenario: &mut Scenario) -> Result<(), Failure> {
    let Arguments { holidays, absences: away, format, language, .. } = arguments;
    let mut wrong = Vec::new();
    for (calendar, is_closure) in
        holidays.iter().map(|c| (c, true)).chain(away.iter().map(|c| (c, false)))
    {
        let bytes = calendar.file.read(ics::MAX_BYTES)?;
        let name = calendar.file.input_name();
        let id = calendar.id.as_deref();
        let Imported { found, days, times } = if is_closure {
            closures(scenario, &name, &bytes, id)
        } else {
            absences(scenario, &name, &bytes, id)
        };
        if has_errors(&found) {
            wrong.push(Failure::Tables { name, found, format: *format });
            continue;
        }
        let items: Vec<Item<'_>> = found.iter().map(|found: &Found| Item::from(found)).collect();
        let _ = write_list(&mut io::stderr().lock(), &items, *language);
        say(&match language {
            Language::En => format!("{name}: {days} days and {times} times taken over"),
            Language::De => format!("{name}: {days} Tage und {times} Zeiten übernommen"),
        });
    }
    if wrong.is_empty() { Ok(()) } else { Err(Failure::Several(wrong)) }
}
