//! `scheduler plan`

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use clap::Args;
use scheduler_core::plan::{Budget, Options, Outcome, PlanError, Started};
use scheduler_core::problem::{Plan, Problem, StartPlan};
use scheduler_core::report::{self, Summary, gantt, plan_sheets, start_notes, summary};
use scheduler_core::scenario::{PlanFile, Severity};
use serde::Serialize;

use super::failure::Failure;
use super::files::{self, Output, Place, read_problem, read_start};
use super::findings::{self, say};
use super::live::Live;
use super::tables::is_workbook_name;
use super::{Format, Language, NEGATIVE, chart};
use crate::studies;
use crate::studies::plan::{Engine, PlanStatus};
use crate::tables::results::{self, Titled};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The scenario, or - for stdin.
    #[arg(value_parser = Place::parser())]
    scenario: Place,
    /// Write the plan to this file, or - for stdout. A name that ends in .xlsx makes a workbook with sheets
    /// for slots, walk-in blocks, breaks and counters, for people: other commands read the other form.
    #[arg(long, value_name = "FILE", value_parser = Place::parser())]
    out: Option<Place>,
    /// Plan for this many seconds at the most [default: 10].
    #[arg(long, value_parser = seconds, conflicts_with = "steps")]
    seconds: Option<Duration>,
    /// Plan for this many steps of search: the same plan each time, on any machine.
    #[arg(long)]
    steps: Option<u64>,
    /// Begin from the plan in this file, or - for stdin: yesterday's, one edited by hand, or one of
    /// another version of the scenario. What it pins stays; what does not fit is dropped and told.
    #[arg(long, value_name = "PLAN", value_parser = Place::parser())]
    start: Option<Place>,
    /// Price of each slot and walk-in block of the start that is moved to another time or clerk, or
    /// given up, in weighted minutes.
    #[arg(long, value_name = "W", value_parser = move_cost, requires = "start",
        default_value = "0")]
    move_cost: f64,
    /// Make a plan even where quotas cannot be held: what they lack has the price `short_minute`.
    #[arg(long)]
    relax: bool,
    /// Stop as soon as no plan can be better by more than this: 0.001, or 0.1%.
    #[arg(long, value_parser = share, default_value = "0.1%")]
    gap: f64,
    /// Seed of the search.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Threads to use [default: one for each core].
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    /// What makes the plan.
    #[arg(long, value_enum, default_value_t = Engine::Search)]
    engine: Engine,
    /// Draw a day of the plan as SVG into this file.
    #[arg(long, value_name = "FILE.svg")]
    chart: Option<PathBuf>,
    /// The day to draw [default: the busiest].
    #[arg(long, value_name = "DATE", requires = "chart")]
    chart_day: Option<NaiveDate>,
    /// The site to draw, by its id [default: all].
    #[arg(long, value_name = "ID", requires = "chart")]
    chart_site: Option<String>,
    /// Form of what is printed: a summary, or the plan itself as JSON (with --out a summary as
    /// JSON).
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Language of summary and chart.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
    /// Add the services and quotas of each day to the summary.
    #[arg(long)]
    details: bool,
}

pub(super) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("not a positive number of seconds".to_owned()),
    }
}

fn move_cost(text: &str) -> Result<f64, String> {
    let cost: f64 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=1e6).contains(&cost) { Ok(cost) } else { Err("not from 0 to 1000000".to_owned()) }
}

pub(super) fn share(text: &str) -> Result<f64, String> {
    let (number, unit) = match text.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), 100.0),
        None => (text, 1.0),
    };
    let share = number.parse::<f64>().map_err(|_| "not a number such as 0.6 or 60%".to_owned())?;
    let share = share / unit;
    if (0.0..=1.0).contains(&share) { Ok(share) } else { Err("not from 0 to 1".to_owned()) }
}

/// A summary as JSON, with how the run ended.
#[derive(Debug, Serialize)]
struct Run<'a> {
    #[serde(flatten)]
    summary: &'a Summary,
    stop: PlanStatus,
    steps: u64,
    /// What became of the plan that planning began from.
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<Begun>,
}

/// What became of the plan that planning began from, as JSON.
#[derive(Debug, Serialize)]
struct Begun {
    /// Slots and walk-in blocks that were moved or given up.
    moved: usize,
    /// Of how many that fit and were not pinned.
    of: usize,
    dropped: Vec<LeftOut>,
}

/// An entry that does not fit, as JSON.
#[derive(Debug, Serialize)]
struct LeftOut {
    pointer: String,
    message: String,
}

impl From<&Started> for Begun {
    fn from(started: &Started) -> Self {
        let dropped = started.dropped.iter().map(|dropped| LeftOut {
            pointer: dropped.entry.pointer.clone(),
            message: dropped.to_string(),
        });
        Self { moved: started.moved, of: started.of, dropped: dropped.collect() }
    }
}

/// Why there is no plan, as JSON.
#[derive(Debug, Serialize)]
struct NoPlan<'a> {
    schema: &'static str,
    /// Whether it is proven that there is none.
    infeasible: bool,
    conflicts: Vec<findings::Item<'a>>,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let out_path = match &arguments.out {
        Some(Place::File(path)) => Some(path.as_path()),
        Some(Place::Standard) | None => None,
    };
    let outputs = [("--out", out_path), ("--chart", arguments.chart.as_deref())];
    let inputs: Vec<&Place> =
        std::iter::once(&arguments.scenario).chain(&arguments.start).collect();
    files::refuse_overwriting(&inputs, &outputs)?;
    let mut problem = read_problem(&arguments.scenario, arguments.format)?;
    problem.relaxed = arguments.relax;
    let start = arguments.start.as_ref();
    let start = start.map(|start| read_start(&problem, start, arguments.format)).transpose()?;
    let chart = chart_options(arguments, &problem)?;
    warn(&problem, arguments.language);
    let live = Live::start(arguments.language.into())?;
    // Opened first: a place that cannot be written to is found before the work, not after it.
    let out = out_path.map(Output::open).transpose()?;
    let chart_file = arguments.chart.as_deref().map(Output::open).transpose()?;
    let options = options(arguments, start);
    let result = studies::plan::run(&problem, &options, arguments.engine, &live);
    live.clear();
    match result {
        Ok(outcome) => {
            if let Some(file) = chart_file {
                let svg = gantt::day_chart(&problem, &outcome.plan, &chart)
                    .map_err(|error| Failure::Usage(error.to_string()))?;
                file.write(|to| to.write_all(svg.as_bytes()))?;
            }
            if let Some(file) = out {
                if is_workbook_name(out_path) {
                    let book = workbook(&problem, &outcome.plan, arguments.language.into())?;
                    file.write(|to| to.write_all(&book))?;
                } else {
                    file.write(|to| write_plan(to, &problem, &outcome))?;
                }
            }
            print_outcome(arguments, &problem, &outcome)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error @ (PlanError::Infeasible { .. } | PlanError::NotFound { .. })) => {
            files::print(|to| print_no_plan(to, arguments, &problem, &error))?;
            Ok(ExitCode::from(NEGATIVE))
        }
        Err(error) => Err(Failure::Plan(error)),
    }
}

fn options(arguments: &Arguments, start: Option<StartPlan>) -> Options {
    let default = Options::default();
    let budget = match (arguments.seconds, arguments.steps) {
        (_, Some(steps)) => Budget::Steps(steps),
        (Some(time), None) => Budget::Time(time),
        (None, None) => default.budget,
    };
    Options {
        budget,
        gap: arguments.gap,
        seed: arguments.seed,
        threads: arguments.threads.map(usize::from),
        start: start.map(Arc::new),
        move_cost: arguments.move_cost,
    }
}

fn chart_options(arguments: &Arguments, problem: &Problem) -> Result<gantt::Options, Failure> {
    let day = arguments.chart_day.map(|date| chart::day(problem, "--chart-day", date));
    let site = arguments.chart_site.as_deref().map(|id| chart::site(problem, "--chart-site", id));
    Ok(gantt::Options {
        day: day.transpose()?,
        site: site.transpose()?,
        by: gantt::By::Clerk,
        language: arguments.language.into(),
    })
}

/// Lists the scenario's warnings on stderr.
fn warn(problem: &Problem, language: Language) {
    let warnings = problem.warnings.iter().filter(|found| found.severity == Severity::Warning);
    let items: Vec<findings::Item<'_>> = warnings.map(Into::into).collect();
    let _ = findings::write_some(&mut io::stderr().lock(), items, language);
}

fn write_plan(to: &mut dyn Write, problem: &Problem, outcome: &Outcome) -> io::Result<()> {
    serde_json::to_writer(&mut *to, &PlanFile::new(problem, &outcome.plan))?;
    writeln!(to)
}

/// The plan as a workbook.
pub(super) fn workbook(
    problem: &Problem,
    plan: &Plan,
    language: report::Language,
) -> Result<Vec<u8>, Failure> {
    let sheets = plan_sheets(problem, plan, language);
    let tables: Vec<Titled<'_>> =
        sheets.iter().map(|sheet| Titled { title: sheet.title, csv: &sheet.csv }).collect();
    results::workbook(&tables, language).map_err(|error| Failure::Usage(error.to_string()))
}

/// The summary on stdout; where the plan itself goes there, the summary goes to stderr.
fn print_outcome(
    arguments: &Arguments,
    problem: &Problem,
    outcome: &Outcome,
) -> Result<(), Failure> {
    let plan_on_stdout = match (&arguments.out, arguments.format) {
        (Some(Place::Standard), _) | (None, Format::Json) => true,
        (Some(Place::File(_)), _) | (None, Format::Text) => false,
    };
    if plan_on_stdout {
        files::print(|to| write_plan(to, problem, outcome))?;
    }
    if plan_on_stdout && arguments.format == Format::Json {
        return Ok(());
    }
    let summary = summary(problem, &outcome.plan, &outcome.prices);
    match arguments.format {
        Format::Json => files::print(|to| {
            let stop = studies::plan::status(outcome.stop);
            let start = outcome.start.as_ref().map(Begun::from);
            findings::write_json(to, &Run { summary: &summary, stop, steps: outcome.steps, start })
        }),
        Format::Text => {
            let language = arguments.language.into();
            let mut text = summary.to_text(language, arguments.details);
            if let Some(started) = &outcome.start {
                text.push('\n');
                text.push_str(&start_notes(started, language, arguments.details));
            }
            if plan_on_stdout {
                say(text.trim_end());
                Ok(())
            } else {
                files::print(|to| to.write_all(text.as_bytes()))
            }
        }
    }
}

/// That there is no plan, in a line.
pub(super) fn no_plan(language: Language, error: &PlanError) -> String {
    match (language, error) {
        (Language::De, PlanError::Infeasible { .. }) => "Es gibt keinen Plan".to_owned(),
        (Language::De, PlanError::NotFound { .. }) => {
            "Es wurde kein Plan gefunden; ob es einen gibt, ist offen".to_owned()
        }
        _ => error.to_string(),
    }
}

fn print_no_plan(
    to: &mut dyn Write,
    arguments: &Arguments,
    problem: &Problem,
    error: &PlanError,
) -> io::Result<()> {
    let (infeasible, conflicts) = match error {
        PlanError::Infeasible { conflicts } => (true, conflicts.as_slice()),
        PlanError::NotFound { conflicts } => (false, conflicts.as_slice()),
        _ => (false, &[][..]),
    };
    let findings = problem.warnings.iter().filter(|found| found.severity == Severity::Infeasible);
    let conflicts: Vec<findings::Item<'_>> =
        findings.map(Into::into).chain(conflicts.iter().map(Into::into)).collect();
    let language = arguments.language;
    match arguments.format {
        Format::Text if conflicts.is_empty() => writeln!(to, "{}", no_plan(language, error)),
        Format::Text => {
            findings::print(to, &no_plan(language, error), conflicts, Format::Text, language)
        }
        Format::Json => {
            let told = conflicts.into_iter().map(|item| item.told(language));
            let conflicts = told.collect();
            findings::write_json(to, &NoPlan { schema: "no-plan/1", infeasible, conflicts })
        }
    }
}
