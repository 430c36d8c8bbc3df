//! What a caller sets, and how a run ends.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use crate::problem::{Dropped, Plan, StartPlan};

/// How to plan.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// When to stop at the latest.
    pub budget: Budget,
    /// Stop as soon as the proven gap is at most this, 0.001 for a tenth of a percent.
    pub gap: f64,
    /// Seed of the search.
    pub seed: u64,
    /// Threads to use, at most four for each that the machine runs at a time; `None` for as many as
    /// it does.
    pub threads: Option<usize>,
    /// A plan to begin from: yesterday's, one edited by hand, or one of another version of the
    /// scenario. What of it does not fit is dropped and told ([`Outcome::start`]); the plan found is
    /// never worse than what is left of it, once promises, breaks and quotas are kept.
    ///
    /// What is pinned in it stays exactly: a slot, block or break has the same clerk, room and time;
    /// in a pinned stay the clerk keeps the room, so that no other clerk has a task there then and
    /// the clerk none in another room. A pin that cannot be kept is a [`Conflict`] `pin.unmet` that
    /// points into the file of the start. Pins of clerks and rooms of promises and of breaks narrow
    /// the bound; for the others it is that of the problem without them, which holds all the more.
    pub start: Option<Arc<StartPlan>>,
    /// Price, in the unit of the objective, of each slot and walk-in block of [`Self::start`] that
    /// fits, is not pinned and is not in the plan: a slot is where it has the same service (or keeps
    /// the same promise), site, start and clerk, a block where one begins at the same site and time
    /// with the same clerk. The room may change, and so may a block's end. It steers the search; the
    /// objective of the plan is without it. Below 0 and no number count as 0, above a million as a
    /// million.
    pub move_cost: f64,
}

/// How long to plan.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Budget {
    /// Wall-clock time.
    Time(Duration),
    /// Work, in rebuilt stretches of clerks' days: the same plan for the same number, whatever the
    /// machine or the number of threads.
    Steps(u64),
}

impl Default for Options {
    fn default() -> Self {
        Self {
            budget: Budget::Time(Duration::from_secs(10)),
            gap: 0.001,
            seed: 1,
            threads: None,
            start: None,
            move_cost: 0.0,
        }
    }
}

/// Why a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Stop {
    /// Plan and bound meet: no plan is better.
    Optimal,
    /// The gap asked for is proven.
    Gap,
    /// The budget is used up.
    Budget,
    /// The monitor asked to stop.
    Cancelled,
}

/// A plan and what was learnt on the way to it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Outcome {
    /// The plan, with its bound.
    pub plan: Plan,
    /// Shadow prices that prove the bound.
    pub prices: Prices,
    /// Why it ended.
    pub stop: Stop,
    /// Steps done, as in [`Budget::Steps`].
    pub steps: u64,
    /// What became of [`Options::start`].
    pub start: Option<Started>,
}

/// What became of the plan that planning began from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Started {
    /// Entries that do not fit the problem: first those that it has no words for, then in the order
    /// in which they are looked at, by kind and time.
    pub dropped: Vec<Dropped>,
    /// Slots and blocks that are not in the plan, counted as for [`Options::move_cost`].
    pub moved: usize,
    /// How many slots and blocks there were that fit and were not pinned.
    pub of: usize,
}

/// Shadow prices: what one unit more of each scarce thing would add to the bound.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Prices {
    /// Value of a slot more for each pool, by index.
    pub pools: Vec<f64>,
    /// For each site-day, by index, what its rooms are worth.
    pub rooms: Vec<Vec<RoomPrice>>,
    /// Value of a step less that each quota asks for, by index.
    pub quotas: Vec<f64>,
}

/// Rooms of a site that can stand in for each other, and what one more is worth at each step.
#[derive(Debug, Clone, PartialEq)]
pub struct RoomPrice {
    /// Indices of the rooms.
    pub rooms: Vec<usize>,
    /// Value of one more of them for one step, by step of the day.
    pub by_step: Vec<f64>,
}

/// Why there is no plan.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum PlanError {
    /// It is proven that no plan meets all constraints.
    #[error("no plan meets all constraints")]
    Infeasible {
        /// What conflicts, at least one.
        conflicts: Vec<Conflict>,
    },
    /// None was found within the budget, and none was ruled out.
    #[error("no plan was found within the budget")]
    NotFound {
        /// What the best attempt could not meet.
        conflicts: Vec<Conflict>,
    },
    /// The exact engine takes only small problems.
    #[error(
        "the exact engine takes problems of up to {limit} columns, this one has {columns} or more: \
         plan it with the search"
    )]
    TooLarge {
        /// Columns of the program, as far as it was written down.
        columns: usize,
        /// Most that are taken.
        limit: usize,
    },
    /// The exact engine knows neither pins nor a price for moves.
    #[error(
        "the exact engine keeps nothing that a start pins and knows no price for moves: plan with \
         the search"
    )]
    ForSearch,
    /// The solver of the exact engine broke down.
    #[error("the solver failed: {message}")]
    Solver {
        /// What it said.
        message: String,
    },
}

/// Code of the [`Conflict`] that something pinned in a start cannot be kept.
pub const PIN_UNMET: &str = "pin.unmet";

/// One thing that stands in the way of any plan. Shown as `quota.short at /walk_in_quotas/0: …`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Conflict {
    /// Stable code, such as `quota.short`.
    pub code: &'static str,
    /// JSON pointer to what it is about in the scenario, or for [`PIN_UNMET`] in the file of the
    /// start.
    pub pointer: String,
    /// What is wrong, with the values, and what to do.
    pub message: String,
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}: {}", self.code, self.pointer, self.message)
    }
}
