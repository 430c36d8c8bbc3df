//! Long work that outlives requests and processes: it waits in the store until a process that
//! shares the database has time for it.
//!
//! A worker says every [`BEAT`] that it is still at a job, how far it is, and learns whether the job is
//! to stop. Where it is silent for [`LEASE`] the job goes back to the queue and is begun anew,
//! [`MOST_ATTEMPTS`] times at most: work that kills its worker must not go round for ever. Silence is
//! measured by who listens, on a clock that only goes forward, so that no clock has to be right. A
//! worker that is told to stop gives its jobs back.
//!
//! The work of a simulation or a comparison is shared out as [`Tasks`] to all workers on the database.
//! They are kept in the same way; what of them is done survives the process that has the job.

mod error;
mod run;
mod silence;
mod tasks;
mod work;
mod worker;

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::booking::Clock;
use crate::store::{Added, JobLimits, JobRow, JobStatus, NewJob, Store};
use crate::studies::Study;

pub use error::JobError;
pub use run::{JobProgress, JobStage, Run, StopWhenDropped};
pub use tasks::Tasks;
pub use work::{Studies, TaskOrder, Work};

/// How long a worker may be silent before another takes its job.
pub const LEASE: Duration = Duration::from_secs(20);

/// How often a worker says how far it is.
pub const BEAT: Duration = Duration::from_secs(1);

/// How often a worker looks for jobs that others have added.
const LOOK: Duration = Duration::from_millis(500);

/// How often jobs that ended long ago are removed.
const TIDY: Duration = Duration::from_secs(60);

/// How often a job is begun before it is given up.
pub const MOST_ATTEMPTS: u32 = 3;

/// How many may watch jobs at a time in one process.
const MOST_WATCHERS: usize = 200;

/// How jobs are done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobSettings {
    /// Jobs at a time in this process; 0: it leaves them to others.
    pub threads: usize,
    /// How many there may be.
    pub limits: JobLimits,
    /// How long a job is kept after its end.
    pub kept: Duration,
    /// How long a worker may be silent before another takes its job: [`LEASE`], unless somebody is in
    /// a hurry.
    pub lease: Duration,
}

/// The jobs of all processes on one database, and the worker of this one.
#[derive(Debug)]
pub struct Jobs {
    inner: Arc<Inner>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

/// What the worker and the handlers share.
struct Inner {
    store: Store,
    clock: Arc<dyn Clock>,
    settings: JobSettings,
    work: Arc<dyn Work>,
    /// Told of each job that is added here.
    added: Notify,
    stopping: watch::Sender<bool>,
    watchers: Arc<Semaphore>,
}

impl fmt::Debug for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inner").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl Inner {
    /// Milliseconds since the Unix epoch.
    fn now(&self) -> i64 {
        self.clock.now().timestamp_millis()
    }

    /// Waits until the jobs are told to stop.
    async fn stopped(&self) {
        let mut stopping = self.stopping.subscribe();
        // An error would mean that nobody can tell any more, which is as good as being told.
        drop(stopping.wait_for(|&stop| stop).await);
    }
}

/// The right to watch a job; given up when dropped.
#[derive(Debug)]
pub struct Watcher {
    inner: Arc<Inner>,
    _place: OwnedSemaphorePermit,
}

impl Jobs {
    /// The jobs in `store`, whose work is `work`, and a worker for them.
    pub fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        settings: JobSettings,
        work: Arc<dyn Work>,
    ) -> Self {
        let inner = Arc::new(Inner {
            store,
            clock,
            settings,
            work,
            added: Notify::new(),
            stopping: watch::Sender::new(false),
            watchers: Arc::new(Semaphore::new(MOST_WATCHERS)),
        });
        let worker = tokio::spawn(worker::run(Arc::clone(&inner)));
        Self { inner, worker: Mutex::new(Some(worker)) }
    }

    /// Adds a job of `client`. `key` is an idempotency key with a fingerprint of the request; where
    /// that was used before, the job that it made is what is returned.
    ///
    /// # Errors
    /// [`JobError::OtherRequest`], [`JobError::TooManyOfClient`], [`JobError::TooMany`], and those of
    /// the store.
    pub async fn add(
        &self,
        client: &str,
        kind: Study,
        request: String,
        key: Option<(String, String)>,
    ) -> Result<JobRow, JobError> {
        let (store, limits) = (&self.inner.store, &self.inner.settings.limits);
        let job = NewJob {
            id: Uuid::now_v7(),
            client: client.to_owned(),
            kind: kind.name().to_owned(),
            request,
            key,
            created_at: self.inner.now(),
        };
        match store.in_time(store.add_job(&job, limits)).await? {
            Added::New(row) => {
                self.inner.added.notify_one();
                Ok(row)
            }
            Added::Known(row) => Ok(row),
            Added::OtherRequest => Err(JobError::OtherRequest),
            Added::TooManyOfClient => Err(JobError::TooManyOfClient(limits.open_of_client)),
            Added::TooMany => Err(JobError::TooMany(limits.open)),
        }
    }

    /// The job that a request of `client` with that idempotency key has made, if there is one.
    ///
    /// # Errors
    /// [`JobError::OtherRequest`], and those of the store.
    pub async fn known(
        &self,
        client: &str,
        key: &(String, String),
    ) -> Result<Option<JobRow>, JobError> {
        let store = &self.inner.store;
        match store.in_time(store.job_of_key(client, &key.0)).await? {
            Some((_, hash)) if hash != key.1 => Err(JobError::OtherRequest),
            known => Ok(known.map(|(job, _)| job)),
        }
    }

    /// The job `id` with its result or problem, if it is one of `client`.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn find(
        &self,
        client: &str,
        id: Uuid,
    ) -> Result<Option<(JobRow, Option<String>)>, JobError> {
        let store = &self.inner.store;
        let found = store.in_time(store.job_with_outcome(id)).await?;
        Ok(found.filter(|(job, _)| job.client == client))
    }

    /// The last `most` jobs of `client` with one of `statuses`, or any where there are none, that were
    /// added before the one with the number `before`; each with its number.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn list(
        &self,
        client: &str,
        statuses: &[JobStatus],
        before: Option<i64>,
        most: u32,
    ) -> Result<Vec<(i64, JobRow)>, JobError> {
        let store = &self.inner.store;
        Ok(store.in_time(store.jobs_of(client, statuses, before, most)).await?)
    }

    /// Asks the job `id` to stop, if it is one of `client`, and returns it.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn cancel(&self, client: &str, id: Uuid) -> Result<Option<JobRow>, JobError> {
        let store = &self.inner.store;
        Ok(store.in_time(store.cancel_job(client, id, self.inner.now())).await?)
    }

    /// A place to watch jobs from.
    ///
    /// # Errors
    /// [`JobError::TooManyWatchers`].
    pub fn watch(&self) -> Result<Watcher, JobError> {
        match Arc::clone(&self.inner.watchers).try_acquire_owned() {
            Ok(place) => Ok(Watcher { inner: Arc::clone(&self.inner), _place: place }),
            Err(_) => Err(JobError::TooManyWatchers(MOST_WATCHERS)),
        }
    }

    /// Takes no more jobs, and stops those at work and all who watch. [`Self::close`] waits for it.
    pub fn stop(&self) {
        self.inner.stopping.send_replace(true);
    }

    /// Stops, and waits until the jobs at work are back in the queue.
    pub async fn close(&self) {
        self.stop();
        let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(worker) = worker
            && let Err(error) = worker.await
        {
            tracing::error!(%error, "the worker of jobs has failed");
        }
    }
}

impl Watcher {
    /// Waits until the service stops.
    pub async fn stopped(&self) {
        self.inner.stopped().await;
    }

    /// The job `id` with its problem, as soon as its version is not `seen`. `None` where there is
    /// no such job any more, the store does not answer, or the service stops.
    pub async fn next(&self, id: Uuid, seen: Option<u64>) -> Option<(JobRow, Option<String>)> {
        let store = &self.inner.store;
        loop {
            let job = store.in_time(store.job(id)).await.ok()??;
            if Some(job.version) != seen {
                // Results may be large, and are not told; problems are small.
                let problem = job.status == JobStatus::Failed;
                return match problem {
                    true => store.in_time(store.job_with_outcome(id)).await.ok()?,
                    false => Some((job, None)),
                };
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = self.inner.stopped() => return None,
            }
        }
    }
}
