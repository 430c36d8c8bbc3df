//! Finding a desk and a room for a task.

use std::sync::Arc;

use super::frame::Machines;
use super::layer::{Layer, Task};
use super::sheet::{Duty, Ledger};
use super::types::{Answer, Limits};
use super::{bits, chain, eject, exact};

/// Chains that are tried first.
const CHAIN_NODES: u32 = 200;

/// Most times that tasks are then pushed away, before the exhaustive search.
const EJECTIONS: u32 = 500;

/// One of them takes as long as so many choices of the exhaustive search.
const EJECTION_SHARE: u32 = 4;

/// Swaps after each, once the exhaustive search has left the question open.
const SWAPS: u32 = 10;

/// A task with the desks and rooms that could do it.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub from: usize,
    pub until: usize,
    pub desks: Vec<u64>,
    pub rooms: Vec<u64>,
}

impl Ledger {
    /// Finds a slot, a desk and a room; the ledger is as it was where that fails.
    pub(super) fn place(&mut self, request: &Request, limits: Limits) -> Result<usize, Answer> {
        let slot = self.vacant.last().copied().unwrap_or(self.tasks.len());
        let (mut desks, mut rooms) =
            (std::mem::take(&mut self.desks), std::mem::take(&mut self.rooms));
        let before = rooms.at.clone();
        let answer = self.place_both(&mut desks, &mut rooms, slot, request, limits);
        (self.desks, self.rooms) = (desks, rooms);
        if answer != Answer::Yes {
            self.rooms.go_back(&self.frame.rooms, &before);
            return Err(answer);
        }
        self.occupy(slot);
        Ok(slot)
    }

    /// Makes `slot` one that is in use.
    fn occupy(&mut self, slot: usize) {
        if self.vacant.last() == Some(&slot) {
            self.vacant.pop();
        } else {
            self.tasks.resize(slot + 1, None);
        }
    }

    /// A room, then a desk. Where there is a room but no desk, the rooms are changed.
    pub(super) fn place_both(
        &self,
        desks: &mut Layer,
        rooms: &mut Layer,
        slot: usize,
        request: &Request,
        limits: Limits,
    ) -> Answer {
        let Request { from, until, .. } = *request;
        let frame = &self.frame;
        let room = Task { from, until, can: &request.rooms };
        let found = place(&frame.rooms, rooms, slot, room, limits);
        if found == Answer::No {
            return Answer::No;
        }
        let desk = Task { from, until, can: &request.desks };
        match (found, place(&frame.desks, desks, slot, desk, limits)) {
            (_, Answer::No) => Answer::No,
            (Answer::Yes, answer) => answer,
            (_, _) => {
                // Somebody was found, but no room for sure.
                desks.take(&frame.desks, slot);
                Answer::Unknown
            }
        }
    }

    /// Puts a task where it was, if that is possible.
    pub(super) fn seat_at(
        &mut self,
        request: &Request,
        (desk, room): (usize, usize),
    ) -> Option<usize> {
        let Request { from, until, .. } = *request;
        let frame = Arc::clone(&self.frame);
        let fits = bits::get(&request.desks, desk)
            && bits::get(&request.rooms, room)
            && self.desks.fits(&frame.desks, desk, from, until)
            && self.rooms.fits(&frame.rooms, room, from, until);
        if !fits {
            return None;
        }
        let slot = self.vacant.last().copied().unwrap_or(self.tasks.len());
        self.desks.declare(&frame.desks, slot, Task { from, until, can: &request.desks });
        self.rooms.declare(&frame.rooms, slot, Task { from, until, can: &request.rooms });
        self.desks.put(&frame.desks, slot, desk);
        self.rooms.put(&frame.rooms, slot, room);
        self.occupy(slot);
        Some(slot)
    }

    /// Takes what is in `slot` out.
    pub(super) fn vacate(&mut self, slot: usize) -> Option<Duty> {
        let duty = self.tasks[slot].take()?;
        self.desks.take(&self.frame.desks, slot);
        self.rooms.take(&self.frame.rooms, slot);
        self.vacant.push(slot);
        Some(duty)
    }
}

/// Puts `task` into `slot` of `layer`, by the cheapest means that works.
fn place(
    machines: &Machines,
    layer: &mut Layer,
    slot: usize,
    task: Task<'_>,
    limits: Limits,
) -> Answer {
    layer.declare(machines, slot, task);
    if let Some(machine) = layer.direct(machines, task) {
        layer.put(machines, slot, machine);
        return Answer::Yes;
    }
    if chain::Chain::new(machines, CHAIN_NODES).place(layer, slot) {
        return Answer::Yes;
    }
    if limits.nodes == 0 {
        return Answer::Unknown;
    }
    let steps = limits.nodes.saturating_mul(2).min(EJECTIONS);
    if eject::Ejection::new(machines, layer, 0).place(layer, slot, steps) {
        return Answer::Yes;
    }
    let answer = exact::place(machines, layer, slot, limits.nodes);
    // What is left open after a large budget is mostly possible.
    let more = limits.nodes / EJECTION_SHARE;
    if answer == Answer::Unknown
        && more > steps
        && eject::Ejection::new(machines, layer, SWAPS).place(layer, slot, more)
    {
        return Answer::Yes;
    }
    answer
}
