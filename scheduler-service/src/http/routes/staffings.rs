//! `POST /v1/staffings`: which people on which shifts keep the promise

use axum::extract::State;
use axum::response::Response;

use super::job_view::{JobView, accepted};
use super::written::IdempotencyKey;
use crate::http::app::Shared;
use crate::http::auth::{Caller, StudiesRun};
use crate::http::body::{Body, sensible};
use crate::http::problem::{Answer, HttpError};
use crate::studies::Study;
use crate::studies::staff::StaffingRequest;

/// Looks for the least staff with which a scenario reaches its targets, and a bound that no roster
/// beats.
///
/// The answer is 202 and a job, whose result has the roster, each target's figure with its interval,
/// the bound, and a certificate of what can be checked. With an `Idempotency-Key` a request that is sent
/// again is answered with the job that it has made already.
#[utoipa::path(post, path = "/v1/staffings", tag = "stateless", request_body = StaffingRequest,
    responses(
        (status = 202, description = "The job that looks.", body = JobView, headers(
            ("Location" = String, description = "Path of the job."),
            ("ETag" = String, description = "Version of the job."),
            ("Retry-After" = u32, description = "Seconds after which to ask for it.")))),
    security(("key" = ["studies:run"])),
    extensions(("x-idempotent" = json!("optional")), ("x-problems" = json!([
        "invalid", "invalid-scenario", "too-many-jobs", "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<StudiesRun>,
    key: Option<IdempotencyKey>,
    body: Body<StaffingRequest>,
) -> Answer<Response> {
    sensible(body.violations)?;
    let request = body.value;
    let sizes = app.settings().sizes;
    let check = move || {
        // Whoever made a mistake learns it now, not when its turn comes.
        request.judge(&sizes)?;
        request.check()?;
        serde_json::to_string(&request).map_err(|error| HttpError::internal(&error))
    };
    let request = app.plans.run_in(body.turn, check).await??;
    let key = key.map(|key| key.fingerprint(&caller.client, &body.digest));
    let job = app.jobs.add(&caller.client.name, Study::Staffing, request, key).await?;
    accepted(&job)
}
