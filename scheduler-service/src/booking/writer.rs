//! The one writer: it takes all commands that wait, works them out on copies of the site-days,
//! writes everything in one transaction, publishes the new site-days and answers.
//!
//! Where another process was first, the batch is worked out anew. From then on, and as long as
//! processes are in each other's way, they take turns: whoever waits for its turn goes on collecting
//! commands, reads what the others have changed of its site-days once it has it, and then succeeds.
//! Turns are there for speed alone; it is the versions of site-days that make double promises
//! impossible.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use super::BookingError;
use super::batch::{Batch, Finished, Records};
use super::command::{Command, Job};
use super::inner::Inner;
use crate::store::{DayKey, PromiseFilter, Reading, Status, StoreError, Writing};

/// Most commands in one transaction.
const BATCH: usize = 512;

/// Most of the stranded that are looked at beside a batch.
const MOST_STRANDED: u32 = 1000;

/// How often a batch is tried.
const ATTEMPTS: usize = 6;

/// How long an answer to an idempotency key is kept, in milliseconds.
pub(super) const KEEP_REPLIES: i64 = 24 * 3600 * 1000;

/// What goes to the writer.
#[derive(Debug)]
pub(super) enum Message {
    Job(Box<Job>),
    /// Finish what waits, then stop.
    Stop(oneshot::Sender<()>),
}

/// Serves `queue` until all its senders are gone or it is told to stop.
pub(super) async fn run(inner: Arc<Inner>, mut queue: mpsc::Receiver<Message>) {
    let mut stop = None;
    while stop.is_none() {
        let Some(first) = queue.recv().await else { return };
        // Whoever comes while it waits for its turn is in the same batch.
        let turn = if inner.is_crowded() { turn(&inner).await.ok() } else { None };
        let mut jobs = Vec::new();
        let mut next = Some(first);
        while let Some(message) = next {
            match message {
                Message::Job(job) => jobs.push(*job),
                Message::Stop(done) => {
                    // What was sent before is done, what comes after is refused.
                    queue.close();
                    stop = Some(done);
                }
            }
            next = if jobs.len() < BATCH { queue.try_recv().ok() } else { None };
        }
        if !jobs.is_empty() {
            serve(&inner, jobs, turn).await;
        }
    }
    // What was on its way when the queue was closed.
    while let Some(message) = queue.recv().await {
        if let Message::Job(job) = message {
            serve(&inner, vec![*job], None).await;
        }
    }
    if let Some(done) = stop {
        // Whoever asked may have gone.
        let _ = done.send(());
    }
}

/// A transaction that has its turn.
async fn turn(inner: &Inner) -> Result<Writing, StoreError> {
    let begun = async {
        let mut writing = inner.store.begin().await?;
        writing.take_turn().await?;
        Ok(writing)
    };
    inner.store.in_time(begun).await
}

/// Does `jobs`, first within `turn` where it has one, and answers them all.
async fn serve(inner: &Arc<Inner>, jobs: Vec<Job>, mut turn: Option<Writing>) {
    let mut jobs = Arc::new(jobs);
    let mut error = StoreError::Race;
    if let Err(untrusted) = inner.trusted() {
        return refuse(jobs, &untrusted);
    }
    for attempt in 0..ATTEMPTS {
        let in_turn = attempt > 0 || turn.is_some();
        let tried = attempt_batch(inner, &jobs, turn.take(), in_turn);
        match inner.store.in_time(tried).await {
            Ok(Attempt::Done(finished)) => {
                answer(jobs, *finished);
                return;
            }
            Ok(Attempt::Untrusted(untrusted)) => return refuse(jobs, &untrusted),
            Ok(Attempt::Repeated(positions)) => jobs = without(jobs, &positions),
            Err(StoreError::Race) => {
                inner.counters.races.fetch_add(1, Ordering::Relaxed);
                inner.note_crowd();
            }
            // One of them does it; the others need not suffer. Halves find it in few steps.
            Err(StoreError::Panicked(_) | StoreError::Refused(_)) if jobs.len() > 1 => {
                let mut first = Arc::into_inner(jobs).unwrap_or_default();
                let second = first.split_off(first.len() / 2);
                Box::pin(serve(inner, first, None)).await;
                Box::pin(serve(inner, second, None)).await;
                return;
            }
            Err(refused @ StoreError::Refused(_)) => {
                error = refused;
                break;
            }
            Err(other) => {
                // The commit may have been done: look before anything else is.
                inner.suspect();
                error = other;
                break;
            }
        }
    }
    refuse(jobs, &inner.store_failed(&error));
}

/// Answers all `jobs` with `error`.
fn refuse(jobs: Arc<Vec<Job>>, error: &BookingError) {
    for Job { ticket, answer, .. } in Arc::into_inner(jobs).unwrap_or_default() {
        drop(ticket);
        // Whoever asked may have gone.
        let _ = answer.send(Err(error.clone()));
    }
}

/// How one attempt ended.
enum Attempt {
    Done(Box<Finished>),
    /// The clock has jumped meanwhile.
    Untrusted(BookingError),
    /// Another process has answered the keys of the jobs at these positions.
    Repeated(Vec<usize>),
}

async fn attempt_batch(
    inner: &Arc<Inner>,
    jobs: &Arc<Vec<Job>>,
    turn: Option<Writing>,
    in_turn: bool,
) -> Result<Attempt, StoreError> {
    let mut writing = match turn {
        Some(writing) => writing,
        None => {
            inner.look_if_suspect().await?;
            let mut writing = inner.store.begin().await?;
            if in_turn {
                writing.take_turn().await?;
            }
            writing
        }
    };
    let now = inner.now();
    let records = read(inner, &mut writing, jobs, now.timestamp_millis()).await?;
    if in_turn {
        let days = days_of(inner, jobs, &records);
        // Also from those who take no turns: they lose this race, and take turns from then on.
        let heads = writing.lock_heads(&days).await?;
        if inner.catch_up(&mut writing.read(), heads).await? {
            inner.note_crowd();
        }
    }
    let state = inner.state();
    // Somebody without a turn may have changed a record between its reading and the lock.
    let outdated = records.promises.values().any(|(row, version)| {
        let day = state.frame.site_day(&row.day);
        day.is_some_and(|site_day| state.days[site_day].page.version() != *version)
    });
    if outdated {
        return Err(StoreError::Race);
    }
    let (shared, theirs, snapshot) = (Arc::clone(inner), Arc::clone(jobs), Arc::clone(&state));
    // Whoever is in this one's way is to learn what it does.
    let tells = inner.is_crowded();
    let worked_out = inner.compute(move || {
        Batch::new(&snapshot, &shared.settings, now, records).telling(tells).run(&theirs)
    });
    let finished = worked_out.await?;
    let cutoff = now.timestamp_millis() - KEEP_REPLIES;
    let changes = &finished.changes;
    if changes.days.is_empty() && changes.replies.is_empty() {
        return Ok(Attempt::Done(Box::new(finished)));
    }
    let known = writing.reply(&changes.replies, cutoff).await?;
    if !known.is_empty() {
        let positions = known.into_iter().map(|reply| finished.replied[reply]);
        return Ok(Attempt::Repeated(positions.collect()));
    }
    let told = writing.write(changes).await?;
    // By the time that everything was worked out for.
    if let Err(untrusted) = inner.trusted() {
        return Ok(Attempt::Untrusted(untrusted));
    }
    writing.commit().await?;
    inner.counters.commits.fetch_add(1, Ordering::Relaxed);
    inner.counters.expired.fetch_add(changes.expired.len() as u64, Ordering::Relaxed);
    inner.publish_days(state.frame.version, finished.days.clone());
    inner.tell(told.unwrap_or_default());
    Ok(Attempt::Done(Box::new(finished)))
}

/// What the commands need to know.
async fn read(
    inner: &Inner,
    writing: &mut Writing,
    jobs: &[Job],
    now: i64,
) -> Result<Records, StoreError> {
    let mut ids: Vec<Uuid> = jobs.iter().filter_map(|job| job.command.id()).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut clients: Vec<&str> = jobs
        .iter()
        .filter_map(|job| match &job.command {
            Command::Hold { client, request, .. } if request.max_open.is_some() => {
                Some(client.name.as_str())
            }
            _ => None,
        })
        .collect();
    clients.sort_unstable();
    clients.dedup();
    let mut read = writing.read();
    let promises = read.promises(&ids).await?;
    let open_holds = read.open_holds(&clients, now).await?;
    let mut records = Records { promises, open_holds };
    if inner.may_be_stranded.load(Ordering::Relaxed) {
        let days = days_of(inner, jobs, &records);
        let stranded: Vec<Uuid> = stranded(&mut read, &days).await?;
        records.promises.extend(read.promises(&stranded).await?);
    }
    Ok(records)
}

/// Who is stranded on `days`.
async fn stranded(read: &mut Reading<'_>, days: &[DayKey]) -> Result<Vec<Uuid>, StoreError> {
    let (Some(first), Some(last)) =
        (days.iter().map(|day| day.date).min(), days.iter().map(|day| day.date).max())
    else {
        return Ok(Vec::new());
    };
    let filter = PromiseFilter {
        from: Some(first),
        until: Some(last),
        statuses: vec![Status::Stranded],
        ..PromiseFilter::default()
    };
    let rows = read.list(&filter, None, MOST_STRANDED).await?;
    Ok(rows.into_iter().filter(|row| days.contains(&row.day)).map(|row| row.id).collect())
}

/// The site-days that the commands may change, in order.
fn days_of(inner: &Inner, jobs: &[Job], records: &Records) -> Vec<DayKey> {
    let state = inner.state();
    let mut days: Vec<DayKey> = records.promises.values().map(|(row, _)| row.day.clone()).collect();
    let adopted = jobs.iter().filter_map(|job| match &job.command {
        Command::Adopt(adoption) => Some(&adoption.days),
        _ => None,
    });
    days.extend(adopted.flatten().map(|day| day.key.clone()));
    let places = jobs.iter().filter_map(|job| match &job.command {
        Command::Hold { request, .. } => Some(&request.place),
        Command::Reschedule { to, .. } => Some(to),
        _ => None,
    });
    for place in places {
        if let Ok((site_day, _)) = super::request::at_place(&state.frame.problem, place) {
            days.push(state.frame.keys[site_day].clone());
        }
    }
    days.sort();
    days.dedup();
    days
}

fn answer(jobs: Arc<Vec<Job>>, finished: Finished) {
    let jobs = Arc::into_inner(jobs).unwrap_or_default();
    for (Job { ticket, answer, .. }, outcome) in jobs.into_iter().zip(finished.outcomes) {
        // Whoever has the answer may use the key again at once.
        drop(ticket);
        // Whoever asked may have gone; what was done is done.
        let _ = answer.send(outcome);
    }
}

/// The jobs without those at `positions`, which are told that they were answered elsewhere.
fn without(jobs: Arc<Vec<Job>>, positions: &[usize]) -> Arc<Vec<Job>> {
    let jobs = Arc::into_inner(jobs).unwrap_or_default();
    let mut left = Vec::with_capacity(jobs.len());
    for (position, job) in jobs.into_iter().enumerate() {
        if positions.contains(&position) {
            let Job { ticket, answer, .. } = job;
            drop(ticket);
            // Whoever asked may have gone.
            let _ = answer.send(Err(BookingError::Repeated));
        } else {
            left.push(job);
        }
    }
    Arc::new(left)
}
