//! `scheduler staff`

use std::process::ExitCode;

use clap::Args;

use super::failure::Failure;
use super::files::Place;
use super::{Language, staff_for_plan};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The scenario, or - for stdin.
    #[arg(value_parser = Place::parser())]
    scenario: Place,
    #[command(flatten)]
    for_plan: staff_for_plan::Arguments,
    /// Language of what is printed.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { scenario, for_plan, language } = arguments;
    staff_for_plan::run(scenario, for_plan, *language)
}
