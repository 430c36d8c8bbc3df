//! The caller's side of long computations: a clock, a stop button and an ear.
//!
//! The library reads no clock of its own. [`plan`](crate::plan::plan()),
//! [`simulate`](crate::simulate::run::simulate) and [`compare`](crate::compare::compare()) ask a
//! [`Monitor`] for the time and whether to stop, and tell it how far they are. [`WallClock`] is
//! enough for who only waits for the result.
//!
//! ```
//! use std::time::{Duration, Instant};
//! use scheduler_core::monitor::{Monitor, Progress};
//!
//! /// Stops whatever it watches after a minute.
//! struct Minute(Instant);
//!
//! impl Monitor for Minute {
//!     fn elapsed(&self) -> Duration {
//!         self.0.elapsed()
//!     }
//!
//!     fn cancelled(&self) -> bool {
//!         self.elapsed() >= Duration::from_secs(60)
//!     }
//!
//!     fn progress(&self, progress: &Progress) {
//!         if let Progress::Simulating(now) = progress {
//!             println!("{} replications", now.replications);
//!         }
//!     }
//! }
//!
//! assert!(!Minute(Instant::now()).cancelled());
//! ```

use std::time::{Duration, Instant};

/// What a caller lends to a long computation.
pub trait Monitor: Sync {
    /// Time since the computation began. Budgets of time are measured by it: where it stands still
    /// they never end.
    fn elapsed(&self) -> Duration;

    /// Whether to stop now, with the best that is known so far.
    fn cancelled(&self) -> bool {
        false
    }

    /// Called from time to time with the state of the computation, also from several threads at
    /// once.
    fn progress(&self, _progress: &Progress) {}
}

/// A monitor that only tells the time.
#[derive(Debug, Clone, Copy)]
pub struct WallClock(Instant);

impl WallClock {
    /// A clock that starts now.
    pub fn start() -> Self {
        Self(Instant::now())
    }
}

impl Monitor for WallClock {
    fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}

/// How far a computation is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Progress {
    /// A plan is being searched for.
    Planning(PlanningProgress),
    /// The scenarios of a comparison are being planned.
    PlanningScenarios {
        /// Scenarios that have their plan.
        done: usize,
        /// Scenarios in all.
        scenarios: usize,
    },
    /// A scenario is being simulated.
    Simulating(SimulationProgress),
    /// The fewest workers for fixed tasks are being searched for.
    Assigning {
        /// Workers of the best assignment so far, if there is one.
        workers: Option<usize>,
        /// No assignment has fewer.
        bound: usize,
    },
    /// Rosters are being looked for.
    Staffing(StaffingProgress),
}

/// How far the search for a roster is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct StaffingProgress {
    /// Time since it began.
    pub elapsed: Duration,
    /// Rosters that were simulated.
    pub trials: u64,
    /// Cost a week of the cheapest that seems to reach the targets, if there is one.
    pub cost: Option<f64>,
    /// No roster that reaches them costs less.
    pub bound: f64,
}

impl StaffingProgress {
    /// After `trials` rosters.
    pub fn new(elapsed: Duration, trials: u64, (cost, bound): (Option<f64>, f64)) -> Self {
        Self { elapsed, trials, cost, bound }
    }
}

/// How far the search for a plan is.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PlanningProgress {
    /// Time since it began.
    pub elapsed: Duration,
    /// Steps done, as in [`Budget::Steps`](crate::plan::Budget::Steps).
    pub steps: u64,
    /// Objective of the best plan so far, if there is one.
    pub objective: Option<f64>,
    /// Best bound so far; infinite before there is one.
    pub upper_bound: f64,
}

/// How far a simulation is. In a comparison scenario 0 is the base; variants that change nothing are
/// left out, and further plans of the base come last, each as a scenario.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SimulationProgress {
    /// Which scenario is being simulated; 0 outside comparisons.
    pub scenario: usize,
    /// Scenarios in all; 1 outside comparisons.
    pub scenarios: usize,
    /// Replications of it that are done.
    pub replications: u64,
    /// Most replications that may be done.
    pub most: u64,
    /// Worst relative precision of its headline figures; infinite before it is known.
    pub reached: f64,
}

impl SimulationProgress {
    /// Of the scenario with this number among so many: `replications` of at most `most`, whose worst
    /// relative precision is `reached`.
    pub fn new(
        (scenario, scenarios): (usize, usize),
        (replications, most): (u64, u64),
        reached: f64,
    ) -> Self {
        Self { scenario, scenarios, replications, most, reached }
    }
}
