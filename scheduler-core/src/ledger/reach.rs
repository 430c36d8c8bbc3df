//! Starts that are impossible, told apart without a search.
//!
//! At each single step every task needs a machine of its own. Whether one more task finds one is a
//! matter of an augmenting path in a bipartite graph; where there is none, no start of a visit that
//! covers the step is possible, whatever happens at other times.

use super::bits;
use super::frame::Machines;
use super::layer::Layer;

impl Layer {
    /// Keeps of `row` the steps at which one more task for `able` finds a machine, others moving over
    /// if need be.
    pub(super) fn reachable(&self, machines: &Machines, able: &[u64], row: &mut [u64]) {
        let mut seen = vec![0; machines.set_words];
        let mut done = vec![0; machines.set_words];
        let changes = self.changes(machines);
        let mut last: Option<(usize, bool)> = None;
        for step in 0..machines.steps {
            if !bits::get(row, step) {
                continue;
            }
            let found = match last {
                Some((before, found)) if bits::none(&changes, before + 1, step + 1) => found,
                _ => {
                    seen.copy_from_slice(able);
                    machines.keep_present(&mut seen, step, step + 1);
                    done.fill(0);
                    self.finds_free(machines, step, &mut seen, &mut done)
                }
            };
            last = Some((step, found));
            if !found {
                bits::clear(row, step, step + 1);
            }
        }
    }

    /// Bits of the steps at which something begins or ends, or a machine comes or goes.
    fn changes(&self, machines: &Machines) -> Vec<u64> {
        let tasks = (0..self.at.len()).filter(|&slot| self.machine(slot).is_some());
        let spans = tasks.map(|slot| self.span(slot)).chain(machines.hours.iter().copied());
        let mut changes = vec![0; machines.words];
        for step in spans.flat_map(|(from, until)| [from, until]) {
            if step < machines.steps {
                bits::set(&mut changes, step);
            }
        }
        changes
    }

    /// Whether a free machine can be reached from those in `seen`. `done` is empty at first.
    fn finds_free(
        &self,
        machines: &Machines,
        step: usize,
        seen: &mut [u64],
        done: &mut [u64],
    ) -> bool {
        let mut word = 0;
        while word < seen.len() {
            let left = seen[word] & !done[word];
            if left == 0 {
                word += 1;
                continue;
            }
            let machine = word * 64 + left.trailing_zeros() as usize;
            let Some(slot) = self.slot_at(machines, machine, step) else { return true };
            bits::set(done, machine);
            // A task's machines are there during all of it.
            for (index, (seen, can)) in seen.iter_mut().zip(self.can(machines, slot)).enumerate() {
                if can & !*seen != 0 {
                    *seen |= can;
                    word = word.min(index);
                }
            }
        }
        false
    }

    /// The starts of `length` steps at which some of `able` is there all through.
    pub(super) fn present(machines: &Machines, able: &[u64], length: usize, row: &mut [u64]) {
        row.fill(0);
        for machine in bits::ones(able) {
            let (from, until) = machines.hours[machine];
            bits::fill(row, from, (until + 1).saturating_sub(length).max(from));
        }
    }
}
