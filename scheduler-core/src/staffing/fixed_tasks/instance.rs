//! The same as the search works on it: tasks in order of time, who overlaps whom, bits.

use super::fit::Fit;
use super::model::{Break, FixedTasks, Span};

/// Lists of indices, one after the other.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    ends: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    fn new(lists: impl Iterator<Item = impl Iterator<Item = u32>>) -> Self {
        let mut all = Self { ends: vec![0], items: Vec::new() };
        for list in lists {
            all.items.extend(list);
            all.ends.push(all.items.len() as u32);
        }
        all
    }

    #[inline]
    pub(super) fn of(&self, index: u32) -> &[u32] {
        let index = index as usize;
        &self.items[self.ends[index] as usize..self.ends[index + 1] as usize]
    }
}

/// Tasks are numbered in order of their begins here; [`Instance::task`] knows the caller's numbers.
#[derive(Debug)]
pub(super) struct Instance {
    pub(super) spans: Vec<Span>,
    /// The caller's index of each task.
    pub(super) task: Vec<usize>,
    pub(super) workers: usize,
    /// Who may do each task.
    pub(super) able: Lists,
    /// What each worker may do, in order of time.
    pub(super) skilled: Lists,
    /// Which other tasks each overlaps.
    pub(super) overlaps: Lists,
    pub(super) breaks: Vec<Vec<Break>>,
    /// Whether anybody has a break.
    pub(super) rests: bool,
    /// By `task * workers + worker`.
    may: Vec<bool>,
}

impl Instance {
    /// Of an input without faults.
    pub(super) fn new(input: &FixedTasks) -> Self {
        let workers = input.workers.len();
        let mut task: Vec<usize> = (0..input.tasks.len()).collect();
        task.sort_by_key(|&task| input.tasks[task]);
        let spans: Vec<Span> = task.iter().map(|&task| input.tasks[task]).collect();
        let mut rank = vec![0; spans.len()];
        for (at, &task) in task.iter().enumerate() {
            rank[task] = at;
        }
        let breaks: Vec<_> = input.workers.iter().map(|one| one.breaks.clone()).collect();
        let mut may = vec![false; spans.len() * workers];
        let mut fit = Fit::default();
        for (worker, one) in input.workers.iter().enumerate() {
            for &task in &one.may_do {
                let at = rank[task];
                let alone =
                    breaks[worker].is_empty() || fit.alone_fits(&spans, &breaks[worker], at as u32);
                may[at * workers + worker] = alone;
            }
        }
        let tasks = spans.len();
        let able = Lists::new((0..tasks).map(|task| {
            let row = &may[task * workers..(task + 1) * workers];
            row.iter().enumerate().filter(|&(_, &may)| may).map(|(worker, _)| worker as u32)
        }));
        let skilled = Lists::new((0..workers).map(|worker| {
            let may = &may;
            (0..tasks).filter(move |task| may[task * workers + worker]).map(|task| task as u32)
        }));
        let overlaps = Lists::new((0..tasks).map(|task| {
            let spans = &spans;
            // Tasks are in order of their begins: what begins after the end is the last.
            let after = spans.partition_point(|other| other.from < spans[task].until);
            let near = (0..after)
                .filter(move |&other| other != task && spans[other].until > spans[task].from);
            near.map(|other| other as u32)
        }));
        let rests = breaks.iter().any(|breaks| !breaks.is_empty());
        Self { spans, task, workers, able, skilled, overlaps, breaks, rests, may }
    }

    pub(super) fn tasks(&self) -> usize {
        self.spans.len()
    }

    #[inline]
    pub(super) fn may(&self, task: u32, worker: u32) -> bool {
        self.may[task as usize * self.workers + worker as usize]
    }

    #[inline]
    pub(super) fn clash(&self, one: u32, other: u32) -> bool {
        self.spans[one as usize].overlaps(self.spans[other as usize])
    }
}
