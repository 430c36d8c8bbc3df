//! The ledger of one site-day.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::assignment::Assignment;
use super::bits;
use super::frame::Frame;
use super::indices::{ClerkIndex, RoomIndex, ShiftIndex};
use super::types::{Block, Seat};
use super::visit::Entry;
use crate::time::Window;

/// The state of a site-day: promises, walk-in blocks, breaks, and a witness that all can be kept.
///
/// A clone costs some microseconds and shares what does not change.
#[derive(Debug, Clone, PartialEq)]
pub struct Ledger {
    pub(super) frame: Arc<Frame>,
    /// What is in each slot of the assignments.
    pub(super) tasks: Vec<Option<Duty>>,
    /// Empty slots.
    pub(super) vacant: Vec<usize>,
    pub(super) index: BTreeMap<Arc<str>, usize>,
    pub(super) desks: Assignment,
    pub(super) rooms: Assignment,
    /// First local step of each of the desks' breaks.
    pub(super) breaks: Vec<Option<usize>>,
}

/// What has to be done at a fixed time.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Duty {
    Promise(Arc<Entry>),
    Block(Arc<Block>),
}

impl Ledger {
    /// Nothing but breaks.
    pub(super) fn empty(frame: Arc<Frame>) -> Self {
        let desks = Assignment::new(&frame.desks);
        let mut ledger = Self {
            tasks: Vec::new(),
            vacant: Vec::new(),
            index: BTreeMap::new(),
            rooms: Assignment::new(&frame.rooms),
            breaks: vec![None; frame.desks.breaks.len()],
            desks,
            frame,
        };
        ledger.settle_breaks();
        ledger
    }

    /// Index into [`Problem::site_days`](crate::problem::Problem::site_days).
    pub fn site_day(&self) -> usize {
        self.frame.site_day
    }

    /// The promise called `id` and who keeps it.
    pub fn get(&self, id: &str) -> Option<(&Entry, Seat)> {
        self.promise_in(*self.index.get(id)?)
    }

    fn promise_in(&self, slot: usize) -> Option<(&Entry, Seat)> {
        match self.tasks.get(slot)? {
            Some(Duty::Promise(entry)) => Some((entry, self.seat(slot)?)),
            _ => None,
        }
    }

    /// All promises in order of their ids, and who keeps them.
    pub fn promises(&self) -> impl Iterator<Item = (&Entry, Seat)> {
        self.index.values().filter_map(|&slot| self.promise_in(slot))
    }

    /// All walk-in blocks, and who holds them.
    pub fn blocks(&self) -> impl Iterator<Item = (&Block, Seat)> {
        self.block_slots().filter_map(|(slot, block)| Some((&**block, self.seat(slot)?)))
    }

    /// The slots in use.
    pub(super) fn slots(&self) -> impl Iterator<Item = usize> + '_ {
        self.tasks.iter().enumerate().filter(|(_, task)| task.is_some()).map(|(slot, _)| slot)
    }

    pub(super) fn block_slots(&self) -> impl Iterator<Item = (usize, &Arc<Block>)> {
        self.tasks.iter().enumerate().filter_map(|(slot, task)| match task {
            Some(Duty::Block(block)) => Some((slot, block)),
            _ => None,
        })
    }

    /// All breaks, those of a shift in their order: whose, and when.
    pub fn breaks(&self) -> impl Iterator<Item = (ShiftIndex, Window)> + '_ {
        let frame = &self.frame;
        (0..frame.desks.count).flat_map(move |desk| {
            let shift = frame.shifts[desk].0;
            self.rests(desk)
                .map(move |(from, until)| (ShiftIndex(shift), frame.window(from, until)))
        })
    }

    /// From when to when the clerk of `desk` is on a break.
    fn rests(&self, desk: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let own = self.frame.desks.breaks_of(desk);
        let breaks = self.frame.desks.breaks[own.clone()].iter();
        breaks.zip(&self.breaks[own]).filter_map(|(rest, start)| {
            let start = (*start)?;
            Some((start, start + rest.length))
        })
    }

    /// The breaks of `desk`: position among all, and when.
    pub(super) fn break_windows(&self, desk: usize) -> impl Iterator<Item = (usize, Window)> + '_ {
        self.frame.desks.breaks_of(desk).filter_map(|index| {
            let start = self.breaks[index]?;
            let until = start + self.frame.desks.breaks[index].length;
            Some((index, self.frame.window(start, until)))
        })
    }

    pub(super) fn seat(&self, slot: usize) -> Option<Seat> {
        let (desk, room) = self.machines(slot)?;
        let (shift, clerk) = self.frame.shifts[desk];
        let room = room.map(|room| RoomIndex(self.frame.room_ids[room]));
        Some(Seat { shift: ShiftIndex(shift), clerk: ClerkIndex(clerk), room })
    }

    /// The desk and the room of what is in `slot`; no room where none is needed.
    pub(super) fn machines(&self, slot: usize) -> Option<(usize, Option<usize>)> {
        Some((self.desks.machine(slot)?, self.rooms.machine(slot)))
    }

    /// What `shift` has free in the witness, breaks and absences taken off; nothing where it is of
    /// another site-day.
    pub fn free(&self, shift: ShiftIndex) -> impl Iterator<Item = Window> + '_ {
        let frame = &*self.frame;
        let desk = frame.shifts.iter().position(|&(own, _)| own == shift.0);
        let (mut step, last) = desk.map_or((0, 0), |desk| frame.desks.hours[desk]);
        let busy = move |step: usize| {
            desk.is_some_and(|desk| {
                self.rests(desk).any(|(from, until)| (from..until).contains(&step))
                    || bits::get(self.desks.busy(&frame.desks, desk), step)
            })
        };
        std::iter::from_fn(move || {
            while step < last && busy(step) {
                step += 1;
            }
            let from = step;
            while step < last && !busy(step) {
                step += 1;
            }
            (from < step).then(|| frame.window(from, step))
        })
    }

    /// Desk steps that promises take.
    pub fn promised_steps(&self) -> u32 {
        self.promises().map(|(entry, _)| u32::from(entry.visit.steps)).sum()
    }

    /// Desk steps for appointments: those of all shifts in open hours, less breaks and walk-in
    /// blocks.
    pub fn appointment_steps(&self) -> u32 {
        let frame = &self.frame;
        let present: usize = (0..frame.desks.count)
            .map(|desk| {
                let (from, until) = frame.desks.hours[desk];
                let absent = frame.desks.absent(desk);
                (from..until)
                    .filter(|&step| bits::get(&frame.open, step) && !bits::get(absent, step))
                    .count()
            })
            .sum();
        let breaks: usize = frame.desks.breaks.iter().map(|rest| rest.length).sum();
        let blocks: usize =
            self.block_slots().map(|(_, block)| usize::from(block.window.steps())).sum();
        present.saturating_sub(breaks + blocks) as u32
    }

    /// When the next hold expires, in milliseconds since the epoch.
    pub fn next_expiry(&self) -> Option<i64> {
        self.promises().filter_map(|(entry, _)| entry.expires_at).min()
    }
}
