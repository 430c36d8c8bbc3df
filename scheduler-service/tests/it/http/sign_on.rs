//! Single sign-on: with a provider that behaves, and with one that does not

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::{Form, State};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, serve};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256, RSA_PSS_SHA256,
    RsaKeyPair, RsaPublicKeyComponents,
};
use ring::{digest, hmac};
use scheduler_service::config::HttpSettings;
use scheduler_service::http::sign_on::{Grant, Secret, SignOnSettings};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;

use super::harness::{OPENED, Town, wide};
use super::keys::locked;

const HERE: &str = "http://127.0.0.1:8080";

/// A key of 2048 bits for tests, which nobody else uses.
const RSA: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCUwknEL8o3d9zr9QWy65b9Y+X27r/qE0hgdJF608 \
    0Wh/FlBRYoz0AUuKZbZj2VOLQUEd4doTnS+VSMEKz0ojVQXLpe9pQ0wdKdd2epyb0uqYuXjouQaS/i0UVaORlHvWam \
    eYR0tXyCb6gDKdQOXGARgN77tqyIij3LzxOc6Gk9Sd7TSJlfwWAnxiAi1crXuZ6p1wP5euvcgYQQCQkSFzIx9tos7Z \
    ByP+qB4uwba/BZ2LrHgDgFmJA2Ny45Yc+3ZrkQsBBiNdKlnKjMOk7LVywidFaXLX8UWni5auqS+kk7u0gbmquVQ2ji \
    eVSWIAJ9kg5OtNSjenmuumTUc7H38r9RAgMBAAECggEABlk/GpDHUJwUhSuwJENYjpx+BM6KSVossmShLZC22cuAFG \
    2N1TyolYXOoDuWHN1mVo2vaPxvrkLCrmZbCkb2r2UAtXMwrqp3s42UMo9j+/cDiIqeZ1Gs5/FCVGQX0YtqU0gf/Hbf \
    HyY2oXluVdVQioixY4TXms1rDxzZn359+M4CyiGnVFvyV0MhfTebTSKq3koF1UmIe4OxhBHEL8kqrIyZA8arBCpAeu \
    RgQB+LC6c3GbK/YPvXhULlpSDFzi2tem+U0U8AEBhviIPzWI6sQ9BBC/gS809TGCR/QXKtsWuHSreKeLoUC6DKg2AG \
    KLGGfsZDVW2mW/e4sDsf6XdZwQKBgQDKGY6xBd3cUY7aAxtVt9I9mA9+SLx+zlX7qj1atFOTQRUUjjQZKJYKtwO4g5 \
    tHjqrjUrMuHUQY9+/tx0IFF8f6DTW4BM/UqE+mFHFobr1lHSbs++7uJGKOW4B8HbsxBmnEBC4OHzIyEb07No+kbuJ2 \
    6kqboeOcQwzYVtp2OovVEQKBgQC8btxmfOhRsES3kgtspEwVUPeO0J0hcU1prVnXfgBak+68DLa6SOyIqUEFbaaTNZ \
    GYm1qpLMR5P1mSX4Re1feA0K97pF3xlByTDrFWkz3Y8E5nTbJ11SdpFeoTHg3kBa4rXE8neS+jv/uZ8z33MYwUAQUO \
    cezUbblmHx+ufz9GQQKBgQC9CLLDOe2PSmoH2agTwWDRZA353ScSpQUf5NiGou0Za2LAW1K3xZKyawT77X2srPGCt7 \
    QJii5L/H1bN2m1Qc03Qmvgt/99tgDqI20AdbSJg38JY4zVCwt0hHnlnhmdfZYoVpCNfPiChL0vSZWKBH2nJPasI/y2 \
    CLFXGcY1mAV7QQKBgGkYS8S9lbU54pmf0s9dMzIQXoJAx+KHFu4ByUHu/LOIHnazgJaVZZczDxi/90/TaMj8nKwOU+ \
    Zr9sE0lNdv7wLhYX5MRjkeqnE6mJ34sV31aUUkiIw/viNWHZ9b+9NZd7KnYV5asL9brDBJAh6Ee+QMTY2o7LXuHKFg \
    aoMgZWIBAoGABAwtReiSZT2DOSZpw1WijwKf85axSA40PtKZ84aZulaecfE/nkrFMyVG1PMYpf/PoOHa34cvDvrft+ \
    n/WGlopMV9yTKLlkZ3bCc7DbjDv6C4y+x+cyEL4ztVaAbENV5zipYFaeP1Ol5f1iwvFnXBG6P3SaVGWOPqfeaLDkxH \
    Y5k=";

/// A key of a provider: RSA or on the curve P-256.
enum Key {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

impl Key {
    fn rsa() -> Self {
        let bytes = BASE64_STANDARD.decode(RSA.replace(' ', "")).unwrap();
        Self::Rsa(RsaKeyPair::from_pkcs8(&bytes).unwrap())
    }

    fn ec() -> Self {
        let random = SystemRandom::new();
        let kind = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let bytes = EcdsaKeyPair::generate_pkcs8(kind, &random).unwrap();
        Self::Ec(EcdsaKeyPair::from_pkcs8(kind, bytes.as_ref(), &random).unwrap())
    }

    fn jwk(&self, kid: &str) -> Value {
        match self {
            Self::Rsa(key) => {
                let RsaPublicKeyComponents { n, e } = public(key);
                json!({ "kty": "RSA", "kid": kid, "use": "sig", "n": encoded(&n), "e": encoded(&e) })
            }
            Self::Ec(key) => {
                let point = key.public_key().as_ref();
                json!({ "kty": "EC", "kid": kid, "crv": "P-256", "x": encoded(&point[1..33]),
                    "y": encoded(&point[33..]) })
            }
        }
    }

    /// A signature of `message` as `alg` has it.
    fn sign(&self, alg: &str, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match (self, alg) {
            (_, "none") => Vec::new(),
            // By what everybody can read, taken for a secret.
            (Self::Rsa(key), "HS256") => {
                let key = hmac::Key::new(hmac::HMAC_SHA256, &public(key).n);
                hmac::sign(&key, message).as_ref().to_vec()
            }
            (Self::Rsa(key), alg) => {
                let padding: &dyn ring::signature::RsaEncoding =
                    if alg == "PS256" { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                let mut signature = vec![0; key.public().modulus_len()];
                key.sign(padding, &random, message, &mut signature).unwrap();
                signature
            }
            (Self::Ec(key), _) => key.sign(&random, message).unwrap().as_ref().to_vec(),
        }
    }
}

fn public(key: &RsaKeyPair) -> RsaPublicKeyComponents<Vec<u8>> {
    RsaPublicKeyComponents::from(key.public())
}

fn encoded(bytes: &[u8]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// How a provider is.
struct Behaviour {
    issuer: String,
    keys: BTreeMap<String, Key>,
    /// Key and algorithm of the next tokens.
    signs: (String, String),
    /// For each code that was not used yet, the challenge that it was asked with, and claims.
    codes: BTreeMap<String, (String, Value)>,
    user_info: Option<Value>,
    down: bool,
    nonsense: bool,
    /// How often its keys were read.
    read: usize,
}

type Shared = Arc<Mutex<Behaviour>>;

struct Provider {
    url: String,
    shared: Shared,
}

async fn metadata(State(shared): State<Shared>) -> Response {
    let own = shared.lock().unwrap();
    if own.down {
        return StatusCode::BAD_GATEWAY.into_response();
    }
    if own.nonsense {
        return Response::new(Body::from("<html>"));
    }
    let issuer = &own.issuer;
    Json(
        json!({ "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize?tenant=1"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/jwks"),
        "userinfo_endpoint": format!("{issuer}/me") }),
    )
    .into_response()
}

async fn jwks(State(shared): State<Shared>) -> Response {
    let mut own = shared.lock().unwrap();
    own.read += 1;
    let keys: Vec<Value> = own.keys.iter().map(|(kid, key)| key.jwk(kid)).collect();
    Json(json!({ "keys": keys })).into_response()
}

async fn me(State(shared): State<Shared>, headers: HeaderMap) -> Response {
    assert_eq!(headers["authorization"], "Bearer access");
    Json(shared.lock().unwrap().user_info.clone().unwrap()).into_response()
}

async fn token(
    State(shared): State<Shared>,
    headers: HeaderMap,
    Form(form): Form<BTreeMap<String, String>>,
) -> Response {
    let mut own = shared.lock().unwrap();
    // Both are form-encoded before they are put together.
    let pair = format!("Basic {}", BASE64_STANDARD.encode("scheduler:s%2Fcret"));
    assert_eq!(headers["authorization"], pair.as_str());
    assert_eq!(form["grant_type"], "authorization_code");
    assert_eq!(form["redirect_uri"], format!("{HERE}/sign-in/callback"));
    let refused = || (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })));
    let Some((challenge, claims)) = own.codes.remove(&form["code"]) else {
        return refused().into_response();
    };
    let shown = encoded(digest::digest(&digest::SHA256, form["code_verifier"].as_bytes()).as_ref());
    if shown != challenge {
        return refused().into_response();
    }
    let (kid, alg) = own.signs.clone();
    let head = encoded(json!({ "alg": alg, "kid": kid }).to_string().as_bytes());
    let message = format!("{head}.{}", encoded(claims.to_string().as_bytes()));
    let signature = own.keys[&kid].sign(&alg, message.as_bytes());
    let text = format!("{message}.{}", encoded(&signature));
    Json(json!({ "token_type": "Bearer", "access_token": "access", "id_token": text }))
        .into_response()
}

/// A sign-in under way: where the browser was sent, and its cookie.
struct UnderWay {
    asked: BTreeMap<String, String>,
    cookie: String,
}

impl Provider {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let keys = [("one".to_owned(), Key::ec()), ("two".to_owned(), Key::rsa())];
        let shared = Arc::new(Mutex::new(Behaviour {
            issuer: url.clone(),
            keys: keys.into(),
            signs: ("two".to_owned(), "RS256".to_owned()),
            codes: BTreeMap::new(),
            user_info: None,
            down: false,
            nonsense: false,
            read: 0,
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(metadata))
            .route("/jwks", get(jwks))
            .route("/me", get(me))
            .route("/token", post(token))
            .with_state(Arc::clone(&shared));
        tokio::spawn(async move { serve(listener, router).await });
        Self { url, shared }
    }

    fn settings(&self) -> HttpSettings {
        let grant =
            |group: &str, scope: &str| Grant { group: group.to_owned(), scope: scope.to_owned() };
        HttpSettings {
            keys_required: true,
            public_url: Some(HERE.to_owned()),
            sign_on: Some(SignOnSettings {
                issuer: self.url.clone(),
                client_id: "scheduler".to_owned(),
                client_secret: Some(Secret("s/cret".to_owned())),
                redirect_uri: format!("{HERE}/sign-in/callback"),
                scope: "openid profile".to_owned(),
                groups_claim: "groups".to_owned(),
                name_claim: "sub".to_owned(),
                grants: vec![
                    grant("planners", "planning:write"),
                    grant("planners", "slots:read"),
                    grant("desk", "appointments:write"),
                ],
            }),
            ..wide()
        }
    }

    /// A code for somebody in `groups` who was sent here, with claims that `change` has changed.
    fn code(&self, from: &UnderWay, change: impl FnOnce(&mut Value)) -> String {
        let now = DateTime::parse_from_rfc3339(OPENED).unwrap().timestamp();
        let mut claims = json!({ "iss": self.url, "aud": "scheduler", "sub": "4711",
            "nonce": from.asked["nonce"], "iat": now, "exp": now + 300, "groups": ["planners", "all"] });
        change(&mut claims);
        let mut own = self.shared.lock().unwrap();
        let code = format!("code {}", own.codes.len());
        own.codes.insert(code.clone(), (from.asked["code_challenge"].clone(), claims));
        code
    }
}

/// An answer to a browser: status, where it goes, and cookies.
async fn visit(town: &Town, path: &str, cookies: &[&str]) -> (u16, String, Vec<String>) {
    let mut request = Request::get(path).header("host", "127.0.0.1:8080");
    // As browsers say it of whoever a provider sends back.
    request = request.header("sec-fetch-site", "cross-site");
    if !cookies.is_empty() {
        request = request.header("cookie", cookies.join("; "));
    }
    let request = request.body(Body::empty()).unwrap();
    let response = town.router.clone().oneshot(request).await.unwrap();
    let text = |name: &str| {
        let all = response.headers().get_all(name).iter();
        all.map(|value| value.to_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let location = text("location").pop().unwrap_or_default();
    (response.status().as_u16(), location, text("set-cookie"))
}

async fn begin(town: &Town) -> UnderWay {
    let (status, location, cookies) = visit(town, "/sign-in", &[]).await;
    assert_eq!(status, 303, "{location}");
    let (_, query) = location.split_once('?').unwrap_or_else(|| panic!("{location}"));
    let asked = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    let [cookie] = cookies.try_into().unwrap();
    let attributes: Vec<&str> = cookie.split("; ").skip(1).collect();
    assert_eq!(attributes, ["Path=/", "HttpOnly", "SameSite=Lax", "Max-Age=600"]);
    UnderWay { asked, cookie: cookie.split(';').next().unwrap().to_owned() }
}

/// Where a browser goes that comes back with `query`, and the session that it has then.
async fn back(town: &Town, from: &UnderWay, query: &[(&str, &str)]) -> (String, Option<String>) {
    let mut text = form_urlencoded::Serializer::new(String::new());
    let path = format!("/sign-in/callback?{}", text.extend_pairs(query).finish());
    let (status, location, cookies) = visit(town, &path, &[&from.cookie]).await;
    assert_eq!(status, 303);
    // Whatever became of it, it is over.
    let ended = cookies.iter().find(|cookie| cookie.starts_with("scheduler_sign_in=;")).unwrap();
    assert!(ended.ends_with("Max-Age=0"), "{ended}");
    let session = cookies.iter().find(|cookie| cookie.starts_with("scheduler_session="));
    if let Some(session) = session {
        let attributes: Vec<&str> = session.split("; ").skip(1).collect();
        assert_eq!(attributes, ["Path=/", "HttpOnly", "SameSite=Strict", "Max-Age=43200"]);
    }
    let session = session.map(|cookie| cookie.split(';').next().unwrap().to_owned());
    (location, session)
}

/// Signs in with claims that `change` has changed.
async fn sign_in(
    town: &Town,
    provider: &Provider,
    change: impl FnOnce(&mut Value),
) -> (String, Option<String>) {
    let from = begin(town).await;
    let code = provider.code(&from, change);
    back(town, &from, &[("code", &code), ("state", &from.asked["state"]), ("iss", &provider.url)])
        .await
}

#[tokio::test]
async fn who_signs_in_may_what_his_groups_may() {
    let provider = Provider::start().await;
    let town = Town::with(provider.settings()).await;
    let ways = town.get("/v1/sessions").await.ok(200);
    assert_eq!(ways.body, json!({ "keys": true, "single_sign_on": "/sign-in" }));
    let from = begin(&town).await;
    let expected = [
        ("client_id", "scheduler"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", "http://127.0.0.1:8080/sign-in/callback"),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("tenant", "1"),
    ];
    for (name, value) in expected {
        assert_eq!(from.asked[name], value);
    }
    // What the provider sees, and whoever reads its logs, says nothing of the rest.
    let secret = from.cookie.split('=').nth(1).unwrap();
    let values = ["state", "nonce", "code_challenge"].map(|name| from.asked[name].clone());
    for (index, value) in values.iter().enumerate() {
        assert!(value.len() >= 43 && !secret.contains(value) && !values[..index].contains(value));
    }
    let code = provider.code(&from, |_| {});
    let query = [("code", code.as_str()), ("state", &from.asked["state"])];
    let (location, session) = back(&town, &from, &query).await;
    assert_eq!(location, "/");
    let session = session.unwrap();
    let page = town.header("host", "127.0.0.1:8080").header("origin", HERE);
    let signed = page.header("cookie", &session);
    let current = signed.get("/v1/sessions/current").await.ok(200).body;
    assert_eq!(current["client"], "sso:4711");
    assert_eq!(
        current["scopes"],
        json!(["slots:read", "studies:run", "planning:read", "planning:write"])
    );
    signed.get("/v1/scenario").await.ok(200);
    signed.get("/v1/audit").await.is(403, "forbidden");
    let draft = json!({ "name": "mine" });
    signed.post("/v1/drafts", draft.clone()).await.is(403, "csrf");
    let token = current["csrf_token"].as_str().unwrap();
    signed.header("x-csrf-token", token).post("/v1/drafts", draft).await.ok(201);

    // Another sign-in has another session, whatever the browser had before.
    let from = begin(&town).await;
    let code = provider.code(&from, |_| {});
    let path = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("code", &code), ("state", &from.asked["state"])])
        .finish();
    let path = format!("/sign-in/callback?{path}");
    let (_, _, cookies) = visit(&town, &path, &[&from.cookie, &session]).await;
    let next = cookies.iter().find(|cookie| cookie.starts_with("scheduler_session=ss_")).unwrap();
    assert!(!next.starts_with(&session));

    // It goes on after a restart, and ends where nobody signs in any more.
    let again = town.beside(provider.settings()).await;
    let at = |town: &Town| town.header("host", "127.0.0.1:8080").header("cookie", &session);
    at(&again).get("/v1/scenario").await.ok(200);
    let without = town.beside(HttpSettings { keys_required: true, ..wide() }).await;
    at(&without).get("/v1/scenario").await.is(401, "session-ended");
    town.advance(TimeDelta::hours(12));
    at(&town).get("/v1/scenario").await.is(401, "session-ended");
}

#[tokio::test]
async fn what_is_not_for_this_sign_in_lets_nobody_in() {
    let provider = Provider::start().await;
    let town = Town::with(provider.settings()).await;
    let now = DateTime::parse_from_rfc3339(OPENED).unwrap().timestamp();
    let failed = ("/?sign_in=failed".to_owned(), None);
    let changes: [(&str, Value); 12] = [
        ("iss", json!("https://evil.example")),
        ("aud", json!("another")),
        ("aud", json!(["scheduler", "another"])),
        ("azp", json!("another")),
        ("nonce", json!("guessed")),
        ("nonce", json!(null)),
        ("exp", json!(now - 60)),
        ("exp", json!("tomorrow")),
        ("exp", json!(null)),
        ("iat", json!(now + 61)),
        ("nbf", json!(now + 61)),
        ("sub", json!("")),
    ];
    for (name, value) in changes {
        let answer = sign_in(&town, &provider, |claims| claims[name] = value.clone()).await;
        assert_eq!(answer, failed, "{name} {value}");
    }
    assert_eq!(sign_in(&town, &provider, |_| {}).await.0, "/", "but for these it is right");

    // Signed by nobody, by what everybody can read, or by a key for something else.
    for (kid, alg) in [("two", "none"), ("two", "HS256"), ("one", "RS256"), ("two", "ES256")] {
        provider.shared.lock().unwrap().signs = (kid.to_owned(), alg.to_owned());
        assert_eq!(sign_in(&town, &provider, |_| {}).await, failed, "{kid} {alg}");
    }
    for (kid, alg) in [("one", "ES256"), ("two", "PS256"), ("two", "RS256")] {
        provider.shared.lock().unwrap().signs = (kid.to_owned(), alg.to_owned());
        assert_eq!(sign_in(&town, &provider, |_| {}).await.0, "/", "{kid} {alg}");
    }

    let from = begin(&town).await;
    let state = from.asked["state"].as_str();
    let code = provider.code(&from, |_| {});
    // Another state, two of them, none; another provider; a refusal; no code; one that nobody gave.
    for query in [
        &[("code", code.as_str()), ("state", "guessed")][..],
        &[("code", &code), ("state", state), ("state", state)],
        &[("code", &code)],
        &[("code", &code), ("state", state), ("iss", "https://evil.example")],
        &[("error", "access_denied"), ("state", state)],
        &[("state", state)],
        &[("code", "guessed"), ("state", state)],
    ] {
        assert_eq!(back(&town, &from, query).await, failed, "{query:?}");
    }
    // Another browser has another secret, and none at all.
    let other = begin(&town).await;
    let query = [("code", code.as_str()), ("state", state)];
    assert_eq!(back(&town, &other, &query).await, failed);
    for cookie in
        ["scheduler_sign_in=", "scheduler_sign_in=x", "scheduler_sign_in=x.99999999999999"]
    {
        let without = UnderWay { asked: BTreeMap::new(), cookie: cookie.to_owned() };
        assert_eq!(back(&town, &without, &query).await, failed, "{cookie}");
    }
    // A code that was stolen, in the place of one's own: it was asked for with another challenge.
    let query = [("code", code.as_str()), ("state", other.asked["state"].as_str())];
    assert_eq!(back(&town, &other, &query).await, failed);
    // One that was used.
    let from = begin(&town).await;
    let code = provider.code(&from, |_| {});
    let query = [("code", code.as_str()), ("state", from.asked["state"].as_str())];
    assert_eq!(back(&town, &from, &query).await.0, "/");
    assert_eq!(back(&town, &from, &query).await, failed);
    // Too late, by a moment.
    let from = begin(&town).await;
    let code = provider.code(&from, |claims| claims["exp"] = json!(now + 3600));
    let query = [("code", code.as_str()), ("state", from.asked["state"].as_str())];
    town.advance(TimeDelta::minutes(10));
    assert_eq!(back(&town, &from, &query).await, failed);
}

#[tokio::test]
async fn groups_are_found_where_the_provider_says_them() {
    let provider = Provider::start().await;
    let town = Town::with(provider.settings()).await;
    let none = ("/?sign_in=groups".to_owned(), None);
    for groups in
        [json!([]), json!(["Planners", "planners "]), json!("all"), json!({ "planners": 1 })]
    {
        let answer = sign_in(&town, &provider, |claims| claims["groups"] = groups.clone()).await;
        assert_eq!(answer, none, "{groups}");
    }
    assert_eq!(sign_in(&town, &provider, |claims| claims["groups"] = json!("desk")).await.0, "/");
    // Only who asks is told; and it is of the same person.
    let without = |claims: &mut Value| {
        claims.as_object_mut().unwrap().remove("groups");
    };
    let told = |info: Value| provider.shared.lock().unwrap().user_info = Some(info);
    told(json!({ "sub": "4711", "groups": ["desk"] }));
    assert_eq!(sign_in(&town, &provider, without).await.0, "/");
    told(json!({ "sub": "4712", "groups": ["desk"] }));
    assert_eq!(sign_in(&town, &provider, without).await.0, "/?sign_in=failed");
    told(json!({ "sub": "4711" }));
    assert_eq!(sign_in(&town, &provider, without).await, none);

    let mut settings = provider.settings();
    let own = settings.sign_on.as_mut().unwrap();
    own.groups_claim = "realm_access.roles".to_owned();
    own.name_claim = "preferred_username".to_owned();
    let town = Town::with(settings).await;
    let (location, session) = sign_in(&town, &provider, |claims| {
        claims["realm_access"] = json!({ "roles": ["desk"] });
        claims["preferred_username"] = json!("ada");
    })
    .await;
    assert_eq!(location, "/");
    let signed = town.header("host", "127.0.0.1:8080").header("cookie", &session.unwrap());
    let current = signed.get("/v1/sessions/current").await.ok(200).body;
    assert_eq!(current["client"], "sso:ada");
    assert_eq!(current["scopes"], json!(["appointments:book", "appointments:write"]));
    told(json!({ "sub": "4711" }));
    let nameless = |claims: &mut Value| claims["realm_access"] = json!({ "roles": ["desk"] });
    assert_eq!(sign_in(&town, &provider, nameless).await.0, "/?sign_in=failed");
}

#[tokio::test]
async fn keys_of_the_provider_change() {
    let provider = Provider::start().await;
    let town = Town::with(provider.settings()).await;
    let read = || provider.shared.lock().unwrap().read;
    for _ in 0..3 {
        assert_eq!(sign_in(&town, &provider, |_| {}).await.0, "/");
    }
    assert_eq!(read(), 1, "they are kept");
    {
        let mut own = provider.shared.lock().unwrap();
        own.keys.insert("three".to_owned(), Key::ec());
        own.signs = ("three".to_owned(), "ES256".to_owned());
    }
    assert_eq!(sign_in(&town, &provider, |_| {}).await.0, "/");
    assert_eq!(read(), 2);
    // The same name for another one.
    provider.shared.lock().unwrap().keys.insert("three".to_owned(), Key::ec());
    assert_eq!(sign_in(&town, &provider, |_| {}).await.0, "/");
    assert_eq!(read(), 3);
    // One that was taken away signs nothing any more, once its successor is known.
    let old = provider.shared.lock().unwrap().keys.remove("three").unwrap();
    provider.shared.lock().unwrap().signs = ("one".to_owned(), "ES256".to_owned());
    town.advance(TimeDelta::hours(1));
    let fresh = |claims: &mut Value| {
        for name in ["iat", "exp"] {
            claims[name] = json!(claims[name].as_i64().unwrap() + 3600);
        }
    };
    assert_eq!(sign_in(&town, &provider, fresh).await.0, "/");
    provider.shared.lock().unwrap().keys.insert("old".to_owned(), old);
    provider.shared.lock().unwrap().signs = ("old".to_owned(), "RS256".to_owned());
    assert_eq!(sign_in(&town, &provider, fresh).await.0, "/?sign_in=failed");
}

#[tokio::test]
async fn a_provider_that_does_not_answer_is_told_and_comes_back() {
    let provider = Provider::start().await;
    let town = Town::with(provider.settings()).await;
    let unavailable = "/?sign_in=unavailable";
    provider.shared.lock().unwrap().down = true;
    assert_eq!(visit(&town, "/sign-in", &[]).await.1, unavailable);
    provider.shared.lock().unwrap().down = false;
    provider.shared.lock().unwrap().nonsense = true;
    assert_eq!(visit(&town, "/sign-in", &[]).await.1, unavailable);
    provider.shared.lock().unwrap().nonsense = false;
    // One that speaks for another.
    provider.shared.lock().unwrap().issuer = "https://evil.example".to_owned();
    assert_eq!(visit(&town, "/sign-in", &[]).await.1, unavailable);
    provider.shared.lock().unwrap().issuer = provider.url.clone();
    assert_eq!(sign_in(&town, &provider, |_| {}).await.0, "/");
    // Nobody listens there, and keys still let in.
    let mut settings = provider.settings();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let nobody = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    settings.sign_on.as_mut().unwrap().issuer = nobody;
    let town = Town::with(settings).await;
    assert_eq!(visit(&town, "/sign-in", &[]).await.1, unavailable);
    // Without a provider there is no such path.
    let (town, _) = locked(&[]).await;
    assert_eq!(visit(&town, "/sign-in", &[]).await.0, 404);
    assert_eq!(visit(&town, "/sign-in/callback?code=1&state=2", &[]).await.0, 404);
}
