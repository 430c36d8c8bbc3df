//! Request bodies: read by the same definition that the OpenAPI document shows, once, with
//! everything that is wrong.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use scheduler_core::scenario::wire::{self, Reading, Wire};
use scheduler_core::scenario::{Finding, Findings, ReadOptions, codes};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::http::app::Shared;
use crate::http::problem::{self, Answer, HttpError, Violation};

/// Larger bodies are read on another thread, so that nobody waits for a scenario to be read.
const SHORT: usize = 16 << 10;

/// A JSON body of the form that `T` defines.
#[derive(Debug)]
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// Where it is out of bounds. Whoever takes the body adds what else makes no sense, and
    /// answers with all of it.
    pub violations: Vec<Violation>,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub digest: String,
}

impl<T: Wire + Send + 'static> FromRequest<Shared> for Body<T> {
    type Rejection = HttpError;

    async fn from_request(request: Request, app: &Shared) -> Answer<Self> {
        let bytes = read(request, app).await?;
        if bytes.len() <= SHORT {
            return parse(&bytes);
        }
        let reading = tokio::task::spawn_blocking(move || parse(&bytes)).await;
        reading.map_err(|error| HttpError::internal(&error))?
    }
}

/// The body that `bytes` are.
fn parse<T: Wire>(bytes: &[u8]) -> Answer<Body<T>> {
    let Reading { value, unreadable, out_of_bounds } = value(bytes)?;
    let out_of_bounds = violations(&out_of_bounds);
    if unreadable.is_empty() {
        return Ok(Body { value, violations: out_of_bounds, digest: digest(bytes) });
    }
    let mut all = violations(&unreadable);
    all.extend(out_of_bounds);
    // Out of the bounds of the type itself, such as a negative number of persons.
    if unreadable.iter().all(|found| found.code == codes::FIELD_RANGE.name) {
        return Err(meaningless(all));
    }
    Err(HttpError::violations(problem::MALFORMED, all))
}

/// The value that `bytes` are.
///
/// # Errors
/// 400 where they are no JSON.
fn value<T: Wire>(bytes: &[u8]) -> Answer<Reading<T>> {
    let options = ReadOptions { max_bytes: usize::MAX };
    wire::read(bytes, &options).map_err(|findings| {
        let violation = |found: &Finding| Violation::new("", "syntax", &found.message);
        HttpError::violations(problem::MALFORMED, findings.iter().map(violation).collect())
    })
}

/// The JSON value that `bytes` are, each key once.
///
/// # Errors
/// 400 where they are none.
pub fn json(bytes: &[u8]) -> Answer<Value> {
    let reading = value(bytes)?;
    if reading.unreadable.is_empty() {
        return Ok(reading.value);
    }
    Err(HttpError::violations(problem::MALFORMED, violations(&reading.unreadable)))
}

/// Findings about a body as its violations.
fn violations(findings: &Findings) -> Vec<Violation> {
    let violation = |found: &Finding| {
        let code = match found.code {
            "field.unknown" => "unknown-field",
            "time.format" => "format",
            "list.empty" => "length",
            "json.duplicate_key" => "twice",
            other => other.strip_prefix("field.").unwrap_or(other),
        };
        Violation::new(&found.pointer, code, &found.message)
    };
    findings.iter().map(violation).collect()
}

/// The answer to a request that is readable and makes no sense, at least in one place. Its code
/// says which part makes none where it is only one.
pub fn meaningless(mut violations: Vec<Violation>) -> HttpError {
    // Where the rules of the domain noticed what the schema did, they say more.
    let (all, mut index) = (violations.clone(), 0);
    violations.retain(|violation| {
        index += 1;
        let again = all[index..].iter().any(|later| later.pointer == violation.pointer);
        !(again && matches!(violation.code.as_str(), "range" | "length"))
    });
    let all_in =
        |part: &str| violations.iter().all(|violation| violation.pointer.starts_with(part));
    let all_are = |code: &str| violations.iter().all(|violation| violation.code == code);
    let code = match () {
        () if all_are("window-too-large") => problem::WINDOW_TOO_LARGE,
        () if all_in("/basket") => problem::INVALID_BASKET,
        () if all_in("/window") => problem::INVALID_WINDOW,
        () => problem::INVALID,
    };
    HttpError::violations(code, violations)
}

/// `Ok` where nothing is wrong, else [`meaningless`].
pub fn sensible(violations: Vec<Violation>) -> Answer<()> {
    if violations.is_empty() { Ok(()) } else { Err(meaningless(violations)) }
}

/// SHA-256 in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of a JSON body.
///
/// # Errors
/// 415 for another content type, 413 where it is too large.
pub async fn read(request: Request, app: &Shared) -> Answer<Bytes> {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"));
    if !is_json {
        let detail = format!("the Content-Type is {content_type:?}; send application/json");
        return Err(HttpError::new(problem::MEDIA_TYPE, detail));
    }
    Bytes::from_request(request, app).await.map_err(|rejection| {
        if rejection.status() == problem::TOO_LARGE.status {
            HttpError::new(problem::TOO_LARGE, "the body is larger than this path takes")
        } else {
            HttpError::new(problem::MALFORMED, "the body did not arrive whole")
        }
    })
}
