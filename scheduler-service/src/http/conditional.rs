//! `If-None-Match`: what a client knows already is not sent again.

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

/// In the extensions of an answer whose `ETag` is the version of what was booked, for `If-Match`: more of
/// the answer may change than that, such as who keeps an appointment, or that a hold has expired.
#[derive(Debug, Clone, Copy)]
pub struct VersionOnly;

/// Answers 304 where the `ETag` of the answer is one that the request names.
pub async fn unless_known(request: Request, next: Next) -> Response {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get_all(header::IF_NONE_MATCH).iter();
    let known: Vec<HeaderValue> = known.filter(|_| is_read).cloned().collect();
    let response = next.run(request).await;
    if response.status() != StatusCode::OK || response.extensions().get::<VersionOnly>().is_some() {
        return response;
    }
    match response.headers().get(header::ETAG) {
        Some(tag) if known.iter().any(|known| names(known, tag)) => {
            let mut not_modified =
                (StatusCode::NOT_MODIFIED, [(header::ETAG, tag.clone())]).into_response();
            if let Some(cached) = response.headers().get(header::CACHE_CONTROL) {
                not_modified.headers_mut().insert(header::CACHE_CONTROL, cached.clone());
            }
            not_modified
        }
        _ => response,
    }
}

/// Whether `If-None-Match: known` names `tag`, weakly compared as RFC 9110 wants it.
fn names(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(known), Ok(tag)) = (known.to_str(), tag.to_str()) else { return false };
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.trim() == "*" || known.split(',').any(|one| strong(one) == strong(tag))
}
