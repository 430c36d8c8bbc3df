//! Why a command could not do its work.

use std::io;
use std::process::ExitCode;

use scheduler_core::plan::PlanError;
use scheduler_core::scenario::{Finding, Findings};
use scheduler_core::simulate::run::SimulateError;
use thiserror::Error;

use super::{Format, findings};

/// Exit code for bad input or usage.
pub(super) const BAD_INPUT: u8 = 2;

/// Why a command could not do its work.
#[derive(Debug, Error)]
pub(super) enum Failure {
    #[error("cannot read {name}: {source}")]
    Read { name: String, source: io::Error },
    #[error("cannot write {name}: {source}")]
    Write { name: String, source: io::Error },
    #[error("{name} cannot be used")]
    Findings { name: String, findings: Findings, format: Format },
    #[error("files cannot be used")]
    FindingsOf { files: Vec<(String, Vec<Finding>)>, format: Format },
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Plan(PlanError),
    #[error(transparent)]
    Simulate(SimulateError),
    #[error("{0}")]
    Service(String),
    #[error("cannot listen for interrupts: {0}")]
    Interrupts(#[from] ctrlc::Error),
}

impl Failure {
    /// A failure to write to `name`.
    pub(super) fn write(name: &str) -> impl FnOnce(io::Error) -> Self {
        let name = name.to_owned();
        move |source| Self::Write { name, source }
    }

    /// Says on stderr what went wrong and gives the exit code. Whoever closed the pipe that the
    /// output goes to has read enough: that ends quietly.
    pub(super) fn report(&self) -> ExitCode {
        match self {
            Self::Write { source, .. } if source.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Self::Findings { name, findings, format } => {
                // Where stderr is closed there is nobody to tell.
                let _ = findings::print(&mut io::stderr().lock(), name, findings, *format);
            }
            Self::FindingsOf { files, format } => {
                for (name, findings) in files {
                    let _ = findings::print(&mut io::stderr().lock(), name, findings, *format);
                }
            }
            _ => findings::say(&format!("error: {self}")),
        }
        ExitCode::from(BAD_INPUT)
    }
}
