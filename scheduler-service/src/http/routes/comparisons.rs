//! `POST /v1/comparisons`: what measures would change

use axum::extract::State;
use axum::response::Response;
use scheduler_core::report::simulation::ComparisonReport;
use scheduler_core::scenario::wire::{Kind as Form, Wire as _};
use scheduler_core::scenario::{Scenario, Variant};
use scheduler_core::wire;
use serde_json::Value;

use super::job_run::{Wish, now_or_later};
use super::job_view::JobView;
use super::simulations::default_wait;
use super::written::IdempotencyKey;
use crate::http::app::Shared;
use crate::http::auth::{Caller, StudiesRun};
use crate::http::body::{Body, sensible};
use crate::http::problem::Answer;
use crate::studies::Study;
use crate::studies::compare;
use crate::studies::options::RunOptions;

wire! {
    /// A scenario, and what could be changed about it.
    pub struct ComparisonRequest {
        /// What to compare with.
        #[wire(kind = Scenario::KIND)]
        pub scenario: Value,
        /// What to compare, each by itself.
        #[wire(length = (1, 100), kind = Form::List(&Variant::KIND))]
        pub variants: Vec<Value>,
        /// How to plan and simulate each of them.
        #[wire(always)]
        pub options: RunOptions = RunOptions::default(),
        /// How many seconds you wait for the answer; if it takes longer it becomes a job. 0: it
        /// becomes one in any case.
        #[wire(within = (0.0, 10.0), example = "5.0", always)]
        pub wait_seconds: f64 = default_wait(),
    }
}

/// Compares variants of a scenario with it, each with a plan of its own, on the same random
/// numbers.
///
/// Keeps nothing where the answer comes within `wait_seconds`; else the answer is 202, and the
/// comparison is the result of a job. With an `Idempotency-Key` a request that is sent again is
/// answered with the job that it has made already.
#[utoipa::path(post, path = "/v1/comparisons", tag = "stateless",
    request_body = ComparisonRequest,
    responses(
        (status = 200, description = "For each figure of each variant the difference, and whether \
            it is better, worse, or cannot be told apart.", body = ComparisonReport),
        (status = 202, description = "The job that compares.", body = JobView, headers(
            ("Location" = String, description = "Path of the job."),
            ("ETag" = String, description = "Version of the job."),
            ("Retry-After" = u32, description = "Seconds after which to ask for it.")))),
    security(("key" = ["studies:run"])),
    extensions(("x-idempotent" = json!("optional")), ("x-problems" = json!([
        "invalid", "invalid-scenario", "invalid-variant", "no-plan", "no-solution-in-time",
        "too-many-jobs", "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<StudiesRun>,
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
        turn: body.turn,
    };
    let request = compare::ComparisonRequest { scenario, variants, options };
    now_or_later(&app, wish, &request).await
}
