//! Plans that a planner edits: judged by `/v1/plans/check`, adopted by `PUT /v1/plan`

use serde_json::{Value, json};

use super::harness::{Reply, Town, wide};
use super::plans::scenario;

const DAY: &str = "/v1/plan?date=2027-03-01&site=hall";
const NINE: &str = "2027-03-01T09:00:00+01:00";

/// The entry of the list called `list` of the only day that is about `id`.
fn promise<'a>(reply: &'a Reply, id: &str) -> &'a Value {
    let promises = reply.body["days"][0]["promises"].as_array().unwrap();
    promises.iter().find(|promise| promise["id"] == id).unwrap_or(&Value::Null)
}

fn slot<'a>(plan: &'a mut Value, id: &str) -> &'a mut Value {
    let mut slots = plan["slots"].as_array_mut().unwrap().iter_mut();
    slots.find(|slot| slot["appointment"] == id).unwrap()
}

async fn put(town: &Town, read: &Reply, plan: &Value) -> Reply {
    town.header("if-match", read.header("etag")).put(DAY, plan).await
}

#[tokio::test]
async fn a_day_says_everything_about_its_promises_and_people() {
    let town = Town::open().await;
    let body = json!({ "site": "hall", "start": NINE, "reference": "A 7",
        "basket": [{ "service": "card" }, { "service": "stamp" }] });
    let hold = town.post("/v1/holds", body).await.ok(201);
    town.post("/v1/appointments", json!({ "hold_id": hold.body["id"] })).await.ok(201);
    let read = town.get(DAY).await.ok(200);
    let id = hold.body["id"].as_str().unwrap();
    let shown = promise(&read, id);
    assert_eq!((&shown["status"], &shown["reference"]), (&"booked".into(), &"A 7".into()));
    assert_eq!((&shown["pinned"], &shown["held"]), (&false.into(), &false.into()));
    assert_eq!(read.body["names"]["sites"], json!({ "hall": "Town hall", "annex": "annex" }));
    let day = &read.body["days"][0];
    let shifts: Vec<&str> =
        day["shifts"].as_array().unwrap().iter().map(|s| s["staff"].as_str().unwrap()).collect();
    assert_eq!(shifts, ["ada", "ben"]);
    assert_eq!(day["stays"][0]["room"], "r1");
    assert_eq!(day["stays"][0]["staff"], shown["staff"]);
    assert_eq!(day.get("seated_at"), None);
    let slots = read.body["plan"]["slots"].as_array().unwrap();
    assert_eq!((slots.len(), &slots[0]["appointment"]), (1, &id.into()));
    assert_eq!((&slots[0]["service"], &slots[0]["room"]), (&"card".into(), &"r1".into()));
    let week = town.get("/v1/plan?from=2027-03-01&until=2027-03-03").await.ok(200);
    assert_eq!(week.body.get("plan"), None);
    let both = town.get("/v1/plan?date=2027-03-01&from=2027-03-01").await.is(400, "malformed");
    assert_eq!(both.violations(), [("?date", "twice")]);
    let far = town.get("/v1/plan?date=2028-03-01").await.is(422, "invalid");
    assert_eq!(far.violations(), [("?date", "outside-horizon")]);
}

#[tokio::test]
async fn a_day_that_has_not_changed_is_not_sent_again() {
    let town = Town::open().await;
    let read = town.get(DAY).await.ok(200);
    let again = town.header("if-none-match", read.header("etag"));
    let reply = again.get(DAY).await.ok(304);
    assert_eq!((reply.header("etag"), &reply.body), (read.header("etag"), &"".into()));
    let several = format!("\"1\", W/{}", read.header("etag"));
    town.header("if-none-match", &several).get(DAY).await.ok(304);
    again.get("/v1/plan?date=2027-03-01").await.ok(200);
    town.hold("stamp", "annex", NINE).await.ok(201);
    again.get(DAY).await.ok(304);
    town.hold("stamp", "hall", NINE).await.ok(201);
    let changed = again.get(DAY).await.ok(200);
    assert_ne!(changed.header("etag"), read.header("etag"));
    // A hold that expires is a change without a write.
    town.advance(chrono::TimeDelta::hours(1));
    let expired = town.header("if-none-match", changed.header("etag")).get(DAY).await.ok(200);
    assert_eq!(expired.body["days"][0]["promises"], json!([]));
}

#[tokio::test]
async fn a_pin_holds_until_it_is_lifted_and_survives_a_restart() {
    let town = Town::open().await;
    let id = town.book("advice", "hall", NINE).await;
    let read = town.get(DAY).await.ok(200);
    let mut plan = read.body["plan"].clone();
    let own = slot(&mut plan, &id);
    (own["staff"], own["room"], own["pinned"]) = ("ben".into(), "r2".into(), true.into());
    let adopted = put(&town, &read, &plan).await.ok(200);
    assert_ne!(adopted.header("etag"), read.header("etag"));
    let is_pinned = |reply: &Reply| {
        let shown = promise(reply, &id);
        let place = (&shown["staff"], &shown["room"], &shown["pinned"]);
        assert_eq!(place, (&"ben".into(), &"r2".into(), &true.into()));
    };
    is_pinned(&adopted);
    is_pinned(&town.get(DAY).await);
    is_pinned(&town.beside(wide()).await.get(DAY).await);
    // Ada is free, and nobody else may have Ben.
    let with_ben = json!({ "site": "hall", "start": NINE, "staff": "ben",
        "basket": [{ "service": "advice" }] });
    town.post("/v1/holds", with_ben.clone()).await.is(409, "slot-unavailable");
    let beside = town.beside(wide()).await;
    beside.post("/v1/holds", with_ben.clone()).await.is(409, "slot-unavailable");
    is_pinned(&town.get(DAY).await);

    let read = town.get(DAY).await.ok(200);
    slot(&mut plan, &id)["pinned"] = false.into();
    let lifted = put(&town, &read, &plan).await.ok(200);
    assert_eq!(promise(&lifted, &id)["pinned"], false);
    town.post("/v1/holds", with_ben).await.ok(201);
    assert_eq!(promise(&town.get(DAY).await, &id)["staff"], "ada");
}

#[tokio::test]
async fn a_pin_goes_with_the_appointment() {
    let town = Town::open().await;
    let id = town.book("advice", "hall", NINE).await;
    let read = town.get(DAY).await.ok(200);
    let mut plan = read.body["plan"].clone();
    slot(&mut plan, &id)["pinned"] = true.into();
    let adopted = put(&town, &read, &plan).await.ok(200);
    assert_eq!(promise(&adopted, &id)["pinned"], true);
    let to = json!({ "site": "hall", "start": "2027-03-01T08:00:00+01:00" });
    town.post(&format!("/v1/appointments/{id}/reschedule"), to).await.ok(200);
    assert_eq!(promise(&town.get(DAY).await, &id)["pinned"], false);
}

#[tokio::test]
async fn a_repair_lifts_the_pin_to_a_clerk_who_does_not_come() {
    let town = Town::open().await;
    let id = town.book("advice", "hall", NINE).await;
    let read = town.get(DAY).await.ok(200);
    let mut plan = read.body["plan"].clone();
    let own = slot(&mut plan, &id);
    (own["staff"], own["pinned"]) = ("ada".into(), true.into());
    put(&town, &read, &plan).await.ok(200);
    let scenario = town.get("/v1/staff/ada").await.ok(200);
    let mut ada = scenario.body.clone();
    ada["absent_on"] = json!(["2027-03-01"]);
    let edit = town.header("if-match", scenario.header("etag"));
    edit.put("/v1/staff/ada", &ada).await.is(409, "would-strand");
    let body = json!({ "absences": [{ "staff": "ada", "date": "2027-03-01" }], "dry_run": false });
    let repaired = town.post("/v1/repairs", body).await.ok(200);
    assert_eq!((&repaired.body["moved"], &repaired.body["stranded"]), (&json!([]), &json!([])));
    let now = town.get(DAY).await.ok(200);
    assert_eq!(promise(&now, &id)["staff"], "ben");
    assert_eq!(promise(&now, &id)["pinned"], false);
    assert_eq!(promise(&town.beside(wide()).await.get(DAY).await, &id)["pinned"], false);
}

#[tokio::test]
async fn nothing_is_adopted_without_the_version_or_with_an_old_one() {
    let town = Town::open().await;
    let id = town.book("advice", "hall", NINE).await;
    let read = town.get(DAY).await.ok(200);
    let plan = read.body["plan"].clone();
    town.put(DAY, &plan).await.is(428, "if-match-missing");
    let no_date = town.header("if-match", read.header("etag")).put("/v1/plan", &plan).await;
    assert_eq!(no_date.is(400, "malformed").violations(), [("?date", "missing")]);
    let other = town.hold("stamp", "hall", "2027-03-01T08:00:00+01:00").await.ok(201);
    put(&town, &read, &plan).await.is(412, "stale");
    let now = town.get(DAY).await.ok(200);
    assert_eq!(promise(&now, other.body["id"].as_str().unwrap())["status"], "held");
    // With the new version it is not a plan of the day any more.
    let refused = put(&town, &now, &plan).await.is(422, "invalid-plan");
    assert_eq!(refused.violations(), [("/slots", "promise.unkept")]);
    let adopted = put(&town, &now, &now.body["plan"]).await.ok(200);
    assert_eq!(promise(&adopted, &id)["status"], "booked");
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_plan_is_told_and_nothing_is_done() {
    let town = Town::open().await;
    let card = town.book("card", "hall", "2027-03-01T08:00:00+01:00").await;
    let first = town.book("advice", "hall", NINE).await;
    let second = town.book("advice", "hall", NINE).await;
    let read = town.get(DAY).await.ok(200);
    let mut plan = read.body["plan"].clone();
    slot(&mut plan, &card)["room"] = "r2".into();
    let (staff, room) = {
        let own = slot(&mut plan, &first);
        (own["staff"].clone(), own["room"].clone())
    };
    let own = slot(&mut plan, &second);
    (own["staff"], own["room"]) = (staff, room);
    plan["walk_in_blocks"] = json!([{ "site": "hall", "staff": "ada", "room": "r2",
        "start": "2027-03-01T09:40:00+01:00", "end": "2027-03-01T09:50:00+01:00" }]);
    let refused = put(&town, &read, &plan).await.is(422, "invalid-plan");
    let codes: Vec<&str> = refused.violations().iter().map(|(_, code)| *code).collect();
    for code in ["room.equipment", "clerk.double_booked", "room.double_booked", "block.idle"] {
        assert!(codes.contains(&code), "{code}: {codes:?}");
    }
    let mut unknown = read.body["plan"].clone();
    slot(&mut unknown, &card)["staff"] = "zoe".into();
    slot(&mut unknown, &first)["start"] = "2027-03-01T09:05:00+01:00".into();
    slot(&mut unknown, &first)["end"] = "2027-03-01T09:35:00+01:00".into();
    let refused = put(&town, &read, &unknown).await.is(422, "invalid-plan");
    let codes: Vec<&str> = refused.violations().iter().map(|(_, code)| *code).collect();
    assert!(codes.contains(&"reference.unknown") && codes.contains(&"promise.moved"), "{codes:?}");
    put(&town, &read, &json!({ "schema": "plan/1" })).await.is(400, "malformed");
    assert_eq!(town.get(DAY).await.header("etag"), read.header("etag"));
}

#[tokio::test]
async fn pinned_blocks_and_breaks_stay_where_they_are() {
    let town = Town::open().await;
    let read = town.get(DAY).await.ok(200);
    let mut plan = read.body["plan"].clone();
    plan["walk_in_blocks"] = json!([{ "site": "hall", "staff": "ada", "room": "r1", "pinned": true,
        "start": "2027-03-01T08:00:00+01:00", "end": "2027-03-01T09:00:00+01:00" }]);
    let adopted = put(&town, &read, &plan).await.ok(200);
    let block = |reply: &Reply| reply.body["days"][0]["walk_in_blocks"].clone();
    assert_eq!(block(&adopted)[0]["pinned"], true);
    assert_eq!(block(&adopted)[0]["staff"], "ada");
    // The scanner is in that room.
    town.hold("card", "hall", "2027-03-01T08:00:00+01:00").await.is(409, "slot-unavailable");
    assert_eq!(block(&town.beside(wide()).await.get(DAY).await), block(&adopted));
    // Once the day has begun, too.
    town.set("2027-03-01T07:59:00+01:00");
    assert_eq!(block(&town.get(DAY).await), block(&adopted));
}

#[tokio::test]
async fn a_plan_is_judged_with_all_that_it_lacks() {
    let town = Town::open().await;
    let mut scenario = scenario();
    scenario["cover"] = json!([{ "id": "door", "site": "hall", "from": "08:00", "until": "09:00",
        "least": 3, "skills": [] }]);
    let slot = json!({ "service": "card", "site": "hall", "staff": "ada", "room": "r1",
        "start": "2027-03-01T08:00:00+01:00", "end": "2027-03-01T08:30:00+01:00", "demand": "d",
        "appointment": null });
    let mut plan = json!({ "schema": "plan/1", "slots": [slot], "walk_in_blocks": [],
        "breaks": [] });
    let body = |plan: &Value| json!({ "scenario": scenario, "plan": plan });
    let verdict = town.post("/v1/plans/check", body(&plan)).await.ok(200).body;
    assert_eq!((&verdict["valid"], &verdict["violations"]), (&true.into(), &json!([])));
    assert_eq!((&verdict["stays"], &verdict["moves"]), (&1.into(), &0.into()));
    assert_eq!((&verdict["upper_bound"], &verdict["gap"]), (&Value::Null, &Value::Null));
    let short = json!([{ "kind": "cover", "id": "door", "site": "hall", "date": "2027-03-01",
        "from": "08:00", "until": "09:00", "asked": 3, "met": 2, "missing_minutes": 60 }]);
    assert_eq!(verdict["shortages"], short);
    let codes = |list: &Value| -> Vec<String> {
        let codes = list.as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap());
        codes.map(str::to_owned).collect()
    };
    assert_eq!(codes(&verdict["warnings"]), ["objective.wrong", "bound.missing"]);

    plan["objective"] = verdict["objective"].clone();
    plan["upper_bound"] = (verdict["objective"].as_f64().unwrap() + 5.0).into();
    let verdict = town.post("/v1/plans/check", body(&plan)).await.ok(200).body;
    assert_eq!(verdict["warnings"], json!([]));
    assert!(verdict["gap"].as_f64().is_some_and(|gap| gap > 0.0), "{verdict}");

    plan["slots"][0]["room"] = "r2".into();
    plan["slots"][0]["staff"] = "zoe".into();
    plan["slots"].as_array_mut().unwrap().push(slot.clone());
    plan["slots"].as_array_mut().unwrap().push(slot);
    let verdict = town.post("/v1/plans/check", body(&plan)).await.ok(200).body;
    assert_eq!(verdict["valid"], false);
    let codes = codes(&verdict["violations"]);
    assert!(codes.contains(&"reference.unknown".to_owned()), "{codes:?}");
    assert!(codes.contains(&"clerk.double_booked".to_owned()), "{codes:?}");
    let unread = town.post("/v1/plans/check", body(&json!({ "schema": "plan/1" }))).await;
    assert_eq!(unread.is(400, "malformed").violations()[0].0, "/plan/slots");
}

#[tokio::test]
async fn a_plan_alone_is_judged_as_one_of_what_is_served() {
    let town = Town::open().await;
    let id = town.book("advice", "hall", NINE).await;
    let mut plan = town.get(DAY).await.ok(200).body["plan"].clone();
    let verdict = town.post("/v1/plans/check", json!({ "plan": plan })).await.ok(200).body;
    assert_eq!((&verdict["valid"], &verdict["stays"]), (&true.into(), &1.into()), "{verdict}");
    slot(&mut plan, &id)["appointment"] = Value::Null;
    let verdict = town.post("/v1/plans/check", json!({ "plan": plan })).await.ok(200).body;
    assert_eq!(verdict["violations"][0]["code"], "promise.unkept", "{verdict}");
    let german = town.header("accept-language", "de-DE,en;q=0.5");
    let verdict = german.post("/v1/plans/check", json!({ "plan": plan })).await.ok(200).body;
    let told = verdict["violations"][0]["message"].as_str().unwrap();
    assert!(told.contains("Ein zugesagter Termin fehlt im Plan."), "{told}");
}
