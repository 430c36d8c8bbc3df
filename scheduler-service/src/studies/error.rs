//! Why a study has no result.

use std::fmt;

use scheduler_core::compare::CompareError;
use scheduler_core::plan::{PIN_UNMET, PlanError};
use scheduler_core::scenario::{Finding, Findings, Severity};
use scheduler_core::simulate::run::SimulateError;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::violation::Violation;

/// Why a study has no result.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum StudyError {
    /// The scenario cannot be read or breaks rules.
    #[error("the scenario has errors:\n{0}")]
    Scenario(Findings),
    /// The plan that was given cannot be read.
    #[error("the plan cannot be read:\n{0}")]
    UnreadablePlan(Findings),
    /// The plan to begin from cannot be read.
    #[error("the plan to begin from cannot be read:\n{0}")]
    UnreadableStart(Findings),
    /// The plan that was given does not fit the scenario.
    #[error("the plan does not fit the scenario")]
    UnfitPlan(Vec<Finding>),
    /// Variants are wrong by themselves or do not fit the scenario: their positions in the list, and
    /// what is wrong with each.
    #[error("variants have errors")]
    Variants(Vec<(usize, Findings)>),
    /// Scenarios have no plan: 0 for the base, then the variants in order, and why.
    #[error("scenarios have no plan")]
    NoPlan(Vec<(usize, PlanError)>),
    /// A scenario cannot be simulated.
    #[error(transparent)]
    Simulate(SimulateError),
    /// The knobs of a sweep are none, too many, or have values that they cannot take.
    #[error("{0}")]
    Knobs(String),
    /// Targets of a staffing are not understood, or there is nothing to ask for.
    #[error("{0}")]
    Targets(String),
    /// It was stopped before there was a result.
    #[error("it was stopped before there was a result")]
    Stopped,
    /// A part of its work ended each process that began it.
    #[error("a part of it was begun {0} times, and each time its process ended before it")]
    GivenUp(
        /// How often.
        u32,
    ),
    /// A mistake of this program.
    #[error("internal error: {0}")]
    Internal(String),
}

impl StudyError {
    /// A mistake of this program.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self::Internal(cause.to_string())
    }
}

impl From<SimulateError> for StudyError {
    fn from(error: SimulateError) -> Self {
        match error {
            SimulateError::Cancelled => Self::Stopped,
            other => Self::Simulate(other),
        }
    }
}

impl From<CompareError> for StudyError {
    fn from(error: CompareError) -> Self {
        match error {
            CompareError::Base(findings) => Self::Scenario(findings),
            CompareError::Variants(wrong) => Self::Variants(wrong),
            CompareError::NoPlan(failed) => Self::NoPlan(failed),
            CompareError::Simulate(error) => error.into(),
            CompareError::Knobs(why) => Self::Knobs(why),
            CompareError::Cancelled => Self::Stopped,
            other => Self::internal(other),
        }
    }
}

/// What kind of failure it is, for whoever asked for a study as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// A part of the request has not the form that it must have.
    Malformed,
    /// The scenario makes no sense.
    InvalidScenario,
    /// The plan does not fit the scenario.
    InvalidPlan,
    /// A variant makes no sense.
    InvalidVariant,
    /// An option is out of its range.
    InvalidOption,
    /// It is proven that there is no plan.
    NoPlan,
    /// No plan was found within the budget.
    NoPlanFound,
    /// It was stopped before there was a result.
    Stopped,
    /// Each process that began it ended before it.
    GivenUp,
    /// A mistake of this program.
    Internal,
}

/// Why a study that was asked for as JSON has no result, as it is stored and told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind it is.
    pub kind: FailureKind,
    /// What happened; of an internal failure not for clients.
    pub detail: String,
    /// Everything that is wrong, by its place in the request.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub violations: Vec<Violation>,
}

impl Failure {
    /// A failure that no place of the request is to blame for.
    pub fn new(kind: FailureKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), violations: Vec::new() }
    }

    /// A mistake of this program.
    pub fn internal(cause: &dyn fmt::Display) -> Self {
        Self::new(FailureKind::Internal, cause.to_string())
    }

    fn with(kind: FailureKind, detail: &StudyError, violations: Vec<Violation>) -> Self {
        Self { violations, ..Self::new(kind, detail.to_string()) }
    }
}

impl From<&StudyError> for Failure {
    /// The places are those of the fields of requests: `/scenario`, `/plan`, `/start`,
    /// `/variants/0`, `/options/weeks`.
    fn from(error: &StudyError) -> Self {
        match error {
            StudyError::Scenario(findings) => {
                let kind = form_or(findings, FailureKind::InvalidScenario);
                Self::with(kind, error, errors("/scenario", findings.iter()))
            }
            StudyError::UnreadablePlan(findings) => {
                Self::with(FailureKind::Malformed, error, errors("/plan", findings.iter()))
            }
            StudyError::UnreadableStart(findings) => {
                Self::with(FailureKind::Malformed, error, errors("/start", findings.iter()))
            }
            StudyError::UnfitPlan(findings) => {
                Self::with(FailureKind::InvalidPlan, error, errors("/plan", findings))
            }
            StudyError::Variants(wrong) => {
                let kinds = wrong
                    .iter()
                    .map(|(_, findings)| form_or(findings, FailureKind::InvalidVariant));
                let malformed = kinds.into_iter().find(|&kind| kind == FailureKind::Malformed);
                let of_one = |(position, findings): &(usize, Findings)| {
                    errors(&format!("/variants/{position}"), findings.iter())
                };
                let violations = wrong.iter().flat_map(of_one).collect();
                Self::with(malformed.unwrap_or(FailureKind::InvalidVariant), error, violations)
            }
            StudyError::NoPlan(failed) => no_plan(error, failed),
            StudyError::Simulate(cause) => not_simulated(error, cause),
            StudyError::Knobs(_) => Self::new(FailureKind::InvalidOption, error.to_string()),
            StudyError::Targets(what) => {
                let violation = Violation::new("/targets", "target", what);
                Self::with(FailureKind::InvalidOption, error, vec![violation])
            }
            StudyError::Stopped => Self::new(FailureKind::Stopped, error.to_string()),
            StudyError::GivenUp(_) => Self::new(FailureKind::GivenUp, error.to_string()),
            StudyError::Internal(cause) => Self::internal(cause),
        }
    }
}

fn no_plan(error: &StudyError, failed: &[(usize, PlanError)]) -> Failure {
    let (mut violations, mut proven) = (Vec::new(), true);
    for (scenario, cause) in failed {
        let (PlanError::Infeasible { conflicts } | PlanError::NotFound { conflicts }) = cause
        else {
            return Failure::internal(cause);
        };
        proven &= matches!(cause, PlanError::Infeasible { .. });
        violations.extend(conflicts.iter().map(|conflict| {
            // What conflicts in a variant is in the edited scenario, which is in no request.
            let pointer = match scenario.checked_sub(1) {
                None if conflict.code == PIN_UNMET => format!("/start{}", conflict.pointer),
                None => format!("/scenario{}", conflict.pointer),
                Some(variant) => format!("/variants/{variant}"),
            };
            Violation::new(pointer, conflict.code, &conflict.message)
        }));
    }
    let kind = if proven { FailureKind::NoPlan } else { FailureKind::NoPlanFound };
    Failure::with(kind, error, violations)
}

fn not_simulated(error: &StudyError, cause: &SimulateError) -> Failure {
    let violation = match cause {
        SimulateError::Option { option, .. } => {
            Violation::new(format!("/options/{option}"), "range", cause.to_string())
        }
        SimulateError::Booking(why) => {
            Violation::new("/options/booking_by", "booking", format!("{cause}: {why}"))
        }
        other => return Failure::internal(other),
    };
    Failure::with(FailureKind::InvalidOption, error, vec![violation])
}

/// The errors among `findings` about what is at `at`.
fn errors<'a>(at: &str, findings: impl IntoIterator<Item = &'a Finding>) -> Vec<Violation> {
    let errors = findings.into_iter().filter(|found| found.severity == Severity::Error);
    let violation = |found: &Finding| {
        Violation::new(format!("{at}{}", found.pointer), found.code, &found.message)
    };
    errors.map(violation).collect()
}

/// [`FailureKind::Malformed`] where a reader cannot make a value of what it read; `other` where it
/// can, and the value makes no sense.
fn form_or(findings: &Findings, other: FailureKind) -> FailureKind {
    if is_malformed(findings) { FailureKind::Malformed } else { other }
}

/// Whether one of `findings` is that a value has not the form that it must have.
pub fn is_malformed(findings: &Findings) -> bool {
    let form = [
        "file.",
        "json.",
        "schema.",
        "field.missing",
        "field.unknown",
        "field.type",
        "time.format",
    ];
    findings.iter().any(|found| form.iter().any(|kind| found.code.starts_with(kind)))
}
