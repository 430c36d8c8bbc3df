//! Chains of tasks that push each other from worker to worker, so that one more finds a place.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::assignment::{Assignment, NEVER, NOBODY};
use super::random::Random;

/// Longest chain.
const LONGEST: usize = 24;

/// Finds chains by a shortest path over tasks: a task goes to a worker, one of those that have to go
/// for it goes on to another worker, the others are left out; at the end nothing has to go, or all
/// that has to is left out. What is left out is what a chain costs. No worker is in a chain twice,
/// so what each step costs does not depend on the others.
#[derive(Debug, Default)]
pub(super) struct Chains {
    /// By task: the least cost at which it is pushed out, valid in the search with number `seen`.
    cost: Vec<u32>,
    seen: Vec<u32>,
    /// By task: which task pushes it out.
    pusher: Vec<u32>,
    search: u32,
    /// Cheapest first, among equals by a random number.
    queue: BinaryHeap<(Reverse<u32>, u32, u32)>,
    /// Workers of the chain that ends in the task in hand.
    busy: Vec<u32>,
    goes: Vec<u32>,
    path: Vec<u32>,
    owners: Vec<u32>,
    /// Tasks looked at so far.
    pub(super) looked: u64,
}

/// The end of a chain: its last task goes to this worker.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    task: u32,
    worker: u32,
    /// Weight of what is left out.
    pub(super) cost: u32,
}

impl Chains {
    pub(super) fn new(tasks: usize) -> Self {
        Self {
            cost: vec![0; tasks],
            seen: vec![0; tasks],
            pusher: vec![NOBODY; tasks],
            ..Self::default()
        }
    }

    /// The cheapest chain found that gives `task`, which nobody does, to a worker of those `open`,
    /// if it costs less than `limit`.
    pub(super) fn find(
        &mut self,
        state: &mut Assignment<'_>,
        open: &[bool],
        task: u32,
        limit: u32,
        random: &mut Random,
    ) -> Option<Chain> {
        self.search = self.search.wrapping_add(1);
        self.queue.clear();
        self.reach(task, 0, NOBODY, 0);
        let (mut best, mut limit) = (None, limit);
        while let Some((Reverse(so_far), _, task)) = self.queue.pop() {
            if so_far >= limit {
                break;
            }
            if so_far > self.cost[task as usize] || !self.note_busy(state, task) {
                continue;
            }
            self.looked += 1;
            let able = state.instance.able.of(task);
            let first = random.below(able.len());
            for &worker in able[first..].iter().chain(&able[..first]) {
                if !open[worker as usize] || self.busy.contains(&worker) {
                    continue;
                }
                let cost = state.cost(task, worker);
                if cost == 0 {
                    return Some(Chain { task, worker, cost: so_far });
                }
                if cost == NEVER {
                    continue;
                }
                if so_far + cost < limit {
                    limit = so_far + cost;
                    best = Some(Chain { task, worker, cost: limit });
                }
                self.push(state, task, worker, so_far + cost, limit, random);
            }
        }
        best
    }

    /// Goes on with each of the tasks that have to go for `task` at `worker`.
    #[inline]
    fn push(
        &mut self,
        state: &mut Assignment<'_>,
        task: u32,
        worker: u32,
        cost: u32,
        limit: u32,
        random: &mut Random,
    ) {
        if state.instance.breaks[worker as usize].is_empty() {
            let span = state.instance.spans[task as usize];
            for &other in &state.tasks[worker as usize] {
                let there = state.instance.spans[other as usize];
                if there.from >= span.until {
                    break;
                }
                if there.until > span.from {
                    self.offer(other, cost - state.weight(other), limit, task, random);
                }
            }
            return;
        }
        let mut goes = std::mem::take(&mut self.goes);
        state.goes(task, worker, &mut goes);
        for &other in &goes {
            self.offer(other, cost - state.weight(other), limit, task, random);
        }
        self.goes = goes;
    }

    #[inline]
    fn offer(&mut self, task: u32, cost: u32, limit: u32, pusher: u32, random: &mut Random) {
        let at = task as usize;
        if cost < limit && (self.seen[at] != self.search || cost < self.cost[at]) {
            let tie = random.below(1 << 30) as u32;
            self.reach(task, cost, pusher, tie);
        }
    }

    fn reach(&mut self, task: u32, cost: u32, pusher: u32, tie: u32) {
        self.seen[task as usize] = self.search;
        self.cost[task as usize] = cost;
        self.pusher[task as usize] = pusher;
        self.queue.push((Reverse(cost), tie, task));
    }

    /// Notes the workers of the chain that ends in `task`; whether it may become longer.
    fn note_busy(&mut self, state: &Assignment<'_>, task: u32) -> bool {
        self.busy.clear();
        let mut at = task;
        while at != NOBODY {
            if self.busy.len() == LONGEST {
                return false;
            }
            self.busy.push(state.worker[at as usize]);
            at = self.pusher[at as usize];
        }
        true
    }

    /// Does what the chain found last says. What is left out goes to `out`.
    pub(super) fn apply(&mut self, state: &mut Assignment<'_>, chain: Chain, out: &mut Vec<u32>) {
        self.path.clear();
        self.owners.clear();
        let mut at = chain.task;
        while at != NOBODY {
            self.path.push(at);
            self.owners.push(state.worker[at as usize]);
            at = self.pusher[at as usize];
        }
        for &task in &self.path {
            if state.worker[task as usize] != NOBODY {
                state.take(task);
            }
        }
        let mut worker = chain.worker;
        for (&task, &owner) in self.path.iter().zip(&self.owners) {
            state.goes(task, worker, &mut self.goes);
            for &other in &self.goes {
                state.take(other);
                out.push(other);
            }
            state.put(task, worker);
            worker = owner;
        }
    }
}
