//! Promises that are made, changed and given up.

use std::sync::Arc;

use super::state::{Duty, Ledger};
use super::types::{Answer, Change, Limits, Refusal};
use super::visit::Entry;

impl Ledger {
    /// Takes the promise in, moving others to other clerks and rooms where need be.
    ///
    /// # Errors
    /// Why it cannot be kept; the ledger is then as it was, bit for bit.
    pub fn insert(&mut self, entry: Entry, limits: Limits) -> Result<Vec<Change>, Refusal> {
        if self.index.contains_key(&entry.id) {
            return Err(Refusal::Duplicate);
        }
        let before = self.witness();
        let slot = self.admit(&entry, limits)?;
        self.index.insert(Arc::clone(&entry.id), slot);
        self.tasks[slot] = Some(Duty::Promise(Arc::new(entry)));
        self.settle_breaks();
        Ok(self.changes_since(&before, slot))
    }

    /// Keeps `entry` in place of the promise of the same id: at another time, with another basket.
    /// The old one is given up only if the new one can be kept.
    ///
    /// # Errors
    /// Why it cannot be kept; the ledger is then as it was, bit for bit.
    pub fn reschedule(&mut self, entry: Entry, limits: Limits) -> Result<Vec<Change>, Refusal> {
        let old = self.index.get(&entry.id).copied().ok_or(Refusal::NotFound)?;
        let Some(seat) = self.machines(old) else { return Err(Refusal::NotFound) };
        let before = self.witness();
        let Some(duty) = self.vacate(old) else { return Err(Refusal::NotFound) };
        match self.admit(&entry, limits) {
            Ok(slot) => {
                self.index.insert(Arc::clone(&entry.id), slot);
                self.tasks[slot] = Some(Duty::Promise(Arc::new(entry)));
                self.settle_breaks();
                Ok(self.changes_since(&before, slot))
            }
            Err(refusal) => {
                if let Duty::Promise(kept) = &duty
                    && let Ok(request) = self.request(&kept.visit, kept.start)
                    && let Some(slot) = self.seat_at(&request, seat)
                {
                    self.tasks[slot] = Some(duty);
                }
                Err(refusal)
            }
        }
    }

    /// A slot with a clerk and a room for the promise, others moving where need be; nothing changes
    /// where there is none.
    fn admit(&mut self, entry: &Entry, limits: Limits) -> Result<usize, Refusal> {
        let request = self.request(&entry.visit, entry.start)?;
        let placed = match self.place(&request, limits) {
            Err(_) if limits.move_walk_ins => self.place_moving_blocks(&request, limits),
            placed => placed,
        };
        placed.map_err(|answer| match answer {
            Answer::Unknown => Refusal::Unknown,
            _ => self.why_not(&entry.visit, entry.start, limits),
        })
    }

    /// Takes the promise called `id` out.
    pub fn remove(&mut self, id: &str) -> Option<Entry> {
        let slot = self.index.remove(id)?;
        match self.vacate(slot)? {
            Duty::Promise(entry) => Some(Arc::unwrap_or_clone(entry)),
            Duty::Block(_) => None,
        }
    }

    /// Gives the promise called `id` another expiry, such as none when a hold is confirmed.
    /// Whether it is there.
    pub fn set_expiry(&mut self, id: &str, expires_at: Option<i64>) -> bool {
        let slot = self.index.get(id).copied();
        match slot.and_then(|slot| self.tasks[slot].as_mut()) {
            Some(Duty::Promise(entry)) => {
                Arc::make_mut(entry).expires_at = expires_at;
                true
            }
            _ => false,
        }
    }

    /// Takes out the promises whose expiry is at or before `now`, in milliseconds since the epoch.
    pub fn expire(&mut self, now: i64) -> Vec<Entry> {
        let over = |entry: &Entry| entry.expires_at.is_some_and(|at| at <= now);
        let ids: Vec<Arc<str>> = self
            .promises()
            .filter(|(entry, _)| over(entry))
            .map(|(entry, _)| Arc::clone(&entry.id))
            .collect();
        ids.iter().filter_map(|id| self.remove(id)).collect()
    }
}
