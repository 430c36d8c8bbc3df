//! What a store would keep of a ledger if it wrote down no more than it is told.

use std::collections::BTreeMap;
use std::sync::Arc;

use scheduler_core::ledger::{
    Block, Change, ClerkIndex, Entry, Ledger, Stored, StoredBlock, StoredBreak, StoredSeat,
};
use scheduler_core::problem::Problem;
use scheduler_core::time::Window;

/// The stored state of a site-day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shelf {
    promises: BTreeMap<Arc<str>, (Entry, Option<StoredSeat>)>,
    blocks: BTreeMap<u32, (Block, StoredSeat)>,
    /// By shift and position among its breaks.
    breaks: BTreeMap<(usize, usize), Window>,
}

impl Shelf {
    /// A full copy.
    pub(crate) fn of(ledger: &Ledger) -> Self {
        let mut breaks = BTreeMap::new();
        for (shift, window) in ledger.breaks() {
            let position = breaks.range((shift.0, 0)..(shift.0 + 1, 0)).count();
            breaks.insert((shift.0, position), window);
        }
        Self {
            promises: ledger
                .promises()
                .map(|(entry, seat)| (Arc::clone(&entry.id), (entry.clone(), Some(seat.into()))))
                .collect(),
            blocks: ledger
                .blocks()
                .map(|(block, seat)| (block.number, (block.clone(), seat.into())))
                .collect(),
            breaks,
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
        self.breaks = breaks
            .filter_map(|((shift, position), at)| Some(((same(shift)?, position), at)))
            .collect();
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
                    promise.1 = Some((*seat).into());
                }
                Change::Block { number, window, seat } => {
                    let (block, old) =
                        self.blocks.get_mut(number).unwrap_or_else(|| panic!("no block {number}"));
                    (block.window, *old) = (*window, (*seat).into());
                }
                Change::Break { shift, position, window } => {
                    self.breaks.insert((shift.0, *position), *window);
                }
                _ => panic!("a change that no store knows: {change:?}"),
            }
        }
    }

    pub(crate) fn stored(&self, problem: &Problem) -> Stored {
        let mut stored = Stored::default();
        stored.promises = self.promises.values().cloned().collect();
        let blocks = self.blocks.values();
        stored.blocks =
            blocks.map(|(block, seat)| StoredBlock::new(block.clone(), Some(*seat))).collect();
        let clerk = |shift: usize| ClerkIndex(problem.shifts[shift].clerk);
        let breaks = self.breaks.iter();
        stored.breaks =
            breaks.map(|(&(shift, _), &window)| StoredBreak::new(clerk(shift), window)).collect();
        stored
    }
}
