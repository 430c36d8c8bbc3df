//! Long work as its caller sees it: where it stands, and a stop button.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use scheduler_core::monitor::{Monitor, Progress};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a job is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStage {
    /// Plans are made.
    Planning,
    /// Days are simulated.
    Simulating,
    /// Rosters are looked for.
    Staffing,
}

/// How far a job is. What does not apply to its kind, or is not known yet, is missing.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobProgress {
    /// Time since this attempt began, in milliseconds.
    pub elapsed_ms: u64,
    /// What it is at.
    pub stage: JobStage,
    /// Steps of search done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub steps: Option<u64>,
    /// Objective of the best plan so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub objective: Option<f64>,
    /// No plan has a larger objective.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub upper_bound: Option<f64>,
    /// Scenarios of a comparison that are done with this stage, the base included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub scenarios_done: Option<u64>,
    /// Scenarios of a comparison in all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub scenarios: Option<u64>,
    /// Replications done of the scenario that is simulated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub replications: Option<u64>,
    /// Largest half width over value of its headline figures so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub precision_reached: Option<f64>,
    /// Rosters that were simulated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub rosters: Option<u64>,
    /// Cost a week of the cheapest of them that seems to reach the targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub cost: Option<f64>,
    /// No roster that reaches them costs less.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub lower_bound: Option<f64>,
}

impl JobProgress {
    /// A job that is at `stage`.
    pub fn at(stage: JobStage) -> Self {
        Self {
            elapsed_ms: 0,
            stage,
            steps: None,
            objective: None,
            upper_bound: None,
            scenarios_done: None,
            scenarios: None,
            replications: None,
            precision_reached: None,
            rosters: None,
            cost: None,
            lower_bound: None,
        }
    }
}

/// A run of long work: what the time is, where it stands, and a stop button.
#[derive(Debug)]
pub struct Run {
    start: Mutex<Instant>,
    cancelled: AtomicBool,
    /// How long it may take.
    limit: Option<Duration>,
    out_of_time: AtomicBool,
    progress: Mutex<Option<JobProgress>>,
}

impl Run {
    /// A run that begins at `now`.
    pub fn new(now: Instant) -> Arc<Self> {
        Arc::new(Self {
            start: Mutex::new(now),
            cancelled: AtomicBool::new(false),
            limit: None,
            out_of_time: AtomicBool::new(false),
            progress: Mutex::default(),
        })
    }

    /// A run that begins at `now` and is asked to stop after `limit`.
    pub fn limited(now: Instant, limit: Duration) -> Arc<Self> {
        Arc::new(Self {
            start: Mutex::new(now),
            cancelled: AtomicBool::new(false),
            limit: Some(limit),
            out_of_time: AtomicBool::new(false),
            progress: Mutex::default(),
        })
    }

    /// Begins now: what it waited before does not count.
    pub fn begin(&self, now: Instant) {
        *self.start.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// Time since it began.
    pub fn time(&self) -> Duration {
        self.start.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// Asks it to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop.
    pub fn is_cancelled(&self) -> bool {
        if self.limit.is_some_and(|limit| self.time() >= limit) {
            self.out_of_time.store(true, Ordering::Relaxed);
            return true;
        }
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Whether it was told to stop because its time was up: what it came to is not all that it
    /// could.
    pub fn ran_out_of_time(&self) -> bool {
        self.out_of_time.load(Ordering::Relaxed)
    }

    /// Says where it stands.
    pub fn report(&self, progress: JobProgress) {
        let elapsed_ms = u64::try_from(self.time().as_millis()).unwrap_or(u64::MAX);
        let progress = JobProgress { elapsed_ms, ..progress };
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    }

    /// Where it stood when it last said so.
    pub fn latest(&self) -> Option<JobProgress> {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A guard that stops the run when dropped, as it is when the client hangs up.
    pub fn stop_when_dropped(self: &Arc<Self>) -> StopWhenDropped {
        StopWhenDropped(Arc::clone(self))
    }
}

/// Stops a run when dropped.
#[derive(Debug)]
pub struct StopWhenDropped(Arc<Run>);

impl Drop for StopWhenDropped {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

impl Monitor for Run {
    fn elapsed(&self) -> Duration {
        self.time()
    }

    fn cancelled(&self) -> bool {
        self.is_cancelled()
    }

    fn progress(&self, progress: &Progress) {
        let count = |number: usize| Some(number as u64);
        self.report(match *progress {
            Progress::Planning(planning) => JobProgress {
                steps: Some(planning.steps),
                objective: planning.objective,
                upper_bound: finite(planning.upper_bound),
                ..JobProgress::at(JobStage::Planning)
            },
            Progress::PlanningScenarios { done, scenarios } => JobProgress {
                scenarios_done: count(done),
                scenarios: count(scenarios),
                ..JobProgress::at(JobStage::Planning)
            },
            Progress::Simulating(simulation) => {
                let is_comparison = simulation.scenarios > 1;
                JobProgress {
                    scenarios_done: count(simulation.scenario).filter(|_| is_comparison),
                    scenarios: count(simulation.scenarios).filter(|_| is_comparison),
                    replications: Some(simulation.replications),
                    precision_reached: finite(simulation.reached),
                    ..JobProgress::at(JobStage::Simulating)
                }
            }
            Progress::Staffing(staffing) => JobProgress {
                rosters: Some(staffing.trials),
                cost: staffing.cost,
                lower_bound: finite(staffing.bound),
                ..JobProgress::at(JobStage::Staffing)
            },
            // Of a kind that is newer than this.
            _ => return,
        });
    }
}

/// Numbers that JSON has.
fn finite(number: f64) -> Option<f64> {
    Some(number).filter(|number| number.is_finite())
}
