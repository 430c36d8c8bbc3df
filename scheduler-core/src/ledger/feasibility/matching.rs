//! Which machines a task can have where several run at the same time.

use super::domains::{Domains, Mask};
use crate::ledger::bits;
use crate::ledger::frame::Machines;

/// Buffers of one column's matching.
#[derive(Debug)]
pub(super) struct Scratch<const W: usize> {
    /// For each running task the position in `used` of its machine.
    matched: Vec<usize>,
    /// For each machine the running task that it is matched to.
    task_at: Vec<u32>,
    /// For each running task the machines that can be reached from its own.
    reach: Vec<Mask<W>>,
    visited: Mask<W>,
}

const NOBODY: u32 = u32::MAX;

impl<const W: usize> Scratch<W> {
    pub(super) fn new(machines: &Machines) -> Self {
        Self {
            matched: Vec::new(),
            task_at: vec![NOBODY; machines.count],
            reach: Vec::new(),
            visited: [0; W],
        }
    }
}

impl<const W: usize> Domains<'_, W> {
    /// Strikes out the machines that are in no matching of the tasks of `column`.
    pub(super) fn filter(&mut self, column: usize) -> bool {
        let columns = self.columns;
        let running = columns.running(column);
        if !self.find_matching(running) {
            return false;
        }
        self.close_reach(running);
        let mut used = [0; W];
        for &machine in &self.scratch.matched {
            bits::set(&mut used, machine);
        }
        // A machine may be taken from its task where the task can go to a free one in the end, or
        // to the one that the taker leaves.
        let mut way_out = [0; W];
        for (index, reach) in self.scratch.reach.iter().enumerate() {
            if (0..W).any(|word| reach[word] & !used[word] != 0) {
                bits::set(&mut way_out, self.scratch.matched[index]);
            }
        }
        let (from, until) = columns.steps(column);
        for index in 0..running.len() {
            let machine = self.scratch.matched[index];
            if !bits::get(&way_out, machine) && !self.block(machine, from, until) {
                return false;
            }
        }
        for (index, &task) in running.iter().enumerate() {
            let task = task as usize;
            let own = self.scratch.matched[index];
            let mut keep = self.left[task];
            let doubtful: Mask<W> =
                std::array::from_fn(|word| keep[word] & used[word] & !way_out[word]);
            for machine in bits::ones(&doubtful).filter(|&machine| machine != own) {
                let holder = self.scratch.task_at[machine] as usize;
                if !bits::get(&self.scratch.reach[holder], own) {
                    bits::clear(&mut keep, machine, machine + 1);
                }
            }
            if !self.narrow(task, keep) {
                return false;
            }
        }
        true
    }

    /// A machine for each running task, the present ones first.
    fn find_matching(&mut self, running: &[u32]) -> bool {
        self.scratch.task_at.fill(NOBODY);
        self.scratch.matched.clear();
        self.scratch.matched.resize(running.len(), usize::MAX);
        for (index, &task) in running.iter().enumerate() {
            if let Some(machine) = self.machine(task as usize)
                && self.scratch.task_at[machine] == NOBODY
            {
                self.scratch.task_at[machine] = index as u32;
                self.scratch.matched[index] = machine;
            }
        }
        for index in 0..running.len() {
            if self.scratch.matched[index] == usize::MAX {
                self.scratch.visited = [0; W];
                if !self.augment(running, index) {
                    return false;
                }
            }
        }
        true
    }

    fn augment(&mut self, running: &[u32], index: usize) -> bool {
        let left = self.left[running[index] as usize];
        for (word, left) in left.into_iter().enumerate() {
            loop {
                let open = left & !self.scratch.visited[word];
                if open == 0 {
                    break;
                }
                let machine = word * 64 + open.trailing_zeros() as usize;
                bits::set(&mut self.scratch.visited, machine);
                let holder = self.scratch.task_at[machine];
                if holder == NOBODY || self.augment(running, holder as usize) {
                    self.scratch.task_at[machine] = index as u32;
                    self.scratch.matched[index] = machine;
                    return true;
                }
            }
        }
        false
    }

    /// For each running task the machines at the ends of alternating paths from its own.
    fn close_reach(&mut self, running: &[u32]) {
        let Scratch { matched, reach, .. } = &mut self.scratch;
        reach.clear();
        reach.extend(running.iter().map(|&task| self.left[task as usize]));
        for middle in 0..running.len() {
            let through = reach[middle];
            for from in reach.iter_mut() {
                if bits::get(from, matched[middle]) {
                    for word in 0..W {
                        from[word] |= through[word];
                    }
                }
            }
        }
    }
}
