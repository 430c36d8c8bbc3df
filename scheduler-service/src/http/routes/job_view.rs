//! Jobs as they are answered

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use scheduler_core::words;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use super::written::etag;
use crate::http::problem::{Answer, HttpError, ProblemDetails};
use crate::jobs::JobProgress;
use crate::store::{JobRow, JobStatus as Status};
use crate::studies::{Failure, Study};

words! {
    /// What kind of work a job is.
    pub enum JobKind: "a kind of job" {
        /// A plan for a scenario.
        Plan = "plan",
        /// A simulation of a scenario.
        Simulation = "simulation",
        /// A comparison of variants with a scenario.
        Comparison = "comparison",
        /// The least staff of a scenario.
        Staffing = "staffing",
    }
}

impl From<Study> for JobKind {
    fn from(study: Study) -> Self {
        match study {
            Study::Plan => Self::Plan,
            Study::Simulation => Self::Simulation,
            Study::Comparison => Self::Comparison,
            Study::Staffing => Self::Staffing,
        }
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobStatus {
    /// It waits for its turn.
    Queued,
    /// It is at work.
    Running,
    /// `result` has the answer.
    Done,
    /// `problem` says why there is none.
    Failed,
    /// It was asked to stop before there was anything to answer.
    Cancelled,
}

impl From<Status> for JobStatus {
    fn from(status: Status) -> Self {
        match status {
            Status::Queued => Self::Queued,
            Status::Running => Self::Running,
            Status::Done => Self::Done,
            Status::Failed => Self::Failed,
            Status::Cancelled => Self::Cancelled,
        }
    }
}

/// Work that is done in the background, by any process on the database.
///
/// Only its client sees it. Where its process dies it is begun anew, three times at most. It is
/// kept for a day after its end, unless the operator has set another time or 100 newer ones of the
/// same client have ended since.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct JobView(JobFields);

/// What there is of a job of whatever kind.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct JobFields {
    /// Its id.
    id: Uuid,
    /// What it makes. Each schema has the one word that it is of.
    #[schema(value_type = String)]
    kind: JobKind,
    /// Where it stands.
    status: JobStatus,
    /// How often it was begun.
    attempts: u32,
    /// Whether it was asked to stop.
    cancelled: bool,
    /// When it was asked for.
    #[schema(example = "2027-03-01T06:00:00Z")]
    created_at: DateTime<Utc>,
    /// When the last attempt began.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "2027-03-01T06:00:01Z")]
    started_at: Option<DateTime<Utc>>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "2027-03-01T06:01:00Z")]
    ended_at: Option<DateTime<Utc>>,
    /// How far it is; missing before it has begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<JobProgress>, nullable = false)]
    progress: Option<Box<RawValue>>,
    /// The answer, once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>, nullable = false)]
    result: Option<Box<RawValue>>,
    /// Why there is no answer, once it has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ProblemDetails>, nullable = false)]
    problem: Option<Box<RawValue>>,
}

impl JobView {
    /// What a client sees of `job`, which has ended with `outcome`.
    ///
    /// # Errors
    /// Where the store has something else.
    pub(super) fn of(job: &JobRow, outcome: Option<String>) -> Answer<Self> {
        let raw =
            |text: String| RawValue::from_string(text).map_err(|error| HttpError::internal(&error));
        let instant = |milliseconds| {
            DateTime::from_timestamp_millis(milliseconds)
                .ok_or_else(|| HttpError::internal(&format_args!("no instant: {milliseconds}")))
        };
        let kind = Study::from_name(&job.kind)
            .ok_or_else(|| HttpError::internal(&format_args!("no kind of job: {}", job.kind)))?;
        let (result, problem) = match job.status {
            Status::Done => (outcome, None),
            Status::Failed => (None, outcome.map(problem_of)),
            Status::Queued | Status::Running | Status::Cancelled => (None, None),
        };
        Ok(Self(JobFields {
            id: job.id,
            kind: kind.into(),
            status: job.status.into(),
            attempts: job.attempts,
            cancelled: job.cancel,
            created_at: instant(job.created_at)?,
            started_at: job.started_at.map(instant).transpose()?,
            ended_at: job.ended_at.map(instant).transpose()?,
            progress: job.progress.clone().map(raw).transpose()?,
            result: result.map(raw).transpose()?,
            problem: problem.map(raw).transpose()?,
        }))
    }
}

/// An answer with `job`, its version, and when to ask again.
pub(super) fn answer(
    status: StatusCode,
    job: &JobRow,
    outcome: Option<String>,
) -> Answer<Response> {
    let mut response = (status, Json(JobView::of(job, outcome)?)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::ETAG, etag(job.version));
    if !job.status.has_ended() {
        headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    Ok(response)
}

/// The answer to a request that has become `job`.
///
/// # Errors
/// Where the store has something else.
pub fn accepted(job: &JobRow) -> Answer<Response> {
    let mut response = answer(StatusCode::ACCEPTED, job, None)?;
    let location = HeaderValue::from_str(&format!("/v1/jobs/{}", job.id));
    let location = location.map_err(|error| HttpError::internal(&error))?;
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// What is stored of a job that failed, as a problem.
fn problem_of(outcome: String) -> String {
    match serde_json::from_str::<Failure>(&outcome) {
        Ok(failure) => serde_json::to_string(HttpError::from(failure).details()).unwrap_or(outcome),
        // An earlier version of this service stored the problem itself.
        Err(_) => outcome,
    }
}
