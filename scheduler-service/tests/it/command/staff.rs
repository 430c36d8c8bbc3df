//! `scheduler staff`, and `scheduler check` of its certificates

use serde_json::{Value, json};

use super::office::{Office, Run, scenario};

/// The office with two counters more, to which people walk in.
fn busy() -> Office {
    let mut scenario = scenario();
    for room in ["r-3", "r-4"] {
        let room = json!({ "id": room, "site": "s", "equipment": [] });
        scenario["rooms"].as_array_mut().unwrap().push(room);
    }
    scenario["demand"] = json!([]);
    scenario["walk_in_quotas"] = json!([]);
    scenario["operations"] = json!({ "walk_ins": [{ "id": "w", "site": "s", "from": "08:00",
        "until": "11:00", "per_hour": 9.0, "mix": [{ "service": "a", "share": 1.0 }] }] });
    Office::with(&scenario)
}

const PROMISE: &str = "walk-ins within 15 minutes >= 85 %";

fn staff(office: &Office, arguments: &[&str]) -> Run {
    let all = ["staff", "scenario.json", "--steps", "15", "--weeks", "4"];
    office.run(&[&all[..], arguments].concat())
}

#[test]
fn a_roster_is_found_written_and_fit_to_be_planned() {
    let office = busy();
    let arguments = [
        "--target",
        PROMISE,
        "--out",
        "staffed.json",
        "--certificate",
        "proof.json",
        "--chart",
        "staff.svg",
    ];
    let run = staff(&office, &arguments);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    for words in ["least staff", "more shifts a week", PROMISE, "✓", "08:00 – 12:00", "39 hours"]
    {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
    let staffed: Value = serde_json::from_str(&office.read("staffed.json")).unwrap();
    let before = scenario()["staff"].as_array().unwrap().len();
    assert!(staffed["staff"].as_array().unwrap().len() > before);
    let plan = office.run(&["plan", "staffed.json", "--steps", "50"]);
    assert_eq!(plan.code, 0, "{}", plan.stderr);
    assert!(office.read("staff.svg").starts_with("<svg"));

    let check = office.run(&["check", "scenario.json", "proof.json"]);
    assert_eq!((check.code, check.stderr.as_str()), (0, ""), "{}", check.stdout);
    assert!(check.stdout.contains("valid: no roster below"), "{}", check.stdout);
    let mut proof: Value = serde_json::from_str(&office.read("proof.json")).unwrap();
    proof["bound"] = json!(1e6);
    office.write("false.json", proof.to_string().as_bytes());
    let check = office.run(&["check", "scenario.json", "false.json", "--format", "json"]);
    assert_eq!((check.code, &check.json()["valid"]), (1, &json!(false)));
    assert!(check.stdout.contains("the rows prove"), "{}", check.stdout);
}

#[test]
fn all_forms_and_both_languages_say_the_same() {
    let office = busy();
    let json = staff(&office, &["--target", PROMISE, "--format", "json"]).json();
    assert_eq!((&json["schema"], &json["verdict"]), (&json!("staffing/1"), &json!("suffices")));
    assert!(json["cost"].as_f64().unwrap() >= json["bound"].as_f64().unwrap());
    assert_eq!(json["targets"][0]["standing"], "reached");
    let csv = staff(&office, &["--target", PROMISE, "--format", "csv"]).stdout;
    let shifts: usize = json["people"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["shifts"].as_array().unwrap().len())
        .sum();
    assert_eq!(csv.lines().count(), 1 + shifts, "{csv}");
    let german = staff(
        &office,
        &["--target", "ohne Termin innerhalb 15 Minuten >= 85 %", "--language", "de"],
    );
    assert_eq!(german.code, 0, "{}", german.stderr);
    assert!(german.stdout.contains("weitere Dienste in der Woche"), "{}", german.stdout);
}

#[test]
fn what_nobody_can_reach_is_proven() {
    let mut scenario = scenario();
    // Four rooms' worth of requests for two.
    scenario["demand"][0]["mean"] = json!(80.0);
    let office = Office::with(&scenario);
    let run = staff(&office, &["--target", "requests without an offer <= 5 %"]);
    assert_eq!(run.code, 1, "{}{}", run.stdout, run.stderr);
    for words in
        ["whenever the doors are open reaches the targets", "the counters and rooms", "at least"]
    {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
}

#[test]
fn mistakes_are_told_before_anything_is_done() {
    let office = busy();
    let none = staff(&office, &[]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("no target"), "{}", none.stderr);
    let unclear = staff(&office, &["--target", "everybody happy", "--target", "overtime <= x"]);
    assert_eq!(unclear.code, 2);
    for phrase in ["everybody happy", "overtime <= x", "write for example"] {
        assert!(unclear.stderr.contains(phrase), "{phrase}: {}", unclear.stderr);
    }
    let twice = staff(&office, &["--target", PROMISE, "--out", "a", "--certificate", "a"]);
    assert_eq!(twice.code, 2);
    assert!(twice.stderr.contains("name the same file"), "{}", twice.stderr);
}
