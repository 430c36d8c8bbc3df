//! `/v1/jobs/{id}`

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::plans::PlanAnswer;
use crate::app::Shared;
use crate::auth::{Caller, PlanningWrite};
use crate::jobs::{Job, State as JobState};
use crate::problem::{Answer, HttpError, ProblemDetails};

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
}

/// A plan that is made in the background.
///
/// Jobs are kept in memory for an hour after their end. A restart of the service forgets them.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobView {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    status: JobStatus,
    /// How far it is; missing before it has begun.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    progress: Option<JobProgress>,
    /// The answer, once it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PlanAnswer>, nullable = false)]
    result: Option<Value>,
    /// Why there is no answer, once it has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    problem: Option<ProblemDetails>,
}

/// How far a plan is.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobProgress {
    /// Time since it began, in milliseconds.
    elapsed_ms: u64,
    /// Steps of search done.
    steps: u64,
    /// Objective of the best plan so far; missing before there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    objective: Option<f64>,
    /// No plan has a larger objective; missing before that is known of any number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    upper_bound: Option<f64>,
}

impl JobView {
    /// What a client sees of `job`.
    pub fn of(job: &Job) -> Self {
        let (status, result, problem) = match job.state() {
            JobState::Queued => (JobStatus::Queued, None, None),
            JobState::Running => (JobStatus::Running, None, None),
            JobState::Done(_, value) => (JobStatus::Done, Some(value), None),
            JobState::Failed(_, error) => (JobStatus::Failed, None, Some(error.details().clone())),
        };
        let progress = job.run().latest().map(|progress| JobProgress {
            elapsed_ms: u64::try_from(progress.elapsed.as_millis()).unwrap_or(u64::MAX),
            steps: progress.steps,
            objective: progress.objective,
            upper_bound: Some(progress.upper_bound).filter(|bound| bound.is_finite()),
        });
        Self { id: job.id, status, progress, result, problem }
    }
}

/// Where a job stands, and its result.
#[utoipa::path(get, path = "/v1/jobs/{id}", tag = "stateless",
    params(("id" = Uuid, Path, description = "Id of the job.")),
    responses((status = 200, description = "The job.", body = JobView)),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!(["not-found"]))))]
pub async fn read(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    Path(id): Path<String>,
) -> Answer<Json<JobView>> {
    let job = find(&app, &caller, &id)?;
    Ok(Json(JobView::of(&job)))
}

/// Asks a job to stop: its result is the best plan so far. Asking again changes nothing.
#[utoipa::path(post, path = "/v1/jobs/{id}/cancel", tag = "stateless",
    params(("id" = Uuid, Path, description = "Id of the job.")),
    responses((status = 200, description = "The job, which may take a moment to stop.",
        body = JobView)),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!(["not-found"]))))]
pub async fn cancel(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    Path(id): Path<String>,
) -> Answer<Json<JobView>> {
    let job = find(&app, &caller, &id)?;
    job.run().cancel();
    Ok(Json(JobView::of(&job)))
}

fn find(app: &Shared, caller: &Caller<PlanningWrite>, id: &str) -> Answer<std::sync::Arc<Job>> {
    let job = Uuid::try_parse(id).ok().and_then(|id| app.jobs.get(&caller.client.name, id));
    job.ok_or_else(|| HttpError::not_found("job", id))
}
