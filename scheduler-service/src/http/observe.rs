//! What can be seen of a running service: a log line and figures for each request.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use metrics::{counter, describe_counter, describe_gauge, describe_histogram, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use tracing::Instrument;
use uuid::Uuid;

use crate::http::app::Shared;
use crate::http::problem::{self, HttpError};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Longest id of a request that is taken over from the client.
const LONGEST_ID: usize = 128;

/// Upper ends of the histograms' buckets in seconds: a search takes a tenth of a millisecond, a
/// plan ten seconds.
const SECONDS: [f64; 17] = [
    0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0,
    10.0, 30.0,
];

/// The figures of this process; the `metrics` crate has one place for them. Locked while they are
/// installed, so that who comes second waits for the handle.
static FIGURES: Mutex<Option<PrometheusHandle>> = Mutex::new(None);

/// Begins to count, once for the process.
///
/// # Errors
/// Where the program has installed a recorder of its own.
pub fn figures() -> Result<PrometheusHandle, BuildError> {
    let mut figures = FIGURES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*figures {
        return Ok(handle.clone());
    }
    let suffix = Matcher::Suffix("_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(suffix, &SECONDS)?;
    let handle = builder.install_recorder()?;
    describe();
    *figures = Some(handle.clone());
    Ok(handle)
}

fn describe() {
    describe_counter!("scheduler_requests_total", "Requests by route, method and status.");
    describe_histogram!("scheduler_request_seconds", "Time to answer by route and method.");
    describe_histogram!("scheduler_search_seconds", "Time that searching took by itself.");
    describe_counter!("scheduler_holds_total", "Holds by how they ended: held or refused.");
    describe_counter!("scheduler_confirmed_total", "Holds that became appointments.");
    describe_counter!("scheduler_too_late_total", "Requests that came after their hold expired.");
    describe_counter!(
        "scheduler_conflicts_total",
        "Starts that were gone when they were asked for."
    );
    describe_counter!("scheduler_holds_expired_total", "Holds that expired and were given back.");
    describe_counter!("scheduler_commits_total", "Transactions that were committed.");
    describe_counter!(
        "scheduler_version_conflicts_total",
        "Transactions tried again as another process was first."
    );
    describe_counter!("scheduler_jobs_total", "Jobs that ended here, by status.");
    describe_counter!(
        "scheduler_connections_closed_total",
        "Connections closed to make room for others, by reason."
    );
    describe_counter!(
        "scheduler_addresses_limited_total",
        "Requests refused as too many came from their address."
    );
    describe_gauge!(
        "scheduler_clock_trusted",
        "1 where the clock can be relied on, 0 where it has jumped or differs from the database's."
    );
    describe_gauge!("scheduler_body_bytes", "Bytes of large bodies in memory.");
    describe_gauge!("scheduler_queue_depth", "Requests that wait for a core, by pool.");
}

/// Gives each request an id, a span, a log line, and counts it.
pub async fn observe(State(app): State<Shared>, mut request: Request, next: Next) -> Response {
    let id = request_id(&request);
    let method = method_label(request.method());
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("unmatched", MatchedPath::as_str).to_owned();
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let text = id.to_str().unwrap_or_default();
    let span = tracing::info_span!("request", id = text, method, path = request.uri().path());
    let start = app.instant();
    let mut response = next.run(request).instrument(span.clone()).await;
    let elapsed = app.instant().saturating_duration_since(start);
    let status = response.status();
    span.in_scope(|| {
        let elapsed_ms = elapsed.as_secs_f64() * 1e3;
        if status.is_server_error() {
            tracing::warn!(route, status = status.as_u16(), elapsed_ms, "answered");
        } else {
            tracing::debug!(route, status = status.as_u16(), elapsed_ms, "answered");
        }
    });
    let labels = [
        ("route", route.clone()),
        ("method", method.to_owned()),
        ("status", status.as_u16().to_string()),
    ];
    counter!("scheduler_requests_total", &labels).increment(1);
    histogram!("scheduler_request_seconds", "route" => route, "method" => method).record(elapsed);
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The method as figures name it: whatever word a client makes up is one and the same `other`, or each
/// would take memory for ever.
fn method_label(method: &Method) -> &'static str {
    let known = [
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::DELETE,
        Method::OPTIONS,
        Method::PATCH,
    ];
    let names = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"];
    let found = known.iter().zip(names).find(|(known, _)| *known == method);
    found.map_or("other", |(_, name)| name)
}

/// The id that the client gave, if it is short and printable; else a new one.
fn request_id(request: &Request) -> HeaderValue {
    let given = request.headers().get(REQUEST_ID).filter(|value| {
        let readable = value.to_str().is_ok_and(|text| !text.is_empty());
        readable && value.len() <= LONGEST_ID
    });
    given.cloned().unwrap_or_else(|| {
        let id = Uuid::now_v7().to_string();
        HeaderValue::from_str(&id).unwrap_or(HeaderValue::from_static("none"))
    })
}

/// Answers where the handler does not within the time allowed. What it was doing may still be
/// done: whoever asks again with the same idempotency key learns.
pub async fn in_time(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let limit = Duration::from_secs(app.settings().request_seconds.into());
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let detail = format!("no answer within {} s", limit.as_secs());
            HttpError::new(problem::TIMED_OUT, detail).retry_after(1).into_response()
        }
    }
}

/// Answers where a handler panics.
#[expect(clippy::needless_pass_by_value, reason = "what the layer hands over")]
pub fn panicked(cause: Box<dyn std::any::Any + Send>) -> Response {
    let text = cause.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| cause.downcast_ref::<&str>().copied()).unwrap_or("no message");
    HttpError::internal(&format_args!("panicked: {text}")).into_response()
}
