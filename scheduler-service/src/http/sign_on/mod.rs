//! Single sign-on by OpenID Connect: the authorization code flow with PKCE (RFC 7636), `state` and `nonce`.
//! What groups a provider says somebody is in are the scopes of a session.
//!
//! A sign-in that is under way is in the browser's cookie only: `state`, `nonce` and the verifier of the code
//! are digests of one secret there, so that whoever has seen what the provider was sent knows none of the
//! others, and any process can go on with it.
//!
//! Of the crates, `openidconnect` brings a second HTTP client's types and three more implementations of
//! cryptography, and `jsonwebtoken` one; here are the one HTTP client and `ring`, which TLS has already.

mod provider;
mod token;

use std::fmt;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use form_urlencoded::Serializer;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::booking::{Client, Scopes};
use crate::http::auth::{key_digest, same};
use provider::Provider;

/// How long a sign-in may take, in milliseconds.
pub const PATIENCE: i64 = 600_000;

/// How far the clock of the provider may differ, in seconds.
const LEEWAY: i64 = 60;

/// How long a call of the provider may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// A text that is not shown in logs.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub String);

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

/// The members of a group may do what a scope allows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Name of the group, as the provider says it.
    pub group: String,
    /// Name of the scope.
    pub scope: String,
}

/// What is known of the provider by which people sign in, and of who does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignOnSettings {
    /// The provider, as it calls itself.
    pub issuer: String,
    /// As what this service is known to it.
    pub client_id: String,
    /// How the service proves that; `None` for a client without a secret.
    pub client_secret: Option<Secret>,
    /// Where it sends people back to.
    pub redirect_uri: String,
    /// What is asked of it, separated by spaces.
    pub scope: String,
    /// The claim that lists groups; dots lead into objects.
    pub groups_claim: String,
    /// The claim that says who it is.
    pub name_claim: String,
    /// Which groups may do what.
    pub grants: Vec<Grant>,
}

/// Why nobody was let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignOnError {
    /// The provider does not answer, or not as it should.
    Unavailable(String),
    /// What was shown does not let in.
    Refused(String),
    /// Whoever it is may do nothing here.
    NoGroups(String),
}

/// A sign-in that has begun.
#[derive(Debug)]
pub struct Begun {
    /// Where the browser goes.
    pub location: String,
    /// What its cookie keeps until it comes back.
    pub cookie: String,
}

/// The provider by which people sign in.
#[derive(Debug)]
pub struct SignOn {
    settings: SignOnSettings,
    provider: Provider,
}

/// What a sign-in that is under way is known by.
struct UnderWay<'a>(&'a str);

impl UnderWay<'_> {
    /// The value for `purpose`, which says nothing of the others.
    fn value(&self, purpose: &str) -> String {
        encoded(&Sha256::digest(format!("{purpose} of {}", self.0)))
    }

    fn state(&self) -> String {
        self.value("state")
    }

    fn nonce(&self) -> String {
        self.value("nonce")
    }

    /// The verifier of the code: 43 characters.
    fn verifier(&self) -> String {
        self.value("verifier")
    }
}

fn encoded(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// Asks for what stands in `query` with the values of it.
fn with_query(url: &str, query: &[(&str, &str)]) -> String {
    let mut text = Serializer::new(String::new());
    text.extend_pairs(query);
    let sign = if url.contains('?') { '&' } else { '?' };
    format!("{url}{sign}{}", text.finish())
}

impl SignOn {
    /// By the provider of `settings`, which is first called when somebody signs in.
    pub fn new(settings: SignOnSettings) -> Self {
        Self { provider: Provider::new(&settings), settings }
    }

    /// Sends a browser, with a new `secret`, to the provider at `now`, in milliseconds since the Unix epoch.
    ///
    /// # Errors
    /// [`SignOnError::Unavailable`].
    pub async fn begin(&self, secret: &str, now: i64) -> Result<Begun, SignOnError> {
        let metadata = self.provider.metadata(now).await?;
        let cookie = format!("{secret}.{now}");
        let under_way = UnderWay(&cookie);
        let challenge = encoded(&Sha256::digest(under_way.verifier()));
        let location = with_query(
            &metadata.authorization_endpoint,
            &[
                ("response_type", "code"),
                ("client_id", &self.settings.client_id),
                ("redirect_uri", &self.settings.redirect_uri),
                ("scope", &self.settings.scope),
                ("state", &under_way.state()),
                ("nonce", &under_way.nonce()),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
            ],
        );
        Ok(Begun { location, cookie })
    }

    /// Who comes back at `now` with `answer`, the parameters of the provider, and what is in the `cookie`.
    ///
    /// # Errors
    /// See [`SignOnError`].
    pub async fn finish(
        &self,
        cookie: Option<&str>,
        answer: &[(String, String)],
        now: i64,
    ) -> Result<Client, SignOnError> {
        let refused = |why: &str| SignOnError::Refused(why.to_owned());
        let cookie = cookie.ok_or_else(|| refused("the browser has no sign-in under way"))?;
        let begun = cookie.rsplit_once('.').and_then(|(_, at)| at.parse::<i64>().ok());
        let begun = begun.ok_or_else(|| refused("the cookie is none of this service"))?;
        if !(0..PATIENCE).contains(&(now - begun)) {
            return Err(refused("the sign-in took too long"));
        }
        let one = |name: &str| {
            let mut values = answer.iter().filter(|(own, _)| own == name).map(|(_, value)| value);
            values.next().filter(|_| values.next().is_none())
        };
        let under_way = UnderWay(cookie);
        if !one("state").is_some_and(|state| same(state, &under_way.state())) {
            return Err(refused("the state is not the one that the browser was sent with"));
        }
        // Another provider's answer, mixed into this sign-in (RFC 9207).
        if one("iss").is_some_and(|issuer| *issuer != self.settings.issuer) {
            return Err(refused("the answer is of another issuer"));
        }
        if let Some(error) = one("error") {
            let more = one("error_description").map_or("", String::as_str);
            return Err(refused(&format!("the provider says {error}: {more}")));
        }
        let code = one("code").ok_or_else(|| refused("the provider gave no code"))?;
        let tokens = self.provider.tokens(code, &under_way.verifier(), now).await?;
        let claims = self.claims(&tokens.id_token, now).await?;
        let wanted = token::Wanted {
            issuer: &self.settings.issuer,
            audience: &self.settings.client_id,
            nonce: &under_way.nonce(),
            now: now / 1000,
            leeway: LEEWAY,
        };
        wanted.check(&claims).map_err(SignOnError::Refused)?;
        let claims = self.with_groups(claims, tokens.access_token.as_deref(), now).await?;
        self.client(&claims)
    }

    /// The claims of an ID token that the provider has signed. Where its keys have changed they are read again.
    async fn claims(&self, text: &str, now: i64) -> Result<Value, SignOnError> {
        let (keys, fresh) = self.provider.keys(now, false).await?;
        match token::verified(text, &keys) {
            Ok(claims) => return Ok(claims),
            Err(why) if fresh || !why.may_be_old_keys() => {
                return Err(SignOnError::Refused(why.to_string()));
            }
            Err(_) => {}
        }
        let (keys, _) = self.provider.keys(now, true).await?;
        token::verified(text, &keys).map_err(|why| SignOnError::Refused(why.to_string()))
    }

    /// The claims with those that the provider only tells who asks for them.
    async fn with_groups(
        &self,
        claims: Value,
        access_token: Option<&str>,
        now: i64,
    ) -> Result<Value, SignOnError> {
        let known = |claims: &Value, name: &str| at(claims, name).is_some();
        let all = known(&claims, &self.settings.groups_claim)
            && known(&claims, &self.settings.name_claim);
        let Some(token) = access_token.filter(|_| !all) else { return Ok(claims) };
        let Some(mut more) = self.provider.user_info(token, now).await? else { return Ok(claims) };
        // Of the same person, or it is somebody else's.
        if more["sub"] != claims["sub"] {
            return Err(SignOnError::Refused("the user info is of another subject".to_owned()));
        }
        if let (Value::Object(more), Value::Object(signed)) = (&mut more, claims) {
            more.extend(signed);
        }
        Ok(more)
    }

    /// Who has these claims.
    fn client(&self, claims: &Value) -> Result<Client, SignOnError> {
        let groups: Vec<&str> = match at(claims, &self.settings.groups_claim) {
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(one)) => vec![one],
            _ => Vec::new(),
        };
        let granted = self.settings.grants.iter();
        let granted = granted.filter(|grant| groups.contains(&grant.group.as_str()));
        let scopes: Vec<&str> = granted.map(|grant| grant.scope.as_str()).collect();
        let scopes = Scopes::parse(&scopes.join(" ")).unwrap_or_default();
        let name = at(claims, &self.settings.name_claim).and_then(Value::as_str);
        let name = name.filter(|name| {
            !name.is_empty() && name.len() <= 255 && !name.contains(char::is_control)
        });
        let Some(name) = name else {
            let claim = &self.settings.name_claim;
            return Err(SignOnError::Refused(format!("the claim {claim:?} is no name")));
        };
        // Never the name of a key, which would have what belongs to it.
        let name = format!("sso:{name}");
        if scopes == Scopes::default() {
            return Err(SignOnError::NoGroups(format!("{name} is in none of the groups")));
        }
        Ok(Client { name, scopes, channel: None })
    }
}

/// The claim called `name`, or where there is none the one that its dots lead to.
fn at<'a>(claims: &'a Value, name: &str) -> Option<&'a Value> {
    let whole = claims.get(name);
    whole.or_else(|| name.split('.').try_fold(claims, |value, part| value.get(part)))
}

/// What a sign-in is begun with: a name that nobody can guess.
///
/// # Errors
/// Where the system has no random numbers.
pub fn new_secret() -> Result<String, getrandom::Error> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(key_digest(&encoded(&bytes)))
}
