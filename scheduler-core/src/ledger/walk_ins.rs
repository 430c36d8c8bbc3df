//! Walk-in blocks that move out of the way, or go back to appointments.

use std::sync::Arc;

use super::bits;
use super::feasibility::Request;
use super::state::{Duty, Ledger};
use super::types::{Answer, Block, Limits};
use crate::time::{Step, Window};

/// Blocks nearest to a visit that are tried in pairs.
const MOST_PAIRED: usize = 4;

/// A walk-in block that may be held at another time, and where: local steps.
#[derive(Debug, Clone)]
struct Movable {
    slot: usize,
    block: Arc<Block>,
    range: (usize, usize),
}

impl Ledger {
    /// Places `request`, one or two walk-in blocks moving in time. The ledger is as it was where
    /// that fails; a no is certain, as it holds even without all blocks that could move.
    pub(super) fn place_moving_blocks(
        &mut self,
        request: &Request,
        limits: Limits,
    ) -> Result<usize, Answer> {
        let fixed = Limits { move_walk_ins: false, ..limits };
        let mut near = self.movable_blocks();
        let mut without = self.clone();
        for movable in &near {
            without.vacate(movable.slot);
        }
        without.place(request, fixed)?;
        let middle = request.from + request.until;
        near.sort_by_key(|movable| {
            let (from, until) = self.desks.span(movable.slot);
            ((from + until).abs_diff(middle), movable.slot)
        });
        let singles = near.iter().map(|movable| vec![movable]);
        let paired = &near[..near.len().min(MOST_PAIRED)];
        let pairs = paired
            .iter()
            .enumerate()
            .flat_map(|(index, one)| paired[index + 1..].iter().map(move |other| vec![one, other]));
        for moved in singles.chain(pairs) {
            let mut trial = self.clone();
            for movable in &moved {
                trial.vacate(movable.slot);
            }
            let Ok(slot) = trial.place(request, fixed) else { continue };
            if moved.iter().all(|movable| trial.put_back(movable, fixed)) {
                *self = trial;
                return Ok(slot);
            }
        }
        Err(Answer::Unknown)
    }

    /// The blocks that lie within all their quotas' windows and are not pinned.
    fn movable_blocks(&self) -> Vec<Movable> {
        let movable = |(slot, block): (usize, &Arc<Block>)| {
            if block.pinned.is_some() {
                return None;
            }
            let windows = self.frame.quotas.iter().filter(|q| block.quotas.contains(&q.quota));
            let range = windows
                .map(|quota| (quota.from, quota.until))
                .reduce(|one, other| (one.0.max(other.0), one.1.min(other.1)))?;
            let (from, until) = self.desks.span(slot);
            let inside = range.0 <= from && until <= range.1;
            inside.then(|| Movable { slot, block: Arc::clone(block), range })
        };
        self.block_slots().filter_map(movable).collect()
    }

    /// Holds the block at the time nearest to its own that works.
    fn put_back(&mut self, movable: &Movable, limits: Limits) -> bool {
        let own = self.frame.local(movable.block.window).unwrap_or_default();
        let length = own.1 - own.0;
        let last = (movable.range.1 + 1).saturating_sub(length);
        let mut starts: Vec<usize> = (movable.range.0..last).collect();
        starts.sort_by_key(|start| start.abs_diff(own.0));
        starts.into_iter().any(|start| {
            let window = self.frame.window(start, start + length);
            let block = Block { window, ..Block::clone(&movable.block) };
            self.hold_block(block, Limits { nodes: limits.nodes / 16, ..limits })
        })
    }

    /// Takes a walk-in block in. Whether there was a place for it.
    pub(super) fn hold_block(&mut self, block: Block, limits: Limits) -> bool {
        let slot = self.block_request(&block).and_then(|request| self.place(&request, limits).ok());
        self.enter_block(block, slot)
    }

    /// Takes a walk-in block in at this desk and in this room. Whether that was possible.
    pub(super) fn hold_block_at(&mut self, block: Block, seat: (usize, Option<usize>)) -> bool {
        let slot = self.block_request(&block).and_then(|request| self.seat_at(&request, seat));
        self.enter_block(block, slot)
    }

    fn enter_block(&mut self, block: Block, slot: Option<usize>) -> bool {
        let Some(slot) = slot else { return false };
        self.tasks[slot] = Some(Duty::Block(Arc::new(block)));
        true
    }

    /// The desks and rooms that could hold the block; nothing where its quotas do not hold here.
    fn block_request(&self, block: &Block) -> Option<Request> {
        let (from, until) = self.frame.local(block.window)?;
        let quotas: Vec<usize> = (0..self.frame.quotas.len())
            .filter(|&index| block.quotas.contains(&self.frame.quotas[index].quota))
            .collect();
        if quotas.len() < block.quotas.len() || !self.frame.is_open(block.window) {
            return None;
        }
        let mut desks = self.frame.desks_for_block(&quotas, from, until);
        let mut rooms = self.frame.any_room();
        if let Some(seat) = block.pinned {
            let keep = |set: &mut [u64], position: usize, is_own: bool| {
                if !is_own {
                    bits::clear(set, position, position + 1);
                }
            };
            for (desk, &(_, clerk)) in self.frame.shifts.iter().enumerate() {
                keep(&mut desks, desk, clerk == seat.clerk.0);
            }
            for (position, &room) in self.frame.room_ids.iter().enumerate() {
                keep(&mut rooms, position, seat.room.is_none_or(|only| only.0 == room));
            }
        }
        self.request_at((from, until), desks, Some(rooms)).ok()
    }

    /// Gives walk-in blocks back to appointments: those that begin at `now` or later and for whose
    /// quotas `returned` says so, but for as many, in order of time, as it takes to keep `keep`
    /// steps for people who wait already. Blocks that have begun or are pinned stay. Returns what was given back.
    pub fn return_walk_ins(
        &mut self,
        now: Step,
        keep: u32,
        returned: impl Fn(usize) -> bool,
    ) -> Vec<Block> {
        let mut ahead: Vec<(Window, usize)> = self
            .block_slots()
            .filter(|(_, block)| block.window.until > now)
            .map(|(slot, block)| (block.window, slot))
            .collect();
        ahead.sort_unstable();
        let mut kept = 0;
        let mut given = Vec::new();
        for (window, slot) in ahead {
            let Some(Duty::Block(block)) = &self.tasks[slot] else { continue };
            let free = window.from >= now
                && block.pinned.is_none()
                && block.quotas.iter().all(|&quota| returned(quota));
            if !free || kept < keep {
                kept += u32::from(window.until - window.from.max(now));
                continue;
            }
            if let Some(Duty::Block(block)) = self.vacate(slot) {
                given.push(Arc::unwrap_or_clone(block));
            }
        }
        given
    }
}
