//! `scheduler simulate`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use scheduler_core::report::charts;
use scheduler_core::report::simulation::trace;

use super::failure::Failure;
use super::files::{Output, Place, read_planned, read_problem};
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
    #[command(flatten)]
    study: StudyArguments,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Arguments { scenario, plan: plan_file, trace: trace_file, study } = arguments;
    let format = study.format.into();
    let inputs: Vec<&Place> = std::iter::once(scenario).chain(plan_file).collect();
    if inputs.iter().filter(|input| ***input == Place::Standard).count() > 1 {
        return Err(Failure::Usage("only one file can come from stdin".to_owned()));
    }
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
    let live = Live::start(study.language.into())?;
    // Opened first: a place that cannot be written to is found before the work, not after it.
    let chart = study.chart.as_deref().map(Output::open).transpose()?;
    let trace_out = trace_file.as_deref().map(Output::open).transpose()?;
    let options = study.options();
    let result = simulate::run(&problem, given, &options, &live);
    live.clear();
    let Simulated { plan, report } = match result {
        Ok(simulated) => simulated,
        Err(error) => return no_result(error, &[scenario.input_name()], format),
    };
    if let Some(file) = trace_out {
        let rows = trace(&problem, &plan, &options.simulation, 0);
        let rows = rows.map_err(|error| Failure::Study(error.into()))?;
        file.write(|to| to.write_all(rows.as_bytes()))?;
    }
    let language = study.language.into();
    if let Some(file) = chart {
        let svg = charts::simulation(&report, language);
        file.write(|to| to.write_all(svg.as_bytes()))?;
    }
    study.print(|| report.to_text(language, study.details), &report, || report.to_csv())?;
    Ok(ExitCode::SUCCESS)
}
