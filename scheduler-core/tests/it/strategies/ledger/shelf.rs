//! What a store would keep of a ledger if it wrote down no more than it is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use scheduler_core::ledger::{Block, Change, Entry, Ledger, Seat, Stored, StoredBlock};
use scheduler_core::problem::Problem;
use scheduler_core::time::Window;

/// Clerk and room.
type Seated = (usize, usize);

/// The stored state of a site-day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shelf {
    promises: BTreeMap<Arc<str>, (Entry, Option<Seated>)>,
    blocks: BTreeMap<u32, (Block, (usize, usize))>,
    /// By shift.
    breaks: BTreeMap<usize, Window>,
}

fn who_where(seat: Seat) -> (usize, usize) {
    (seat.clerk, seat.room)
}

impl Shelf {
    /// A full copy.
    pub(crate) fn of(ledger: &Ledger) -> Self {
        Self {
            promises: ledger
                .promises()
                .map(|(entry, seat)| {
                    (Arc::clone(&entry.id), (entry.clone(), Some(who_where(seat))))
                })
                .collect(),
            blocks: ledger
                .blocks()
                .map(|(block, seat)| (block.number, (block.clone(), who_where(seat))))
                .collect(),
            breaks: ledger.breaks().collect(),
        }
    }

    /// A promise was made, with what it changed.
    pub(crate) fn promise(&mut self, entry: &Entry, changes: &[Change]) {
        self.promises.insert(Arc::clone(&entry.id), (entry.clone(), None));
        self.apply(changes);
    }

    pub(crate) fn remove(&mut self, id: &str) {
        self.promises.remove(id);
    }

    pub(crate) fn remove_block(&mut self, number: u32) {
        self.blocks.remove(&number);
    }

    /// The same with the shifts as `problem` numbers them, which has fewer than `old`.
    pub(crate) fn renumbered(mut self, old: &Problem, problem: &Problem) -> Self {
        let same = |shift: usize| {
            let shift = &old.shifts[shift];
            problem.shifts.iter().position(|new| {
                (new.clerk, new.source) == (shift.clerk, shift.source)
                    && new.site_day == shift.site_day
            })
        };
        let breaks = self.breaks.into_iter();
        self.breaks = breaks.filter_map(|(shift, at)| Some((same(shift)?, at))).collect();
        self
    }

    pub(crate) fn set_expiry(&mut self, id: &str, expires_at: Option<i64>) {
        if let Some((entry, _)) = self.promises.get_mut(id) {
            entry.expires_at = expires_at;
        }
    }

    pub(crate) fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::Promise { id, seat } => {
                    let promise =
                        self.promises.get_mut(id).unwrap_or_else(|| panic!("no promise {id}"));
                    promise.1 = Some(who_where(*seat));
                }
                Change::Block { number, window, seat } => {
                    let (block, old) =
                        self.blocks.get_mut(number).unwrap_or_else(|| panic!("no block {number}"));
                    (block.window, *old) = (*window, who_where(*seat));
                }
                Change::Break { shift, window } => {
                    self.breaks.insert(*shift, *window);
                }
            }
        }
    }

    pub(crate) fn stored(&self, problem: &Problem) -> Stored {
        Stored {
            promises: self.promises.values().cloned().collect(),
            blocks: self
                .blocks
                .values()
                .map(|(block, seat)| StoredBlock { block: block.clone(), seat: Some(*seat) })
                .collect(),
            breaks: self
                .breaks
                .iter()
                .map(|(shift, window)| (problem.shifts[*shift].clerk, *window))
                .collect(),
        }
    }
}
