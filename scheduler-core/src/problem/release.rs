//! When what may be booked through which channel.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::Problem;
use crate::time::Zone;

/// When how much of a site's day may be booked through a channel. A site and channel have at most
/// one policy; [`Problem::release_policy`] finds it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReleasePolicy {
    /// Id in the scenario.
    pub id: String,
    /// The channel; `None` for every channel without a policy of its own.
    pub channel: Option<String>,
    /// The sites that it holds for, ascending.
    pub sites: Vec<usize>,
    /// A start must be at least this many minutes ahead.
    pub min_notice_minutes: u32,
    /// In the order in which they open, with shares that do not fall. At least one.
    pub waves: Vec<ReleaseWave>,
}

/// One wave of a release policy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ReleaseWave {
    /// Days before the date that it opens.
    pub days_ahead: u32,
    /// Minute of that day, by the wall clock.
    pub minute: u32,
    /// Share of the date's time for appointments that is then released, in (0, 1].
    pub share: f64,
}

impl Problem {
    /// The policy of `site` for `channel`: the channel's own, else the one for all channels.
    /// `None` where everything is released.
    pub fn release_policy(&self, site: usize, channel: Option<&str>) -> Option<&ReleasePolicy> {
        let held_by = |wanted: Option<&str>| {
            self.release.iter().find(|policy| {
                policy.channel.as_deref() == wanted && policy.sites.binary_search(&site).is_ok()
            })
        };
        held_by(channel).or_else(|| held_by(None))
    }
}

impl ReleasePolicy {
    /// The share of `date` that is released at `now`: that of the last wave that is open, 0 before
    /// the first.
    pub fn share(&self, zone: &Zone, date: NaiveDate, now: DateTime<FixedOffset>) -> f64 {
        let is_open = |wave: &&ReleaseWave| wave.is_open(zone, date, now);
        self.waves.iter().rev().find(is_open).map_or(0.0, |wave| wave.share)
    }

    /// When at least `share` of `date` is released; `None` where it never is.
    pub fn released_at(
        &self,
        zone: &Zone,
        date: NaiveDate,
        share: f64,
    ) -> Option<DateTime<FixedOffset>> {
        self.waves.iter().find(|wave| wave.share >= share)?.opens(zone, date)
    }
}

impl ReleaseWave {
    /// When it opens for `date`: [`Zone::first_instant`] of its time. `None` outside the supported
    /// years.
    pub fn opens(&self, zone: &Zone, date: NaiveDate) -> Option<DateTime<FixedOffset>> {
        let day = date.checked_sub_days(chrono::Days::new(u64::from(self.days_ahead)))?;
        zone.first_instant(day, self.minute).ok()
    }

    fn is_open(&self, zone: &Zone, date: NaiveDate, now: DateTime<FixedOffset>) -> bool {
        // No zone is more than 26 hours off: most waves are too far away for its rules to matter.
        let days = now.naive_utc().date().signed_duration_since(date).num_days();
        match days + i64::from(self.days_ahead) {
            ..-2 => false,
            4.. => true,
            _ => self.opens(zone, date).is_some_and(|at| at <= now),
        }
    }
}
