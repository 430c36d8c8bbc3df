//! Who asks, and what they may do.
//!
//! A key is `sk_` and 256 random bits in hexadecimal digits. The store keeps its SHA-256: guessing
//! such a key back from its digest is as hopeless as guessing it, so no slower hash is needed.

use std::marker::PhantomData;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::{HeaderMap, header, request::Parts};
use uuid::Uuid;

use crate::booking::{Act, BookingError, Client, Scopes};
use crate::http::addresses::{self, ClientAddress};
use crate::http::app::{App, Shared};
use crate::http::body::digest;
use crate::http::limits::within;
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::http::routes::shapes::Id;
use crate::http::sessions::{self, Session};
use crate::http::uploads::Sender;

/// How long the keys that were read are taken for those that there are: half of the second in which a
/// key that was added or revoked counts.
pub const KEYS_FRESH: Duration = Duration::from_millis(500);

/// Name of the client where no keys are asked for.
pub const KEYLESS: &str = "local";

/// A new key. Only its digest is kept.
///
/// # Errors
/// Where the system has no random numbers.
pub fn new_key() -> Result<String, getrandom::Error> {
    random::<32>("sk_")
}

/// What is kept of a key.
pub fn key_digest(key: &str) -> String {
    digest(key.as_bytes())
}

/// By what people tell keys of one client apart: the begin of the digest.
fn key_id(digest: &str) -> &str {
    digest.get(..8).unwrap_or(digest)
}

/// A client and the digest of its key.
#[derive(Debug, Clone)]
pub struct Known {
    /// [`key_digest`] of the key.
    pub digest: String,
    /// Whose it is.
    pub client: Client,
    /// When it is no key any more, in milliseconds since the Unix epoch; never where `None`.
    pub expires_at: Option<i64>,
    /// Origins of the pages that may use it; all where empty.
    pub origins: Vec<String>,
}

/// The keys that are known.
#[derive(Debug)]
pub struct Access {
    /// Whether requests need a key. Once they do, they always will: what was closed never opens by
    /// itself.
    required: AtomicBool,
    known: Mutex<(Arc<[Known]>, Instant)>,
}

impl Access {
    /// Knows `keys`, read at `now`. Where none are `required` and there is none, everybody on this
    /// machine may do everything.
    pub fn new(required: bool, keys: Vec<Known>, now: Instant) -> Self {
        let required = AtomicBool::new(required || !keys.is_empty());
        Self { required, known: Mutex::new((keys.into(), now)) }
    }

    /// Whether requests need a key.
    pub fn is_required(&self) -> bool {
        self.required.load(Ordering::Relaxed)
    }

    /// Whether pages of `origin` may use some key.
    pub fn knows_origin(&self, origin: &str) -> bool {
        self.known().0.iter().any(|known| known.origins.iter().any(|own| own == origin))
    }

    /// The origins of pages that may use some key.
    pub fn origins(&self) -> Vec<String> {
        let known = Arc::clone(&self.known().0);
        let mut origins: Vec<String> =
            known.iter().flat_map(|known| known.origins.iter().cloned()).collect();
        origins.sort();
        origins.dedup();
        origins
    }

    /// What is known of `key` at `now`, in milliseconds since the Unix epoch.
    fn find(&self, key: &str, now: i64) -> Option<Known> {
        let shown = key_digest(key);
        let known = Arc::clone(&self.known().0);
        // All of them, each to its end: how long it takes says nothing about any of them.
        let found =
            known.iter().fold(
                None,
                |found, known| {
                    if same(&known.digest, &shown) { Some(known) } else { found }
                },
            );
        found.filter(|known| known.expires_at.is_none_or(|end| now < end)).cloned()
    }

    /// The key with this digest, where it is one at `now`, in milliseconds since the Unix epoch.
    pub(super) fn by_digest(&self, digest: &str, now: i64) -> Option<Known> {
        let known = Arc::clone(&self.known().0);
        let found = known.iter().find(|known| known.digest == digest);
        found.filter(|known| known.expires_at.is_none_or(|end| now < end)).cloned()
    }

    /// Whether the keys are to be read again; then so, at once, for this caller alone.
    pub fn is_due(&self, now: Instant) -> bool {
        let mut known = self.known();
        let due = now.saturating_duration_since(known.1) >= KEYS_FRESH;
        if due {
            known.1 = now;
        }
        due
    }

    /// Knows `keys` from now on. The first one closes the service.
    pub fn replace(&self, keys: Vec<Known>) {
        if !keys.is_empty() && !self.required.swap(true, Ordering::Relaxed) {
            tracing::info!("there is a key now: requests need one from here on");
        }
        self.known().0 = keys.into();
    }

    fn known(&self) -> std::sync::MutexGuard<'_, (Arc<[Known]>, Instant)> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a request without a key comes from this machine: a page of another origin, or one whose
/// name was made to lead here, says another host or origin.
///
/// # Errors
/// 403
fn is_local(headers: &HeaderMap, trusted: &[String]) -> Answer<()> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let refuse = |detail: String| Err(HttpError::new(problem::FORBIDDEN, detail));
    let host = text(header::HOST);
    if let Some(host) = host.filter(|host| !is_loopback(host)) {
        return refuse(format!(
            "without keys only this machine is served, as localhost, not as {host:?}; make a key \
             with `scheduler keys add`"
        ));
    }
    let Some(origin) = text(header::ORIGIN) else { return Ok(()) };
    if is_own(origin, host) || trusted.iter().any(|trusted| trusted == "*" || trusted == origin) {
        return Ok(());
    }
    refuse(format!(
        "without keys pages of {origin:?} are not served; make a key with `scheduler keys add`, or \
         name the origin with --cors"
    ))
}

/// Whether pages of `origin` come from this service, which was asked as `host`.
pub(super) fn is_own(origin: &str, host: Option<&str>) -> bool {
    let name = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    name.is_some() && name == host
}

/// Whether the page that asks, if it is one, may use a key of `origins`.
///
/// # Errors
/// 403
fn is_for_page(headers: &HeaderMap, origins: &[String]) -> Answer<()> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    let Some(origin) = text(header::ORIGIN).filter(|_| !origins.is_empty()) else { return Ok(()) };
    if is_own(origin, text(header::HOST)) || origins.iter().any(|own| own == origin) {
        return Ok(());
    }
    let detail = format!("the key is for pages of {}, not of {origin:?}", origins.join(", "));
    Err(HttpError::new(problem::FORBIDDEN, detail))
}

/// Whether a `Host` is this machine.
pub fn is_loopback(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost")
        || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Compares in a time that depends on the lengths only.
pub(super) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    one.len() == other.len() && one.iter().zip(other).fold(0, |all, (a, b)| all | (a ^ b)) == 0
}

/// What a path asks of whoever uses it.
pub trait Needs {
    /// Name of the scope.
    const SCOPE: &'static str;
    /// Whether `scopes` have it.
    fn met(scopes: Scopes) -> bool;
}

macro_rules! scopes {
    ($($name:ident $field:ident $(or $other:ident)* $scope:literal)*) => {
        $(#[doc = concat!("`", $scope, "`")]
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl Needs for $name {
            const SCOPE: &'static str = $scope;

            fn met(scopes: Scopes) -> bool {
                scopes.$field || scopes.admin $(|| scopes.$other)*
            }
        })*
    };
}

/// Whoever has a key.
#[derive(Debug, Clone, Copy)]
pub struct Anyone;

impl Needs for Anyone {
    const SCOPE: &'static str = "any";

    fn met(_scopes: Scopes) -> bool {
        true
    }
}

scopes! {
    SlotsRead read "slots:read"
    // Whoever plans what is booked from may plan what is not.
    StudiesRun study or plan "studies:run"
    // Whoever may change what was booked may book.
    AppointmentsBook visit or book "appointments:book"
    AppointmentsWrite book "appointments:write"
    // Whoever plans, or looks at plans, sees what is booked.
    BookingsRead book or plan or look "appointments:write"
    // Whoever learns of bookings may have others told of them.
    ReceiversWrite book or plan "appointments:write"
    // Whoever may change it may look at it.
    PlanningRead look or plan "planning:read"
    PlanningWrite plan "planning:write"
}

/// `admin`
#[derive(Debug, Clone, Copy)]
pub struct Admin;

impl Needs for Admin {
    const SCOPE: &'static str = "admin";

    fn met(scopes: Scopes) -> bool {
        scopes.admin
    }
}

/// The header in which a citizen shows the secret of an appointment.
pub const SECRET: &str = "appointment-secret";

/// A new secret for an appointment: 128 random bits. Only its digest is kept.
///
/// # Errors
/// Where the system has no random numbers.
pub fn new_secret() -> Result<String, getrandom::Error> {
    random::<16>("as_")
}

/// A new token for a calendar: 128 random bits. Only its digest is kept.
///
/// # Errors
/// Where the system has no random numbers.
pub fn new_calendar_token() -> Result<String, getrandom::Error> {
    random::<16>("cal_")
}

/// Whether who shows a secret or a token in the place of a key may do so: without keys from this machine
/// only.
///
/// # Errors
/// 403
pub fn may_show(app: &Shared, headers: &HeaderMap) -> Answer<()> {
    if app.access().is_required() {
        return Ok(());
    }
    is_local(headers, &app.settings().cors)
}

/// A new id for a session of a browser: 256 random bits. Only its digest is kept.
///
/// # Errors
/// Where the system has no random numbers.
pub fn new_session_id() -> Result<String, getrandom::Error> {
    random::<32>("ss_")
}

/// A new secret to sign what a receiver of events is told: 256 random bits.
///
/// # Errors
/// Where the system has no random numbers.
pub fn new_webhook_secret() -> Result<String, getrandom::Error> {
    random::<32>("whsec_")
}

/// `prefix` and so many random bytes in hexadecimal digits.
fn random<const BYTES: usize>(prefix: &str) -> Result<String, getrandom::Error> {
    use std::fmt::Write as _;
    let mut secret = [0; BYTES];
    getrandom::fill(&mut secret)?;
    let mut text = String::from(prefix);
    for byte in secret {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    Ok(text)
}

/// Who may do what `S` says with the appointment in the path: a client with a key, or the citizen, who
/// shows its secret.
#[derive(Debug)]
pub struct Holder<S> {
    /// Who; for a citizen the client of the appointment, in whose place he speaks.
    pub client: Client,
    /// The digest of the key that it showed.
    digest: Option<String>,
    scope: PhantomData<S>,
}

impl<S> Holder<S> {
    /// `action` by this holder, for the audit log.
    pub fn act(&self, action: &'static str) -> Act {
        Act::new(&self.client, self.digest.as_deref().map(key_id), action)
    }

    /// Whether it is the citizen.
    pub fn is_citizen(&self) -> bool {
        self.client.scopes.citizen
    }
}

impl<S: Needs> FromRequestParts<Shared> for Holder<S> {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Answer<Self> {
        let Some(shown) = parts.headers.get(SECRET) else {
            let caller = Caller::<S>::from_request_parts(parts, app).await?;
            let Caller { client, digest, .. } = caller;
            return Ok(Self { client, digest, scope: PhantomData });
        };
        let shown = key_digest(shown.to_str().unwrap_or_default());
        may_show(app, &parts.headers)?;
        let Id(id) = Id::from_request_parts(parts, app).await?;
        let refused = || {
            let detail = "there is no appointment with this id and secret, or not any more";
            HttpError::new(problem::UNAUTHORIZED, detail)
        };
        let id = Uuid::try_parse(&id).map_err(|_| refused())?;
        match app.office().secret_of(id).await {
            Ok((digest, client)) if same(&digest, &shown) => {
                parts.extensions.insert(Sender(Arc::from(format!("citizen {id}"))));
                Ok(Self { client, digest: None, scope: PhantomData })
            }
            // Nobody learns by it which appointments there are.
            Ok(_) | Err(BookingError::NotFound) => Err(refused()),
            Err(error) => Err(error.into()),
        }
    }
}

/// What let somebody in who is answered for long, such as with a stream of events.
#[derive(Debug, Clone)]
pub struct Pass {
    digest: Option<String>,
    /// The digest of the session that it came by.
    session: Option<String>,
}

impl Pass {
    /// Whether it still lets in: a key that was not revoked and has not ended, a session that has not ended;
    /// without one, as long as none is asked for.
    pub async fn is_valid(&self, app: &App) -> bool {
        app.refresh_keys().await;
        let now = app.office().clock().now().timestamp_millis();
        if let Some(session) = &self.session {
            match app.office().session(session).await {
                Ok(None) => return false,
                Ok(Some(row)) if row.key.is_none() => return true,
                // Where the store does not answer, what was known stays so.
                Ok(Some(_)) | Err(_) => {}
            }
        }
        match &self.digest {
            Some(digest) => app.access().by_digest(digest, now).is_some(),
            None => !app.access().is_required(),
        }
    }
}

/// A client that may do what `S` says.
#[derive(Debug)]
pub struct Caller<S> {
    /// Who.
    pub client: Client,
    /// Whether it showed a key.
    pub keyed: bool,
    /// The digest of that key.
    digest: Option<String>,
    /// The session that it came by in the place of a key.
    pub session: Option<Session>,
    /// Until when it may, in milliseconds since the Unix epoch; no end where `None`.
    pub expires_at: Option<i64>,
    /// The address from which somebody asks with a key that everybody can read.
    visitor: Option<IpAddr>,
    scope: PhantomData<S>,
}

impl<S> Caller<S> {
    /// The client of the request that `parts` begin, known to whoever reads its body.
    fn new(
        client: Client,
        known: (Option<String>, Option<i64>),
        session: Option<Session>,
        parts: &mut Parts,
    ) -> Self {
        let (digest, expires_at) = known;
        parts.extensions.insert(Sender(Arc::from(client.name.as_str())));
        let address = parts.extensions.get::<ClientAddress>().map(|&ClientAddress(ip)| ip);
        let visitor = address.filter(|_| !AppointmentsWrite::met(client.scopes));
        let keyed = digest.is_some();
        Self { client, keyed, digest, session, expires_at, visitor, scope: PhantomData }
    }

    /// The key that it showed, as far as that is known of it: none without keys, and none by a session.
    pub fn key(&self) -> Option<Known> {
        let digest = self.digest.clone().filter(|_| self.session.is_none())?;
        let (client, expires_at) = (self.client.clone(), self.expires_at);
        Some(Known { digest, client, expires_at, origins: Vec::new() })
    }

    /// By what an answer that goes on for long ends with the key.
    pub fn pass(&self) -> Pass {
        let session = self.session.as_ref().map(|session| session.row.digest.clone());
        Pass { digest: self.digest.clone(), session }
    }

    /// Whether it shows a key that everybody can read, as it stands in a page.
    pub fn is_of_page(&self) -> bool {
        !AppointmentsWrite::met(self.client.scopes)
    }

    /// From which address it asks, where that is a visitor's.
    pub fn visitor(&self) -> Option<IpAddr> {
        self.visitor
    }

    /// Counts something that keeps a place: each visitor of a page has a share of his own.
    ///
    /// # Errors
    /// 429
    pub fn count_hold(&self, app: &App) -> Answer<()> {
        within(app, &app.holding, &self.client.name)?;
        match self.visitor {
            Some(visitor) => addresses::count_hold(app, visitor),
            None => Ok(()),
        }
    }

    /// `action` by this caller, for the audit log.
    pub fn act(&self, action: &'static str) -> Act {
        Act::new(&self.client, self.digest.as_deref().map(key_id), action)
    }

    /// The client, booking through the channel `asked` for: its key's, if the key is bound to one.
    ///
    /// # Errors
    /// 403 where the key is bound to another channel, 422 for what is the name of none.
    pub fn through(self, asked: Option<String>) -> Answer<Client> {
        let mut client = self.client;
        let wrong = asked.as_ref().and_then(|channel| Violation::of_text("/channel", channel));
        if let Some(wrong) = wrong {
            return Err(HttpError::violations(problem::INVALID, vec![wrong]));
        }
        match (&client.channel, asked) {
            (Some(bound), Some(asked)) if *bound != asked => {
                let detail = format!("the key is bound to the channel {bound:?}");
                return Err(HttpError::new(problem::FORBIDDEN, detail));
            }
            (None, asked) => client.channel = asked,
            (Some(_), _) => {}
        }
        Ok(client)
    }
}

impl<S: Needs> FromRequestParts<Shared> for Caller<S> {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Answer<Self> {
        app.refresh_keys().await;
        if !app.access().is_required() {
            is_local(&parts.headers, &app.settings().cors)?;
            let client = Client { name: KEYLESS.to_owned(), scopes: Scopes::ALL, channel: None };
            return Ok(Self::new(client, (None, None), None, parts));
        }
        let (known, session) = identify(parts, app).await?;
        let Known { digest, client, origins, expires_at } = known;
        is_for_page(&parts.headers, &origins)?;
        if !S::met(client.scopes) {
            let detail = format!("this needs the scope {}, which the key has not", S::SCOPE);
            return Err(HttpError::new(problem::FORBIDDEN, detail));
        }
        Ok(Self::new(client, (Some(digest), expires_at), session, parts))
    }
}

/// By what a request is let in: its key, or where it shows none its session.
///
/// # Errors
/// 401, 403 where the page of the session has not sent it, 503
async fn identify(parts: &Parts, app: &App) -> Answer<(Known, Option<Session>)> {
    let refuse = |detail: &str| Err(HttpError::new(problem::UNAUTHORIZED, detail));
    let Some(shown) = parts.headers.get(header::AUTHORIZATION) else {
        return match sessions::find(app, &parts.method, &parts.headers).await? {
            Some((session, known)) => Ok((known, Some(session))),
            None => refuse("send the header Authorization: Bearer with a key"),
        };
    };
    let Some(key) = shown.to_str().ok().and_then(bearer) else {
        return refuse("send the header Authorization: Bearer with a key");
    };
    let now = app.office().clock().now().timestamp_millis();
    match app.access().find(key, now) {
        Some(known) => Ok((known, None)),
        None => refuse("the key is not known, revoked or has ended"),
    }
}

/// The token of a header `Bearer token`.
fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_by_its_digest_only() {
        let key = new_key().unwrap();
        assert_eq!(key.len(), 3 + 64);
        let client = Client { name: "web".to_owned(), scopes: Scopes::ALL, channel: None };
        let known = Known {
            digest: key_digest(&key),
            client: client.clone(),
            expires_at: Some(1000),
            origins: Vec::new(),
        };
        assert!(!known.digest.contains(&key[3..]));
        let access = Access::new(false, vec![known], Instant::now());
        let found = |key: &str, now| access.find(key, now).map(|known| known.client);
        assert_eq!(found(&key, 999), Some(client));
        assert_eq!(found(&key, 1000), None, "it has ended");
        assert_eq!(found(&new_key().unwrap(), 0), None);
        access.replace(Vec::new());
        assert_eq!(found(&key, 0), None);
        assert!(access.is_required(), "what was closed stays closed");
    }

    #[test]
    fn without_keys_only_this_machine_is_served() {
        let served = |host: &str, origin: Option<&str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, origin.parse().unwrap());
            }
            is_local(&headers, &["https://town.example".to_owned()]).is_ok()
        };
        for host in ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "127.1.2.3", "[::1]:80"] {
            assert!(served(host, None), "{host}");
            assert!(served(host, Some(&format!("http://{host}"))), "{host}");
            assert!(!served(host, Some("http://evil.example")), "{host}");
            assert!(!served(host, Some("null")), "{host}");
        }
        assert!(served("localhost", Some("https://town.example")));
        for host in ["evil.example", "evil.example:8080", "10.0.0.1", "localhost.evil.example", ""]
        {
            assert!(!served(host, None), "{host}");
        }
    }

    #[test]
    fn keys_are_read_again_once_in_a_while_and_by_one_request_only() {
        let start = Instant::now();
        let access = Access::new(true, Vec::new(), start);
        assert!(!access.is_due(start + KEYS_FRESH / 2));
        assert!(access.is_due(start + KEYS_FRESH));
        assert!(!access.is_due(start + KEYS_FRESH));
    }

    #[test]
    fn bearer_is_read_in_any_case() {
        assert_eq!(bearer("Bearer abc"), Some("abc"));
        assert_eq!(bearer("bearer  abc "), Some("abc"));
        assert_eq!(bearer("Basic abc"), None);
        assert_eq!(bearer("abc"), None);
    }
}
