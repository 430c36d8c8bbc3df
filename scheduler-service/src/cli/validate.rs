//! `scheduler validate`

use std::process::ExitCode;

use clap::Args;
use scheduler_core::plan::infeasibility::explain;
use scheduler_core::scenario::Severity;

use super::failure::Failure;
use super::files::{self, Place, read_problem};
use super::findings::Item;
use super::{Format, Language, NEGATIVE, failure, findings};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The scenario, or - for stdin.
    #[arg(value_parser = Place::parser())]
    scenario: Place,
    /// Form of the findings.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Language of the findings.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { scenario, format, language } = arguments;
    let name = scenario.input_name();
    match read_problem(scenario, *format) {
        Ok(problem) => {
            // What counting proves, as `plan` would before it begins.
            let conflicts = explain(&problem);
            let found = problem.warnings.iter().map(Item::from);
            let found = found.chain(conflicts.iter().map(Item::from));
            files::print(|out| findings::print(out, &name, found, *format, *language))?;
            let mut found = problem.warnings.iter();
            let infeasible =
                !conflicts.is_empty() || found.any(|found| found.severity == Severity::Infeasible);
            Ok(if infeasible { ExitCode::from(NEGATIVE) } else { ExitCode::SUCCESS })
        }
        // What is wrong with the scenario is the result that was asked for.
        Err(Failure::Findings { findings, .. }) => {
            files::print(|out| findings::print(out, &name, &findings, *format, *language))?;
            Ok(ExitCode::from(failure::BAD_INPUT))
        }
        Err(Failure::Tables { found, .. }) => {
            files::print(|out| findings::print(out, &name, &found, *format, *language))?;
            Ok(ExitCode::from(failure::BAD_INPUT))
        }
        Err(failure) => Err(failure),
    }
}
