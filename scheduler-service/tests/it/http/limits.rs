//! How much a client, and all of them together, may ask

use scheduler_service::config::HttpSettings;
use scheduler_service::http::auth::{key_digest, new_key};
use scheduler_service::http::limits::Rate;
use serde_json::json;

use super::harness::{Town, wide};
use super::keys::locked_with;

#[tokio::test]
async fn too_many_searches_and_holds_are_told_when_to_come_again() {
    let rate = Rate { per_second: 1, burst: 2 };
    let settings = HttpSettings { searches: rate, holds: rate, ..wide() };
    let (town, keys) = locked_with(settings, &[("web", "admin", None)]).await;
    let town = town.key(&keys[0]);
    let search = json!({ "basket": [{ "service": "card" }] });
    let mut codes = Vec::new();
    for _ in 0..20 {
        let reply = town.post("/v1/slots/search", search.clone()).await;
        if reply.status == 429 {
            assert_eq!(reply.header("retry-after"), "1");
        }
        codes.push(reply.code().to_owned());
    }
    assert_eq!(codes[..2], ["", ""]);
    assert!(codes.contains(&"too-many-requests".to_owned()));
    // Holds have a bucket of their own.
    town.hold("advice", "hall", "2027-03-01T09:00:00+01:00").await.ok(201);
}

#[tokio::test]
async fn a_client_has_only_so_many_holds_open() {
    let settings = HttpSettings { open_holds: 2, ..wide() };
    let (town, keys) = locked_with(settings, &[("web", "admin", None)]).await;
    let town = town.key(&keys[0]);
    let first = town.hold("stamp", "hall", "2027-03-01T08:00:00+01:00").await.ok(201);
    town.hold("stamp", "hall", "2027-03-01T08:05:00+01:00").await.ok(201);
    let reply = town.hold("stamp", "hall", "2027-03-01T08:10:00+01:00").await;
    assert_ne!(reply.is(429, "too-many-holds").header("retry-after"), "");
    let id = first.body["id"].as_str().unwrap();
    town.delete(&format!("/v1/holds/{id}")).await.ok(204);
    town.hold("stamp", "hall", "2027-03-01T08:10:00+01:00").await.ok(201);
    town.advance(chrono::TimeDelta::minutes(10));
    town.hold("stamp", "hall", "2027-03-01T08:15:00+01:00").await.ok(201);
}

#[tokio::test]
async fn pages_of_other_origins_may_call_only_where_that_is_set() {
    let origin = "https://booking.example";
    let town = Town::open().await.header("origin", origin);
    let reply = town.get("/v1/sites").await.is(403, "forbidden");
    assert_eq!(reply.header("access-control-allow-origin"), "");
    let town = Town::with(HttpSettings { cors: vec![origin.to_owned()], ..wide() }).await;
    let reply = town.header("origin", origin).get("/v1/sites").await;
    assert_eq!(reply.header("access-control-allow-origin"), origin);
    let reply = town.header("origin", "https://evil.example").get("/v1/sites").await;
    assert_eq!(reply.header("access-control-allow-origin"), "");
}

#[test]
fn keys_are_random_and_kept_as_digests() {
    let (one, two) = (new_key().unwrap(), new_key().unwrap());
    assert_ne!(one, two);
    assert_eq!(key_digest(&one).len(), 64);
    assert_ne!(key_digest(&one), key_digest(&two));
}

#[tokio::test]
async fn a_preflight_names_the_headers_that_pages_may_send_and_read() {
    let origin = "https://booking.example";
    let town = Town::with(HttpSettings { cors: vec![origin.to_owned()], ..wide() }).await;
    let asking = town
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,idempotency-key");
    let reply = asking.send(axum::http::Method::OPTIONS, "/v1/holds", None).await.ok(200);
    let taken = reply.header("access-control-allow-headers").to_ascii_lowercase();
    for name in ["authorization", "content-type", "idempotency-key", "if-match"] {
        assert!(taken.split(',').any(|one| one.trim() == name), "{taken}");
    }
    assert_eq!(reply.header("access-control-max-age"), "7200");
    let reply = town.header("origin", origin).get("/v1/sites").await.ok(200);
    let given = reply.header("access-control-expose-headers").to_ascii_lowercase();
    assert!(given.contains("etag") && given.contains("retry-after"), "{given}");
}
