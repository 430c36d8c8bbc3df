//! JSON in, JSON out: what a binding for another language, or a program that has files and wants
//! files, wraps.
//!
//! Each function takes the texts of files and gives the text of an answer, and never panics on what
//! it is given. What went wrong is JSON, too: a [`Failure`] with everything that was found at once.
//! Options are an object of [`PlanOptions`] or [`SimulateOptions`]; an empty text stands for all
//! defaults.
//!
//! ```
//! use scheduler_core::json;
//!
//! let scenario = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! let plan = json::plan(scenario, r#"{ "steps": 200 }"#)?;
//! assert!(json::check(scenario, &plan)?.contains(r#""valid":true"#));
//! let figures = json::simulate(scenario, &plan, r#"{ "replications": 5, "weeks": 2 }"#)?;
//! assert!(figures.starts_with(r#"{"schema":"simulation/1""#));
//!
//! let failure = json::plan(scenario, r#"{ "stepps": 200 }"#).unwrap_err();
//! assert!(failure.contains(r#""code":"field.unknown","pointer":"/stepps""#));
//! # Ok::<(), String>(())
//! ```

use std::time::Duration;

use serde::Serialize;

use crate::monitor::WallClock;
use crate::plan::{self, Budget, Conflict, Options, PlanError};
use crate::problem::{Plan, Problem};
use crate::report::simulation::simulation_report;
use crate::report::verdict;
use crate::scenario::wire::{self, Wire};
use crate::scenario::{Finding, Findings, PlanFile, ReadOptions, Scenario, Severity};
use crate::simulate::run::{self, SimulationOptions, Until};

crate::wire! {
    /// How to plan.
    pub struct PlanOptions {
        /// Work to do at most. The same number gives the same plan on any machine; it takes the
        /// place of `seconds`.
        pub steps: Option<u64>,
        /// Time to plan for at most.
        #[wire(unit = "seconds", within = (0.0, 1e6))]
        pub seconds: f64 = 10.0,
        /// Stop as soon as this gap is proven, 0.001 for a tenth of a percent.
        #[wire(within = (0.0, 1.0))]
        pub gap: f64 = Options::default().gap,
        /// Seed of the search.
        pub seed: u64 = Options::default().seed,
        /// Threads to use; as many as the machine runs where left out.
        pub threads: Option<u32>,
    }

    /// How to simulate.
    pub struct SimulateOptions {
        /// Runs of weeks to do; as many as `precision` takes where left out.
        pub replications: Option<u64>,
        /// Stop when the interval of each headline figure is at most this share of it to each side.
        #[wire(within = (0.0, 1.0), above)]
        pub precision: f64 = 0.02,
        /// Weeks of one replication that are measured.
        pub weeks: u32 = SimulationOptions::default().weeks,
        /// Weeks of booking before them; two more than the horizon of booking where left out.
        pub warm_up_weeks: Option<u32>,
        /// Seed of all random numbers.
        pub seed: u64 = SimulationOptions::default().seed,
        /// Threads to use; as many as the machine runs where left out.
        pub threads: Option<u32>,
    }
}

/// Why there is no answer. Serialises as `"failure/1"`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Failure {
    /// `"failure/1"`.
    pub schema: &'static str,
    /// What is wrong: `"scenario"`, `"plan"` or `"options"` for a text that was given, with all
    /// findings; `"infeasible"` where no plan exists, `"not_found"` where none was found, both with
    /// the conflicts; `"failed"` for the rest.
    pub code: &'static str,
    /// In one line.
    pub message: String,
    /// Each with its place and what to do.
    pub findings: Vec<Finding>,
}

/// Plans a scenario: the text of a plan file, `plan/1`.
///
/// # Errors
/// The text of a [`Failure`]: mistakes in scenario or options, or why there is no plan.
pub fn plan(scenario: &str, options: &str) -> Result<String, String> {
    answer(|| {
        let (problem, options) = both(problem(scenario), plan_options(options))?;
        let outcome = plan::plan(&problem, &options, &WallClock::start())?;
        text(&PlanFile::new(&problem, &outcome.plan))
    })
}

/// Judges a plan file of a scenario: the text of a [`Verdict`](crate::report::Verdict).
///
/// # Errors
/// The text of a [`Failure`]: texts that cannot be read.
pub fn check(scenario: &str, plan: &str) -> Result<String, String> {
    answer(|| {
        let problem = problem(scenario)?;
        let (plan, unresolved) = plan_of(&problem, plan)?;
        text(&verdict(&problem, &plan, unresolved))
    })
}

/// Simulates a plan file of a scenario: the text of a
/// [`SimulationReport`](crate::report::simulation::SimulationReport), `simulation/1`.
///
/// # Errors
/// The text of a [`Failure`]: mistakes in what was given, a plan that breaks rules among them.
pub fn simulate(scenario: &str, plan: &str, options: &str) -> Result<String, String> {
    answer(|| {
        let (problem, options) = both(problem(scenario), simulate_options(options))?;
        let (plan, unresolved) = plan_of(&problem, plan)?;
        if !unresolved.is_empty() {
            return Err(Failure::new("plan", "the plan is not one of the scenario", unresolved));
        }
        let run = run::simulate(&problem, &plan, &options, &WallClock::start())
            .map_err(|error| Failure::new("failed", with_sources(&error), Vec::new()))?;
        text(&simulation_report(&problem.name, &run))
    })
}

fn answer(work: impl FnOnce() -> Result<String, Failure>) -> Result<String, String> {
    // A failure is texts alone, which always serialise.
    work().map_err(|failure| serde_json::to_string(&failure).unwrap_or(failure.message))
}

fn text(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value)
        .map_err(|error| Failure::new("failed", error.to_string(), Vec::new()))
}

fn problem(scenario: &str) -> Result<Problem, Failure> {
    let failed = |findings| Failure::of("scenario", "the scenario has errors", findings);
    let scenario = Scenario::from_json(scenario.as_bytes()).map_err(failed)?;
    Problem::new(&scenario).map_err(failed)
}

fn plan_of(problem: &Problem, plan: &str) -> Result<(Plan, Vec<Finding>), Failure> {
    let file = PlanFile::from_json(plan.as_bytes())
        .map_err(|findings| Failure::of("plan", "the plan cannot be read", findings))?;
    Ok(file.resolve(problem))
}

fn plan_options(text: &str) -> Result<Options, Failure> {
    let options: PlanOptions = read(text)?;
    let time = Duration::try_from_secs_f64(options.seconds).unwrap_or(Duration::MAX);
    Ok(Options {
        budget: options.steps.map_or(Budget::Time(time), Budget::Steps),
        gap: options.gap,
        seed: options.seed,
        threads: options.threads.map(|threads| threads as usize),
        ..Options::default()
    })
}

fn simulate_options(text: &str) -> Result<SimulationOptions, Failure> {
    let options: SimulateOptions = read(text)?;
    let most = 10_000;
    let precision = Until::Precision { relative: options.precision, most };
    Ok(SimulationOptions {
        seed: options.seed,
        until: options.replications.map_or(precision, Until::Replications),
        weeks: options.weeks,
        warm_up_weeks: options.warm_up_weeks,
        threads: options.threads.map(|threads| threads as usize),
        ..SimulationOptions::default()
    })
}

fn read<T: Wire>(text: &str) -> Result<T, Failure> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    let failed = |findings| Failure::of("options", "the options have errors", findings);
    let reading = wire::read::<T>(text.as_bytes(), &ReadOptions::default()).map_err(failed)?;
    if reading.unreadable.is_empty() && reading.out_of_bounds.is_empty() {
        return Ok(reading.value);
    }
    Err(failed(reading.findings()))
}

/// Both, or the findings about both at once.
fn both<A, B>(a: Result<A, Failure>, b: Result<B, Failure>) -> Result<(A, B), Failure> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (Err(mut failure), Err(other)) => {
            failure.findings.extend(other.findings);
            failure.message = format!("{}, and {}", failure.message, other.message);
            Err(failure)
        }
        (Err(failure), Ok(_)) | (Ok(_), Err(failure)) => Err(failure),
    }
}

impl Failure {
    fn new(code: &'static str, message: impl Into<String>, findings: Vec<Finding>) -> Self {
        Self { schema: "failure/1", code, message: message.into(), findings }
    }

    fn of(code: &'static str, message: &str, findings: Findings) -> Self {
        Self::new(code, message, findings.into_iter().collect())
    }
}

impl From<PlanError> for Failure {
    fn from(error: PlanError) -> Self {
        let message = error.to_string();
        let (code, conflicts) = match error {
            PlanError::Infeasible { conflicts } => ("infeasible", conflicts),
            PlanError::NotFound { conflicts } => ("not_found", conflicts),
            PlanError::TooLarge { .. } | PlanError::ForSearch | PlanError::Solver { .. } => {
                ("failed", Vec::new())
            }
        };
        let found = conflicts
            .into_iter()
            .map(|Conflict { code, pointer, message, .. }| finding(code, pointer, message));
        Self::new(code, message, found.collect())
    }
}

fn finding(code: &'static str, pointer: String, message: String) -> Finding {
    Finding { severity: Severity::Error, code, pointer, message }
}

/// The error with what caused it.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut next = error.source();
    while let Some(source) = next {
        out.push_str(": ");
        out.push_str(&source.to_string());
        next = source.source();
    }
    out
}
