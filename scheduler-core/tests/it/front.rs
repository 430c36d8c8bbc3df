//! What embedders meet first: builders, `Planner`, JSON in and out.

use scheduler_core::json;
use scheduler_core::plan::{Stop, plan};
use scheduler_core::prelude::*;
use serde_json::{Value, json};

const COUNTER: &str = include_str!("../../docs/counter.json");

fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

/// Codes and pointers of the findings of a failure, after its own code.
fn found(failure: Result<String, String>) -> (String, Vec<(String, String)>) {
    let failure = parsed(&failure.unwrap_err());
    assert_eq!(failure["schema"], "failure/1");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let findings = failure["findings"].as_array().unwrap().iter();
    let findings = findings.map(|found| (text(&found["code"]), text(&found["pointer"])));
    (text(&failure["code"]), findings.collect())
}

fn pair(code: &str, pointer: &str) -> (String, String) {
    (code.to_owned(), pointer.to_owned())
}

#[test]
fn a_scenario_in_code_is_the_same_as_in_a_file() {
    let (eight, noon) = (Clock::at(8, 0), Clock::at(12, 0));
    let date = |text: &str| text.parse().unwrap();
    let clerk = |id| Staff::new(id).shift(Shift::new("hall", eight, noon));
    let mut built = Scenario::builder("Europe/Berlin", date("2027-03-01"), date("2027-03-05"))
        .name("One counter")
        .site(Site::new("hall").open(eight, noon))
        .room(Room::new("counter-1", "hall"))
        .room(Room::new("counter-2", "hall"))
        .service(Service::new("card", 15))
        .staff(clerk("ann"))
        .staff(clerk("bob"))
        .demand(Demand::new("cards", "card", "hall", 12.0).between(eight, noon))
        .build();
    let read = Scenario::from_json(COUNTER.as_bytes()).unwrap();
    built.operations.clone_from(&read.operations);
    assert_eq!(built, read);
}

#[test]
fn the_planner_plans_as_the_function_does_and_stops_when_told() {
    let problem = Problem::new(&Scenario::from_json(COUNTER.as_bytes()).unwrap()).unwrap();
    let mut by_call = Planner::new(&problem).steps(300).gap(0.0).seed(7).threads(1).plan().unwrap();
    let options = Options {
        budget: Budget::Steps(300),
        gap: 0.0,
        seed: 7,
        threads: Some(1),
        ..Options::default()
    };
    let mut by_function = plan(&problem, &options, &WallClock::start()).unwrap();
    (by_call.plan.seconds, by_function.plan.seconds) = (0.0, 0.0);
    assert_eq!(by_call.plan, by_function.plan);

    let stop = Cancel::new();
    stop.clone().cancel();
    match Planner::new(&problem).seconds(1e9).gap(0.0).cancel(&stop).plan() {
        Ok(outcome) => assert_eq!(outcome.stop, Stop::Cancelled),
        Err(error) => assert!(matches!(error, PlanError::NotFound { .. }), "{error}"),
    }
}

#[test]
fn json_says_everything_that_is_wrong_with_scenario_and_options_at_once() {
    let mut scenario = parsed(COUNTER);
    scenario["rooms"][0]["site"] = json!("hal");
    let answer = json::plan(&scenario.to_string(), r#"{ "steps": 10, "gap": 2, "sed": 1 }"#);
    let (code, findings) = found(answer);
    assert_eq!(code, "scenario");
    assert!(findings.contains(&pair("reference.unknown", "/rooms/0/site")), "{findings:?}");
    assert!(findings.contains(&pair("field.unknown", "/sed")), "{findings:?}");
    assert!(findings.iter().any(|(_, pointer)| pointer == "/gap"), "{findings:?}");
}

#[test]
fn json_answers_why_there_is_no_plan() {
    let mut scenario = parsed(COUNTER);
    scenario["walk_in_quotas"] = json!([{ "id": "q", "site": "hall", "from": "08:00",
        "until": "12:00", "min_share": 1, "block_minutes": 30, "skills": [] }]);
    scenario["appointments"] = json!([{ "id": "p", "service": "card", "site": "hall",
        "start": "2027-03-01T09:00:00+01:00", "persons": 1 }]);
    let (code, conflicts) = found(json::plan(&scenario.to_string(), r#"{ "steps": 10 }"#));
    assert_eq!(code, "infeasible");
    assert!(!conflicts.is_empty());
}

#[test]
fn json_judges_plans_and_simulates_only_those_of_the_scenario() {
    let mut plan = parsed(&json::plan(COUNTER, r#"{ "steps": 100 }"#).unwrap());
    let slot = plan["slots"][0].clone();
    plan["slots"].as_array_mut().unwrap().push(slot);
    let verdict = parsed(&json::check(COUNTER, &plan.to_string()).unwrap());
    assert_eq!(verdict["valid"], false);
    assert!(verdict["violations"].as_array().unwrap().len() > 1);

    plan["slots"][0]["staff"] = json!("nobody");
    let (code, findings) = found(json::simulate(COUNTER, &plan.to_string(), ""));
    assert_eq!(code, "plan");
    assert_eq!(findings, [pair("reference.unknown", "/slots/0/staff")]);
    let (code, _) = found(json::check(COUNTER, "{"));
    assert_eq!(code, "plan");
}
