//! Who does what in a state of the search, and what it weighs to put a task somewhere else.

use super::fit::Fit;
use super::instance::Instance;

/// No worker, or no task.
pub(super) const NOBODY: u32 = u32::MAX;
/// What it weighs to put a task where it cannot be at all.
pub(super) const NEVER: u32 = u32::MAX;

/// An assignment of some tasks. Those of one worker never overlap, and leave room for the breaks.
#[derive(Debug)]
pub(super) struct Assignment<'a> {
    pub(super) instance: &'a Instance,
    /// By task.
    pub(super) worker: Vec<u32>,
    /// By worker, in order of time.
    pub(super) tasks: Vec<Vec<u32>>,
    /// By task: how dear it is to leave it out.
    weight: Vec<u32>,
    /// Sum of `weight`.
    total: u64,
    /// By `task * workers + worker`: the weight of the worker's tasks that overlap the task.
    clashing: Vec<u32>,
    /// By `task * workers + worker`, for workers with breaks: what goes for the task, and the
    /// version of the worker for which that was found.
    found: Vec<(u32, u32)>,
    version: Vec<u32>,
    fit: Fit,
    out: Vec<u32>,
}

impl<'a> Assignment<'a> {
    /// With nothing assigned.
    pub(super) fn new(instance: &'a Instance) -> Self {
        let (tasks, workers) = (instance.tasks(), instance.workers);
        Self {
            instance,
            worker: vec![NOBODY; tasks],
            tasks: vec![Vec::new(); workers],
            weight: vec![1; tasks],
            total: tasks as u64,
            clashing: vec![0; tasks * workers],
            found: vec![(0, 0); if instance.rests { tasks * workers } else { 0 }],
            version: vec![1; workers],
            fit: Fit::default(),
            out: Vec::new(),
        }
    }

    #[inline]
    pub(super) fn weight(&self, task: u32) -> u32 {
        self.weight[task as usize]
    }

    /// Makes a task that nobody does dearer to leave out.
    pub(super) fn raise(&mut self, task: u32) {
        self.weight[task as usize] += 1;
        self.total += 1;
        if self.total > 1 << 30 {
            self.halve();
        }
    }

    /// So that sums of weights stay numbers of 32 bits.
    #[cold]
    fn halve(&mut self) {
        for weight in &mut self.weight {
            *weight = weight.div_ceil(2);
        }
        self.total = self.weight.iter().map(|&weight| u64::from(weight)).sum();
        self.clashing.fill(0);
        for task in 0..self.worker.len() as u32 {
            let worker = self.worker[task as usize];
            if worker != NOBODY {
                self.count(task, worker, self.weight(task));
            }
        }
        for version in &mut self.version {
            *version = version.wrapping_add(1);
        }
    }

    /// Gives `task` to `worker`, who has room for it.
    pub(super) fn put(&mut self, task: u32, worker: u32) {
        self.worker[task as usize] = worker;
        let list = &mut self.tasks[worker as usize];
        let at = list.partition_point(|&other| other < task);
        list.insert(at, task);
        self.count(task, worker, self.weight(task));
        self.changed(worker);
    }

    /// Takes `task` from whoever does it.
    pub(super) fn take(&mut self, task: u32) {
        let worker = std::mem::replace(&mut self.worker[task as usize], NOBODY);
        self.tasks[worker as usize].retain(|&other| other != task);
        self.count(task, worker, self.weight(task).wrapping_neg());
        self.changed(worker);
    }

    fn changed(&mut self, worker: u32) {
        let version = &mut self.version[worker as usize];
        *version = version.wrapping_add(1);
    }

    fn count(&mut self, task: u32, worker: u32, weight: u32) {
        let workers = self.instance.workers;
        for &other in self.instance.overlaps.of(task) {
            let entry = &mut self.clashing[other as usize * workers + worker as usize];
            *entry = entry.wrapping_add(weight);
        }
    }

    /// The weight of the worker's tasks that overlap `task`.
    #[inline]
    pub(super) fn clashing(&self, task: u32, worker: u32) -> u32 {
        self.clashing[task as usize * self.instance.workers + worker as usize]
    }

    /// The least weight of the worker's tasks that have to go for `task`, which somebody else or
    /// nobody does and the worker may do.
    #[inline]
    pub(super) fn cost(&mut self, task: u32, worker: u32) -> u32 {
        let at = task as usize * self.instance.workers + worker as usize;
        if self.instance.breaks[worker as usize].is_empty() {
            return self.clashing[at];
        }
        let version = self.version[worker as usize];
        if self.found[at].1 != version {
            let mut out = std::mem::take(&mut self.out);
            self.found[at] = (self.goes(task, worker, &mut out), version);
            self.out = out;
        }
        self.found[at].0
    }

    /// The same, and which they are.
    pub(super) fn goes(&mut self, task: u32, worker: u32, out: &mut Vec<u32>) -> u32 {
        let list = &self.tasks[worker as usize];
        let breaks = &self.instance.breaks[worker as usize];
        let weight = |task: u32| self.weight[task as usize];
        let cost = self.fit.goes(&self.instance.spans, breaks, list, weight, task, out);
        cost.map_or(NEVER, |cost| cost as u32)
    }

    /// What has to go of `list` (in order of time) so that `worker`, whatever they do now, does the
    /// rest of it and `task`.
    pub(super) fn goes_of(
        &mut self,
        list: &[u32],
        task: u32,
        worker: u32,
        out: &mut Vec<u32>,
    ) -> u32 {
        let breaks = &self.instance.breaks[worker as usize];
        let weight = |task: u32| self.weight[task as usize];
        let cost = self.fit.goes(&self.instance.spans, breaks, list, weight, task, out);
        cost.map_or(NEVER, |cost| cost as u32)
    }
}
