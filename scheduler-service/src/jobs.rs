//! Plans that are made in the background.
//!
//! Jobs live in the memory of one process: a restart forgets them, and another process does not
//! know them. A plan is made again from the same request; nothing is lost but time.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use scheduler_core::plan::{Monitor, Progress};
use serde_json::Value;
use uuid::Uuid;

use crate::problem::{self, Answer, HttpError};

/// Jobs that are kept at a time, finished ones included.
const MOST: usize = 100;

/// How long a finished job is kept.
const KEPT: Duration = Duration::from_secs(3600);

/// All jobs of the process.
#[derive(Debug, Default)]
pub struct Jobs(Mutex<BTreeMap<Uuid, Arc<Job>>>);

/// One plan in the making.
#[derive(Debug)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// Name of the client that asked for it; nobody else sees it.
    pub client: String,
    run: Arc<Run>,
    state: Mutex<State>,
}

/// Where a job stands.
#[derive(Debug, Clone)]
pub enum State {
    /// It waits for its turn.
    Queued,
    /// It is at work.
    Running,
    /// There is an answer.
    Done(Instant, Value),
    /// There is none.
    Failed(Instant, HttpError),
}

/// A run of the planner as its caller sees it: what the time is, where it stands, and a stop
/// button.
#[derive(Debug)]
pub struct Run {
    start: Mutex<Instant>,
    cancelled: AtomicBool,
    progress: Mutex<Option<Progress>>,
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

    /// Asks it to stop.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Where it stood when it last said so.
    pub fn latest(&self) -> Option<Progress> {
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
        self.start.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    fn cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    fn progress(&self, progress: &Progress) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = Some(*progress);
    }
}

impl Job {
    /// Where it stands.
    pub fn state(&self) -> State {
        self.locked().clone()
    }

    /// The run behind it.
    pub fn run(&self) -> &Arc<Run> {
        &self.run
    }

    /// It is at work from `now` on.
    pub fn begin(&self, now: Instant) {
        self.run.begin(now);
        *self.locked() = State::Running;
    }

    /// It ended at `now` with `answer`.
    pub fn finish(&self, now: Instant, answer: Answer<Value>) {
        *self.locked() = match answer {
            Ok(value) => State::Done(now, value),
            Err(error) => State::Failed(now, error),
        };
    }

    fn ended(&self) -> Option<Instant> {
        match *self.locked() {
            State::Queued | State::Running => None,
            State::Done(at, _) | State::Failed(at, _) => Some(at),
        }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Jobs {
    /// A new job of `client`.
    ///
    /// # Errors
    /// 503 where there are too many.
    pub fn add(&self, client: &str, now: Instant) -> Answer<Arc<Job>> {
        let mut jobs = self.locked();
        jobs.retain(|_, job| job.ended().is_none_or(|at| now.saturating_duration_since(at) < KEPT));
        if jobs.len() >= MOST {
            // Ids grow with time, so that the first one that has ended is the oldest.
            let oldest = jobs.iter().find(|(_, job)| job.ended().is_some()).map(|(id, _)| *id);
            let Some(oldest) = oldest else {
                let detail = format!("{MOST} plans are under way or waiting");
                return Err(HttpError::new(problem::BUSY, detail).retry_after(10));
            };
            jobs.remove(&oldest);
        }
        let job = Arc::new(Job {
            id: Uuid::now_v7(),
            client: client.to_owned(),
            run: Run::new(now),
            state: Mutex::new(State::Queued),
        });
        jobs.insert(job.id, Arc::clone(&job));
        Ok(job)
    }

    /// The job called `id`, if it is one of `client`.
    pub fn get(&self, client: &str, id: Uuid) -> Option<Arc<Job>> {
        self.locked().get(&id).filter(|job| job.client == client).cloned()
    }

    /// Asks all of them to stop.
    pub fn cancel_all(&self) {
        for job in self.locked().values() {
            job.run.cancel();
        }
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, BTreeMap<Uuid, Arc<Job>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_finished_job_makes_room_and_running_ones_stay() {
        let (jobs, now) = (Jobs::default(), Instant::now());
        let all: Vec<_> = (0..MOST).map(|_| jobs.add("a", now).unwrap()).collect();
        assert_eq!(jobs.add("a", now).unwrap_err().details().code, "busy");
        all[3].finish(now, Ok(Value::Null));
        let new = jobs.add("a", now).unwrap();
        assert!(jobs.get("a", all[3].id).is_none());
        assert!(jobs.get("a", all[0].id).is_some());
        assert!(jobs.get("a", new.id).is_some());
        assert!(jobs.get("b", new.id).is_none(), "jobs belong to their client");
    }

    #[test]
    fn finished_jobs_are_forgotten_after_a_while() {
        let (jobs, now) = (Jobs::default(), Instant::now());
        let job = jobs.add("a", now).unwrap();
        job.finish(now, Ok(Value::Null));
        jobs.add("a", now + KEPT / 2).unwrap();
        assert!(jobs.get("a", job.id).is_some());
        jobs.add("a", now + KEPT).unwrap();
        assert!(jobs.get("a", job.id).is_none());
    }
}
