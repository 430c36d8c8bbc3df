//! Guided ejection: fewer workers one by one, until all tasks have found a place again.

use super::assignment::{Assignment, NEVER, NOBODY};
use super::chain::Chains;
use super::instance::Instance;
use super::random::Random;

/// Random moves for nothing after each step that left something out.
const SHUFFLES: usize = 20;

/// A state in which some workers are closed: they do nothing. Whoever opens and closes them keeps
/// the number of those open one below the best assignment that is known.
#[derive(Debug)]
pub(super) struct Search<'a> {
    state: Assignment<'a>,
    open: Vec<bool>,
    /// Tasks that nobody does.
    pool: Vec<u32>,
    chains: Chains,
    random: Random,
    /// Insertions so far.
    pub(super) steps: u64,
    /// The best assignment: the worker of each task, and how many there are.
    pub(super) best: Option<(Vec<u32>, usize)>,
    left: Vec<u32>,
    goes: Vec<u32>,
}

/// One worker instead of another.
#[derive(Debug, Clone, Copy)]
struct Exchange {
    comes: u32,
    leaves: u32,
    cost: u32,
}

impl<'a> Search<'a> {
    /// From nothing, with all workers.
    pub(super) fn new(instance: &'a Instance, seed: u64) -> Self {
        Self {
            state: Assignment::new(instance),
            open: vec![true; instance.workers],
            pool: (0..instance.tasks() as u32).collect(),
            chains: Chains::new(instance.tasks()),
            random: Random::new(seed),
            steps: 0,
            best: None,
            left: Vec::new(),
            goes: Vec::new(),
        }
    }

    /// Gives each task to the worker that `start` names, where that fits.
    pub(super) fn begin_from(&mut self, start: &[u32]) {
        let mut pool = std::mem::take(&mut self.pool);
        pool.retain(|&task| {
            let worker = start[task as usize];
            let fits = worker != NOBODY
                && self.state.instance.may(task, worker)
                && self.state.cost(task, worker) == 0;
            if fits {
                self.state.put(task, worker);
            }
            !fits
        });
        self.pool = pool;
    }

    /// Whether all tasks have a worker: then the assignment is noted, and [`Self::close_one`] is
    /// next.
    pub(super) fn is_complete(&self) -> bool {
        self.pool.is_empty()
    }

    /// Gives one of the tasks that nobody does to somebody, whatever has to go for it.
    pub(super) fn step(&mut self) {
        self.steps += 1;
        let at = self.random.below(self.pool.len());
        let task = self.pool.swap_remove(at);
        let exchange =
            if self.state.weight(task) > 1 { self.cheapest_exchange(task) } else { None };
        let limit = exchange.map_or(NEVER, |exchange| exchange.cost);
        let chain = self.chains.find(&mut self.state, &self.open, task, limit, &mut self.random);
        let free = chain.is_some_and(|chain| chain.cost == 0);
        if !free {
            self.state.raise(task);
        }
        match (chain, exchange) {
            (Some(chain), _) => self.chains.apply(&mut self.state, chain, &mut self.pool),
            (None, Some(exchange)) => self.exchange(task, exchange),
            (None, None) => self.pool.push(task),
        }
        if !free {
            self.shuffle();
        }
    }

    /// Moves some tasks to other workers, with nothing left out: what has to go for one of them goes
    /// the other way.
    fn shuffle(&mut self) {
        let instance = self.state.instance;
        for _ in 0..SHUFFLES {
            let task = self.random.below(instance.tasks()) as u32;
            let now = self.state.worker[task as usize];
            let able = instance.able.of(task);
            if now == NOBODY {
                continue;
            }
            let worker = able[self.random.below(able.len())];
            if worker == now || !self.open[worker as usize] {
                continue;
            }
            match self.state.cost(task, worker) {
                0 => {
                    self.state.take(task);
                    self.state.put(task, worker);
                }
                NEVER => {}
                _ => self.swap(task, now, worker),
            }
        }
    }

    /// Moves `task` from `one` to `other`, and what has to go for it the other way, if that fits.
    fn swap(&mut self, task: u32, one: u32, other: u32) {
        let instance = self.state.instance;
        let weight = self.state.weight(task);
        self.state.goes(task, other, &mut self.goes);
        let fits = self.goes.iter().all(|&back| {
            let beside = if instance.clash(task, back) { weight } else { 0 };
            instance.may(back, one) && self.state.clashing(back, one) == beside
        });
        if !fits {
            return;
        }
        self.state.take(task);
        for &back in &self.goes {
            self.state.take(back);
        }
        self.state.put(task, other);
        for (count, &back) in self.goes.iter().enumerate() {
            if self.state.cost(back, one) == 0 {
                self.state.put(back, one);
                continue;
            }
            // No room for a break any more.
            for &back in &self.goes[..count] {
                self.state.take(back);
            }
            self.state.take(task);
            for &back in &self.goes {
                self.state.put(back, other);
            }
            self.state.put(task, one);
            return;
        }
    }

    /// The closed worker who does `task` instead of an open one, with as many of their tasks as
    /// possible, for which least is left out.
    fn cheapest_exchange(&mut self, task: u32) -> Option<Exchange> {
        let instance = self.state.instance;
        let mut best: Option<Exchange> = None;
        let mut ties = 0;
        for &comes in instance.able.of(task) {
            if self.open[comes as usize] {
                continue;
            }
            for leaves in 0..instance.workers as u32 {
                if !self.open[leaves as usize] {
                    continue;
                }
                let limit = best.map_or(NEVER, |best| best.cost);
                let cost = self.exchange_cost(task, comes, leaves);
                ties = if cost < limit { 1 } else { ties + 1 };
                if cost < limit || cost == limit && self.random.below(ties) == 0 {
                    best = Some(Exchange { comes, leaves, cost });
                }
            }
        }
        best.filter(|best| best.cost < NEVER)
    }

    fn exchange_cost(&mut self, task: u32, comes: u32, leaves: u32) -> u32 {
        let instance = self.state.instance;
        let list = &self.state.tasks[leaves as usize];
        let mut cost = 0;
        if instance.breaks[comes as usize].is_empty() {
            for &other in list {
                if !instance.may(other, comes) || instance.clash(other, task) {
                    cost += self.state.weight(other);
                }
            }
            return cost;
        }
        self.left.clear();
        for &other in list {
            if instance.may(other, comes) {
                self.left.push(other);
            } else {
                cost += self.state.weight(other);
            }
        }
        let goes = self.state.goes_of(&self.left, task, comes, &mut self.goes);
        cost.saturating_add(goes)
    }

    fn exchange(&mut self, task: u32, Exchange { comes, leaves, .. }: Exchange) {
        let instance = self.state.instance;
        self.left.clear();
        while let Some(&other) = self.state.tasks[leaves as usize].last() {
            self.state.take(other);
            if instance.may(other, comes) {
                self.left.push(other);
            } else {
                self.pool.push(other);
            }
        }
        self.left.reverse();
        self.state.goes_of(&self.left, task, comes, &mut self.goes);
        for &other in &self.left {
            if self.goes.contains(&other) {
                self.pool.push(other);
            } else {
                self.state.put(other, comes);
            }
        }
        self.state.put(task, comes);
        self.open[leaves as usize] = false;
        self.open[comes as usize] = true;
    }

    /// Notes the assignment, closes whoever does nothing and one worker more: who does least, among
    /// equals who may do least. How many workers the assignment has.
    pub(super) fn close_one(&mut self) -> usize {
        let tasks = &self.state.tasks;
        for (open, list) in self.open.iter_mut().zip(tasks) {
            *open &= !list.is_empty();
        }
        let working = (0..tasks.len()).filter(|&worker| self.open[worker]);
        let used = working.clone().count();
        self.best = Some((self.state.worker.clone(), used));
        let skilled = &self.state.instance.skilled;
        let key = |&worker: &usize| (tasks[worker].len(), skilled.of(worker as u32).len());
        if let Some(worker) = working.min_by_key(key) {
            self.open[worker] = false;
            while let Some(&task) = self.state.tasks[worker].last() {
                self.state.take(task);
                self.pool.push(task);
            }
        }
        used
    }
}
