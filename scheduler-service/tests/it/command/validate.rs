//! `scheduler validate`

use serde_json::json;

use super::office::{Office, scenario};

#[test]
fn a_good_scenario_has_no_findings() {
    let run = Office::new().run(&["validate", "scenario.json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.stdout, "scenario.json: nothing found\n");
}

#[test]
fn all_mistakes_come_at_once_with_code_place_and_count() {
    let mut bad = scenario();
    bad["services"][0]["minutes"] = 7.into();
    bad["rooms"][1]["site"] = "elsewhere".into();
    bad["demand"][0]["mean"] = (-1).into();
    let office = Office::with(&bad);
    let run = office.run(&["validate", "scenario.json"]);
    assert_eq!((run.code, run.stderr.as_str()), (2, ""));
    for place in ["/services/0/minutes", "/rooms/1/site", "/demand/0/mean"] {
        assert!(run.stdout.contains(place), "{place}: {}", run.stdout);
    }
    assert!(run.stdout.ends_with("scenario.json: 3 errors\n"), "{}", run.stdout);
    let run = office.run(&["validate", "scenario.json", "--format", "json"]);
    assert_eq!(run.code, 2);
    let list = run.json();
    assert_eq!(list["schema"], "findings/1");
    assert_eq!(list["findings"].as_array().unwrap().len(), 3);
    assert_eq!(list["findings"][0]["severity"], "error");
}

#[test]
fn mistakes_in_a_scenario_to_plan_are_messages() {
    let mut bad = scenario();
    bad["grid_minutes"] = 0.into();
    let run = Office::with(&bad).plan(&[]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("/grid_minutes"), "{}", run.stderr);
    let run = Office::with(&bad).plan(&["--format", "json"]);
    let list: serde_json::Value = serde_json::from_str(&run.stderr).unwrap();
    assert_eq!(list["findings"][0]["pointer"], "/grid_minutes");
}

#[test]
fn a_promise_that_nobody_could_keep_is_infeasible() {
    let mut promised = scenario();
    promised["appointments"] = json!([{"id": "p", "service": "a", "site": "s", "persons": 1,
                                       "start": "2027-03-04T20:00:00+01:00"}]);
    let run = Office::with(&promised).run(&["validate", "scenario.json"]);
    assert_eq!(run.code, 1, "{}", run.stdout);
    assert!(run.stdout.contains("/appointments/0"), "{}", run.stdout);
    assert!(run.stdout.contains("infeasible"), "{}", run.stdout);
}

/// What only counting sees, as `plan` does: three at once, and only two who know it.
#[test]
fn promises_that_nobody_could_keep_together_are_a_conflict() {
    let mut promised = scenario();
    let all = ["p", "q", "r"].map(|id| {
        json!({"id": id, "service": "a", "site": "s", "persons": 1,
               "start": "2027-03-04T09:00:00+01:00"})
    });
    promised["appointments"] = json!(all);
    let office = Office::with(&promised);
    let found = office.run(&["validate", "scenario.json"]);
    assert_eq!(found.code, 1, "{}", found.stdout);
    // Neither clerks nor rooms are enough.
    assert!(found.stdout.ends_with("2 conflicts\n"), "{}", found.stdout);
    assert_eq!(office.plan(&[]).code, 1);
}

#[test]
fn warnings_alone_are_no_failure() {
    let mut late = scenario();
    late["demand"][0]["until"] = "18:00".into();
    let run = Office::with(&late).run(&["validate", "scenario.json"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.ends_with("scenario.json: 1 warning\n"), "{}", run.stdout);
}

#[test]
fn stdin_is_called_by_its_name() {
    let run = Office::new().run_with_input(&["validate", "-"], b"");
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("stdin"), "{}", run.stdout);
}
