//! `/v1/plans`

use serde_json::{Value, json};

use super::harness::{TOWN, Town};

pub(crate) fn scenario() -> Value {
    let mut scenario: Value = serde_json::from_str(TOWN).unwrap();
    scenario["horizon"]["until"] = json!("2027-03-01");
    scenario["demand"] = json!([{ "id": "d", "service": "card", "sites": ["hall"],
        "from": "08:00", "until": "10:00", "mean": 3 }]);
    scenario
}

#[tokio::test]
async fn a_small_plan_is_made_while_the_client_waits() {
    let town = Town::open().await;
    let body = json!({ "scenario": scenario(), "seconds": 5, "gap": 0.5 });
    let reply = town.post("/v1/plans", body).await.ok(200);
    assert!(matches!(reply.body["status"].as_str(), Some("optimal" | "gap")), "{}", reply.body);
    let slots = reply.body["plan"]["slots"].as_array().unwrap();
    assert!(!slots.is_empty());
    assert_eq!(slots[0]["service"], "card");
}

#[tokio::test]
async fn that_there_is_no_plan_is_an_answer_with_reasons() {
    let town = Town::open().await;
    let mut scenario = scenario();
    scenario["appointments"] = json!(["08:00", "08:15"].map(|time| json!({
        "id": time, "service": "card", "site": "hall", "persons": 1,
        "start": format!("2027-03-01T{time}:00+01:00") })));
    let reply = town.post("/v1/plans", json!({ "scenario": scenario, "seconds": 5 })).await.ok(200);
    assert_eq!(reply.body["status"], "infeasible");
    assert_ne!(reply.body["conflicts"], json!([]));
    assert_eq!(reply.body.get("plan"), None);
}

#[tokio::test]
async fn all_that_is_wrong_with_a_scenario_is_told_at_once() {
    let town = Town::open().await;
    let mut broken = scenario();
    broken["rooms"][0]["site"] = json!("moon");
    broken["services"][1]["minutes"] = json!(7);
    let reply = town.post("/v1/plans", json!({ "scenario": broken })).await;
    let reply = reply.is(422, "invalid-scenario");
    let pointers: Vec<&str> = reply.violations().iter().map(|(pointer, _)| *pointer).collect();
    assert_eq!(pointers, ["/scenario/rooms/0/site", "/scenario/services/1/minutes"]);
    let mut unknown = scenario();
    unknown["colour"] = json!("blue");
    let reply = town.post("/v1/plans", json!({ "scenario": unknown })).await.is(400, "malformed");
    assert_eq!(reply.violations(), [("/scenario/colour", "field.unknown")]);
    let reply = town.post("/v1/plans", json!({ "scenario": scenario(), "seconds": 0 })).await;
    assert_eq!(reply.is(422, "invalid").violations(), [("/seconds", "range")]);
}

#[tokio::test]
async fn a_number_of_steps_gives_the_same_plan_each_time() {
    let town = Town::open().await;
    let mut plans = Vec::new();
    for _ in 0..2 {
        let body = json!({ "scenario": scenario(), "steps": 200, "gap": 0, "seed": 7 });
        let path = town.post("/v1/plans", body).await.ok(202).header("location").to_owned();
        let job = town.ended(&path).await;
        assert_eq!(job["status"], "done", "{job}");
        plans.push(job["result"]["plan"]["slots"].clone());
    }
    assert_eq!(plans[0], plans[1]);
}

#[tokio::test]
async fn a_mistake_is_told_at_once_also_where_the_plan_would_be_a_job() {
    let town = Town::open().await;
    let mut broken = scenario();
    broken["rooms"][0]["site"] = json!("moon");
    let reply = town.post("/v1/plans", json!({ "scenario": broken, "seconds": 60 })).await;
    let reply = reply.is(422, "invalid-scenario");
    assert_eq!(reply.violations()[0].0, "/scenario/rooms/0/site");
}
