//! `scheduler template`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::Language;
use super::failure::Failure;
use super::files::Output;
use crate::tables;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Write the workbook to this file.
    #[arg(long, value_name = "FILE.xlsx")]
    out: PathBuf,
    /// Language of sheets, headings and explanations.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let file = Output::open(&arguments.out)?;
    let book = tables::template(arguments.language.into())
        .map_err(|error| Failure::Usage(error.to_string()))?;
    file.write(|to| to.write_all(&book))?;
    Ok(ExitCode::SUCCESS)
}
