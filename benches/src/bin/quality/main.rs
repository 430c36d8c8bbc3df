//! How good plans are after how long: plan, bound, gap and memory for each instance and budget.
//!
//! Every run has a process of its own, so that its peak memory is its own, and every plan is put to
//! `check`.

mod run;
mod table;

use std::fs::OpenOptions;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, ensure};
use clap::Parser;
use scheduler_benches::Member;

use run::{Line, Source};
use table::Table;

/// Prints plan, bound, gap and memory after each budget, and checks each plan.
#[derive(Debug, Parser)]
struct Arguments {
    /// Families or members, by name; all but `long` where neither these nor scenarios are named.
    #[arg(long, value_delimiter = ',')]
    families: Vec<String>,
    /// Scenario files to plan.
    #[arg(long)]
    scenario: Vec<PathBuf>,
    /// Budgets in seconds, a run for each.
    #[arg(long, value_delimiter = ',', default_value = "0.1,1,10,60")]
    seconds: Vec<f64>,
    /// Threads; all of the machine where left out.
    #[arg(long)]
    threads: Option<usize>,
    /// Seeds of the search; the instances keep theirs.
    #[arg(long, value_delimiter = ',', default_value = "1")]
    seeds: Vec<u64>,
    /// Stop a run at this proven gap; 0 uses the whole budget.
    #[arg(long, default_value_t = 0.0)]
    gap: f64,
    /// Append a line of JSON for each run to this file.
    #[arg(long)]
    json: Option<PathBuf>,
    /// Date to write; today where left out.
    #[arg(long)]
    date: Option<String>,
    /// Do one run in this process and print its line of JSON.
    #[arg(long, hide = true)]
    one: bool,
}

fn main() -> ExitCode {
    match measure() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!("some runs have no plan, or one that `check` rejects");
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Makes all runs; whether each has a plan that `check` accepts.
fn measure() -> Result<bool> {
    let arguments = Arguments::parse();
    let sources = sources(&arguments)?;
    if arguments.one {
        ensure!(sources.len() == 1 && arguments.seconds.len() == 1, "--one is one run");
        let options = run::Settings {
            seconds: arguments.seconds[0],
            threads: arguments.threads,
            seed: arguments.seeds[0],
            gap: arguments.gap,
        };
        println!("{}", serde_json::to_string(&run::run(&sources[0], &options)?)?);
        return Ok(true);
    }
    let place = run::Place::here(arguments.date.clone());
    println!("{place}\n");
    let mut table = Table::start();
    let mut failed = false;
    for source in &sources {
        for seed in &arguments.seeds {
            for seconds in &arguments.seconds {
                let line = in_child(source, *seconds, *seed, &arguments)?;
                failed |= line.fails();
                table.row(&line);
                if let Some(path) = &arguments.json {
                    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
                    writeln!(file, "{}", serde_json::to_string(&place.with(&line))?)?;
                }
            }
        }
    }
    Ok(!failed)
}

/// What is to be planned.
fn sources(arguments: &Arguments) -> Result<Vec<Source>> {
    let mut sources: Vec<Source> = Vec::new();
    for name in &arguments.families {
        let before = sources.len();
        sources.extend(
            Member::all()
                .iter()
                .filter(|member| member.name == name || member.family.name() == name)
                .map(|member| Source::Member(*member)),
        );
        ensure!(sources.len() > before, "there is no family or member {name:?}");
    }
    sources.extend(arguments.scenario.iter().cloned().map(Source::File));
    if sources.is_empty() {
        // The longest is a test of memory and takes minutes.
        let members = Member::all().iter().filter(|member| member.name != "long");
        sources.extend(members.map(|member| Source::Member(*member)));
    }
    Ok(sources)
}

fn in_child(source: &Source, seconds: f64, seed: u64, arguments: &Arguments) -> Result<Line> {
    let mut command = Command::new(std::env::current_exe()?);
    match source {
        Source::Member(member) => command.args(["--families", member.name]),
        Source::File(path) => command.arg("--scenario").arg(path),
    };
    command.arg("--one").arg("--seconds").arg(seconds.to_string());
    command.arg("--seeds").arg(seed.to_string()).arg("--gap").arg(arguments.gap.to_string());
    if let Some(threads) = arguments.threads {
        command.arg("--threads").arg(threads.to_string());
    }
    let output = command.stderr(Stdio::inherit()).output()?;
    ensure!(output.status.success(), "the run of {} ended with {}", source.name(), output.status);
    serde_json::from_slice(&output.stdout).context("the run printed no line of JSON")
}
