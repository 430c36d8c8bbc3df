//! What the office has in memory: the scenario and the book, as of some commit.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use scheduler_core::ledger::{Ledger, Snapshot};
use scheduler_core::plan::Prices;
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;

use super::ids::Ids;
use crate::store::{DayKey, PlanRow, Versions};

/// The scenario and the book. A change makes a new one, which shares what stays.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub frame: Arc<Frame>,
    /// By index of site-day.
    pub days: Vec<Day>,
    /// What planning came to, in order of dates.
    pub plans: Arc<Vec<PlanRow>>,
}

/// What no booking changes.
#[derive(Debug)]
pub(super) struct Frame {
    pub scenario: Arc<Scenario>,
    pub version: u64,
    pub problem: Arc<Problem>,
    pub ids: Ids,
    /// Of the plan; `None` where not all dates are planned.
    pub prices: Option<Arc<Prices>>,
    /// Of each site-day.
    pub keys: Vec<DayKey>,
    index: BTreeMap<DayKey, usize>,
}

/// A site-day.
#[derive(Debug, Clone)]
pub(super) struct Day {
    pub page: Arc<Snapshot>,
    /// When the first hold expires.
    pub next_expiry: Option<i64>,
    /// Whether the witness is not what the store has, so that the next change writes all of it.
    pub unsaved: bool,
    /// What is told of its last changes, as the store has it.
    pub recent: Option<Arc<str>>,
}

impl Frame {
    pub(super) fn new(
        scenario: Arc<Scenario>,
        version: u64,
        problem: Arc<Problem>,
        ids: Ids,
        prices: Option<Arc<Prices>>,
    ) -> Self {
        let keys = keys(&problem);
        let index = keys.iter().cloned().zip(0..).collect();
        Self { scenario, version, problem, ids, prices, keys, index }
    }

    /// The index of a site-day; `None` outside the horizon.
    pub(super) fn site_day(&self, key: &DayKey) -> Option<usize> {
        self.index.get(key).copied()
    }

    /// First date of the horizon.
    pub(super) fn first(&self) -> NaiveDate {
        // A problem has at least one date.
        self.problem.dates.first().copied().unwrap_or_default()
    }

    /// A page for a ledger of which nothing has been worked out.
    pub(super) fn page(&self, ledger: Ledger, version: u64) -> Snapshot {
        match &self.prices {
            Some(prices) => Snapshot::with_prices(ledger, version, Arc::clone(prices)),
            None => Snapshot::new(ledger, version),
        }
    }

    /// The page that follows `page` when its ledger becomes `ledger`.
    pub(super) fn successor(&self, page: &Snapshot, ledger: Ledger, version: u64) -> Snapshot {
        page.successor(&self.problem, ledger, version)
    }
}

/// The keys of all site-days of `problem`, by index.
pub(super) fn keys(problem: &Problem) -> Vec<DayKey> {
    let keys = problem.site_days.iter().map(|day| DayKey {
        date: problem.dates[day.day],
        site: problem.sites[day.site].id.clone(),
    });
    keys.collect()
}

impl Day {
    pub(super) fn new(page: Snapshot, unsaved: bool) -> Self {
        let next_expiry = page.ledger().next_expiry();
        Self { page: Arc::new(page), next_expiry, unsaved, recent: None }
    }

    /// With what is told of its last changes.
    #[must_use]
    pub(super) fn told(self, recent: Option<String>) -> Self {
        Self { recent: recent.map(Arc::from), ..self }
    }
}

impl State {
    /// The site-days of which `versions` knows a later version.
    pub(super) fn outdated(&self, versions: &Versions) -> Vec<usize> {
        let known = self.frame.keys.iter().zip(&self.days).enumerate();
        known
            .filter(|(_, (key, day))| {
                versions.days.get(key).is_some_and(|&version| version > day.page.version())
            })
            .map(|(site_day, _)| site_day)
            .collect()
    }

    /// With `days` instead of older versions of them.
    pub(super) fn with(&self, days: Vec<(usize, Day)>) -> Self {
        let mut next = self.clone();
        for (site_day, day) in days {
            if day.page.version() >= next.days[site_day].page.version() {
                next.days[site_day] = day;
            }
        }
        next
    }
}
