//! What the operator sets.

use std::time::Duration;

use scheduler_core::ledger::Limits;
use scheduler_core::scenario::Scenario;

use crate::store::StoreSettings;

/// How the office works.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The database.
    pub store: StoreSettings,
    /// The scenario to begin with where the store has none; the example town where `None`.
    pub scenario: Option<Scenario>,
    /// How many dates from today on can be booked. As time goes on the horizon moves on. `None`:
    /// the dates of the scenario, which stay.
    pub horizon_days: Option<u32>,
    /// Time for planning new dates.
    pub planning: Duration,
    /// How long a hold is kept where the request does not say.
    pub hold: Duration,
    /// Longest that a request may ask for.
    pub longest_hold: Duration,
    /// Work that one booking may cost.
    pub limits: Limits,
    /// Requests that may wait for the writer; what comes on top is refused.
    pub queue: usize,
    /// What other processes on the same database have committed is seen at most this much later.
    pub see_others: Duration,
}

impl Settings {
    /// The example town, 42 dates ahead, holds of ten minutes, on the database of `store`.
    pub fn new(store: StoreSettings) -> Self {
        Self {
            store,
            scenario: None,
            horizon_days: Some(42),
            planning: Duration::from_secs(5),
            hold: Duration::from_secs(600),
            longest_hold: Duration::from_secs(3600),
            limits: Limits::default(),
            queue: 1024,
            see_others: Duration::from_millis(200),
        }
    }
}
