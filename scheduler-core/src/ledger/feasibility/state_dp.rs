//! Exhaustive search for machines for tasks in order of their starts: the second half of
//! [`exact`](super::exact), and the one that proves a *no*.
//!
//! What the rest of such a search depends on is only which machines are busy for how long, and from where
//! on a break that is still due can be. Machines that cannot be told apart by that are one choice.
//! What was seen to fail once is not tried again, nor what is nowhere better: a dynamic program
//! over those states, depth first.

use std::collections::HashMap;

use super::columns::{Columns, Piece};
use super::domains::Domains;
use crate::ledger::Answer;
use crate::ledger::bits;
use crate::ledger::frame::Machines;

/// No place for a break.
const NOWHERE: u32 = u32::MAX;

/// All breaks are taken, or there is none to take. Else what is due is the next break with its
/// place, in one number: the fewer breaks are left and the earlier the place, the less.
const DONE: u32 = 0;

/// Deepest search: each task takes some stack.
const MOST_TASKS: usize = 2_000;

/// One search.
#[derive(Debug)]
pub(super) struct StateDp<'a, const W: usize> {
    machines: &'a Machines,
    domains: &'a Domains<'a, W>,
    tasks: &'a [Piece],
    /// Position of the first of `tasks` among all.
    offset: usize,
    /// For each break and step its first place from there on that leaves those after it a place:
    /// what is due then.
    places: Vec<u32>,
    /// Until when each machine is busy with what was placed.
    ends: Vec<u16>,
    /// The next break of each machine, at its first place in the time that is free now, or [`DONE`].
    due: Vec<u32>,
    chosen: Vec<usize>,
    /// Machines of the same type differ only in what they do now.
    types: Vec<u16>,
    /// What failed: which machines were busy for how long, and which breaks were then due.
    failed: HashMap<Box<[u16]>, Vec<Box<[u32]>>>,
    /// For each step how much time of any machine the breaks can still find from there on.
    idle: Vec<u32>,
    nodes: u32,
}

impl<'a, const W: usize> StateDp<'a, W> {
    /// A search for the tasks of `range` alone with at most `nodes` choices.
    pub(super) fn new(
        machines: &'a Machines,
        columns: &'a Columns,
        domains: &'a Domains<'a, W>,
        range: std::ops::Range<usize>,
        nodes: u32,
    ) -> Self {
        let width = machines.steps + 1;
        let mut places = vec![NOWHERE; machines.breaks.len() * width];
        let mut due = vec![DONE; machines.count];
        for (machine, due) in due.iter_mut().enumerate() {
            let own = machines.breaks_of(machine);
            for position in own.clone().rev() {
                let rest = machines.breaks[position];
                let blocked = domains.blocked_row(position);
                let (earlier, later) = places.split_at_mut((position + 1) * width);
                let later = later.get(..width).filter(|_| position + 1 < own.end);
                let row = &mut earlier[position * width..];
                let after = (own.end - 1 - position) * width + 1;
                let mut next = NOWHERE;
                for step in (0..=machines.steps).rev() {
                    if rest.from <= step
                        && step + rest.length <= rest.until
                        && bits::none(blocked, step, step + rest.length)
                        && later.is_none_or(|later| later[step + rest.length] != NOWHERE)
                    {
                        next = (after + step) as u32;
                    }
                    row[step] = next;
                }
                *due = row[0];
            }
        }
        let mut dp = Self {
            machines,
            domains,
            tasks: &columns.tasks[range.clone()],
            offset: range.start,
            places,
            ends: vec![0; machines.count],
            due,
            chosen: Vec::with_capacity(range.len()),
            types: Vec::new(),
            failed: HashMap::new(),
            idle: Vec::new(),
            nodes,
        };
        dp.find_types();
        dp.count_idle();
        dp
    }

    /// Takes in the tasks before the range as the witness has them. Whether that is possible.
    pub(super) fn keep_earlier(&mut self, columns: &Columns) -> bool {
        columns.tasks[..self.offset].iter().enumerate().all(|(task, &piece)| {
            let machine = piece.now.filter(|&now| bits::get(self.domains.left(task), now));
            machine.is_some_and(|machine| self.take(machine, piece))
        })
    }

    /// Runs the search; the machines of the tasks where the answer is yes.
    pub(super) fn run(mut self) -> (Answer, Vec<usize>, u32) {
        let answer = if self.tasks.len() > MOST_TASKS { Answer::Unknown } else { self.extend() };
        (answer, self.chosen, self.nodes)
    }

    fn extend(&mut self) -> Answer {
        let Some(&piece) = self.tasks.get(self.chosen.len()) else { return Answer::Yes };
        if self.lacks_time(piece.from) {
            return Answer::No;
        }
        let (key, due) = self.key(piece.from);
        let no_better = |failed: &[u32]| failed.iter().zip(&due).all(|(f, d)| f <= d);
        if self.failed.get(&key).is_some_and(|all| all.iter().any(|failed| no_better(failed))) {
            return Answer::No;
        }
        let domains = self.domains;
        let can = domains.left(self.offset + self.chosen.len());
        let mut tried: Vec<(u16, u16, u32)> = Vec::new();
        let first = piece.now.filter(|&machine| bits::get(can, machine));
        let others = bits::ones(can).filter(|&machine| Some(machine) != first);
        for machine in first.into_iter().chain(others) {
            let (end, was_due) = (self.ends[machine], self.due[machine]);
            if usize::from(end) > piece.from {
                continue;
            }
            let (busy, next) = self.state(machine, piece.from);
            let state = (self.types[machine], busy, next);
            if tried.contains(&state) {
                continue;
            }
            tried.push(state);
            if self.nodes == 0 {
                return Answer::Unknown;
            }
            self.nodes -= 1;
            if !self.take(machine, piece) {
                continue;
            }
            self.chosen.push(machine);
            match self.extend() {
                Answer::No => {}
                answer => return answer,
            }
            self.chosen.pop();
            (self.ends[machine], self.due[machine]) = (end, was_due);
        }
        self.failed.entry(key).or_default().push(due);
        Answer::No
    }

    /// Gives the task to `machine`. Nothing changes where a break then has no place left.
    fn take(&mut self, machine: usize, piece: Piece) -> bool {
        let mut due = self.due_at(machine, piece.from);
        if let Some((position, _)) = self.next_break(machine, due) {
            due = self.places[position * (self.machines.steps + 1) + piece.until];
            if due == NOWHERE {
                return false;
            }
        }
        self.due[machine] = due;
        self.ends[machine] = piece.until as u16;
        true
    }

    /// The next break of `machine` and its place, where `due` says so.
    fn next_break(&self, machine: usize, due: u32) -> Option<(usize, usize)> {
        let (width, due) = (self.machines.steps + 1, (due as usize).checked_sub(1)?);
        Some((self.machines.first_break[machine + 1] - 1 - due / width, due % width))
    }

    /// What is due at `step`, the breaks that were over by then being taken.
    fn due_at(&self, machine: usize, step: usize) -> u32 {
        let mut due = self.due[machine];
        while let Some((position, place)) = self.next_break(machine, due) {
            let end = place + self.machines.breaks[position].length;
            if end > step {
                break;
            }
            let is_last = position + 1 == self.machines.first_break[machine + 1];
            let row = (position + 1) * (self.machines.steps + 1);
            due = if is_last { DONE } else { self.places[row + end] };
        }
        due
    }

    /// What the future of `machine` depends on at `step`, all that starts earlier being placed:
    /// until when it is busy, and what is due.
    fn state(&self, machine: usize, step: usize) -> (u16, u32) {
        (self.ends[machine].max(step as u16), self.due_at(machine, step))
    }

    /// The state of all machines at `step`, those of a type in order.
    fn key(&self, step: usize) -> (Box<[u16]>, Box<[u32]>) {
        let mut states: Vec<(u16, (u16, u32))> = (0..self.machines.count)
            .map(|machine| (self.types[machine], self.state(machine, step)))
            .collect();
        states.sort_unstable();
        let task = std::iter::once(self.chosen.len() as u16);
        let busy = task.chain(states.iter().map(|&(_, (busy, _))| busy)).collect();
        (busy, states.into_iter().map(|(_, (_, due))| due).collect())
    }

    /// Whether the breaks that are still due take more time than any machines have left.
    fn lacks_time(&self, step: usize) -> bool {
        let mut needed = 0;
        for machine in 0..self.machines.count {
            let due = self.due_at(machine, step);
            if let Some((position, place)) = self.next_break(machine, due) {
                let last = self.machines.first_break[machine + 1];
                let breaks = &self.machines.breaks[position..last];
                let length: usize = breaks.iter().map(|rest| rest.length).sum();
                needed += (length - step.saturating_sub(place)) as u32;
            }
        }
        needed > self.idle[step]
    }

    fn count_idle(&mut self) {
        let steps = self.machines.steps;
        let mut free = vec![0_i32; steps];
        let mut resting = vec![0_i32; steps];
        for machine in 0..self.machines.count {
            let (first, last) = self.machines.hours[machine];
            let absent = self.machines.absent(machine);
            let breaks = &self.machines.breaks[self.machines.breaks_of(machine)];
            for step in (first..last).filter(|&step| !bits::get(absent, step)) {
                free[step] += 1;
                let may_rest = breaks.iter().any(|rest| (rest.from..rest.until).contains(&step));
                resting[step] += i32::from(may_rest);
            }
        }
        for task in self.tasks {
            free[task.from..task.until].iter_mut().for_each(|free| *free -= 1);
        }
        self.idle = vec![0; steps + 1];
        for step in (0..steps).rev() {
            let most = free[step].min(resting[step]).max(0) as u32;
            self.idle[step] = self.idle[step + 1] + most;
        }
    }

    /// Groups machines that may do the same tasks and have the same places for their breaks.
    fn find_types(&mut self) {
        let width = self.machines.steps + 1;
        let rows = |machine: usize| {
            let own = self.machines.breaks_of(machine);
            &self.places[own.start * width..own.end * width]
        };
        let lengths = |machine: usize| {
            self.machines.breaks[self.machines.breaks_of(machine)].iter().map(|rest| rest.length)
        };
        let alike = |one: usize, other: usize| {
            lengths(one).eq(lengths(other))
                && rows(one) == rows(other)
                && (0..self.tasks.len()).all(|task| {
                    let can = self.domains.left(self.offset + task);
                    bits::get(can, one) == bits::get(can, other)
                })
        };
        let mut types: Vec<u16> = Vec::with_capacity(self.machines.count);
        for machine in 0..self.machines.count {
            let twin = (0..machine).find(|&earlier| alike(earlier, machine));
            types.push(twin.map_or(machine as u16, |earlier| types[earlier]));
        }
        self.types = types;
    }
}
