//! One side of the witness: which machine (desk or room) does which task.
//!
//! Tasks are fixed in time, so that the two sides do not know of each other: clerks and rooms for
//! all tasks exist if and only if clerks exist and rooms exist.

use super::bits;
use super::breaks::{Break, NOWHERE, leave_place, places_in_order};
use super::frame::Machines;

/// No task, or no machine.
pub(super) const NONE: u32 = u32::MAX;

/// Tasks by slot, and what each machine does at each step. Slots are the ledger's.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Assignment {
    /// Machine of each slot.
    pub at: Vec<u32>,
    /// From and until of each slot.
    pub spans: Vec<(u32, u32)>,
    /// For each slot the machines that could take it.
    can: Vec<u64>,
    /// For each machine and step the slot.
    cell: Vec<u32>,
    /// For each machine a row of busy steps: tasks and absences, not breaks.
    busy: Vec<u64>,
    /// First and last start of each break beside that, the other breaks of its machine in their
    /// order before and after it. First > last: not all breaks of the machine have a place.
    places: Vec<(u32, u32)>,
}

/// A task that is not in yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Task<'a> {
    pub from: usize,
    pub until: usize,
    /// Machines that could take it, of those that are there all through.
    pub can: &'a [u64],
}

impl Assignment {
    pub(super) fn new(machines: &Machines) -> Self {
        let mut assignment = Self {
            at: Vec::new(),
            spans: Vec::new(),
            can: Vec::new(),
            cell: vec![NONE; machines.count * machines.steps],
            busy: machines.absent.clone(),
            places: vec![NOWHERE; machines.breaks.len()],
        };
        for machine in 0..machines.count {
            assignment.find_places(machines, machine);
        }
        assignment
    }

    /// Makes `slot` the slot of `task`, on no machine yet. [`Self::forget`] takes that back.
    pub(super) fn declare(&mut self, machines: &Machines, slot: usize, task: Task<'_>) {
        if self.at.len() <= slot {
            self.at.resize(slot + 1, NONE);
            self.spans.resize(slot + 1, (0, 0));
            self.can.resize((slot + 1) * machines.set_words, 0);
        }
        self.at[slot] = NONE;
        self.spans[slot] = (task.from as u32, task.until as u32);
        let first = slot * machines.set_words;
        self.can[first..first + machines.set_words].copy_from_slice(task.can);
    }

    /// Whether `slot` has a task.
    pub(super) fn is_declared(&self, slot: usize) -> bool {
        self.spans.get(slot).is_some_and(|&span| span != (0, 0))
    }

    /// Makes `slot` one that never had a task; it must be on no machine.
    pub(super) fn forget(&mut self, machines: &Machines, slot: usize) {
        self.spans[slot] = (0, 0);
        self.can[slot * machines.set_words..(slot + 1) * machines.set_words].fill(0);
        // No task is empty: the last slot is always one in use.
        let used = self.spans.iter().rposition(|span| *span != (0, 0)).map_or(0, |last| last + 1);
        self.at.truncate(used);
        self.spans.truncate(used);
        self.can.truncate(used * machines.set_words);
    }

    /// The machines that could take the task of `slot`.
    pub(super) fn can(&self, machines: &Machines, slot: usize) -> &[u64] {
        &self.can[slot * machines.set_words..(slot + 1) * machines.set_words]
    }

    /// First and last step after of the task of `slot`.
    pub(super) fn span(&self, slot: usize) -> (usize, usize) {
        (self.spans[slot].0 as usize, self.spans[slot].1 as usize)
    }

    /// The machine of `slot`.
    pub(super) fn machine(&self, slot: usize) -> Option<usize> {
        let machine = self.at.get(slot).copied().filter(|&machine| machine != NONE);
        machine.map(|machine| machine as usize)
    }

    pub(super) fn busy(&self, machines: &Machines, machine: usize) -> &[u64] {
        &self.busy[machine * machines.words..(machine + 1) * machines.words]
    }

    /// The slot that `machine` has at `step`.
    pub(super) fn slot_at(
        &self,
        machines: &Machines,
        machine: usize,
        step: usize,
    ) -> Option<usize> {
        let slot = self.cell[machine * machines.steps + step];
        (slot != NONE).then_some(slot as usize)
    }

    /// The slots that `machine` has in `[from, until)`, in order of time.
    pub(super) fn between<'a>(
        &'a self,
        machines: &'a Machines,
        machine: usize,
        from: usize,
        until: usize,
    ) -> impl Iterator<Item = usize> + 'a {
        let row = &self.cell[machine * machines.steps..(machine + 1) * machines.steps];
        let mut step = from;
        std::iter::from_fn(move || {
            while step < until {
                if row[step] != NONE {
                    let slot = row[step] as usize;
                    step = self.span(slot).1;
                    return Some(slot);
                }
                step += 1;
            }
            None
        })
    }

    /// Whether `machine` can take something in `[from, until)` beside what it has and its break.
    /// That it is there and able is the caller's to know.
    pub(super) fn fits(
        &self,
        machines: &Machines,
        machine: usize,
        from: usize,
        until: usize,
    ) -> bool {
        bits::none(self.busy(machines, machine), from, until)
            && self.leaves_breaks(machines, machine, from, until)
    }

    /// Whether the breaks of `machine` have a place outside `[from, until)` beside what it has.
    pub(super) fn leaves_breaks(
        &self,
        machines: &Machines,
        machine: usize,
        from: usize,
        until: usize,
    ) -> bool {
        let own = machines.breaks_of(machine);
        leave_place(&machines.breaks[own.clone()], &self.places[own], from, until)
    }

    /// Whether the breaks of `machine` have a place beside what it has.
    pub(super) fn has_breaks(&self, machines: &Machines, machine: usize) -> bool {
        self.places[machines.breaks_of(machine)].iter().all(|&(first, last)| first <= last)
    }

    /// Puts the task of `slot` on `machine`, which must have the time.
    pub(super) fn put(&mut self, machines: &Machines, slot: usize, machine: usize) {
        let (from, until) = self.span(slot);
        self.at[slot] = machine as u32;
        let row = machine * machines.steps;
        self.cell[row + from..row + until].fill(slot as u32);
        let words = machine * machines.words..(machine + 1) * machines.words;
        bits::fill(&mut self.busy[words], from, until);
        self.find_places(machines, machine);
    }

    /// Takes the task of `slot` off its machine.
    pub(super) fn take(&mut self, machines: &Machines, slot: usize) {
        let Some(machine) = self.machine(slot) else { return };
        let (from, until) = self.span(slot);
        self.at[slot] = NONE;
        let row = machine * machines.steps;
        self.cell[row + from..row + until].fill(NONE);
        let words = machine * machines.words..(machine + 1) * machines.words;
        bits::clear(&mut self.busy[words], from, until);
        self.find_places(machines, machine);
    }

    /// Back to the machines `before`; slots beyond it had none.
    pub(super) fn go_back(&mut self, machines: &Machines, before: &[u32]) {
        let was = |slot: usize| before.get(slot).copied().unwrap_or(NONE);
        let moved: Vec<usize> =
            (0..self.at.len()).filter(|&slot| self.at[slot] != was(slot)).collect();
        for &slot in &moved {
            self.take(machines, slot);
        }
        for slot in moved {
            if was(slot) != NONE {
                self.put(machines, slot, was(slot) as usize);
            }
        }
    }

    /// Looks for the first and last place of the machine's breaks.
    fn find_places(&mut self, machines: &Machines, machine: usize) {
        let own = machines.breaks_of(machine);
        if own.is_empty() {
            return;
        }
        let busy = &self.busy[machine * machines.words..(machine + 1) * machines.words];
        places_in_order(&machines.breaks[own.clone()], |_| busy, &mut self.places[own]);
    }

    /// Moves the starts of the machine's breaks to free places where one of them is not free: each
    /// to the nearest that leaves those after it a place. Nothing where not all have one.
    pub(super) fn settle_breaks(
        &self,
        machines: &Machines,
        machine: usize,
        starts: &mut [Option<usize>],
    ) {
        let own = machines.breaks_of(machine);
        let (breaks, places) = (&machines.breaks[own.clone()], &self.places[own]);
        let busy = self.busy(machines, machine);
        let is_free = |rest: &Break, start: usize| bits::none(busy, start, start + rest.length);
        let stay = breaks
            .iter()
            .zip(&*starts)
            .all(|(rest, start)| start.is_some_and(|start| is_free(rest, start)));
        if stay {
            return;
        }
        if !self.has_breaks(machines, machine) {
            starts.fill(None);
            return;
        }
        let mut earliest = 0;
        for ((rest, &(_, last)), start) in breaks.iter().zip(places).zip(starts) {
            let wished = start.unwrap_or(rest.from);
            *start = (rest.from.max(earliest)..=last as usize)
                .filter(|&start| is_free(rest, start))
                .min_by_key(|start| start.abs_diff(wished));
            earliest = start.map_or(earliest, |start| start + rest.length);
        }
    }

    /// The machine to give `task` to directly: where the least free time is left around it, and of
    /// those the least able.
    pub(super) fn direct(&self, machines: &Machines, task: Task<'_>) -> Option<usize> {
        let mut best = None;
        for machine in bits::ones(task.can) {
            if !self.fits(machines, machine, task.from, task.until) {
                continue;
            }
            let key = (machines.ability[machine], self.slack(machines, machine, task), machine);
            if best.is_none_or(|least| key < least) {
                best = Some(key);
            }
        }
        best.map(|(.., machine)| machine)
    }

    /// Free steps of `machine` around the task.
    fn slack(&self, machines: &Machines, machine: usize, task: Task<'_>) -> usize {
        let busy = self.busy(machines, machine);
        let (first, last) = machines.hours[machine];
        let before = (first..task.from).rev().take_while(|&step| !bits::get(busy, step)).count();
        let after = (task.until..last).take_while(|&step| !bits::get(busy, step)).count();
        before + after
    }

    /// Adds to `starts` where one of `able` has `length` free steps and place for its breaks beside
    /// them.
    pub(super) fn starts(
        &self,
        machines: &Machines,
        able: &[u64],
        length: usize,
        starts: &mut [u64],
        row: &mut [u64],
    ) {
        for machine in bits::ones(able) {
            free_row(machines, machine, self.busy(machines, machine), row);
            bits::erode(row, length);
            if !self.has_breaks(machines, machine) {
                continue;
            }
            // Too late to go before the last place of a break, too early to go after the first one.
            let own = machines.breaks_of(machine);
            let mut allowed = 0;
            for (rest, &(first, last)) in machines.breaks[own.clone()].iter().zip(&self.places[own])
            {
                let from = allowed.max((last as usize + 1).saturating_sub(length));
                allowed = first as usize + rest.length;
                bits::clear(row, from, allowed);
            }
            for (all, bits) in starts.iter_mut().zip(&*row) {
                *all |= bits;
            }
        }
    }
}

/// The free steps of a machine's hours.
fn free_row(machines: &Machines, machine: usize, busy: &[u64], row: &mut [u64]) {
    row.fill(0);
    let (from, until) = machines.hours[machine];
    bits::fill(row, from, until);
    for (free, busy) in row.iter_mut().zip(busy) {
        *free &= !busy;
    }
}
