//! One run, and where and when it was made.

use std::fmt;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, Utc};
use scheduler_benches::Member;
use scheduler_core::check::check;
use scheduler_core::plan::{Budget, Options, PlanError, WallClock, plan};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;
use serde::{Deserialize, Serialize};

/// Where a scenario comes from.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    /// One of the instance families.
    Member(Member),
    /// A file.
    File(PathBuf),
}

impl Source {
    /// Name in tables.
    pub(crate) fn name(&self) -> String {
        match self {
            Self::Member(member) => member.name.to_owned(),
            Self::File(path) => {
                path.file_stem().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
            }
        }
    }

    fn problem(&self) -> Result<Problem> {
        let scenario = match self {
            Self::Member(member) => member.scenario(1),
            Self::File(path) => {
                let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
                Scenario::from_json(&bytes).map_err(|findings| anyhow!("{findings}"))?
            }
        };
        Problem::new(&scenario).map_err(|findings| anyhow!("{}: {findings}", self.name()))
    }
}

/// How to plan.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    /// Budget in seconds.
    pub seconds: f64,
    /// Threads; all where `None`.
    pub threads: Option<usize>,
    /// Seed of the search.
    pub seed: u64,
    /// Gap at which to stop.
    pub gap: f64,
}

/// What came of a run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Line {
    /// Name of the instance.
    pub instance: String,
    /// Seed of the search.
    pub seed: u64,
    /// Threads asked for; all of the machine where `None`.
    pub threads: Option<usize>,
    /// Budget in seconds.
    pub budget: f64,
    /// Time in seconds that the call took.
    pub seconds: f64,
    /// Objective of the plan, if there is one.
    pub objective: Option<f64>,
    /// Proven bound, if there is one.
    pub bound: Option<f64>,
    /// (bound − objective) / bound.
    pub gap: Option<f64>,
    /// Work done.
    pub steps: Option<u64>,
    /// Peak memory of the process in MiB.
    pub peak_mib: Option<f64>,
    /// Violations that `check` finds; `None` without a plan.
    pub violations: Option<usize>,
    /// The first of them, or why there is no plan.
    pub message: Option<String>,
}

impl Line {
    /// Whether there is no plan or one that `check` rejects.
    pub(crate) fn fails(&self) -> bool {
        self.violations != Some(0)
    }
}

/// Plans once.
pub(crate) fn run(source: &Source, settings: &Settings) -> Result<Line> {
    let problem = source.problem()?;
    let options = Options {
        budget: Budget::Time(Duration::from_secs_f64(settings.seconds)),
        gap: settings.gap,
        seed: settings.seed,
        threads: settings.threads,
        ..Options::default()
    };
    let begun = Instant::now();
    let outcome = plan(&problem, &options, &WallClock::start());
    let mut line = Line {
        instance: source.name(),
        seed: settings.seed,
        threads: settings.threads,
        budget: settings.seconds,
        seconds: begun.elapsed().as_secs_f64(),
        objective: None,
        bound: None,
        gap: None,
        steps: None,
        // Before the check, whose memory is not the planner's.
        peak_mib: peak_mib(),
        violations: None,
        message: None,
    };
    match outcome {
        Ok(outcome) => {
            let report = check(&problem, &outcome.plan);
            line.objective = Some(outcome.plan.objective);
            line.bound = Some(outcome.plan.upper_bound);
            line.gap = Some(outcome.plan.gap());
            line.steps = Some(outcome.steps);
            let wrong = report.violations.iter().chain(&report.claims);
            line.violations = Some(wrong.clone().count());
            line.message = wrong.clone().next().map(|violation| format!("{violation:?}"));
        }
        Err(error) => {
            line.message = Some(match &error {
                PlanError::Infeasible { conflicts } | PlanError::NotFound { conflicts } => {
                    let first = conflicts.first().map_or("", |conflict| &conflict.message);
                    format!("{error}: {first}")
                }
                _ => error.to_string(),
            });
        }
    }
    Ok(line)
}

/// Peak resident memory of this process in MiB, where the system tells.
fn peak_mib() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kibibytes: f64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes / 1024.0)
}

/// Where and when runs are made.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Place {
    date: String,
    commit: String,
    machine: String,
    cores: usize,
}

#[derive(Debug, Serialize)]
pub(crate) struct Entry<'a> {
    #[serde(flatten)]
    place: &'a Place,
    #[serde(flatten)]
    line: &'a Line,
}

impl Place {
    /// This machine, now or on the date given, at the commit of the working directory.
    pub(crate) fn here(date: Option<String>) -> Self {
        let today = || DateTime::<Utc>::from(SystemTime::now()).format("%Y-%m-%d").to_string();
        let commit = Command::new("git").args(["describe", "--always", "--dirty"]).output().ok();
        let commit = commit.filter(|output| output.status.success());
        let commit = commit.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        let unknown = || "unknown".to_owned();
        Self {
            date: date.unwrap_or_else(today),
            commit: commit.unwrap_or_else(unknown),
            machine: processor().unwrap_or_else(unknown),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }

    /// `line` with place and date.
    pub(crate) fn with<'a>(&'a self, line: &'a Line) -> Entry<'a> {
        Entry { place: self, line }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { date, commit, machine, cores } = self;
        write!(f, "{date}, {machine}, {cores} cores, commit {commit}")
    }
}

fn processor() -> Option<String> {
    let info = std::fs::read_to_string("/proc/cpuinfo").ok()?;
    let line = info.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}
