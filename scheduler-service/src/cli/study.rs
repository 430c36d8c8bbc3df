//! What `simulate`, `compare` and `sweep` have in common.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use scheduler_core::compare::CompareOptions;
use scheduler_core::plan::PlanError;
use scheduler_core::scenario::Findings;
use scheduler_core::simulate::run::SimulationOptions;

use super::failure::Failure;
use super::files::{self, Output, Place};
use super::plan::no_plan;
use super::{Format, Language, NEGATIVE, findings};
use crate::studies::StudyError;
use crate::studies::options::{self, RunOptions};
use crate::tables::results::{self, Titled};

/// How to simulate and how to print.
#[derive(Debug, Args)]
pub(super) struct StudyArguments {
    /// Simulate until the main means are known so well: 0.02, or 2% [default: 2%].
    #[arg(long, value_parser = precision, conflicts_with = "replications")]
    precision: Option<f64>,
    /// Simulate so many replications.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    replications: Option<u64>,
    /// Weeks of a replication that are measured, after others that fill the calendar.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=520))]
    weeks: Option<u32>,
    /// Weeks of booking before them, which fill the calendar [default: until lead times settle].
    #[arg(long, value_parser = clap::value_parser!(u32).range(..=520))]
    warm_up_weeks: Option<u32>,
    /// What people who ask for an appointment are offered.
    #[arg(long, value_enum, default_value_t = Booked::Slots)]
    booking_by: Booked,
    /// Seed of all random numbers, of planning and of simulating.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Steps of search for each plan that is made.
    #[arg(long, default_value_t = CompareOptions::STEPS)]
    steps: u64,
    /// Threads to use; the result is the same [default: one for each core].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Draw the results as SVG into this file.
    #[arg(long, value_name = "FILE.svg")]
    pub(super) chart: Option<PathBuf>,
    /// Form of what is printed [default: by the ending of --out, else text].
    #[arg(long, value_enum)]
    format: Option<StudyFormat>,
    /// Write it to this file; one that ends in .xlsx becomes a workbook, and without --format one in .csv
    /// or .json what it says [default: stdout].
    #[arg(long, value_name = "FILE")]
    pub(super) out: Option<PathBuf>,
    /// Language of text and chart.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
    /// Add all figures, sites and half hours to the text.
    #[arg(long)]
    pub(super) details: bool,
}

/// What people who ask for an appointment are offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Booked {
    /// The slots of the plan.
    Slots,
    /// Every start that the ledger of the booking service could keep; takes much longer.
    Ledger,
}

impl From<Booked> for options::Booked {
    fn from(booked: Booked) -> Self {
        match booked {
            Booked::Slots => Self::Slots,
            Booked::Ledger => Self::Ledger,
        }
    }
}

/// Form of what is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum StudyFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
    /// A workbook, for spreadsheets too.
    Xlsx,
}

impl From<StudyFormat> for Format {
    /// The form of findings.
    fn from(format: StudyFormat) -> Self {
        match format {
            StudyFormat::Json => Self::Json,
            StudyFormat::Text | StudyFormat::Csv | StudyFormat::Xlsx => Self::Text,
        }
    }
}

fn precision(text: &str) -> Result<f64, String> {
    match super::plan::share(text)? {
        share if share > 0.0 => Ok(share),
        _ => Err("not above 0".to_owned()),
    }
}

impl StudyArguments {
    pub(super) fn options(&self) -> CompareOptions {
        let default = RunOptions::default();
        let options = RunOptions {
            seed: self.seed,
            precision: self.precision.unwrap_or(default.precision),
            replications: self.replications,
            weeks: self.weeks.unwrap_or(SimulationOptions::default().weeks),
            warm_up_weeks: self.warm_up_weeks,
            booking_by: self.booking_by.into(),
            plan_steps: self.steps,
            ..default
        };
        options.library(self.threads.map(usize::from))
    }

    /// Refuses more than one input from stdin, and outputs that would overwrite one of `inputs` or each
    /// other.
    pub(super) fn refuse_overwriting(
        &self,
        inputs: &[&Place],
        trace: Option<&Path>,
    ) -> Result<(), Failure> {
        let outputs = [
            ("--chart", self.chart.as_deref()),
            ("--trace", trace),
            ("--out", self.out.as_deref()),
        ];
        if self.form() == StudyFormat::Xlsx && self.out.is_none() {
            super::tables::refuse_terminal()?;
        }
        files::refuse_overwriting(inputs, &outputs)
    }

    /// Prints the form that was asked for.
    pub(super) fn print(
        &self,
        text: impl FnOnce() -> String,
        json: &impl serde::Serialize,
        csv: &dyn Fn() -> String,
        sheet: &dyn Fn() -> String,
    ) -> Result<(), Failure> {
        let fill = |to: &mut dyn std::io::Write| match self.form() {
            StudyFormat::Xlsx => {
                let language = self.language.into();
                let title = super::tables::figures_title(self.language);
                let csv = sheet();
                let book = results::workbook(&[Titled { title, csv: &csv }], language);
                to.write_all(&book.map_err(std::io::Error::other)?)
            }
            StudyFormat::Json => findings::write_json(to, json),
            StudyFormat::Csv => to.write_all(csv().as_bytes()),
            StudyFormat::Text => to.write_all(text().as_bytes()),
        };
        match &self.out {
            Some(path) => Output::open(path)?.write(fill),
            None => files::print(fill),
        }
    }

    /// The form: that which was asked for, or the one of the file's name.
    pub(super) fn form(&self) -> StudyFormat {
        let path = self.out.as_deref();
        let ends = |ending| path.is_some_and(|path| files::has_ending(path, ending));
        match self.format {
            _ if ends("xlsx") => StudyFormat::Xlsx,
            Some(format) => format,
            None if ends("csv") => StudyFormat::Csv,
            None if ends("json") => StudyFormat::Json,
            None => StudyFormat::Text,
        }
    }
}

/// Turns the reason why a study has no result into an exit code or a failure. `names` are those of
/// the base and of each variant, in order.
pub(super) fn no_result(
    error: StudyError,
    names: &[String],
    format: Format,
    language: Language,
) -> Result<ExitCode, Failure> {
    let name = |index: usize| names.get(index).cloned().unwrap_or_default();
    match error {
        StudyError::Scenario(findings) => Err(Failure::findings(name(0), findings, format)),
        StudyError::Variants(wrong) => {
            let named = |(variant, findings): (usize, Findings)| {
                Failure::findings(name(variant + 1), findings, format)
            };
            Err(Failure::Several(wrong.into_iter().map(named).collect()))
        }
        StudyError::NoPlan(failed) => {
            for (scenario, error) in &failed {
                print_no_plan(&name(*scenario), error, format, language)?;
            }
            Ok(ExitCode::from(NEGATIVE))
        }
        other => Err(Failure::Study(other)),
    }
}

fn print_no_plan(
    name: &str,
    error: &PlanError,
    format: Format,
    language: Language,
) -> Result<(), Failure> {
    let conflicts = match error {
        PlanError::Infeasible { conflicts } | PlanError::NotFound { conflicts } => conflicts,
        other => return Err(Failure::Usage(format!("{name}: {other}"))),
    };
    let about = format!("{name}: {}", no_plan(language, error));
    files::print(|to| findings::print(to, &about, conflicts, format, language))
}
