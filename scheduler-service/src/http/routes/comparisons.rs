//! `POST /v1/comparisons`: what measures would change

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::jobs::{self, JobView, Wish};
use super::scenario_shape as shape;
use super::simulation_shape as answer;
use super::simulations::default_wait;
use super::written::IdempotencyKey;
use crate::http::app::Shared;
use crate::http::auth::{Caller, PlanningWrite};
use crate::http::body::{Body, sensible};
use crate::http::problem::Answer;
use crate::studies::Study;
use crate::studies::compare;
use crate::studies::options::RunOptions;

/// A scenario, and what could be changed about it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ComparisonRequest {
    /// What to compare with.
    #[schema(value_type = shape::Scenario)]
    pub scenario: Value,
    /// What to compare, each by itself.
    #[schema(value_type = Vec<answer::Variant>, min_items = 1, max_items = 100)]
    pub variants: Vec<Value>,
    /// How to plan and simulate each of them.
    #[serde(default)]
    pub options: RunOptions,
    /// How many seconds you wait for the answer; if it takes longer it becomes a job. 0: it becomes
    /// one in any case.
    #[serde(default = "default_wait")]
    #[schema(minimum = 0, maximum = 10, default = 5.0, example = 5.0)]
    pub wait_seconds: f64,
}

/// Compares variants of a scenario with it, each with a plan of its own, on the same random numbers.
///
/// Keeps nothing where the answer comes within `wait_seconds`; else the answer is 202, and the
/// comparison is the result of a job. With an `Idempotency-Key` a request that is sent again is
/// answered with the job that it has made already.
#[utoipa::path(post, path = "/v1/comparisons", tag = "stateless",
    request_body = ComparisonRequest,
    responses(
        (status = 200, description = "For each figure of each variant the difference, and whether \
            it is better, worse, or cannot be told apart.", body = answer::Comparison),
        (status = 202, description = "The job that compares.", body = JobView, headers(
            ("Location" = String, description = "Path of the job."),
            ("ETag" = String, description = "Version of the job."),
            ("Retry-After" = u32, description = "Seconds after which to ask for it.")))),
    security(("key" = ["planning:write"])),
    extensions(("x-idempotent" = json!("optional")), ("x-problems" = json!([
        "invalid", "invalid-scenario", "invalid-variant", "no-plan", "no-solution-in-time",
        "too-many-jobs", "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    key: Option<IdempotencyKey>,
    body: Body<ComparisonRequest>,
) -> Answer<Response> {
    sensible(body.violations)?;
    let ComparisonRequest { scenario, variants, options, wait_seconds } = body.value;
    let wish = Wish {
        client: &caller.client.name,
        kind: Study::Comparison,
        key: key.map(|key| key.fingerprint(&caller.client, &body.digest)),
        seconds: wait_seconds,
    };
    let request = compare::ComparisonRequest { scenario, variants, options };
    jobs::now_or_later(&app, wish, &request).await
}
