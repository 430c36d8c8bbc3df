//! `scheduler roster`

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use scheduler_core::problem::Problem;
use scheduler_core::report;
use scheduler_core::report::roster::roster;

use super::Language;
use super::failure::Failure;
use super::files::{self, Output, Place, read_sound, refuse_overwriting};

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
    /// Form of the roster.
    #[arg(long, value_enum, default_value_t = RosterFormat::Text)]
    format: RosterFormat,
    /// Its language. A German table for spreadsheets has semicolons and decimal commas.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
    /// Write it to this file, or - for stdout [default: stdout].
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
    /// For A4 paper.
    Svg,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { scenario, plan, clerk, format, language, out } = arguments;
    let path = match out {
        Some(Place::File(path)) => Some(path.as_path()),
        Some(Place::Standard) | None => None,
    };
    refuse_overwriting(&[scenario, plan], &[("--out", path)])?;
    let (problem, planned) = read_sound(scenario, plan, *language)?;
    let clerk = clerk.as_deref().map(|id| index_of(&problem, id)).transpose()?;
    let file = path.map(Output::open).transpose()?;
    let roster = roster(&problem, &planned, clerk);
    let language: report::Language = (*language).into();
    let text = match format {
        RosterFormat::Text => roster.to_text(language),
        RosterFormat::Csv => roster.to_csv(language),
        RosterFormat::Svg => roster.to_svg(language),
    };
    match file {
        Some(file) => file.write(|to| to.write_all(text.as_bytes()))?,
        None => files::print(|to| to.write_all(text.as_bytes()))?,
    }
    Ok(ExitCode::SUCCESS)
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
