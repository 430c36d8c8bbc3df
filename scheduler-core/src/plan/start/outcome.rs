//! What became of the plan that planning began from.

use std::collections::BTreeMap;

use super::{Pin, Start, What};
use crate::plan::{Conflict, Started};
use crate::problem::{Plan, Problem, WalkInBlock};

/// Clerk, day and first step: a clerk begins one thing at a time.
type Begin = (usize, usize, u16);

impl Start {
    /// Marks in `plan` what is pinned; returns the pins that it does not keep, as conflicts.
    pub(in crate::plan) fn mark(&self, plan: &mut Plan) -> Vec<Conflict> {
        let slots = index(plan.slots.iter().map(|s| (s.clerk, s.day, s.window.from)));
        let blocks = index(plan.walk_in_blocks.iter().map(|b| (b.clerk, b.day, b.window.from)));
        let breaks = index(plan.breaks.iter().map(|b| (b.clerk, b.day, b.window.from)));
        let mut lost = Vec::new();
        for pin in &self.pins {
            let shift = &self.problem.shifts[pin.shift];
            let begin = (shift.clerk, self.problem.site_days[pin.site_day].day, pin.window.from);
            let kept = match pin.what {
                Some(What::Slot { .. } | What::Promise(_)) => slots.get(&begin).is_some_and(|&i| {
                    let slot = &mut plan.slots[i];
                    let same = (slot.window, slot.room) == (pin.window, pin.room)
                        && match pin.what {
                            Some(What::Promise(promise)) => slot.promise == Some(promise),
                            Some(What::Slot { service, .. }) => slot.service == service,
                            _ => false,
                        };
                    slot.pinned |= same;
                    same
                }),
                Some(What::Block) => blocks.get(&begin).is_some_and(|&i| {
                    let block = &mut plan.walk_in_blocks[i];
                    let same = (block.window, Some(block.room)) == (pin.window, pin.room);
                    block.pinned |= same;
                    same
                }),
                Some(What::Break(_)) => breaks.get(&begin).is_some_and(|&i| {
                    let same = plan.breaks[i].window == pin.window;
                    plan.breaks[i].pinned |= same;
                    same
                }),
                None => keeps_room(&self.problem, plan, pin),
            };
            if !kept {
                lost.push(pin.conflict("the best plan that was found does not keep it"));
            }
        }
        Problem::pin_stays(plan, &self.kept_stays);
        lost
    }

    /// Whether the block is one of the plan that planning began from.
    pub(in crate::plan) fn has_block(&self, block: &WalkInBlock) -> bool {
        let same = |other: &WalkInBlock| {
            (other.clerk, other.day, other.window) == (block.clerk, block.day, block.window)
        };
        self.fitting.walk_in_blocks.iter().any(same)
    }

    /// What was dropped, and how much of the rest `plan` has elsewhere.
    pub(in crate::plan) fn compare(&self, plan: &Plan) -> Started {
        let slots = index(plan.slots.iter().map(|s| (s.clerk, s.day, s.window.from)));
        let blocks = index(plan.walk_in_blocks.iter().map(|b| (b.clerk, b.day, b.window.from)));
        let (mut of, mut moved) = (0, 0);
        for slot in self.fitting.slots.iter().filter(|slot| !slot.pinned) {
            let here = slots.get(&(slot.clerk, slot.day, slot.window.from)).is_some_and(|&i| {
                let now = &plan.slots[i];
                (now.service, now.site, now.promise) == (slot.service, slot.site, slot.promise)
            });
            of += 1;
            moved += usize::from(!here);
        }
        for block in self.fitting.walk_in_blocks.iter().filter(|block| !block.pinned) {
            let here = blocks.contains_key(&(block.clerk, block.day, block.window.from));
            of += 1;
            moved += usize::from(!here);
        }
        Started { dropped: self.dropped.clone(), moved, of }
    }
}

fn index(begins: impl Iterator<Item = Begin>) -> BTreeMap<Begin, usize> {
    begins.enumerate().map(|(i, begin)| (begin, i)).collect()
}

/// Whether nobody else is in the room while the clerk keeps it, nor the clerk in another.
fn keeps_room(problem: &Problem, plan: &Plan, pin: &Pin) -> bool {
    let (clerk, day) = (problem.shifts[pin.shift].clerk, problem.site_days[pin.site_day].day);
    let slots = plan.slots.iter().map(|s| (s.clerk, s.day, s.window, s.room));
    let blocks = plan.walk_in_blocks.iter().map(|b| (b.clerk, b.day, b.window, Some(b.room)));
    slots.chain(blocks).all(|(whose, when, window, room)| {
        when != day
            || !window.overlaps(pin.window)
            || room.is_none()
            || (whose == clerk) == (room == pin.room)
    })
}
