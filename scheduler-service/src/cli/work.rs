//! `scheduler work`

use std::process::ExitCode;
use std::sync::Arc;

use super::failure::{Failure, chain};
use super::{opening, serve};
use crate::booking::SystemClock;
use crate::config::WorkArguments;
use crate::jobs::{Jobs, Studies};
use crate::store::{JobLimits, Store, StoreError, StoreSettings};

pub(super) fn run(arguments: &WorkArguments) -> Result<ExitCode, Failure> {
    serve::log(&arguments.logging)?;
    let runtime = serve::threads()?;
    runtime.block_on(work(arguments))?;
    Ok(ExitCode::SUCCESS)
}

async fn work(arguments: &WorkArguments) -> Result<(), Failure> {
    let address = &arguments.database.address;
    let settings = StoreSettings::new(address.clone());
    let opening =
        opening::patiently(address, async || Store::open(&settings).await, StoreError::passes);
    let store = tokio::select! {
        store = opening => store.map_err(|error| {
            Failure::Service(format!("cannot open {address}: {}", chain(&error)))
        })?,
        () = serve::wish_to_stop() => return Ok(()),
    };
    let settings = arguments.jobs.settings(JobLimits::default());
    let jobs =
        Jobs::start(store.clone(), Arc::new(SystemClock), settings, Arc::new(Studies::default()));
    let text = format!("Working on the jobs in {address}, {} at a time.\n", settings.threads);
    super::files::print(|to| to.write_all(text.as_bytes()))?;
    serve::wish_to_stop().await;
    tracing::info!("stopping: jobs at work go back to the queue");
    serve::leave_on_second_wish();
    jobs.close().await;
    store.close().await;
    Ok(())
}
