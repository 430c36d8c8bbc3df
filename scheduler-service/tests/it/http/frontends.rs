//! What booking frontends need besides search, hold and confirm: calendars, lists, events, secrets.

use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use futures_util::StreamExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::harness::{Town, wide};

const NINE: &str = "2027-03-01T09:00:00+01:00";

#[tokio::test]
async fn a_calendar_counts_what_a_search_lists() {
    let town = Town::open().await;
    for start in ["08:00", "08:30", "09:00"] {
        town.book("card", "hall", &format!("2027-03-01T{start}:00+01:00")).await;
    }
    let days = town.get("/v1/days?basket=card").await.ok(200);
    assert_eq!(days.body["time_zone"], "Europe/Berlin");
    let days = days.body["days"].as_array().unwrap();
    assert_eq!(days.len(), 40, "to the end of the horizon, in one answer");
    for (day, date) in days.iter().zip(["2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04"]) {
        assert_eq!(day["date"], date);
        let starts = town.starts("card", date).await;
        assert_eq!(day["starts"], starts.len(), "{date}");
        assert_eq!(day["undecided"], 0);
        let first = starts.iter().map(|(_, start)| start.as_str()).min();
        assert_eq!(day["first"]["start"].as_str(), first);
        if starts.is_empty() {
            assert_eq!(day["reasons"][0]["code"], "closed", "{day}");
        } else {
            assert_eq!(day.get("reasons"), None);
            let cheapest = &day["cheapest"];
            assert!(starts.contains(&(
                cheapest["site"].as_str().unwrap().to_owned(),
                cheapest["start"].as_str().unwrap().to_owned(),
            )));
        }
    }
    let some = "/v1/days?basket=stamp&site=annex&from=2027-03-03&until=2027-03-04&channel=phone";
    let some = town.get(some).await.ok(200);
    let days = some.body["days"].as_array().unwrap();
    assert_eq!(days.len(), 2);
    assert_eq!((&days[0]["starts"], &days[0]["first"]["site"]), (&json!(12), &json!("annex")));
    // Not released so far ahead.
    let far = "/v1/days?basket=stamp&from=2027-03-30&until=2027-03-30&channel=phone";
    let far = town.get(far).await.ok(200);
    assert_eq!(far.body["days"][0]["reasons"][0]["code"], "not-released");
}

#[tokio::test]
async fn what_is_wrong_with_a_calendar_is_told_at_once() {
    let town = Town::open().await;
    let wrong = town.get("/v1/days?basket=card&from=soon&colour=red").await.is(400, "malformed");
    assert_eq!(wrong.violations(), [("?from", "format"), ("?colour", "unknown-field")]);
    let unknown = town.get("/v1/days?basket=cake&site=moon&staff=eve").await.is(422, "invalid");
    let found = unknown.violations();
    assert_eq!(found, [("?basket", "unknown"), ("?staff", "unknown"), ("?site", "unknown")]);
    town.get("/v1/days").await.is(422, "invalid-basket");
    let past = "/v1/days?basket=card&from=2027-02-01&until=2027-02-02";
    let past = town.get(past).await.is(422, "invalid-window");
    assert_eq!(past.violations(), [("?until", "past")]);
    let stranger = "/v1/days?basket=card&ignore=0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10";
    assert_eq!(town.get(stranger).await.is(422, "invalid").violations(), [("?ignore", "unknown")]);
}

#[tokio::test]
async fn a_search_in_order_of_time_goes_on_to_the_end() {
    let town = Town::open().await;
    town.book("card", "hall", NINE).await;
    let window = json!({ "from": "2027-03-01", "until": "2027-03-04" });
    let mut body = json!({ "basket": [{ "service": "stamp" }], "order": "time", "limit": 7, "window": window });
    let mut listed: Vec<(String, String)> = Vec::new();
    let mut pages = 0;
    loop {
        let page = town.post("/v1/slots/search", body.clone()).await.ok(200);
        let text = |slot: &Value, field: &str| slot[field].as_str().unwrap().to_owned();
        let slots = page.body["slots"].as_array().unwrap().iter();
        listed.extend(slots.map(|slot| (text(slot, "start"), text(slot, "site"))));
        pages += 1;
        match page.body.get("next_cursor") {
            Some(next) => body["cursor"] = next.clone(),
            None => break,
        }
    }
    assert!(pages > 10, "{pages}");
    assert!(listed.is_sorted_by_key(|(start, _)| start.clone()));
    let mut expected = Vec::new();
    for date in ["2027-03-01", "2027-03-02", "2027-03-03", "2027-03-04"] {
        expected.extend(town.starts("stamp", date).await.into_iter().map(|(a, b)| (b, a)));
    }
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected);

    body["cursor"] = json!("00");
    let broken = town.post("/v1/slots/search", body.clone()).await.is(422, "invalid");
    assert_eq!(broken.violations(), [("/cursor", "format")]);
    body["order"] = json!("ranked");
    let ranked = town.post("/v1/slots/search", body).await.is(422, "invalid");
    assert_eq!(ranked.violations(), [("/cursor", "conflict")]);
    // Nothing at all has reasons, as always.
    let none = json!({ "basket": [{ "service": "advice" }], "order": "time", "sites": ["annex"] });
    let none = town.post("/v1/slots/search", none).await.ok(200);
    assert_eq!(none.body["reasons"][0]["code"], "no-clerk");
}

#[tokio::test]
async fn a_check_may_ignore_what_is_to_be_moved() {
    let town = Town::open().await;
    let id = town.book("card", "hall", NINE).await;
    let check = json!({ "site": "hall", "start": "2027-03-01T09:15:00+01:00",
        "basket": [{ "service": "card" }] });
    let taken = town.post("/v1/slots/check", json!({ "checks": [check] })).await.ok(200);
    assert_eq!(taken.body["results"][0]["bookable"], false);
    let body = json!({ "checks": [check], "ignore": id });
    let free = town.post("/v1/slots/check", body).await.ok(200);
    assert_eq!(free.body["results"][0]["bookable"], true);
    let to = json!({ "site": "hall", "start": "2027-03-01T09:15:00+01:00" });
    town.post(&format!("/v1/appointments/{id}/reschedule"), to).await.ok(200);
    let body = json!({ "checks": [check], "ignore": "0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10" });
    let unknown = town.post("/v1/slots/check", body).await.is(422, "invalid");
    assert_eq!(unknown.violations(), [("/ignore", "unknown")]);
}

#[tokio::test]
async fn lists_go_on_with_cursors() {
    let town = Town::open().await;
    for start in ["08:00", "08:30", "09:00", "09:30"] {
        town.book("card", "hall", &format!("2027-03-03T{start}:00+01:00")).await;
    }
    let first = town.get("/v1/appointments?date=2027-03-03&site=hall&limit=3").await.ok(200);
    assert_eq!(first.body["appointments"].as_array().unwrap().len(), 3);
    let cursor = first.body["next_cursor"].as_str().unwrap();
    let path = format!("/v1/appointments?date=2027-03-03&site=hall&limit=3&cursor={cursor}");
    let second = town.get(&path).await.ok(200);
    let rest = second.body["appointments"].as_array().unwrap();
    assert_eq!(rest.len(), 1);
    assert_eq!(rest[0]["start"], "2027-03-03T09:30:00+01:00");
    assert_eq!(rest[0]["basket"], json!([{ "service": "card", "persons": 1 }]));
    assert_eq!(second.body.get("next_cursor"), None);
    let none = town.get("/v1/appointments?status=cancelled").await.ok(200);
    assert_eq!(none.body["appointments"], json!([]));
    let wrong =
        "/v1/appointments?status=gone&limit=5000&cursor=xx&date=2027-03-01&until=2027-03-02";
    let wrong = town.get(wrong).await.is(400, "malformed");
    let pointers: Vec<&str> = wrong.violations().iter().map(|found| found.0).collect();
    assert_eq!(pointers, ["?date", "?status", "?limit", "?cursor"]);
    let reversed = "/v1/appointments?from=2027-03-02&until=2027-03-01";
    let reversed = town.get(reversed).await.is(400, "malformed");
    assert_eq!(reversed.violations(), [("?until", "reversed")]);

    let first = town.get("/v1/staff?limit=2").await.ok(200);
    let ids = |reply: &Value, list: &str| -> Vec<String> {
        let all = reply[list].as_array().unwrap().iter();
        all.map(|part| part["id"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(ids(&first.body, "staff"), ["ada", "ben"]);
    assert!(!first.header("etag").is_empty());
    let next = first.body["next_cursor"].as_str().unwrap();
    let second = town.get(&format!("/v1/staff?limit=2&cursor={next}")).await.ok(200);
    assert_eq!(ids(&second.body, "staff"), ["cem"]);
    // Of another list.
    town.get(&format!("/v1/rooms?cursor={next}")).await.is(400, "malformed");
    assert_eq!(ids(&town.get("/v1/rooms").await.ok(200).body, "rooms"), ["a1", "r1", "r2"]);
    let policies = town.get("/v1/release-policies").await.ok(200);
    assert_eq!(ids(&policies.body, "release"), ["phone"]);
    let quotas = town.get("/v1/walk-in-quotas").await.ok(200);
    assert_eq!(quotas.body["walk_in_quotas"], json!([]));
    assert_eq!(town.get("/v1/demand").await.ok(200).body["demand"], json!([]));
    assert_eq!(town.get("/v1/jobs").await.ok(200).body["jobs"], json!([]));
}

#[tokio::test]
async fn events_are_told_page_by_page() {
    let town = Town::open().await;
    let before = town.get("/v1/events").await.ok(200).body["after"].as_u64().unwrap();
    let id = town.book("card", "hall", NINE).await;
    let path = format!("/v1/appointments/{id}");
    let why = json!({ "reason": "cannot come" });
    town.post(&format!("{path}/cancel"), why.clone()).await.ok(200);
    let page = town.get(&format!("/v1/events?after={before}&limit=2")).await.ok(200);
    let events = page.body["events"].as_array().unwrap();
    assert_eq!((&events[0]["type"], &events[1]["type"]), (&json!("held"), &json!("booked")));
    assert_eq!((&page.body["more"], &page.body["after"]), (&json!(true), &json!(before + 2)));
    let rest = town.get(&format!("/v1/events?after={}", before + 2)).await.ok(200);
    let last = &rest.body["events"][0];
    assert_eq!((&last["type"], &last["reason"]), (&json!("cancelled"), &json!("cannot come")));
    assert_eq!(last["by"], json!({ "kind": "key", "name": "local" }));
    assert_eq!(last["appointment"]["id"], id.as_str());
    assert_eq!(last["appointment"]["start"], NINE);
    assert_eq!(rest.body["more"], false);
    let history = town.get(&format!("{path}/history")).await.ok(200);
    assert_eq!(history.body["events"].as_array().unwrap().len(), 3);
    let held = town.get("/v1/events?type=held&type=moved").await.ok(200);
    assert_eq!(held.body["events"].as_array().unwrap().len(), 1);
    town.get("/v1/events?type=eaten").await.is(400, "malformed");
    // The reason belongs to the request.
    let keyed = town.idempotent("again");
    keyed.post(&format!("{path}/cancel"), why).await.ok(200);
    let other = json!({ "reason": "another" });
    keyed.post(&format!("{path}/cancel"), other).await.is(422, "idempotency-key-reused");
    let long = json!({ "reason": "x".repeat(201) });
    town.post(&format!("{path}/cancel"), long).await.is(422, "invalid");
}

/// What is sent next: name, id and data.
async fn next(
    stream: &mut (impl futures_util::Stream<Item = Result<axum::body::Bytes, axum::Error>> + Unpin),
) -> (String, String, Value) {
    let mut text = String::new();
    while !text.ends_with("\n\n") {
        let part = tokio::time::timeout(std::time::Duration::from_secs(60), stream.next()).await;
        text.push_str(std::str::from_utf8(&part.unwrap().unwrap().unwrap()).unwrap());
    }
    let field = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().trim().to_owned()
    };
    (field("event:"), field("id:"), serde_json::from_str(&field("data:")).unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_sent_as_they_happen() {
    let town = Town::open().await;
    town.book("card", "hall", NINE).await;
    let open = |after: Option<&str>| {
        let mut request = Request::get("/v1/events")
            .header("accept", "text/event-stream")
            .header("host", "localhost");
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        let (router, request) = (town.router.clone(), request.body(Body::empty()).unwrap());
        async move { router.oneshot(request).await.unwrap().into_body().into_data_stream() }
    };
    let mut stream = open(None).await;
    let (name, ready, _) = next(&mut stream).await;
    assert_eq!(name, "ready");
    let id = town.book("stamp", "hall", NINE).await;
    let (name, number, held) = next(&mut stream).await;
    assert_eq!((name.as_str(), &held["appointment"]["id"]), ("held", &json!(id)));
    assert_eq!(number.parse::<u64>().unwrap(), ready.parse::<u64>().unwrap() + 1);
    assert_eq!(next(&mut stream).await.0, "booked");
    drop(stream);
    town.post(&format!("/v1/appointments/{id}/cancel"), json!({})).await.ok(200);
    let mut again = open(Some(&number)).await;
    assert_eq!(next(&mut again).await.0, "ready");
    assert_eq!(next(&mut again).await.0, "booked");
    assert_eq!(next(&mut again).await.0, "cancelled");
    // Of another process on the same database.
    let beside = town.beside(wide()).await;
    beside.hold("stamp", "hall", NINE).await.ok(201);
    assert_eq!(next(&mut again).await.0, "held");
}

#[tokio::test]
async fn a_citizen_with_the_secret_sees_moves_and_cancels_one_appointment() {
    let scopes = [("website", "slots:read appointments:write", None)];
    let (town, keys) = super::keys::locked_with(wide(), &scopes).await;
    let website = town.key(&keys[0]);
    let hold = website.hold("card", "hall", NINE).await.ok(201);
    let confirm = json!({ "hold_id": hold.body["id"], "with_secret": true });
    let keyed = website.idempotent("confirm");
    let booked = keyed.post("/v1/appointments", confirm.clone()).await.ok(201);
    let secret = booked.body["secret"].as_str().unwrap().to_owned();
    assert_eq!(secret.len(), 3 + 32);
    let again = keyed.post("/v1/appointments", confirm.clone()).await.ok(201);
    assert_eq!(again.body.get("secret"), None, "it is not kept");
    let again = website.post("/v1/appointments", confirm).await.ok(200);
    assert_eq!(again.body.get("secret"), None);
    let path = format!("/v1/appointments/{}", booked.body["id"].as_str().unwrap());

    town.get(&path).await.is(401, "unauthorized");
    let citizen = town.header("appointment-secret", &secret);
    let seen = citizen.get(&path).await.ok(200);
    assert_eq!(seen.body["start"], NINE);
    assert_eq!((seen.body.get("secret"), seen.body.get("assignment")), (None, None));
    // No other appointment, nothing else, and not with another secret.
    let other = website.hold("stamp", "hall", NINE).await.ok(201);
    let other = website.post("/v1/appointments", json!({ "hold_id": other.body["id"] })).await;
    let elsewhere = format!("/v1/appointments/{}", other.body["id"].as_str().unwrap());
    citizen.get(&elsewhere).await.is(401, "unauthorized");
    citizen.get("/v1/appointments").await.is(401, "unauthorized");
    citizen.get(&format!("{path}/history")).await.is(401, "unauthorized");
    let wrong = town.header("appointment-secret", &secret.replace("as_", "as-"));
    wrong.get(&path).await.is(401, "unauthorized");
    let unknown = "/v1/appointments/0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10";
    citizen.get(unknown).await.is(401, "unauthorized");

    let to = json!({ "site": "hall", "start": "2027-03-03T08:00:00+01:00", "reason": "ill" });
    let moved = citizen.post(&format!("{path}/reschedule"), to.clone()).await.ok(200);
    assert_eq!(moved.body["start"], "2027-03-03T08:00:00+01:00");
    let mut more = to;
    more["basket"] = json!([{ "service": "card", "persons": 3 }]);
    citizen.post(&format!("{path}/reschedule"), more).await.is(403, "forbidden");
    // A new secret, and the old one is worth nothing.
    let renewed = website.post(&format!("{path}/secret"), json!({})).await.ok(200);
    citizen.get(&path).await.is(401, "unauthorized");
    let citizen = town.header("appointment-secret", renewed.body["secret"].as_str().unwrap());
    citizen.post(&format!("{path}/cancel"), json!({})).await.ok(200);
    let history = website.get(&format!("{path}/history")).await.ok(200);
    let by: Vec<&Value> =
        history.body["events"].as_array().unwrap().iter().map(|e| &e["by"]["kind"]).collect();
    assert_eq!(by, ["key", "key", "citizen", "citizen"]);
    assert_eq!(history.body["events"][2]["reason"], "ill");
    website.post(&format!("{path}/secret"), json!({})).await.is(409, "wrong-state");
}

#[tokio::test]
async fn a_hold_can_be_kept_longer() {
    let town = Town::open().await;
    let hold = town.hold("card", "hall", NINE).await.ok(201);
    let path = format!("/v1/holds/{}/extend", hold.body["id"].as_str().unwrap());
    town.advance(TimeDelta::minutes(9));
    let longer = town.post(&path, json!({})).await.ok(200);
    assert_eq!(longer.body["expires_at"], "2027-03-01T06:19:00Z");
    let most = town.post(&path, json!({ "seconds": 86400 })).await.ok(200);
    assert_eq!(most.body["expires_at"], "2027-03-01T07:00:00Z", "an hour after it began");
    town.post(&path, json!({ "seconds": 0 })).await.is(422, "invalid");
    town.advance(TimeDelta::hours(1));
    town.post(&path, json!({})).await.is(410, "hold-expired");
}

#[tokio::test]
async fn appointments_say_what_they_were_booked_with() {
    let town = Town::open().await;
    let body = json!({ "site": "hall", "start": NINE, "basket": [{ "service": "card", "persons": 2 }],
        "skills": ["law"], "staff": "ben", "room": "r1", "reference": "A 1" });
    let hold = town.post("/v1/holds", body).await.ok(201);
    let booked = town.post("/v1/appointments", json!({ "hold_id": hold.body["id"] })).await.ok(201);
    let path = format!("/v1/appointments/{}", booked.body["id"].as_str().unwrap());
    let read = town.get(&path).await.ok(200);
    for (field, value) in [
        ("basket", json!([{ "service": "card", "persons": 2 }])),
        ("skills", json!(["law"])),
        ("staff", json!("ben")),
        ("room", json!("r1")),
        ("reference", json!("A 1")),
    ] {
        assert_eq!(read.body[field], value, "{field}");
    }
    // A drag to another clerk and other persons, at the same time.
    let drag = json!({ "site": "hall", "start": NINE, "staff": "ada",
        "basket": [{ "service": "card", "persons": 3 }] });
    let dragged = town.post(&format!("{path}/reschedule"), drag).await.ok(200);
    assert_eq!(dragged.body["end"], "2027-03-01T10:00:00+01:00");
    assert_eq!(dragged.body["assignment"], json!({ "staff": "ada", "room": "r1" }));
    assert_eq!((dragged.body.get("skills"), dragged.body.get("room")), (None, None));
    let wrong = json!({ "site": "hall", "start": NINE, "basket": [{ "service": "cake" }] });
    town.post(&format!("{path}/reschedule"), wrong).await.is(422, "invalid-basket");
}
