//! What the table of jobs holds, as types.

use sqlx::Row;
use sqlx::any::AnyRow;
use uuid::Uuid;

use super::{StoreError, rows};

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobStatus {
    /// It waits for a process that has time.
    Queued,
    /// A process is at it.
    Running,
    /// It has a result.
    Done,
    /// It has a problem instead.
    Failed,
    /// Its client did not want it any more.
    Cancelled,
}

impl JobStatus {
    /// The name in the store.
    pub fn name(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether nothing will change any more.
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }

    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Queued, Self::Running, Self::Done, Self::Failed, Self::Cancelled];

    /// The status with that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}

/// A job to add.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewJob {
    /// Its id.
    pub id: Uuid,
    /// Name of the client that wants it.
    pub client: String,
    /// What kind of work it is.
    pub kind: String,
    /// What to do.
    pub request: String,
    /// Idempotency key and fingerprint of the request that had it.
    pub key: Option<(String, String)>,
    /// When it was asked for, in milliseconds since the Unix epoch.
    pub created_at: i64,
}

/// How many jobs there may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobLimits {
    /// Jobs of one client that have not ended.
    pub open_of_client: u32,
    /// Jobs of all clients that have not ended.
    pub open: u32,
    /// Jobs of one client that have ended and are still kept; those that ended first go first.
    pub ended_of_client: u32,
}

impl Default for JobLimits {
    /// 20 of a client, 1,000 of all, and the last 100 of a client that have ended.
    fn default() -> Self {
        Self { open_of_client: 20, open: 1000, ended_of_client: 100 }
    }
}

/// What became of a job that was to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Added {
    /// It waits now.
    New(JobRow),
    /// The idempotency key was used for the same request: this is its job.
    Known(JobRow),
    /// The idempotency key was used for another request.
    OtherRequest,
    /// The client has as many unfinished jobs as it may.
    TooManyOfClient,
    /// There are as many unfinished jobs as there may be.
    TooMany,
}

/// A job as its client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JobRow {
    /// Its id.
    pub id: Uuid,
    /// Name of its client.
    pub client: String,
    /// What kind of work it is.
    pub kind: String,
    /// Where it stands.
    pub status: JobStatus,
    /// How often a process has begun it.
    pub attempts: u32,
    /// Whether its client has asked to stop it.
    pub cancel: bool,
    /// How far it is, as JSON.
    pub progress: Option<String>,
    /// Grows with each change of any of this.
    pub version: u64,
    /// When it was asked for, in milliseconds since the Unix epoch.
    pub created_at: i64,
    /// When the last attempt began.
    pub started_at: Option<i64>,
    /// When it ended.
    pub ended_at: Option<i64>,
}

/// A job that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Its id.
    pub id: Uuid,
    /// What kind of work it is.
    pub kind: String,
    /// What to do.
    pub request: String,
    /// Name of this attempt.
    pub lease: Uuid,
    /// How often it was taken, this time included.
    pub attempts: u32,
    /// Whether its client has asked to stop it.
    pub cancel: bool,
}

/// The right to work on a job or a task, and how often it was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Its name.
    pub name: Uuid,
    /// How often it was kept.
    pub beat: i64,
}

/// A task that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedTask {
    /// The job that it is a part of.
    pub job: Uuid,
    /// Its name among the tasks of the job.
    pub name: String,
    /// What to do.
    pub request: String,
    /// Name of this attempt.
    pub lease: Uuid,
    /// How often it was taken, this time included.
    pub attempts: u32,
}

/// How a task ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskOutcome {
    /// With this outcome.
    Done(String),
    /// It failed; how often it was begun.
    Failed(u32),
}

/// The columns of a [`JobRow`].
pub(super) const JOB: &str = "id, client, kind, status, attempts, cancel, progress, version, created_at, \
                   started_at, ended_at";

fn id(row: &AnyRow) -> Result<Uuid, StoreError> {
    uuid(row, "id")
}

fn uuid(row: &AnyRow, column: &str) -> Result<Uuid, StoreError> {
    let text: String = row.try_get(column)?;
    Uuid::try_parse(&text).map_err(|error| corrupt(format!("{column} {text:?}: {error}")))
}

pub(super) fn lease(row: &AnyRow) -> Result<Lease, StoreError> {
    Ok(Lease { name: uuid(row, "lease")?, beat: row.try_get("beat")? })
}

pub(super) fn claimed_task(row: &AnyRow, lease: Uuid) -> Result<ClaimedTask, StoreError> {
    Ok(ClaimedTask {
        job: uuid(row, "job")?,
        name: row.try_get("name")?,
        request: row.try_get("request")?,
        lease,
        attempts: attempts(row)?,
    })
}

pub(super) fn task_outcome(row: &AnyRow) -> Result<(String, Option<TaskOutcome>), StoreError> {
    let status: String = row.try_get("status")?;
    let outcome = match status.as_str() {
        "done" => Some(TaskOutcome::Done(row.try_get("outcome")?)),
        "failed" => Some(TaskOutcome::Failed(attempts(row)?)),
        _ => None,
    };
    Ok((row.try_get("name")?, outcome))
}

fn attempts(row: &AnyRow) -> Result<u32, StoreError> {
    let number: i64 = row.try_get("attempts")?;
    u32::try_from(number).map_err(|_| corrupt(format!("{number} attempts")))
}

pub(super) fn job_row(row: &AnyRow) -> Result<JobRow, StoreError> {
    let status: String = row.try_get("status")?;
    Ok(JobRow {
        id: id(row)?,
        client: row.try_get("client")?,
        kind: row.try_get("kind")?,
        status: JobStatus::from_name(&status)
            .ok_or_else(|| corrupt(format!("status {status:?}")))?,
        attempts: attempts(row)?,
        cancel: row.try_get::<i64, _>("cancel")? != 0,
        progress: row.try_get("progress")?,
        version: rows::version(row, 7)?,
        created_at: row.try_get("created_at")?,
        started_at: row.try_get("started_at")?,
        ended_at: row.try_get("ended_at")?,
    })
}

pub(super) fn claimed(row: &AnyRow, lease: Uuid) -> Result<Claimed, StoreError> {
    Ok(Claimed {
        id: id(row)?,
        kind: row.try_get("kind")?,
        request: row.try_get("request")?,
        lease,
        attempts: attempts(row)?,
        cancel: row.try_get::<i64, _>("cancel")? != 0,
    })
}

fn corrupt(problem: String) -> StoreError {
    StoreError::Corrupt { table: "job", problem }
}
