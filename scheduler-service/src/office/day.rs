//! A site-day as of some time: without the holds that have expired, and with the walk-in capacity
//! that has flowed back to appointments.

use chrono::{DateTime, Utc};
use scheduler_core::ledger::{Block, Entry, Ledger};
use scheduler_core::problem::Problem;

/// A site-day as of some time.
#[derive(Debug)]
pub(super) struct Current {
    pub ledger: Ledger,
    /// Holds that have expired.
    pub expired: Vec<Entry>,
    /// Walk-in blocks that have flowed back.
    pub returned: Vec<Block>,
}

/// `ledger` as it is at `now`.
pub(super) fn as_of(_problem: &Problem, ledger: &Ledger, now: DateTime<Utc>) -> Current {
    let mut ledger = ledger.clone();
    let expired = ledger.expire(now.timestamp_millis());
    Current { ledger, expired, returned: Vec::new() }
}

/// Whether walk-in capacity of the site-day flows back at `now`.
pub(super) fn has_returns(_problem: &Problem, _site_day: usize, _now: DateTime<Utc>) -> bool {
    false
}

/// When walk-in capacity of the site-day may flow back next.
pub(super) fn next_return(
    _problem: &Problem,
    _site_day: usize,
    _now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    None
}
