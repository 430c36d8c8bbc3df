//! Receivers are told everything, signed, in order for each appointment, and nobody else is called.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect};
use axum::routing::post;
use axum::{Router, serve};
use chrono::TimeDelta;
use scheduler_service::config::HttpSettings;
use scheduler_service::http::webhooks::signature;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::harness::{Town, wide};

const NINE: &str = "2027-03-01T09:00:00+01:00";

/// What was received: headers and body.
type Received = Arc<Mutex<Vec<(HeaderMap, Bytes)>>>;

/// How a receiver answers: the status by the event and how often it was told.
type Answering = Arc<dyn Fn(&Value, usize) -> StatusCode + Send + Sync>;

/// A receiver on this machine; its URL and what it has received.
async fn receiver(answer: Answering) -> (String, Received) {
    let received = Received::default();
    let kept = Arc::clone(&received);
    let take = move |headers: HeaderMap, body: Bytes| {
        let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
        async move {
            let event: Value = serde_json::from_slice(&body).unwrap();
            let mut all = kept.lock().unwrap();
            let number = event["number"].to_string();
            let before = all.iter().filter(|(h, _)| h["webhook-event"] == number.as_str()).count();
            all.push((headers, body));
            let status = answer(&event, before);
            if status.is_redirection() {
                return Redirect::temporary("/elsewhere").into_response();
            }
            status.into_response()
        }
    };
    let router = Router::new().route("/hook", post(take.clone())).route("/elsewhere", post(take));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    tokio::spawn(async move { serve(listener, router).await });
    (url, received)
}

fn events(received: &Received) -> Vec<Value> {
    let all = received.lock().unwrap();
    all.iter().map(|(_, body)| serde_json::from_slice(body).unwrap()).collect()
}

/// Waits until `done`.
async fn until(what: &str, mut done: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !done() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn town() -> Town {
    Town::with(HttpSettings { private_webhooks: true, ..wide() }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_receiver_is_told_what_happens_signed() {
    let town = town().await;
    town.book("stamp", "hall", "2027-03-01T08:00:00+01:00").await;
    let (url, received) = receiver(Arc::new(|_, _| StatusCode::NO_CONTENT)).await;
    let body = json!({ "url": url, "events": ["booked", "cancelled"] });
    let made = town.post("/v1/webhooks", body).await.ok(201);
    let secret = made.body["secret"].as_str().unwrap().to_owned();
    let path = made.header("location").to_owned();
    let id = town.book("card", "hall", NINE).await;
    town.post(&format!("/v1/appointments/{id}/cancel"), json!({})).await.ok(200);
    until("two events", || events(&received).len() == 2).await;
    let told: Vec<String> = events(&received).iter().map(|e| e["type"].to_string()).collect();
    assert_eq!(told, ["\"booked\"", "\"cancelled\""]);
    let all = received.lock().unwrap().clone();
    for (headers, body) in &all {
        let shown = headers["webhook-signature"].to_str().unwrap();
        let seconds: i64 = shown[2..].split(',').next().unwrap().parse().unwrap();
        assert_eq!(seconds, 1_803_880_800, "by the clock of the service");
        assert_eq!(shown, signature(&secret, seconds, body));
        assert_ne!(shown, signature("another", seconds, body));
        assert_eq!(headers["webhook-id"], path.rsplit('/').next().unwrap());
    }
    // As in the list of events.
    let listed = town.get("/v1/events?type=cancelled").await.ok(200);
    assert_eq!(listed.body["events"][0], events(&received)[1]);
    let read = town.get(&path).await.ok(200);
    assert_eq!((&read.body["status"], read.body.get("secret")), (&json!("active"), None));
    let list = town.get("/v1/webhooks").await.ok(200);
    assert_eq!(list.body["webhooks"].as_array().unwrap().len(), 1);
    town.delete(&path).await.ok(204);
    town.get(&path).await.is(404, "not-found");
    town.book("stamp", "hall", NINE).await;
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(events(&received).len(), 2, "nothing after it is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_waits_with_all_of_its_appointment_while_others_go_on() {
    let town = town().await;
    // Refuses the first event of the first appointment twice.
    let (url, received) = receiver(Arc::new(|event, before| {
        let first = event["appointment"]["start"] == NINE && event["type"] == "held";
        if first && before < 2 { StatusCode::IM_A_TEAPOT } else { StatusCode::OK }
    }))
    .await;
    let made = town.post("/v1/webhooks", json!({ "url": url })).await.ok(201);
    let stuck = town.book("card", "hall", NINE).await;
    let free = town.book("stamp", "hall", "2027-03-01T08:00:00+01:00").await;
    until("the first attempt", || !events(&received).is_empty()).await;
    let of = |id: &str| -> Vec<Value> {
        let all = events(&received).into_iter();
        all.filter(|event| event["appointment"]["id"] == id).collect()
    };
    let begun = Instant::now();
    loop {
        let read = town.get(made.header("location")).await.ok(200);
        if read.body["last_failure"].as_str().unwrap_or_default().contains("418") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{read:?}");
    }
    // The clock stands still: nothing is tried again before its time.
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(events(&received).len(), 1);
    town.advance(TimeDelta::seconds(1));
    until("the others", || of(&free).len() == 2).await;
    until("again", || of(&stuck).len() == 2).await;
    for _ in 0..10 {
        town.advance(TimeDelta::seconds(1));
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    until("in the end", || of(&stuck).len() == 4).await;
    let types: Vec<String> = of(&stuck).iter().map(|e| e["type"].to_string()).collect();
    assert_eq!(types, ["\"held\"", "\"held\"", "\"held\"", "\"booked\""]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_be_reached_is_told_later_and_in_the_end_no_more() {
    let town = town().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    drop(listener);
    let made = town.post("/v1/webhooks", json!({ "url": url })).await.ok(201);
    let path = made.header("location").to_owned();
    town.book("card", "hall", NINE).await;
    let status = || async { town.get(&path).await.ok(200).body["status"].clone() };
    let begun = Instant::now();
    while status().await != "failing" {
        assert!(begun.elapsed() < Duration::from_secs(60));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for _ in 0..30 {
        town.advance(TimeDelta::hours(1));
        tokio::time::sleep(Duration::from_millis(700)).await;
        if status().await == "disabled" {
            break;
        }
    }
    assert_eq!(status().await, "disabled");
    let resumed = town.post(&format!("{path}/resume"), json!({})).await.ok(200);
    assert_eq!(resumed.body["status"], "active");
}

#[tokio::test(flavor = "multi_thread")]
async fn redirects_are_not_followed() {
    let town = town().await;
    let (url, received) = receiver(Arc::new(|_, _| StatusCode::TEMPORARY_REDIRECT)).await;
    let made = town.post("/v1/webhooks", json!({ "url": url })).await.ok(201);
    town.book("card", "hall", NINE).await;
    until("an attempt", || !events(&received).is_empty()).await;
    let begun = Instant::now();
    loop {
        let read = town.get(made.header("location")).await.ok(200);
        if read.body["last_failure"].as_str().unwrap_or_default().contains("redirect") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{read:?}");
    }
    assert_eq!(events(&received).len(), 1);
}

#[tokio::test]
async fn only_public_and_secure_receivers_are_taken() {
    let town = Town::open().await;
    for url in [
        "http://example.org/hook",
        "https://127.0.0.1/hook",
        "https://10.0.0.1/hook",
        "https://169.254.169.254/latest",
        "https://[::1]/hook",
        "https://[::ffff:192.168.0.1]/hook",
        "https://user@example.org/hook",
        "nowhere",
    ] {
        let refused = town.post("/v1/webhooks", json!({ "url": url })).await.is(422, "invalid");
        assert_eq!(refused.violations(), [("/url", "url")], "{url}");
    }
    let named = json!({ "url": "https://localhost/hook", "secret": "0123456789abcdef" });
    let made = town.post("/v1/webhooks", named).await.ok(201);
    assert_eq!(made.body["secret"], "0123456789abcdef");
    // What its name leads to is judged when it is called.
    town.book("card", "hall", NINE).await;
    let begun = Instant::now();
    loop {
        let read = town.get(made.header("location")).await.ok(200);
        if read.body["last_failure"].as_str().unwrap_or_default().contains("no public address") {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "{read:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let wrong = json!({ "url": "https://example.org/", "events": ["eaten"], "secret": "short" });
    let wrong = town.post("/v1/webhooks", wrong).await;
    assert!(matches!(wrong.status.as_u16(), 400 | 422), "{wrong:?}");
    for _ in 1..10 {
        town.post("/v1/webhooks", json!({ "url": "https://example.org/" })).await.ok(201);
    }
    let more = town.post("/v1/webhooks", json!({ "url": "https://example.org/" })).await;
    more.is(409, "too-many-webhooks");
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_take_turns_and_lose_nothing() {
    let town = town().await;
    let (url, received) = receiver(Arc::new(|_, _| StatusCode::OK)).await;
    town.post("/v1/webhooks", json!({ "url": url })).await.ok(201);
    let beside = town.beside(HttpSettings { private_webhooks: true, ..wide() }).await;
    let mut booked = BTreeSet::new();
    for (number, minute) in (0..55).step_by(5).enumerate() {
        let asked = if number % 2 == 0 { &town } else { &beside };
        let start = format!("2027-03-01T09:{minute:02}:00+01:00");
        booked.insert(asked.book("stamp", "annex", &start).await);
        if number == 5 {
            // It goes in peace, and the other one takes over at once.
            town.app.webhooks.close().await;
        }
    }
    until("all of them", || {
        let told = events(&received);
        booked.iter().all(|id| {
            let own = |e: &&Value| e["appointment"]["id"] == id.as_str();
            told.iter().filter(own).any(|event| event["type"] == "booked")
        })
    })
    .await;
    let mut last: BTreeMap<String, u64> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for event in events(&received) {
        // Repeats are told by their numbers.
        if seen.insert(event["number"].as_u64().unwrap()) {
            let version = event["appointment"]["version"].as_u64().unwrap();
            let before = last.insert(event["appointment"]["id"].to_string(), version);
            assert!(before.unwrap_or(0) + 1 == version, "{event}");
        }
    }
}
