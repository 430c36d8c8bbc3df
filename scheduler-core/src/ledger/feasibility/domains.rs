//! Machines left for each task, and what follows from a choice.

use std::cmp::Ordering;
use std::ops::Range;

use super::columns::Columns;
use super::matching::Scratch;
use crate::ledger::assignment::Assignment;
use crate::ledger::bits;
use crate::ledger::breaks::{leave_place, places_in_order};
use crate::ledger::frame::Machines;

/// A set of machines.
pub(super) type Mask<const W: usize> = [u64; W];

/// The machines that each task may still take.
#[derive(Debug)]
pub(super) struct Domains<'a, const W: usize> {
    machines: &'a Machines,
    pub(super) columns: &'a Columns,
    pub(super) left: Vec<Mask<W>>,
    /// For each break a row of the steps at which it cannot be: its machine is away, has a task
    /// that can go nowhere else or another break, or all machines are needed.
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
        let mut blocked = vec![0; machines.breaks.len() * machines.words];
        for (position, rest) in machines.breaks.iter().enumerate() {
            let row = &mut blocked[position * machines.words..(position + 1) * machines.words];
            bits::fill(row, rest.from, rest.until);
            let absent = machines.absent(machines.machine_of(position));
            row.iter_mut().zip(absent).for_each(|(row, absent)| *row &= absent);
        }
        Self {
            left: left.collect(),
            blocked,
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
        // Where one break alone may be is known to the witness already.
        let intricate = |machine: usize| {
            let breaks = self.machines.breaks_of(machine).len();
            breaks > 1 || breaks == 1 && self.machines.absent(machine).iter().any(|&word| word != 0)
        };
        let intricate: Vec<usize> = (0..self.machines.count).filter(|&m| intricate(m)).collect();
        intricate.into_iter().all(|machine| self.keep_breaks(machine))
            && settled.into_iter().all(|task| self.settle(task))
            && self.propagate()
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
        let [ones, others] = [one, other].map(|machine| machines.breaks_of(machine));
        machines.breaks[ones.clone()] == machines.breaks[others.clone()]
            && ones.zip(others).all(|(one, other)| self.blocked_row(one) == self.blocked_row(other))
            && self
                .left
                .iter()
                .all(|left| only(left).is_some() || bits::get(left, one) == bits::get(left, other))
    }

    /// A break of `machine` to place where not all of them have a place beside the tasks that it has
    /// for now: the one with the fewest places left, of those with more than one.
    pub(super) fn lacks_break(&self, machine: usize) -> Option<usize> {
        let own = self.machines.breaks_of(machine);
        let breaks = &self.machines.breaks[own.clone()];
        let from = breaks.iter().map(|rest| rest.from).min()?;
        let until = breaks.iter().map(|rest| rest.until).max()?;
        let mut busy = self.machines.absent(machine).to_vec();
        for task in self.columns.between(from, until) {
            if self.machine(task) == Some(machine) {
                let piece = self.columns.tasks[task];
                bits::fill(&mut busy, piece.from, piece.until);
            }
        }
        let mut places = vec![(0, 0); own.len()];
        if places_in_order(breaks, |_| &busy, &mut places) {
            return None;
        }
        let tightest = self.tightest(own.clone());
        tightest.or(Some(own.start))
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

    /// Takes in that no break of `machine` is in `[from, until)`: tasks that now leave no place for
    /// them lose the machine.
    pub(super) fn block(&mut self, machine: usize, from: usize, until: usize) -> bool {
        let mut changed = false;
        for position in self.machines.breaks_of(machine) {
            changed |= self.block_break(position, from, until);
        }
        !changed || self.keep_breaks(machine)
    }

    /// Takes in that the break is not in `[from, until)`. Whether that is new.
    fn block_break(&mut self, position: usize, from: usize, until: usize) -> bool {
        let rest = self.machines.breaks[position];
        let (from, until) = (from.max(rest.from), until.min(rest.until));
        if from >= until {
            return false;
        }
        let words = position * self.machines.words..(position + 1) * self.machines.words;
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
        changed
    }

    /// Takes `machine` from the tasks that leave no place for its breaks. Whether there is one.
    fn keep_breaks(&mut self, machine: usize) -> bool {
        let own = self.machines.breaks_of(machine);
        let breaks = &self.machines.breaks[own.clone()];
        let (mut one, mut several) = ([(0, 0)], Vec::new());
        let places = if own.len() == 1 {
            &mut one[..]
        } else {
            several.resize(own.len(), (0, 0));
            &mut several[..]
        };
        if !places_in_order(breaks, |index| self.blocked_row(own.start + index), places) {
            return false;
        }
        let first = breaks.iter().map(|rest| rest.from).min().unwrap_or(0);
        let last = breaks.iter().map(|rest| rest.until).max().unwrap_or(0);
        let columns = self.columns;
        for task in columns.between(first, last) {
            let piece = columns.tasks[task];
            let leaves_place = leave_place(breaks, places, piece.from, piece.until);
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

    /// The steps at which the break cannot be.
    pub(super) fn blocked_row(&self, position: usize) -> &[u64] {
        &self.blocked[position * self.machines.words..][..self.machines.words]
    }

    /// The places left for the break, those first that are in the way of the fewest steps.
    pub(super) fn break_places(&self, position: usize) -> Vec<usize> {
        let rest = self.machines.breaks[position];
        let machine = self.machines.machine_of(position);
        let mut busy = vec![0; self.machines.words];
        for task in self.columns.between(rest.from, rest.until) {
            if self.machine(task) == Some(machine) {
                let piece = self.columns.tasks[task];
                bits::fill(&mut busy, piece.from, piece.until);
            }
        }
        let mut places: Vec<(usize, usize)> = self
            .starts_left(position)
            .map(|start| {
                let steps = start..start + rest.length;
                (steps.filter(|&step| bits::get(&busy, step)).count(), start)
            })
            .collect();
        places.sort_unstable();
        places.into_iter().map(|(_, start)| start).collect()
    }

    /// The starts left for the break, whatever the others of its machine need.
    pub(super) fn starts_left(&self, position: usize) -> impl Iterator<Item = usize> + '_ {
        let rest = self.machines.breaks[position];
        let row = self.blocked_row(position);
        (rest.from..(rest.until + 1).saturating_sub(rest.length))
            .filter(move |&start| bits::none(row, start, start + rest.length))
    }

    /// The break with the fewest places left, of those with more than one.
    pub(super) fn tightest_break(&self) -> Option<usize> {
        self.tightest(0..self.machines.breaks.len())
    }

    fn tightest(&self, positions: Range<usize>) -> Option<usize> {
        positions
            .map(|position| (self.starts_left(position).count(), position))
            .filter(|&(count, _)| count > 1)
            .min()
            .map(|(_, position)| position)
    }

    /// Takes the break at `start`, the others of its machine before and after it, and draws all
    /// conclusions. Whether it is still possible.
    pub(super) fn choose_break(&mut self, position: usize, start: usize) -> bool {
        let rest = self.machines.breaks[position];
        let machine = self.machines.machine_of(position);
        let end = start + rest.length;
        let mut changed = self.block_break(position, rest.from, start);
        changed |= self.block_break(position, end, rest.until);
        for other in self.machines.breaks_of(machine) {
            changed |= match other.cmp(&position) {
                Ordering::Less => self.block_break(other, start, usize::MAX),
                Ordering::Greater => self.block_break(other, 0, end),
                Ordering::Equal => false,
            };
        }
        (!changed || self.keep_breaks(machine)) && self.propagate()
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
