//! Whether one more task finds a machine beside all others: the chain of means.
//!
//! Deciding it is list colouring of intervals, NP-hard in general (Arkin and Silverberg 1987,
//! doi:10.1016/0166-218X(87)90037-0, for k-colouring with lists), so the means go from cheap to
//! dear, and each later one is asked only where the earlier ones left the question open:
//!
//! | means | source | answers |
//! | --- | --- | --- |
//! | [`prefilter`]: a matching for each step | Hall 1935; alternating paths (Berge 1957) | *no* for most starts |
//! | a free machine, [`Assignment::direct`] | best fit | *yes* |
//! | [`chains`] of re-assignment | depth-first with deepening (Korf 1985) | *yes* |
//! | [`ejection_chain`] | guided ejection search (Nagata and Bräysy 2009) | *yes* |
//! | [`exact`] with [`columns`], [`domains`], [`matching`] | constraint propagation (Régin 1994) | both |
//! | [`bound`] | prices, a Lagrangian dual in integers | *no* |
//! | [`state_dp`] | dynamic program over the states of all machines | both |

mod bound;
mod chains;
mod columns;
mod domains;
mod ejection_chain;
mod exact;
mod matching;
mod prefilter;
mod state_dp;

pub(super) use prefilter::Prefilter;

use crate::ledger::assignment::{Assignment, Task};
use crate::ledger::frame::{Frame, Machines};
use crate::ledger::types::{Answer, Limits};

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
    /// `None` where no room is needed.
    pub rooms: Option<Vec<u64>>,
}

/// Puts a task into `slot` of both sides: a room is looked for, then a desk. Where the answer is not
/// [`Answer::Yes`], both sides are as they were, bit for bit.
pub(super) fn place_both(
    frame: &Frame,
    desks: &mut Assignment,
    rooms: &mut Assignment,
    slot: usize,
    request: &Request,
    limits: Limits,
) -> Answer {
    let Request { from, until, .. } = *request;
    let room = request.rooms.as_ref().map(|can| Task { from, until, can });
    let (in_room, before) = match room {
        Some(task) => place(&frame.rooms, rooms, slot, task, limits),
        None => (Answer::Yes, None),
    };
    if in_room == Answer::No {
        return Answer::No;
    }
    let desk = Task { from, until, can: &request.desks };
    let (at_desk, desks_before) = place(&frame.desks, desks, slot, desk, limits);
    match (in_room, at_desk) {
        (Answer::Yes, Answer::Yes) => Answer::Yes,
        (Answer::Yes, answer) => {
            if room.is_some() {
                take_back(&frame.rooms, rooms, slot, before);
            }
            answer
        }
        // Somebody was found, but no room for sure.
        (_, Answer::Yes) => {
            take_back(&frame.desks, desks, slot, desks_before);
            Answer::Unknown
        }
        (_, answer) => answer,
    }
}

/// Where the tasks of each slot were, if others than the new one may have moved.
type Before = Option<Vec<u32>>;

/// Takes the task of `slot` out again, and all others back to where they were.
fn take_back(machines: &Machines, assignment: &mut Assignment, slot: usize, before: Before) {
    match before {
        Some(before) => assignment.go_back(machines, &before),
        None => assignment.take(machines, slot),
    }
    assignment.forget(machines, slot);
}

/// Puts `task` into `slot` of `assignment`, by the cheapest means that works; nothing changes where
/// none does.
fn place(
    machines: &Machines,
    assignment: &mut Assignment,
    slot: usize,
    task: Task<'_>,
    limits: Limits,
) -> (Answer, Before) {
    assignment.declare(machines, slot, task);
    if let Some(machine) = assignment.direct(machines, task) {
        assignment.put(machines, slot, machine);
        return (Answer::Yes, None);
    }
    let before = assignment.at.clone();
    let answer = move_others(machines, assignment, slot, limits);
    if answer != Answer::Yes {
        assignment.forget(machines, slot);
    }
    (answer, Some(before))
}

/// Finds the task of `slot` a machine by giving others to other machines; nothing changes where that
/// fails.
fn move_others(
    machines: &Machines,
    assignment: &mut Assignment,
    slot: usize,
    limits: Limits,
) -> Answer {
    if chains::Chain::new(machines, CHAIN_NODES).place(assignment, slot) {
        return Answer::Yes;
    }
    if limits.nodes == 0 {
        return Answer::Unknown;
    }
    let steps = limits.nodes.saturating_mul(2).min(EJECTIONS);
    if ejection_chain::Ejection::new(machines, assignment, 0).place(assignment, slot, steps) {
        return Answer::Yes;
    }
    let answer = exact::place(machines, assignment, slot, limits.nodes);
    // What is left open after a large budget is mostly possible.
    let more = limits.nodes / EJECTION_SHARE;
    if answer == Answer::Unknown
        && more > steps
        && ejection_chain::Ejection::new(machines, assignment, SWAPS).place(assignment, slot, more)
    {
        return Answer::Yes;
    }
    answer
}
