//! `scheduler simulate`

use serde_json::Value;

use super::office::{Office, Run};

/// `simulate` of `scenario.json` with a small plan and few weeks.
fn simulate(office: &Office, arguments: &[&str]) -> Run {
    let all = ["simulate", "scenario.json", "--steps", "300", "--weeks", "1"];
    office.run(&[&all[..], arguments].concat())
}

fn figure<'a>(report: &'a Value, id: &str) -> &'a Value {
    let figures = report["figures"].as_array().unwrap();
    figures.iter().find(|one| one["id"] == id && one["site"].is_null()).unwrap()
}

#[test]
fn a_scenario_is_planned_and_simulated_at_once() {
    let run = simulate(&Office::new(), &["--replications", "4"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    for words in ["Büro", "4 replications", "With an appointment", "±", "How it is counted"] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
    let run = simulate(&Office::new(), &["--replications", "4", "--language", "de"]);
    assert!(run.stdout.contains("Mittlere Wartezeit"), "{}", run.stdout);
}

#[test]
fn output_is_the_same_for_any_number_of_threads() {
    let office = Office::new();
    for form in ["text", "json", "csv"] {
        let outputs = ["1", "2", "8"].map(|threads| {
            let arguments = ["simulate", "scenario.json", "--steps", "300", "--weeks", "1"];
            let more = ["--replications", "20", "--format", form, "--details"];
            let mut command = office.command(&[&arguments[..], &more].concat());
            let run: Run = command.env("RAYON_NUM_THREADS", threads).output().unwrap().into();
            assert_eq!((run.code, run.stderr.as_str()), (0, ""));
            run.stdout
        });
        assert_eq!(outputs[0], outputs[1], "{form}");
        assert_eq!(outputs[0], outputs[2], "{form}");
    }
}

#[test]
fn a_given_plan_is_simulated() {
    let office = Office::new();
    assert_eq!(office.plan(&["--out", "plan.json"]).code, 0);
    let arguments = ["--plan", "plan.json", "--replications", "3", "--format", "json"];
    let with_plan = simulate(&office, &arguments).json();
    assert_eq!(with_plan["schema"], "simulation/1");
    assert_eq!(with_plan["replications"], 3);
    assert!(figure(&with_plan, "served.appointment")["value"].as_f64().unwrap() > 1.0);
    // Without its slots nobody gets an appointment.
    let mut plan: Value = serde_json::from_str(&office.read("plan.json")).unwrap();
    plan["slots"] = Value::Array(Vec::new());
    office.write("plan.json", plan.to_string().as_bytes());
    let without = simulate(&office, &arguments).json();
    assert_eq!(figure(&without, "served.appointment")["value"], 0.0);
    assert_eq!(figure(&without, "lead.without_offer")["value"], 1.0);
    // Through the ledger people get whatever can be kept.
    let through = [&arguments[..], &["--booking-by", "ledger"]].concat();
    let through = simulate(&office, &through).json();
    assert_eq!(
        (&without["booking_by"], &through["booking_by"]),
        (&"slots".into(), &"ledger".into())
    );
    assert!(figure(&through, "served.appointment")["value"].as_f64().unwrap() > 1.0);
}

#[test]
fn a_plan_that_does_not_fit_is_refused_with_all_reasons() {
    let office = Office::new();
    assert_eq!(office.plan(&["--out", "plan.json"]).code, 0);
    let mut plan: Value = serde_json::from_str(&office.read("plan.json")).unwrap();
    plan["slots"][0]["staff"] = "nobody".into();
    plan["slots"][1]["room"] = "nowhere".into();
    office.write("plan.json", plan.to_string().as_bytes());
    let run = simulate(&office, &["--plan", "plan.json", "--replications", "1"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("/slots/0/staff"), "{}", run.stderr);
    assert!(run.stderr.contains("/slots/1/room"), "{}", run.stderr);
}

#[test]
fn a_scenario_and_a_plan_that_are_both_wrong_are_both_told() {
    let office = Office::new();
    office.write("scenario.json", br#"{"schema": "scenario/1", "#);
    office.write("plan.json", b"");
    for (plan, words) in [("plan.json", "plan.json: 1 error"), ("none.json", "cannot read none")] {
        let of_check = office.run(&["check", "scenario.json", plan]);
        for run in [simulate(&office, &["--plan", plan]), of_check] {
            assert_eq!((run.code, run.stdout.as_str()), (2, ""));
            for words in ["scenario.json: 1 error", words] {
                assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
            }
        }
    }
}

#[test]
fn a_trace_has_a_row_for_each_customer_of_the_first_replication() {
    let office = Office::new();
    let arguments = ["--replications", "1", "--format", "json", "--trace", "trace.csv"];
    let report = simulate(&office, &arguments).json();
    let trace = office.read("trace.csv");
    let rows: Vec<Vec<&str>> = trace.lines().skip(1).map(|row| row.split(',').collect()).collect();
    assert!(rows.iter().all(|row| row.len() == 12), "{trace}");
    let came = rows.iter().filter(|row| row[11] != "no_show");
    assert_eq!(Some(came.count() as u64), report["customers"].as_u64());
    let waits = rows.iter().filter(|row| row[11] == "served" && row[3] == "walk_in");
    let waits: Vec<f64> = waits.map(|row| row[9].parse().unwrap()).collect();
    let mean = waits.iter().sum::<f64>() / waits.len() as f64;
    let reported = figure(&report, "wait.walk_in.mean")["value"].as_f64().unwrap();
    assert!((mean - reported).abs() < 0.001, "{mean} {reported}");
    let clerks = ["c-1", "c-2", ""];
    assert!(rows.iter().all(|row| clerks.contains(&row[10])), "{trace}");
}

#[test]
fn a_chart_is_written() {
    let office = Office::new();
    let run = simulate(&office, &["--replications", "2", "--chart", "waits.svg"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(office.read("waits.svg").starts_with("<svg"));
    assert_eq!(office.files(), ["scenario.json", "waits.svg"]);
}

#[test]
fn wrong_arguments_are_refused() {
    let office = Office::new();
    for arguments in [
        &["--precision", "0"][..],
        &["--precision", "1.5"],
        &["--precision", "-1"],
        &["--precision", "nan"],
        &["--precision", "good"],
        &["--replications", "0"],
        &["--replications", "99999999999"],
        &["--replications", "3", "--precision", "2%"],
        &["--seed", "x"],
        &["--seed", "-1"],
        &["--format", "xml"],
        &["--plan", "missing.json"],
        &["--chart", "scenario.json"],
        &["--trace", "./scenario.json"],
        &["--chart", "both", "--trace", "both"],
        &["--trace", "missing/trace.csv"],
    ] {
        let run = simulate(&office, arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!run.stderr.is_empty() && !run.stderr.contains("panicked"), "{arguments:?}");
    }
    assert_eq!(office.files(), ["scenario.json"]);
}
