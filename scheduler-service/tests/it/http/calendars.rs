//! Calendars that are fetched: who may, and what is in them.

use icalendar::{Component as _, EventLike as _};
use serde_json::json;

use super::harness::{TOWN, Town, wide};
use super::keys::locked;
use crate::calendar::{begins, events};

const NINE: &str = "2027-03-01T09:00:00+01:00";

/// Makes a calendar; its path and id.
async fn subscribed(town: &Town, body: serde_json::Value) -> (String, String) {
    let made = town.post("/v1/calendars", body).await.ok(201);
    let text = |field: &str| made.body[field].as_str().unwrap().to_owned();
    assert_eq!(made.header("cache-control"), "no-store");
    assert_eq!(made.header("location"), format!("/v1/calendars/{}", text("id")));
    (text("path"), text("id"))
}

/// Fetches a calendar; its text.
async fn fetched(town: &Town, path: &str) -> String {
    let reply = town.get(path).await.ok(200);
    assert_eq!(reply.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(reply.header("cache-control"), "private, no-cache");
    reply.body.as_str().unwrap().to_owned()
}

/// What is told of the events of a day: title, number, status.
fn told(text: &str, date: &str) -> Vec<(String, String, String)> {
    let of_date = |event: &&icalendar::Event| {
        event.property_value("DTSTART").is_some_and(|start| start.starts_with(date))
    };
    let all = events(text);
    let told = all.iter().filter(of_date).map(|event| {
        let value = |name: &str| event.property_value(name).unwrap_or_default().to_owned();
        (event.get_summary().unwrap_or_default().to_owned(), value("SEQUENCE"), value("STATUS"))
    });
    told.collect()
}

fn event(title: &str, sequence: &str, status: &str) -> (String, String, String) {
    (title.to_owned(), sequence.to_owned(), status.to_owned())
}

#[tokio::test]
async fn a_clerk_has_shifts_and_appointments_but_nobodys_reference() {
    let town = Town::open().await;
    let body = json!({ "staff": "cem", "language": "de", "appointments": true });
    let (path, _) = subscribed(&town, body).await;
    assert!(path.starts_with("/v1/staff/cem/calendar.ics?token=cal_"), "{path}");
    assert_eq!(path.split_once("cal_").unwrap().1.len(), 32, "128 bits");
    let before = fetched(&town, &path).await;
    assert_eq!(told(&before, "20270301"), [event("annex", "0", "CONFIRMED")]);
    assert!(before.contains("Termine: 0"), "{before}");

    let hold = town.hold("stamp", "annex", NINE).await.ok(201);
    assert_eq!(fetched(&town, &path).await, before, "a hold may still expire");
    let confirm = json!({ "hold_id": hold.body["id"], "reference": "Erika Mustermann" });
    let booked = town.post("/v1/appointments", confirm).await.ok(201);
    let id = booked.body["id"].as_str().unwrap();
    let text = fetched(&town, &path).await;
    let expected = [event("annex", "1", "CONFIRMED"), event("stamp", "0", "CONFIRMED")];
    assert_eq!(told(&text, "20270301"), expected);
    assert!(text.contains("Termine: 1"), "{text}");
    assert!(!text.contains("Mustermann") && !text.contains(id), "{text}");
    let visit = events(&text).into_iter().find(|event| event.get_summary() == Some("stamp"));
    assert_eq!(visit.unwrap().get_location(), Some("a1, annex"));

    town.post(&format!("/v1/appointments/{id}/cancel"), json!({})).await.ok(200);
    let text = fetched(&town, &path).await;
    let expected = [event("annex", "2", "CONFIRMED"), event("stamp", "1", "CANCELLED")];
    assert_eq!(told(&text, "20270301"), expected);
    assert_eq!(fetched(&town, &path).await, text, "nothing has changed, and no byte");
}

#[tokio::test]
async fn a_site_has_who_works_there_and_who_is_away_is_cancelled() {
    let town = Town::open().await;
    let (path, _) = subscribed(&town, json!({ "site": "hall" })).await;
    let (own, _) = subscribed(&town, json!({ "staff": "ben" })).await;
    let names = |text: &str, date: &str| {
        told(text, date).into_iter().map(|(name, _, status)| (name, status)).collect::<Vec<_>>()
    };
    let pair = |name: &str, status: &str| (name.to_owned(), status.to_owned());
    let text = fetched(&town, &path).await;
    assert_eq!(names(&text, "20270303"), [pair("ada", "CONFIRMED"), pair("ben", "CONFIRMED")]);
    assert_eq!(told(&fetched(&town, &own).await, "20270303")[0].0, "Town hall");

    let mut ben = town.get("/v1/staff/ben").await.ok(200);
    ben.body["absent_on"] = json!(["2027-03-03"]);
    let version = ben.header("etag").to_owned();
    town.header("if-match", &version).put("/v1/staff/ben", &ben.body).await.ok(200);
    let text = fetched(&town, &path).await;
    assert_eq!(names(&text, "20270303"), [pair("ada", "CONFIRMED"), pair("ben", "CANCELLED")]);
    let own_text = fetched(&town, &own).await;
    assert_eq!(told(&own_text, "20270303"), [event("Away", "1", "CONFIRMED")]);

    // Whoever is no longer there at all.
    let version = town.get("/v1/staff/ben").await.header("etag").to_owned();
    town.header("if-match", &version).delete("/v1/staff/ben").await.ok(200);
    let gone = fetched(&town, &own).await;
    assert!(events(&gone).iter().all(|event| event.property_value("STATUS") == Some("CANCELLED")));
}

#[tokio::test]
async fn shifts_are_at_the_right_instants_across_both_clock_changes() {
    for (from, until, now, expected) in [
        (
            "2027-03-27",
            "2027-03-29",
            "2027-03-27T00:00:00+01:00",
            ["2027-03-27T08:00", "2027-03-28T07:00", "2027-03-29T07:00"],
        ),
        (
            "2027-10-30",
            "2027-11-01",
            "2027-10-30T00:00:00+02:00",
            ["2027-10-30T07:00", "2027-10-31T08:00", "2027-11-01T08:00"],
        ),
    ] {
        let scenario = TOWN.replace("2027-04-09", until).replace("2027-03-01", from);
        let town = Town::of(&scenario, now, wide()).await;
        let (path, _) = subscribed(&town, json!({ "staff": "cem" })).await;
        assert_eq!(begins(&fetched(&town, &path).await), expected);
    }
}

#[tokio::test]
async fn what_is_past_stays_for_a_month() {
    let town = Town::open().await;
    let (path, _) = subscribed(&town, json!({ "staff": "cem" })).await;
    let first = fetched(&town, &path).await;
    town.set("2027-03-03T07:00:00+01:00");
    let text = fetched(&town, &path).await;
    assert_eq!(told(&text, "20270301"), told(&first, "20270301"));
    town.set("2027-04-05T07:00:00+02:00");
    let text = fetched(&town, &path).await;
    assert!(told(&text, "20270301").is_empty() && !told(&text, "20270331").is_empty());
    // One that is made later says nothing of the past.
    let (path, _) = subscribed(&town, json!({ "staff": "cem" })).await;
    assert!(told(&fetched(&town, &path).await, "20270331").is_empty());
}

#[tokio::test]
async fn what_is_known_is_not_sent_again() {
    let town = Town::open().await;
    let (path, _) = subscribed(&town, json!({ "staff": "cem" })).await;
    let tag = town.get(&path).await.ok(200).header("etag").to_owned();
    let again = town.header("if-none-match", &tag).get(&path).await.ok(304);
    assert_eq!(again.header("cache-control"), "private, no-cache");
    assert_eq!(again.header("etag"), tag);
    town.book("stamp", "annex", NINE).await;
    let changed = town.header("if-none-match", &tag).get(&path).await.ok(200);
    assert_ne!(changed.header("etag"), tag);
    // Another process goes on from it.
    let beside = town.beside(wide()).await;
    assert_eq!(beside.get(&path).await.ok(200).body, changed.body);
}

#[tokio::test]
async fn only_the_token_opens_a_calendar_and_only_until_it_is_revoked() {
    let (town, keys) = locked(&[
        ("planner", "planning:write", None),
        ("viewer", "planning:read", None),
        ("web", "appointments:write", None),
    ])
    .await;
    let planner = town.key(&keys[0]);
    for key in &keys[1..] {
        let body = json!({ "staff": "ada" });
        town.key(key).post("/v1/calendars", body).await.is(403, "forbidden");
        town.key(key).get("/v1/calendars").await.is(403, "forbidden");
    }
    let (path, id) = subscribed(&planner, json!({ "staff": "ada" })).await;
    let token = path.split_once('=').unwrap().1.to_owned();
    fetched(&town, &path).await;
    for wrong in [
        "/v1/staff/ada/calendar.ics".to_owned(),
        format!("/v1/staff/ben/calendar.ics?token={token}"),
        format!("/v1/sites/hall/calendar.ics?token={token}"),
        format!("/v1/staff/ada/calendar.ics?token={}", &token[..35]),
        format!("/v1/staff/ada/calendar.ics?token=cal_{}", "0".repeat(32)),
    ] {
        town.get(&wrong).await.is(401, "unauthorized");
        // A key is no token.
        planner.get(&wrong).await.is(401, "unauthorized");
    }
    let twice = format!("{path}&token=x");
    town.get(&twice).await.is(400, "malformed");

    // It is told once; what is kept opens nothing.
    let (other, _) = subscribed(&planner, json!({ "site": "annex", "language": "de" })).await;
    let list = planner.get("/v1/calendars").await.ok(200);
    assert_eq!(list.body["calendars"].as_array().unwrap().len(), 2);
    assert!(!list.body.to_string().contains("cal_"), "{}", list.body);
    assert_eq!(list.body["calendars"][1]["language"], "de");
    let page = planner.get("/v1/calendars?limit=1").await.ok(200);
    let cursor = page.body["next_cursor"].as_str().unwrap();
    let rest = planner.get(&format!("/v1/calendars?cursor={cursor}")).await.ok(200);
    assert_eq!(rest.body["calendars"][0], list.body["calendars"][1]);
    let kept = planner.get(&format!("/v1/calendars/{id}")).await.ok(200);
    assert_eq!(kept.body, list.body["calendars"][0]);
    let digest = scheduler_service::http::auth::key_digest(&token);
    let with_digest = format!("/v1/staff/ada/calendar.ics?token={digest}");
    town.get(&with_digest).await.is(401, "unauthorized");

    planner.delete(&format!("/v1/calendars/{id}")).await.ok(204);
    town.get(&path).await.is(401, "unauthorized");
    fetched(&town, &other).await;
    planner.delete(&format!("/v1/calendars/{id}")).await.is(404, "not-found");
    planner.get("/v1/calendars/nonsense").await.is(404, "not-found");
    for wrong in [json!({}), json!({ "staff": "ada", "site": "hall" }), json!({ "site": "x" })] {
        planner.post("/v1/calendars", wrong).await.is(422, "invalid");
    }
}

#[tokio::test]
async fn who_made_and_who_revoked_it_is_noted() {
    let (town, keys) = locked(&[("boss", "admin", None)]).await;
    let boss = town.key(&keys[0]);
    let (path, id) = subscribed(&boss, json!({ "staff": "ada" })).await;
    boss.delete(&format!("/v1/calendars/{id}")).await.ok(204);
    let audit = boss.get("/v1/audit").await.ok(200).body;
    let entries: Vec<_> = audit["entries"].as_array().unwrap().iter().collect();
    let noted = |action: &str| {
        let entry = entries.iter().find(|entry| entry["action"] == action);
        let entry = entry.unwrap_or_else(|| panic!("{audit}"));
        assert_eq!(
            (&entry["client"], &entry["subject"], &entry["detail"]["calendar"]),
            (&json!("boss"), &json!("staff ada"), &json!(id))
        );
    };
    noted("calendar.create");
    noted("calendar.revoke");
    let token = path.split_once('=').unwrap().1;
    assert!(!audit.to_string().contains(token), "{audit}");
}
