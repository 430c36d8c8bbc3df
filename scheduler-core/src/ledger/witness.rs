//! What changed in the witness, and where breaks go.

use std::sync::Arc;

use super::bits;
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

    /// What is different now: promises and blocks in order of slot, then breaks.
    pub(super) fn changes_since(&self, before: &Witness) -> Vec<Change> {
        let mut changes = Vec::new();
        for (slot, duty) in self.tasks.iter().enumerate() {
            let (Some(duty), Some(seat)) = (duty, self.seat(slot)) else { continue };
            let same = before.desks.get(slot) == self.desks.at.get(slot)
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
        for (desk, (now, was)) in self.breaks.iter().zip(&before.breaks).enumerate() {
            if now != was
                && let (&Some(start), Some((length, ..))) = (now, self.frame.desks.pauses[desk])
            {
                let window = self.frame.window(start, start + length);
                changes.push(Change::Break { shift: self.frame.shifts[desk].0, window });
            }
        }
        changes
    }

    /// Moves the breaks that something was put into to the nearest free place.
    pub(super) fn settle_breaks(&mut self) {
        let machines = &self.frame.desks;
        for desk in 0..machines.count {
            let Some((length, from, _)) = machines.pauses[desk] else { continue };
            let busy = self.desks.busy(machines, desk);
            let stays =
                self.breaks[desk].is_some_and(|start| bits::none(busy, start, start + length));
            if !stays {
                let wished = self.breaks[desk].unwrap_or(from);
                self.breaks[desk] = self.desks.pause_near(machines, desk, wished);
            }
        }
    }
}
