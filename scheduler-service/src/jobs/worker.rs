//! The worker of a process: takes jobs while it has threads for them, and keeps the store informed.

use std::sync::Arc;
use std::time::Instant;

use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{MissedTickBehavior, interval, sleep};

use super::silence::Silence;
use super::{BEAT, Inner, JobProgress, LOOK, MOST_ATTEMPTS, Run, TIDY, Tasks, tasks};
use crate::store::{Claimed, ClaimedTask, JobStatus, StoreError};
use crate::studies::{Failure, FailureKind, Study};

/// Works until the jobs are told to stop, then gives back what is not done.
pub(super) async fn run(inner: Arc<Inner>) {
    let chores = [tokio::spawn(tidy(Arc::clone(&inner))), tokio::spawn(listen(Arc::clone(&inner)))];
    let threads = Arc::new(Semaphore::new(inner.settings.threads));
    let mut at_work = JoinSet::new();
    loop {
        let thread = tokio::select! {
            () = inner.stopped() => break,
            thread = Arc::clone(&threads).acquire_owned() => thread,
        };
        let Ok(thread) = thread else { break };
        // What has ended is taken out of the set.
        while at_work.try_join_next().is_some() {}
        // What was begun first is ended first.
        if let Some(task) = claim_task(&inner).await {
            let inner = Arc::clone(&inner);
            at_work.spawn(async move {
                tasks::perform(&inner, task).await;
                drop(thread);
            });
            continue;
        }
        if let Some(job) = claim(&inner).await {
            let inner = Arc::clone(&inner);
            at_work.spawn(async move {
                attempt(&inner, job).await;
                drop(thread);
            });
            continue;
        }
        drop(thread);
        tokio::select! {
            () = inner.stopped() => break,
            () = inner.added.notified() => {}
            () = sleep(LOOK) => {}
        }
    }
    chores.iter().for_each(JoinHandle::abort);
    while at_work.join_next().await.is_some() {}
}

/// Removes jobs that ended long ago.
async fn tidy(inner: Arc<Inner>) {
    let kept = i64::try_from(inner.settings.kept.as_millis()).unwrap_or(i64::MAX);
    let mut ticks = interval(TIDY);
    loop {
        ticks.tick().await;
        let cutoff = inner.now().saturating_sub(kept);
        match inner.store.in_time(inner.store.forget_jobs(cutoff)).await {
            Ok(0) => {}
            Ok(removed) => tracing::debug!(removed, "old jobs were removed"),
            Err(error) => warn(&error, "old jobs cannot be removed"),
        }
    }
}

/// Gives what belonged to workers that are not heard of any more back to the queues.
async fn listen(inner: Arc<Inner>) {
    let (mut jobs, mut tasks) = (Silence::default(), Silence::default());
    let (store, long) = (&inner.store, inner.settings.lease);
    let mut ticks = interval(BEAT.min(long / 4));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let heard = async {
            for lease in jobs.look(&store.leases().await?, Instant::now(), long) {
                if store.release_job(lease).await? {
                    tracing::warn!("the process of a job is silent: it is begun anew");
                    inner.added.notify_one();
                }
            }
            for lease in tasks.look(&store.task_leases().await?, Instant::now(), long) {
                if store.release_task(lease, MOST_ATTEMPTS).await? {
                    tracing::warn!("the process of a task is silent: it is begun anew");
                    inner.added.notify_one();
                }
            }
            Ok(())
        };
        if let Err(error) = store.in_time(heard).await {
            warn(&error, "cannot look who is at work");
        }
    }
}

async fn claim(inner: &Inner) -> Option<Claimed> {
    let claimed = inner.store.in_time(inner.store.claim_job(inner.now())).await;
    claimed.unwrap_or_else(|error| {
        warn(&error, "cannot look for jobs");
        None
    })
}

async fn claim_task(inner: &Inner) -> Option<ClaimedTask> {
    let claimed = inner.store.in_time(inner.store.claim_task(None)).await;
    claimed.unwrap_or_else(|error| {
        warn(&error, "cannot look for tasks");
        None
    })
}

/// How an attempt came to its end.
enum End {
    /// It is to be told in the store.
    Ended(JobStatus, Option<String>),
    /// It is for another process to begin anew.
    Returned,
    /// Another attempt was begun.
    Lost,
}

/// Does `job`, and tells the store how it ended.
async fn attempt(inner: &Arc<Inner>, job: Claimed) {
    let (id, lease) = (job.id, job.lease);
    tracing::info!(%id, kind = job.kind, attempt = job.attempts, "a job begins");
    let end = match Study::from_name(&job.kind) {
        _ if job.cancel => End::Ended(JobStatus::Cancelled, None),
        _ if job.attempts > MOST_ATTEMPTS => failed(&Failure::new(
            FailureKind::GivenUp,
            format!(
                "it was begun {MOST_ATTEMPTS} times, and each time its process ended before it"
            ),
        )),
        None => failed(&Failure::internal(&format_args!("no kind of job is called {}", job.kind))),
        Some(kind) => work(inner, kind, job).await,
    };
    match end {
        End::Ended(status, outcome) => tell(inner, id, lease, status, outcome).await,
        End::Returned => {
            match inner.store.in_time(inner.store.return_job(id, lease)).await {
                Ok(_) => tracing::info!(%id, "a job is back in the queue"),
                // Its lease ends, which comes to the same a little later.
                Err(error) => warn(&error, "cannot give a job back"),
            }
        }
        End::Lost => tracing::warn!(%id, "a job was begun anew by another process"),
    }
}

/// Writes how a job ended, in spite of short outages of the store.
async fn tell(
    inner: &Inner,
    id: uuid::Uuid,
    lease: uuid::Uuid,
    status: JobStatus,
    outcome: Option<String>,
) {
    let start = Instant::now();
    loop {
        let end = inner.store.end_job(id, lease, status, outcome.clone(), inner.now());
        match inner.store.in_time(end).await {
            Ok(_) => {
                metrics::counter!("scheduler_jobs_total", "status" => status.name()).increment(1);
                tracing::info!(%id, status = status.name(), "a job has ended");
                return;
            }
            // Nobody keeps the lease meanwhile: by then another process will begin it anew.
            Err(error) if start.elapsed() > inner.settings.lease => {
                return warn(&error, "cannot end a job");
            }
            Err(error) => warn(&error, "cannot end a job; trying again"),
        }
        sleep(BEAT).await;
    }
}

/// Works on `job` and keeps its lease.
async fn work(inner: &Arc<Inner>, kind: Study, job: Claimed) -> End {
    let Claimed { id, lease, request, .. } = job;
    let run = Run::new(Instant::now());
    let mut task = perform(inner, (id, kind, request), &run);
    let mut beats = interval(BEAT.min(inner.settings.lease / 4));
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut unwanted, mut told) = (false, None);
    let answer = loop {
        tokio::select! {
            answer = &mut task => break answer,
            () = inner.stopped() => {
                run.cancel();
                // It stops soon; if not, its lease ends.
                break match task.await {
                    Ok(_) if !unwanted => return End::Returned,
                    answer => answer,
                };
            }
            _ = beats.tick() => match keep(inner, id, lease, &run, &mut told).await {
                Ok(Some(cancel)) => {
                    unwanted |= cancel;
                    if unwanted {
                        run.cancel();
                    }
                }
                Ok(None) => {
                    run.cancel();
                    // What it comes to is worth nothing, but the thread is busy until then.
                    drop(task.await);
                    return End::Lost;
                }
                Err(error) => warn(&error, "cannot say how far a job is"),
            },
        }
    };
    match answer {
        Ok(Ok(result)) => End::Ended(JobStatus::Done, Some(result)),
        Ok(Err(_)) if unwanted => End::Ended(JobStatus::Cancelled, None),
        Ok(Err(error)) => failed(&error),
        Err(panicked) => failed(&Failure::internal(&panicked)),
    }
}

/// Begins the work on a thread where it may take its time.
fn perform(
    inner: &Arc<Inner>,
    (id, kind, request): (uuid::Uuid, Study, String),
    run: &Arc<Run>,
) -> JoinHandle<Result<String, Failure>> {
    let (work, run) = (Arc::clone(&inner.work), Arc::clone(run));
    let tasks = Tasks::new(inner, id, &run);
    tokio::task::spawn_blocking(move || work.job(kind, &request, &tasks, &run))
}

/// Keeps the lease, and says how far the work is where that is news.
async fn keep(
    inner: &Inner,
    id: uuid::Uuid,
    lease: uuid::Uuid,
    run: &Run,
    told: &mut Option<JobProgress>,
) -> Result<Option<bool>, StoreError> {
    let news = run.latest().filter(|latest| Some(*latest) != *told);
    let text = news.and_then(|news| serde_json::to_string(&news).ok());
    let kept = inner.store.in_time(inner.store.keep_job(id, lease, text)).await?;
    if news.is_some() {
        *told = news;
    }
    Ok(kept)
}

fn failed(failure: &Failure) -> End {
    if failure.kind == FailureKind::Internal {
        tracing::error!(cause = failure.detail, "internal error");
    }
    // A failure has a JSON form.
    End::Ended(JobStatus::Failed, serde_json::to_string(failure).ok())
}

pub(super) fn warn(error: &StoreError, what: &str) {
    let error = error as &(dyn std::error::Error + 'static);
    tracing::warn!(error, "{what}");
}
