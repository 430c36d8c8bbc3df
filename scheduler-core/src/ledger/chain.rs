//! Chains of re-assignment: a task takes a machine's time, what was there finds another machine,
//! and so on.

use super::bits;
use super::frame::Machines;
use super::layer::Layer;

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
    pub(super) fn place(mut self, layer: &mut Layer, slot: usize) -> bool {
        (0..=DEPTH).any(|depth| self.deepen(layer, slot, depth))
    }

    fn deepen(&mut self, layer: &mut Layer, slot: usize, depth: u32) -> bool {
        let (from, until) = layer.span(slot);
        let task = super::layer::Task { from, until, can: layer.can(self.machines, slot) };
        if let Some(machine) = layer.direct(self.machines, task) {
            self.put(layer, slot, machine);
            return true;
        }
        if depth == 0 || self.nodes == 0 {
            return false;
        }
        let able: Vec<usize> = bits::ones(layer.can(self.machines, slot)).collect();
        for machine in able {
            if self.nodes == 0 {
                return false;
            }
            self.nodes -= 1;
            if self.push_into(layer, slot, machine, depth) {
                return true;
            }
        }
        false
    }

    /// Puts `slot` on `machine` and finds other machines for what was there.
    fn push_into(&mut self, layer: &mut Layer, slot: usize, machine: usize, depth: u32) -> bool {
        let (from, until) = layer.span(slot);
        let mut pushed = Vec::with_capacity(MOST_PUSHED);
        let mut step = from;
        while step < until {
            match layer.slot_at(self.machines, machine, step) {
                Some(other) if self.fixed.contains(&other) || pushed.len() == MOST_PUSHED => {
                    return false;
                }
                Some(other) => {
                    pushed.push(other);
                    step = layer.span(other).1;
                }
                None => step += 1,
            }
        }
        let mark = self.moves.len();
        for &other in &pushed {
            self.moves.push((other, layer.machine(other)));
            layer.take(self.machines, other);
        }
        if layer.fits(self.machines, machine, from, until) {
            self.put(layer, slot, machine);
            self.fixed.push(slot);
            // The longest is the hardest to place.
            pushed.sort_by_key(|&other| {
                let (from, until) = layer.span(other);
                (std::cmp::Reverse(until - from), from)
            });
            let placed = pushed.iter().all(|&other| self.deepen(layer, other, depth - 1));
            self.fixed.pop();
            if placed {
                return true;
            }
        }
        self.undo(layer, mark);
        false
    }

    fn put(&mut self, layer: &mut Layer, slot: usize, machine: usize) {
        self.moves.push((slot, layer.machine(slot)));
        layer.put(self.machines, slot, machine);
    }

    /// Back to how it was at `mark`.
    fn undo(&mut self, layer: &mut Layer, mark: usize) {
        for (slot, machine) in self.moves.drain(mark..).rev() {
            layer.take(self.machines, slot);
            if let Some(machine) = machine {
                layer.put(self.machines, slot, machine);
            }
        }
    }
}
