//! `/healthz`, `/readyz`, `/metrics`, `/openapi.json`

use std::sync::atomic::Ordering;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use scheduler_core::names;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::app::Shared;
use crate::http::problem::{self, Answer, HttpError};

names! {
    /// Whether all is well: who would say otherwise does not answer.
    HealthStatus = ["ok"];
}

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`.
    #[schema(value_type = HealthStatus)]
    status: &'static str,
}

/// Whether the process is alive.
///
/// Asks nothing of the database: a process whose database is away need not be started again.
#[utoipa::path(get, path = "/healthz", tag = "service",
    responses((status = 200, description = "It is alive.", body = Health)))]
pub async fn healthz() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Whether the service can take bookings: the database answers.
#[utoipa::path(get, path = "/readyz", tag = "service",
    responses((status = 200, description = "It can.", body = Health)),
    extensions(("x-problems" = json!(["unavailable", "busy"]))))]
pub async fn readyz(State(app): State<Shared>) -> Answer<Json<Health>> {
    if app.is_stopping() {
        let error = HttpError::new(problem::UNAVAILABLE, "the service is stopping");
        return Err(error.retry_after(1));
    }
    app.office().ready().await?;
    Ok(Json(Health { status: "ok" }))
}

/// Figures for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "service",
    responses((status = 200, description = "Text for Prometheus. Not here where the operator has \
        set `--admin-listen`.", body = String, content_type = "text/plain")),
    extensions(("x-problems" = json!(["not-found"]))))]
pub async fn figures(State(app): State<Shared>) -> Answer<impl IntoResponse> {
    if app.settings().own_metrics {
        return Ok(all_figures(State(app)).await);
    }
    Err(HttpError::new(problem::NOT_FOUND, "the figures are on the listener for operators"))
}

/// Figures for Prometheus, on whatever listener.
pub async fn all_figures(State(app): State<Shared>) -> impl IntoResponse {
    let counters = app.office().counters();
    let figures = [
        ("scheduler_commits_total", &counters.commits),
        ("scheduler_version_conflicts_total", &counters.races),
        ("scheduler_holds_expired_total", &counters.expired),
    ];
    for (name, value) in figures {
        metrics::counter!(name).absolute(value.load(Ordering::Relaxed));
    }
    metrics::gauge!("scheduler_queue_depth", "pool" => "writer").set(app.office().waiting() as f64);
    let kind = [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")];
    (kind, app.figures().render())
}

/// This document.
#[utoipa::path(get, path = "/openapi.json", tag = "service",
    responses((status = 200, description = "The OpenAPI document.", body = Object,
        content_type = "application/json")))]
pub async fn document(State(app): State<Shared>) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], app.document())
}
