//! `scheduler staff --for-plan`

use serde_json::{Value, json};

use super::office::{Office, scenario};

/// An office with two promises at different times and a plan in `plan.json` that gives one to each
/// clerk.
fn planned() -> (Office, Value) {
    let mut scenario = scenario();
    let promise = |id: &str, start: &str| json!({ "id": id, "service": "a", "site": "s", "start": start, "persons": 1 });
    scenario["walk_in_quotas"] = json!([]);
    scenario["appointments"] = json!([
        promise("early", "2027-03-04T09:00:00+01:00"),
        promise("late", "2027-03-04T10:00:00+01:00"),
    ]);
    let office = Office::with(&scenario);
    let run = office.plan(&["--out", "plan.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let mut plan: Value = serde_json::from_str(&office.read("plan.json")).unwrap();
    let slots = plan["slots"].as_array_mut().unwrap();
    slots.retain(|slot| slot["appointment"] != Value::Null);
    for (slot, clerk) in slots.iter_mut().zip(["c-1", "c-2"]) {
        slot["staff"] = json!(clerk);
    }
    for field in ["stays", "objective", "upper_bound", "gap"] {
        plan.as_object_mut().unwrap().remove(field);
    }
    office.write("plan.json", plan.to_string().as_bytes());
    (office, plan)
}

const STAFF: [&str; 6] = ["staff", "scenario.json", "--for-plan", "plan.json", "--steps", "1000"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    STAFF.iter().chain(more).copied().collect()
}

#[test]
fn one_clerk_keeps_both_promises_and_the_other_is_free() {
    let (office, _) = planned();
    let run = office.run(&with(&["--format", "json", "--out", "staffed.json"]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    let answer = run.json();
    assert_eq!(answer["schema"], "staff-for-plan/1");
    assert_eq!((&answer["needed"], &answer["at_least"]), (&json!(1), &json!(1)));
    assert_eq!((&answer["proven"], &answer["valid"]), (&json!(true), &json!(true)));
    assert_eq!(answer["planned"], json!(2));
    let thursday = &answer["days"][0];
    assert_eq!((&thursday["date"], &thursday["promises"]), (&json!("2027-03-04"), &json!(2)));
    assert_eq!((&thursday["present"], &thursday["needed"]), (&json!(2), &json!(1)));
    assert_eq!(thursday["clerks"].as_array().unwrap().len(), 1);
    assert_eq!(thursday["free"].as_array().unwrap().len(), 1);
    let friday = &answer["days"][1];
    assert_eq!((&friday["needed"], &friday["free"]), (&json!(0), &json!(["c-1", "c-2"])));
    // The plan that comes out is one that the judge accepts.
    let run = office.run(&["check", "scenario.json", "staffed.json"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
}

#[test]
fn the_answer_is_read_in_both_languages() {
    let (office, _) = planned();
    let run = office.run(&with(&[]));
    assert_eq!(run.code, 0, "{}", run.stderr);
    for expected in ["Fewest clerks", "At least", "1 clerk-day suffices", "free: ", "Süd"] {
        assert!(run.stdout.contains(expected), "{expected}: {}", run.stdout);
    }
    let run = office.run(&with(&["--language", "de"]));
    for expected in ["Wenigste", "Mindestens", "1 Personentag genügt", "frei: "] {
        assert!(run.stdout.contains(expected), "{expected}: {}", run.stdout);
    }
}

#[test]
fn what_nobody_can_keep_is_told() {
    let (office, mut plan) = planned();
    // Three at a time are one too many.
    let slots = plan["slots"].as_array_mut().unwrap();
    for clerk in ["c-1", "c-2"] {
        let mut more = slots[0].clone();
        more["appointment"] = Value::Null;
        more["staff"] = json!(clerk);
        slots.push(more);
    }
    office.write("plan.json", plan.to_string().as_bytes());
    let run = office.run(&with(&["--slots"]));
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("All clerks on shift together cannot keep it"), "{}", run.stdout);
    let answer = office.run(&with(&["--slots", "--format", "json"])).json();
    assert_eq!((&answer["needed"], &answer["days"][0]["at_least"]), (&Value::Null, &json!(3)));
    assert_eq!(answer["valid"], json!(false));
}

#[test]
fn a_plan_is_asked_for() {
    let (office, _) = planned();
    assert_eq!(office.run(&["staff", "scenario.json", "--slots"]).code, 2);
    let run = office.run(&["staff", "scenario.json", "--for-plan", "nowhere.json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("nowhere.json"), "{}", run.stderr);
}
