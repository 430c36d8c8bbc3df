//! What can be asked of a ledger: where a visit may start, whether it can, why not.

use std::sync::OnceLock;

use super::bits;
use super::feasibility::{Prefilter, place_both};
use super::state::Ledger;
use super::types::{Answer, Limits, Refusal, Starts, StepSet};
use super::visit::Visit;
use crate::time::Step;

impl Ledger {
    /// Where `visit` may start: bit operations for what the witness has free, a matching for each
    /// step for what is impossible.
    pub fn starts(&self, visit: &Visit) -> Starts {
        self.starts_within(visit, &OnceLock::new())
    }

    /// The same; `prefilter` keeps what all visits have in common.
    pub(super) fn starts_within(
        &self,
        visit: &Visit,
        prefilter: &OnceLock<[Prefilter; 2]>,
    ) -> Starts {
        let frame = &*self.frame;
        let length = usize::from(visit.steps).max(1);
        let set = |bits| StepSet { base: frame.base, bits };
        let desks = frame.desks_for(visit);
        let rooms = visit.needs_room.then(|| frame.rooms_for(visit));
        let words = frame.desks.words;
        let mut row = vec![0; words];
        let (mut sure, mut staffed) = (vec![0; words], vec![0; words]);
        match &rooms {
            Some(rooms) => self.rooms.starts(&frame.rooms, rooms, length, &mut sure, &mut row),
            None => sure.fill(u64::MAX),
        }
        self.desks.starts(&frame.desks, &desks, length, &mut staffed, &mut row);
        let mut open = frame.open.clone();
        bits::erode(&mut open, length);
        both(&mut sure, &staffed);
        both(&mut sure, &open);
        // What is not sure may still be possible.
        frame.desks.present_starts(&desks, length, &mut row);
        both(&mut open, &row);
        for (open, sure) in open.iter_mut().zip(&sure) {
            *open &= !sure;
        }
        if open.iter().any(|&word| word != 0) {
            // The steps that such a start would cover.
            let covered = |open: &[u64], row: &mut Vec<u64>| {
                row.copy_from_slice(open);
                bits::dilate(row, length);
            };
            covered(&open, &mut row);
            let [at_desks, at_rooms] = prefilter.get_or_init(|| self.prefilter());
            at_desks.keep(&desks, &mut row);
            bits::erode(&mut row, length);
            both(&mut open, &row);
            if let Some(rooms) = &rooms {
                covered(&open, &mut row);
                at_rooms.keep(rooms, &mut row);
                bits::erode(&mut row, length);
                both(&mut open, &row);
            }
        }
        Starts { sure: set(sure), open: set(open) }
    }

    /// Which desks and which rooms can be made free when.
    pub(super) fn prefilter(&self) -> [Prefilter; 2] {
        let frame = &*self.frame;
        [Prefilter::new(&frame.desks, &self.desks), Prefilter::new(&frame.rooms, &self.rooms)]
    }

    /// Whether `visit` can start at `start` besides all that is promised.
    pub fn check(&self, visit: &Visit, start: Step, limits: Limits) -> Answer {
        let Ok(request) = self.request(visit, start) else { return Answer::No };
        let (mut desks, mut rooms) = (self.desks.clone(), self.rooms.clone());
        // The slot that an insertion would take, so that it finds the same.
        let slot = self.next_slot();
        let answer = place_both(&self.frame, &mut desks, &mut rooms, slot, &request, limits);
        if answer == Answer::Yes || !limits.move_walk_ins {
            return answer;
        }
        self.clone().place_moving_blocks(&request, limits).err().unwrap_or(Answer::Yes)
    }

    /// Why `visit` cannot start at `start`, given that it cannot.
    pub fn why_not(&self, visit: &Visit, start: Step, limits: Limits) -> Refusal {
        let request = match self.request(visit, start) {
            Ok(request) => request,
            Err(refusal) => return refusal,
        };
        let mut without = self.clone();
        let blocks: Vec<usize> = self.block_slots().map(|(slot, _)| slot).collect();
        for slot in blocks {
            without.vacate(slot);
        }
        let slot = without.next_slot();
        let (mut desks, mut rooms) = (without.desks.clone(), without.rooms.clone());
        match place_both(&without.frame, &mut desks, &mut rooms, slot, &request, limits) {
            Answer::Yes => Refusal::WalkIns,
            Answer::No | Answer::Unknown => Refusal::Taken,
        }
    }
}

fn both(row: &mut [u64], other: &[u64]) {
    for (bits, other) in row.iter_mut().zip(other) {
        *bits &= other;
    }
}
