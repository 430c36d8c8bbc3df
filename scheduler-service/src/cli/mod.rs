//! The command line. Results go to stdout, messages to stderr.

mod check;
mod failure;
mod files;
mod findings;
mod live;
mod plan;
mod validate;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use scheduler_core::report;

/// Exit code of a run that found the problem infeasible, or violations.
const NEGATIVE: u8 = 1;

/// Plans which appointment slots an office publishes, and proves how good the plan is.
#[derive(Debug, Parser)]
#[command(
    name = "scheduler",
    version,
    after_help = "Exit codes: 0 done, 1 infeasible or violations found, 2 bad input or usage."
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Plan a scenario: slots, walk-in blocks and breaks, with a bound on any plan.
    Plan(plan::Arguments),
    /// Check a plan against its scenario: every rule, the objective and the bound.
    Check(check::Arguments),
    /// Check a scenario without planning it.
    Validate(validate::Arguments),
}

/// Form of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Language of summaries and charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Language {
    /// English.
    En,
    /// German.
    De,
}

impl From<Language> for report::Language {
    fn from(language: Language) -> Self {
        match language {
            Language::En => Self::English,
            Language::De => Self::German,
        }
    }
}

/// Runs the command that the process's arguments ask for.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let outcome = match &arguments.command {
        Command::Plan(arguments) => plan::run(arguments),
        Command::Check(arguments) => check::run(arguments),
        Command::Validate(arguments) => validate::run(arguments),
    };
    outcome.unwrap_or_else(|failure| failure.report())
}
