//! Parts of a job that all workers on the database share.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::time::{MissedTickBehavior, interval, sleep};
use uuid::Uuid;

use super::{BEAT, Inner, MOST_ATTEMPTS, Run, TaskOrder};
use crate::store::{ClaimedTask, StoreError, TaskOutcome};
use crate::studies::split::{Hands, NamedTask, Told};
use crate::studies::{Study, StudyError};

/// How often it is looked whether the tasks that others have are done.
const LOOK: Duration = Duration::from_millis(100);

/// The tasks of a job, for the process that has it.
#[derive(Debug)]
pub struct Tasks {
    inner: Arc<Inner>,
    job: Uuid,
    run: Arc<Run>,
    runtime: Handle,
}

impl Tasks {
    pub(super) fn new(inner: &Arc<Inner>, job: Uuid, run: &Arc<Run>) -> Self {
        let runtime = Handle::current();
        Self { inner: Arc::clone(inner), job, run: Arc::clone(run), runtime }
    }

    /// Has `tasks` done: by this process too, as its thread has nothing else to do.
    async fn done(
        &self,
        tasks: Vec<NamedTask>,
        told: Told<'_>,
    ) -> Result<Vec<Option<String>>, StudyError> {
        let (store, job) = (&self.inner.store, self.job);
        let names: Vec<String> = tasks.iter().map(|task| task.name.clone()).collect();
        let tasks: Vec<_> = tasks.into_iter().map(|task| (task.name, task.request)).collect();
        self.insist(|| store.in_time(store.add_tasks(job, &tasks))).await?;
        drop(tasks);
        self.inner.added.notify_one();
        loop {
            let claimed = self.insist(|| store.in_time(store.claim_task(Some(job)))).await?;
            let idle = claimed.is_none();
            if let Some(claimed) = claimed {
                perform(&self.inner, claimed).await;
            }
            let open = self.insist(|| store.in_time(store.open_tasks(job))).await?;
            told(names.len().saturating_sub(open), names.len());
            match open {
                0 => break,
                _ if idle => sleep(LOOK).await,
                _ => {}
            }
        }
        let outcomes = self.insist(|| store.in_time(store.task_outcomes(job, &names))).await?;
        names
            .iter()
            .map(|name| match outcomes.get(name) {
                Some(TaskOutcome::Done(outcome)) => Ok(Some(outcome.clone())),
                Some(TaskOutcome::Failed(attempts)) if *attempts >= MOST_ATTEMPTS => {
                    Err(StudyError::GivenUp(*attempts))
                }
                // Not there: the job was ended by somebody else.
                Some(TaskOutcome::Failed(_)) => Ok(None),
                None => Err(StudyError::Stopped),
            })
            .collect()
    }

    /// Asks the store again and again where it does not answer; the lease of the job says for how
    /// long.
    async fn insist<T, F: Future<Output = Result<T, StoreError>>>(
        &self,
        ask: impl Fn() -> F,
    ) -> Result<T, StudyError> {
        loop {
            if self.run.is_cancelled() {
                return Err(StudyError::Stopped);
            }
            match ask().await {
                Ok(answer) => return Ok(answer),
                Err(error) => super::worker::warn(&error, "cannot share out a job; trying again"),
            }
            sleep(BEAT).await;
        }
    }
}

impl Hands for Tasks {
    fn perform(
        &self,
        tasks: Vec<NamedTask>,
        told: Told<'_>,
    ) -> Result<Vec<Option<String>>, StudyError> {
        self.runtime.block_on(self.done(tasks, told))
    }
}

/// Does a task, keeps its lease, and tells the store what came of it.
pub(super) async fn perform(inner: &Arc<Inner>, task: ClaimedTask) {
    let (lease, store) = (task.lease, &inner.store);
    tracing::debug!(job = %task.job, task = task.name, attempt = task.attempts, "a task begins");
    let run = Run::new(Instant::now());
    let mut work = begin(inner, task, &run);
    let mut beats = interval(BEAT.min(inner.settings.lease / 4));
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut wanted, mut stopping) = (true, false);
    let outcome = loop {
        tokio::select! {
            outcome = &mut work => break outcome,
            () = inner.stopped(), if !stopping => {
                stopping = true;
                run.cancel();
            }
            _ = beats.tick(), if wanted => match store.in_time(store.keep_task(lease)).await {
                Ok(true) => {}
                Ok(false) => {
                    wanted = false;
                    run.cancel();
                }
                Err(error) => super::worker::warn(&error, "cannot keep a task"),
            },
        }
    };
    let told = match outcome {
        _ if !wanted => Ok(()),
        Ok(Ok(outcome)) => end(inner, lease, Some(outcome)).await,
        Ok(Err(StudyError::Stopped)) => store.in_time(store.return_task(lease)).await,
        Ok(Err(error)) => {
            tracing::debug!(%error, "a task has failed");
            end(inner, lease, None).await
        }
        Err(panicked) => {
            tracing::error!(cause = %panicked, "internal error");
            end(inner, lease, None).await
        }
    };
    if let Err(error) = told {
        // Its lease stands still from now on, so that somebody does it again.
        super::worker::warn(&error, "cannot end a task");
    }
}

async fn end(inner: &Inner, lease: Uuid, outcome: Option<String>) -> Result<(), StoreError> {
    inner.store.in_time(inner.store.end_task(lease, outcome)).await.map(drop)
}

fn begin(
    inner: &Arc<Inner>,
    task: ClaimedTask,
    run: &Arc<Run>,
) -> tokio::task::JoinHandle<Result<String, StudyError>> {
    let (inner, run, runtime) = (Arc::clone(inner), Arc::clone(run), Handle::current());
    tokio::task::spawn_blocking(move || {
        let (store, job) = (&inner.store, task.job);
        let of_job = || {
            let request = runtime.block_on(store.in_time(store.job_request(job)));
            let (kind, request) = known(request, "cannot read the job of a task").flatten()?;
            Some((Study::from_name(&kind)?, request))
        };
        let outcome_of = |name: &str| {
            let names = [name.to_owned()];
            let outcomes = runtime.block_on(store.in_time(store.task_outcomes(job, &names)));
            match known(outcomes, "cannot read an outcome")?.remove(name)? {
                TaskOutcome::Done(outcome) => Some(outcome),
                TaskOutcome::Failed(_) => None,
            }
        };
        let order =
            TaskOrder { job, request: &task.request, of_job: &of_job, outcome_of: &outcome_of };
        inner.work.task(&order, &run)
    })
}

fn known<T>(answer: Result<T, StoreError>, what: &str) -> Option<T> {
    answer.map_err(|error| super::worker::warn(&error, what)).ok()
}
