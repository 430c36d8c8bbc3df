//! `/v1/jobs/{id}`: work that takes longer than a client waits for

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::events::UNBUFFERED;
use super::job_view::{JobStatus, JobView, answer};
use super::lists::{MOST, USUAL};
use super::shapes::Id;
use crate::http::app::{App, Shared};
use crate::http::auth::{Caller, Pass, StudiesRun};
use crate::http::problem::{Answer, HttpError};
use crate::http::query::{Query, cursor};
use crate::jobs::Watcher;
use crate::store::{JobRow, JobStatus as Status};

/// How often a line is sent to whoever watches a job in which nothing happens.
const ALIVE: Duration = Duration::from_secs(15);

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
    responses((status = 200, description = "Events. What is shown is the data of each.",
        content_type = "text/event-stream", body = JobView)),
    security(("key" = ["studies:run"])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn events(
    State(app): State<Shared>,
    caller: Caller<StudiesRun>,
    Id(id): Id,
    headers: HeaderMap,
) -> Answer<Response> {
    let (job, _) = find(&app, &caller, &id).await?;
    let watcher = app.jobs.watch()?;
    let seen = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.parse().ok());
    let (app, pass) = (Arc::clone(&app), caller.pass());
    let next = Next { app, pass, watcher, id: job.id, seen };
    let events = stream::unfold(Some(next), |next| async { next?.event().await });
    let sent = Sse::new(events).keep_alive(KeepAlive::new().interval(ALIVE));
    Ok((UNBUFFERED, sent).into_response())
}

/// What comes next in a stream of events.
struct Next {
    app: Shared,
    /// It ends with it.
    pass: Pass,
    watcher: Watcher,
    id: Uuid,
    seen: Option<u64>,
}

impl Next {
    /// The next event, and what comes after it.
    async fn event(mut self) -> Option<(Result<Event, Infallible>, Option<Self>)> {
        let (job, outcome) = self.watcher.next(self.id, self.seen).await?;
        if !self.pass.is_valid(&self.app).await {
            return None;
        }
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
