//! `scheduler plan`

use std::io::Read;
use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::office::{Office, scenario};

#[test]
fn a_plan_is_summed_up_on_stdout_and_nothing_is_on_stderr() {
    let run = Office::new().plan(&[]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for words in ["Büro", "Gap", "at most", "better", "Süd", "Ausweis", "What limits the plan"] {
        assert!(run.stdout.contains(words) || run.stdout.contains("no better plan"), "{words}");
    }
}

#[test]
fn the_summary_speaks_german() {
    let run = Office::new().plan(&["--language", "de", "--details"]);
    assert_eq!(run.code, 0);
    assert!(run.stdout.contains("Donnerstag, 4. März 2027"), "{}", run.stdout);
    assert!(run.stdout.contains("Quote für Spontankunden q, 08:00–10:00"), "{}", run.stdout);
}

#[test]
fn as_json_stdout_is_the_plan() {
    let run = Office::new().plan(&["--format", "json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let plan = run.json();
    assert_eq!(plan["schema"], "plan/1");
    assert!(plan["slots"].as_array().unwrap().len() > 20);
}

#[test]
fn as_json_with_a_file_for_the_plan_stdout_is_a_summary() {
    let office = Office::new();
    let run = office.plan(&["--format", "json", "--out", "plan.json"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let summary = run.json();
    let plan: Value = serde_json::from_str(&office.read("plan.json")).unwrap();
    assert_eq!(summary["schema"], "summary/1");
    assert_eq!(plan["schema"], "plan/1");
    assert_eq!(summary["objective"], plan["objective"]);
    assert_eq!(summary["total"]["slots"], plan["slots"].as_array().unwrap().len());
    assert!(["optimal", "gap", "budget"].contains(&summary["stop"].as_str().unwrap()));
}

#[test]
fn with_the_plan_on_stdout_the_summary_is_on_stderr() {
    let run = Office::new().plan(&["--out", "-"]);
    assert_eq!(run.code, 0);
    assert_eq!(run.json()["schema"], "plan/1");
    assert!(run.stderr.contains("Gap"), "{}", run.stderr);
}

#[test]
fn the_scenario_may_come_from_stdin() {
    let office = Office::new();
    let arguments = ["plan", "-", "--steps", "200", "--format", "json"];
    let run = office.run_with_input(&arguments, scenario().to_string().as_bytes());
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert_eq!(run.json()["schema"], "plan/1");
}

#[test]
fn the_same_steps_and_seed_give_the_same_plan() {
    let office = Office::new();
    let plan = |threads: &str, seed: &str| {
        let arguments = ["--seed", seed, "--gap", "0", "--format", "json"];
        let mut all = vec!["plan", "scenario.json", "--steps", "500", "--threads", threads];
        all.extend(arguments);
        let mut plan = office.run(&all).json();
        plan["seconds"] = Value::Null;
        plan
    };
    assert_eq!(plan("1", "7"), plan("2", "7"));
    assert_eq!(plan("1", "8")["seed"], 8);
}

#[test]
fn the_exact_engine_proves_its_plan() {
    let mut small = scenario();
    small["horizon"]["until"] = "2027-03-04".into();
    small["sites"][0]["open"][0]["until"] = "10:00".into();
    let office = Office::with(&small);
    let arguments =
        ["plan", "scenario.json", "--gap", "0", "--engine", "exact", "--format", "json"];
    let run = office.run(&[&arguments[..], &["--seconds", "60"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let plan = run.json();
    assert_eq!(plan["engine"], "exact");
    assert!(plan["gap"].as_f64().unwrap() < 1e-6, "{plan}");
}

#[test]
fn a_chart_of_the_day_and_site_that_were_asked_for_is_drawn() {
    let office = Office::new();
    let chart = ["--chart", "day.svg", "--chart-day", "2027-03-05", "--chart-site", "s"];
    let run = office.plan(&[&chart[..], &["--language", "de"]].concat());
    assert_eq!(run.code, 0, "{}", run.stderr);
    let svg = office.read("day.svg");
    assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
    assert!(svg.contains("Freitag, 5. März 2027"), "{svg}");
}

#[test]
fn warnings_are_on_stderr_and_the_plan_is_made() {
    let mut late = scenario();
    late["demand"][0]["until"] = "18:00".into();
    let run = Office::with(&late).plan(&["--format", "json"]);
    assert_eq!(run.code, 0);
    assert!(run.stderr.contains("warning demand.opening at /demand/0"), "{}", run.stderr);
    assert_eq!(run.json()["schema"], "plan/1");
}

/// A quota for more time than the break leaves of the day.
fn impossible() -> Value {
    let mut scenario = scenario();
    for clerk in scenario["staff"].as_array_mut().unwrap() {
        clerk["shifts"][0]["break"] = json!({"minutes": 60, "from": "08:00", "until": "10:00"});
    }
    scenario["walk_in_quotas"][0]["min_share"] = json!(0.9);
    scenario
}

#[test]
fn where_there_is_no_plan_the_reasons_are_the_result() {
    let office = Office::with(&impossible());
    office.write("plan.json", b"precious");
    for engine in ["search", "exact"] {
        let run = office.plan(&["--engine", engine, "--out", "plan.json"]);
        assert_eq!((run.code, run.stderr.as_str()), (1, ""), "{engine}");
        assert!(run.stdout.contains("/walk_in_quotas/0"), "{engine}: {}", run.stdout);
        assert!(run.stdout.contains("conflict"), "{engine}: {}", run.stdout);
    }
    // Nothing is written where nothing was found.
    assert_eq!(office.read("plan.json"), "precious");
    assert_eq!(office.files(), ["plan.json", "scenario.json"]);
}

#[test]
fn where_validation_already_rules_a_plan_out_no_time_is_spent_on_one() {
    let mut scenario = scenario();
    scenario["walk_in_quotas"][0]["skills"] = json!(["y"]);
    let office = Office::with(&scenario);
    let run = office.run(&["plan", "scenario.json", "--seconds", "1000000"]);
    assert_eq!((run.code, run.stderr.as_str()), (1, ""));
    let found = "infeasible quota.no_clerk at /walk_in_quotas/0/skills";
    assert_eq!(run.stdout.matches(found).count(), 1, "{}", run.stdout);
}

#[test]
fn where_there_is_no_plan_the_reasons_come_as_json_too() {
    let run = Office::with(&impossible()).plan(&["--format", "json"]);
    assert_eq!(run.code, 1, "{}", run.stderr);
    let answer = run.json();
    assert_eq!(answer["schema"], "no-plan/1");
    assert_eq!(answer["infeasible"], true);
    assert_eq!(answer["conflicts"][0]["pointer"], "/walk_in_quotas/0");
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_command_quietly() {
    let office = Office::new();
    for arguments in [&["--format", "json"][..], &["--details"]] {
        let all = [&["plan", "scenario.json", "--steps", "500"], arguments].concat();
        let mut child = office.command(&all).spawn().unwrap();
        drop(child.stdout.take());
        let mut stderr = String::new();
        child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
        assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_the_search_and_the_plan_so_far_is_written() {
    let office = Office::new();
    let arguments = ["plan", "scenario.json", "--seconds", "600", "--gap", "0"];
    let child = office.command(&[&arguments[..], &["--out", "plan.json"]].concat()).spawn();
    let child = child.unwrap();
    let begun = Instant::now();
    // The file beside its place appears when the command is ready to be interrupted.
    while office.files().len() < 2 {
        assert!(begun.elapsed() < Duration::from_secs(60), "the command did not begin");
        std::thread::yield_now();
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(kill.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(begun.elapsed() < Duration::from_secs(300));
    let check = office.run(&["check", "scenario.json", "plan.json"]);
    assert_eq!(check.code, 0, "{}", check.stdout);
}

/// A quota that nobody can hold leaves no plan; with `--relax` it is named as short.
#[test]
fn relaxed_quotas_are_short_and_the_rest_is_planned() {
    let office = Office::new();
    let mut file = scenario();
    file["walk_in_quotas"][0]["skills"] = json!(["welding"]);
    std::fs::write(office.directory.path().join("hard.json"), file.to_string()).unwrap();
    let steps = ["--steps", "200", "--out", "plan.json"];
    let strict = office.run(&[&["plan", "hard.json"], &steps[..]].concat());
    assert_eq!(strict.code, 1, "{}", strict.stderr);
    let relaxed = office.run(&[&["plan", "hard.json", "--relax"], &steps[..]].concat());
    assert_eq!(relaxed.code, 0, "{}", relaxed.stderr);
    let judged = office.run(&["check", "hard.json", "plan.json", "--relax", "--format", "json"]);
    assert_eq!(judged.code, 0, "{}", judged.stdout);
    let verdict = judged.json();
    // Each of the two dates lacks a quarter of four desk hours.
    let short = verdict["shortages"].as_array().unwrap();
    let whole: Vec<_> = short.iter().filter(|short| short["kind"] == "quota").collect();
    assert_eq!(whole.len(), 2, "{short:?}");
    assert!(whole.iter().all(|short| short["missing_minutes"] == 60), "{short:?}");
    let strict = office.run(&["check", "hard.json", "plan.json"]);
    assert_eq!(strict.code, 1);
    assert!(strict.stderr.contains("with --relax the plan is valid"), "{}", strict.stderr);
}
