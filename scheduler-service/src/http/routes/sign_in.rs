//! `/sign-in`: people who come back from a provider with a session. For browsers, not for programs.

use axum::Router;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::services::parameters;
use super::{sessions as routes, ui};
use crate::booking::Act;
use crate::http::app::Shared;
use crate::http::problem::{Answer, HttpError};
use crate::http::sessions::{self, cookie, set_cookie};
use crate::http::sign_on::{PATIENCE, SignOnError, new_secret};

/// Names of the cookie of a sign-in that is under way, with TLS and without.
const COOKIES: [&str; 2] = ["__Host-scheduler_sign_in", "scheduler_sign_in"];

/// The path to which a provider sends people back.
pub const CALLBACK: &str = "/sign-in/callback";

/// The paths.
pub fn pages() -> Router<Shared> {
    Router::new().route("/sign-in", get(begin)).route(CALLBACK, get(finish))
}

/// A browser goes to `location`, with cookies. Nobody keeps that.
fn sent(location: &str, cookies: &[String]) -> Answer<Response> {
    let value = |text: &str| HeaderValue::try_from(text).map_err(|e| HttpError::internal(&e));
    let mut response = StatusCode::SEE_OTHER.into_response();
    let headers = response.headers_mut();
    headers.insert(header::LOCATION, value(location)?);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    for cookie in cookies {
        headers.append(header::SET_COOKIE, value(cookie)?);
    }
    Ok(response)
}

/// A cookie called by one of [`COOKIES`] that comes along with people whom another site sends.
fn under_way(app: &Shared, headers: &HeaderMap, value: &str, seconds: i64) -> Answer<String> {
    set_cookie(headers, app.settings(), COOKIES, value, seconds, "Lax")
}

/// The page asks again, and says why: `failed`, `unavailable` or `groups`. Only the log learns more.
fn refused(app: &Shared, headers: &HeaderMap, error: &SignOnError) -> Answer<Response> {
    let (word, why) = match error {
        SignOnError::Unavailable(why) => ("unavailable", why),
        SignOnError::Refused(why) => ("failed", why),
        SignOnError::NoGroups(why) => ("groups", why),
    };
    tracing::warn!(%why, "nobody is signed in");
    sent(&format!("/?sign_in={word}"), &[under_way(app, headers, "", 0)?])
}

async fn begin(State(app): State<Shared>, headers: HeaderMap) -> Answer<Response> {
    let Some(sign_on) = &app.sign_on else { return Err(ui::no_such_path()) };
    let secret = new_secret().map_err(|error| HttpError::internal(&error))?;
    let now = app.office().clock().now().timestamp_millis();
    match sign_on.begin(&secret, now).await {
        Ok(begun) => {
            let cookie = under_way(&app, &headers, &begun.cookie, PATIENCE / 1000)?;
            sent(&begun.location, &[cookie])
        }
        Err(error) => refused(&app, &headers, &error),
    }
}

async fn finish(
    State(app): State<Shared>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let Some(sign_on) = &app.sign_on else { return Err(ui::no_such_path()) };
    let shown = COOKIES.iter().find_map(|name| cookie(&headers, name));
    let answer = parameters(query.as_deref().unwrap_or_default());
    let now = app.office().clock().now().timestamp_millis();
    let client = match sign_on.finish(shown, &answer, now).await {
        Ok(client) => client,
        Err(error) => return refused(&app, &headers, &error),
    };
    // A new id, whatever session the browser had before: nobody else can know it.
    let (id, row) = sessions::begun(&app, &client, None)?;
    let act = Act::new(&client, row.digest.get(..8), "session.begin");
    app.office().noting(act).add_session(&row).await?;
    let session = set_cookie(
        &headers,
        app.settings(),
        routes::COOKIES,
        &id,
        (row.expires_at - now) / 1000,
        "Strict",
    )?;
    sent("/", &[session, under_way(&app, &headers, "", 0)?])
}
