//! `POST /v1/plans`: a plan for a scenario in the body

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use scheduler_core::plan::{Budget, Options, Outcome, PlanError, Stop, plan};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::wire::Wire as _;
use scheduler_core::scenario::{PlanFile, Scenario};
use scheduler_core::wire;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::jobs::{self, JobView};
use super::scenario_read;
use super::written::IdempotencyKey;
use crate::http::app::Shared;
use crate::http::auth::{Caller, PlanningWrite};
use crate::http::body::{Body, sensible};
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::jobs::{Kind, Run};

/// Longest time of planning that a client is kept waiting for; longer ones become a job.
const WAITED_FOR: f64 = 10.0;

wire! {
    /// A scenario to plan.
    pub struct PlanRequest {
        /// What to plan.
        #[wire(kind = Scenario::KIND)]
        pub scenario: Value,
        /// Time to plan for, in seconds. Above 10 the plan is made in the background.
        #[wire(within = (0.001, 3600.0), example = "2.0", always)]
        pub seconds: f64 = 5.0,
        /// Steps of search to plan for, instead of a time: the same plan each time, on any machine.
        /// The plan is made in the background.
        #[wire(within = (1.0, 1000000000.0))]
        pub steps: Option<u64>,
        /// Stop as soon as no plan can be better by more than this share.
        #[wire(within = (0.0, 1.0), always)]
        pub gap: f64 = Options::default().gap,
        /// Seed of the search.
        #[wire(within = (0.0, 1000000000.0), always)]
        pub seed: u64 = Options::default().seed,
    }
}

/// How planning ended.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// No plan is better.
    Optimal,
    /// The gap asked for is proven.
    Gap,
    /// The budget is used up; the plan has the gap that it says.
    Budget,
    /// It was asked to stop; the plan has the gap that it says.
    Cancelled,
    /// It is proven that there is no plan; the conflicts say why.
    Infeasible,
}

/// A plan, or why there is none.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct PlanAnswer {
    /// How planning ended.
    status: PlanStatus,
    /// The plan; missing where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PlanFile<'static>>, nullable = false)]
    plan: Option<Value>,
    /// Why there is none, at least one entry then.
    conflicts: Vec<Violation>,
    /// What is doubtful about the scenario.
    warnings: Vec<Violation>,
    /// Steps of search done.
    steps: u64,
}

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
    security(("key" = ["planning:write"])),
    extensions(("x-idempotent" = json!("optional")), ("x-problems" = json!([
        "invalid", "invalid-scenario", "no-solution-in-time", "too-many-jobs", "busy",
        "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    key: Option<IdempotencyKey>,
    body: Body<PlanRequest>,
) -> Answer<Response> {
    sensible(body.violations)?;
    let request = body.value;
    let waited_for = WAITED_FOR.min(f64::from(app.settings().request_seconds) / 2.0);
    if request.steps.is_none() && request.seconds <= waited_for {
        let run = Run::new(app.instant());
        let answer = jobs::at_once(&app, &run, move |run| make(&request, run)).await?;
        return Ok(Json(answer).into_response());
    }
    let check = move || {
        // Whoever made a mistake learns it now, not when its turn comes.
        let scenario = scenario_read::read(&request.scenario, "/scenario")?;
        scenario_read::problem(&scenario, "/scenario")?;
        serde_json::to_string(&request).map_err(|error| HttpError::internal(&error))
    };
    let request = app.plans.run(check).await??;
    let key = key.map(|key| key.fingerprint(&caller.client, &body.digest));
    let job = app.jobs.add(&caller.client.name, Kind::Plan, request, key).await?;
    jobs::accepted(&job)
}

/// Plans, on a thread where it may take its time.
///
/// # Errors
/// 400 and 422 with everything that is wrong with the scenario, 503 where no plan was found in time.
pub fn make(request: &PlanRequest, run: &Run) -> Answer<PlanAnswer> {
    let scenario = scenario_read::read(&request.scenario, "/scenario")?;
    let problem = scenario_read::problem(&scenario, "/scenario")?;
    let budget = match request.steps {
        Some(steps) => Budget::Steps(steps),
        None => Budget::Time(Duration::from_secs_f64(request.seconds)),
    };
    let options = Options { budget, gap: request.gap, seed: request.seed, ..Options::default() };
    let warnings: Vec<Violation> = problem
        .warnings
        .iter()
        .map(|found| Violation::new(&found.pointer, found.code, &found.message))
        .collect();
    match plan(&problem, &options, run) {
        Ok(outcome) => answer(&problem, &outcome, warnings),
        Err(PlanError::Infeasible { conflicts }) => Ok(PlanAnswer {
            status: PlanStatus::Infeasible,
            plan: None,
            conflicts: conflicts
                .iter()
                .map(|conflict| Violation::new(&conflict.pointer, conflict.code, &conflict.message))
                .collect(),
            warnings,
            steps: 0,
        }),
        Err(PlanError::NotFound { conflicts }) => {
            let violations = conflicts
                .iter()
                .map(|conflict| Violation::new(&conflict.pointer, conflict.code, &conflict.message))
                .collect();
            Err(HttpError::violations(problem::NO_SOLUTION, violations).retry_after(1))
        }
        Err(other) => Err(HttpError::internal(&other)),
    }
}

fn answer(problem: &Problem, outcome: &Outcome, warnings: Vec<Violation>) -> Answer<PlanAnswer> {
    let file = PlanFile::new(problem, &outcome.plan);
    let status = match outcome.stop {
        Stop::Optimal => PlanStatus::Optimal,
        Stop::Gap => PlanStatus::Gap,
        Stop::Cancelled => PlanStatus::Cancelled,
        _ => PlanStatus::Budget,
    };
    let plan = serde_json::to_value(file).map_err(|error| HttpError::internal(&error))?;
    let steps = outcome.steps;
    Ok(PlanAnswer { status, plan: Some(plan), conflicts: Vec::new(), warnings, steps })
}
