//! The ledger of one site-day.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use super::bits;
use super::frame::Frame;
use super::layer::Layer;
use super::place::Request;
use super::reach::Reach;
use super::types::{Answer, Block, Change, Limits, Refusal, Seat, Starts, StepSet};
use super::visit::{Entry, Visit};
use crate::time::{Step, Window};

/// The state of a site-day: promises, walk-in blocks, breaks, and a witness that all can be kept.
///
/// A clone costs some microseconds and shares what does not change.
#[derive(Debug, Clone)]
pub struct Ledger {
    pub(super) frame: Arc<Frame>,
    /// What is in each slot of the layers.
    pub(super) tasks: Vec<Option<Duty>>,
    /// Empty slots.
    pub(super) vacant: Vec<usize>,
    pub(super) index: BTreeMap<Arc<str>, usize>,
    pub(super) desks: Layer,
    pub(super) rooms: Layer,
    /// First local step of each desk's break.
    pub(super) breaks: Vec<Option<usize>>,
}

/// What has to be done at a fixed time.
#[derive(Debug, Clone)]
pub(super) enum Duty {
    Promise(Arc<Entry>),
    Block(Arc<Block>),
}

impl Ledger {
    /// Nothing but breaks.
    pub(super) fn empty(frame: Arc<Frame>) -> Self {
        let desks = Layer::new(&frame.desks);
        let breaks =
            (0..frame.desks.count).map(|desk| desks.pause_near(&frame.desks, desk, 0)).collect();
        Self {
            tasks: Vec::new(),
            vacant: Vec::new(),
            index: BTreeMap::new(),
            rooms: Layer::new(&frame.rooms),
            desks,
            breaks,
            frame,
        }
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

    pub(super) fn block_slots(&self) -> impl Iterator<Item = (usize, &Arc<Block>)> {
        self.tasks.iter().enumerate().filter_map(|(slot, task)| match task {
            Some(Duty::Block(block)) => Some((slot, block)),
            _ => None,
        })
    }

    /// All breaks: index into [`Problem::shifts`](crate::problem::Problem::shifts), and when.
    pub fn breaks(&self) -> impl Iterator<Item = (usize, Window)> + '_ {
        let frame = &self.frame;
        self.breaks.iter().enumerate().filter_map(|(desk, &start)| {
            let (start, (length, ..)) = (start?, frame.desks.pauses[desk]?);
            Some((frame.shifts[desk].0, frame.window(start, start + length)))
        })
    }

    pub(super) fn seat(&self, slot: usize) -> Option<Seat> {
        let (shift, clerk) = self.frame.shifts[self.desks.machine(slot)?];
        let room = self.frame.room_ids[self.rooms.machine(slot)?];
        Some(Seat { shift, clerk, room })
    }

    /// What `shift` has free in the witness, breaks taken off; nothing where it is of another
    /// site-day.
    pub fn free(&self, shift: usize) -> impl Iterator<Item = Window> + '_ {
        let frame = &*self.frame;
        let desk = frame.shifts.iter().position(|&(own, _)| own == shift);
        let (mut step, last) = desk.map_or((0, 0), |desk| frame.desks.hours[desk]);
        let busy = move |step: usize| {
            desk.is_some_and(|desk| {
                let pause = self.breaks[desk].zip(frame.desks.pauses[desk]);
                let paused = pause
                    .is_some_and(|(start, (length, ..))| (start..start + length).contains(&step));
                paused || bits::get(self.desks.busy(&frame.desks, desk), step)
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
        let hours = frame.desks.hours.iter();
        let present: usize = hours
            .map(|&(from, until)| {
                (from..until).filter(|&step| bits::get(&frame.open, step)).count()
            })
            .sum();
        let breaks: usize = frame.desks.pauses.iter().flatten().map(|&(length, ..)| length).sum();
        let blocks: usize =
            self.block_slots().map(|(_, block)| usize::from(block.window.steps())).sum();
        present.saturating_sub(breaks + blocks) as u32
    }

    /// Where `visit` may start: bit operations for what the witness has free, a matching for each
    /// step for what is impossible.
    pub fn starts(&self, visit: &Visit) -> Starts {
        self.starts_within(visit, &OnceLock::new())
    }

    /// The same; `reach` keeps what all visits have in common.
    pub(super) fn starts_within(&self, visit: &Visit, reach: &OnceLock<[Reach; 2]>) -> Starts {
        let frame = &*self.frame;
        let length = usize::from(visit.steps).max(1);
        let set = |bits| StepSet { base: frame.base, bits };
        let (desks, rooms) = (frame.desks_for(visit), frame.rooms_for(visit));
        let words = frame.desks.words;
        let mut row = vec![0; words];
        let (mut sure, mut staffed) = (vec![0; words], vec![0; words]);
        self.rooms.starts(&frame.rooms, &rooms, length, &mut sure, &mut row);
        self.desks.starts(&frame.desks, &desks, length, &mut staffed, &mut row);
        let mut open = frame.open.clone();
        bits::erode(&mut open, length);
        both(&mut sure, &staffed);
        both(&mut sure, &open);
        // What is not sure may still be possible.
        Layer::present(&frame.desks, &desks, length, &mut row);
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
            let [at_desks, at_rooms] = reach.get_or_init(|| self.reach());
            at_desks.keep(&desks, &mut row);
            bits::erode(&mut row, length);
            both(&mut open, &row);
            covered(&open, &mut row);
            at_rooms.keep(&rooms, &mut row);
            bits::erode(&mut row, length);
            both(&mut open, &row);
        }
        Starts { sure: set(sure), open: set(open) }
    }

    /// Which desks and which rooms can be made free when.
    pub(super) fn reach(&self) -> [Reach; 2] {
        let frame = &*self.frame;
        [Reach::new(&frame.desks, &self.desks), Reach::new(&frame.rooms, &self.rooms)]
    }

    /// Whether `visit` can start at `start` besides all that is promised.
    pub fn check(&self, visit: &Visit, start: Step, limits: Limits) -> Answer {
        let Ok(request) = self.request(visit, start) else { return Answer::No };
        let (mut desks, mut rooms) = (self.desks.clone(), self.rooms.clone());
        let slot = self.tasks.len();
        let answer = self.place_both(&mut desks, &mut rooms, slot, &request, limits);
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
        let slot = without.tasks.len();
        let (mut desks, mut rooms) = (without.desks.clone(), without.rooms.clone());
        match without.place_both(&mut desks, &mut rooms, slot, &request, limits) {
            Answer::Yes => Refusal::WalkIns,
            Answer::No | Answer::Unknown => Refusal::Taken,
        }
    }

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

    /// When the next hold expires, in milliseconds since the epoch.
    pub fn next_expiry(&self) -> Option<i64> {
        self.promises().filter_map(|(entry, _)| entry.expires_at).min()
    }

    /// The desks and rooms that could serve `visit` at `start`.
    pub(super) fn request(&self, visit: &Visit, start: Step) -> Result<Request, Refusal> {
        let frame = &self.frame;
        let window = Window::new(start, start.checked_add(visit.steps).ok_or(Refusal::Closed)?);
        if !frame.is_open(window) {
            return Err(Refusal::Closed);
        }
        let span = frame.local(window).ok_or(Refusal::NoClerk)?;
        self.request_at(span, frame.desks_for(visit), frame.rooms_for(visit))
    }

    /// The same where desks and rooms are known.
    pub(super) fn request_at(
        &self,
        (from, until): (usize, usize),
        mut desks: Vec<u64>,
        mut rooms: Vec<u64>,
    ) -> Result<Request, Refusal> {
        let nobody = |set: &[u64]| set.iter().all(|&word| word == 0);
        self.frame.desks.keep_present(&mut desks, from, until);
        self.frame.rooms.keep_present(&mut rooms, from, until);
        if nobody(&desks) {
            return Err(Refusal::NoClerk);
        }
        if nobody(&rooms) {
            return Err(Refusal::NoRoom);
        }
        Ok(Request { from, until, desks, rooms })
    }
}

fn both(row: &mut [u64], other: &[u64]) {
    for (bits, other) in row.iter_mut().zip(other) {
        *bits &= other;
    }
}
