//! `/v1/slots/search`, `/v1/slots/check`, `/v1/offers`, `/v1/sites`, `/v1/services`

use serde_json::{Value, json};

use super::harness::{TOWN, Town, wide};

#[tokio::test]
async fn every_slot_of_a_search_can_be_held_at_once() {
    let town = Town::open().await;
    let offered = town.starts("card", "2027-03-01").await;
    assert_eq!(offered.len(), 19, "each five minutes from 08:00 to 09:30");
    for (site, start) in offered {
        let held = town.hold("card", &site, &start).await.ok(201);
        let id = held.body["id"].as_str().unwrap();
        town.delete(&format!("/v1/holds/{id}")).await.ok(204);
    }
}

#[tokio::test]
async fn a_search_ranks_slots_with_their_costs_and_reasons() {
    let town = Town::open().await;
    let body = json!({
        "basket": [{ "service": "card", "persons": 2 }, { "service": "stamp" }],
        "window": { "from": "2027-03-01", "until": "2027-03-05" },
        "sites": ["hall"],
        "hours": { "from": "09:00", "until": "10:00" },
        "wishes": { "earliest": 0, "days": ["wed"], "hours": [{ "from": "09:00", "until": "09:05" }] },
        "limit": 3,
    });
    let reply = town.post("/v1/slots/search", body).await.ok(200);
    let slots = reply.body["slots"].as_array().unwrap();
    assert_eq!(slots.len(), 3);
    assert_eq!(slots[0]["start"], "2027-03-03T09:00:00+01:00");
    assert_eq!(slots[0]["end"], "2027-03-03T09:50:00+01:00", "30 + 15 + 5 minutes");
    assert_eq!(slots[0]["site"], "hall");
    let why = slots[0]["why"].as_array().unwrap();
    assert!(why.contains(&"wished-day".into()) && why.contains(&"wished-hours".into()), "{why:?}");
    assert_eq!(reply.body["time_zone"], "Europe/Berlin");
    assert_eq!(reply.body["reasons"], json!([]));
}

#[tokio::test]
async fn an_empty_answer_says_why_and_what_is_next() {
    let town = Town::open().await;
    let body = json!({
        "basket": [{ "service": "card" }], "sites": ["hall"],
        "window": { "from": "2027-03-02", "until": "2027-03-02" },
    });
    let reply = town.post("/v1/slots/search", body).await.ok(200);
    assert_eq!(reply.body["slots"], json!([]));
    let reason = &reply.body["reasons"][0];
    assert_eq!((&reason["code"], &reason["sites"]), (&"closed".into(), &json!(["hall"])));
    assert_eq!(reason["dates"], json!(["2027-03-02"]));
    assert_eq!(reply.body["next"]["date"], "2027-03-03");
}

#[tokio::test]
async fn a_channel_sees_what_is_released_to_it() {
    let town = Town::open().await;
    let search = |channel: &str, date: &str| {
        json!({ "basket": [{ "service": "stamp" }], "channel": channel,
            "window": { "from": date, "until": date } })
    };
    let reply = town.post("/v1/slots/search", search("phone", "2027-03-09")).await.ok(200);
    assert_eq!(reply.body["slots"], json!([]));
    assert_eq!(reply.body["reasons"][0]["code"], "not-released");
    assert_eq!(reply.body["reasons"][0]["released_at"], "2027-03-02T07:30:00+01:00");
    town.set("2027-03-02T07:30:00+01:00");
    let reply = town.post("/v1/slots/search", search("phone", "2027-03-09")).await.ok(200);
    assert_ne!(reply.body["slots"], json!([]));
}

#[tokio::test]
async fn all_that_is_wrong_with_a_search_is_told_at_once() {
    let town = Town::open().await;
    let body = json!({
        "basket": [{ "service": "card", "persons": 4 }, { "service": "dog" }, { "service": "card" }],
        "sites": ["hall", "moon"],
        "window": { "from": "2027-03-05", "until": "2027-03-01" },
        "hours": { "from": "10:00", "until": "09:00" },
        "skills": ["magic"], "staff": "zoe", "room": "r9",
        "wishes": { "sites": ["mars"], "hours": [{ "from": "09:00", "until": "09:00" }] },
        "limit": 0,
    });
    let reply = town.post("/v1/slots/search", body).await.is(422, "invalid");
    let mut violations = reply.violations();
    violations.sort_unstable();
    assert_eq!(
        violations,
        [
            ("/basket/0/persons", "range"),
            ("/basket/1/service", "unknown"),
            ("/basket/2/service", "repeated"),
            ("/hours", "reversed"),
            ("/limit", "range"),
            ("/room", "unknown"),
            ("/sites/1", "unknown"),
            ("/skills/0", "unknown"),
            ("/staff", "unknown"),
            ("/window", "reversed"),
            ("/wishes/hours/0", "reversed"),
            ("/wishes/sites/0", "unknown"),
        ]
    );
}

#[tokio::test]
async fn a_search_over_43_days_when_42_are_open_is_refused() {
    let town = Town::open().await;
    let search = |until: &str| {
        json!({ "basket": [{ "service": "card" }],
            "window": { "from": "2027-03-01", "until": until } })
    };
    town.post("/v1/slots/search", search("2027-04-11")).await.ok(200);
    let reply = town.post("/v1/slots/search", search("2027-04-12")).await;
    let reply = reply.is(422, "window-too-large");
    assert_eq!(reply.violations(), [("/window", "window-too-large")]);
}

#[tokio::test]
async fn a_past_window_makes_no_sense_and_a_late_one_finds_nothing() {
    let town = Town::open().await;
    let search = |date: &str| json!({ "basket": [{ "service": "card" }], "window": { "from": date, "until": date } });
    town.post("/v1/slots/search", search("2027-02-28")).await.is(422, "invalid-window");
    let reply = town.post("/v1/slots/search", search("2028-02-28")).await.ok(200);
    assert_eq!(reply.body["slots"], json!([]));
}

#[tokio::test]
async fn the_own_appointment_is_no_obstacle_and_those_of_others_cannot_be_ignored() {
    let town = Town::open().await;
    for start in ["2027-03-01T08:00:00+01:00", "2027-03-01T09:00:00+01:00"] {
        town.book("card", "hall", start).await;
    }
    let own = town.book("card", "hall", "2027-03-01T08:30:00+01:00").await;
    town.book("card", "hall", "2027-03-01T09:30:00+01:00").await;
    assert_eq!(town.starts("card", "2027-03-01").await, [], "there is one scanner");
    let body = |id: &str| {
        json!({ "basket": [{ "service": "card" }], "ignore": id,
            "window": { "from": "2027-03-01", "until": "2027-03-01" } })
    };
    let reply = town.post("/v1/slots/search", body(&own)).await.ok(200);
    assert_eq!(reply.body["slots"][0]["start"], "2027-03-01T08:30:00+01:00");
    let other = "0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10";
    let reply = town.post("/v1/slots/search", body(other)).await.is(422, "invalid");
    assert_eq!(reply.violations(), [("/ignore", "unknown")]);
}

#[tokio::test]
async fn checks_are_answered_each_by_itself() {
    let town = Town::open().await;
    town.book("card", "hall", "2027-03-01T08:00:00+01:00").await;
    let check = |service: &str, site: &str, start: &str| json!({ "site": site, "start": start, "basket": [{ "service": service }] });
    let checks = [
        ("card", "hall", "2027-03-01T08:00:00+01:00", "taken"),
        ("advice", "hall", "2027-03-01T08:00:00+01:00", ""),
        // The same instant by another clock.
        ("advice", "hall", "2027-03-01T07:00:00Z", ""),
        ("card", "hall", "2027-03-01T09:30:00+01:00", ""),
        ("card", "hall", "2027-03-01T09:35:00+01:00", "closed"),
        ("card", "hall", "2027-03-01T23:45:00+01:00", "closed"),
        ("card", "hall", "2027-03-02T08:00:00+01:00", "closed"),
        ("card", "annex", "2027-03-01T09:00:00+01:00", "no-room"),
        ("advice", "annex", "2027-03-01T09:00:00+01:00", "no-clerk"),
        ("card", "hall", "2027-03-01T08:31:00+01:00", "off-grid"),
        ("card", "hall", "2027-03-01T08:30:30+01:00", "off-grid"),
        ("card", "hall", "2029-03-01T08:30:00+01:00", "outside-horizon"),
        ("card", "hall", "2027-03-01T07:30:00+01:00", "closed"),
    ];
    let body = checks.iter().map(|(service, site, start, _)| check(service, site, start));
    let body = json!({ "checks": body.collect::<Vec<_>>() });
    let reply = town.post("/v1/slots/check", body).await.ok(200);
    let results = reply.body["results"].as_array().unwrap();
    for (result, (_, _, start, code)) in results.iter().zip(checks) {
        assert_eq!(result["bookable"], code.is_empty(), "{start}: {result}");
        assert_eq!(result["code"].as_str().unwrap_or_default(), code, "{start}: {result}");
    }
    assert_eq!(results.len(), checks.len());
    assert_eq!(results[1]["end"], "2027-03-01T08:30:00+01:00");
    town.set("2027-03-01T08:30:01+01:00");
    let past = json!({ "checks": [check("advice", "hall", "2027-03-01T08:30:00+01:00")] });
    let reply = town.post("/v1/slots/check", past).await.ok(200);
    assert_eq!(reply.body["results"][0]["code"], "past");
}

#[tokio::test]
async fn all_that_is_wrong_with_checks_is_told_at_once() {
    let town = Town::open().await;
    let body = json!({ "checks": [
        { "site": "moon", "start": "2027-03-01T08:00:00+01:00", "basket": [{ "service": "card" }] },
        { "site": "hall", "start": "2027-03-01T08:00:00+01:00", "basket": [] },
    ] });
    let reply = town.post("/v1/slots/check", body).await.is(422, "invalid");
    let violations = reply.violations();
    assert!(violations.contains(&("/checks/0/site", "unknown")), "{violations:?}");
    assert!(violations.contains(&("/checks/1/basket", "empty")), "{violations:?}");
}

#[tokio::test]
async fn days_of_clock_change_keep_the_wall_clock() {
    for (date, before, after) in
        [("2027-03-28", "+01:00", "+02:00"), ("2027-10-31", "+02:00", "+01:00")]
    {
        let scenario = TOWN
            .replace("\"until\": \"2027-04-09\"", "\"until\": \"2027-12-31\"")
            .replace(
                r#""open": [{ "from": "09:00", "until": "10:00" }]"#,
                r#""open": [{ "from": "00:00", "until": "10:00" }]"#,
            )
            .replace(
                r#"{ "site": "annex", "from": "09:00", "until": "10:00" }"#,
                r#"{ "site": "annex", "from": "00:00", "until": "10:00" }"#,
            );
        let now = format!("{date}T00:00:00{before}");
        let town = Town::of(&scenario, &now, wide()).await;
        let starts = town.starts("stamp", date).await;
        let annex: Vec<&str> = starts
            .iter()
            .filter(|(site, _)| site == "annex")
            .map(|(_, start)| start.as_str())
            .collect();
        assert_eq!(annex.first(), Some(&format!("{date}T00:00:00{before}").as_str()));
        assert!(annex.contains(&format!("{date}T09:00:00{after}").as_str()));
        assert!(annex.contains(&format!("{date}T01:55:00{before}").as_str()));
        assert!(annex.contains(&format!("{date}T03:00:00{after}").as_str()));
        assert!(!annex.iter().any(|start| start.contains("T02:")), "removed or doubled");
        let start = format!("{date}T09:00:00{after}");
        let held = town.hold("stamp", "annex", &start).await.ok(201);
        assert_eq!(held.body["start"], start.as_str());
        let wrong = format!("{date}T09:00:00{before}");
        let held = town.hold("stamp", "annex", &wrong).await;
        // An hour off: what the offset says counts, not the wall clock beside it.
        let moved = if before == "+01:00" { 422 } else { 201 };
        assert_eq!(held.status.as_u16(), moved, "{}", held.body);
    }
}

#[tokio::test]
async fn offers_for_a_scenario_in_the_body_keep_nothing() {
    let town = Town::open().await;
    let mut scenario: Value = serde_json::from_str(TOWN).unwrap();
    scenario["appointments"] = json!([{ "id": "x", "service": "card", "site": "hall",
        "start": "2027-03-01T08:00:00+01:00", "persons": 1 }]);
    let body = json!({
        "scenario": scenario, "now": "2027-03-01T07:00:00+01:00",
        "basket": [{ "service": "card" }], "limit": 1000,
        "window": { "from": "2027-03-01", "until": "2027-03-01" },
    });
    let reply = town.post("/v1/offers", body.clone()).await.ok(200);
    let slots = reply.body["slots"].as_array().unwrap();
    assert_eq!(slots.len(), 13, "the scanner is free from 08:30 on");
    assert_eq!(town.starts("card", "2027-03-01").await.len(), 19);

    let mut twice = body.clone();
    let again = json!({ "id": "y", "service": "card", "site": "hall",
        "start": "2027-03-01T08:15:00+01:00", "persons": 1 });
    twice["scenario"]["appointments"].as_array_mut().unwrap().push(again);
    let reply = town.post("/v1/offers", twice).await.is(422, "invalid-scenario");
    assert_eq!(reply.violations().len(), 1);
    assert_eq!(reply.violations()[0].1, "stranded");

    let mut broken = body;
    broken["scenario"]["grid_minutes"] = json!(0);
    broken["scenario"]["rooms"][0]["site"] = json!("moon");
    let reply = town.post("/v1/offers", broken).await.is(422, "invalid-scenario");
    let pointers: Vec<&str> = reply.violations().iter().map(|(pointer, _)| *pointer).collect();
    assert!(pointers.contains(&"/scenario/grid_minutes"), "{pointers:?}");
    assert!(pointers.contains(&"/scenario/rooms/0/site"), "{pointers:?}");
}

#[tokio::test]
async fn offers_keep_the_walk_in_blocks_of_a_plan() {
    let town = Town::open().await;
    let mut scenario: Value = serde_json::from_str(TOWN).unwrap();
    scenario["walk_in_quotas"] = json!([{ "id": "q", "site": "annex", "from": "09:00",
        "until": "10:00", "min_share": 0.5, "block_minutes": 30, "skills": [] }]);
    let plan = json!({ "schema": "plan/1", "slots": [], "breaks": [],
        "walk_in_blocks": [{ "site": "annex", "staff": "cem", "room": "a1",
            "start": "2027-03-01T09:00:00+01:00", "end": "2027-03-01T09:30:00+01:00" }],
        "objective": 0, "upper_bound": 0, "gap": 0, "seconds": 0, "engine": "search", "seed": 1 });
    let mut body = json!({
        "scenario": scenario, "now": "2027-03-01T07:00:00+01:00", "plan": plan, "limit": 1000,
        "basket": [{ "service": "stamp" }], "sites": ["annex"],
        "window": { "from": "2027-03-01", "until": "2027-03-01" },
    });
    let reply = town.post("/v1/offers", body.clone()).await.ok(200);
    assert_eq!(reply.body["slots"].as_array().unwrap().len(), 6, "each five minutes from 09:30");
    body["plan"]["walk_in_blocks"][0]["staff"] = json!("zoe");
    let reply = town.post("/v1/offers", body).await.is(422, "invalid-plan");
    assert_eq!(reply.violations()[0].0, "/plan/walk_in_blocks/0/staff");
}

#[tokio::test]
async fn sites_say_what_they_offer() {
    let town = Town::open().await;
    let reply = town.get("/v1/sites").await.ok(200);
    assert_eq!(
        reply.body,
        json!({
            "time_zone": "Europe/Berlin", "from": "2027-03-01", "until": "2027-04-09",
            "sites": [
                { "id": "hall", "name": "Town hall", "closed_on": ["2027-03-02"],
                  "open": [{ "from": "08:00", "until": "10:00" }],
                  "services": ["card", "advice", "stamp"] },
                { "id": "annex", "name": "annex", "closed_on": [],
                  "open": [{ "from": "09:00", "until": "10:00" }], "services": ["stamp"] },
            ],
        })
    );
}

#[tokio::test]
async fn services_say_what_may_still_be_added() {
    let town = Town::open().await;
    let sites = |reply: &Value| -> Vec<Value> {
        let services = reply["services"].as_array().unwrap().iter();
        services.map(|service| service["sites"].clone()).collect()
    };
    let reply = town.get("/v1/services").await.ok(200);
    assert_eq!(reply.body["services"][0]["name"], "Identity card");
    let all = [json!(["hall"]), json!(["hall"]), json!(["hall", "annex"])];
    assert_eq!(sites(&reply.body), all);
    let reply = town.get("/v1/services?basket=card:3&basket=advice&site=annex&site=hall").await;
    assert_eq!(sites(&reply.ok(200).body), [json!(["hall"]), json!(["hall"]), json!(["hall"])]);
    let reply = town.get("/v1/services?site=annex&basket=advice").await.ok(200);
    assert_eq!(sites(&reply.body), [json!([]), json!([]), json!([])]);
    let reply = town.get("/v1/services?site=moon&basket=dog").await.is(422, "invalid");
    assert_eq!(reply.violations().len(), 2);
    let reply = town.get("/v1/services?sight=hall").await.is(400, "malformed");
    assert_eq!(reply.violations(), [("?sight", "unknown-field")]);
}

#[tokio::test]
async fn a_window_without_dates_that_can_be_booked_says_so() {
    let town = Town::of(TOWN, "2027-02-01T07:00:00+01:00", wide()).await;
    let search = |from: &str, until: &str| json!({ "basket": [{ "service": "card" }], "window": { "from": from, "until": until } });
    let reply = town.post("/v1/slots/search", search("2027-02-01", "2027-02-02")).await.ok(200);
    let reason = &reply.body["reasons"][0];
    assert_eq!(reason["code"], "outside-horizon");
    assert_eq!(reason["dates"], json!(["2027-02-01", "2027-02-02"]));
    let detail = reason["detail"].as_str().unwrap();
    assert!(detail.contains("2027-03-01") && detail.contains("2027-04-09"), "{detail}");
    assert_eq!(reply.body["next"]["start"], "2027-03-01T08:00:00+01:00");
    let reply = town.post("/v1/slots/search", search("2027-06-01", "2027-06-02")).await.ok(200);
    assert_eq!(reply.body["reasons"][0]["code"], "outside-horizon");
    assert_eq!(reply.body.get("next"), None, "there is none after it");
}
