//! `scheduler backup` and `scheduler restore`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use super::failure::{Failure, chain};
use crate::config::Database;
use crate::store::{Store, StoreError, StoreSettings, restore};

#[derive(Debug, Args)]
pub(super) struct BackupArguments {
    /// The file to make.
    file: PathBuf,
    #[command(flatten)]
    database: Database,
}

#[derive(Debug, Args)]
pub(super) struct RestoreArguments {
    /// The file that `scheduler backup` has made.
    file: PathBuf,
    /// Put it in the place of a database that there is. That one is kept under another name.
    #[arg(long)]
    replace: bool,
    #[command(flatten)]
    database: Database,
}

pub(super) fn back_up(arguments: &BackupArguments) -> Result<ExitCode, Failure> {
    let address = &arguments.database.address;
    run(async {
        let store = Store::open(&StoreSettings::new(address.clone())).await?;
        let done = store.backup(&arguments.file).await;
        store.close().await;
        done
    })?;
    println(&format!("{address} is in {}\n", arguments.file.display()))
}

pub(super) fn put_back(arguments: &RestoreArguments) -> Result<ExitCode, Failure> {
    let address = &arguments.database.address;
    let kept = run(restore(&arguments.file, address, arguments.replace))?;
    let kept =
        kept.map_or_else(String::new, |kept| format!("; what was there is {}", kept.display()));
    println(&format!("{} is in {address}{kept}\n", arguments.file.display()))
}

fn run<T>(work: impl Future<Output = Result<T, StoreError>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Service(error.to_string()))?;
    runtime.block_on(work).map_err(|error| Failure::Service(chain(&error)))
}

fn println(text: &str) -> Result<ExitCode, Failure> {
    super::files::print(|to| to.write_all(text.as_bytes()))?;
    Ok(ExitCode::SUCCESS)
}
