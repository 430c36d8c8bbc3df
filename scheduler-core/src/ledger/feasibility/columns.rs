//! The tasks of a assignment in order of time, and which of them overlap.

use crate::ledger::assignment::Assignment;
use crate::ledger::frame::Machines;

/// A task as a search sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    /// Where the assignment keeps it.
    pub slot: usize,
    pub from: usize,
    pub until: usize,
    /// Its machine in the witness.
    pub now: Option<usize>,
}

/// All tasks, and for each time at which what runs changes those that run then.
///
/// Starts are all maximal cliques of the intervals. Ends matter only where breaks may lie.
#[derive(Debug)]
pub(super) struct Columns {
    /// In order of start.
    pub tasks: Vec<Piece>,
    /// When each column begins; it lasts until the next.
    times: Vec<usize>,
    /// For each column where its tasks begin in `running`.
    offsets: Vec<u32>,
    running: Vec<u32>,
    /// For each task the columns that it runs in.
    spans: Vec<(u32, u32)>,
    /// Longest task.
    longest: usize,
}

impl Columns {
    /// The placed tasks of `assignment` and that of `slot`.
    pub(super) fn new(machines: &Machines, assignment: &Assignment, slot: usize) -> Self {
        let placed = |&other: &usize| other == slot || assignment.machine(other).is_some();
        let mut tasks: Vec<Piece> = (0..assignment.at.len())
            .filter(placed)
            .map(|slot| {
                let (from, until) = assignment.span(slot);
                Piece { slot, from, until, now: assignment.machine(slot) }
            })
            .collect();
        let able = |slot: usize| -> u32 {
            assignment.can(machines, slot).iter().map(|word| word.count_ones()).sum()
        };
        // Those with the least choice first.
        tasks.sort_unstable_by_key(|task| (task.from, able(task.slot), task.slot));
        let mut columns = Self {
            times: Vec::new(),
            offsets: Vec::new(),
            running: Vec::with_capacity(tasks.len() * 4),
            spans: vec![(0, 0); tasks.len()],
            longest: tasks.iter().map(|task| task.until - task.from).max().unwrap_or(0),
            tasks,
        };
        let first = machines.breaks.iter().map(|rest| rest.from).min().unwrap_or(usize::MAX);
        let last = machines.breaks.iter().map(|rest| rest.until).max().unwrap_or(0);
        let tasks = columns.tasks.iter();
        columns.times = tasks
            .flat_map(|task| {
                let end = (first < task.until && task.until < last).then_some(task.until);
                [Some(task.from), end].into_iter().flatten()
            })
            .collect();
        columns.times.sort_unstable();
        columns.times.dedup();
        columns.fill();
        columns.times.push(machines.steps);
        columns
    }

    fn fill(&mut self) {
        let mut active: Vec<u32> = Vec::new();
        let mut next = 0;
        for (column, &time) in self.times.iter().enumerate() {
            active.retain(|&task| self.tasks[task as usize].until > time);
            while next < self.tasks.len() && self.tasks[next].from == time {
                self.spans[next].0 = column as u32;
                active.push(next as u32);
                next += 1;
            }
            for &task in &active {
                self.spans[task as usize].1 = column as u32 + 1;
            }
            self.offsets.push(self.running.len() as u32);
            self.running.extend_from_slice(&active);
        }
        self.offsets.push(self.running.len() as u32);
    }

    /// The position of the task in `slot`.
    pub(super) fn task_of(&self, slot: usize) -> usize {
        self.tasks.iter().position(|task| task.slot == slot).unwrap_or(0)
    }

    /// Number of columns.
    pub(super) fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The steps that `column` lasts.
    pub(super) fn steps(&self, column: usize) -> (usize, usize) {
        (self.times[column], self.times[column + 1])
    }

    /// The tasks that run in `column`.
    pub(super) fn running(&self, column: usize) -> &[u32] {
        &self.running[self.offsets[column] as usize..self.offsets[column + 1] as usize]
    }

    /// The columns that `task` runs in.
    pub(super) fn of(&self, task: usize) -> std::ops::Range<usize> {
        self.spans[task].0 as usize..self.spans[task].1 as usize
    }

    /// From the first to the last task that touches `[from, until)`.
    pub(super) fn range(&self, from: usize, until: usize) -> std::ops::Range<usize> {
        let mut touching = self.between(from, until);
        let first = touching.next().unwrap_or(0);
        first..touching.last().unwrap_or(first) + 1
    }

    /// The tasks that touch `[from, until)`, in order of start.
    pub(super) fn between(&self, from: usize, until: usize) -> impl Iterator<Item = usize> + '_ {
        let first = self.tasks.partition_point(|task| task.from + self.longest <= from);
        let last = self.tasks.partition_point(|task| task.from < until);
        (first..last).filter(move |&task| self.tasks[task].until > from)
    }
}
