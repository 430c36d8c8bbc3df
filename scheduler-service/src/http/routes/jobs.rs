//! `/v1/jobs/{id}`: work that takes longer than a client waits for

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use futures_util::stream::{self, Stream};
use scheduler_core::report::simulation::{ComparisonReport, SimulationReport};
use scheduler_core::report::staffing::StaffingReport;
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;
use uuid::Uuid;

use super::lists::{MOST, USUAL};
use super::shapes::Id;
use super::written::etag;
use crate::http::app::{App, Shared};
use crate::http::auth::{Caller, StudiesRun};
use crate::http::problem::{self, Answer, HttpError, ProblemDetails};
use crate::http::query::{Query, cursor};
use crate::jobs::{JobError, JobProgress, Run, Watcher};
use crate::store::{JobRow, JobStatus as Status, StoreError};
use crate::studies::plan::PlanAnswer;
use crate::studies::{Failure, FailureKind, Study, StudyError};

/// How often a line is sent to whoever watches a job in which nothing happens.
const ALIVE: Duration = Duration::from_secs(15);

/// What kind of work a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum JobKind {
    /// A plan for a scenario.
    Plan,
    /// A simulation of a scenario.
    Simulation,
    /// A comparison of variants with a scenario.
    Comparison,
    /// The least staff of a scenario.
    Staffing,
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

/// What a job comes to, by its kind.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant, reason = "never made: it only documents")]
#[expect(dead_code, reason = "shows what is kept as text")]
enum JobResult {
    Plan(PlanAnswer),
    Simulation(SimulationReport),
    Comparison(ComparisonReport),
    Staffing(StaffingReport),
}

/// Work that is done in the background, by any process on the database.
///
/// Only its client sees it. Where its process dies it is begun anew, three times at most. It is
/// kept for a day after its end, unless the operator has set another time or 100 newer ones of the
/// same client have ended since.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobView {
    /// Its id.
    id: Uuid,
    /// What it makes.
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
    #[schema(value_type = Option<JobResult>, nullable = false)]
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
    fn of(job: &JobRow, outcome: Option<String>) -> Answer<Self> {
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
        Ok(Self {
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
        })
    }
}

/// An answer with `job`, its version, and when to ask again.
fn answer(status: StatusCode, job: &JobRow, outcome: Option<String>) -> Answer<Response> {
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

/// Does `work` while the client waits for it, in its `turn` where it has that already; stops it where the client hangs up.
///
/// # Errors
/// 503 where too much waits already.
pub async fn at_once<T: Send + 'static>(
    app: &App,
    turn: Option<OwnedSemaphorePermit>,
    run: &Arc<Run>,
    work: impl FnOnce(&Run) -> T + Send + 'static,
) -> Answer<T> {
    let _stop = run.stop_when_dropped();
    let mine = Arc::clone(run);
    let work = move || {
        // The time that it waited for its turn does not count.
        mine.begin(Instant::now());
        work(&mine)
    };
    app.plans.run_in(turn, work).await
}

/// What a client wants to know, and how long it waits for it.
#[derive(Debug)]
pub struct Wish<'a> {
    /// Name of the client.
    pub client: &'a str,
    /// What kind of work it takes.
    pub kind: Study,
    /// Idempotency key and fingerprint of the request.
    pub key: Option<(String, String)>,
    /// How long it waits, in seconds.
    pub seconds: f64,
    /// Its turn, where its body had to wait for one.
    pub turn: Option<OwnedSemaphorePermit>,
}

/// Does what `request` asks for while the client waits; where that takes too long, it becomes a
/// job, which begins anew: so what is small waits for no job, and leaves nothing behind.
///
/// # Errors
/// Those of the work, and of adding jobs.
pub async fn now_or_later(app: &App, wish: Wish<'_>, request: &impl Serialize) -> Answer<Response> {
    if let Some(key) = &wish.key
        && let Some(job) = app.jobs.known(wish.client, key).await?
    {
        return accepted(&job);
    }
    let text = serde_json::to_string(request).map_err(|error| HttpError::internal(&error))?;
    let text: Arc<str> = text.into();
    let seconds = wish.seconds.min(f64::from(app.settings().request_seconds) / 2.0);
    let limit = Duration::from_secs_f64(seconds.max(0.0));
    let (kind, work) = (wish.kind, Arc::clone(&text));
    // Also where nobody waits: whoever made a mistake learns it now, not when its turn comes.
    let run = Run::limited(app.instant(), limit);
    let sizes = app.settings().sizes;
    let perform = move |run: &Run| {
        kind.judge(&work, &sizes)?;
        kind.perform(&work, run)
    };
    let answer = at_once(app, wish.turn, &run, perform).await?;
    // Who does not wait wants a job, however soon it came.
    if !run.ran_out_of_time() && (answer.is_err() || !limit.is_zero()) {
        let json = [(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        return Ok((json, answer?).into_response());
    }
    accepted(&app.jobs.add(wish.client, kind, text.to_string(), wish.key).await?)
}

/// What is stored of a job that failed, as a problem.
fn problem_of(outcome: String) -> String {
    match serde_json::from_str::<Failure>(&outcome) {
        Ok(failure) => serde_json::to_string(HttpError::from(failure).details()).unwrap_or(outcome),
        // An earlier version of this service stored the problem itself.
        Err(_) => outcome,
    }
}

impl From<StudyError> for HttpError {
    fn from(error: StudyError) -> Self {
        Failure::from(&error).into()
    }
}

impl From<Failure> for HttpError {
    fn from(Failure { kind, detail, violations }: Failure) -> Self {
        let code = match kind {
            FailureKind::Malformed => problem::MALFORMED,
            FailureKind::InvalidScenario => problem::INVALID_SCENARIO,
            FailureKind::InvalidPlan => problem::INVALID_PLAN,
            FailureKind::InvalidVariant => problem::INVALID_VARIANT,
            FailureKind::InvalidOption => problem::INVALID,
            FailureKind::NoPlan => problem::NO_PLAN,
            FailureKind::NoPlanFound => {
                return Self::violations(problem::NO_SOLUTION, violations).retry_after(1);
            }
            FailureKind::Stopped => return Self::new(problem::BUSY, detail).retry_after(1),
            FailureKind::GivenUp => return Self::new(problem::GIVEN_UP, detail),
            FailureKind::Internal => return Self::internal(&detail),
        };
        Self::violations(code, violations)
    }
}

impl From<JobError> for HttpError {
    fn from(error: JobError) -> Self {
        let detail = error.to_string();
        match error {
            JobError::OtherRequest => Self::new(problem::KEY_REUSED, detail),
            JobError::TooManyOfClient(_) => {
                Self::new(problem::TOO_MANY_JOBS, detail).retry_after(10)
            }
            JobError::TooMany(_) | JobError::TooManyWatchers(_) => {
                Self::new(problem::BUSY, detail).retry_after(10)
            }
            JobError::Store(StoreError::Race) => {
                Self::new(problem::BUSY, "another process was first").retry_after(1)
            }
            JobError::Store(error) => {
                let error = &error as &(dyn std::error::Error + 'static);
                tracing::error!(error, "the store is not available for jobs");
                Self::new(problem::UNAVAILABLE, "the store is not available").retry_after(2)
            }
        }
    }
}

/// Where a job stands, and its result.
#[utoipa::path(get, path = "/v1/jobs/{id}", tag = "stateless",
    params(("id" = Uuid, Path, description = "Id of the job.")),
    responses((status = 200, description = "The job.", body = JobView, headers(
        ("ETag" = String, description = "Version of the job."),
        ("Retry-After" = u32, description = "Seconds after which to ask again; none once it has \
            ended.")))),
    security(("key" = ["studies:run"])),
    extensions(("x-problems" = json!(["not-found", "unavailable"]))))]
pub async fn read(
    State(app): State<Shared>,
    caller: Caller<StudiesRun>,
    Id(id): Id,
) -> Answer<Response> {
    let (job, outcome) = find(&app, &caller, &id).await?;
    answer(StatusCode::OK, &job, outcome)
}

/// Some jobs.
#[derive(Debug, Serialize, ToSchema)]
pub struct JobList {
    /// The jobs without their results, the last one first.
    jobs: Vec<JobView>,
    /// What to give as `cursor` for the next page; missing where this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

/// The jobs of the client, the last one first: results are at `/v1/jobs/{id}`.
#[utoipa::path(get, path = "/v1/jobs", tag = "stateless",
    params(
        ("status" = Option<Vec<JobStatus>>, Query, explode, style = Form, nullable = false,
            description = "Where they stand; anywhere where left out.", example = json!(["running"])),
        ("limit" = Option<u32>, Query, nullable = false, minimum = 1, maximum = 1000,
            description = "Most jobs in the answer; 100 where left out.", example = 100),
        ("cursor" = Option<String>, Query, nullable = false,
            description = "`next_cursor` of the page before, with the same other parameters.")),
    responses((status = 200, description = "Jobs.", body = JobList)),
    security(("key" = ["studies:run"])),
    extensions(("x-problems" = json!(["malformed", "unavailable"]))))]
pub async fn list(
    State(app): State<Shared>,
    caller: Caller<StudiesRun>,
    RawQuery(query): RawQuery,
) -> Answer<Json<JobList>> {
    let mut query = Query::new(query.as_deref());
    let names = Status::ALL.map(Status::name);
    let statuses = query.words("status", &names, Status::from_name);
    let limit = query.limit(USUAL, MOST);
    let before: Option<i64> = query.cursor("jobs");
    query.finish()?;
    let found = app.jobs.list(&caller.client.name, &statuses, before, limit + 1).await?;
    let more = found.len() > limit as usize;
    let page = &found[..found.len().min(limit as usize)];
    let jobs = page.iter().map(|(_, job)| JobView::of(job, None)).collect::<Answer<Vec<_>>>()?;
    let next_cursor = page.last().filter(|_| more).map(|(number, _)| cursor("jobs", number));
    Ok(Json(JobList { jobs, next_cursor }))
}

/// Asks a job to stop.
///
/// Its result is the best answer so far, if there is one; else it ends as `cancelled`. Asking again
/// changes nothing, nor does asking too late.
#[utoipa::path(post, path = "/v1/jobs/{id}/cancel", tag = "stateless",
    params(("id" = Uuid, Path, description = "Id of the job.")),
    responses((status = 200, description = "The job, which may take a moment to stop.",
        body = JobView, headers(
            ("ETag" = String, description = "Version of the job."),
            ("Retry-After" = u32, description = "Seconds after which to ask again; none once it \
                has ended.")))),
    security(("key" = ["studies:run"])),
    extensions(("x-problems" = json!(["not-found", "unavailable"]))))]
pub async fn cancel(
    State(app): State<Shared>,
    caller: Caller<StudiesRun>,
    Id(id): Id,
) -> Answer<Response> {
    let job = match Uuid::try_parse(&id) {
        Ok(job) => app.jobs.cancel(&caller.client.name, job).await?,
        Err(_) => None,
    };
    match job.ok_or_else(|| HttpError::not_found("job", &id))? {
        job if job.status.has_ended() => {
            let (job, outcome) = find(&app, &caller, &id).await?;
            answer(StatusCode::OK, &job, outcome)
        }
        job => answer(StatusCode::OK, &job, None),
    }
}

/// Watches a job, as server-sent events.
///
/// The first event has the job as it stands, each further one a change: `progress` while it has not
/// ended, then `end`, which is the last. The data of each is the job without its result, which can
/// be large: read it at `/v1/jobs/{id}`. A stream that breaks off is taken up again with
/// `Last-Event-ID`, as browsers do by themselves.
#[utoipa::path(get, path = "/v1/jobs/{id}/events", tag = "stateless",
    params(("id" = Uuid, Path, description = "Id of the job."),
        ("Last-Event-ID" = Option<String>, Header, nullable = false,
            description = "Id of the last event that arrived.", example = "1")),
    responses((status = 200, description = "Events, each with a `JobView` as its data.",
        content_type = "text/event-stream", body = String)),
    security(("key" = ["studies:run"])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn events(
    State(app): State<Shared>,
    caller: Caller<StudiesRun>,
    Id(id): Id,
    headers: HeaderMap,
) -> Answer<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    let (job, _) = find(&app, &caller, &id).await?;
    let watcher = app.jobs.watch()?;
    let seen = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    let next = Next { watcher, id: job.id, seen };
    let events = stream::unfold(Some(next), |next| async { next?.event().await });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE)))
}

/// What comes next in a stream of events.
struct Next {
    watcher: Watcher,
    id: Uuid,
    seen: Option<u64>,
}

impl Next {
    /// The next event, and what comes after it.
    async fn event(mut self) -> Option<(Result<Event, Infallible>, Option<Self>)> {
        let (job, outcome) = self.watcher.next(self.id, self.seen).await?;
        let data = serde_json::to_string(&JobView::of(&job, outcome).ok()?).ok()?;
        let ended = job.status.has_ended();
        let name = if ended { "end" } else { "progress" };
        let event = Event::default().event(name).id(job.version.to_string()).data(data);
        self.seen = Some(job.version);
        Some((Ok(event), (!ended).then_some(self)))
    }
}

async fn find(
    app: &App,
    caller: &Caller<StudiesRun>,
    id: &str,
) -> Answer<(JobRow, Option<String>)> {
    let found = match Uuid::try_parse(id) {
        Ok(job) => app.jobs.find(&caller.client.name, job).await?,
        Err(_) => None,
    };
    found.ok_or_else(|| HttpError::not_found("job", id))
}
