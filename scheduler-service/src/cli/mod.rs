//! The command line. Results go to stdout, messages to stderr.

#[cfg(feature = "serve")]
mod backup;
#[cfg(feature = "serve")]
mod book;
mod certificate;
mod chart;
mod check;
mod compare;
mod export;
mod failure;
mod files;
mod findings;
mod import;
#[cfg(feature = "serve")]
mod keys;
mod lean;
mod learn;
mod live;
mod log;
#[cfg(feature = "serve")]
mod opening;
mod origins;
mod plan;
mod replay;
mod roster;
#[cfg(feature = "serve")]
mod serve;
mod simulate;
mod staff;
mod staff_for_plan;
mod study;
mod sweep;
mod tables;
mod template;
mod validate;
#[cfg(feature = "serve")]
mod welcome;
#[cfg(feature = "serve")]
mod work;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};
use scheduler_core::report;

/// Exit code of a run that found the problem infeasible, or violations.
const NEGATIVE: u8 = 1;

/// What is done without a command: serving, as the environment says; where that is not built in,
/// help.
const WITHOUT_COMMAND: &str = if cfg!(feature = "serve") { "serve" } else { "--help" };

/// Plans which appointment slots an office publishes, proves how good the plan is, takes bookings,
/// and simulates what people would wait.
#[derive(Debug, Parser)]
#[command(
    name = "scheduler",
    version,
    after_help = "Exit codes: 0 done, 1 infeasible or violations found, 2 bad input or usage."
)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Plan a scenario: slots, walk-in blocks and breaks, with a bound on any plan.
    Plan(plan::Arguments),
    /// Check a plan against its scenario: every rule and the objective; or what the certificate of a
    /// staffing claims, its bound included.
    Check(check::Arguments),
    /// Check a scenario without planning it.
    Validate(validate::Arguments),
    /// Write an empty workbook to fill in, with explanations and drop-downs.
    Template(template::Arguments),
    /// Read a workbook or a folder of CSV files, and calendars, into a scenario file.
    Import(import::Arguments),
    /// Write a scenario as a workbook or as a folder of CSV files.
    Export(export::Arguments),
    /// Draw a day or a week of a plan.
    Chart(chart::Arguments),
    /// Print who works when and where: a roster for each clerk.
    Roster(roster::Arguments),
    /// Simulate a scenario and its plan: waits, lead times, overtime and cost, with intervals.
    Simulate(simulate::Arguments),
    /// Compare variants of a scenario, each planned anew, on the same customers.
    Compare(compare::Arguments),
    /// Learn demand, no-shows, lengths and behaviour from logs of visits, and write them into a
    /// scenario.
    Learn(learn::Arguments),
    /// Run a day of a log once more: the same people, lengths and clerks, and what a variant would
    /// have changed.
    Replay(replay::Arguments),
    /// Compare a scenario with itself at many values of one or two numbers.
    Sweep(sweep::Arguments),
    /// Find the least staff: which people on which shifts reach targets, with a bound on any roster;
    /// or, with --for-plan, the fewest clerks that keep what a plan promises. In every roster somebody is
    /// there whenever the doors are open, also where no target asks for it.
    Staff(staff::Arguments),
    /// Offer and book appointments over HTTP. The same as no command at all.
    #[cfg(feature = "serve")]
    Serve(Box<crate::config::Arguments>),
    /// Do jobs that services on the same database have taken: long plans and simulations.
    #[cfg(feature = "serve")]
    Work(crate::config::WorkArguments),
    /// Make, list and revoke the keys of clients.
    #[cfg(feature = "serve")]
    Keys(keys::Arguments),
    /// Copy the database to a file, while services use it.
    #[cfg(feature = "serve")]
    Backup(backup::BackupArguments),
    /// Make the database from such a file, before a service is started.
    #[cfg(feature = "serve")]
    Restore(backup::RestoreArguments),
}

impl Command {
    /// The language that people want to read.
    fn language(&self) -> Language {
        match self {
            Self::Plan(arguments) => arguments.language,
            Self::Check(arguments) => arguments.language,
            Self::Validate(arguments) => arguments.language,
            Self::Template(arguments) => arguments.language,
            Self::Import(arguments) => arguments.language,
            Self::Export(arguments) => arguments.language,
            Self::Chart(arguments) => arguments.language,
            Self::Roster(arguments) => arguments.language,
            Self::Staff(arguments) => arguments.language,
            Self::Simulate(arguments) => arguments.study.language,
            Self::Compare(arguments) => arguments.study.language,
            Self::Sweep(arguments) => arguments.study.language,
            Self::Learn(arguments) => arguments.language,
            Self::Replay(arguments) => arguments.language,
            #[cfg(feature = "serve")]
            Self::Serve(_) | Self::Work(_) | Self::Keys(_) | Self::Backup(_) | Self::Restore(_) => {
                Language::En
            }
        }
    }
}

/// Form of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// Language of everything that people read.
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
    let command = Arguments::parse().command;
    let command = command.or_else(|| Arguments::parse_from(["scheduler", WITHOUT_COMMAND]).command);
    let outcome = match &command {
        None => Ok(ExitCode::from(failure::BAD_INPUT)),
        Some(Command::Plan(arguments)) => plan::run(arguments),
        Some(Command::Check(arguments)) => check::run(arguments),
        Some(Command::Validate(arguments)) => validate::run(arguments),
        Some(Command::Template(arguments)) => template::run(arguments),
        Some(Command::Import(arguments)) => import::run(arguments),
        Some(Command::Export(arguments)) => export::run(arguments),
        Some(Command::Chart(arguments)) => chart::run(arguments),
        Some(Command::Roster(arguments)) => roster::run(arguments),
        Some(Command::Staff(arguments)) => staff::run(arguments),
        Some(Command::Simulate(arguments)) => simulate::run(arguments),
        Some(Command::Compare(arguments)) => compare::run(arguments),
        Some(Command::Sweep(arguments)) => sweep::run(arguments),
        Some(Command::Learn(arguments)) => learn::run(arguments),
        Some(Command::Replay(arguments)) => replay::run(arguments),
        #[cfg(feature = "serve")]
        Some(Command::Serve(arguments)) => serve::run(arguments),
        #[cfg(feature = "serve")]
        Some(Command::Work(arguments)) => work::run(arguments),
        #[cfg(feature = "serve")]
        Some(Command::Keys(arguments)) => keys::run(arguments),
        #[cfg(feature = "serve")]
        Some(Command::Backup(arguments)) => backup::back_up(arguments),
        #[cfg(feature = "serve")]
        Some(Command::Restore(arguments)) => backup::put_back(arguments),
    };
    let language = command.as_ref().map_or(Language::En, Command::language);
    tables::tell_notes(language);
    outcome.unwrap_or_else(|failure| failure.report(language))
}
