//! Versions of site-days for searching.

use std::sync::Arc;

use super::Ledger;
use crate::problem::Problem;

/// An immutable version of a site-day. A change makes a new one.
#[derive(Debug)]
pub struct Page {
    /// The state.
    pub ledger: Ledger,
    /// The owner's version number.
    pub version: u64,
}

impl Page {
    /// The `version`-th state of a site-day.
    pub fn new(ledger: Ledger, version: u64) -> Self {
        Self { ledger, version }
    }
}

/// All site-days of a problem. A clone shares the pages.
#[derive(Debug, Clone)]
pub struct Book {
    /// What the ledgers are about.
    pub problem: Arc<Problem>,
    /// By index of [`Problem::site_days`].
    pub pages: Vec<Arc<Page>>,
}
