//! Who asks, and what they may do.
//!
//! A key is `sk_` and 256 random bits in hexadecimal digits. The store keeps its SHA-256: guessing
//! such a key back from its digest is as hopeless as guessing it, so no slower hash is needed.

use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::extract::FromRequestParts;
use axum::http::{header, request::Parts};

use crate::booking::{Client, Scopes};
use crate::http::app::Shared;
use crate::http::body::digest;
use crate::http::problem::{self, Answer, HttpError};

/// How long a key that was revoked may still be taken for valid, where nobody asks for longer.
pub const KEYS_FRESH: Duration = Duration::from_secs(2);

/// Name of the client where no keys are asked for.
pub const KEYLESS: &str = "local";

/// A new key. Only its digest is kept.
///
/// # Errors
/// Where the system has no random numbers.
pub fn new_key() -> Result<String, getrandom::Error> {
    use std::fmt::Write as _;
    let mut secret = [0; 32];
    getrandom::fill(&mut secret)?;
    let mut key = String::from("sk_");
    for byte in secret {
        // Writing to a string cannot fail.
        let _ = write!(key, "{byte:02x}");
    }
    Ok(key)
}

/// What is kept of a key.
pub fn key_digest(key: &str) -> String {
    digest(key.as_bytes())
}

/// A client and the digest of its key.
#[derive(Debug, Clone)]
pub struct Known {
    /// [`key_digest`] of the key.
    pub digest: String,
    /// Whose it is.
    pub client: Client,
}

/// The keys that are known.
#[derive(Debug)]
pub struct Access {
    /// Whether requests need a key.
    required: bool,
    known: Mutex<(Arc<[Known]>, Instant)>,
}

impl Access {
    /// Knows `keys`, read at `now`. Where `required` is not set everybody may do everything.
    pub fn new(required: bool, keys: Vec<Known>, now: Instant) -> Self {
        Self { required, known: Mutex::new((keys.into(), now)) }
    }

    /// The client that shows `key`.
    fn client(&self, key: &str) -> Option<Client> {
        let shown = key_digest(key);
        let known = Arc::clone(&self.known().0);
        // All of them, each to its end: how long it takes says nothing about any of them.
        known.iter().fold(None, |found, known| {
            if same(&known.digest, &shown) { Some(known.client.clone()) } else { found }
        })
    }

    /// Whether the keys are to be read again; then so, at once, for this caller alone.
    fn is_due(&self, now: Instant) -> bool {
        let mut known = self.known();
        let due = now.saturating_duration_since(known.1) >= KEYS_FRESH;
        if due {
            known.1 = now;
        }
        due
    }

    /// Knows `keys` from now on.
    pub fn replace(&self, keys: Vec<Known>) {
        self.known().0 = keys.into();
    }

    fn known(&self) -> std::sync::MutexGuard<'_, (Arc<[Known]>, Instant)> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Compares in a time that depends on the lengths only.
fn same(one: &str, other: &str) -> bool {
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
    ($($name:ident $field:ident $scope:literal)*) => {
        $(#[doc = concat!("`", $scope, "`")]
        #[derive(Debug, Clone, Copy)]
        pub struct $name;

        impl Needs for $name {
            const SCOPE: &'static str = $scope;

            fn met(scopes: Scopes) -> bool {
                scopes.$field || scopes.admin
            }
        })*
    };
}

scopes! {
    SlotsRead read "slots:read"
    AppointmentsWrite book "appointments:write"
    PlanningWrite plan "planning:write"
}

/// A client that may do what `S` says.
#[derive(Debug)]
pub struct Caller<S> {
    /// Who.
    pub client: Client,
    /// Whether it showed a key.
    pub keyed: bool,
    scope: PhantomData<S>,
}

impl<S> Caller<S> {
    /// The client, booking through the channel `asked` for: its key's, if the key is bound to one.
    ///
    /// # Errors
    /// 403 where the key is bound to another channel.
    pub fn through(self, asked: Option<String>) -> Answer<Client> {
        let mut client = self.client;
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
        let caller = |client, keyed| Self { client, keyed, scope: PhantomData };
        if !app.access().required {
            let client = Client { name: KEYLESS.to_owned(), scopes: Scopes::ALL, channel: None };
            return Ok(caller(client, false));
        }
        let shown = parts.headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let Some(key) = shown.and_then(bearer) else {
            let detail = "send the header Authorization: Bearer with a key";
            return Err(HttpError::new(problem::UNAUTHORIZED, detail));
        };
        if app.access().is_due(app.instant()) {
            app.reload_keys().await;
        }
        let Some(client) = app.access().client(key) else {
            return Err(HttpError::new(problem::UNAUTHORIZED, "the key is not known, or revoked"));
        };
        if !S::met(client.scopes) {
            let detail = format!("this needs the scope {}, which the key has not", S::SCOPE);
            return Err(HttpError::new(problem::FORBIDDEN, detail));
        }
        Ok(caller(client, true))
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
        let known = Known { digest: key_digest(&key), client: client.clone() };
        assert!(!known.digest.contains(&key[3..]));
        let access = Access::new(true, vec![known], Instant::now());
        assert_eq!(access.client(&key), Some(client));
        assert_eq!(access.client(&new_key().unwrap()), None);
        access.replace(Vec::new());
        assert_eq!(access.client(&key), None);
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
