//! `POST /v1/plans`: a plan for a scenario in the body

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::job_run::at_once;
use super::job_view::{JobView, accepted};
use super::written::IdempotencyKey;
use crate::http::app::Shared;
use crate::http::auth::{Caller, StudiesRun};
use crate::http::body::{Body, sensible};
use crate::http::problem::{Answer, HttpError};
use crate::jobs::Run;
use crate::studies::Study;
use crate::studies::plan::{PlanAnswer, PlanRequest};

/// Longest time of planning that a client is kept waiting for; longer ones become a job.
const WAITED_FOR: f64 = 10.0;

/// Plans a scenario.
///
/// Up to 10 seconds the answer is the plan, and nothing is kept; above, or where `steps` are given,
/// the answer is 202 and the plan is the result of a job. With an `Idempotency-Key` a request that
/// is sent again is answered with the job that it has made already.
#[utoipa::path(post, path = "/v1/plans", tag = "stateless", request_body = PlanRequest,
    responses(
        (status = 200, description = "The plan, or the proof that there is none.", body = PlanAnswer),
        (status = 202, description = "The job that makes the plan.", body = JobView, headers(
            ("Location" = String, description = "Path of the job."),
            ("ETag" = String, description = "Version of the job."),
            ("Retry-After" = u32, description = "Seconds after which to ask for it.")))),
    security(("key" = ["studies:run"])),
    extensions(("x-idempotent" = json!("optional")), ("x-problems" = json!([
        "invalid", "invalid-scenario", "no-solution-in-time", "too-many-jobs", "busy",
        "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<StudiesRun>,
    key: Option<IdempotencyKey>,
    body: Body<PlanRequest>,
) -> Answer<Response> {
    sensible(body.violations)?;
    let request = body.value;
    let waited_for = WAITED_FOR.min(f64::from(app.settings().request_seconds) / 2.0);
    if request.steps.is_none() && request.seconds <= waited_for {
        let run = Run::new(app.instant());
        let sizes = app.settings().sizes;
        let work = move |run: &Run| {
            request.judge(&sizes)?;
            request.run(run)
        };
        let answer = at_once(&app, body.turn, &run, work).await?;
        return Ok(Json(answer?).into_response());
    }
    let sizes = app.settings().sizes;
    let check = move || {
        // Whoever made a mistake learns it now, not when its turn comes.
        request.judge(&sizes)?;
        request.check()?;
        serde_json::to_string(&request).map_err(|error| HttpError::internal(&error))
    };
    let request = app.plans.run_in(body.turn, check).await??;
    let key = key.map(|key| key.fingerprint(&caller.client, &body.digest));
    let job = app.jobs.add(&caller.client.name, Study::Plan, request, key).await?;
    accepted(&job)
}
