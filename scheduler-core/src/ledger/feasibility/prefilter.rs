//! Starts that are impossible, told apart without a search.
//!
//! At each single step every task needs a machine of its own. Whether one more task finds one is a
//! matter of an augmenting path in a bipartite graph; where there is none, no start of a visit that
//! covers the step is possible, whatever happens at other times. From which machines such a path
//! leads to a free one does not depend on the visit, so that it is worked out once for all visits.

use crate::ledger::assignment::Assignment;
use crate::ledger::bits;
use crate::ledger::frame::Machines;

/// For each step the machines that are free, or become free when tasks move over to others.
#[derive(Debug)]
pub(in crate::ledger) struct Prefilter {
    machines: Vec<u64>,
}

impl Prefilter {
    pub(in crate::ledger) fn new(machines: &Machines, assignment: &Assignment) -> Self {
        let width = machines.set_words;
        let changes = changes(machines, assignment);
        let mut all = vec![0; machines.steps * width];
        let mut taken = vec![0; machines.steps * width];
        for (machine, &(from, until)) in machines.hours.iter().enumerate() {
            let busy = assignment.busy(machines, machine);
            let absent = machines.absent(machine);
            for step in (from..until).filter(|&step| !bits::get(absent, step)) {
                let set = if bits::get(busy, step) { &mut taken } else { &mut all };
                set[step * width + machine / 64] |= 1 << (machine % 64);
            }
        }
        for step in 0..machines.steps {
            let taken = &taken[step * width..(step + 1) * width];
            let (before, rest) = all.split_at_mut(step * width);
            let free = &mut rest[..width];
            if step > 0 && !bits::get(&changes, step) {
                free.copy_from_slice(&before[(step - 1) * width..]);
                continue;
            }
            // Who can go to a machine that becomes free frees its own.
            while free_more(machines, assignment, step, taken, free) {}
        }
        Self { machines: all }
    }

    /// Keeps of `row` the steps at which one more task for `able` finds a machine, others moving over
    /// if need be.
    pub(in crate::ledger) fn keep(&self, able: &[u64], row: &mut [u64]) {
        let width = able.len();
        let mut kept = vec![0; row.len()];
        for step in bits::ones(row) {
            if !disjoint(able, &self.machines[step * width..(step + 1) * width]) {
                bits::set(&mut kept, step);
            }
        }
        row.copy_from_slice(&kept);
    }
}

/// Adds to `free` machines of `taken` whose tasks can go to one that is in it; whether there were any.
fn free_more(
    machines: &Machines,
    assignment: &Assignment,
    step: usize,
    taken: &[u64],
    free: &mut [u64],
) -> bool {
    let mut more = false;
    for word in 0..free.len() {
        let mut left = taken[word] & !free[word];
        while left != 0 {
            let machine = word * 64 + left.trailing_zeros() as usize;
            left &= left - 1;
            let slot = assignment.slot_at(machines, machine, step);
            if slot.is_some_and(|slot| !disjoint(assignment.can(machines, slot), free)) {
                bits::set(free, machine);
                more = true;
            }
        }
    }
    more
}

fn disjoint(one: &[u64], other: &[u64]) -> bool {
    one.iter().zip(other).all(|(one, other)| one & other == 0)
}

/// Bits of the steps at which something may begin or end, or a machine comes or goes.
fn changes(machines: &Machines, assignment: &Assignment) -> Vec<u64> {
    let tasks = (0..assignment.at.len()).filter(|&slot| assignment.machine(slot).is_some());
    let spans = tasks.map(|slot| assignment.span(slot)).chain(machines.hours.iter().copied());
    let mut changes = vec![0; machines.words];
    for step in spans.flat_map(|(from, until)| [from, until]) {
        if step < machines.steps {
            bits::set(&mut changes, step);
        }
    }
    for machine in 0..machines.count {
        let absent = machines.absent(machine);
        for step in bits::ones(absent) {
            if step == 0 || !bits::get(absent, step - 1) {
                bits::set(&mut changes, step);
            }
            if step + 1 < machines.steps {
                bits::set(&mut changes, step + 1);
            }
        }
    }
    changes
}
