//! What changed in the witness, and where breaks go.

use std::sync::Arc;

use super::indices::ShiftIndex;
use super::state::{Duty, Ledger};
use super::types::Change;

/// The witness at some time.
#[derive(Debug)]
pub(super) struct Witness {
    desks: Vec<u32>,
    rooms: Vec<u32>,
    spans: Vec<(u32, u32)>,
    breaks: Vec<Option<usize>>,
}

impl Ledger {
    pub(super) fn witness(&self) -> Witness {
        Witness {
            desks: self.desks.at.clone(),
            rooms: self.rooms.at.clone(),
            spans: self.desks.spans.clone(),
            breaks: self.breaks.clone(),
        }
    }

    /// What is different now: promises and blocks in order of slot, then breaks. What is in `new` was
    /// not there before.
    pub(super) fn changes_since(&self, before: &Witness, new: usize) -> Vec<Change> {
        let mut changes = Vec::new();
        for (slot, duty) in self.tasks.iter().enumerate() {
            let (Some(duty), Some(seat)) = (duty, self.seat(slot)) else { continue };
            let same = slot != new
                && before.desks.get(slot) == self.desks.at.get(slot)
                && before.rooms.get(slot) == self.rooms.at.get(slot)
                && before.spans.get(slot) == self.desks.spans.get(slot);
            if same {
                continue;
            }
            changes.push(match duty {
                Duty::Promise(entry) => Change::Promise { id: Arc::clone(&entry.id), seat },
                Duty::Block(block) => {
                    Change::Block { number: block.number, window: block.window, seat }
                }
            });
        }
        for desk in 0..self.frame.desks.count {
            for (position, index) in self.frame.desks.breaks_of(desk).enumerate() {
                let (now, was) = (self.breaks[index], before.breaks[index]);
                if let Some(start) = now.filter(|_| now != was) {
                    let until = start + self.frame.desks.breaks[index].length;
                    let window = self.frame.window(start, until);
                    let shift = ShiftIndex(self.frame.shifts[desk].0);
                    changes.push(Change::Break { shift, position, window });
                }
            }
        }
        changes
    }

    /// Moves the breaks that something was put into to the nearest free places.
    pub(super) fn settle_breaks(&mut self) {
        let machines = &self.frame.desks;
        for desk in 0..machines.count {
            let starts = &mut self.breaks[machines.breaks_of(desk)];
            self.desks.settle_breaks(machines, desk, starts);
        }
    }
}
