//! `/v1/scenario` and its parts

use serde_json::{Value, json};

use super::harness::{TOWN, Town};

const NINE: &str = "2027-03-01T09:00:00+01:00";

/// The `ETag` of the scenario.
async fn etag(town: &Town) -> String {
    town.get("/v1/scenario").await.ok(200).header("etag").to_owned()
}

#[tokio::test]
async fn the_scenario_is_read_and_replaced_with_its_version() {
    let town = Town::open().await;
    let read = town.get("/v1/scenario").await.ok(200);
    let tag = read.header("etag").to_owned();
    let mut scenario = read.body;
    assert_eq!(scenario["sites"][0]["name"], "Town hall");
    town.put("/v1/scenario", &scenario).await.is(428, "if-match-missing");
    scenario["services"][0]["minutes"] = json!(60);
    let current = town.header("if-match", &tag);
    let dry = town.put("/v1/scenario?dry_run=true", &scenario).await.ok(200);
    assert_eq!(dry.body["dry_run"], true);
    assert_eq!(etag(&town).await, tag);
    let replaced = current.put("/v1/scenario", &scenario).await.ok(200);
    assert_eq!(replaced.header("etag"), format!("\"{}\"", replaced.body["version"]));
    assert_ne!(replaced.header("etag"), tag);
    assert_eq!(town.starts("card", "2027-03-01").await.len(), 13, "an hour each");
    current.put("/v1/scenario", &scenario).await.is(412, "stale");
}

#[tokio::test]
async fn a_scenario_that_makes_no_sense_is_refused_with_all_that_is_wrong() {
    let town = Town::open().await;
    let current = town.header("if-match", &etag(&town).await);
    let mut scenario: Value = serde_json::from_str(TOWN).unwrap();
    scenario["rooms"][0]["site"] = json!("moon");
    scenario["grid_minutes"] = json!(7);
    let refused = current.put("/v1/scenario", &scenario).await.is(422, "invalid-scenario");
    let pointers: Vec<&str> = refused.violations().iter().map(|(pointer, _)| *pointer).collect();
    assert!(pointers.contains(&"/rooms/0/site"), "{pointers:?}");
    scenario["colour"] = json!("blue");
    current.put("/v1/scenario", &scenario).await.is(400, "malformed");
    let refused = current.put("/v1/scenario?dry=1", &scenario).await.is(400, "malformed");
    assert_eq!(refused.violations(), [("?dry", "unknown-field")]);
}

#[tokio::test]
async fn an_edit_that_would_strand_a_promise_is_refused_with_the_list() {
    let town = Town::open().await;
    let id = town.book("card", "hall", NINE).await;
    let current = town.header("if-match", &etag(&town).await);
    let dry = town.delete("/v1/rooms/r1?dry_run=true").await.ok(200);
    assert_eq!(dry.body["stranded"][0]["id"], id.as_str());
    let refused = current.delete("/v1/rooms/r1").await.is(409, "would-strand");
    let stranded = &refused.body["stranded"][0];
    assert_eq!((&stranded["id"], &stranded["start"]), (&id.as_str().into(), &NINE.into()));
    assert_eq!(stranded["reason"], "no-room");
    town.get("/v1/rooms/r1").await.ok(200);
    // One of two clerks may go: the other keeps it.
    current.delete("/v1/staff/ada").await.ok(200);
    let current = town.header("if-match", &etag(&town).await);
    current.delete("/v1/staff/ben").await.is(409, "would-strand");
}

#[tokio::test]
async fn a_shorter_day_takes_effect_with_the_answer() {
    let town = Town::open().await;
    assert_eq!(town.starts("card", "2027-03-01").await.len(), 19);
    let read = town.get("/v1/sites/hall").await.ok(200);
    let mut site = read.body.clone();
    site["open"] = json!([{ "from": "08:00", "until": "09:00" }]);
    town.header("if-match", read.header("etag")).put("/v1/sites/hall", &site).await.ok(200);
    assert_eq!(town.starts("card", "2027-03-01").await.len(), 7);
    assert_eq!(town.get("/v1/sites/hall").await.ok(200).body, site);
}

#[tokio::test]
async fn every_kind_of_part_is_read_added_replaced_and_deleted() {
    let town = Town::open().await;
    let window = json!({ "from": "08:00", "until": "10:00" });
    for (kind, part) in [
        ("sites", json!({ "open": [window] })),
        ("rooms", json!({ "site": "hall", "equipment": [] })),
        (
            "services",
            json!({ "minutes": 10, "extra_person_minutes": 0, "max_persons": 1,
            "skills": [], "equipment": [], "value": 1 }),
        ),
        ("staff", json!({ "skills": [], "shifts": [] })),
        (
            "walk-in-quotas",
            json!({ "site": "hall", "from": "08:00", "until": "10:00",
            "min_share": 0.25, "block_minutes": 30, "skills": [] }),
        ),
        (
            "demand",
            json!({ "service": "card", "sites": ["hall"], "from": "08:00",
            "until": "10:00", "mean": 2 }),
        ),
        (
            "release-policies",
            json!({ "channel": "web",
            "waves": [{ "days_ahead": 3, "at": "07:30", "share": 0.5 }] }),
        ),
    ] {
        let path = format!("/v1/{kind}/new%20one");
        town.get(&path).await.is(404, "not-found");
        town.put(&path, &part).await.is(428, "if-match-missing");
        let current = town.header("if-match", &etag(&town).await);
        current.delete(&path).await.is(404, "not-found");
        let mut wrong = part.clone();
        wrong["colour"] = json!("blue");
        let refused = current.put(&path, &wrong).await.is(400, "malformed");
        assert_eq!(refused.violations(), [("/colour", "field.unknown")]);
        wrong = part.clone();
        wrong["id"] = json!("other");
        let refused = current.put(&path, &wrong).await.is(422, "invalid-scenario");
        assert_eq!(refused.violations(), [("/id", "mismatch")]);
        current.put(&path, &json!([])).await.is(400, "malformed");
        current.put(&path, &part).await.ok(200);
        current.put(&path, &part).await.is(412, "stale");
        let read = town.get(&path).await.ok(200);
        assert_eq!(read.body["id"], "new one");
        for (field, value) in part.as_object().unwrap() {
            // 2 may come back as 2.0.
            let same = read.body[field] == *value || read.body[field].as_f64() == value.as_f64();
            assert!(same, "{kind}: {field}: {}", read.body);
        }
        let current = town.header("if-match", read.header("etag"));
        current.delete(&path).await.ok(200);
        town.get(&path).await.is(404, "not-found");
    }
}

#[tokio::test]
async fn a_part_that_others_need_cannot_be_deleted() {
    let town = Town::open().await;
    let current = town.header("if-match", &etag(&town).await);
    let refused = current.delete("/v1/sites/annex").await.is(422, "invalid-scenario");
    assert!(!refused.violations().is_empty());
}

#[tokio::test]
async fn a_quota_that_nobody_can_hold_is_warned_about_and_kept_as_far_as_it_goes() {
    let town = Town::open().await;
    let mut scenario = town.get("/v1/scenario").await.ok(200).body;
    // More than the break leaves.
    scenario["staff"][2]["shifts"][0]["break"] =
        json!({ "minutes": 30, "from": "09:00", "until": "10:00" });
    scenario["walk_in_quotas"] = json!([{ "id": "all", "site": "annex", "from": "09:00",
        "until": "10:00", "min_share": 1, "block_minutes": 20, "skills": [] }]);
    let put = town.header("if-match", "\"1\"").put("/v1/scenario", &scenario).await.ok(200);
    let warnings = put.body["warnings"].as_array().unwrap();
    let found = warnings.iter().find(|warning| warning["code"] == "quota.not-kept");
    let found = found.unwrap_or_else(|| panic!("{warnings:?}"));
    assert_eq!(found["pointer"], "/walk_in_quotas");
    let plan = town.get("/v1/plan?date=2027-03-01&site=annex").await.ok(200);
    assert_ne!(plan.body["plan"]["walk_in_blocks"], json!([]), "{}", plan.body);
}
