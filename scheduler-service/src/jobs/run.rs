//! Long work as its caller sees it: where it stands, and a stop button.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use scheduler_core::plan::{Monitor, Progress};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How far a job is. What does not apply to its kind, or is not known yet, is missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct JobProgress {
    /// Time since this attempt began, in milliseconds.
    pub elapsed_ms: u64,
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
}

/// A run of long work: what the time is, where it stands, and a stop button.
#[derive(Debug)]
pub struct Run {
    start: Mutex<Instant>,
    cancelled: AtomicBool,
    progress: Mutex<Option<JobProgress>>,
}

impl Run {
    /// A run that begins at `now`.
    pub fn new(now: Instant) -> Arc<Self> {
        Arc::new(Self {
            start: Mutex::new(now),
            cancelled: AtomicBool::new(false),
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
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Says where it stands.
    pub fn report(&self, progress: JobProgress) {
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
        self.report(JobProgress {
            elapsed_ms: u64::try_from(progress.elapsed.as_millis()).unwrap_or(u64::MAX),
            steps: Some(progress.steps),
            objective: progress.objective,
            upper_bound: Some(progress.upper_bound).filter(|bound| bound.is_finite()),
        });
    }
}
