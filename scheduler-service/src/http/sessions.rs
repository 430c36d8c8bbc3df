//! Sessions of browsers: a cookie in the place of a key, so that no script and no page of another origin can
//! read by what a planner is let in.
//!
//! The id is 256 random bits, of which the store keeps the digest. The cookie is `HttpOnly` and
//! `SameSite=Strict`, and with TLS `Secure` under a name that begins with `__Host-`. What changes anything
//! has to come from a page of this service, and to show the session's token, which only such a page can
//! have read.

use axum::http::{HeaderMap, HeaderName, Method, header};

use crate::booking::{Client, Scopes};
use crate::http::app::App;
use crate::http::auth::{self, Known, is_loopback, is_own, key_digest, same};
use crate::http::problem::{self, Answer, HttpError};
use crate::http::settings::HttpSettings;
use crate::store::SessionRow;

/// Name of the cookie where the browser speaks TLS: it takes such a cookie only over TLS, for all paths, and
/// never from a neighbouring host.
pub const SECURE_COOKIE: &str = "__Host-scheduler_session";

/// Its name for a browser on this machine, without TLS.
pub const PLAIN_COOKIE: &str = "scheduler_session";

/// The header that shows the token of a session.
pub const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");

/// A session that a request belongs to.
#[derive(Debug, Clone)]
pub struct Session {
    /// What is kept of it.
    pub row: SessionRow,
    /// The token that its page shows with whatever changes something.
    pub csrf: String,
}

/// The token of the session `id`. It says nothing of the id.
pub fn csrf_of(id: &str) -> String {
    key_digest(&format!("csrf of {id}"))
}

/// The id of the session that a request shows in its cookie.
fn shown<'a>(headers: &'a HeaderMap, settings: &HttpSettings) -> Option<&'a str> {
    let plain = || cookie(headers, PLAIN_COOKIE).filter(|_| may_be_plain(headers, settings));
    cookie(headers, SECURE_COOKIE).or_else(plain)
}

/// The value of the cookie called `name`. Of several none is taken: somebody has put one beside it.
pub(super) fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let pairs = lines.flat_map(|line| line.split(';')).filter_map(|one| one.trim().split_once('='));
    let mut values =
        pairs.filter(|(own, _)| *own == name).map(|(_, value)| value.trim_matches('"'));
    values.next().filter(|_| values.next().is_none())
}

/// Whether the browser is on this machine, where a cookie needs no TLS.
fn may_be_plain(headers: &HeaderMap, settings: &HttpSettings) -> bool {
    let told = settings.public_url.as_deref();
    let page = text(headers, &header::ORIGIN);
    let secure = |url: Option<&str>| url.is_some_and(|url| url.starts_with("https://"));
    !secure(told) && !secure(page) && text(headers, &header::HOST).is_some_and(is_loopback)
}

/// A cookie of `seconds` called by one of `names`, with TLS and without, or, with 0, none any more.
///
/// # Errors
/// 403 where the browser would send it over the net without TLS.
pub(super) fn set_cookie(
    headers: &HeaderMap,
    settings: &HttpSettings,
    names: [&str; 2],
    value: &str,
    seconds: i64,
    same_site: &str,
) -> Answer<String> {
    let rest = format!("={value}; Path=/; HttpOnly; SameSite={same_site}; Max-Age={seconds}");
    if may_be_plain(headers, settings) {
        return Ok(format!("{}{rest}", names[1]));
    }
    if text(headers, &header::ORIGIN).is_some_and(|origin| origin.starts_with("http://")) {
        let detail = "without TLS whoever is on the way could take over the session: open the page by \
                      https, or on the machine of the service as localhost";
        return Err(HttpError::new(problem::FORBIDDEN, detail));
    }
    Ok(format!("{}{rest}; Secure", names[0]))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap_or("?"))
}

/// Whether pages of `origin` are those of this service, as browsers see it.
fn is_ours(headers: &HeaderMap, settings: &HttpSettings, origin: &str) -> bool {
    settings.public_url.as_deref() == Some(origin) || is_own(origin, text(headers, &header::HOST))
}

/// Whether a request that a browser sends by itself comes from a page of this service, as far as the browser
/// says.
///
/// # Errors
/// 403
pub fn is_from_here(headers: &HeaderMap, settings: &HttpSettings) -> Answer<()> {
    let refuse = |detail: String| Err(HttpError::new(problem::CSRF, detail));
    if let Some(origin) = text(headers, &header::ORIGIN)
        && !is_ours(headers, settings, origin)
    {
        let hint = "where a proxy gives the service another name, say --public-url";
        return refuse(format!(
            "a session is for the pages of this service, not of {origin:?}; {hint}"
        ));
    }
    // Pages of neighbouring hosts have cookies sent, too.
    match text(headers, &HeaderName::from_static("sec-fetch-site")) {
        Some(site @ ("cross-site" | "same-site")) => {
            refuse(format!("a session is for the pages of this service; this is {site}"))
        }
        _ => Ok(()),
    }
}

/// Whether a request by the cookie of the session `id` is one that its page has sent.
///
/// # Errors
/// 403
fn is_meant(id: &str, method: &Method, headers: &HeaderMap, settings: &HttpSettings) -> Answer<()> {
    is_from_here(headers, settings)?;
    if method.is_safe() {
        return Ok(());
    }
    let refuse = |detail: &str| Err(HttpError::new(problem::CSRF, detail));
    if !headers.contains_key(header::ORIGIN) {
        return refuse("what a session changes needs the header Origin, which browsers send");
    }
    let token = text(headers, &CSRF).unwrap_or_default();
    if same(token, &csrf_of(id)) {
        return Ok(());
    }
    refuse("what a session changes needs the header X-CSRF-Token with the token of the session")
}

/// The session that a request shows, if it shows one, and what whoever has it may do.
///
/// # Errors
/// 401 where it has ended, 403 where its page has not sent the request, 503.
pub(super) async fn find(
    app: &App,
    method: &Method,
    headers: &HeaderMap,
) -> Answer<Option<(Session, Known)>> {
    let Some(id) = shown(headers, app.settings()) else { return Ok(None) };
    let ended = || HttpError::new(problem::SESSION_ENDED, "sign in again");
    let digest = key_digest(id);
    let row = app.office().session(&digest).await?.ok_or_else(ended)?;
    let now = app.office().clock().now().timestamp_millis();
    let known = match &row.key {
        // As the key says now.
        Some(key) => app.access().by_digest(key, now),
        None => app.sign_on.as_ref().map(|_| Known {
            digest: row.digest.clone(),
            client: Client {
                name: row.name.clone(),
                scopes: Scopes::parse(&row.scopes).unwrap_or_default(),
                channel: None,
            },
            expires_at: Some(row.expires_at),
            origins: Vec::new(),
        }),
    };
    let known = known.ok_or_else(ended)?;
    is_meant(id, method, headers, app.settings())?;
    Ok(Some((Session { row, csrf: csrf_of(id) }, known)))
}

/// A session that begins now, and its id, which only the browser keeps.
///
/// # Errors
/// 500 where the system has no random numbers.
pub(super) fn begun(
    app: &App,
    client: &Client,
    key: Option<&Known>,
) -> Answer<(String, SessionRow)> {
    let id = auth::new_session_id().map_err(|error| HttpError::internal(&error))?;
    let now = app.office().clock().now().timestamp_millis();
    let longest = now + i64::from(app.settings().session_hours) * 3_600_000;
    let row = SessionRow {
        digest: key_digest(&id),
        key: key.map(|key| key.digest.clone()),
        name: client.name.clone(),
        scopes: client.scopes.names(),
        created_at: now,
        expires_at: key.and_then(|key| key.expires_at).map_or(longest, |end| end.min(longest)),
    };
    Ok((id, row))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&'static str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in all {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    #[test]
    fn one_cookie_of_a_name_is_taken_and_of_two_none() {
        let of = |lines: &[&str]| {
            let lines: Vec<_> = lines.iter().map(|line| ("cookie", *line)).collect();
            cookie(&headers(&lines), SECURE_COOKIE).map(str::to_owned)
        };
        assert_eq!(of(&["a=b; __Host-scheduler_session=x"]).as_deref(), Some("x"));
        assert_eq!(of(&["a=b", "__Host-scheduler_session=\"x\";c"]).as_deref(), Some("x"));
        assert_eq!(of(&["__Host-scheduler_session=x; __Host-scheduler_session=y"]), None);
        assert_eq!(of(&["__Host-scheduler_session=x", "__Host-scheduler_session=y"]), None);
        assert_eq!(of(&["scheduler_session=x; __host-scheduler_session=y"]), None);
        assert_eq!(of(&[]), None);
    }
}
