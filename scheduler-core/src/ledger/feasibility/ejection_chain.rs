//! Guided ejection: a task takes a machine's time, what was there looks for another machine, and
//! whoever finds none becomes dearer to push away.
//!
//! The method of Nagata and Bräysy (2009, doi:10.1016/j.orl.2009.04.006), for machines in place of
//! vehicles; a machine's break moves to where it is least in the way. Finds nearly all that chains
//! do not, and proves nothing. With time enough for it, machines that nobody waits for swap some of
//! what they do after each step, as the method has it: that leads out of circles.

use rand::rngs::Xoshiro256PlusPlus;
use rand::{RngExt, SeedableRng};

use crate::ledger::assignment::{Assignment, Task};
use crate::ledger::bits;
use crate::ledger::breaks::places_in_order;
use crate::ledger::frame::Machines;

/// With more tasks than this waiting for a machine, all begins anew; what is dear stays dear.
const MOST_WAITING: usize = 12;

/// One attempt to place a task.
#[derive(Debug)]
pub(super) struct Ejection<'a> {
    machines: &'a Machines,
    /// By slot: how often it has found no machine, plus one.
    weights: Vec<u32>,
    /// Swaps after each step.
    swaps: u32,
    /// Slots to place, those first that wait longest.
    waiting: Vec<usize>,
    /// What the task pushes away on the machine that is looked at, and on the best one.
    pushed: Vec<usize>,
    cheapest: Vec<usize>,
    /// First and last start of the breaks of the machine that is looked at.
    places: Vec<(u32, u32)>,
    random: Xoshiro256PlusPlus,
}

impl<'a> Ejection<'a> {
    pub(super) fn new(machines: &'a Machines, assignment: &Assignment, swaps: u32) -> Self {
        Self {
            machines,
            weights: vec![1; assignment.at.len()],
            swaps,
            waiting: Vec::with_capacity(2 * MOST_WAITING),
            pushed: Vec::new(),
            cheapest: Vec::new(),
            places: Vec::new(),
            random: Xoshiro256PlusPlus::seed_from_u64(0),
        }
    }

    /// Puts the task of `first` on some machine, others being pushed away at most `steps` times;
    /// leaves all as it was where that fails.
    pub(super) fn place(mut self, assignment: &mut Assignment, first: usize, steps: u32) -> bool {
        let before = assignment.at.clone();
        self.waiting.push(first);
        let mut step = 0;
        while !self.waiting.is_empty() {
            let slot = self.waiting.remove(0);
            let (from, until) = assignment.span(slot);
            let task = Task { from, until, can: assignment.can(self.machines, slot) };
            if let Some(machine) = assignment.direct(self.machines, task) {
                assignment.put(self.machines, slot, machine);
                continue;
            }
            self.weights[slot] += 1;
            step += 1;
            let machine = self.cheapest(assignment, slot, step);
            let Some(machine) = machine.filter(|_| step <= steps) else {
                assignment.go_back(self.machines, &before);
                return false;
            };
            if self.waiting.len() + self.cheapest.len() > MOST_WAITING {
                assignment.go_back(self.machines, &before);
                self.waiting.clear();
                self.waiting.push(first);
                continue;
            }
            for &other in &self.cheapest {
                assignment.take(self.machines, other);
            }
            assignment.put(self.machines, slot, machine);
            self.waiting.append(&mut self.cheapest);
            (0..self.swaps).for_each(|_| self.swap(assignment));
        }
        true
    }

    /// Lets two machines swap what they do around some step, from where neither is at work to where
    /// neither is; nothing happens where they may not.
    fn swap(&mut self, assignment: &mut Assignment) {
        let machines = self.machines;
        let pair = [(); 2].map(|()| self.random.random_range(0..machines.count));
        let step = self.random.random_range(0..machines.steps);
        let is_between = |&step: &usize| {
            pair.iter().all(|&machine| {
                let slot = assignment.slot_at(machines, machine, step);
                slot.is_none_or(|slot| assignment.span(slot).0 == step)
            })
        };
        let from = (0..=step).rev().find(is_between).unwrap_or(0);
        let until = (step + 1..machines.steps).find(is_between).unwrap_or(machines.steps);
        let [one, other] = pair;
        // Empty between two steps.
        let Self { pushed, cheapest, .. } = self;
        let sides = [(pushed, one, other), (cheapest, other, one)];
        let mut sides = sides.map(|(slots, of, to)| {
            slots.clear();
            slots.extend(assignment.between(machines, of, from, until));
            (slots, to)
        });
        let may = |slot: usize, to: usize| bits::get(assignment.can(machines, slot), to);
        if one == other || sides.iter().any(|(slots, to)| slots.iter().any(|&slot| !may(slot, *to)))
        {
            return;
        }
        exchange(machines, assignment, &sides);
        if pair.iter().any(|&machine| !assignment.has_breaks(machines, machine)) {
            let [(_, to), (_, back)] = &mut sides;
            std::mem::swap(to, back);
            exchange(machines, assignment, &sides);
        }
    }

    /// The machine on which the task of `slot` pushes the least away, which is then in `cheapest`.
    /// `step` decides between equals, each time in another way.
    fn cheapest(&mut self, assignment: &Assignment, slot: usize, step: u32) -> Option<usize> {
        let mut best = None;
        for machine in bits::ones(assignment.can(self.machines, slot)) {
            let Some(weight) = self.push(assignment, slot, machine) else { continue };
            let key = (weight, (machine as u32 ^ step).wrapping_mul(0x9e37_79b9), machine);
            if best.is_none_or(|least| key < least) {
                best = Some(key);
                std::mem::swap(&mut self.pushed, &mut self.cheapest);
            }
        }
        best.map(|(.., machine)| machine)
    }

    /// Fills `pushed` with what the task of `slot` pushes away on `machine`; the weight of that, or
    /// nothing where the machine's breaks then have no place whatever goes.
    fn push(&mut self, assignment: &Assignment, slot: usize, machine: usize) -> Option<u32> {
        let machines = self.machines;
        let (from, until) = assignment.span(slot);
        self.pushed.clear();
        self.pushed.extend(assignment.between(machines, machine, from, until));
        let mut weight = self.pushed.iter().map(|&other| self.weights[other]).sum();
        if assignment.leaves_breaks(machines, machine, from, until) {
            return Some(weight);
        }
        // What neither goes nor is pushed away: absences and the task itself.
        let mut fixed = machines.absent(machine).to_vec();
        bits::fill(&mut fixed, from, until);
        let own = machines.breaks_of(machine);
        let breaks = &machines.breaks[own.clone()];
        self.places.clear();
        self.places.resize(own.len(), (0, 0));
        if !places_in_order(breaks, |_| &fixed, &mut self.places) {
            return None;
        }
        let mut earliest = 0;
        for (index, rest) in breaks.iter().enumerate() {
            let (first, last) = (rest.from.max(earliest), self.places[index].1 as usize);
            // A break is in the way of the least as early as it can be or right after something.
            let ends = assignment
                .between(machines, machine, first, rest.until)
                .map(|other| assignment.span(other).1);
            let (soonest, _) = bits::free_starts(&fixed, rest.length, first, last + rest.length)?;
            let starts = [soonest as usize, until].into_iter().chain(ends).filter(|&start| {
                first <= start && start <= last && bits::none(&fixed, start, start + rest.length)
            });
            let weight_at = |start: usize| -> u32 {
                let others = assignment.between(machines, machine, start, start + rest.length);
                others.filter(|other| !self.pushed.contains(other)).map(|o| self.weights[o]).sum()
            };
            let (more, start) = starts.map(|start| (weight_at(start), start)).min()?;
            for other in assignment.between(machines, machine, start, start + rest.length) {
                if !self.pushed.contains(&other) {
                    self.pushed.push(other);
                }
            }
            weight += more;
            earliest = start + rest.length;
        }
        Some(weight)
    }
}

/// Moves all these slots to the machines beside them.
fn exchange(
    machines: &Machines,
    assignment: &mut Assignment,
    sides: &[(&mut Vec<usize>, usize); 2],
) {
    for &slot in sides.iter().flat_map(|(slots, _)| slots.iter()) {
        assignment.take(machines, slot);
    }
    for (slots, to) in sides {
        slots.iter().for_each(|&slot| assignment.put(machines, slot, *to));
    }
}
