//! `POST /v1/comparisons`: what measures would change

use axum::extract::State;
use axum::response::Response;
use scheduler_core::compare::{CompareError, CompareOptions, compare};
use scheduler_core::report::simulation::{ComparisonReport, comparison_report};
use scheduler_core::scenario::Scenario;
use scheduler_core::scenario::wire::{Kind as Form, Wire as _};
use scheduler_core::scenario::{Findings, Severity, Variant};
use scheduler_core::wire;
use serde_json::Value;

use super::jobs::{self, JobView, Wish};
use super::scenario_read;
use super::simulations::{RunOptions, default_wait, not_planned, not_simulated, stopped};
use super::written::IdempotencyKey;
use crate::http::app::Shared;
use crate::http::auth::{Caller, PlanningWrite};
use crate::http::body::{Body, sensible};
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::jobs::{Kind, Run};

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
    let request = &body.value;
    let wish = Wish {
        client: &caller.client.name,
        kind: Kind::Comparison,
        key: key.map(|key| key.fingerprint(&caller.client, &body.digest)),
        seconds: request.wait_seconds,
    };
    jobs::now_or_later(&app, wish, request).await
}

/// Compares, on a thread where it may take its time.
///
/// # Errors
/// 400 and 422 with everything that is wrong, 503 where it was stopped or no plan was found.
pub fn make(request: &ComparisonRequest, run: &Run) -> Answer<ComparisonReport> {
    let scenario = scenario_read::read(&request.scenario, "/scenario")?;
    let variants = variants(&request.variants)?;
    let mut options = CompareOptions::default();
    options.simulation = request.options.simulation();
    options.plan = request.options.planning();
    let compared = compare(&scenario, &variants, &options, run);
    let comparison = compared.map_err(not_compared)?;
    Ok(comparison_report(&comparison))
}

/// The variants of the body; everything that is wrong with any of them.
fn variants(values: &[Value]) -> Answer<Vec<Variant>> {
    let (mut variants, mut wrong) = (Vec::new(), Vec::new());
    for (index, value) in values.iter().enumerate() {
        match Variant::from_value(value) {
            Ok(variant) => variants.push(variant),
            Err(findings) => wrong.push((index, findings)),
        }
    }
    if wrong.is_empty() { Ok(variants) } else { Err(refused(&wrong)) }
}

/// The answer to variants, by their places in the list, with errors.
fn refused(wrong: &[(usize, Findings)]) -> HttpError {
    let mut code = problem::INVALID_VARIANT;
    let mut violations = Vec::new();
    for (index, findings) in wrong {
        if scenario_read::code_of(findings) == problem::MALFORMED {
            code = problem::MALFORMED;
        }
        let errors = findings.iter().filter(|found| found.severity == Severity::Error);
        violations.extend(errors.map(|found| {
            let pointer = format!("/variants/{index}{}", found.pointer);
            Violation::new(pointer, found.code, &found.message)
        }));
    }
    HttpError::violations(code, violations)
}

#[expect(clippy::needless_pass_by_value, reason = "what map_err hands over")]
fn not_compared(error: CompareError) -> HttpError {
    match &error {
        CompareError::Cancelled => stopped(),
        CompareError::Base(findings) => scenario_read::refused(findings, "/scenario"),
        CompareError::Variants(wrong) => refused(wrong),
        CompareError::Simulate(error) => not_simulated(error),
        CompareError::NoPlan(errors) => {
            let places = errors.iter().map(|(scenario, error)| {
                // The base is scenario 0. What conflicts in a variant may be in no file.
                let at = match scenario.checked_sub(1) {
                    None => "/scenario".to_owned(),
                    Some(variant) => format!("/variants/{variant}"),
                };
                (at, error)
            });
            not_planned(&places.collect::<Vec<_>>())
        }
        other => HttpError::internal(other),
    }
}
