//! `/v1/simulations`, `/v1/comparisons`

use serde_json::{Value, json};

use super::harness::Town;
use super::plans::scenario;

/// Small enough to be answered at once.
fn small() -> Value {
    json!({ "replications": 20, "weeks": 1, "warm_up_weeks": 1, "plan_steps": 50 })
}

/// The figure called `id` of all sites together.
fn figure<'a>(figures: &'a Value, id: &str) -> &'a Value {
    let figures = figures.as_array().unwrap();
    figures.iter().find(|figure| figure["id"] == id && figure["site"].is_null()).unwrap()
}

async fn later(town: &Town, path: &str, mut body: Value) -> String {
    body["wait_seconds"] = json!(0);
    town.post(path, body).await.ok(202).header("location").to_owned()
}

#[tokio::test]
async fn a_small_simulation_is_answered_at_once_and_later_the_same() {
    let town = Town::open().await;
    let body = json!({ "scenario": scenario(), "options": small() });
    let now = town.post("/v1/simulations", body.clone()).await.ok(200).body;
    assert_eq!((&now["schema"], &now["replications"]), (&json!("simulation/1"), &json!(20)));
    let wait = figure(&now["figures"], "wait.appointment.mean");
    assert!(wait["value"].as_f64().unwrap() >= 0.0 && wait["half_width"].is_f64(), "{wait}");
    assert_eq!(wait["unit"], "minutes");

    let job = town.ended(&later(&town, "/v1/simulations", body).await).await;
    assert_eq!((&job["kind"], &job["status"]), (&json!("simulation"), &json!("done")));
    assert_eq!(job["result"], now);
}

#[tokio::test]
async fn a_plan_in_the_body_is_what_is_simulated() {
    let town = Town::open().await;
    let plans = json!({ "scenario": scenario(), "seconds": 5, "gap": 0.5 });
    let mut plan = town.post("/v1/plans", plans).await.ok(200).body["plan"].clone();
    let simulated = async |plan: &Value| {
        let body = json!({ "scenario": scenario(), "plan": plan, "options": small() });
        town.post("/v1/simulations", body).await
    };
    let full = simulated(&plan).await.ok(200).body;
    plan["slots"] = json!([]);
    let empty = simulated(&plan).await.ok(200).body;
    let served = |body: &Value| figure(&body["figures"], "served.appointment")["value"].as_f64();
    assert!(served(&full) > Some(0.0), "{full}");
    assert!(served(&empty).is_none_or(|served| served == 0.0));
    let mut options = small();
    options["booking_by"] = json!("ledger");
    let body = json!({ "scenario": scenario(), "plan": plan, "options": options });
    let through = town.post("/v1/simulations", body).await.ok(200).body;
    assert_eq!((&empty["booking_by"], &through["booking_by"]), (&json!("slots"), &json!("ledger")));
    assert!(served(&through) > Some(0.0), "{through}");
    plan["slots"] = json!([{ "service": "card", "site": "moon", "room": "r1", "staff": "ada",
        "start": "2027-03-01T08:00:00+01:00" }]);
    let reply = simulated(&plan).await;
    assert!(matches!(reply.status.as_u16(), 400 | 422), "{}", reply.body);
    assert!(
        reply.violations().iter().all(|(pointer, _)| pointer.starts_with("/plan")),
        "{}",
        reply.body
    );
}

#[tokio::test]
async fn mistakes_are_told_before_anything_becomes_a_job() {
    let town = Town::open().await;
    let mut broken = scenario();
    broken["rooms"][0]["site"] = json!("moon");
    broken["operations"] = json!({ "sick_share": 7 });
    let body = json!({ "scenario": broken, "wait_seconds": 0 });
    let reply = town.post("/v1/simulations", body).await.is(422, "invalid-scenario");
    let pointers: Vec<&str> = reply.violations().iter().map(|(pointer, _)| *pointer).collect();
    assert_eq!(pointers, ["/scenario/rooms/0/site", "/scenario/operations/sick_share"]);
    let options = json!({ "weeks": 0, "precision": 2 });
    let body = json!({ "scenario": scenario(), "options": options });
    let reply = town.post("/v1/simulations", body).await.is(422, "invalid");
    assert_eq!(reply.violations(), [("/options/precision", "range"), ("/options/weeks", "range")]);
    let body = json!({ "scenario": scenario(), "options": { "colour": 1 } });
    let reply = town.post("/v1/simulations", body).await.is(400, "malformed");
    assert_eq!(reply.violations(), [("/options/colour", "unknown-field")]);
}

#[tokio::test]
async fn that_there_is_no_plan_is_told_with_reasons() {
    let town = Town::open().await;
    let mut scenario = scenario();
    scenario["appointments"] = json!(["08:00", "08:15"].map(|time| json!({
        "id": time, "service": "card", "site": "hall", "persons": 1,
        "start": format!("2027-03-01T{time}:00+01:00") })));
    let body = json!({ "scenario": scenario, "options": small() });
    let reply = town.post("/v1/simulations", body).await.is(422, "no-plan");
    assert!(reply.violations()[0].0.starts_with("/scenario"));
}

#[tokio::test]
async fn a_long_simulation_tells_how_far_it_is_and_can_be_stopped() {
    let town = Town::open().await;
    let options = json!({ "replications": 1_000_000, "weeks": 52, "plan_steps": 50 });
    let body = json!({ "scenario": scenario(), "options": options });
    let path = later(&town, "/v1/simulations", body).await;
    loop {
        let job = town.get(&path).await.ok(200).body;
        assert!(job.get("ended_at").is_none(), "{job}");
        if job["progress"]["replications"].as_u64() > Some(0) {
            assert_eq!(job["progress"]["stage"], "simulating");
            break;
        }
        tokio::task::yield_now().await;
    }
    town.post(&format!("{path}/cancel"), json!({})).await.ok(200);
    let job = town.ended(&path).await;
    assert_eq!(job["status"], "done", "{job}");
    let result = &job["result"];
    assert_eq!(result["stop"], "cancelled");
    assert!((1..1_000_000).contains(&result["replications"].as_u64().unwrap()));
}

fn variant(name: &str, edits: &Value) -> Value {
    json!({ "schema": "variant/1", "name": name, "edits": edits })
}

#[tokio::test]
async fn variants_are_compared_with_the_scenario_figure_by_figure() {
    let town = Town::open().await;
    let variants = json!([
        variant("as it is", &json!([])),
        variant("twice as many", &json!([{ "edit": "scale_requests", "factor": 2 }])),
    ]);
    let body = json!({ "scenario": scenario(), "variants": variants, "options": small() });
    let now = town.post("/v1/comparisons", body.clone()).await.ok(200).body;
    assert_eq!(now["schema"], "comparison/1");
    let names: Vec<&Value> =
        now["variants"].as_array().unwrap().iter().map(|variant| &variant["name"]).collect();
    assert_eq!(names[1..], ["as it is", "twice as many"]);
    let same = figure(&now["variants"][1]["figures"], "served.appointment");
    assert_eq!((&same["verdict"], &same["difference"]["value"]), (&json!("same"), &json!(0.0)));
    let more = figure(&now["variants"][2]["figures"], "served.appointment");
    assert_eq!(more["verdict"], "better", "{more}");

    let job = town.ended(&later(&town, "/v1/comparisons", body).await).await;
    assert_eq!((&job["kind"], &job["status"]), (&json!("comparison"), &json!("done")));
    assert_eq!(job["result"], now);
}

#[tokio::test]
async fn what_is_wrong_with_variants_is_told_with_places_in_the_body() {
    let town = Town::open().await;
    let compare = async |variants: Value| {
        let body = json!({ "scenario": scenario(), "variants": variants, "options": small() });
        town.post("/v1/comparisons", body).await
    };
    let fine = variant("fine", &json!([]));
    let wrong = variant(
        "wrong",
        &json!([
            { "edit": "scale_walk_ins", "factor": 2000 },
            { "edit": "scale_requests", "factor": -1 },
        ]),
    );
    let reply = compare(json!([fine, wrong])).await.is(422, "invalid-variant");
    assert!(reply.violations().len() >= 2, "{}", reply.body);
    assert!(
        reply.violations().iter().all(|(pointer, _)| pointer.starts_with("/variants/1/edits/"))
    );
    let unknown = variant("unknown", &json!([{ "edit": "paint" }]));
    let reply = compare(json!([unknown])).await.is(422, "invalid-variant");
    assert_eq!(reply.violations()[0].0, "/variants/0/edits/0/edit");
    assert_eq!(compare(json!([])).await.is(422, "invalid").violations(), [("/variants", "length")]);
}

#[tokio::test]
async fn the_same_key_adds_one_simulation_only() {
    let town = Town::open().await;
    let keyed = town.idempotent("one");
    let body = json!({ "scenario": scenario(), "options": small() });
    let path = later(&keyed, "/v1/simulations", body.clone()).await;
    assert_eq!(later(&keyed, "/v1/simulations", body.clone()).await, path);
    keyed.post("/v1/simulations", body).await.is(422, "idempotency-key-reused");
}
