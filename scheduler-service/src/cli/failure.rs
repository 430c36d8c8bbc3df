//! Why a command could not do its work.

use std::io;
use std::process::ExitCode;

use scheduler_core::plan::PlanError;
use scheduler_core::scenario::Finding;
use thiserror::Error;

use super::{Format, Language, findings};
use crate::studies::StudyError;
use crate::tables::found::Found;

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
    Findings { name: String, findings: Vec<Finding>, format: Format },
    /// As above, of tables.
    #[error("{name} cannot be used")]
    Tables { name: String, found: Vec<Found>, format: Format },
    /// One for each file that cannot be used, in the order of the command line.
    #[error("files cannot be used")]
    Several(Vec<Self>),
    #[error("{0}")]
    Usage(String),
    #[error("{0}")]
    Plan(PlanError),
    #[error(transparent)]
    Study(StudyError),
    #[cfg(feature = "serve")]
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

    /// What is wrong with the file called `name`.
    pub(super) fn findings(
        name: String,
        findings: impl IntoIterator<Item = Finding>,
        format: Format,
    ) -> Self {
        Self::Findings { name, findings: findings.into_iter().collect(), format }
    }

    /// Says on stderr what went wrong and gives the exit code. Whoever closed the pipe that the
    /// output goes to has read enough: that ends quietly.
    pub(super) fn report(&self, language: Language) -> ExitCode {
        match self {
            Self::Write { source, .. } if source.kind() == io::ErrorKind::BrokenPipe => {
                return ExitCode::SUCCESS;
            }
            Self::Findings { name, findings, format } => {
                // Where stderr is closed there is nobody to tell.
                let _ =
                    findings::print(&mut io::stderr().lock(), name, findings, *format, language);
            }
            Self::Tables { name, found, format } => {
                let _ = findings::print(&mut io::stderr().lock(), name, found, *format, language);
            }
            Self::Several(failures) => failures.iter().for_each(|failure| {
                failure.report(language);
            }),
            _ => findings::say(&format!("error: {self}")),
        }
        ExitCode::from(BAD_INPUT)
    }
}

/// Both results, or what is wrong with either: who corrects one file wants to know of the other.
pub(super) fn both<A, B>(
    one: Result<A, Failure>,
    other: Result<B, Failure>,
) -> Result<(A, B), Failure> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok((one, other)),
        (Err(one), Err(other)) => Err(Failure::Several(vec![one, other])),
        (Err(failure), _) | (_, Err(failure)) => Err(failure),
    }
}

/// An error and its causes in one line.
#[cfg(feature = "serve")]
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let words = cause.to_string();
        if !text.contains(&words) {
            text = format!("{text}: {words}");
        }
        source = cause.source();
    }
    text
}
