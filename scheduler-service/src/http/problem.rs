//! What a request that fails is answered with: `application/problem+json` (RFC 9457).
//!
//! [`CODES`] is the table of everything that can go wrong; each code has one status and one title,
//! and neither ever changes.

use std::sync::Arc;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset};
use scheduler_core::names;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::reasons::ReasonCode;
pub use crate::violation::Violation;

/// One kind of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// Stable name, for programs.
    pub name: &'static str,
    /// HTTP status.
    pub status: StatusCode,
    /// What it means, for people.
    pub title: &'static str,
}

macro_rules! codes {
    ($($constant:ident $status:ident $name:literal $title:literal)*) => {
        $(#[doc = $title] pub const $constant: Code =
            Code { name: $name, status: StatusCode::$status, title: $title };)*
        /// Everything that can go wrong, by status.
        pub const CODES: &[Code] = &[$($constant),*];
    };
}

codes! {
    MALFORMED BAD_REQUEST "malformed" "The request cannot be read"
    KEY_MISSING BAD_REQUEST "idempotency-key-missing" "The header Idempotency-Key is missing"
    UNAUTHORIZED UNAUTHORIZED "unauthorized" "A valid key is needed"
    SESSION_ENDED UNAUTHORIZED "session-ended" "The session has ended"
    FORBIDDEN FORBIDDEN "forbidden" "The key does not allow this"
    CAPTCHA_REFUSED FORBIDDEN "captcha-refused" "The captcha is refused"
    CSRF FORBIDDEN "csrf" "The request does not come from the page of the session"
    NOT_FOUND NOT_FOUND "not-found" "There is no such thing"
    METHOD_NOT_ALLOWED METHOD_NOT_ALLOWED "method-not-allowed" "The path does not take this method"
    TOO_SLOW REQUEST_TIMEOUT "too-slow" "The request comes too slowly"
    SLOT_UNAVAILABLE CONFLICT "slot-unavailable" "The start can no longer be booked"
    NOT_RELEASED CONFLICT "not-released" "The start is not released yet"
    TOO_LATE CONFLICT "too-late" "It has begun already"
    WRONG_STATE CONFLICT "wrong-state" "The state of the appointment does not allow this"
    ID_TAKEN CONFLICT "id-taken" "The id is in use"
    TOO_MANY_DRAFTS CONFLICT "too-many-drafts" "There are too many drafts"
    TOO_MANY_CALENDARS CONFLICT "too-many-calendars" "There are too many calendars"
    TOO_MANY_WEBHOOKS CONFLICT "too-many-webhooks" "Too many receivers of events"
    DRAFT_CONFLICTS CONFLICT "draft-conflicts" "The draft contradicts what others have changed"
    WOULD_STRAND CONFLICT "would-strand" "Promises could not be kept"
    KEY_IN_USE CONFLICT "idempotency-key-in-use" "A request with the same Idempotency-Key is under way"
    HOLD_EXPIRED GONE "hold-expired" "The hold has expired"
    HOLD_RELEASED GONE "hold-released" "The hold was given back"
    STALE PRECONDITION_FAILED "stale" "It has changed since it was read"
    TOO_LARGE PAYLOAD_TOO_LARGE "too-large" "The body is too large"
    MEDIA_TYPE UNSUPPORTED_MEDIA_TYPE "unsupported-media-type" "The body must be application/json"
    INVALID UNPROCESSABLE_ENTITY "invalid" "The request makes no sense"
    CAPTCHA_MISSING UNPROCESSABLE_ENTITY "captcha-missing" "The captcha is missing"
    INVALID_BASKET UNPROCESSABLE_ENTITY "invalid-basket" "The basket makes no sense"
    INVALID_WINDOW UNPROCESSABLE_ENTITY "invalid-window" "The window makes no sense"
    WINDOW_TOO_LARGE UNPROCESSABLE_ENTITY "window-too-large" "The window has too many days"
    NOT_OFFERED UNPROCESSABLE_ENTITY "not-offered" "No visit can begin then"
    INVALID_SCENARIO UNPROCESSABLE_ENTITY "invalid-scenario" "The scenario makes no sense"
    INVALID_PLAN UNPROCESSABLE_ENTITY "invalid-plan" "The plan does not fit the scenario"
    INVALID_VARIANT UNPROCESSABLE_ENTITY "invalid-variant" "A variant makes no sense"
    NO_PLAN UNPROCESSABLE_ENTITY "no-plan" "There is no plan for the scenario"
    KEY_REUSED UNPROCESSABLE_ENTITY "idempotency-key-reused" "The Idempotency-Key was used for another request"
    IF_MATCH_MISSING PRECONDITION_REQUIRED "if-match-missing" "The header If-Match is missing"
    TOO_MANY_REQUESTS TOO_MANY_REQUESTS "too-many-requests" "Too many requests"
    TOO_MANY_HOLDS TOO_MANY_REQUESTS "too-many-holds" "Too many open holds"
    TOO_MANY_WISHES TOO_MANY_REQUESTS "too-many-wishes" "Too many wishes on the waitlist"
    TOO_MANY_JOBS TOO_MANY_REQUESTS "too-many-jobs" "Too many unfinished jobs"
    INTERNAL INTERNAL_SERVER_ERROR "internal" "The service has made a mistake"
    GIVEN_UP INTERNAL_SERVER_ERROR "given-up" "Every attempt at the job ended with its process"
    BUSY SERVICE_UNAVAILABLE "busy" "The service is at its limit"
    UNAVAILABLE SERVICE_UNAVAILABLE "unavailable" "The service is not available for the moment"
    CAPTCHA_UNAVAILABLE SERVICE_UNAVAILABLE "captcha-unavailable" "Captchas cannot be checked for the moment"
    TIMED_OUT SERVICE_UNAVAILABLE "timed-out" "The request took too long"
    NO_SOLUTION SERVICE_UNAVAILABLE "no-solution-in-time" "No plan was found in the time allowed"
}

/// The code called `name`.
pub fn code(name: &str) -> Option<Code> {
    CODES.iter().copied().find(|code| code.name == name)
}

names! {
    /// A kind of problem.
    pub ProblemCode = CODES.iter().map(|code| code.name);
}

/// A start that can be booked instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Alternative {
    /// Id of the site.
    #[schema(example = "mitte")]
    pub site: String,
    /// When it begins.
    #[schema(example = "2027-03-01T09:15:00+01:00")]
    pub start: DateTime<FixedOffset>,
    /// When it ends.
    #[schema(example = "2027-03-01T09:30:00+01:00")]
    pub end: DateTime<FixedOffset>,
}

/// A promise that an edit would leave without a clerk or a room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Stranded {
    /// Id of the hold or appointment.
    pub id: String,
    /// Id of the site.
    #[schema(example = "mitte")]
    pub site: String,
    /// When it begins.
    #[schema(example = "2027-03-01T09:15:00+01:00")]
    pub start: DateTime<FixedOffset>,
    /// Why it could not be kept.
    pub reason: ReasonCode,
    /// What the client calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub reference: Option<String>,
}

/// An answer to a request that failed (RFC 9457).
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ProblemDetails {
    /// URI reference of the kind of problem; reading it explains the kind.
    #[schema(example = "/problems/malformed")]
    pub r#type: String,
    /// The kind of problem in words.
    #[schema(example = "The request cannot be read")]
    pub title: String,
    /// HTTP status, the same as the answer's.
    #[schema(example = 400)]
    pub status: u16,
    /// Stable name of the kind of problem, for programs.
    #[schema(value_type = ProblemCode)]
    pub code: String,
    /// What happened this time.
    pub detail: String,
    /// Everything that is wrong with the request, of which the first 1,000 are listed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub violations: Vec<Violation>,
    /// How many more things are wrong than are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub more_violations: Option<usize>,
    /// Other starts that can be booked instead, at most three: the nearest, another time of the same
    /// day, another day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub alternatives: Option<Vec<Alternative>>,
    /// When the start will be released.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub released_at: Option<DateTime<FixedOffset>>,
    /// The promises that an edit would leave without a clerk or a room.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub stranded: Option<Vec<Stranded>>,
}

/// Most violations in an answer: who sends a thousand mistakes will not read more of them.
const MOST_VIOLATIONS: usize = 1000;

/// A failed request: what is answered, and what only the log learns.
#[derive(Debug, Clone)]
pub struct HttpError {
    details: Box<ProblemDetails>,
    retry_after_seconds: Option<u32>,
}

/// What handlers give back.
pub type Answer<T> = Result<T, HttpError>;

impl HttpError {
    /// A failure of the kind `code`; `detail` is public.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Self {
            details: Box::new(ProblemDetails {
                r#type: format!("/problems/{}", code.name),
                title: code.title.to_owned(),
                status: code.status.as_u16(),
                code: code.name.to_owned(),
                detail: detail.into(),
                violations: Vec::new(),
                more_violations: None,
                alternatives: None,
                released_at: None,
                stranded: None,
            }),
            retry_after_seconds: None,
        }
    }

    /// A request that is wrong in these places, at least one.
    pub fn violations(code: Code, mut violations: Vec<Violation>) -> Self {
        let detail = match violations.as_slice() {
            [only] => only.detail.clone(),
            all if all.len() > MOST_VIOLATIONS => {
                format!(
                    "{} things are wrong; violations has the first {MOST_VIOLATIONS}",
                    all.len()
                )
            }
            all => format!("{} things are wrong; see violations", all.len()),
        };
        let more = violations.len().saturating_sub(MOST_VIOLATIONS);
        violations.truncate(MOST_VIOLATIONS);
        let mut error = Self::new(code, detail);
        error.details.violations = violations;
        error.details.more_violations = Some(more).filter(|&more| more > 0);
        error
    }

    /// A mistake of the service: `cause` goes to the log only.
    pub fn internal(cause: &dyn std::fmt::Display) -> Self {
        tracing::error!(%cause, "internal error");
        Self::new(INTERNAL, "the log has more under the request's id")
    }

    /// No thing of that id that the caller may know of.
    pub fn not_found(kind: &str, id: &str) -> Self {
        Self::new(NOT_FOUND, format!("there is no {kind} {id:?}"))
    }

    /// With the starts that could be booked instead.
    #[must_use]
    pub fn with_alternatives(mut self, alternatives: Vec<Alternative>) -> Self {
        self.details.alternatives = Some(alternatives);
        self
    }

    /// With the instant from which it can be booked, where that is known.
    #[must_use]
    pub fn with_released_at(mut self, released_at: Option<DateTime<FixedOffset>>) -> Self {
        self.details.released_at = released_at;
        self
    }

    /// With the promises that could not be kept.
    #[must_use]
    pub fn with_stranded(mut self, stranded: Vec<Stranded>) -> Self {
        self.details.stranded = Some(stranded);
        self
    }

    /// Asks to try again after that many seconds, at least one.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_seconds = Some(seconds.max(1));
        self
    }

    /// What is answered.
    pub fn details(&self) -> &ProblemDetails {
        &self.details
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.details.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// Seconds after which to try again, where that may help.
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.retry_after_seconds
    }
}

impl IntoResponse for HttpError {
    fn into_response(self) -> Response {
        let status = self.status();
        let details = Arc::new(*self.details);
        let mut response = (status, Json(details.as_ref())).into_response();
        response.extensions_mut().insert(details);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"scheduler\"");
            headers.insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}

/// The kinds of problem as JSON, for whoever follows a `type`.
pub fn catalogue_entry(code: Code) -> Value {
    serde_json::json!({
        "code": code.name, "status": code.status.as_u16(), "title": code.title,
    })
}
