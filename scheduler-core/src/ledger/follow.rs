//! A ledger that follows another one of the same site-day: what has changed there is done here, without
//! asking again whether it is possible.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::state::{Duty, Ledger};
use super::types::{StoredBlock, StoredBreak, StoredSeat};
use super::visit::Entry;

/// What has changed in a ledger since another one was the same.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Followed {
    /// What became of promises, by id.
    pub promises: BTreeMap<Arc<str>, Fate>,
    /// All walk-in blocks and breaks as they are, where any of them has changed.
    pub witness: Option<(Vec<StoredBlock>, Vec<StoredBreak>)>,
}

/// What became of a promise.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// It is not kept any more.
    Gone,
    /// It is new or another than before, and kept there.
    Placed(Entry, StoredSeat),
    /// It is the same, and kept there.
    Seated(StoredSeat),
}

impl Ledger {
    /// Becomes what the other ledger is. `false` where that is not possible, as this one was not what
    /// the other one was before; it may then be anything and is to be thrown away.
    #[must_use]
    pub fn follow(&mut self, other: &Followed) -> bool {
        let mut placed: Vec<(Entry, StoredSeat)> = Vec::new();
        for (id, fate) in &other.promises {
            let before = self.remove(id);
            match (fate, before) {
                (Fate::Gone, _) => {}
                (Fate::Placed(entry, seat), _) => placed.push((entry.clone(), *seat)),
                (Fate::Seated(seat), Some(entry)) => placed.push((entry, *seat)),
                (Fate::Seated(_), None) => return false,
            }
        }
        if let Some((_, breaks)) = &other.witness {
            let is_block = |slot: &usize| matches!(self.tasks[*slot], Some(Duty::Block(_)));
            let blocks: Vec<usize> = (0..self.tasks.len()).filter(is_block).collect();
            for slot in blocks {
                self.vacate(slot);
            }
            self.recall_breaks(breaks);
        }
        if !placed.iter().all(|(entry, seat)| self.seat_promise(entry, *seat)) {
            return false;
        }
        if let Some((blocks, _)) = &other.witness
            && !blocks.iter().all(|block| self.seat_block(block))
        {
            return false;
        }
        let breaks = self.breaks.clone();
        self.settle_breaks();
        self.breaks == breaks
    }
}
