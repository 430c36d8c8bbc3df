//! Parameters of the query, where a path takes none. Paths that take some judge them by themselves, with
//! all that is wrong with their values.
//!
//! One that is not known is a mistake of whoever sends it: a filter that is misspelt would otherwise
//! pass for one that finds everything.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::http::problem::{self, HttpError};
use crate::http::routes::services::{parameters, unknown_parameter};

/// Method and path of all that take no parameters.
#[derive(Debug)]
pub struct Parameters(BTreeSet<(String, String)>);

impl Parameters {
    /// What `document` shows without any.
    pub fn of(document: &Value) -> Self {
        let mut without = BTreeSet::new();
        for (path, item) in document["paths"].as_object().into_iter().flatten() {
            for (method, operation) in item.as_object().into_iter().flatten() {
                let mut all = operation["parameters"].as_array().into_iter().flatten();
                if !all.any(|one| one["in"] == "query") {
                    without.insert((method.to_uppercase(), path.clone()));
                }
            }
        }
        Self(without)
    }
}

/// Refuses a request with parameters where its path takes none.
pub async fn only_known(
    State(without): State<Arc<Parameters>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(query) = request.uri().query().filter(|query| !query.is_empty()) else {
        return next.run(request).await;
    };
    let path = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    // An answer to GET is one to HEAD.
    let method = if request.method() == "HEAD" { "GET" } else { request.method().as_str() };
    if !without.0.contains(&(method.to_owned(), path.to_owned())) {
        return next.run(request).await;
    }
    let found = parameters(query).into_iter();
    let violations = found.map(|(name, _)| unknown_parameter(&name, "none here")).collect();
    HttpError::violations(problem::MALFORMED, violations).into_response()
}
