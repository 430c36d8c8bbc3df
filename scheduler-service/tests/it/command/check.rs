//! `scheduler check`

use serde_json::{Value, json};

use super::office::Office;

/// An office with a plan in `plan.json`.
fn planned() -> (Office, Value) {
    let office = Office::new();
    let run = office.plan(&["--out", "plan.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    let plan = serde_json::from_str(&office.read("plan.json")).unwrap();
    (office, plan)
}

#[test]
fn a_plan_of_the_planner_is_valid() {
    let (office, plan) = planned();
    let run = office.run(&["check", "scenario.json", "plan.json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.starts_with("valid: every rule is kept"), "{}", run.stdout);
    let run = office.run(&["check", "scenario.json", "plan.json", "--format", "json"]);
    let verdict = run.json();
    assert_eq!((run.code, &verdict["valid"]), (0, &json!(true)));
    assert_eq!(verdict["claimed_objective"], plan["objective"]);
    assert_eq!(verdict["violations"], json!([]));
}

#[test]
fn either_file_may_come_from_stdin() {
    let (office, plan) = planned();
    let plan = plan.to_string();
    let run = office.run_with_input(&["check", "scenario.json", "-"], plan.as_bytes());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let scenario = office.read("scenario.json");
    let run = office.run_with_input(&["check", "-", "plan.json"], scenario.as_bytes());
    assert_eq!(run.code, 0, "{}", run.stderr);
}

#[test]
fn an_edited_plan_is_found_out() {
    let (office, plan) = planned();
    let edits: [(&str, Edit, &str); 4] = [
        ("a slot twice", double_first_slot, "clerk.double_booked"),
        ("no walk-in blocks", |plan| plan["walk_in_blocks"] = json!([]), "quota.short"),
        ("a lower bound", |plan| plan["upper_bound"] = 1.0.into(), "bound.below_objective"),
        ("an unknown clerk", |plan| plan["slots"][0]["staff"] = "nobody".into(), "/slots/0/staff"),
    ];
    for (what, edit, expected) in edits {
        let mut edited = plan.clone();
        edit(&mut edited);
        office.write("edited.json", edited.to_string().as_bytes());
        let run = office.run(&["check", "scenario.json", "edited.json"]);
        assert_eq!(run.code, 1, "{what}: {}", run.stdout);
        let relaxed = "only quotas lack something: with --relax the plan is valid\n";
        let hint = if expected == "quota.short" { relaxed } else { "" };
        assert_eq!(run.stderr, hint, "{what}");
        assert!(run.stdout.contains(expected), "{what}: {}", run.stdout);
        assert!(run.stdout.contains("not valid: "), "{what}: {}", run.stdout);
        let run = office.run(&["check", "scenario.json", "edited.json", "--format", "json"]);
        assert_eq!((run.code, &run.json()["valid"]), (1, &json!(false)), "{what}");
    }
}

/// Whoever deletes a slot by hand need not count anew what the plan is worth.
#[test]
fn a_stale_objective_is_told_and_no_error() {
    let (office, mut plan) = planned();
    let slot = plan["slots"].as_array_mut().unwrap().pop().unwrap();
    assert_eq!(slot["appointment"], Value::Null);
    office.write("edited.json", plan.to_string().as_bytes());
    let run = office.run(&["check", "scenario.json", "edited.json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    assert!(run.stdout.contains("warning objective.wrong at /objective"), "{}", run.stdout);
    assert!(run.stdout.contains("valid: every rule is kept"), "{}", run.stdout);
    let verdict = office.run(&["check", "scenario.json", "edited.json", "--format", "json"]).json();
    assert_eq!(verdict["valid"], json!(true));
    assert_eq!(verdict["claimed_objective"], plan["objective"]);
    assert!(verdict["objective"].as_f64() < plan["objective"].as_f64());
}

/// What is edited by hand need not say what it is worth, nor what made it.
#[test]
fn a_plan_without_figures_is_judged() {
    let (office, mut plan) = planned();
    let objective = plan["objective"].clone();
    for field in ["objective", "upper_bound", "gap", "seconds", "engine", "seed", "stays"] {
        assert!(plan.as_object_mut().unwrap().remove(field).is_some(), "{field}");
    }
    office.write("edited.json", plan.to_string().as_bytes());
    let run = office.run(&["check", "scenario.json", "edited.json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    for expected in ["warning objective.wrong", "warning bound.missing", "bound not known", " stay"]
    {
        assert!(run.stdout.contains(expected), "{expected}: {}", run.stdout);
    }
    let verdict = office.run(&["check", "scenario.json", "edited.json", "--format", "json"]).json();
    assert_eq!((&verdict["valid"], &verdict["claimed_objective"]), (&json!(true), &Value::Null));
    assert_eq!((&verdict["upper_bound"], &verdict["gap"]), (&Value::Null, &Value::Null));
    let (counted, was) = (verdict["objective"].as_f64().unwrap(), objective.as_f64().unwrap());
    assert!((counted - was).abs() < 1e-6, "{counted} {was}");
}

/// Changes a plan.
type Edit = fn(&mut Value);

fn double_first_slot(plan: &mut Value) {
    let slots = plan["slots"].as_array_mut().unwrap();
    slots.push(slots[0].clone());
}

#[test]
fn a_plan_with_unknown_fields_is_bad_input() {
    let (office, mut plan) = planned();
    plan["comment"] = "mine".into();
    office.write("edited.json", plan.to_string().as_bytes());
    let run = office.run(&["check", "scenario.json", "edited.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("comment"), "{}", run.stderr);
}
