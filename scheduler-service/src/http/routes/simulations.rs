//! `POST /v1/simulations`: what waits, lead times and overtime would be

use axum::extract::State;
use axum::response::Response;
use scheduler_core::report::simulation::SimulationReport;
use scheduler_core::scenario::wire::Wire as _;
use scheduler_core::scenario::{PlanFile, Scenario};
use scheduler_core::wire;
use serde_json::Value;

use super::job_run::{Wish, now_or_later};
use super::job_view::JobView;
use super::written::IdempotencyKey;
use crate::http::app::Shared;
use crate::http::auth::{Caller, StudiesRun};
use crate::http::body::{Body, sensible};
use crate::http::problem::Answer;
use crate::studies::Study;
use crate::studies::options::RunOptions;
use crate::studies::simulate;

wire! {
    /// A scenario to simulate.
    pub struct SimulationRequest {
        /// What to simulate. Its `operations` say who comes and how the day is run.
        #[wire(kind = Scenario::KIND)]
        pub scenario: Value,
        /// The plan whose slots are booked; one is made where it is left out.
        #[wire(kind = PlanFile::KIND)]
        pub plan: Option<Value>,
        /// How to simulate.
        #[wire(always)]
        pub options: RunOptions = RunOptions::default(),
        /// How many seconds you wait for the answer; if it takes longer it becomes a job. 0: it
        /// becomes one in any case.
        #[wire(within = (0.0, 10.0), example = "5.0", always)]
        pub wait_seconds: f64 = default_wait(),
    }
}

/// How long a client waits by default, in seconds.
pub fn default_wait() -> f64 {
    5.0
}

/// Simulates a scenario: the weeks in which people book, and the days at the counters.
///
/// Keeps nothing where the answer comes within `wait_seconds`; else the answer is 202, and the
/// simulation is the result of a job. With an `Idempotency-Key` a request that is sent again is
/// answered with the job that it has made already.
#[utoipa::path(post, path = "/v1/simulations", tag = "stateless",
    request_body = SimulationRequest,
    responses(
        (status = 200, description = "All figures, each with half of its 95 % interval.",
            body = SimulationReport),
        (status = 202, description = "The job that simulates.", body = JobView, headers(
            ("Location" = String, description = "Path of the job."),
            ("ETag" = String, description = "Version of the job."),
            ("Retry-After" = u32, description = "Seconds after which to ask for it.")))),
    security(("key" = ["studies:run"])),
    extensions(("x-idempotent" = json!("optional")), ("x-problems" = json!([
        "invalid", "invalid-scenario", "invalid-plan", "no-plan", "no-solution-in-time",
        "too-many-jobs", "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<StudiesRun>,
    key: Option<IdempotencyKey>,
    body: Body<SimulationRequest>,
) -> Answer<Response> {
    sensible(body.violations)?;
    let SimulationRequest { scenario, plan, options, wait_seconds } = body.value;
    let wish = Wish {
        client: &caller.client.name,
        kind: Study::Simulation,
        key: key.map(|key| key.fingerprint(&caller.client, &body.digest)),
        seconds: wait_seconds,
        turn: body.turn,
    };
    let request = simulate::SimulationRequest { scenario, plan, options };
    now_or_later(&app, wish, &request).await
}
