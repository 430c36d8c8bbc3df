//! Taking tasks into the state and out of it, by slot.

use std::sync::Arc;

use super::assignment::Task;
use super::bits;
use super::feasibility::{Request, place_both};
use super::state::{Duty, Ledger};
use super::types::{Answer, Limits, Refusal};
use super::visit::Visit;
use crate::time::{Step, Window};

impl Ledger {
    /// Finds a slot, a desk and a room; the ledger is as it was where that fails.
    pub(super) fn place(&mut self, request: &Request, limits: Limits) -> Result<usize, Answer> {
        let slot = self.next_slot();
        let Self { frame, desks, rooms, .. } = self;
        match place_both(frame, desks, rooms, slot, request, limits) {
            Answer::Yes => {
                self.occupy(slot);
                Ok(slot)
            }
            answer => Err(answer),
        }
    }

    /// The slot that the next task gets.
    pub(super) fn next_slot(&self) -> usize {
        self.vacant.last().copied().unwrap_or(self.tasks.len())
    }

    /// Makes `slot` one that is in use.
    fn occupy(&mut self, slot: usize) {
        if self.vacant.last() == Some(&slot) {
            self.vacant.pop();
        } else {
            self.tasks.resize(slot + 1, None);
        }
    }

    /// Puts a task where it was, if that is possible.
    pub(super) fn seat_at(
        &mut self,
        request: &Request,
        (desk, room): (usize, Option<usize>),
    ) -> Option<usize> {
        let Request { from, until, .. } = *request;
        let frame = Arc::clone(&self.frame);
        // Who needs a room must have had one; who needs none loses the one that was kept.
        let room = match &request.rooms {
            Some(can) => Some((room.filter(|&room| bits::get(can, room))?, can)),
            None => None,
        };
        let fits = bits::get(&request.desks, desk)
            && self.desks.fits(&frame.desks, desk, from, until)
            && room.is_none_or(|(room, _)| self.rooms.fits(&frame.rooms, room, from, until));
        if !fits {
            return None;
        }
        let slot = self.next_slot();
        self.desks.declare(&frame.desks, slot, Task { from, until, can: &request.desks });
        self.desks.put(&frame.desks, slot, desk);
        if let Some((room, can)) = room {
            self.rooms.declare(&frame.rooms, slot, Task { from, until, can });
            self.rooms.put(&frame.rooms, slot, room);
        }
        self.occupy(slot);
        Some(slot)
    }

    /// Takes what is in `slot` out.
    pub(super) fn vacate(&mut self, slot: usize) -> Option<Duty> {
        let duty = self.tasks[slot].take()?;
        self.desks.take(&self.frame.desks, slot);
        self.desks.forget(&self.frame.desks, slot);
        if self.rooms.is_declared(slot) {
            self.rooms.take(&self.frame.rooms, slot);
            self.rooms.forget(&self.frame.rooms, slot);
        }
        self.vacant.push(slot);
        Some(duty)
    }

    /// The desks and rooms that could serve `visit` at `start`.
    pub(super) fn request(&self, visit: &Visit, start: Step) -> Result<Request, Refusal> {
        let frame = &self.frame;
        let window = Window::new(start, start.checked_add(visit.steps).ok_or(Refusal::Closed)?);
        if !frame.is_open(window) {
            return Err(Refusal::Closed);
        }
        let span = frame.local(window).ok_or(Refusal::NoClerk)?;
        let rooms = visit.needs_room.then(|| frame.rooms_for(visit));
        self.request_at(span, frame.desks_for(visit), rooms)
    }

    /// The same where desks and rooms are known.
    pub(super) fn request_at(
        &self,
        (from, until): (usize, usize),
        mut desks: Vec<u64>,
        rooms: Option<Vec<u64>>,
    ) -> Result<Request, Refusal> {
        let nobody = |set: &[u64]| set.iter().all(|&word| word == 0);
        self.frame.desks.keep_present(&mut desks, from, until);
        if nobody(&desks) {
            return Err(Refusal::NoClerk);
        }
        if rooms.as_deref().is_some_and(nobody) {
            return Err(Refusal::NoRoom);
        }
        Ok(Request { from, until, desks, rooms })
    }
}
