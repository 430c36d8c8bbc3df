//! `/v1/audit`

use serde_json::{Value, json};

use super::harness::Town;

fn actions(page: &Value) -> Vec<String> {
    let entries = page["entries"].as_array().unwrap().iter();
    entries.map(|entry| entry["action"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn what_is_changed_by_hand_is_noted_with_who_and_why() {
    let town = Town::open().await;
    assert_eq!(town.get("/v1/audit").await.ok(200).body, json!({ "entries": [] }));
    let id = town.book("advice", "hall", "2027-03-01T09:00:00+01:00").await;
    let room = json!({ "site": "hall", "equipment": ["scanner"] });
    let path = "/v1/rooms/r3?reason=delivered%20at%20last";
    town.header("if-match", "\"1\"").put(path, &room).await.ok(200);
    let dry = "/v1/rooms/r4?dry_run=true";
    town.header("if-match", "\"2\"").put(dry, &room).await.ok(200);
    town.header("if-match", "\"1\"").delete("/v1/rooms/r3").await.is(412, "stale");
    town.header("if-match", "\"2\"").delete("/v1/rooms/r3").await.ok(200);
    let sick = json!({ "absences": [{ "staff": "ada", "date": "2027-03-01" }], "dry_run": false,
        "reason": "ill" });
    town.post("/v1/repairs", sick).await.ok(200);
    town.post(&format!("/v1/appointments/{id}/arrive"), json!(null)).await.ok(200);
    let plan = town.get("/v1/plan?date=2027-03-03&site=hall").await.ok(200);
    let path = "/v1/plan?date=2027-03-03&site=hall&reason=fewer%20moves";
    let put = town.header("if-match", plan.header("etag"));
    put.put(path, &plan.body["plan"]).await.ok(200);
    town.delete("/v1/references/nothing").await.ok(204);

    let page = town.get("/v1/audit").await.ok(200).body;
    let all = ["plan.adopt", "appointment.arrive", "repair", "scenario.delete", "scenario.put"];
    assert_eq!(actions(&page), all, "the latest first; what changed nothing is not noted");
    let entries = &page["entries"];
    assert_eq!(entries[0]["reason"], "fewer moves");
    assert_eq!(entries[0]["detail"]["site_days"], json!(["hall 2027-03-03"]));
    assert_eq!(entries[1]["subject"], id.as_str());
    assert_eq!(entries[2]["reason"], "ill");
    assert_eq!(entries[2]["detail"]["absences"], json!(["ada 2027-03-01"]));
    assert_eq!(entries[2]["detail"]["version"], 4);
    assert_eq!(entries[4]["subject"], "rooms/r3");
    assert_eq!(entries[4]["reason"], "delivered at last");
    assert_eq!(entries[4]["client"], "local");
    assert_eq!(entries[4].get("key"), None);

    // Page by page.
    let mut seen = Vec::new();
    let mut path = "/v1/audit?limit=2".to_owned();
    loop {
        let page = town.get(&path).await.ok(200).body;
        seen.extend(actions(&page));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/audit?limit=2&before={next}");
    }
    assert_eq!(seen, all);
    let about = town.get("/v1/audit?subject=rooms/r3").await.ok(200).body;
    assert_eq!(actions(&about), ["scenario.delete", "scenario.put"]);
    let later = town.get("/v1/audit?from=2027-03-02T00:00:00%2B01:00").await.ok(200).body;
    assert!(actions(&later).is_empty());
}

#[tokio::test]
async fn all_that_is_wrong_with_a_question_is_told() {
    let town = Town::open().await;
    let path = "/v1/audit?from=yesterday&limit=0&before=x&who=me&client=%00";
    let refused = town.get(path).await.is(400, "malformed");
    let places: Vec<&str> = refused.violations().iter().map(|(place, _)| *place).collect();
    assert_eq!(places, ["?from", "?limit", "?before", "?who", "?client"]);
}
