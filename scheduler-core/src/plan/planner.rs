//! Planning by one call, for whoever wants no more than that.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::{Budget, Options, Outcome, PlanError, plan};
use crate::monitor::{Monitor, PlanningProgress, Progress, WallClock};
use crate::problem::{Problem, StartPlan};

/// A stop button: all clones of it are one. It stays pressed.
#[derive(Debug, Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A button that nobody has pressed.
    pub fn new() -> Self {
        Self::default()
    }

    /// Stops what has this button, from any thread.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was pressed.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Told how far planning is.
type Listener<'a> = Box<dyn Fn(&PlanningProgress) + Sync + 'a>;

/// Plans a problem: [`plan()`] with a clock, a stop button and an ear.
///
/// ```
/// # use scheduler_core::prelude::*;
/// # let (eight, nine) = (Clock::at(8, 0), Clock::at(9, 0));
/// # let date = "2027-03-01".parse()?;
/// # let scenario = Scenario::builder("Europe/Berlin", date, date)
/// #     .site(Site::new("hall").open(eight, nine))
/// #     .room(Room::new("counter", "hall"))
/// #     .service(Service::new("card", 15))
/// #     .staff(Staff::new("ada").shift(Shift::new("hall", eight, nine)))
/// #     .demand(Demand::new("cards", "card", "hall", 10.0))
/// #     .build();
/// # let problem = Problem::new(&scenario)?;
/// let stop = Cancel::new();
/// let outcome = Planner::new(&problem)
///     .seconds(10.0)
///     .gap(0.001)
///     .cancel(&stop)
///     .on_progress(|now| println!("{:?} of at most {:.1}", now.objective, now.upper_bound))
///     .plan()?;
/// println!("{:.1} of at most {:.1}", outcome.plan.objective, outcome.plan.upper_bound);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use = "nothing is planned before `plan`"]
pub struct Planner<'a> {
    problem: &'a Problem,
    options: Options,
    cancel: Cancel,
    listener: Option<Listener<'a>>,
}

impl<'a> Planner<'a> {
    /// Plans `problem` with the default [`Options`].
    pub fn new(problem: &'a Problem) -> Self {
        Self { problem, options: Options::default(), cancel: Cancel::new(), listener: None }
    }

    /// Takes these options.
    pub fn options(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// Stops after so many seconds at the latest: none where not above 0.
    pub fn seconds(mut self, seconds: f64) -> Self {
        let time = Duration::try_from_secs_f64(seconds.max(0.0)).unwrap_or(Duration::MAX);
        self.options.budget = Budget::Time(time);
        self
    }

    /// Stops after so many steps at the latest, with the same plan on any machine.
    pub fn steps(mut self, steps: u64) -> Self {
        self.options.budget = Budget::Steps(steps);
        self
    }

    /// Stops as soon as this gap is proven, 0.001 for a tenth of a percent.
    pub fn gap(mut self, gap: f64) -> Self {
        self.options.gap = gap;
        self
    }

    /// Seed of the search.
    pub fn seed(mut self, seed: u64) -> Self {
        self.options.seed = seed;
        self
    }

    /// Threads to use; as many as the machine runs where this is not called.
    pub fn threads(mut self, threads: usize) -> Self {
        self.options.threads = Some(threads);
        self
    }

    /// Begins from a plan, see [`Options::start`].
    pub fn start(mut self, start: impl Into<StartPlan>) -> Self {
        self.options.start = Some(Arc::new(start.into()));
        self
    }

    /// Price of each task of the start that is moved, see [`Options::move_cost`].
    pub fn move_cost(mut self, cost: f64) -> Self {
        self.options.move_cost = cost;
        self
    }

    /// Stops when `cancel` is pressed, with the best plan so far.
    pub fn cancel(mut self, cancel: &Cancel) -> Self {
        self.cancel = cancel.clone();
        self
    }

    /// Calls `listener` from time to time, from whatever thread.
    pub fn on_progress(mut self, listener: impl Fn(&PlanningProgress) + Sync + 'a) -> Self {
        self.listener = Some(Box::new(listener));
        self
    }

    /// Plans.
    ///
    /// # Errors
    /// Those of [`plan()`].
    pub fn plan(self) -> Result<Outcome, PlanError> {
        plan(self.problem, &self.options, &Watching { planner: &self, clock: WallClock::start() })
    }
}

impl std::fmt::Debug for Planner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Planner").field("options", &self.options).finish_non_exhaustive()
    }
}

struct Watching<'a> {
    planner: &'a Planner<'a>,
    clock: WallClock,
}

impl Monitor for Watching<'_> {
    fn elapsed(&self) -> Duration {
        self.clock.elapsed()
    }

    fn cancelled(&self) -> bool {
        self.planner.cancel.is_cancelled()
    }

    fn progress(&self, progress: &Progress) {
        if let (Some(listener), Progress::Planning(now)) = (&self.planner.listener, progress) {
            listener(now);
        }
    }
}
