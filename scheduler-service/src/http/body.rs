//! Request bodies: read by the same definition that the OpenAPI document shows, once, with
//! everything that is wrong.

use axum::body::HttpBody as _;
use axum::extract::{FromRequest, OptionalFromRequest, Request};
use axum::http::header;
use scheduler_core::scenario::wire::{self, Reading, Wire};
use scheduler_core::scenario::{Finding, Findings, ReadOptions, codes};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use crate::http::app::Shared;
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::http::uploads::{Held, Received, SHORT, receive};

/// Most values that a body with a scenario may have, an object counting for ten. Read, a value takes some
/// hundred bytes and an object a thousand: what is nothing but tiny ones would take a hundred times
/// its size.
const MOST_VALUES: usize = 1_200_000;

/// A JSON body of the form that `T` defines.
#[derive(Debug)]
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// Where it is out of bounds. Whoever takes the body adds what else makes no sense, and
    /// answers with all of it.
    pub violations: Vec<Violation>,
    /// SHA-256 of what it says, in hexadecimal digits: the same however it is written, with fields in
    /// another order, or those that are as if they were left out.
    pub digest: String,
    /// The turn in [`App::plans`](crate::http::app::App::plans) that a large body had to wait for, for
    /// the work that it asks for.
    pub turn: Option<OwnedSemaphorePermit>,
    /// Until the request is answered.
    _held: Held,
}

impl<T: Wire + Serialize + Send + 'static> FromRequest<Shared> for Body<T> {
    type Rejection = HttpError;

    async fn from_request(request: Request, app: &Shared) -> Answer<Self> {
        let Taken { value, turn, held } = take(request, app, parse).await?;
        let Parsed { value, violations, digest } = value;
        Ok(Self { value, violations, digest, turn, _held: held })
    }
}

impl<T: Wire + Serialize + Send + 'static> OptionalFromRequest<Shared> for Body<T> {
    type Rejection = HttpError;

    async fn from_request(request: Request, app: &Shared) -> Answer<Option<Self>> {
        if request.body().is_end_stream() {
            return Ok(None);
        }
        <Self as FromRequest<Shared>>::from_request(request, app).await.map(Some)
    }
}

/// What was made of a body.
#[derive(Debug)]
pub struct Taken<T> {
    /// What.
    pub value: T,
    /// The turn that a large body had to wait for.
    pub turn: Option<OwnedSemaphorePermit>,
    /// To be kept as long as the value.
    pub held: Held,
}

/// Waits for a body and reads it with `read`: a short one at once, another on a thread where that
/// keeps nobody waiting, and one that only paths with scenarios take when its turn comes among the
/// plans, so that few of these are in memory as more than their bytes.
///
/// # Errors
/// Those of [`receive`] and `read`, 415 for another content type, 503 where too much waits.
pub async fn take<T: Send + 'static>(
    request: Request,
    app: &Shared,
    read: impl FnOnce(&[u8]) -> Answer<T> + Send + 'static,
) -> Answer<Taken<T>> {
    is_json(&request)?;
    let Received { bytes, held } = receive(request, app).await?;
    if bytes.len() <= SHORT {
        return Ok(Taken { value: read(&bytes)?, turn: None, held });
    }
    let is_large = bytes.len() > app.settings().body_bytes;
    let turn = if is_large { app.plans.admit() } else { app.searches.admit() }.await?;
    // What was taken for it goes with it: the client may hang up while it is read.
    let reading = tokio::task::spawn_blocking(move || {
        few_values(&bytes)?;
        let value = read(&bytes)?;
        drop(bytes);
        Ok(Taken { value, turn: Some(turn).filter(|_| is_large), held })
    });
    reading.await.map_err(|error| HttpError::internal(&error))?
}

/// Waits for a file of the type `media` and reads it with `read` when its turn comes among the plans: a
/// packed one may be large whatever its bytes are.
///
/// # Errors
/// Those of [`receive`], 415 for another content type, 503 where too much waits.
pub async fn take_file<T: Send + 'static>(
    request: Request,
    app: &Shared,
    media: &str,
    read: impl FnOnce(&[u8]) -> T + Send + 'static,
) -> Answer<Taken<T>> {
    is_media(&request, media, &|essence| essence == media)?;
    let Received { bytes, held } = receive(request, app).await?;
    let turn = app.plans.admit().await?;
    let reading = tokio::task::spawn_blocking(move || {
        let value = read(&bytes);
        drop(bytes);
        Taken { value, turn: Some(turn), held }
    });
    reading.await.map_err(|error| HttpError::internal(&error))
}

/// Whether `bytes` have so few values that reading them takes no undue memory.
fn few_values(bytes: &[u8]) -> Answer<()> {
    let weight = |&byte: &u8| match byte {
        b'{' => 10,
        b',' | b'[' => 1,
        _ => 0,
    };
    let values: usize = bytes.iter().map(weight).sum();
    if values <= MOST_VALUES {
        return Ok(());
    }
    let detail = format!(
        "the body has some {values} values, objects counting for ten, more than the {MOST_VALUES} \
         taken; send fewer sites, clerks or dates at a time"
    );
    Err(HttpError::new(problem::TOO_LARGE, detail))
}

/// A body, read.
struct Parsed<T> {
    value: T,
    violations: Vec<Violation>,
    digest: String,
}

/// The body that `bytes` are.
fn parse<T: Wire + Serialize>(bytes: &[u8]) -> Answer<Parsed<T>> {
    let Reading { value, unreadable, out_of_bounds } = value(bytes)?;
    let out_of_bounds = violations(&out_of_bounds);
    if unreadable.is_empty() {
        let meaning = serde_json::to_vec(&value).map_err(|error| HttpError::internal(&error))?;
        let digest = digest(&meaning);
        return Ok(Parsed { value, violations: out_of_bounds, digest });
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
    let all_in = |body: &str, parameter: &str| {
        let is_there = |at: &str| at.starts_with(body) || at == parameter;
        violations.iter().all(|violation| is_there(&violation.pointer))
    };
    let all_are = |code: &str| violations.iter().all(|violation| violation.code == code);
    let code = match () {
        () if all_are("window-too-large") => problem::WINDOW_TOO_LARGE,
        () if all_in("/basket", "?basket") => problem::INVALID_BASKET,
        () if all_in("/window", "?until") => problem::INVALID_WINDOW,
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

/// Whether the body is said to be JSON, as it is.
///
/// # Errors
/// 415 for another content type, or one that is compressed.
fn is_json(request: &Request) -> Answer<()> {
    is_media(request, "application/json", &|essence| {
        essence == "application/json"
            || (essence.starts_with("application/") && essence.ends_with("+json"))
    })
}

/// Whether the body is said to be what `is_right` takes, as it is.
///
/// # Errors
/// As [`is_json`].
fn is_media(request: &Request, media: &str, is_right: &dyn Fn(&str) -> bool) -> Answer<()> {
    let text = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let content_type = text(header::CONTENT_TYPE).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if !is_right(&essence) {
        let detail = format!("the Content-Type is {content_type:?}; send {media}");
        return Err(HttpError::new(problem::MEDIA_TYPE, detail));
    }
    let encoding = text(header::CONTENT_ENCODING).unwrap_or("identity").trim();
    if encoding.eq_ignore_ascii_case("identity") {
        return Ok(());
    }
    let detail = format!("the Content-Encoding is {encoding:?}; send the body as it is");
    Err(HttpError::new(problem::MEDIA_TYPE, detail))
}
