//! Work is bounded before it begins

use axum::http::Method;
use scheduler_service::config::HttpSettings;
use scheduler_service::http::connections::{self, ConnectionLimits};
use scheduler_service::http::limits::Rate;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::harness::{TOWN, Town, wide};
use super::keys::locked_with;

/// A year of clerks around the clock, minute by minute: a small file that asks for a lot.
fn vast(clerks: usize) -> Value {
    let mut scenario: Value = serde_json::from_str(TOWN).unwrap();
    scenario["grid_minutes"] = 1.into();
    scenario["horizon"] = json!({ "from": "2027-01-01", "until": "2027-12-31" });
    scenario["sites"][0]["open"] = json!([{ "from": "00:00", "until": "24:00" }]);
    let shifts = json!([{ "site": "hall", "from": "00:00", "until": "24:00" }]);
    let clerk = |number| json!({ "id": format!("c{number}"), "skills": [], "shifts": shifts });
    scenario["staff"] = (0..clerks).map(clerk).collect();
    scenario["release"] = json!([]);
    scenario
}

fn basket() -> Value {
    json!([{ "service": "stamp" }])
}

#[tokio::test]
async fn a_scenario_that_asks_for_too_much_is_told_how_much_it_is() {
    let town = Town::open().await;
    let scenario = vast(100);
    let variant = json!({ "schema": "variant/1", "name": "same", "edits": [] });
    for (path, body) in [
        ("/v1/offers", json!({ "scenario": scenario, "basket": basket() })),
        ("/v1/plans", json!({ "scenario": scenario, "seconds": 0.1 })),
        ("/v1/plans", json!({ "scenario": scenario, "steps": 1 })),
        ("/v1/simulations", json!({ "scenario": scenario })),
        ("/v1/simulations", json!({ "scenario": scenario, "wait_seconds": 0.0 })),
        ("/v1/comparisons", json!({ "scenario": scenario, "variants": [variant] })),
    ] {
        let reply = town.post(path, body).await.is(422, "invalid-scenario");
        assert_eq!(reply.violations(), [("/scenario/staff", "scenario.too_large")], "{path}");
        let detail = reply.body["detail"].as_str().unwrap();
        // 100 clerks and two rooms, 365 days of 1,440 steps.
        let (count, limit) = (102 * 365 * 1440, 2_000_000);
        assert!(detail.contains(&count.to_string()), "{detail}");
        assert!(detail.contains(&limit.to_string()), "{detail}");
    }
    let put = town.header("if-match", "\"1\"").put("/v1/scenario", &scenario).await;
    let put = put.is(422, "invalid-scenario");
    assert_eq!(put.violations(), [("/staff", "scenario.too_large")]);
}

#[tokio::test]
async fn each_kind_of_thing_has_its_limit() {
    let town = Town::open().await;
    let mut people = vast(1);
    people["demand"] = json!([{ "id": "d", "service": "stamp", "sites": ["hall"], "from": "00:00",
        "until": "24:00", "mean": 1e6 }]);
    let mut sites = vast(1);
    let more = (0..200).map(|number| json!({ "id": format!("s{number}"), "open": [] }));
    sites["sites"].as_array_mut().unwrap().extend(more);
    let mut names = vast(0);
    let skill = |number| json!(format!("s{number}"));
    names["services"][0]["skills"] = (0..30_000).map(skill).collect();
    let more =
        (0..20_000).map(|number| json!({ "id": format!("c{number}"), "skills": [], "shifts": [] }));
    names["staff"].as_array_mut().unwrap().extend(more);
    let settings = HttpSettings { scenario_bytes: 16 << 20, ..wide() };
    let wider = Town::with(HttpSettings { upload_bytes: 64 << 20, ..settings }).await;
    for (town, scenario, at) in [
        (&town, people, "/scenario/demand"),
        (&town, sites, "/scenario/sites"),
        (&wider, names, "/scenario/services"),
    ] {
        let body = json!({ "scenario": scenario, "basket": basket() });
        let reply = town.post("/v1/offers", body).await.is(422, "invalid-scenario");
        assert!(reply.violations().contains(&(at, "scenario.too_large")), "{at}: {}", reply.body);
    }
}

#[tokio::test]
async fn scenarios_of_ones_own_take_a_scope_of_their_own() {
    let scopes = [
        ("web", "slots:read appointments:write", None),
        ("own", "studies:run", None),
        ("plans", "planning:write", None),
    ];
    let (town, keys) = locked_with(wide(), &scopes).await;
    let scenario: Value = serde_json::from_str(TOWN).unwrap();
    let offers = json!({ "scenario": scenario, "basket": basket(),
        "now": "2027-03-01T07:00:00+01:00" });
    let plans = json!({ "scenario": scenario, "seconds": 0.01 });
    for (key, may) in keys.iter().zip([false, true, true]) {
        let town = town.key(key);
        for (path, body) in [("/v1/offers", &offers), ("/v1/plans", &plans)] {
            let reply = town.post(path, body.clone()).await;
            if may {
                reply.ok(200);
            } else {
                reply.is(403, "forbidden");
            }
        }
    }
    town.key(&keys[1]).get("/v1/scenario").await.is(403, "forbidden");
}

#[tokio::test]
async fn bodies_that_are_too_many_values_or_compressed_are_not_read() {
    let settings = HttpSettings { scenario_bytes: 16 << 20, upload_bytes: 64 << 20, ..wide() };
    let town = Town::with(settings).await;
    let body = format!("{{\"scenario\":[{}0]}}", "0,".repeat(2_000_000));
    town.send(Method::POST, "/v1/offers", Some(body)).await.is(413, "too-large");
    let packed = town.header("content-encoding", "gzip");
    packed.post("/v1/slots/search", json!({})).await.is(415, "unsupported-media-type");
    let plain = town.header("content-encoding", "identity");
    plain.post("/v1/slots/search", json!({ "basket": basket() })).await.ok(200);
}

#[tokio::test]
async fn large_bodies_are_taken_at_a_rate_and_short_ones_beside_them() {
    let uploads = Rate { per_second: 1, burst: 2 };
    let settings = HttpSettings { uploads, ..wide() };
    let (town, keys) = locked_with(settings, &[("web", "admin", None)]).await;
    let town = town.key(&keys[0]);
    let large = json!({ "basket": [], "sites": ["x".repeat(20_000)] });
    let mut codes = Vec::new();
    for _ in 0..30 {
        codes.push(town.post("/v1/slots/search", large.clone()).await.code().to_owned());
    }
    assert_eq!(codes[..2], ["invalid", "invalid"]);
    assert!(codes.contains(&"too-many-requests".to_owned()), "{codes:?}");
    town.post("/v1/slots/search", json!({ "basket": basket() })).await.ok(200);
}

/// Begins a request to `path` with a body of `length` bytes, and sends `sent` of it.
async fn begin(address: std::net::SocketAddr, path: &str, length: usize, sent: usize) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b' '; sent]).await.unwrap();
    stream
}

async fn rest(mut stream: TcpStream) -> String {
    let mut answer = vec![0; 1000];
    let read = stream.read(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test]
async fn uploads_that_stall_take_no_more_than_the_room_for_them_and_end() {
    // Without keys all are one client, who gets half: two of these.
    let settings = HttpSettings { upload_bytes: 1 << 20, ..wide() };
    let town = Town::with(settings).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = ConnectionLimits {
        most: 100,
        head: Duration::from_secs(30),
        write: Duration::from_secs(30),
        least_rate: 4096,
        drain: Duration::from_secs(30),
    };
    let router = town.router.clone();
    tokio::spawn(connections::serve(listener, router, limits, std::future::pending()));
    let mut stalled = Vec::new();
    for _ in 0..2 {
        // Of the second a part fits only, which is seen from the figures.
        stalled.push(begin(address, "/v1/offers", 600_000, 260_000).await);
    }
    // Both have arrived, as far as they were sent.
    let full = |text: &str| text.contains("scheduler_body_bytes 520000");
    while !full(town.get("/metrics").await.body.as_str().unwrap()) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let refused = rest(begin(address, "/v1/offers", 600_000, 300_000).await).await;
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("busy"), "{refused}");
    // Whoever books is not concerned.
    town.hold("card", "hall", "2027-03-01T09:00:00+01:00").await.ok(201);
    for stream in stalled {
        // Five seconds, and the time that the bytes sent may take at the least rate, are too long a
        // time to wait for here: the client gives up.
        drop(stream);
    }
    while !town.get("/metrics").await.body.as_str().unwrap().contains("scheduler_body_bytes 0") {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn a_body_that_comes_too_slowly_is_not_waited_for() {
    let town = Town::open().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let limits = ConnectionLimits {
        most: 100,
        head: Duration::from_secs(30),
        write: Duration::from_secs(30),
        least_rate: 4096,
        drain: Duration::from_secs(30),
    };
    let router = town.router.clone();
    tokio::spawn(connections::serve(listener, router, limits, std::future::pending()));
    let answer = rest(begin(address, "/v1/slots/search", 1000, 10).await).await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("too-slow"), "{answer}");
}
