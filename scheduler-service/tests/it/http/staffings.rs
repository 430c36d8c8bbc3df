//! `/v1/staffings`

use serde_json::{Value, json};

use super::harness::Town;
use super::plans::scenario;

/// The town's day with walk-ins and nothing else.
fn walk_ins() -> Value {
    let mut scenario = scenario();
    scenario["demand"] = json!([]);
    scenario["walk_in_quotas"] = json!([]);
    scenario["operations"] = json!({ "walk_ins": [{ "id": "w", "site": "hall", "from": "08:00",
        "until": "09:00", "per_hour": 2.0, "mix": [{ "service": "card", "share": 1.0 }] }] });
    scenario
}

fn body(targets: &[&str]) -> Value {
    json!({ "scenario": walk_ins(), "targets": targets, "steps": 5, "weeks": 1 })
}

#[tokio::test]
async fn a_staffing_is_a_job_whose_result_has_roster_bound_and_certificate() {
    let town = Town::open().await;
    let request = body(&["walk-ins within 60 minutes >= 50 %"]);
    let reply = town.post("/v1/staffings", request.clone()).await.ok(202);
    assert_eq!(reply.body["kind"], "staffing");
    let job = town.ended(reply.header("location")).await;
    assert_eq!(job["status"], "done", "{job}");
    let result = &job["result"];
    assert_eq!(result["schema"], "staffing/1");
    assert!(["proven", "suffices"].contains(&result["verdict"].as_str().unwrap()), "{result}");
    assert!(result["cost"].as_f64().unwrap() >= result["bound"].as_f64().unwrap() - 1e-6);
    assert_eq!(result["certificate"]["schema"], "staffing-certificate/1");
    assert_eq!(result["targets"][0]["of"], "walk_ins_within");
    // The same steps give the same answer.
    let again = town.post("/v1/staffings", request).await.ok(202);
    let again = town.ended(again.header("location")).await;
    assert_eq!(&again["result"], result);
}

#[tokio::test]
async fn what_is_wrong_is_told_at_once() {
    let town = Town::open().await;
    let reply = town.post("/v1/staffings", body(&["everybody happy"])).await;
    assert_eq!(reply.is(422, "invalid").violations(), [("/targets", "target")]);
    let reply = town.post("/v1/staffings", body(&[])).await.is(422, "invalid");
    assert_eq!(reply.violations(), [("/targets", "target")]);
    assert!(reply.body.to_string().contains("no target"), "{}", reply.body);
    let mut broken = body(&["overtime <= 15 minutes"]);
    broken["scenario"]["staffing"] = json!({ "shift_templates": [{ "id": "", "site": "moon",
        "start_from": "08:00", "minutes": 60, "skills": [] }] });
    let reply = town.post("/v1/staffings", broken).await.is(422, "invalid-scenario");
    let pointers: Vec<&str> = reply.violations().iter().map(|(pointer, _)| *pointer).collect();
    let base = "/scenario/staffing/shift_templates/0";
    assert_eq!(pointers, [format!("{base}/id"), format!("{base}/site")]);
}
