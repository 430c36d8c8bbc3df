//! Versions of site-days for searching.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use super::feasibility::Prefilter;
use super::offers::{DayPrices, DemandModel, Found, OpportunityCosts};
use super::{Ledger, Limits, Starts, Visit};
use crate::plan;
use crate::problem::Problem;

/// Kinds of visit for which a snapshot remembers where they may start.
const MOST_REMEMBERED: usize = 64;

/// An immutable version of a site-day. A change makes a new one, best by [`Snapshot::successor`].
///
/// A snapshot remembers what searches have worked out: prices, the value of free time, and for the
/// last kinds of visit where they may start at which cost. All methods that take a [`Problem`] want the
/// one that the ledger was made for.
#[derive(Debug)]
pub struct Snapshot {
    ledger: Ledger,
    version: u64,
    /// Prices of the plan, if there is one.
    plan: Option<Arc<plan::Prices>>,
    load: OnceLock<Load>,
    basis: OnceLock<Arc<Basis>>,
    costs: OnceLock<OpportunityCosts>,
    prefilter: OnceLock<[Prefilter; 2]>,
    found: Mutex<VecDeque<(Visit, Limits, Arc<Found>)>>,
}

/// How full a site-day is, in desk steps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Load {
    pub promised: u32,
    pub capacity: u32,
}

/// What snapshots have in common until prices are old.
#[derive(Debug)]
pub(super) struct Basis {
    pub demand: Arc<DemandModel>,
    pub prices: DayPrices,
}

impl Snapshot {
    /// The state. What changes it makes another snapshot of it: this one has caches beside it.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The owner's version number.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The `version`-th state of a site-day, valued from the scenario's demand alone.
    pub fn new(ledger: Ledger, version: u64) -> Self {
        Self {
            ledger,
            version,
            plan: None,
            load: OnceLock::new(),
            basis: OnceLock::new(),
            costs: OnceLock::new(),
            prefilter: OnceLock::new(),
            found: Mutex::default(),
        }
    }

    /// The same, valued at the prices of a plan as long as the site-day is about as planned.
    pub fn with_prices(ledger: Ledger, version: u64, prices: Arc<plan::Prices>) -> Self {
        Self { plan: Some(prices), ..Self::new(ledger, version) }
    }

    /// The snapshot that follows when the site-day's ledger becomes `ledger`. It is valued at the same
    /// prices, unless a tenth of the capacity was booked or given up since they were made.
    pub fn successor(&self, problem: &Problem, ledger: Ledger, version: u64) -> Self {
        let plan = self.plan.clone();
        let next = Self { plan, ..Self::new(ledger, version) };
        let (basis, load) = (self.basis(problem), next.load());
        let kept = if basis.prices.are_old(load) {
            let demand = Arc::clone(&basis.demand);
            let prices = DayPrices::new(problem, &demand, &next.ledger, load, next.plan.as_deref());
            Arc::new(Basis { demand, prices })
        } else {
            Arc::clone(basis)
        };
        Self { basis: OnceLock::from(kept), ..next }
    }

    /// Works out what searches need whatever they look for: prices, and what free time is worth.
    /// Else the first search does, which takes it a millisecond for each site-day.
    pub fn warm(&self, problem: &Problem) {
        self.costs(problem);
        self.prefilter.get_or_init(|| self.ledger.prefilter());
    }

    pub(super) fn load(&self) -> Load {
        *self.load.get_or_init(|| Load {
            promised: self.ledger.promised_steps(),
            capacity: self.ledger.appointment_steps(),
        })
    }

    pub(super) fn basis(&self, problem: &Problem) -> &Arc<Basis> {
        self.basis.get_or_init(|| {
            let demand = Arc::new(DemandModel::new(problem, &self.ledger.frame));
            let plan = self.plan.as_deref();
            let prices = DayPrices::new(problem, &demand, &self.ledger, self.load(), plan);
            Arc::new(Basis { demand, prices })
        })
    }

    pub(super) fn costs(&self, problem: &Problem) -> &OpportunityCosts {
        self.costs.get_or_init(|| {
            let basis = self.basis(problem);
            OpportunityCosts::new(problem, &basis.demand, &basis.prices, &self.ledger)
        })
    }

    /// The same as [`Ledger::starts`]; the first call works out what all have in common.
    pub(super) fn starts(&self, visit: &Visit) -> Starts {
        self.ledger.starts_within(visit, &self.prefilter)
    }

    /// Where `visit` may start at which cost.
    pub(super) fn found(&self, problem: &Problem, visit: &Visit, limits: Limits) -> Arc<Found> {
        if let Some(found) = self.remembered(visit, limits) {
            return found;
        }
        let found = Arc::new(Found::new(problem, self, visit, limits));
        let mut all = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been faster; its answers are the same.
        if all.len() >= MOST_REMEMBERED {
            all.pop_front();
        }
        all.push_back((visit.clone(), limits, Arc::clone(&found)));
        found
    }

    fn remembered(&self, visit: &Visit, limits: Limits) -> Option<Arc<Found>> {
        let mut all = self.found.lock().unwrap_or_else(PoisonError::into_inner);
        let at = all.iter().rposition(|(own, with, _)| *with == limits && own == visit)?;
        // The one that was not asked for the longest is the first.
        let entry = all.remove(at)?;
        let found = Arc::clone(&entry.2);
        all.push_back(entry);
        Some(found)
    }
}

/// All site-days of a problem. A clone shares the snapshots.
#[derive(Debug, Clone)]
pub struct Book {
    /// What the ledgers are about.
    pub problem: Arc<Problem>,
    /// By index of [`Problem::site_days`].
    pub snapshots: Vec<Arc<Snapshot>>,
}
