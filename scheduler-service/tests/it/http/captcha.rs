//! Captchas of pages: who has to show one, and what is done where it is refused or nobody can say

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::Form;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Json, Router, serve};
use scheduler_service::config::HttpSettings;
use scheduler_service::http::addresses::Peer;
use scheduler_service::http::captcha::Captcha;
use scheduler_service::http::outgoing::Target;
use scheduler_service::http::sign_on::Secret;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tower::ServiceExt;

use super::harness::{Town, wide};
use super::keys::locked_with;

/// What was asked.
type Asked = Arc<Mutex<Vec<Vec<(String, String)>>>>;

/// Who checks captchas, on this machine: each that begins with `good` is good once.
async fn verifier() -> (String, Asked) {
    let asked = Asked::default();
    let (kept, used) = (Arc::clone(&asked), Arc::new(Mutex::new(BTreeSet::new())));
    let check = move |Form(form): Form<Vec<(String, String)>>| {
        let (kept, used) = (Arc::clone(&kept), Arc::clone(&used));
        async move {
            let of = |name: &str| form.iter().find(|(own, _)| own == name).map(|(_, v)| v.clone());
            let shown = of("response").unwrap();
            kept.lock().unwrap().push(form.clone());
            let answer = match shown.as_str() {
                "hangs" => {
                    tokio::time::sleep(Duration::from_secs(60)).await;
                    json!({ "success": true })
                }
                "breaks" => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                "nonsense" => return Response::new(Body::from("<html>")),
                "ours" => json!({ "success": false, "error-codes": ["invalid-input-secret"] }),
                good if good.starts_with("good") && used.lock().unwrap().insert(shown.clone()) => {
                    json!({ "success": true, "hostname": "town.example" })
                }
                _ => json!({ "success": false, "error-codes": ["timeout-or-duplicate"] }),
            };
            Json(answer).into_response()
        }
    };
    let router = Router::new().route("/siteverify", post(check));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/siteverify", listener.local_addr().unwrap());
    tokio::spawn(async move { serve(listener, router).await });
    (url, asked)
}

async fn town(url: &str) -> (Town, Vec<String>) {
    let verify = Target::parse(url, true).unwrap();
    let captcha = Captcha { verify, secret: Secret("the secret".to_owned()) };
    let settings = HttpSettings { captcha: Some(captcha), ..wide() };
    assert!(!format!("{settings:?}").contains("the secret"));
    let scopes = [
        ("page", "slots:read appointments:book", None),
        ("desk", "slots:read appointments:write", None),
    ];
    locked_with(settings, &scopes).await
}

fn hold(captcha: Option<&str>) -> Value {
    let mut hold = json!({ "site": "hall", "start": "2027-03-01T09:00:00+01:00",
        "basket": [{ "service": "stamp" }] });
    if let Some(captcha) = captcha {
        hold["captcha"] = captcha.into();
    }
    hold
}

#[tokio::test]
async fn who_holds_with_the_key_of_a_page_shows_a_captcha() {
    let (url, asked) = verifier().await;
    let (town, keys) = town(&url).await;
    let (page, desk) = (town.key(&keys[0]), town.key(&keys[1]));
    let path = "/v1/holds";
    let missing = page.post(path, hold(None)).await.is(422, "captcha-missing");
    assert_eq!(missing.violations(), [("/captcha", "missing")]);
    page.post(path, hold(Some(""))).await.is(422, "invalid");
    assert!(asked.lock().unwrap().is_empty(), "nobody was asked for nothing");
    page.post(path, hold(Some("bad"))).await.is(403, "captcha-refused");

    // Once it was held, asking again is answered the same, though a captcha is good once.
    let once = page.idempotent("once");
    let held = once.post(path, hold(Some("good 1"))).await.ok(201);
    let again = once.post(path, hold(Some("good 1"))).await.ok(201);
    assert_eq!(held.body, again.body);
    page.post(path, hold(Some("good 1"))).await.is(403, "captcha-refused");
    // What was refused keeps no key, and takes no place: there are two clerks.
    let other = page.idempotent("other");
    other.post(path, hold(Some("bad"))).await.is(403, "captcha-refused");
    other.post(path, hold(Some("good 2"))).await.ok(201);
    page.post(path, hold(Some("good 3"))).await.is(409, "slot-unavailable");
    // What makes no sense uses no captcha up.
    let count = asked.lock().unwrap().len();
    let mut wrong = hold(Some("good 4"));
    wrong["site"] = "nowhere".into();
    page.post(path, wrong).await.ok(422);
    assert_eq!(asked.lock().unwrap().len(), count);

    // An office shows none.
    page.delete(&format!("/v1/holds/{}", held.body["id"].as_str().unwrap())).await.ok(204);
    desk.post(path, hold(None)).await.ok(201);
    assert_eq!(asked.lock().unwrap().len(), count);
    let first = asked.lock().unwrap()[0].clone();
    let expected = [("secret", "the secret"), ("response", "bad")];
    assert_eq!(first, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
}

#[tokio::test]
async fn the_address_of_the_visitor_is_told() {
    let (url, asked) = verifier().await;
    let (town, keys) = town(&url).await;
    let request = Request::post("/v1/holds")
        .header("authorization", format!("Bearer {}", keys[0]))
        .header("content-type", "application/json")
        .header("idempotency-key", "1")
        .extension(Peer("203.0.113.9".parse().unwrap()))
        .body(Body::from(hold(Some("good")).to_string()))
        .unwrap();
    let response = town.router.clone().oneshot(request).await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
    let told = asked.lock().unwrap()[0][2].clone();
    assert_eq!(told, ("remoteip".to_owned(), "203.0.113.9".to_owned()));
}

#[tokio::test]
async fn where_nobody_can_say_nothing_is_held() {
    let (url, _) = verifier().await;
    let (town, keys) = town(&url).await;
    let page = town.key(&keys[0]);
    for shown in ["breaks", "nonsense", "ours"] {
        let reply = page.post("/v1/holds", hold(Some(shown))).await;
        let reply = reply.is(503, "captcha-unavailable");
        assert_eq!(reply.header("retry-after"), "5");
    }
    let begun = Instant::now();
    page.post("/v1/holds", hold(Some("hangs"))).await.is(503, "captcha-unavailable");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    // Nobody listens there.
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/siteverify", listener.local_addr().unwrap());
    drop(listener);
    let (town, keys) = self::town(&url).await;
    let page = town.key(&keys[0]);
    page.post("/v1/holds", hold(Some("good"))).await.is(503, "captcha-unavailable");
}
