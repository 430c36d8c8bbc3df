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
const NOWHERE: u16 = u16::MAX;

/// The break is taken, or there is none to take. Places are counted from 1: the less the better.
const DONE: u16 = 0;

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
    /// For each machine and step the first place for its break from there on.
    places: Vec<u16>,
    /// Until when each machine is busy with what was placed.
    ends: Vec<u16>,
    /// First place of the break in the time that is free now, or [`DONE`].
    due: Vec<u16>,
    chosen: Vec<usize>,
    /// Machines of the same type differ only in what they do now.
    types: Vec<u16>,
    /// What failed: which machines were busy for how long, and the places of the breaks then due.
    failed: HashMap<Box<[u16]>, Vec<Box<[u16]>>>,
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
        let mut places = vec![NOWHERE; machines.count * (machines.steps + 1)];
        let mut due = vec![DONE; machines.count];
        for (machine, due) in due.iter_mut().enumerate() {
            let Some((length, from, until)) = machines.pauses[machine] else { continue };
            let blocked = domains.blocked_row(machine);
            let row = &mut places[machine * (machines.steps + 1)..][..=machines.steps];
            let mut next = NOWHERE;
            for step in (0..=machines.steps).rev() {
                if from <= step
                    && step + length <= until
                    && bits::none(blocked, step, step + length)
                {
                    next = step as u16 + 1;
                }
                row[step] = next;
            }
            *due = row[0];
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
        let no_better = |failed: &[u16]| failed.iter().zip(&due).all(|(f, d)| f <= d);
        if self.failed.get(&key).is_some_and(|all| all.iter().any(|failed| no_better(failed))) {
            return Answer::No;
        }
        let domains = self.domains;
        let can = domains.left(self.offset + self.chosen.len());
        let mut tried: Vec<(u16, u16, u16)> = Vec::new();
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

    /// Gives the task to `machine`. Nothing changes where its break then has no place left.
    fn take(&mut self, machine: usize, piece: Piece) -> bool {
        if let Some((length, ..)) = self.machines.pauses[machine]
            && self.due[machine] != DONE
        {
            let had = usize::from(self.due[machine]) + length <= piece.from + 1;
            let next = self.places[machine * (self.machines.steps + 1) + piece.until];
            if !had && next == NOWHERE {
                return false;
            }
            self.due[machine] = if had { DONE } else { next };
        }
        self.ends[machine] = piece.until as u16;
        true
    }

    /// What the future of `machine` depends on at `step`, all that starts earlier being placed:
    /// until when it is busy, and the place for its break.
    fn state(&self, machine: usize, step: usize) -> (u16, u16) {
        let due = self.due[machine];
        let had = self.machines.pauses[machine]
            .is_none_or(|(length, ..)| usize::from(due) + length <= step + 1);
        (self.ends[machine].max(step as u16), if had { DONE } else { due })
    }

    /// The state of all machines at `step`, those of a type in order.
    fn key(&self, step: usize) -> (Box<[u16]>, Box<[u16]>) {
        let mut states: Vec<(u16, (u16, u16))> = (0..self.machines.count)
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
            let (_, due) = self.state(machine, step);
            if let Some((length, ..)) = self.machines.pauses[machine]
                && due != DONE
            {
                let begun = (step + 1).saturating_sub(usize::from(due));
                needed += (length - begun.min(length)) as u32;
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
            free[first..last].iter_mut().for_each(|free| *free += 1);
            if let Some((_, from, until)) = self.machines.pauses[machine] {
                resting[from..until].iter_mut().for_each(|resting| *resting += 1);
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
        let row = |machine: usize| {
            &self.places[machine * (self.machines.steps + 1)..][..=self.machines.steps]
        };
        let alike = |one: usize, other: usize| {
            let pauses = &self.machines.pauses;
            let length = |machine: usize| pauses[machine].map(|(length, ..)| length);
            length(one) == length(other)
                && row(one) == row(other)
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
