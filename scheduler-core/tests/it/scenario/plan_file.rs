//! Plans keep their meaning between indices and file, and what a file cannot mean is named.

use chrono::DateTime;
use scheduler_core::problem::{BreakTaken, Plan, Problem, Slot, WalkInBlock};
use scheduler_core::scenario::{Finding, PlanFile, Scenario};
use scheduler_core::time::Window;
use serde_json::Value;

use crate::mistakes;

const OFFICE: &str = include_str!("../data/office.json");
const PLAN: &str = include_str!("../data/office_plan.json");

fn office() -> Problem {
    Problem::new(&Scenario::from_json(OFFICE.as_bytes()).unwrap()).unwrap()
}

/// The plan of the file, by hand.
fn plan() -> Plan {
    let slot = |service, from, until, room, demand, promise| Slot {
        service,
        site: 0,
        day: 0,
        window: Window::new(from, until),
        clerk: 0,
        room: Some(room),
        demand,
        promise,
        pinned: false,
    };
    let mut plan = Plan {
        slots: vec![
            slot(0, 99, 102, 0, None, None),
            slot(0, 108, 113, 0, None, Some(0)),
            slot(1, 120, 126, 1, Some(1), None),
        ],
        walk_in_blocks: vec![WalkInBlock {
            site: 0,
            day: 0,
            window: Window::new(126, 141),
            clerk: 0,
            room: 1,
            pinned: false,
        }],
        breaks: vec![BreakTaken { clerk: 0, day: 0, window: Window::new(144, 150), pinned: false }],
        stays: Vec::new(),
        objective: 44.2,
        upper_bound: 50.0,
        seconds: 0.5,
        engine: "search".to_owned(),
        seed: 1,
        work: 0.0,
    };
    let problem = office();
    plan.stays = problem.stays(&plan);
    plan.work = problem.work(&plan);
    plan
}

/// What reading and resolving say about a file.
fn findings(bytes: &[u8], problem: &Problem) -> Vec<Finding> {
    match PlanFile::from_json(bytes) {
        Err(findings) => findings.into_iter().collect(),
        Ok(file) => file.resolve(problem).1,
    }
}

#[test]
fn a_file_is_the_plan_it_was_made_from() {
    let problem = office();
    let file = PlanFile::from_json(PLAN.as_bytes()).unwrap();
    assert_eq!(file.resolve(&problem), (plan(), Vec::new()));
}

#[test]
fn a_plan_is_written_as_its_file() {
    let (problem, plan) = (office(), plan());
    let written = serde_json::to_value(PlanFile::new(&problem, &plan)).unwrap();
    let mut expected: Value = serde_json::from_str(PLAN).unwrap();
    // Computed, so that its last digit is its own.
    expected["gap"] = serde_json::json!((50.0 - 44.2) / problem.work(&plan));
    assert_eq!(written, expected);
}

#[test]
fn whoever_edits_a_plan_need_not_say_what_it_is_worth() {
    let problem = office();
    let mut file: Value = serde_json::from_str(PLAN).unwrap();
    for field in ["objective", "upper_bound", "gap", "seconds", "engine", "seed", "stays"] {
        file.as_object_mut().unwrap().remove(field);
    }
    let bytes = file.to_string().into_bytes();
    let (read, findings) = PlanFile::from_json(&bytes).unwrap().resolve(&problem);
    assert_eq!(findings, []);
    assert!(read.objective.is_nan());
    assert_eq!((read.upper_bound, read.engine.as_str(), read.seed), (f64::INFINITY, "hand", 0));
    assert_eq!((&read.slots, &read.stays), (&plan().slots, &plan().stays));
    // What is not known is not written either.
    let written = serde_json::to_value(PlanFile::new(&problem, &read)).unwrap();
    for field in ["objective", "upper_bound", "gap"] {
        assert_eq!(written.get(field), None, "{field}");
    }
}

#[test]
fn each_mistake_has_its_finding_and_no_other() {
    let problem = office();
    let mut wrong = Vec::new();
    for mistake in mistakes::list(include_str!("../data/plan_mistakes.txt")) {
        let file = mistake.make(serde_json::from_str(PLAN).unwrap());
        let found = findings(file.to_string().as_bytes(), &problem);
        let is_right = |f: &Finding| f.code == mistake.code && f.pointer == mistake.pointer;
        if !matches!(&found[..], [finding] if is_right(finding)) {
            wrong.push(format!("{} at {}: found {found:?}", mistake.code, mistake.pointer));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn all_that_is_wrong_with_a_plan_is_found_at_once() {
    let mut file: Value = serde_json::from_str(PLAN).unwrap();
    file["slots"][0]["staff"] = "eve".into();
    file["slots"][0]["end"] = "2027-03-22T08:32:00+01:00".into();
    file["slots"][2]["demand"] = "nothing".into();
    file["breaks"][0]["staff"] = "nobody".into();
    let problem = office();
    let bytes = file.to_string().into_bytes();
    let (plan, findings) = PlanFile::from_json(&bytes).unwrap().resolve(&problem);
    let found: Vec<_> = findings.iter().map(|f| (f.code, f.pointer.as_str())).collect();
    let expected = [
        ("time.off_grid", "/slots/0/end"),
        ("reference.unknown", "/slots/0/staff"),
        ("reference.unknown", "/slots/2/demand"),
        ("reference.unknown", "/breaks/0/staff"),
    ];
    assert_eq!(found, expected);
    assert_eq!((plan.slots.len(), plan.walk_in_blocks.len(), plan.breaks.len()), (1, 1, 0));
}

/// An office that never closes, over both clock changes of a year.
fn night_office(from: &str, until: &str) -> Problem {
    let mut scenario: Value = serde_json::from_str(OFFICE).unwrap();
    scenario["horizon"] = serde_json::json!({ "from": from, "until": until });
    scenario["appointments"] = serde_json::json!([]);
    scenario["sites"][1]["open"] = serde_json::json!([{ "from": "00:00", "until": "24:00" }]);
    let scenario = scenario.to_string();
    Problem::new(&Scenario::from_json(scenario.as_bytes()).unwrap()).unwrap()
}

fn night_plan(windows: &[(u16, u16)]) -> Plan {
    let blocks = windows.iter().map(|&(from, until)| WalkInBlock {
        site: 1,
        day: 0,
        window: Window::new(from, until),
        clerk: 1,
        room: 2,
        pinned: false,
    });
    Plan {
        walk_in_blocks: blocks.collect(),
        slots: Vec::new(),
        breaks: Vec::new(),
        stays: Vec::new(),
        work: 0.0,
        ..plan()
    }
}

/// Ends at two and starts at three on the days of clock change, and the end of a day.
#[test]
fn stretches_next_to_a_clock_change_keep_their_instants() {
    let cases = [
        (
            "2027-03-28",
            [
                ("2027-03-28T01:30:00+01:00", "2027-03-28T02:00:00+01:00"),
                ("2027-03-28T03:00:00+02:00", "2027-03-28T03:30:00+02:00"),
                ("2027-03-28T23:00:00+02:00", "2027-03-29T00:00:00+02:00"),
            ],
        ),
        (
            "2027-10-31",
            [
                ("2027-10-31T01:30:00+02:00", "2027-10-31T02:00:00+02:00"),
                ("2027-10-31T03:00:00+01:00", "2027-10-31T03:30:00+01:00"),
                ("2027-10-31T23:00:00+01:00", "2027-11-01T00:00:00+01:00"),
            ],
        ),
    ];
    for (date, expected) in cases {
        let problem = night_office(date, date);
        let plan = night_plan(&[(18, 24), (36, 42), (276, 288)]);
        let file = PlanFile::new(&problem, &plan);
        let told: Vec<_> = file
            .walk_in_blocks
            .iter()
            .map(|b| (b.start.to_rfc3339(), b.end.to_rfc3339()))
            .collect();
        let expected = expected.map(|(start, end)| (start.to_owned(), end.to_owned()));
        assert_eq!(told, expected);
        assert_eq!(file.resolve(&problem), (plan.clone(), Vec::new()));
    }
}

/// Half past two comes twice: the file says which, a step of the grid cannot.
#[test]
fn a_stretch_in_a_doubled_hour_is_named() {
    let problem = night_office("2027-10-31", "2027-10-31");
    let plan = night_plan(&[(36, 42)]);
    let mut file = PlanFile::new(&problem, &plan);
    file.walk_in_blocks[0].start =
        DateTime::parse_from_rfc3339("2027-10-31T02:30:00+01:00").unwrap();
    let (_, findings) = file.resolve(&problem);
    let found: Vec<_> = findings.iter().map(|f| (f.code, f.pointer.as_str())).collect();
    assert_eq!(found, [("time.clock_change", "/walk_in_blocks/0/start")]);
}

#[test]
fn a_file_is_read_with_ids_that_need_escapes() {
    let text = PLAN.replace("\"c2\"", "\"c\\u0032\"");
    let problem = office();
    let file = PlanFile::from_json(text.as_bytes()).unwrap();
    assert_eq!(file.resolve(&problem), (plan(), Vec::new()));
}
