//! A ledger from a plan, or from what a store kept.

use std::sync::Arc;

use super::frame::Frame;
use super::indices::{ClerkIndex, RoomIndex, ShiftIndex};
use super::state::{Duty, Ledger};
use super::types::{
    Block, Change, LedgerError, Limits, Refusal, Restored, Stored, StoredBlock, StoredBreak,
    StoredSeat,
};
use super::visit::{BasketItem, Entry, Visit};
use crate::problem::{Plan, Problem, WalkInBlock};
use crate::time::Window;

impl Ledger {
    /// The ledger of a site-day with its appointments of the scenario and the walk-in blocks of a
    /// plan; `blocks` of other site-days are left out. Ids of promises are those of the
    /// appointments. A block that counts for no quota is nothing to keep and is left out, unless it
    /// is pinned: then its clerk, room and time stay.
    ///
    /// # Errors
    /// [`LedgerError::Stranded`] where not all of them find a clerk and a room.
    ///
    /// # Panics
    /// Where there is no such site-day.
    pub fn new(
        problem: &Problem,
        site_day: usize,
        blocks: &[WalkInBlock],
        limits: Limits,
    ) -> Result<Self, LedgerError> {
        Self::planned(problem, site_day, (blocks, Vec::new()), limits)
    }

    /// The same, with the breaks of the plan too: pinned ones stay, others move where need be.
    ///
    /// # Errors
    /// [`LedgerError::Stranded`] where not all appointments and blocks find a clerk and a room.
    ///
    /// # Panics
    /// Where there is no such site-day.
    pub fn from_plan(
        problem: &Problem,
        site_day: usize,
        plan: &Plan,
        limits: Limits,
    ) -> Result<Self, LedgerError> {
        let day = problem.site_days[site_day].day;
        let here = plan.breaks.iter().filter(|taken| taken.day == day);
        let breaks = here.map(|taken| StoredBreak {
            clerk: ClerkIndex(taken.clerk),
            window: taken.window,
            pinned: taken.pinned,
        });
        let breaks = breaks.collect();
        Self::planned(problem, site_day, (&plan.walk_in_blocks, breaks), limits)
    }

    fn planned(
        problem: &Problem,
        site_day: usize,
        (blocks, breaks): (&[WalkInBlock], Vec<StoredBreak>),
        limits: Limits,
    ) -> Result<Self, LedgerError> {
        let place = &problem.site_days[site_day];
        let here = blocks.iter().filter(|block| (block.site, block.day) == (place.site, place.day));
        let blocks = here.filter_map(|block| {
            let quotas = quotas_of(problem, site_day, block.clerk, block.window);
            (!quotas.is_empty() || block.pinned).then_some((block, quotas))
        });
        let stored = Stored {
            promises: place
                .promises
                .iter()
                .map(|&promise| (entry_of(problem, promise), None))
                .collect(),
            blocks: blocks
                .enumerate()
                .map(|(number, (block, quotas))| {
                    let (clerk, room) = (ClerkIndex(block.clerk), Some(RoomIndex(block.room)));
                    let seat = StoredSeat { clerk, room };
                    let pinned = block.pinned.then_some(seat);
                    let window = block.window;
                    let block = Block { number: number as u32, window, quotas, pinned };
                    StoredBlock { block, seat: Some(seat) }
                })
                .collect(),
            breaks,
        };
        let restored = Self::restore(problem, site_day, &stored, limits);
        if restored.stranded.is_empty() && restored.lost_blocks.is_empty() {
            return Ok(restored.ledger);
        }
        let ids = restored.stranded.iter().map(|(entry, _)| Arc::clone(&entry.id));
        let numbers = restored.lost_blocks.iter().map(|block| block.number);
        Err(LedgerError::Stranded { promises: ids.collect(), blocks: numbers.collect() })
    }

    /// The ledger that was stored, as far as it still holds under `problem`, which may have changed
    /// since. Seats that are no longer possible are searched anew. Promises go before walk-in
    /// blocks; those that cannot be kept are listed, never dropped.
    ///
    /// # Panics
    /// Where there is no such site-day.
    pub fn restore(
        problem: &Problem,
        site_day: usize,
        stored: &Stored,
        limits: Limits,
    ) -> Restored {
        let frame = Arc::new(Frame::new(problem, site_day, &stored.breaks));
        let restored = Self::recall(Arc::clone(&frame), stored, true, limits);
        if restored.stranded.is_empty() || stored.blocks.is_empty() {
            return restored;
        }
        // Walk-in blocks stood in the way, or nothing helps.
        Self::recall(frame, stored, false, limits)
    }

    /// Blocks are put where they were before (`blocks_first`) or after the promises that have to be
    /// placed anew.
    fn recall(frame: Arc<Frame>, stored: &Stored, blocks_first: bool, limits: Limits) -> Restored {
        let mut ledger = Self::empty(frame);
        ledger.recall_breaks(&stored.breaks);
        let mut pending: Vec<&Entry> = Vec::new();
        let mut stranded = Vec::new();
        for (entry, seat) in &stored.promises {
            if ledger.index.contains_key(&entry.id) {
                stranded.push((entry.clone(), Refusal::Duplicate));
            } else if !seat.is_some_and(|seat| ledger.seat_promise(entry, seat)) {
                pending.push(entry);
            }
        }
        let mut blocks: Vec<&StoredBlock> = stored.blocks.iter().collect();
        if blocks_first {
            blocks.retain(|stored| !ledger.seat_block(stored));
        }
        pending.sort_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));
        for entry in pending {
            if let Err(refusal) = ledger.insert(entry.clone(), limits) {
                stranded.push((entry.clone(), refusal));
            }
        }
        blocks.retain(|stored| !ledger.seat_block(stored));
        blocks.retain(|stored| !ledger.hold_block(stored.block.clone(), limits));
        ledger.settle_breaks();
        let lost_blocks = blocks.into_iter().map(|stored| stored.block.clone()).collect();
        let changes = ledger.changes_from(stored);
        Restored { ledger, stranded, lost_blocks, changes }
    }

    /// Puts the breaks where they were, as far as that is one of their places still; the others have
    /// none for now.
    pub(super) fn recall_breaks(&mut self, stored: &[StoredBreak]) {
        let frame = Arc::clone(&self.frame);
        for desk in 0..frame.desks.count {
            let mut earliest = 0;
            for position in frame.desks.breaks_of(desk) {
                let rest = frame.desks.breaks[position];
                let before = earliest.max(rest.from);
                let of_clerk = stored.iter().filter(|kept| kept.clerk.0 == frame.shifts[desk].1);
                let place = of_clerk
                    .filter_map(|kept| frame.local(kept.window))
                    .filter(|&(from, until)| {
                        until - from == rest.length && before <= from && until <= rest.until
                    })
                    .min();
                self.breaks[position] = place.map(|(from, _)| from);
                earliest = place.map_or(earliest, |(_, until)| until);
            }
        }
    }

    /// The desk of the clerk that covers the time, and the position of the room here.
    fn machines_of(&self, seat: StoredSeat, window: Window) -> Option<(usize, Option<usize>)> {
        let (from, until) = self.frame.local(window)?;
        let desk = (0..self.frame.desks.count).find(|&desk| {
            self.frame.shifts[desk].1 == seat.clerk.0
                && self.frame.desks.is_present(desk, from, until)
        })?;
        let room =
            seat.room.and_then(|room| self.frame.room_ids.iter().position(|&own| own == room.0));
        Some((desk, room))
    }

    /// Puts a promise where it was. Whether it is still possible.
    pub(super) fn seat_promise(&mut self, entry: &Entry, seat: StoredSeat) -> bool {
        let Some(machines) = self.machines_of(seat, entry.window()) else { return false };
        let Ok(request) = self.request(&entry.visit, entry.start) else { return false };
        let Some(slot) = self.seat_at(&request, machines) else { return false };
        self.index.insert(Arc::clone(&entry.id), slot);
        self.tasks[slot] = Some(Duty::Promise(Arc::new(entry.clone())));
        true
    }

    /// Puts a block where it was. Whether it is still possible.
    pub(super) fn seat_block(&mut self, stored: &StoredBlock) -> bool {
        let seat = stored.seat.and_then(|seat| self.machines_of(seat, stored.block.window));
        seat.is_some_and(|seat| self.hold_block_at(stored.block.clone(), seat))
    }

    /// What a store has to keep of the ledger, in terms of the problem's indices; what
    /// [`Self::restore`] takes.
    pub fn to_stored(&self) -> Stored {
        let promises =
            self.promises().map(|(entry, seat)| (entry.clone(), Some(StoredSeat::from(seat))));
        let blocks = self
            .blocks()
            .map(|(block, seat)| StoredBlock { block: block.clone(), seat: Some(seat.into()) });
        let breaks = self.stored_breaks().collect();
        Stored { promises: promises.collect(), blocks: blocks.collect(), breaks }
    }

    /// The breaks as a store keeps them, those of a shift in their order.
    pub fn stored_breaks(&self) -> impl Iterator<Item = StoredBreak> + '_ {
        let frame = &*self.frame;
        (0..frame.desks.count).flat_map(move |desk| {
            let clerk = ClerkIndex(frame.shifts[desk].1);
            self.break_windows(desk).map(move |(index, window)| StoredBreak {
                clerk,
                window,
                pinned: frame.desks.pinned[index],
            })
        })
    }

    /// How the witness differs from what was stored.
    pub(super) fn changes_from(&self, stored: &Stored) -> Vec<Change> {
        let seat_of = |id: &Arc<str>| {
            stored.promises.iter().find(|(entry, _)| entry.id == *id).and_then(|(_, seat)| *seat)
        };
        let promises = self
            .promises()
            .filter(|(entry, seat)| seat_of(&entry.id) != Some(StoredSeat::from(*seat)))
            .map(|(entry, seat)| Change::Promise { id: Arc::clone(&entry.id), seat });
        let block_was = |block: &Block| {
            let mut all = stored.blocks.iter();
            all.find(|stored| stored.block == *block).and_then(|stored| stored.seat)
        };
        let blocks = self
            .blocks()
            .filter(|(block, seat)| block_was(block) != Some(StoredSeat::from(*seat)))
            .map(|(block, seat)| Change::Block {
                number: block.number,
                window: block.window,
                seat,
            });
        let breaks = (0..self.frame.desks.count).flat_map(|desk| {
            let (shift, clerk) = self.frame.shifts[desk];
            let first = self.frame.desks.first_break[desk];
            self.break_windows(desk)
                .filter(move |&(_, window)| {
                    let same = |kept: &StoredBreak| kept.clerk.0 == clerk && kept.window == window;
                    !stored.breaks.iter().any(same)
                })
                .map(move |(index, window)| {
                    let shift = ShiftIndex(shift);
                    Change::Break { shift, position: index - first, window }
                })
        });
        promises.chain(blocks).chain(breaks).collect()
    }
}

/// The quotas of the site-day for which a block of `clerk` at that time counts.
fn quotas_of(problem: &Problem, site_day: usize, clerk: usize, window: Window) -> Vec<usize> {
    let mut quotas = problem.site_days[site_day].quotas.clone();
    quotas.retain(|&quota| {
        problem.quotas[quota].window.overlaps(window) && problem.counts_for(clerk, quota)
    });
    quotas
}

/// An appointment of the scenario as a promise.
fn entry_of(problem: &Problem, promise: usize) -> Entry {
    let promise = &problem.promises[promise];
    let service = &problem.services[promise.service];
    let item = BasketItem { service: promise.service, persons: promise.persons };
    let more = promise.persons.saturating_sub(1);
    Entry {
        id: promise.id.as_str().into(),
        basket: [item].into(),
        visit: Visit {
            minutes: service.minutes + more * service.extra_person_minutes,
            buffer_minutes: service.buffer_minutes,
            steps: promise.window.steps(),
            skills: service.skills.clone(),
            needs_room: service.needs_room,
            equipment: service.equipment.clone(),
            clerk: promise.clerk.map(ClerkIndex),
            room: promise.room.map(RoomIndex),
        },
        start: promise.window.from,
        expires_at: None,
    }
}
