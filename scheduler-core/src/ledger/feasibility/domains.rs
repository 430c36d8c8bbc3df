//! Machines left for each task, and what follows from a choice.

use super::columns::Columns;
use super::matching::Scratch;
use crate::ledger::assignment::{Assignment, pause_places};
use crate::ledger::bits;
use crate::ledger::frame::Machines;

/// A set of machines.
pub(super) type Mask<const W: usize> = [u64; W];

/// The machines that each task may still take.
#[derive(Debug)]
pub(super) struct Domains<'a, const W: usize> {
    machines: &'a Machines,
    pub(super) columns: &'a Columns,
    pub(super) left: Vec<Mask<W>>,
    /// Steps at which no break of the machine can be: it has a task that can go nowhere else, or
    /// all machines are needed.
    blocked: Vec<u64>,
    /// What was before, to take changes back.
    trail: Vec<Undo<W>>,
    /// Columns to look at, each once.
    queue: Vec<u32>,
    queued: Vec<bool>,
    pub(super) scratch: Scratch<W>,
}

#[derive(Debug, Clone, Copy)]
enum Undo<const W: usize> {
    Domain(u32, Mask<W>),
    /// A word of `blocked`.
    Blocked(u32, u64),
}

impl<'a, const W: usize> Domains<'a, W> {
    pub(super) fn new(
        machines: &'a Machines,
        assignment: &Assignment,
        columns: &'a Columns,
    ) -> Self {
        let left = columns.tasks.iter().map(|task| {
            let mut mask = [0; W];
            mask[..machines.set_words].copy_from_slice(assignment.can(machines, task.slot));
            mask
        });
        Self {
            left: left.collect(),
            blocked: vec![0; machines.count * machines.words],
            trail: Vec::new(),
            queue: Vec::new(),
            queued: vec![false; columns.len()],
            scratch: Scratch::new(machines),
            machines,
            columns,
        }
    }

    /// Takes in what follows from tasks that have one machine only, and from `task` being there.
    /// Whether it is still possible.
    pub(super) fn begin(&mut self, task: usize) -> bool {
        let settled: Vec<usize> =
            (0..self.left.len()).filter(|&task| self.is_settled(task)).collect();
        self.enqueue(task);
        settled.into_iter().all(|task| self.settle(task)) && self.propagate()
    }

    /// The machine that `task` has for now: its only one, or else that of the witness.
    pub(super) fn machine(&self, task: usize) -> Option<usize> {
        only(&self.left[task]).or_else(|| {
            self.columns.tasks[task].now.filter(|&machine| bits::get(&self.left[task], machine))
        })
    }

    /// Whether `task` has one machine left.
    pub(super) fn is_settled(&self, task: usize) -> bool {
        only(&self.left[task]).is_some()
    }

    /// The task with the fewest machines left of those that lost the witness's.
    pub(super) fn displaced(&self) -> Option<usize> {
        let tasks = self.columns.tasks.iter().enumerate();
        tasks
            .filter(|(task, piece)| {
                piece.now.is_none_or(|machine| !bits::get(&self.left[*task], machine))
            })
            .map(|(task, _)| (count(&self.left[task]), task))
            .filter(|&(count, _)| count > 1)
            .min()
            .map(|(_, task)| task)
    }

    /// The machines left for `task`, those first where it is in the way of the fewest steps.
    pub(super) fn choices(&self, task: usize) -> Vec<usize> {
        let piece = self.columns.tasks[task];
        let mut keyed: Vec<(usize, u32, usize)> = bits::ones(&self.left[task])
            .map(|machine| (0, self.machines.ability[machine], machine))
            .collect();
        for other in self.columns.between(piece.from, piece.until) {
            if other != task
                && let Some(machine) = self.machine(other)
                && let Some(entry) = keyed.iter_mut().find(|entry| entry.2 == machine)
            {
                let overlap = self.columns.tasks[other];
                entry.0 += overlap.until.min(piece.until) - overlap.from.max(piece.from);
            }
        }
        keyed.sort_unstable();
        keyed.into_iter().map(|(.., machine)| machine).collect()
    }

    /// Whether two machines cannot be told apart by what is still open.
    pub(super) fn alike(&self, one: usize, other: usize) -> bool {
        let machines = self.machines;
        let row = |machine: usize| self.blocked_row(machine);
        machines.pauses[one] == machines.pauses[other]
            && (machines.pauses[one].is_none() || row(one) == row(other))
            && self
                .left
                .iter()
                .all(|left| only(left).is_some() || bits::get(left, one) == bits::get(left, other))
    }

    /// Whether the machine's break has a place beside the tasks that it has for now.
    pub(super) fn leaves_break(&self, machine: usize) -> bool {
        let Some((length, from, until)) = self.machines.pauses[machine] else { return true };
        let mut busy = vec![0; self.machines.words];
        for task in self.columns.between(from, until) {
            if self.machine(task) == Some(machine) {
                let piece = self.columns.tasks[task];
                bits::fill(&mut busy, piece.from, piece.until);
            }
        }
        pause_places(&busy, length, from, until).is_some()
    }

    /// Gives `task` to `machine` and draws all conclusions. Whether it is still possible.
    pub(super) fn choose(&mut self, task: usize, machine: usize) -> bool {
        let mut mask = [0; W];
        bits::set(&mut mask, machine);
        self.narrow(task, mask) && self.propagate()
    }

    /// A point to come back to.
    pub(super) fn mark(&self) -> usize {
        self.trail.len()
    }

    /// Takes everything back that was done since `mark`.
    pub(super) fn undo(&mut self, mark: usize) {
        while self.trail.len() > mark {
            match self.trail.pop() {
                Some(Undo::Domain(task, mask)) => self.left[task as usize] = mask,
                Some(Undo::Blocked(word, bits)) => self.blocked[word as usize] = bits,
                None => {}
            }
        }
        for column in self.queue.drain(..) {
            self.queued[column as usize] = false;
        }
    }

    fn enqueue(&mut self, task: usize) {
        for column in self.columns.of(task) {
            if !self.queued[column] {
                self.queued[column] = true;
                self.queue.push(column as u32);
            }
        }
    }

    /// Leaves `task` the machines of `mask`, a part of what it has.
    pub(super) fn narrow(&mut self, task: usize, mask: Mask<W>) -> bool {
        if mask == self.left[task] {
            return true;
        }
        self.trail.push(Undo::Domain(task as u32, self.left[task]));
        self.left[task] = mask;
        self.enqueue(task);
        match count(&mask) {
            0 => false,
            1 => self.settle(task),
            _ => true,
        }
    }

    /// Takes in that `task` has one machine left, and so that no break is then.
    fn settle(&mut self, task: usize) -> bool {
        let Some(machine) = only(&self.left[task]) else { return true };
        let piece = self.columns.tasks[task];
        self.block(machine, piece.from, piece.until)
    }

    /// Takes in that the machine's break is not in `[from, until)`: tasks that now leave no place
    /// for it lose the machine.
    pub(super) fn block(&mut self, machine: usize, from: usize, until: usize) -> bool {
        let Some((length, first, last)) = self.machines.pauses[machine] else { return true };
        let (from, until) = (from.max(first), until.min(last));
        if from >= until {
            return true;
        }
        let words = machine * self.machines.words..(machine + 1) * self.machines.words;
        let row = &mut self.blocked[words.clone()];
        let mut changed = false;
        for word in from / 64..=(until - 1) / 64 {
            let before = row[word];
            bits::fill(row, from.max(word * 64), until.min(word * 64 + 64));
            if row[word] != before {
                changed = true;
                self.trail.push(Undo::Blocked((words.start + word) as u32, before));
            }
        }
        if !changed {
            return true;
        }
        let Some(places) = pause_places(row, length, first, last) else { return false };
        let earliest_end = places.0 as usize + length;
        let latest = places.1 as usize;
        let columns = self.columns;
        for task in columns.between(first, last) {
            let piece = columns.tasks[task];
            let leaves_place = earliest_end <= piece.from || piece.until <= latest;
            if !leaves_place && bits::get(&self.left[task], machine) && !self.is_settled(task) {
                let mut mask = self.left[task];
                bits::clear(&mut mask, machine, machine + 1);
                if !self.narrow(task, mask) {
                    return false;
                }
            }
        }
        true
    }

    /// The machines left for `task`.
    pub(super) fn left(&self, task: usize) -> &[u64] {
        &self.left[task]
    }

    /// The steps at which the machine's break cannot be.
    pub(super) fn blocked_row(&self, machine: usize) -> &[u64] {
        &self.blocked[machine * self.machines.words..][..self.machines.words]
    }

    /// The places left for the machine's break, those first that are in the way of the fewest steps.
    pub(super) fn break_places(&self, machine: usize) -> Vec<usize> {
        let Some((length, from, until)) = self.machines.pauses[machine] else { return Vec::new() };
        let mut busy = vec![0; self.machines.words];
        for task in self.columns.between(from, until) {
            if self.machine(task) == Some(machine) {
                let piece = self.columns.tasks[task];
                bits::fill(&mut busy, piece.from, piece.until);
            }
        }
        let row = self.blocked_row(machine);
        let mut places: Vec<(usize, usize)> = (from..(until + 1).saturating_sub(length))
            .filter(|&start| bits::none(row, start, start + length))
            .map(|start| {
                let steps = start..start + length;
                (steps.filter(|&step| bits::get(&busy, step)).count(), start)
            })
            .collect();
        places.sort_unstable();
        places.into_iter().map(|(_, start)| start).collect()
    }

    /// The machine with the fewest places left for its break, of those with more than one.
    pub(super) fn tightest_break(&self) -> Option<usize> {
        let places = |machine: usize| {
            let (length, from, until) = self.machines.pauses[machine]?;
            let row = self.blocked_row(machine);
            let free = |&start: &usize| bits::none(row, start, start + length);
            let count = (from..(until + 1).saturating_sub(length)).filter(free).count();
            (count > 1).then_some((count, machine))
        };
        (0..self.machines.count).filter_map(places).min().map(|(_, machine)| machine)
    }

    /// Takes the machine's break at `start` and draws all conclusions. Whether it is still possible.
    pub(super) fn choose_break(&mut self, machine: usize, start: usize) -> bool {
        let Some((length, from, until)) = self.machines.pauses[machine] else { return true };
        self.block(machine, from, start)
            && self.block(machine, start + length, until)
            && self.propagate()
    }

    /// Looks at columns until nothing follows any more.
    fn propagate(&mut self) -> bool {
        while let Some(column) = self.queue.pop() {
            self.queued[column as usize] = false;
            if !self.filter(column as usize) {
                return false;
            }
        }
        true
    }
}

fn count<const W: usize>(mask: &Mask<W>) -> u32 {
    mask.iter().map(|word| word.count_ones()).sum()
}

/// The only member of a set that has one.
fn only<const W: usize>(mask: &Mask<W>) -> Option<usize> {
    (count(mask) == 1).then(|| bits::ones(mask).next()).flatten()
}
