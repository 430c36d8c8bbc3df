//! `/v1/holds`

use chrono::TimeDelta;
use serde_json::json;

use super::harness::{Town, wide};

const NINE: &str = "2027-03-01T09:00:00+01:00";

#[tokio::test]
async fn a_hold_keeps_its_start_until_it_expires() {
    let town = Town::open().await;
    let held = town.hold("card", "hall", NINE).await.ok(201);
    let id = held.body["id"].as_str().unwrap();
    assert_eq!(held.header("location"), format!("/v1/holds/{id}"));
    assert_eq!(held.header("etag"), format!("\"{}\"", held.body["version"]));
    assert_eq!(held.body["status"], "held");
    assert_eq!(held.body["end"], "2027-03-01T09:30:00+01:00");
    assert_eq!(held.body["time_zone"], "Europe/Berlin");
    assert_eq!(held.body["basket"], json!([{ "service": "card", "persons": 1 }]));
    assert_eq!(held.body["expires_at"], "2027-03-01T06:10:00Z", "ten minutes");
    let read = town.get(held.header("location")).await.ok(200);
    assert_eq!(read.body, held.body);
    assert_eq!(town.starts("card", "2027-03-01").await.len(), 8, "until 08:30 and from 09:30");
    town.advance(TimeDelta::minutes(10));
    assert_eq!(town.starts("card", "2027-03-01").await.len(), 19);
}

#[tokio::test]
async fn a_hold_is_asked_for_a_time_of_its_own() {
    let town = Town::open().await;
    let body = json!({ "site": "hall", "start": NINE, "basket": [{ "service": "card" }],
        "seconds": 30, "reference": "case 7", "id": "0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10" });
    let held = town.post("/v1/holds", body.clone()).await.ok(201);
    assert_eq!(held.body["expires_at"], "2027-03-01T06:00:30Z");
    assert_eq!(held.body["reference"], "case 7");
    assert_eq!(held.body["id"], body["id"]);
    let again = town.post("/v1/holds", body.clone()).await;
    again.is(409, "id-taken");
    let mut long = body;
    long["seconds"] = json!(1801);
    let refused = town.post("/v1/holds", long).await.is(422, "invalid");
    assert_eq!(refused.violations(), [("/seconds", "range")]);
}

#[tokio::test]
async fn a_start_that_is_gone_comes_with_others_that_are_a_choice() {
    let town = Town::open().await;
    town.hold("card", "hall", NINE).await.ok(201);
    let gone = town.hold("card", "hall", NINE).await.is(409, "slot-unavailable");
    assert_eq!(gone.violations(), [("/start", "taken")]);
    let alternatives = gone.body["alternatives"].as_array().unwrap();
    let starts: Vec<&str> =
        alternatives.iter().map(|other| other["start"].as_str().unwrap()).collect();
    assert_eq!(
        starts,
        // Before and after it, and another day: on 2 March the hall is closed.
        ["2027-03-01T08:30:00+01:00", "2027-03-01T09:30:00+01:00", "2027-03-03T08:00:00+01:00"]
    );
}

#[tokio::test]
async fn one_hold_takes_one_place_only() {
    let town = Town::open().await;
    let body =
        |site: &str| json!({ "site": site, "start": NINE, "basket": [{ "service": "advice" }] });
    town.post("/v1/holds", body("hall")).await.ok(201);
    town.post("/v1/holds", body("hall")).await.ok(201);
    town.post("/v1/holds", body("hall")).await.is(409, "slot-unavailable");
}

#[tokio::test]
async fn what_can_never_be_booked_says_why() {
    let town = Town::open().await;
    for (service, site, start, code) in [
        ("card", "hall", "2027-03-01T09:02:00+01:00", ""),
        ("card", "hall", "2027-03-02T09:00:00+01:00", ""),
        ("card", "hall", "2027-03-01T09:45:00+01:00", ""),
        ("card", "annex", NINE, "no-room"),
        ("advice", "annex", NINE, "no-clerk"),
        ("card", "hall", "2031-03-01T09:00:00+01:00", ""),
    ] {
        let refused = town.hold(service, site, start).await.is(422, "not-offered");
        let violations = refused.violations();
        assert_eq!(violations.len(), 1);
        assert_eq!(violations[0].0, "/start");
        assert!(code.is_empty() || violations[0].1 == code, "{violations:?}");
    }
}

#[tokio::test]
async fn what_has_passed_or_is_not_released_cannot_be_held() {
    let town = Town::open().await;
    town.set("2027-03-01T08:59:59+01:00");
    town.hold("card", "hall", NINE).await.ok(201);
    town.hold("advice", "hall", "2027-03-01T08:55:00+01:00").await.is(409, "not-released");
    let body = json!({ "site": "hall", "start": "2027-03-12T09:00:00+01:00", "channel": "phone",
        "basket": [{ "service": "card" }] });
    let early = town.post("/v1/holds", body).await.is(409, "not-released");
    assert_eq!(early.body["released_at"], "2027-03-05T07:30:00+01:00");
}

#[tokio::test]
async fn a_hold_is_given_back_and_giving_back_twice_is_the_same() {
    let town = Town::open().await;
    let held = town.hold("card", "hall", NINE).await.ok(201);
    let path = format!("/v1/holds/{}", held.body["id"].as_str().unwrap());
    town.delete(&path).await.ok(204);
    town.delete(&path).await.ok(204);
    assert_eq!(town.get(&path).await.ok(200).body["status"], "released");
    town.hold("card", "hall", NINE).await.ok(201);
    let booked = town.book("advice", "hall", NINE).await;
    town.delete(&format!("/v1/holds/{booked}")).await.is(409, "wrong-state");
    for id in ["0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10", "nonsense"] {
        town.delete(&format!("/v1/holds/{id}")).await.is(404, "not-found");
        town.get(&format!("/v1/holds/{id}")).await.is(404, "not-found");
    }
}

#[tokio::test]
async fn all_that_is_wrong_with_a_hold_is_told_at_once() {
    let town = Town::open().await;
    let body = json!({ "site": "moon", "start": NINE, "reference": "x".repeat(201),
        "basket": [{ "service": "card", "persons": 9 }, { "service": "dog" }] });
    let refused = town.post("/v1/holds", body).await.is(422, "invalid");
    let violations = refused.violations();
    for pointer in ["/site", "/reference", "/basket/0/persons", "/basket/1/service"] {
        assert!(violations.iter().any(|(at, _)| *at == pointer), "{pointer}: {violations:?}");
    }
    let body = json!({ "site": "hall", "start": NINE, "basket": [] });
    let refused = town.post("/v1/holds", body).await.is(422, "invalid-basket");
    assert_eq!(refused.violations()[0].0, "/basket");
}

#[tokio::test]
async fn a_hundred_clients_at_once_get_what_there_is_and_no_more() {
    let town = std::sync::Arc::new(Town::with(wide()).await);
    let holds = (0..100).map(|_| {
        let town = std::sync::Arc::clone(&town);
        tokio::spawn(async move { town.hold("advice", "hall", NINE).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for hold in holds.collect::<Vec<_>>() {
        statuses.push(hold.await.unwrap());
    }
    assert_eq!(statuses.iter().filter(|&&status| status == 201).count(), 2, "two clerks");
    assert_eq!(statuses.iter().filter(|&&status| status == 409).count(), 98);
}

#[tokio::test]
async fn a_reference_is_found_and_erased() {
    let town = Town::open().await;
    let body = json!({ "site": "hall", "start": "2027-03-01T09:00:00+01:00",
        "basket": [{ "service": "stamp" }], "reference": "A 4711/b" });
    let held = town.post("/v1/holds", body).await.ok(201);
    let path = "/v1/references/A%204711%2Fb";
    let found = town.get(path).await.ok(200);
    assert_eq!(found.body["bookings"][0]["id"], held.body["id"]);
    town.delete(path).await.ok(204);
    assert_eq!(town.get(path).await.ok(200).body, json!({ "bookings": [], "wishes": [] }));
    let id = held.body["id"].as_str().unwrap();
    let hold = town.get(&format!("/v1/holds/{id}")).await.ok(200);
    assert_eq!(hold.body.get("reference"), None);
}
