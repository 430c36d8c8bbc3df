//! Promises that are made, changed and given up.

use std::sync::Arc;

use super::state::{Duty, Ledger};
use super::types::{Answer, Change, Limits, Refusal};
use super::visit::Entry;

impl Ledger {
    /// Takes the promise in, moving others to other clerks and rooms where need be.
    ///
    /// # Errors
    /// Why it cannot be kept; the ledger is as it was.
    pub fn insert(&mut self, entry: Entry, limits: Limits) -> Result<Vec<Change>, Refusal> {
        if self.index.contains_key(&entry.id) {
            return Err(Refusal::Duplicate);
        }
        let request = self.request(&entry.visit, entry.start)?;
        let before = self.witness();
        let placed = match self.place(&request, limits) {
            Err(_) if limits.move_walk_ins => self.place_moving_blocks(&request, limits),
            placed => placed,
        };
        let slot = match placed {
            Ok(slot) => slot,
            Err(Answer::Unknown) => return Err(Refusal::Unknown),
            Err(_) => return Err(self.why_not(&entry.visit, entry.start, limits)),
        };
        self.index.insert(Arc::clone(&entry.id), slot);
        self.tasks[slot] = Some(Duty::Promise(Arc::new(entry)));
        self.settle_breaks();
        Ok(self.changes_since(&before))
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
