//! Opening a database that may not be there yet: who is started before its PostgreSQL waits for it, and
//! says so.

use std::error::Error;
use std::time::{Duration, Instant};

use super::failure::chain;
use crate::store::Address;

/// Pauses between attempts: short at first, as machines start together.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
const LAST_PAUSE: Duration = Duration::from_secs(2);

/// How often it is told again that it still cannot be opened.
const REMIND: Duration = Duration::from_secs(30);

/// Opens what is at `address`, as often as it takes where that is a server and an error `passes`. What is
/// wrong with a file, or with what was set, ends it at once.
///
/// # Errors
/// That of the last attempt.
pub(super) async fn patiently<T, E: Error>(
    address: &Address,
    open: impl AsyncFn() -> Result<T, E>,
    passes: impl Fn(&E) -> bool,
) -> Result<T, E> {
    let mut pause = FIRST_PAUSE;
    let mut told: Option<(String, Instant)> = None;
    loop {
        let error = match open().await {
            Ok(opened) => {
                if told.is_some() {
                    tracing::info!("{address} is open");
                }
                return Ok(opened);
            }
            Err(error) => error,
        };
        if !matches!(address, Address::Postgres(_)) || !passes(&error) {
            return Err(error);
        }
        let why = chain(&error);
        if told.as_ref().is_none_or(|(before, at)| *before != why || at.elapsed() > REMIND) {
            tracing::error!("cannot open {address}: {why}; trying again until it can be opened");
            told = Some((why, Instant::now()));
        }
        tokio::time::sleep(pause).await;
        pause = (2 * pause).min(LAST_PAUSE);
    }
}
