//! Chains of re-assignment: a task takes a machine's time, what was there finds another machine,
//! and so on.

use crate::ledger::assignment::{Assignment, Task};
use crate::ledger::bits;
use crate::ledger::frame::Machines;

/// Longest chain.
const DEPTH: u32 = 4;

/// Most tasks that one task may push away at once.
const MOST_PUSHED: usize = 4;

/// Attempts to place a task through others that move over.
#[derive(Debug)]
pub(super) struct Chain<'a> {
    machines: &'a Machines,
    /// Where tasks were before, in the order of moves, to take them back.
    moves: Vec<(usize, Option<usize>)>,
    /// Slots that must not be pushed again.
    fixed: Vec<usize>,
    /// Attempts left.
    nodes: u32,
}

impl<'a> Chain<'a> {
    pub(super) fn new(machines: &'a Machines, nodes: u32) -> Self {
        Self { machines, moves: Vec::new(), fixed: Vec::new(), nodes }
    }

    /// Puts the task of `slot` on some machine; leaves all as it was where that fails, which proves
    /// nothing.
    pub(super) fn place(mut self, assignment: &mut Assignment, slot: usize) -> bool {
        (0..=DEPTH).any(|depth| self.deepen(assignment, slot, depth))
    }

    fn deepen(&mut self, assignment: &mut Assignment, slot: usize, depth: u32) -> bool {
        let (from, until) = assignment.span(slot);
        let task = Task { from, until, can: assignment.can(self.machines, slot) };
        if let Some(machine) = assignment.direct(self.machines, task) {
            self.put(assignment, slot, machine);
            return true;
        }
        if depth == 0 || self.nodes == 0 {
            return false;
        }
        let able: Vec<usize> = bits::ones(assignment.can(self.machines, slot)).collect();
        for machine in able {
            if self.nodes == 0 {
                return false;
            }
            self.nodes -= 1;
            if self.push_into(assignment, slot, machine, depth) {
                return true;
            }
        }
        false
    }

    /// Puts `slot` on `machine` and finds other machines for what was there.
    fn push_into(
        &mut self,
        assignment: &mut Assignment,
        slot: usize,
        machine: usize,
        depth: u32,
    ) -> bool {
        let (from, until) = assignment.span(slot);
        let mut pushed = Vec::with_capacity(MOST_PUSHED);
        let mut step = from;
        while step < until {
            match assignment.slot_at(self.machines, machine, step) {
                Some(other) if self.fixed.contains(&other) || pushed.len() == MOST_PUSHED => {
                    return false;
                }
                Some(other) => {
                    pushed.push(other);
                    step = assignment.span(other).1;
                }
                None => step += 1,
            }
        }
        let mark = self.moves.len();
        for &other in &pushed {
            self.moves.push((other, assignment.machine(other)));
            assignment.take(self.machines, other);
        }
        if assignment.fits(self.machines, machine, from, until) {
            self.put(assignment, slot, machine);
            self.fixed.push(slot);
            // The longest is the hardest to place.
            pushed.sort_by_key(|&other| {
                let (from, until) = assignment.span(other);
                (std::cmp::Reverse(until - from), from)
            });
            let placed = pushed.iter().all(|&other| self.deepen(assignment, other, depth - 1));
            self.fixed.pop();
            if placed {
                return true;
            }
        }
        self.undo(assignment, mark);
        false
    }

    fn put(&mut self, assignment: &mut Assignment, slot: usize, machine: usize) {
        self.moves.push((slot, assignment.machine(slot)));
        assignment.put(self.machines, slot, machine);
    }

    /// Back to how it was at `mark`.
    fn undo(&mut self, assignment: &mut Assignment, mark: usize) {
        for (slot, machine) in self.moves.drain(mark..).rev() {
            assignment.take(self.machines, slot);
            if let Some(machine) = machine {
                assignment.put(self.machines, slot, machine);
            }
        }
    }
}
