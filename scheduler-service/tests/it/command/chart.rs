//! `scheduler chart` and `scheduler roster`, and everything else in German

use serde_json::json;

use super::office::{Office, Run, scenario};

/// An office with names, and a plan of it in `plan.json`.
fn planned() -> Office {
    let mut scenario = scenario();
    scenario["rooms"][0]["name"] = json!("Schalter 1");
    scenario["rooms"][1]["name"] = json!("Schalter 2");
    scenario["staff"][0]["name"] = json!("Frau Ärmel");
    let office = Office::with(&scenario);
    let run = office.plan(&["--out", "plan.json"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    office
}

fn on_plan(office: &Office, command: &str, arguments: &[&str]) -> Run {
    office.run(&[&[command, "scenario.json", "plan.json"], arguments].concat())
}

#[test]
fn a_plan_file_is_drawn_as_a_day_a_week_and_by_room() {
    let office = planned();
    let draw = |arguments: &[&str]| {
        let run = on_plan(&office, "chart", &[&["--out", "chart.svg"], arguments].concat());
        assert_eq!((run.code, run.stdout.as_str()), (0, ""), "{}", run.stderr);
        office.read("chart.svg")
    };
    let day = draw(&["--day", "2027-03-05", "--language", "de"]);
    assert!(day.contains("Freitag, 5. März 2027") && day.contains(">Frau Ärmel<"), "{day}");
    let week = draw(&["--week", "--site", "s"]);
    assert!(week.contains(">Thu 4 Mar · ") && week.contains(">Fri 5 Mar · "), "{week}");
    assert_eq!(week, draw(&["--week=2027-03-05", "--site", "s"]));
    let rooms = draw(&["--by", "room"]);
    assert!(rooms.contains(">Schalter 1<") && rooms.contains(">Schalter 2<"), "{rooms}");
}

#[test]
fn what_cannot_be_drawn_is_refused_with_what_there_is() {
    let office = planned();
    for (arguments, wanted) in [
        (&["--day", "2027-04-01"][..], "from 2027-03-04 to 2027-03-05"),
        (&["--site", "north"], "which has s"),
        (&["--day", "2027-03-04", "--week"], "cannot be used with"),
    ] {
        let run = on_plan(&office, "chart", &[&["--out", "chart.svg"], arguments].concat());
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stderr.contains(wanted), "{}", run.stderr);
    }
    let run = on_plan(&office, "chart", &["--out", "plan.json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("--out would overwrite plan.json"), "{}", run.stderr);
    assert!(office.read("plan.json").starts_with('{'));
    let run = on_plan(&office, "roster", &["--clerk", "c-3"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("which has c-1, c-2"), "{}", run.stderr);
}

#[test]
fn a_plan_of_another_scenario_is_neither_drawn_nor_a_roster() {
    let office = planned();
    let other = office.read("plan.json").replace("\"c-1\"", "\"c-9\"");
    office.write("plan.json", other.as_bytes());
    for (command, arguments) in [("chart", &["--out", "chart.svg"][..]), ("roster", &[])] {
        let run = on_plan(&office, command, arguments);
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.contains("reference.unknown"), "{}", run.stderr);
        assert!(!office.path("chart.svg").exists());
    }
}

#[test]
fn a_roster_is_text_a_table_for_spreadsheets_or_a_sheet() {
    let office = planned();
    let roster = |arguments: &[&str]| {
        let run = on_plan(&office, "roster", arguments);
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout
    };
    let text = roster(&["--clerk", "c-1", "--language", "de"]);
    assert!(text.contains("Frau Ärmel (c-1)") && !text.contains("c-2"), "{text}");
    assert!(text.contains("Schalter ") && text.contains("08:00–12:00"), "{text}");
    let csv = roster(&["--format", "csv", "--language", "de"]);
    assert!(
        csv.starts_with('\u{feff}') && csv.contains(";04.03.2027;Do;Süd;08:00;12:00;4;"),
        "{csv}"
    );
    let csv = roster(&["--format", "csv", "--out", "roster.csv"]);
    assert_eq!(csv, "");
    assert!(office.read("roster.csv").starts_with("staff,name,date,"));
    assert!(roster(&["--format", "svg"]).starts_with("<svg"));
}

#[test]
fn findings_speak_german_when_asked() {
    let office = Office::new();
    let mut wrong = scenario();
    wrong["rooms"][1]["site"] = json!("nord");
    office.write("scenario.json", wrong.to_string().as_bytes());
    let run = office.run(&["validate", "scenario.json", "--language", "de"]);
    assert_eq!(run.code, 2);
    assert!(run.stdout.contains("Fehler reference.unknown bei /rooms/1/site"), "{}", run.stdout);
    assert!(run.stdout.contains("Diese Kennung gibt es nicht."), "{}", run.stdout);
    assert!(run.stdout.contains("nord"), "the values are in it: {}", run.stdout);
    assert!(run.stdout.contains("scenario.json: 1 Fehler"), "{}", run.stdout);
    // Also where the scenario is only the way to something else.
    let run = office.plan(&["--language", "de"]);
    assert!(run.stderr.contains("Diese Kennung gibt es nicht."), "{}", run.stderr);
    let run = office.plan(&[]);
    assert!(!run.stderr.contains("Kennung"), "{}", run.stderr);
}

#[test]
fn a_verdict_speaks_german_when_asked() {
    let office = planned();
    let run = on_plan(&office, "check", &["--language", "de"]);
    assert_eq!(run.code, 0, "{}", run.stdout);
    assert!(run.stdout.starts_with("gültig: alle Regeln sind gehalten, Wert "), "{}", run.stdout);
}
