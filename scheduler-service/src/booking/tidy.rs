//! What is not needed any more, and what of promises is asked for or erased by reference.

use chrono::TimeDelta;

use super::{BookingError, Client, Office, Record, Waiting, open, record, writer};
use crate::store::{AuditQuery, AuditRow, StoreError};

/// Milliseconds of a day.
const DAY: i64 = 24 * 3600 * 1000;

/// Days for which wishes that ended are kept where nobody says for how long.
const KEEP_WISHES: u32 = 366;

/// How long what happened to site-days and the scenario is told, in milliseconds. What happened to a promise
/// is kept as long as that is.
const KEEP_EVENTS: i64 = 30 * DAY;

impl Office {
    /// Erases some of what is old: answers to idempotency keys after a day, and, where `retain_days`
    /// says for how many days they are kept, the promises of a past site-day, of which the counts
    /// stay; and wishes and sessions that ended. What happened to a promise is erased with it, to the scenario after 30
    /// days. Whether there may be more.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn tidy(&self, retain_days: Option<u32>) -> Result<bool, BookingError> {
        let inner = &self.inner;
        inner.trusted()?;
        let erased = inner.store.in_time(async {
            let cutoff = inner.now().timestamp_millis() - writer::KEEP_REPLIES;
            let replies = inner.store.erase_replies(cutoff).await?;
            let of_old = inner.now().timestamp_millis() - KEEP_EVENTS;
            let events = inner.store.erase_events(of_old).await?;
            inner.store.erase_sessions(inner.now().timestamp_millis()).await?;
            let mut more = replies > 0 || events > 0;
            // Wishes that ended are kept as long as promises are, and a year where those stay for good.
            let ended = cutoff - i64::from(retain_days.unwrap_or(KEEP_WISHES)) * DAY;
            more |= inner.store.erase_wishes(ended).await? > 0;
            if let Some(days) = retain_days {
                let scenario = &inner.state().frame.scenario;
                // Today is the first of no past.
                let today = open::horizon(scenario, Some(1), inner.now());
                let today = today.map_or(scenario.horizon.from, |horizon| horizon.from);
                let first = today - TimeDelta::days(days.into());
                more |= inner.store.erase_past(first.min(scenario.horizon.from)).await?;
            }
            Ok::<_, StoreError>(more)
        });
        erased.await.map_err(|error| inner.store_failed(&error))
    }

    /// Erases some of the entries of the audit log that are older than `days`. Whether there may be
    /// more.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn tidy_audit(&self, days: u32) -> Result<bool, BookingError> {
        let inner = &self.inner;
        inner.trusted()?;
        let cutoff = inner.now() - TimeDelta::days(days.into());
        let erased = inner.store.in_time(inner.store.erase_audit(cutoff.timestamp_millis())).await;
        Ok(erased.map_err(|error| inner.store_failed(&error))? > 0)
    }

    /// The entries of the audit log that `asked` is about, the latest first.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn audit(&self, asked: &AuditQuery) -> Result<Vec<AuditRow>, BookingError> {
        let read = self.inner.store.in_time(self.inner.store.audit(asked)).await;
        read.map_err(|error| self.inner.store_failed(&error))
    }

    /// The holds and appointments that `client` may see and calls `reference`.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn referred(
        &self,
        client: &Client,
        reference: &str,
    ) -> Result<Vec<Record>, BookingError> {
        let inner = &self.inner;
        let found = inner.store.in_time(inner.store.referred(reference)).await;
        let found = found.map_err(|error| inner.store_failed(&error))?;
        let zone = &inner.state().frame.problem.zone;
        let mine = found.iter().filter(|row| client.owns(&row.client));
        Ok(mine.map(|row| record::of(zone, row)).collect())
    }

    /// The wishes that `client` may see and calls `reference`.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn referred_wishes(
        &self,
        client: &Client,
        reference: &str,
    ) -> Result<Vec<Waiting>, BookingError> {
        let inner = &self.inner;
        let whose = (!client.changes_all()).then_some(client.name.as_str());
        let found = inner.store.in_time(inner.store.referred_wishes(whose, reference)).await;
        self.shown(found.map_err(|error| inner.store_failed(&error))?).await
    }

    /// Takes `reference` off the holds, appointments and wishes of `client`; how many holds and
    /// appointments there were.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn erase_reference(
        &self,
        client: &Client,
        reference: &str,
    ) -> Result<usize, BookingError> {
        let inner = &self.inner;
        inner.trusted()?;
        let ids: Vec<_> =
            self.referred(client, reference).await?.into_iter().map(|record| record.id).collect();
        if !ids.is_empty() {
            let audit = self.noted(inner.now(), None, &[("bookings", ids.len().into())]);
            let erased = inner.store.in_time(inner.store.erase_reference(&ids, &audit)).await;
            inner.suspect();
            erased.map_err(|error| inner.store_failed(&error))?;
        }
        let whose = (!client.changes_all()).then_some(client.name.as_str());
        let wishes = inner.store.in_time(inner.store.erase_wish_reference(whose, reference)).await;
        wishes.map_err(|error| inner.store_failed(&error))?;
        Ok(ids.len())
    }
}
