//! What of a day may be booked yet.

use super::placement::DAY;
use crate::problem::ReleaseWave;

/// What is released of each site, from the release policies.
#[derive(Debug, Clone, Default)]
pub(super) struct Release {
    /// By site; empty where everything is released.
    pub(super) sites: Vec<SiteRelease>,
    /// More days ahead than this, no site's notice matters.
    pub(super) notice_days: u32,
}

/// What is released of a site.
#[derive(Debug, Clone, Default)]
pub(super) struct SiteRelease {
    /// Minutes that a start must be ahead.
    pub(super) notice: u32,
    /// In the order in which they open; none where everything is released.
    pub(super) waves: Vec<ReleaseWave>,
}

impl Release {
    /// By site; none where everything is released.
    pub(super) fn new(sites: Vec<SiteRelease>) -> Self {
        let notice = sites.iter().map(|site| site.notice).max().unwrap_or(0);
        Self { sites, notice_days: notice.div_ceil(DAY) }
    }

    /// Whether everything is released.
    pub(super) fn is_open(&self) -> bool {
        self.sites.is_empty()
    }

    /// The share of a day that is released `ahead` days before it at `minute`.
    pub(super) fn share(&self, site: usize, ahead: u32, minute: u32) -> f64 {
        let waves = self.sites.get(site).map_or(&[][..], |site| &site.waves);
        let is_open = |wave: &&ReleaseWave| {
            ahead < wave.days_ahead || ahead == wave.days_ahead && minute >= wave.minute
        };
        match waves.iter().rev().find(is_open) {
            Some(wave) => wave.share,
            None if waves.is_empty() => 1.0,
            None => 0.0,
        }
    }

    pub(super) fn notice(&self, site: usize) -> u32 {
        self.sites.get(site).map_or(0, |site| site.notice)
    }
}
