//! `/v1/appointments/import`, and `override`

use serde_json::{Value, json};

use super::harness::{Town, wide};
use super::keys::locked_with;
use scheduler_service::config::HttpSettings;

const NINE: &str = "2027-03-01T09:00:00+01:00";

fn old(reference: &str, start: &str) -> Value {
    json!({ "reference": reference, "site": "hall", "start": start,
        "basket": [{ "service": "advice" }] })
}

#[tokio::test]
async fn the_appointments_of_the_system_before_are_taken_over_once() {
    let town = Town::open().await;
    let all: Vec<Value> = ["A", "B", "C"].iter().map(|name| old(name, NINE)).collect();
    let body = json!({ "appointments": all, "client": "web", "dry_run": true });
    let dry = town.post("/v1/appointments/import", body.clone()).await.ok(200).body;
    assert_eq!((&dry["new"], &dry["known"], &dry["dry_run"]), (&json!(3), &json!(0), &json!(true)));
    assert_eq!(dry["stranded"].as_array().unwrap().len(), 1);
    assert_eq!(town.get("/v1/references/A").await.ok(200).body["bookings"], json!([]));

    let body = json!({ "appointments": all, "client": "web", "reason": "going live" });
    let done = town.post("/v1/appointments/import", body.clone()).await.ok(200).body;
    assert_eq!((&done["new"], &done["known"]), (&json!(3), &json!(0)));
    let stranded = &done["stranded"][0];
    assert_eq!((&stranded["reason"], &stranded["start"]), (&json!("taken"), &json!(NINE)));
    let id = stranded["id"].as_str().unwrap();
    let read = town.get(&format!("/v1/appointments/{id}")).await.ok(200).body;
    assert_eq!(read["status"], "stranded");
    assert_eq!(read.get("assignment"), None);
    let again = town.post("/v1/appointments/import", body).await.ok(200).body;
    assert_eq!((&again["new"], &again["known"]), (&json!(0), &json!(3)));
    assert_eq!(again["appointments"][0]["reference"], "A");

    let audit = town.get("/v1/audit?action=appointments.import").await.ok(200).body;
    let entry = &audit["entries"][0];
    assert_eq!(audit["entries"].as_array().unwrap().len(), 1);
    assert_eq!((&entry["client"], &entry["reason"]), (&json!("local"), &json!("going live")));
    assert_eq!(entry["detail"], json!({ "client": "web", "appointments": 3, "stranded": 1 }));
}

#[tokio::test]
async fn all_that_makes_no_sense_in_an_import_is_told_at_once() {
    let town = Town::open().await;
    let mut wrong = vec![old("A", NINE), old("A", "2027-02-01T09:00:00+01:00")];
    wrong[0]["basket"][0]["service"] = "passport".into();
    let body = json!({ "appointments": wrong, "client": "we\u{7}b" });
    let refused = town.post("/v1/appointments/import", body).await.is(422, "invalid");
    // What is about the request as a whole goes first.
    assert_eq!(refused.violations(), [("/client", "control-character")]);
    let refused = town.post("/v1/appointments/import", json!({ "appointments": wrong })).await;
    assert_eq!(
        refused.is(422, "invalid").violations(),
        [
            ("/appointments/0/basket/0/service", "unknown"),
            ("/appointments/1/reference", "repeated"),
            ("/appointments/1/start", "past")
        ]
    );
    town.post("/v1/appointments/import", json!({ "appointments": [] })).await.is(422, "invalid");
}

#[tokio::test]
async fn fifteen_thousand_are_taken_over_in_one_request() {
    let settings = HttpSettings {
        scenario_bytes: 16 << 20,
        upload_bytes: 64 << 20,
        request_seconds: 300,
        ..wide()
    };
    let town = Town::with(settings).await;
    // More than anybody can keep: forty days of two hours and one hour.
    let all: Vec<Value> = (0..15_000)
        .map(|number| {
            let day = chrono::NaiveDate::from_ymd_opt(2027, 3, 1).unwrap()
                + chrono::Days::new(number % 26);
            let (hour, minute) = (8 + number / 26 % 2, number / 52 % 12 * 5);
            json!({ "reference": format!("R-{number}"), "site": "hall",
                "start": format!("{day}T{hour:02}:{minute:02}:00+01:00"),
                "basket": [{ "service": "stamp" }] })
        })
        .collect();
    let begun = std::time::Instant::now();
    let body = json!({ "appointments": all, "client": "web" });
    let done = town.post("/v1/appointments/import", body).await.ok(200).body;
    let seconds = begun.elapsed().as_secs_f64();
    assert_eq!(done["new"], 15_000);
    let stranded = done["stranded"].as_array().unwrap().len();
    // Two clerks, 24 starts each, on 25 dates: one of them is closed.
    assert_eq!(15_000 - stranded, 25 * 2 * 24);
    eprintln!("15,000 appointments in {seconds:.1} s");
    assert!(seconds < 100.0, "{seconds} s, in a debug build");
}

#[tokio::test]
async fn beyond_what_is_released_a_planner_says_why() {
    let keys: [(&str, &str, Option<&str>); 4] = [
        ("web", "slots:read,appointments:write", Some("phone")),
        ("desk", "appointments:write,planning:write", Some("phone")),
        ("boss", "admin", None),
        ("plan", "planning:write", None),
    ];
    let keys = keys.map(|(name, scopes, channel)| (name, scopes.replace(',', " "), channel));
    let keys: Vec<(&str, &str, Option<&str>)> =
        keys.iter().map(|(name, scopes, channel)| (*name, scopes.as_str(), *channel)).collect();
    let (town, keys) = locked_with(wide(), &keys).await;
    // The phone may book from an hour ahead on.
    let start = "2027-03-01T08:00:00+01:00";
    let body = |more: Value| {
        let mut body =
            json!({ "site": "hall", "start": start, "basket": [{ "service": "advice" }] });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    town.set("2027-03-01T07:30:00+01:00");
    let (web, desk) = (town.key(&keys[0]), town.key(&keys[1]));
    desk.post("/v1/holds", body(json!({}))).await.is(409, "not-released");
    let wanted = json!({ "override": true, "reason": "lost passport, flies tonight" });
    web.post("/v1/holds", body(wanted.clone())).await.is(403, "forbidden");
    let refused = desk.post("/v1/holds", body(json!({ "override": true }))).await;
    assert_eq!(refused.is(422, "invalid").violations(), [("/reason", "missing")]);
    let hold = desk.post("/v1/holds", body(wanted.clone())).await.ok(201).body;
    town.advance(chrono::TimeDelta::hours(1));
    let confirm = json!({ "hold_id": hold["id"] });
    desk.post("/v1/appointments", confirm.clone()).await.is(410, "hold-expired");
    let mut late = confirm.clone();
    late.as_object_mut().unwrap().extend(wanted.as_object().unwrap().clone());
    desk.post("/v1/appointments", late).await.ok(201);

    let (boss, plan) = (town.key(&keys[2]), town.key(&keys[3]));
    plan.get("/v1/audit").await.is(403, "forbidden");
    let audit = boss.get("/v1/audit?client=desk").await.ok(200).body;
    let entries = audit["entries"].as_array().unwrap();
    let actions: Vec<_> = entries.iter().map(|entry| entry["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["appointment.override", "hold.override"]);
    for entry in entries {
        assert_eq!(entry["subject"], hold["id"]);
        assert_eq!(entry["reason"], wanted["reason"]);
        assert_eq!(entry["key"].as_str().unwrap().len(), 8);
    }
}

/// Three for two clerks at nine: ids of the first, who is kept, and of the third, who is not.
async fn one_too_many(town: &Town) -> (String, String) {
    let all: Vec<Value> = ["A", "B", "C"].iter().map(|name| old(name, NINE)).collect();
    let body = json!({ "appointments": all, "client": "web" });
    let done = town.post("/v1/appointments/import", body).await.ok(200).body;
    let of = |reference: &str| {
        let found = done["appointments"].as_array().unwrap().iter();
        let mut found = found.filter(|one| one["reference"] == reference);
        found.next().unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (first, third) = (of("A"), of("C"));
    assert_eq!(status(town, &third).await, "stranded");
    (first, third)
}

async fn status(town: &Town, id: &str) -> Value {
    town.get(&format!("/v1/appointments/{id}")).await.ok(200).body["status"].clone()
}

#[tokio::test]
async fn what_becomes_free_belongs_to_the_stranded_before_anybody_else() {
    let kept = "in the transaction that gave it back";
    let town = Town::open().await;
    let (first, third) = one_too_many(&town).await;
    town.post(&format!("/v1/appointments/{first}/cancel"), json!({})).await.ok(200);
    assert_eq!(status(&town, &third).await, "booked", "{kept}");
    town.hold("advice", "hall", NINE).await.is(409, "slot-unavailable");

    let town = Town::open().await;
    let (first, third) = one_too_many(&town).await;
    let to = json!({ "site": "hall", "start": "2027-03-01T09:30:00+01:00" });
    town.post(&format!("/v1/appointments/{first}/reschedule"), to).await.ok(200);
    assert_eq!(status(&town, &third).await, "booked", "{kept}");
    town.hold("advice", "hall", NINE).await.is(409, "slot-unavailable");
}

#[tokio::test]
async fn who_is_stranded_comes_before_new_holds_when_a_hold_expires() {
    let town = Town::open().await;
    town.book("advice", "hall", NINE).await;
    let hold = town.hold("advice", "hall", NINE).await.ok(201);
    let body = json!({ "appointments": [old("C", NINE)], "client": "web" });
    let done = town.post("/v1/appointments/import", body).await.ok(200).body;
    let id = done["stranded"][0]["id"].as_str().unwrap().to_owned();
    town.advance(chrono::TimeDelta::hours(1));
    // The hold has expired; nobody has noticed yet.
    town.hold("advice", "hall", NINE).await.is(409, "slot-unavailable");
    let read = town.get(&format!("/v1/appointments/{id}")).await.ok(200).body;
    assert_eq!(read["status"], "booked");
    drop(hold);
}
