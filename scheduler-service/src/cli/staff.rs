//! `scheduler staff`

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, ValueEnum};
use scheduler_core::plan::Budget;
use scheduler_core::report::charts;
use scheduler_core::scenario::{ExistingStaff, WalkInCapacity};
use scheduler_core::staffing::{StaffOptions, Verdict};

use super::failure::Failure;
use super::files::{self, Output, Place, read_scenario};
use super::findings::write_json;
use super::live::Live;
use super::study::{StudyFormat, no_result};
use super::tables;
use super::{Language, NEGATIVE, staff_for_plan};
use crate::studies::staff::{self, Asked, Staffed};
use crate::tables::results::{self, Titled};
use crate::tables::to_workbook;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The scenario, or - for stdin.
    #[arg(value_parser = Place::parser())]
    scenario: Place,
    #[command(flatten)]
    for_plan: staff_for_plan::Arguments,
    /// What has to be reached, in place of the targets of the scenario: "walk-ins within 30 minutes >=
    /// 80 %", "next free appointment <= 14 days", "requests without an offer <= 2 %", "overtime <= 15
    /// minutes"; with "at SITE" for one site. Several may be named.
    #[arg(long = "target", value_name = "TARGET")]
    targets: Vec<String>,
    /// Most money a week: the first target's figure becomes as good as that allows.
    #[arg(long, value_name = "MONEY")]
    budget: Option<f64>,
    /// How sure it has to be that the roster reaches each target: 0.95, or 95%.
    #[arg(long, value_parser = confidence)]
    confidence: Option<f64>,
    /// What becomes of the clerks of the scenario [default: as the scenario says, else fixed].
    #[arg(long, value_enum)]
    existing: Option<Existing>,
    /// What is kept for walk-ins [default: as the scenario says, else quotas].
    #[arg(long, value_enum)]
    walk_ins: Option<WalkIns>,
    /// Look for this many seconds at the most [default: 60; 10 with --for-plan].
    #[arg(long, value_parser = seconds, conflicts_with = "steps")]
    seconds: Option<Duration>,
    /// Simulate this many rosters, or search this many steps for each day with --for-plan: the same
    /// answer each time, on any machine.
    #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
    steps: Option<u64>,
    /// Weeks of a replication that are measured.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=520))]
    weeks: Option<u32>,
    /// Seed of all random numbers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads to use; with --steps the result is the same [default: one for each core].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// Write the scenario with the roster to this file, ready for plan, simulate and roster; with
    /// --for-plan the plan, with those who are needed. A name that ends in .xlsx makes a workbook.
    #[arg(long, value_name = "FILE", value_parser = Place::parser())]
    out: Option<Place>,
    /// Write what can be checked of the answer to this file, for `scheduler check`.
    #[arg(long, value_name = "FILE")]
    certificate: Option<PathBuf>,
    /// Draw needed and present by half-hour as SVG into this file.
    #[arg(long, value_name = "FILE.svg")]
    chart: Option<PathBuf>,
    /// Form of what is printed.
    #[arg(long, value_enum, default_value_t = StudyFormat::Text)]
    format: StudyFormat,
    /// Language of text and chart.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Existing {
    /// They stay as they are.
    Fixed,
    /// Each may be done without.
    Removable,
    /// The roster is drawn up without them.
    LeftOut,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum WalkIns {
    /// What the quotas of the scenario say.
    Quotas,
    /// Counters by half-hour in their place, as many as who comes needs.
    Counters,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("not a positive number of seconds".to_owned()),
    }
}

fn confidence(text: &str) -> Result<f64, String> {
    match super::plan::share(text)? {
        share if (0.5..=0.9999).contains(&share) => Ok(share),
        _ => Err("not from 50% to 99.99%".to_owned()),
    }
}

impl Arguments {
    fn asked(&self) -> Asked {
        Asked {
            targets: self.targets.clone(),
            confidence: self.confidence,
            existing: self.existing.map(|existing| match existing {
                Existing::Fixed => ExistingStaff::Fixed,
                Existing::Removable => ExistingStaff::Removable,
                Existing::LeftOut => ExistingStaff::LeftOut,
            }),
            walk_ins: self.walk_ins.map(|walk_ins| match walk_ins {
                WalkIns::Quotas => WalkInCapacity::Quotas,
                WalkIns::Counters => WalkInCapacity::Counters,
            }),
            budget: self.budget,
        }
    }

    fn options(&self) -> StaffOptions {
        let mut options = StaffOptions::default();
        if let Some(time) = self.seconds {
            options.budget = Budget::Time(time);
        }
        if let Some(steps) = self.steps {
            options.budget = Budget::Steps(steps);
        }
        options.weeks = self.weeks.unwrap_or(options.weeks);
        options.seed = self.seed;
        options.threads = self.threads.map(usize::from);
        options
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { scenario: place, format, language, .. } = arguments;
    let shared = staff_for_plan::Shared {
        seconds: arguments.seconds,
        steps: arguments.steps,
        seed: arguments.seed,
        out: arguments.out.as_ref(),
        format: (*format).into(),
        language: *language,
    };
    if let Some(exit) = staff_for_plan::run(place, &arguments.for_plan, &shared) {
        return exit;
    }
    let out = match &arguments.out {
        Some(Place::File(path)) => Some(path.as_path()),
        _ => None,
    };
    files::refuse_overwriting(
        &[place],
        &[
            ("--out", out),
            ("--certificate", arguments.certificate.as_deref()),
            ("--chart", arguments.chart.as_deref()),
        ],
    )?;
    if *format == StudyFormat::Xlsx {
        tables::refuse_terminal()?;
    }
    let names = [place.input_name()];
    let scenario = read_scenario(place, (*format).into())?;
    let scenario = staff::asked(&scenario, &arguments.asked()).map_err(Failure::Study)?;
    let live = Live::start((*language).into())?;
    // Opened first: a place that cannot be written to is found before the work, not after it.
    let to_out = out.map(Output::open).transpose()?;
    let to_certificate = arguments.certificate.as_deref().map(Output::open).transpose()?;
    let to_chart = arguments.chart.as_deref().map(Output::open).transpose()?;
    let result = staff::run(&scenario, &arguments.options(), &live);
    live.clear();
    let Staffed { answer, certificate, report } = match result {
        Ok(staffed) => staffed,
        Err(error) => return no_result(error, &names, (*format).into(), *language),
    };
    if let Some(roster) = &answer.roster {
        if let Some(file) = to_out {
            if tables::is_workbook_name(out) {
                let book = to_workbook(&roster.scenario, (*language).into());
                let book = book.map_err(|error| Failure::Usage(error.to_string()))?;
                file.write(|to| to.write_all(&book))?;
            } else {
                file.write(|to| write_json(to, &roster.scenario))?;
            }
        } else if arguments.out == Some(Place::Standard) {
            files::print(|to| write_json(to, &roster.scenario))?;
        }
    }
    if let Some(file) = to_certificate {
        file.write(|to| write_json(to, &certificate))?;
    }
    let words = (*language).into();
    if let Some(file) = to_chart {
        let svg = charts::staffing(&report, words);
        file.write(|to| to.write_all(svg.as_bytes()))?;
    }
    if arguments.out != Some(Place::Standard) {
        files::print(|to| match format {
            StudyFormat::Text => to.write_all(report.to_text(words).as_bytes()),
            StudyFormat::Json => write_json(to, &report),
            StudyFormat::Csv => to.write_all(report.to_csv(words).as_bytes()),
            StudyFormat::Xlsx => {
                let (title, csv) = (tables::figures_title(*language), report.to_csv(words));
                let book = results::workbook(&[Titled { title, csv: &csv }], words);
                to.write_all(&book.map_err(io::Error::other)?)
            }
        })?;
    }
    let is_answered =
        { matches!(answer.verdict, Verdict::Proven | Verdict::Suffices | Verdict::Affordable) };
    Ok(if is_answered { ExitCode::SUCCESS } else { ExitCode::from(NEGATIVE) })
}
