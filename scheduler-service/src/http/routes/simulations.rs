//! `POST /v1/simulations`: what waits, lead times and overtime would be

use axum::extract::State;
use axum::response::Response;
use scheduler_core::compare::{CompareOptions, expected};
use scheduler_core::plan::{self, Budget, PlanError, plan};
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::report::simulation::{SimulationReport, simulation_report};
use scheduler_core::scenario::wire::Wire as _;
use scheduler_core::scenario::{PlanFile, Scenario};
use scheduler_core::simulate::booking::BookingBy;
use scheduler_core::simulate::run::{SimulateError, SimulationOptions, Until, simulate};
use scheduler_core::{wire, words};
use serde_json::Value;

use super::jobs::{self, JobView, Wish};
use super::written::IdempotencyKey;
use super::{plan_read, scenario_read};
use crate::http::app::Shared;
use crate::http::auth::{Caller, PlanningWrite};
use crate::http::body::{Body, sensible};
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::jobs::{Kind, Run};

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

    /// How to plan and simulate.
    pub struct RunOptions {
        /// Seed of all random numbers: the same request gives the same answer.
        #[wire(within = (0.0, 1000000000.0), always)]
        pub seed: u64 = RunOptions::default().seed,
        /// Stop as soon as half the 95 % interval of each headline figure is at most this share of
        /// it.
        #[wire(within = (0.0001, 1.0), always)]
        pub precision: f64 = RunOptions::default().precision,
        /// Most replications.
        #[wire(within = (1.0, 1000000.0), always)]
        pub most_replications: u64 = RunOptions::default().most_replications,
        /// So many replications, whatever the precision.
        #[wire(within = (1.0, 1000000.0))]
        pub replications: Option<u64>,
        /// Weeks of one replication that are measured.
        #[wire(within = (1.0, 104.0), always)]
        pub weeks: u32 = RunOptions::default().weeks,
        /// Weeks of booking before them, which fill the calendar; as many as booking looks ahead
        /// need where left out.
        #[wire(within = (0.0, 104.0))]
        pub warm_up_weeks: Option<u32>,
        /// What people who ask for an appointment are offered: the slots of the plan, or every
        /// start that the ledger of the booking service could keep. The latter takes much longer.
        #[wire(always)]
        pub booking_by: Booked = RunOptions::default().booking_by,
        /// Steps of search for each plan that has to be made.
        #[wire(within = (1.0, 1000000000.0), always)]
        pub plan_steps: u64 = RunOptions::default().plan_steps,
    }
}

words! {
    /// What people who ask for an appointment are offered.
    pub enum Booked: "a way of booking", default Slots {
        /// The slots of the plan.
        Slots = "slots",
        /// Every start that the ledger could keep.
        Ledger = "ledger",
    }
}

/// How long a client waits by default, in seconds.
pub fn default_wait() -> f64 {
    5.0
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            precision: 0.02,
            most_replications: 10_000,
            replications: None,
            weeks: 4,
            warm_up_weeks: None,
            booking_by: Booked::default(),
            plan_steps: CompareOptions::STEPS,
        }
    }
}

impl RunOptions {
    /// How the library simulates.
    pub fn simulation(&self) -> SimulationOptions {
        let precision = Until::Precision { relative: self.precision, most: self.most_replications };
        let mut options = SimulationOptions::default();
        options.seed = self.seed;
        options.until = self.replications.map_or(precision, Until::Replications);
        options.weeks = self.weeks;
        options.warm_up_weeks = self.warm_up_weeks;
        options.booking_by = match self.booking_by {
            Booked::Slots => BookingBy::Slots,
            Booked::Ledger => BookingBy::Ledger,
        };
        options
    }

    /// How the library plans.
    pub fn planning(&self) -> plan::Options {
        let budget = Budget::Steps(self.plan_steps);
        plan::Options { budget, seed: self.seed, ..plan::Options::default() }
    }
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
    security(("key" = ["planning:write"])),
    extensions(("x-idempotent" = json!("optional")), ("x-problems" = json!([
        "invalid", "invalid-scenario", "invalid-plan", "no-plan", "no-solution-in-time",
        "too-many-jobs", "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    key: Option<IdempotencyKey>,
    body: Body<SimulationRequest>,
) -> Answer<Response> {
    sensible(body.violations)?;
    let request = &body.value;
    let wish = Wish {
        client: &caller.client.name,
        kind: Kind::Simulation,
        key: key.map(|key| key.fingerprint(&caller.client, &body.digest)),
        seconds: request.wait_seconds,
    };
    jobs::now_or_later(&app, wish, request).await
}

/// Simulates, on a thread where it may take its time.
///
/// # Errors
/// 400 and 422 with everything that is wrong, 503 where it was stopped or no plan was found.
pub fn make(request: &SimulationRequest, run: &Run) -> Answer<SimulationReport> {
    let scenario = scenario_read::read(&request.scenario, "/scenario")?;
    let problem = scenario_read::problem(&scenario, "/scenario")?;
    let plan = match &request.plan {
        Some(plan) => plan_read::read(plan, &problem, "/plan")?,
        None => planned(&problem, &request.options, run)?,
    };
    let simulated = simulate(&problem, &plan, &request.options.simulation(), run);
    let name = scenario.name.as_deref().unwrap_or_default();
    simulated.map(|run| simulation_report(name, &run)).map_err(|error| not_simulated(&error))
}

fn planned(problem: &Problem, options: &RunOptions, run: &Run) -> Answer<Plan> {
    if run.is_cancelled() {
        return Err(stopped());
    }
    match plan(&expected(problem), &options.planning(), run) {
        // A plan that was stopped half way would pass for what the scenario can do.
        _ if run.is_cancelled() => Err(stopped()),
        Ok(outcome) => Ok(outcome.plan),
        Err(error) => Err(not_planned(&[("/scenario".to_owned(), &error)])),
    }
}

/// Why a simulation gave nothing.
pub fn not_simulated(error: &SimulateError) -> HttpError {
    match error {
        SimulateError::Cancelled => stopped(),
        SimulateError::Option { option, .. } => {
            let pointer = format!("/options/{option}");
            let violation = Violation::new(pointer, "range", error.to_string());
            HttpError::violations(problem::INVALID, vec![violation])
        }
        SimulateError::Booking(cause) => {
            let message = format!("{error}: {cause}");
            let violation = Violation::new("/options/booking_by".to_owned(), "booking", message);
            HttpError::violations(problem::INVALID, vec![violation])
        }
        other => HttpError::internal(other),
    }
}

/// Why there are no plans for the scenarios at these places of the body.
pub fn not_planned(errors: &[(String, &PlanError)]) -> HttpError {
    let (mut violations, mut proven) = (Vec::new(), true);
    for (at, error) in errors {
        let (PlanError::Infeasible { conflicts } | PlanError::NotFound { conflicts }) = error
        else {
            return HttpError::internal(error);
        };
        proven &= matches!(error, PlanError::Infeasible { .. });
        violations.extend(conflicts.iter().map(|conflict| {
            // Of a variant, the place would be one of the edited scenario, which nobody has seen.
            let inside = if at == "/scenario" { conflict.pointer.as_str() } else { "" };
            Violation::new(format!("{at}{inside}"), conflict.code, &conflict.message)
        }));
    }
    if proven {
        HttpError::violations(problem::NO_PLAN, violations)
    } else {
        HttpError::violations(problem::NO_SOLUTION, violations).retry_after(1)
    }
}

/// It was stopped before there was anything to answer.
pub fn stopped() -> HttpError {
    HttpError::new(problem::BUSY, "it was stopped before there was a result").retry_after(1)
}
