//! What is answered before the service is open: that the process is alive, and not ready.

use std::sync::{Arc, OnceLock};

use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Router, middleware};
use tower::ServiceExt as _;

use crate::http::language;
use crate::http::problem::{self, HttpError};
use crate::http::routes::health;

/// Where requests come in: to a service as soon as there is one. A clone is the same door.
#[derive(Debug, Clone, Default)]
pub struct Door(Arc<OnceLock<Router>>);

impl Door {
    /// Answers by the service, or that there is none yet.
    pub fn router(&self) -> Router {
        let closed = Router::new()
            .route("/healthz", get(health::healthz))
            .fallback(not_yet)
            .layer(middleware::from_fn(language::told_in));
        let opened = Arc::clone(&self.0);
        Router::new().fallback_service(tower::service_fn(move |request: Request| {
            opened.get().unwrap_or(&closed).clone().oneshot(request)
        }))
    }

    /// From now on `service` answers, unless another does already.
    pub fn open(&self, service: Router) {
        // An error is the other one.
        let _ = self.0.set(service);
    }
}

async fn not_yet() -> impl IntoResponse {
    let detail = "the service is starting and has not opened its database yet; the log has more";
    HttpError::new(problem::UNAVAILABLE, detail).retry_after(1)
}
