//! What is asked: tasks at fixed times, and who may do them.

use thiserror::Error;

/// A half-open stretch of time `[from, until)`, in any unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First moment inside.
    pub from: u32,
    /// First moment after.
    pub until: u32,
}

impl Span {
    /// `[from, until)`.
    pub fn new(from: u32, until: u32) -> Self {
        Self { from, until }
    }

    /// Whether some moment is in both.
    #[inline]
    pub fn overlaps(self, other: Self) -> bool {
        self.from < other.until && other.from < self.until
    }
}

/// A break that a worker has to have: one stretch of `length` without a task.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// How long.
    pub length: u32,
    /// It lies within one of these: disjoint, in order.
    pub places: Vec<Span>,
}

impl Break {
    /// The earliest end of this break when it begins at `free` at the earliest.
    pub fn earliest_end(&self, free: u32) -> Option<u32> {
        self.places.iter().find_map(|place| {
            let end = place.from.max(free).checked_add(self.length)?;
            (end <= place.until).then_some(end)
        })
    }
}

/// Somebody who may do some of the tasks, one at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Worker {
    /// Indices of the tasks that the worker may do. Those that leave no place for a break count as
    /// if they were not here.
    pub may_do: Vec<usize>,
    /// Breaks to hold beside the tasks, in this order: each begins when the one before has ended or
    /// later.
    pub breaks: Vec<Break>,
}

/// Tasks at fixed times and the workers for them: which fewest workers can do all tasks?
///
/// Known as the shift minimisation personnel task scheduling problem (Krishnamoorthy, Ernst,
/// Baatar 2012, doi:10.1016/j.ejor.2011.11.034), here with breaks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FixedTasks {
    /// When each task is done.
    pub tasks: Vec<Span>,
    /// Who there is.
    pub workers: Vec<Worker>,
}

/// Why tasks and workers make no sense.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Fault {
    /// A task ends before it lasts.
    #[error("task {task} lasts from {} to {}; it must end after it begins", span.from, span.until)]
    TaskEmpty {
        /// Index of the task.
        task: usize,
        /// Its time.
        span: Span,
    },
    /// A worker may do a task that is not there.
    #[error("worker {worker} may do task {task}; there are {tasks}, counted from 0")]
    TaskUnknown {
        /// Index of the worker.
        worker: usize,
        /// What was named.
        task: usize,
        /// Number of tasks.
        tasks: usize,
    },
    /// There is more than fits into the numbers that the search counts with.
    #[error("{tasks} tasks and {workers} workers; the product may be at most {most}")]
    TooLarge {
        /// Number of tasks.
        tasks: usize,
        /// Number of workers.
        workers: usize,
        /// Largest product.
        most: usize,
    },
}

/// Everything that is wrong with tasks and workers.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Faults(pub Vec<Fault>);

/// Most tasks times workers: a table of that many numbers is kept.
const MOST: usize = 100_000_000;

impl FixedTasks {
    /// Everything that is wrong.
    pub(super) fn faults(&self) -> Vec<Fault> {
        let (tasks, workers) = (self.tasks.len(), self.workers.len());
        let empty = self.tasks.iter().enumerate().filter(|(_, span)| span.from >= span.until);
        let mut faults: Vec<_> =
            empty.map(|(task, &span)| Fault::TaskEmpty { task, span }).collect();
        for (worker, one) in self.workers.iter().enumerate() {
            let unknown = one.may_do.iter().filter(|&&task| task >= tasks);
            faults.extend(unknown.map(|&task| Fault::TaskUnknown { worker, task, tasks }));
        }
        if tasks.max(1).saturating_mul(workers.max(tasks)) > MOST {
            faults.push(Fault::TooLarge { tasks, workers, most: MOST });
        }
        faults
    }
}
