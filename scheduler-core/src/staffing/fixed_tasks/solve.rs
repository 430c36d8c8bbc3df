//! The order of events.

use std::time::Duration;

use super::assignment::NOBODY;
use super::bound;
use super::instance::Instance;
use super::model::{Faults, FixedTasks};
use super::prices::Prices;
use super::search::Search;
use crate::monitor::{Monitor, Progress};

/// How to search, and how long.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Time to use at most. `None`: as long as it takes to prove the optimum.
    pub time: Option<Duration>,
    /// Steps to do at most: insertions of a task. The same number gives the same result on any
    /// machine. `None`: no limit.
    pub steps: Option<u64>,
    /// Seed of the search.
    pub seed: u64,
    /// An assignment to begin from: the worker of each task, where there is one. What of it does not
    /// fit is left out; if all of it fits, the result is never worse.
    pub start: Vec<Option<usize>>,
}

impl Default for Options {
    /// Ten seconds.
    fn default() -> Self {
        Self { time: Some(Duration::from_secs(10)), steps: None, seed: 1, start: Vec::new() }
    }
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The best assignment, if one was found.
    pub assignment: Option<Assigned>,
    /// No assignment has fewer workers. One more than there are workers where it is proven that
    /// there is no assignment.
    pub bound: usize,
    /// Steps done.
    pub steps: u64,
    /// Why the search ended.
    pub ended: Ended,
}

impl Outcome {
    /// Whether it is proven that nothing is better than what was found.
    pub fn is_proven(&self) -> bool {
        self.ended == Ended::Proven
    }
}

/// Who does what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// By task, the worker.
    pub worker: Vec<usize>,
    /// How many workers do something.
    pub workers: usize,
}

/// Why a search ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The assignment has as few workers as the bound, or the bound says that there is none.
    Proven,
    /// The time or the steps were used up.
    Budget,
    /// The caller stopped it.
    Cancelled,
}

/// Steps between two looks at the clock.
const LOOK: u64 = 8;
/// Steps without a better assignment after which prices look for a better bound.
const STALL: u64 = 300;

/// Finds an assignment with few workers and a bound on all assignments.
///
/// # Errors
///
/// All that is wrong with `input`.
pub fn solve(
    input: &FixedTasks,
    options: &Options,
    monitor: &dyn Monitor,
) -> Result<Outcome, Faults> {
    let faults = input.faults();
    if !faults.is_empty() {
        return Err(Faults(faults));
    }
    let instance = Instance::new(input);
    let mut search = Search::new(&instance, options.seed);
    search.begin_from(&start(&instance, &options.start));
    let mut bound = bound::at_a_moment(&instance);
    let mut prices = None;
    let mut since = 0;
    let mut ended = Ended::Proven;
    while bound <= instance.workers {
        if search.is_complete() {
            let workers = search.close_one();
            since = search.steps;
            monitor.progress(&Progress::Assigning { workers: Some(workers), bound });
            if workers <= bound {
                break;
            }
            continue;
        }
        if let Some(why) = over(options, monitor, search.steps) {
            ended = why;
            break;
        }
        search.step();
        if search.steps - since == STALL && prices.is_none() {
            let workers = search.best.as_ref().map(|best| best.1);
            let aim = workers.unwrap_or(instance.workers + 1);
            let found = prices.insert(Prices::new(&instance));
            while found.bound() < aim && !found.is_settled() && over(options, monitor, 0).is_none()
            {
                found.round(aim);
            }
            bound = bound.max(found.bound()).min(instance.workers + 1);
            monitor.progress(&Progress::Assigning { workers, bound });
            if workers.is_some_and(|workers| workers <= bound) {
                break;
            }
        }
    }
    let assignment = search.best.as_ref().map(|(worker, workers)| {
        let mut of = vec![0; worker.len()];
        for (&task, &worker) in instance.task.iter().zip(worker) {
            of[task] = worker as usize;
        }
        Assigned { worker: of, workers: *workers }
    });
    Ok(Outcome { assignment, bound, steps: search.steps, ended })
}

/// Whether it is time to stop.
fn over(options: &Options, monitor: &dyn Monitor, steps: u64) -> Option<Ended> {
    if options.steps.is_some_and(|most| steps >= most) {
        return Some(Ended::Budget);
    }
    if !steps.is_multiple_of(LOOK) {
        return None;
    }
    if monitor.cancelled() {
        return Some(Ended::Cancelled);
    }
    options.time.filter(|&most| monitor.elapsed() >= most).map(|_| Ended::Budget)
}

/// The start by the search's own numbers.
fn start(instance: &Instance, start: &[Option<usize>]) -> Vec<u32> {
    let of = |&task: &usize| match start.get(task) {
        Some(&Some(worker)) if worker < instance.workers => worker as u32,
        _ => NOBODY,
    };
    instance.task.iter().map(of).collect()
}
