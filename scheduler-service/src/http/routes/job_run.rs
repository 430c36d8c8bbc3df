//! Work that is done while the client waits, or later as a job

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::HeaderValue;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;

use super::job_view::accepted;
use crate::http::app::App;
use crate::http::problem::{self, Answer, HttpError};
use crate::jobs::{JobError, Run};
use crate::store::StoreError;
use crate::studies::{Failure, FailureKind, Study, StudyError};

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
