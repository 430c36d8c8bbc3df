//! One side of the witness: which machine (desk or room) does which task.
//!
//! Tasks are fixed in time, so that the two sides do not know of each other: clerks and rooms for
//! all tasks exist if and only if clerks exist and rooms exist.

use super::bits;
use super::frame::Machines;

/// No task, or no machine.
pub(super) const NONE: u32 = u32::MAX;

/// Tasks by slot, and what each machine does at each step. Slots are the ledger's.
#[derive(Debug, Clone, Default)]
pub(super) struct Assignment {
    /// Machine of each slot.
    pub at: Vec<u32>,
    /// From and until of each slot.
    pub spans: Vec<(u32, u32)>,
    /// For each slot the machines that could take it.
    can: Vec<u64>,
    /// For each machine and step the slot.
    cell: Vec<u32>,
    /// For each machine a row of busy steps; breaks are not in it.
    busy: Vec<u64>,
    /// First and last start of each machine's break. First > last: there is no room for it.
    gaps: Vec<(u32, u32)>,
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
            busy: vec![0; machines.count * machines.words],
            gaps: vec![(0, 0); machines.count],
        };
        for machine in 0..machines.count {
            assignment.find_gap(machines, machine);
        }
        assignment
    }

    /// Makes `slot` the slot of `task`, on no machine yet.
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
        (self.at[slot] != NONE).then_some(self.at[slot] as usize)
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
            && self.leaves_pause(machines, machine, from, until)
    }

    /// Whether the break of `machine` has a place outside `[from, until)` beside what it has.
    pub(super) fn leaves_pause(
        &self,
        machines: &Machines,
        machine: usize,
        from: usize,
        until: usize,
    ) -> bool {
        let Some((length, ..)) = machines.pauses[machine] else { return true };
        let (first, last) = self.gaps[machine];
        first <= last && (first as usize + length <= from || until <= last as usize)
    }

    /// Whether the break of `machine` has a place beside what it has.
    pub(super) fn has_pause(&self, machines: &Machines, machine: usize) -> bool {
        machines.pauses[machine].is_none() || self.gaps[machine].0 <= self.gaps[machine].1
    }

    /// Puts the task of `slot` on `machine`, which must have the time.
    pub(super) fn put(&mut self, machines: &Machines, slot: usize, machine: usize) {
        let (from, until) = self.span(slot);
        self.at[slot] = machine as u32;
        let row = machine * machines.steps;
        self.cell[row + from..row + until].fill(slot as u32);
        let words = machine * machines.words..(machine + 1) * machines.words;
        bits::fill(&mut self.busy[words], from, until);
        self.find_gap(machines, machine);
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
        self.find_gap(machines, machine);
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

    /// Looks for the first and last place of the machine's break.
    fn find_gap(&mut self, machines: &Machines, machine: usize) {
        let Some((length, from, until)) = machines.pauses[machine] else { return };
        let busy = &self.busy[machine * machines.words..(machine + 1) * machines.words];
        self.gaps[machine] = pause_places(busy, length, from, until).unwrap_or((1, 0));
    }

    /// The start of the machine's break nearest to `wished`.
    pub(super) fn pause_near(
        &self,
        machines: &Machines,
        machine: usize,
        wished: usize,
    ) -> Option<usize> {
        let (length, from, until) = machines.pauses[machine]?;
        let busy = self.busy(machines, machine);
        let free = |&start: &usize| bits::none(busy, start, start + length);
        (from..=until.checked_sub(length)?).filter(free).min_by_key(|&start| start.abs_diff(wished))
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

    /// Adds to `starts` where one of `able` has `length` free steps with a break left.
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
            if let Some((pause, ..)) = machines.pauses[machine] {
                let (first, last) = self.gaps[machine];
                if first > last {
                    continue;
                }
                // Too late to go before the last place, too early to go after the first one.
                let from = (last as usize + 1).saturating_sub(length);
                bits::clear(row, from, first as usize + pause);
            }
            for (all, bits) in starts.iter_mut().zip(&*row) {
                *all |= bits;
            }
        }
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

/// The free steps of a machine's hours.
fn free_row(machines: &Machines, machine: usize, busy: &[u64], row: &mut [u64]) {
    row.fill(0);
    let (from, until) = machines.hours[machine];
    bits::fill(row, from, until);
    for (free, busy) in row.iter_mut().zip(busy) {
        *free &= !busy;
    }
}

/// First and last start of a free stretch of `length` steps, at least 1, in `[from, until)`.
#[inline]
pub(super) fn pause_places(
    busy: &[u64],
    length: usize,
    from: usize,
    until: usize,
) -> Option<(u32, u32)> {
    let last = until.checked_sub(length)?;
    if from > last {
        return None;
    }
    if until - from > 128 {
        let free = |&start: &usize| bits::none(busy, start, start + length);
        let first = (from..=last).find(free)?;
        let last = (first..=last).rev().find(free)?;
        return Some((first as u32, last as u32));
    }
    // All starts at once: this is asked for with every move of a task.
    let taken =
        bits::part(busy, from, until) | u128::MAX.checked_shl((until - from) as u32).unwrap_or(0);
    let (mut starts, mut reach) = (!taken, 1);
    while reach < length {
        let by = reach.min(length - reach);
        starts &= starts >> by;
        reach += by;
    }
    (starts != 0).then(|| {
        let (first, last) = (starts.trailing_zeros(), 127 - starts.leading_zeros());
        (from as u32 + first, from as u32 + last)
    })
}
