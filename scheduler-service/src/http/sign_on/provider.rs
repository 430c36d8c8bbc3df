//! The provider by which people sign in: what it says of itself, its keys, and what it gives for a code. What
//! it says of itself is kept for an hour, its keys until a token needs others.

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{Method, StatusCode};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use form_urlencoded::Serializer;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::token::Jwks;
use super::{SignOnError, SignOnSettings, TIMEOUT};
use crate::http::auth::is_loopback;
use crate::http::outgoing::{Call, Target};

/// How long what was read is taken for what is, in milliseconds.
const FRESH: i64 = 3_600_000;

/// Most bytes of an answer.
const MOST: usize = 1 << 20;

/// What a provider says of itself (OpenID Connect Discovery 1.0).
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Metadata {
    issuer: String,
    pub(super) authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

/// What is given for a code.
#[derive(Debug, Deserialize)]
pub(super) struct Tokens {
    pub(super) id_token: String,
    pub(super) access_token: Option<String>,
}

/// Something that was read, and when.
type Kept<T> = Mutex<Option<(Arc<T>, i64)>>;

/// A provider.
#[derive(Debug)]
pub(super) struct Provider {
    settings: SignOnSettings,
    metadata: Kept<Metadata>,
    keys: Kept<Jwks>,
}

fn kept<T>(of: &Kept<T>, now: i64) -> Option<Arc<T>> {
    let kept = of.lock().unwrap_or_else(PoisonError::into_inner);
    let (value, at) = kept.as_ref()?;
    (0..FRESH).contains(&(now - at)).then(|| Arc::clone(value))
}

fn keep<T>(of: &Kept<T>, value: T, now: i64) -> Arc<T> {
    let value = Arc::new(value);
    *of.lock().unwrap_or_else(PoisonError::into_inner) = Some((Arc::clone(&value), now));
    value
}

impl Provider {
    pub(super) fn new(settings: &SignOnSettings) -> Self {
        let settings = settings.clone();
        Self { settings, metadata: Mutex::default(), keys: Mutex::default() }
    }

    /// What it says of itself.
    pub(super) async fn metadata(&self, now: i64) -> Result<Arc<Metadata>, SignOnError> {
        if let Some(metadata) = kept(&self.metadata, now) {
            return Ok(metadata);
        }
        let issuer = &self.settings.issuer;
        let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let metadata: Metadata = read(get(&url, None).await?, &url)?;
        if metadata.issuer != *issuer {
            let other = &metadata.issuer;
            let why = format!("{url} speaks for {other:?}: give that as --oidc-issuer");
            return Err(SignOnError::Unavailable(why));
        }
        // Where people are sent has to be a page, and nothing that a browser would run.
        target(&metadata.authorization_endpoint)?;
        Ok(keep(&self.metadata, metadata, now))
    }

    /// Its keys, and whether they were read just now. `again`: whatever is kept.
    pub(super) async fn keys(
        &self,
        now: i64,
        again: bool,
    ) -> Result<(Arc<Jwks>, bool), SignOnError> {
        if let Some(keys) = kept(&self.keys, now).filter(|_| !again) {
            return Ok((keys, false));
        }
        let url = &self.metadata(now).await?.jwks_uri;
        Ok((keep(&self.keys, read(get(url, None).await?, url)?, now), true))
    }

    /// What it gives for `code`, once.
    pub(super) async fn tokens(
        &self,
        code: &str,
        verifier: &str,
        now: i64,
    ) -> Result<Tokens, SignOnError> {
        let metadata = self.metadata(now).await?;
        let SignOnSettings { client_id, client_secret, redirect_uri, .. } = &self.settings;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        let mut headers = vec![
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ("accept", "application/json".to_owned()),
        ];
        let methods = metadata.token_endpoint_auth_methods_supported.as_deref();
        let takes = |name: &str| methods.is_some_and(|all| all.iter().any(|one| one == name));
        match client_secret {
            None => form.push(("client_id", client_id)),
            Some(secret) if takes("client_secret_post") && !takes("client_secret_basic") => {
                form.extend([("client_id", client_id.as_str()), ("client_secret", &secret.0)]);
            }
            // As where nothing is said. Both are form-encoded first (RFC 6749, 2.3.1).
            Some(secret) => {
                let coded = |text: &str| -> String {
                    form_urlencoded::byte_serialize(text.as_bytes()).collect()
                };
                let pair = format!("{}:{}", coded(client_id), coded(&secret.0));
                headers.push(("authorization", format!("Basic {}", BASE64_STANDARD.encode(pair))));
            }
        }
        let body = Serializer::new(String::new()).extend_pairs(form).finish().into_bytes();
        let call = Call { method: Method::POST, headers, body, private: true, most: MOST };
        let (status, body) = answer(&metadata.token_endpoint, call).await?;
        if status.is_client_error() {
            // Such as a code that was used, or one of somebody else.
            let error = serde_json::from_slice::<Value>(&body).unwrap_or_default();
            let error = error["error"].as_str().unwrap_or("no reason").to_owned();
            return Err(SignOnError::Refused(format!(
                "the provider gives no tokens for the code: {status}, {error}"
            )));
        }
        read((status, body), &metadata.token_endpoint)
    }

    /// What it tells of whoever has the access token `token`; `None` where it tells nothing.
    pub(super) async fn user_info(
        &self,
        token: &str,
        now: i64,
    ) -> Result<Option<Value>, SignOnError> {
        let metadata = self.metadata(now).await?;
        let Some(url) = &metadata.userinfo_endpoint else { return Ok(None) };
        read(get(url, Some(token)).await?, url).map(Some)
    }
}

/// Where `url` leads: over TLS, but on this machine.
fn target(url: &str) -> Result<Target, SignOnError> {
    let wrong = |why: &str| SignOnError::Unavailable(format!("{url:?} is not called: {why}"));
    let plain = url.strip_prefix("http://").map(|rest| rest.split('/').next().unwrap_or(rest));
    if plain.is_some_and(|host| !is_loopback(host)) {
        return Err(wrong("it must begin with https://"));
    }
    Target::parse(url, true).map_err(|why| wrong(&why))
}

async fn get(url: &str, token: Option<&str>) -> Result<(StatusCode, Vec<u8>), SignOnError> {
    let mut headers = vec![("accept", "application/json".to_owned())];
    headers.extend(token.map(|token| ("authorization", format!("Bearer {token}"))));
    let call = Call { method: Method::GET, headers, body: Vec::new(), private: true, most: MOST };
    answer(url, call).await
}

async fn answer(url: &str, call: Call) -> Result<(StatusCode, Vec<u8>), SignOnError> {
    let failed = |why: String| SignOnError::Unavailable(format!("{url} does not answer: {why}"));
    match tokio::time::timeout(TIMEOUT, target(url)?.call(call)).await {
        Ok(answered) => answered.map_err(failed),
        Err(_) => Err(failed(format!("not within {} s", TIMEOUT.as_secs()))),
    }
}

fn read<T: DeserializeOwned>(
    (status, body): (StatusCode, Vec<u8>),
    url: &str,
) -> Result<T, SignOnError> {
    if !status.is_success() {
        return Err(SignOnError::Unavailable(format!("{url} answers {status}")));
    }
    let read = serde_json::from_slice(&body);
    read.map_err(|error| SignOnError::Unavailable(format!("{url} answers nonsense: {error}")))
}
