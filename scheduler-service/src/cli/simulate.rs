//! `scheduler simulate`

use std::path::PathBuf;
use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Args;
use scheduler_core::check::{Violation, check};
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::report::charts;
use scheduler_core::report::simulation::trace;
use scheduler_core::simulate::run::Absence;

use super::NEGATIVE;
use super::failure::Failure;
use super::files::{self, Output, Place, read_planned, read_problem};
use super::findings::{self, say};
use super::live::Live;
use super::study::{StudyArguments, no_result};
use crate::studies::simulate::{self, Simulated};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The scenario, or - for stdin.
    #[arg(value_parser = Place::parser())]
    scenario: Place,
    /// The plan to simulate [default: one is made].
    #[arg(long, value_name = "FILE", value_parser = Place::parser())]
    plan: Option<Place>,
    /// Write every customer of the first replication as CSV into this file.
    #[arg(long, value_name = "FILE")]
    trace: Option<PathBuf>,
    /// Who is ill on which dates: the plan stands, and those days are run without them.
    #[arg(long, value_name = "CLERK=DATE,…", value_parser = absence)]
    absent: Vec<(String, Vec<NaiveDate>)>,
    #[command(flatten)]
    pub(super) study: StudyArguments,
}

/// Reads `mitte-03=2027-03-04,2027-03-05`.
fn absence(text: &str) -> Result<(String, Vec<NaiveDate>), String> {
    let (clerk, dates) =
        text.rsplit_once('=').ok_or("not CLERK=DATE, such as mitte-03=2027-03-04")?;
    let dates = dates
        .split(',')
        .map(|date| date.parse().map_err(|_| format!("{date:?} is not a date such as 2027-03-04")));
    Ok((clerk.to_owned(), dates.collect::<Result<_, String>>()?))
}

/// The absences as the problem counts; everything that is wrong with them at once.
fn absences(
    problem: &Problem,
    asked: &[(String, Vec<NaiveDate>)],
) -> Result<Vec<Absence>, Failure> {
    let (mut absences, mut wrong) = (Vec::new(), Vec::new());
    for (id, dates) in asked {
        let clerk = problem.clerks.iter().position(|clerk| clerk.id == *id);
        if clerk.is_none() {
            wrong.push(format!("the scenario has no clerk {id:?}"));
        }
        for date in dates {
            match (clerk, problem.dates.binary_search(date)) {
                (Some(clerk), Ok(day)) => absences.push(Absence { clerk, day }),
                (_, Err(_)) => wrong.push(format!("{date} is not in the scenario's horizon")),
                (None, Ok(_)) => {}
            }
        }
    }
    if wrong.is_empty() {
        Ok(absences)
    } else {
        Err(Failure::Usage(format!("--absent: {}", wrong.join("; "))))
    }
}

/// The rules that `plan` breaks. How good it is does not matter here.
fn broken_rules(problem: &Problem, plan: &Plan) -> Vec<Violation> {
    let is_rule = |violation: &Violation| {
        !["objective.", "bound."].iter().any(|value| violation.code().starts_with(value))
    };
    check(problem, plan).violations.into_iter().filter(is_rule).collect()
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { scenario, plan: plan_file, trace: trace_file, study, .. } = arguments;
    let format = study.form().into();
    let inputs: Vec<&Place> = std::iter::once(scenario).chain(plan_file).collect();
    study.refuse_overwriting(&inputs, trace_file.as_deref())?;
    let (problem, given) = match plan_file {
        Some(file) => {
            let (problem, (plan, findings)) = read_planned(scenario, file, format)?;
            if !findings.is_empty() {
                return Err(Failure::findings(file.input_name(), findings, format));
            }
            (problem, Some(plan))
        }
        None => (read_problem(scenario, format)?, None),
    };
    if let (Some(plan), Some(file)) = (&given, plan_file) {
        let broken = broken_rules(&problem, plan);
        if !broken.is_empty() {
            files::print(|to| {
                findings::print(to, &file.input_name(), &broken, format, study.language)
            })?;
            say(
                "the plan is not simulated: it breaks rules. Where somebody is ill, leave the shift \
                 in the scenario and say --absent CLERK=DATE",
            );
            return Ok(ExitCode::from(NEGATIVE));
        }
    }
    let absent = absences(&problem, &arguments.absent)?;
    let live = Live::start(study.language.into())?;
    // Opened first: a place that cannot be written to is found before the work, not after it.
    let chart = study.chart.as_deref().map(Output::open).transpose()?;
    let trace_out = trace_file.as_deref().map(Output::open).transpose()?;
    let mut options = study.options();
    options.simulation.absent = absent;
    let result = simulate::run(&problem, given, &options, &live);
    live.clear();
    let Simulated { plan, report } = match result {
        Ok(simulated) => simulated,
        Err(error) => return no_result(error, &[scenario.input_name()], format, study.language),
    };
    if let Some(file) = trace_out {
        let rows = trace(&problem, &plan, &options.simulation, 0, study.language.into());
        let rows = rows.map_err(|error| Failure::Study(error.into()))?;
        file.write(|to| to.write_all(rows.as_bytes()))?;
    }
    let language = study.language.into();
    if let Some(file) = chart {
        let svg = charts::simulation(&report, language);
        file.write(|to| to.write_all(svg.as_bytes()))?;
    }
    study.print(
        || report.to_text(language, study.details),
        &report,
        &|| report.to_csv(language),
        &|| report.to_sheet(language),
    )?;
    Ok(ExitCode::SUCCESS)
}
