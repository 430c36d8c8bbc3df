//! The fewest clerks that can keep what a plan promises, day by day.
//!
//! Times and rooms stay as the plan has them; only who is there changes. So each site-day is one of
//! [`fixed_tasks`]: the tasks are what must be kept ([`Keep`]), a clerk may do a task if they have
//! its skills and one of their shifts covers it, and the breaks of all their shifts must fit beside
//! their tasks. Who is not needed has breaks as before and nothing else: they are free for the desk,
//! for training, or for a day off.
//!
//! Kept as they are: the clerk of a promise that is pinned to one, whatever is pinned in the plan,
//! and what walk-in blocks count for ([`Keep::walk_ins`]). Free are the stays: who keeps an
//! appointment in another room than their last one moves there. Each site-day is counted by itself.
//!
//! ```
//! use scheduler_core::monitor::WallClock;
//! use scheduler_core::prelude::*;
//! use scheduler_core::staffing::for_plan::{Keep, Options, for_plan};
//!
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! let problem = Problem::new(&Scenario::from_json(json.as_bytes())?)?;
//! let plan = Planner::new(&problem).steps(100).plan()?.plan;
//! let options = Options { keep: Keep { slots: true, walk_ins: true }, ..Options::default() };
//! let staff = for_plan(&problem, &plan, &options, &WallClock::start());
//! assert!(staff.days.iter().all(|day| day.is_proven()));
//! assert!(check(&problem, &staff.plan).is_valid());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod kept;
mod reassigned;

use std::time::Duration;

use super::fixed_tasks::{self, Ended, FixedTasks};
use crate::monitor::Monitor;
use crate::problem::{Plan, Problem};
use kept::{Kept, kept};

/// What must be kept besides promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Slots that are published and not promised to anybody. Without, they are given up.
    pub slots: bool,
    /// Walk-in blocks. They may change hands where that takes nothing from a quota: whoever holds
    /// one has the skills of the quotas that it counts for now. Without, they are given up, and
    /// quotas may lack them.
    pub walk_ins: bool,
}

impl Default for Keep {
    /// Promises and walk-in blocks.
    fn default() -> Self {
        Self { slots: false, walk_ins: true }
    }
}

/// How to search, and how long.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// What must be kept.
    pub keep: Keep,
    /// Time for all site-days together.
    pub time: Option<Duration>,
    /// Steps for each site-day; the same number gives the same result on any machine.
    pub steps: Option<u64>,
    /// Seed of the search.
    pub seed: u64,
}

impl Default for Options {
    /// Ten seconds.
    fn default() -> Self {
        Self { keep: Keep::default(), time: Some(Duration::from_secs(10)), steps: None, seed: 1 }
    }
}

/// Who is needed, day by day.
#[derive(Debug, Clone, PartialEq)]
pub struct StaffForPlan {
    /// Each site-day on which there is a shift or something to keep, in order of date and site.
    pub days: Vec<DayStaff>,
    /// What is kept, by those who are needed. Site-days for which nobody was found are as in the
    /// plan given.
    pub plan: Plan,
}

/// Who is needed on a site-day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayStaff {
    /// Index into [`Problem::site_days`].
    pub site_day: usize,
    /// Promises that are kept.
    pub promises: usize,
    /// Other slots that are kept.
    pub slots: usize,
    /// Walk-in blocks that are kept.
    pub walk_in_blocks: usize,
    /// How many clerks the given plan has for them.
    pub planned: usize,
    /// Who is needed, as indices into [`Problem::clerks`]; `None` where nobody was found for all
    /// that must be kept.
    pub needed: Option<Vec<usize>>,
    /// The other clerks with a shift: they have breaks only. Empty where `needed` is `None`.
    pub free: Vec<usize>,
    /// No fewer clerks suffice. One more than have a shift where it is proven that all of them
    /// cannot keep it.
    pub bound: usize,
    /// Why the search ended.
    pub ended: Ended,
}

impl DayStaff {
    /// Whether it is proven that nothing is better than what was found.
    pub fn is_proven(&self) -> bool {
        self.ended == Ended::Proven
    }
}

/// The fewest clerks that keep what `plan` has, day by day.
///
/// The plan may break rules, such as when somebody is ill who was not when it was made: whatever of
/// it cannot stay is given to others. Indices that are not those of `problem` are a caller's error.
pub fn for_plan(
    problem: &Problem,
    plan: &Plan,
    options: &Options,
    monitor: &dyn Monitor,
) -> StaffForPlan {
    let (sites, dates) = (problem.sites.len(), problem.dates.len());
    let order = (0..dates).flat_map(|day| (0..sites).map(move |site| problem.site_day(site, day)));
    let all: Vec<Kept<'_>> =
        order.map(|site_day| kept(problem, plan, options.keep, site_day)).collect();
    let all: Vec<Kept<'_>> = all.into_iter().filter(|kept| !kept.is_empty()).collect();
    let mut days = Vec::with_capacity(all.len());
    let mut made = reassigned::Reassigned::new(problem, plan);
    for (index, kept) in all.iter().enumerate() {
        let time = options.time.map(|all_time| {
            let now = monitor.elapsed();
            now + all_time.saturating_sub(now) / (all.len() - index) as u32
        });
        let solve = fixed_tasks::Options {
            time,
            steps: options.steps,
            seed: options.seed,
            start: kept.start.clone(),
        };
        days.push(day(kept, &solve, monitor, &mut made));
    }
    StaffForPlan { days, plan: made.plan() }
}

fn day(
    kept: &Kept<'_>,
    solve: &fixed_tasks::Options,
    monitor: &dyn Monitor,
    made: &mut reassigned::Reassigned<'_>,
) -> DayStaff {
    let outcome = fixed_tasks::solve(&kept.input, solve, monitor);
    // Its own tasks have no faults but those of a plan whose windows are empty.
    let (assignment, bound, ended) = match outcome {
        Ok(outcome) => (outcome.assignment, outcome.bound, outcome.ended),
        Err(_) => (None, kept.clerks.len() + 1, Ended::Proven),
    };
    let mut planned: Vec<usize> = kept.entries.iter().map(kept::Entry::clerk).collect();
    planned.sort_unstable();
    planned.dedup();
    let mut needed = None;
    let mut free = Vec::new();
    if let Some(assigned) = &assignment {
        let mut busy = vec![false; kept.clerks.len()];
        for &worker in &assigned.worker {
            busy[worker] = true;
        }
        let of = |wanted: bool| {
            let clerks = kept.clerks.iter().zip(&busy).filter(|&(_, &busy)| busy == wanted);
            clerks.map(|(&clerk, _)| clerk).collect::<Vec<_>>()
        };
        (needed, free) = (Some(of(true)), of(false));
    }
    made.add(kept, assignment.as_ref());
    let promises = kept.entries.iter().filter(|entry| entry.is_promise()).count();
    let slots = kept.entries.iter().filter(|entry| entry.is_slot()).count() - promises;
    DayStaff {
        site_day: kept.site_day,
        promises,
        slots,
        walk_in_blocks: kept.entries.len() - promises - slots,
        planned: planned.len(),
        needed,
        free,
        bound,
        ended,
    }
}

impl Kept<'_> {
    /// Whether nobody is there, and nothing to do.
    fn is_empty(&self) -> bool {
        let FixedTasks { tasks, workers } = &self.input;
        tasks.is_empty() && workers.is_empty()
    }
}
