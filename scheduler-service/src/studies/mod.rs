//! Studies: a plan, a simulation, a comparison, a sweep, a staffing. Each is done here and nowhere else, without
//! HTTP, terminal or queue; the command, the jobs and the paths of the service call it with a
//! [monitor](scheduler_core::monitor::Monitor) of theirs.
//!
//! A study takes what was read already ([`plan::run`], [`simulate::run`], [`compare::run`],
//! [`sweep::run`]), or it is a request as JSON, as a client sends it and a job keeps it
//! ([`Study`]).

pub mod check;
pub mod compare;
pub mod error;
pub mod options;
pub mod plan;
pub mod read;
pub mod simulate;
pub mod size;
pub mod split;
pub mod staff;
pub mod sweep;
pub mod tasks;

use scheduler_core::compare::InProcess;
use scheduler_core::monitor::Monitor;
use serde::Serialize;
use serde::de::DeserializeOwned;

use split::{Hands, Split};

pub use error::{Failure, FailureKind, StudyError};
pub use size::SizeLimits;

/// The kinds of study that can be asked for as JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Study {
    /// A plan for a scenario.
    Plan,
    /// A simulation of a scenario.
    Simulation,
    /// A comparison of variants with a scenario.
    Comparison,
    /// The least staff of a scenario.
    Staffing,
}

impl Study {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Plan, Self::Simulation, Self::Comparison, Self::Staffing];

    /// The name in stores.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Simulation => "simulation",
            Self::Comparison => "comparison",
            Self::Staffing => "staffing",
        }
    }

    /// The kind with that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|study| study.name() == name)
    }

    /// Whether `request` asks for no more than `limits` allow. Nothing of it is expanded.
    ///
    /// # Errors
    /// What of the request cannot be read, or is too large.
    pub fn judge(self, request: &str, limits: &SizeLimits) -> Result<(), StudyError> {
        match self {
            Self::Plan => read_json(request).and_then(|it: plan::PlanRequest| it.judge(limits)),
            Self::Simulation => {
                read_json(request).and_then(|it: simulate::SimulationRequest| it.judge(limits))
            }
            Self::Comparison => {
                read_json(request).and_then(|it: compare::ComparisonRequest| it.judge(limits))
            }
            Self::Staffing => {
                read_json(request).and_then(|it: staff::StaffingRequest| it.judge(limits))
            }
        }
    }

    /// Does what `request` asks for, as JSON in and out: a [`plan::PlanRequest`], a
    /// [`simulate::SimulationRequest`], a [`compare::ComparisonRequest`] or a
    /// [`staff::StaffingRequest`].
    ///
    /// # Errors
    /// Everything that is wrong with the request, or why there is nothing to answer.
    pub fn perform(self, request: &str, monitor: &dyn Monitor) -> Result<String, StudyError> {
        match self {
            Self::Plan => json(request, |request: plan::PlanRequest| request.run(monitor)),
            Self::Simulation => {
                json(request, |request: simulate::SimulationRequest| request.run(monitor))
            }
            Self::Comparison => json(request, |request: compare::ComparisonRequest| {
                request.run(&InProcess, monitor)
            }),
            Self::Staffing => json(request, |request: staff::StaffingRequest| request.run(monitor)),
        }
    }

    /// As [`Self::perform`], to the same bytes, where `hands` do what can be shared out.
    ///
    /// # Errors
    /// Those of [`Self::perform`], and of `hands`.
    pub fn perform_split(
        self,
        request: &str,
        hands: &dyn Hands,
        monitor: &dyn Monitor,
    ) -> Result<String, StudyError> {
        let split = Split::new(hands);
        let outcome = match self {
            Self::Plan | Self::Staffing => return self.perform(request, monitor),
            Self::Simulation => json(request, |request: simulate::SimulationRequest| {
                request.run_split(&split, monitor)
            }),
            Self::Comparison => {
                json(request, |request: compare::ComparisonRequest| request.run(&split, monitor))
            }
        };
        split.settle(outcome)
    }
}

fn json<Q: DeserializeOwned, A: Serialize>(
    request: &str,
    work: impl FnOnce(Q) -> Result<A, StudyError>,
) -> Result<String, StudyError> {
    serde_json::to_string(&work(read_json(request)?)?).map_err(StudyError::internal)
}

fn read_json<Q: DeserializeOwned>(request: &str) -> Result<Q, StudyError> {
    serde_json::from_str(request).map_err(StudyError::internal)
}
