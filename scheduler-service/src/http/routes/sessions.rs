//! `/v1/sessions`: cookies in the place of keys, for pages in browsers

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::client::ScopeName;
use crate::http::app::{App, Shared};
use crate::http::auth::{Anyone, Caller};
use crate::http::problem::{self, Answer, HttpError};
use crate::http::sessions::{self, PLAIN_COOKIE, SECURE_COOKIE, csrf_of};

/// Names of the cookie, with TLS and without.
pub(super) const COOKIES: [&str; 2] = [SECURE_COOKIE, PLAIN_COOKIE];

/// Who asks by a session, and what it may do.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionView {
    /// Name of the client: of the key, of who has signed in, or `local` where no keys are asked for.
    #[schema(example = "planner")]
    client: String,
    /// What it may do, scopes that others include among them.
    #[schema(value_type = Vec<ScopeName>, example = json!(["planning:read", "planning:write", "studies:run"]))]
    scopes: Vec<String>,
    /// The channel that its key is bound to; missing where it is bound to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    channel: Option<String>,
    /// What whatever changes something shows in the header `X-CSRF-Token`. Missing where no keys are asked
    /// for, so that there is no session.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    csrf_token: Option<String>,
    /// When it ends at the latest; missing where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    expires_at: Option<DateTime<Utc>>,
}

impl SessionView {
    /// What `caller` may do by the session with the token `csrf`, until `end`.
    fn of(caller: Caller<Anyone>, csrf: Option<String>, end: Option<i64>) -> Self {
        let client = caller.client;
        Self {
            scopes: client.scopes.included().names().split(' ').map(str::to_owned).collect(),
            client: client.name,
            channel: client.channel,
            csrf_token: csrf,
            expires_at: end.and_then(DateTime::from_timestamp_millis),
        }
    }
}

/// How people sign in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignInView {
    /// Whether keys are asked for: where not, nobody signs in.
    keys: bool,
    /// Where a browser goes for single sign-on; missing where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "/sign-in")]
    single_sign_on: Option<&'static str>,
}

/// How people sign in.
///
/// For the page that asks them to.
#[utoipa::path(get, path = "/v1/sessions", tag = "service",
    responses((status = 200, description = "It.", body = SignInView)))]
pub async fn ways(State(app): State<Shared>) -> Json<SignInView> {
    app.refresh_keys().await;
    let single_sign_on = app.sign_on.as_ref().map(|_| "/sign-in");
    Json(SignInView { keys: app.access().is_required(), single_sign_on })
}

/// Begins a session: exchanges a key for a cookie.
///
/// For pages of this service. The cookie can be read by no script, is sent with no request of another site, and
/// lets in until it ends: after `--session-hours`, with the key, or with `DELETE /v1/sessions/current`. What
/// changes something by it needs the header `X-CSRF-Token` with `csrf_token`, and has to come from a page of
/// this service. A request with a key needs none of this, and no session.
#[utoipa::path(post, path = "/v1/sessions", tag = "service",
    responses((status = 201, description = "It has begun.", body = SessionView, headers(
        ("Location" = String, description = "Where it is."),
        ("Set-Cookie" = String, description = "The cookie.")))),
    security(("key" = [])),
    extensions(("x-problems" = json!(["csrf", "wrong-state", "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<Anyone>,
    headers: HeaderMap,
) -> Answer<Response> {
    sessions::is_from_here(&headers, app.settings())?;
    let Some(key) = caller.key() else {
        let detail = "show the key that the session is for: without keys there are no sessions, and none \
                      begins another";
        return Err(HttpError::new(problem::WRONG_STATE, detail));
    };
    let (id, row) = sessions::begun(&app, &caller.client, Some(&key))?;
    let cookie = cookie(&app, &headers, &id, row.expires_at - row.created_at)?;
    app.office().noting(caller.act("session.begin")).add_session(&row).await?;
    let view = SessionView::of(caller, Some(csrf_of(&id)), Some(row.expires_at));
    let location = (header::LOCATION, HeaderValue::from_static("/v1/sessions/current"));
    let mut response = (StatusCode::CREATED, [location, NOT_KEPT], Json(view)).into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// What a session says belongs into no cache.
const NOT_KEPT: (axum::http::HeaderName, HeaderValue) =
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store"));

/// The cookie with the session `id` that goes on for so many milliseconds.
pub(super) fn cookie(app: &App, headers: &HeaderMap, id: &str, left: i64) -> Answer<HeaderValue> {
    let text = sessions::set_cookie(headers, app.settings(), COOKIES, id, left / 1000, "Strict")?;
    HeaderValue::try_from(text).map_err(|error| HttpError::internal(&error))
}

/// The session that the cookie belongs to: who asks, and what it may do.
///
/// Where no keys are asked for there is none, and whoever asks may do everything.
#[utoipa::path(get, path = "/v1/sessions/current", tag = "service",
    responses((status = 200, description = "It.", body = SessionView)),
    security(("session" = [])),
    extensions(("x-problems" = json!(["session-ended", "csrf", "not-found", "unavailable"]))))]
pub async fn current(State(app): State<Shared>, caller: Caller<Anyone>) -> Answer<Response> {
    let (csrf, end) = match &caller.session {
        Some(session) => {
            let end = caller
                .expires_at
                .map_or(session.row.expires_at, |key| key.min(session.row.expires_at));
            (Some(session.csrf.clone()), Some(end))
        }
        None if !app.access().is_required() => (None, None),
        None => return Err(none_shown()),
    };
    Ok(([NOT_KEPT], Json(SessionView::of(caller, csrf, end))).into_response())
}

/// Ends the session that the cookie belongs to.
#[utoipa::path(delete, path = "/v1/sessions/current", tag = "service",
    responses((status = 204, description = "It has ended.", headers(
        ("Set-Cookie" = String, description = "The cookie, which has ended.")))),
    security(("session" = [])),
    extensions(("x-problems" = json!(["session-ended", "csrf", "not-found", "busy", "unavailable"]))))]
pub async fn end(
    State(app): State<Shared>,
    caller: Caller<Anyone>,
    headers: HeaderMap,
) -> Answer<Response> {
    let Some(session) = &caller.session else { return Err(none_shown()) };
    // Whether somebody else was first or not, it is over.
    app.office().noting(caller.act("session.end")).end_session(&session.row.digest).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    response.headers_mut().insert(header::SET_COOKIE, cookie(&app, &headers, "", 0)?);
    Ok(response)
}

fn none_shown() -> HttpError {
    HttpError::new(problem::NOT_FOUND, "the request shows no session")
}
