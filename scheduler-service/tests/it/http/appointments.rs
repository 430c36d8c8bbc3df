//! `/v1/appointments`

use chrono::TimeDelta;
use serde_json::json;

use super::harness::Town;

const NINE: &str = "2027-03-01T09:00:00+01:00";

#[tokio::test]
async fn a_hold_becomes_an_appointment_of_the_same_id() {
    let town = Town::open().await;
    let hold = town.hold("card", "hall", NINE).await.ok(201);
    let body = json!({ "hold_id": hold.body["id"], "reference": "case 7" });
    let booked = town.post("/v1/appointments", body.clone()).await.ok(201);
    let id = booked.body["id"].as_str().unwrap();
    assert_eq!(booked.body["id"], hold.body["id"]);
    assert_eq!(booked.header("location"), format!("/v1/appointments/{id}"));
    assert_eq!(booked.body["status"], "booked");
    assert_eq!(booked.body["reference"], "case 7");
    assert_eq!(booked.body.get("expires_at"), None);
    let read = town.get(booked.header("location")).await.ok(200);
    assert_eq!(read.body, booked.body);
    assert_eq!(read.header("etag"), booked.header("etag"));
    let again = town.post("/v1/appointments", body).await.ok(200);
    assert_eq!(again.body, booked.body, "confirming twice is the same");
    town.advance(TimeDelta::minutes(10));
    assert_eq!(town.starts("card", "2027-03-01").await.len(), 8, "it does not expire");
}

#[tokio::test]
async fn a_hold_confirms_at_its_last_millisecond_and_not_after() {
    let town = Town::open().await;
    let [one, two] = [NINE, "2027-03-01T09:30:00+01:00"];
    let one = town.hold("card", "hall", one).await.ok(201);
    let two = town.hold("card", "hall", two).await.ok(201);
    town.advance(TimeDelta::milliseconds(600_000 - 1));
    town.post("/v1/appointments", json!({ "hold_id": one.body["id"] })).await.ok(201);
    town.advance(TimeDelta::milliseconds(1));
    let late = town.post("/v1/appointments", json!({ "hold_id": two.body["id"] })).await;
    late.is(410, "hold-expired");
}

#[tokio::test]
async fn a_hold_is_no_appointment_yet() {
    let town = Town::open().await;
    let hold = town.hold("card", "hall", NINE).await.ok(201);
    let path = format!("/v1/appointments/{}", hold.body["id"].as_str().unwrap());
    town.get(&path).await.is(404, "not-found");
    for id in ["0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10", "nonsense"] {
        town.get(&format!("/v1/appointments/{id}")).await.is(404, "not-found");
        for action in ["cancel", "arrive", "fulfil", "no-show"] {
            let path = format!("/v1/appointments/{id}/{action}");
            town.post(&path, json!({})).await.is(404, "not-found");
        }
    }
    let body = json!({ "hold_id": "0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10" });
    town.post("/v1/appointments", body).await.is(404, "not-found");
}

#[tokio::test]
async fn cancelling_twice_is_the_same_and_gives_the_place_back() {
    let town = Town::open().await;
    let id = town.book("card", "hall", NINE).await;
    let path = format!("/v1/appointments/{id}/cancel");
    let first = town.post(&path, json!({})).await.ok(200);
    assert_eq!(first.body["status"], "cancelled");
    let second = town.post(&path, json!({})).await.ok(200);
    assert_eq!(first.body, second.body);
    assert_eq!(town.starts("card", "2027-03-01").await.len(), 19);
    assert_eq!(town.get(&format!("/v1/appointments/{id}")).await.ok(200).body, first.body);
}

#[tokio::test]
async fn what_has_begun_can_neither_be_cancelled_nor_moved() {
    let town = Town::open().await;
    let id = town.book("card", "hall", NINE).await;
    town.set(NINE);
    let path = format!("/v1/appointments/{id}");
    town.post(&format!("{path}/cancel"), json!({})).await.is(409, "too-late");
    let to = json!({ "site": "hall", "start": "2027-03-01T09:30:00+01:00" });
    town.post(&format!("{path}/reschedule"), to).await.is(409, "too-late");
}

#[tokio::test]
async fn rescheduling_gives_the_old_place_up_only_for_the_new_one() {
    let town = Town::open().await;
    let id = town.book("card", "hall", NINE).await;
    town.book("card", "hall", "2027-03-01T08:00:00+01:00").await;
    let path = format!("/v1/appointments/{id}/reschedule");
    let to = |start: &str| json!({ "site": "hall", "start": start });
    let gone = town.post(&path, to("2027-03-01T08:15:00+01:00")).await.is(409, "slot-unavailable");
    assert_eq!(gone.body["alternatives"].as_array().unwrap().len(), 3);
    let read = town.get(&format!("/v1/appointments/{id}")).await.ok(200);
    assert_eq!(read.body["start"], NINE);
    // Over a part of its own place.
    let moved = town.post(&path, to("2027-03-01T09:15:00+01:00")).await.ok(200);
    assert_eq!(moved.body["start"], "2027-03-01T09:15:00+01:00");
    assert_eq!(moved.body["id"], id.as_str());
    let moved = town.post(&path, to("2027-03-05T09:00:00+01:00")).await.ok(200);
    assert_eq!(moved.body["start"], "2027-03-05T09:00:00+01:00");
    assert_eq!(town.starts("card", "2027-03-01").await.len(), 13);
    let closed = town.post(&path, to("2027-03-02T09:00:00+01:00")).await;
    closed.is(422, "not-offered");
}

#[tokio::test]
async fn an_etag_that_is_not_the_latest_changes_nothing() {
    let town = Town::open().await;
    let id = town.book("card", "hall", NINE).await;
    let path = format!("/v1/appointments/{id}");
    let etag = town.get(&path).await.ok(200).header("etag").to_owned();
    let to = json!({ "site": "hall", "start": "2027-03-05T09:00:00+01:00" });
    let current = town.header("if-match", &etag);
    current.post(&format!("{path}/reschedule"), to).await.ok(200);
    current.post(&format!("{path}/cancel"), json!({})).await.is(412, "stale");
    town.header("if-match", "\"abc\"")
        .post(&format!("{path}/cancel"), json!({}))
        .await
        .is(412, "stale");
    let broken = town.header("if-match", "3").post(&format!("{path}/cancel"), json!({})).await;
    assert_eq!(broken.is(400, "malformed").violations(), [("If-Match", "format")]);
    assert_eq!(town.get(&path).await.ok(200).body["status"], "booked");
}

#[tokio::test]
async fn the_day_runs_from_arrival_to_service_or_nobody_comes() {
    let town = Town::open().await;
    let [one, two] = [NINE, "2027-03-01T09:30:00+01:00"];
    let (one, two) = (town.book("card", "hall", one).await, town.book("card", "hall", two).await);
    town.set("2027-03-01T09:30:00+01:00");
    for (id, action, status) in [
        (&one, "arrive", "arrived"),
        (&one, "arrive", "arrived"),
        (&one, "fulfil", "fulfilled"),
        (&two, "no-show", "no_show"),
    ] {
        let path = format!("/v1/appointments/{id}/{action}");
        assert_eq!(town.post(&path, json!({})).await.ok(200).body["status"], status);
    }
    town.post(&format!("/v1/appointments/{two}/arrive"), json!({})).await;
    let cancelled = town.post(&format!("/v1/appointments/{one}/cancel"), json!({})).await;
    assert_eq!(cancelled.status.as_u16(), 409);
}

#[tokio::test]
async fn a_request_sent_again_with_its_key_is_answered_the_same_and_done_once() {
    let town = Town::open().await;
    let body = json!({ "site": "hall", "start": NINE, "basket": [{ "service": "advice" }] });
    let keyed = town.idempotent("first");
    let held = keyed.post("/v1/holds", body.clone()).await.ok(201);
    let again = keyed.post("/v1/holds", body.clone()).await.ok(201);
    assert_eq!(again.body, held.body);
    assert_eq!(again.header("location"), held.header("location"));
    assert_eq!(again.header("etag"), held.header("etag"));
    let mut other = body.clone();
    other["reference"] = json!("x");
    keyed.post("/v1/holds", other).await.is(422, "idempotency-key-reused");
    let confirm = json!({ "hold_id": held.body["id"] });
    keyed.post("/v1/appointments", confirm.clone()).await.is(422, "idempotency-key-reused");
    let keyed = town.idempotent("second");
    let booked = keyed.post("/v1/appointments", confirm.clone()).await.ok(201);
    assert_eq!(keyed.post("/v1/appointments", confirm).await.ok(201).body, booked.body);
    // A day later the key is as good as new.
    town.advance(TimeDelta::hours(25));
    let mut later = body;
    later["start"] = json!("2027-03-05T09:00:00+01:00");
    town.idempotent("first").post("/v1/holds", later).await.ok(201);
}

#[tokio::test]
async fn a_key_whose_first_request_is_not_answered_yet_is_in_use() {
    let town = Town::open().await;
    let client = scheduler_service::booking::Client {
        name: scheduler_service::http::auth::KEYLESS.to_owned(),
        scopes: scheduler_service::booking::Scopes::ALL,
        channel: None,
    };
    let render: scheduler_service::booking::Render = std::sync::Arc::new(|_, _| unreachable!());
    let running = town.office.begin(&client, "busy", "hash", render).await.unwrap();
    let body = json!({ "site": "hall", "start": NINE, "basket": [{ "service": "card" }] });
    let keyed = town.idempotent("busy");
    let refused = keyed.post("/v1/holds", body.clone()).await.is(409, "idempotency-key-in-use");
    assert_eq!(refused.header("retry-after"), "1");
    drop(running);
    keyed.post("/v1/holds", body).await.ok(201);
}
