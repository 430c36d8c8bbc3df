//! Appointments that nobody could keep, looked after by the service itself: as soon as somebody can, they
//! are kept at their time. What others give back of a day is theirs before anybody else's
//! (`batch/keep_again.rs`); this is for what comes by itself, such as holds that expire.

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};

use scheduler_core::ledger::Answer;
use uuid::Uuid;

use super::command::Command;
use super::{BookingError, Office, PromiseFilter, Status, load, times};
use crate::store::PromiseRow;

/// Most that are looked after at a time.
const MOST: u32 = 1000;

impl Office {
    /// Keeps those of the stranded whom somebody can keep by now; how many. To be called every few seconds:
    /// it costs little where nobody is stranded, or nothing has changed on their days.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn settle(&self) -> Result<usize, BookingError> {
        let inner = &self.inner;
        let from = Some(inner.state().frame.first());
        let statuses = vec![Status::Stranded];
        let filter = PromiseFilter { from, statuses, ..PromiseFilter::default() };
        let read = async { inner.store.reader().await?.read().list(&filter, None, MOST).await };
        let rows = inner.store.in_time(read).await.map_err(|error| inner.store_failed(&error))?;
        inner.may_be_stranded.store(!rows.is_empty(), Ordering::Relaxed);
        if rows.is_empty() {
            return Ok(0);
        }
        let mut kept = 0;
        for id in self.keepable(rows).await? {
            match self.send(Command::KeepAgain { id }, None).await {
                Ok(Some((_, newly))) => kept += usize::from(newly),
                Ok(None) | Err(BookingError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(kept)
    }

    /// Those of `rows` that somebody can keep, as far as that was not asked before of their days as they
    /// are.
    async fn keepable(&self, rows: Vec<PromiseRow>) -> Result<Vec<Uuid>, BookingError> {
        let view = self.view().await?;
        let (inner, state) = (Arc::clone(&self.inner), self.inner.state());
        if view.scenario_version != state.frame.version {
            return Ok(Vec::new());
        }
        let asked = self.inner.compute(move || {
            let (frame, limits) = (&state.frame, inner.settings.limits);
            let mut tried = inner.tried.lock().unwrap_or_else(PoisonError::into_inner);
            let stranded: BTreeSet<Uuid> = rows.iter().map(|row| row.id).collect();
            tried.retain(|id, _| stranded.contains(id));
            let mut keepable = Vec::new();
            for row in &rows {
                let (start, _) = times::window(&frame.problem.zone, row);
                let Some(site_day) = frame.site_day(&row.day).filter(|_| start > view.now) else {
                    continue;
                };
                let page = &view.book.snapshots[site_day];
                let ledger = page.ledger();
                // Holds that expire change no version.
                let now = (page.version(), ledger.promises().count());
                if tried.get(&row.id) == Some(&now) {
                    continue;
                }
                let entry = load::entry(&frame.problem, &frame.ids, row);
                let can = entry.is_ok_and(|entry| {
                    ledger.check(&entry.visit, entry.start, limits) == Answer::Yes
                });
                if can {
                    keepable.push(row.id);
                } else {
                    tried.insert(row.id, now);
                }
            }
            keepable
        });
        asked.await.map_err(|error| self.inner.store_failed(&error))
    }
}
