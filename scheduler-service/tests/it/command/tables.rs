//! `scheduler template`, `export` and `import`, and plans as workbooks

use std::path::{Path, PathBuf};

use calamine::{Data, Reader as _, Xlsx};
use scheduler_core::scenario::Scenario;
use serde_json::{Value, json};

use super::office::{Office, Run, scenario};

fn examples() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    ["scenario.json", "thursday.json"]
        .map(|name| root.join("examples/bremerhaven").join(name))
        .into()
}

fn ok(run: &Run) {
    assert_eq!(run.code, 0, "{}\n{}", run.stdout, run.stderr);
}

fn opened(office: &Office, name: &str) -> Xlsx<std::io::BufReader<std::fs::File>> {
    calamine::open_workbook(office.path(name)).unwrap()
}

#[test]
fn every_example_comes_back_from_a_workbook_and_from_a_folder() {
    for example in examples() {
        let office = Office::new();
        let text = std::fs::read(&example).unwrap();
        let whole = json!(Scenario::from_json(&text).unwrap());
        let example = example.to_str().unwrap();
        for (language, sheet) in [("en", "Staff"), ("de", "Personal")] {
            let book = format!("{language}.xlsx");
            ok(&office.run(&["export", example, "--out", &book, "--language", language]));
            assert!(opened(&office, &book).sheet_names().iter().any(|name| name == sheet));
            ok(&office.run(&["export", example, "--out", language, "--language", language]));
            assert!(office.path(language).join(format!("{sheet}.csv")).is_file());
            for from in [book.as_str(), language] {
                ok(&office.run(&["import", from, "--out", "back.json"]));
                let back: Value = serde_json::from_str(&office.read("back.json")).unwrap();
                assert!(back == whole, "{example} from {from}");
            }
        }
    }
}

#[test]
fn a_template_is_filled_in_and_says_what_is_missing() {
    for (language, sheet, words) in [("en", "Scenario", "fill"), ("de", "Szenario", "Füllen")] {
        let office = Office::new();
        ok(&office.run(&["template", "--out", "town.xlsx", "--language", language]));
        let run = office.run(&["validate", "town.xlsx", "--language", language]);
        assert_eq!(run.code, 2);
        let text = format!("{}{}", run.stdout, run.stderr);
        assert!(text.contains(&format!("{sheet}!B6")), "{words}: {text}");
        // Nothing is written over without being asked for, and a terminal gets no workbook.
        let run = office.run(&["export", "scenario.json", "--out", "scenario.json"]);
        assert_eq!(run.code, 2, "{}", run.stdout);
    }
}

/// A folder of the small office with one cell edited.
fn edited(language: &str, file: &str, old: &str, new: &str) -> Office {
    let office = Office::new();
    ok(&office.run(&["export", "scenario.json", "--out", "town", "--language", language]));
    let path = office.path("town").join(file);
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains(old), "{text}");
    std::fs::write(&path, text.replacen(old, new, 1)).unwrap();
    office
}

#[test]
fn what_is_wrong_with_tables_is_told_by_cell_in_both_languages_and_forms() {
    for (language, file, old, new, place, words) in [
        ("en", "Services.csv", ",15,", ",15 min,", "Services!L2", "write 15"),
        ("de", "Leistungen.csv", ";15;", ";15 min;", "Leistungen!L2", "Schreiben Sie 15"),
    ] {
        let office = edited(language, file, old, new);
        let all = ["import", "town", "--out", "town.json", "--language", language];
        let run = office.run(&all);
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.contains(place) && run.stderr.contains(words), "{}", run.stderr);
        assert!(!office.path("town.json").exists());
        let run = office.run(&[&all[..], &["--format", "json"]].concat());
        let told = if run.stdout.is_empty() { &run.stderr } else { &run.stdout };
        let told: Value = serde_json::from_str(told).unwrap();
        let finding = &told["findings"][0];
        assert_eq!(finding["code"], "table.unit", "{told}");
        let (sheet, cell) = place.split_once('!').unwrap();
        assert_eq!((&finding["sheet"], &finding["cell"]), (&json!(sheet), &json!(cell)));
        assert_eq!(finding["value"], "15 min");
        assert!(finding["message"].as_str().unwrap().contains(words), "{finding}");
    }
}

#[test]
fn rules_of_scenarios_are_told_in_german_json_too() {
    let mut wrong = scenario();
    wrong["staff"][0]["shifts"][0]["site"] = "nowhere".into();
    let office = Office::with(&wrong);
    let message = |language: &str| {
        let all = ["validate", "scenario.json", "--format", "json", "--language", language];
        let run = office.run(&all);
        let text = if run.stdout.is_empty() { &run.stderr } else { &run.stdout };
        let told: Value = serde_json::from_str(text).unwrap();
        let found = told["findings"].as_array().unwrap().iter();
        let unknown = found.filter(|found| found["code"] == "reference.unknown");
        unknown.map(|found| found["message"].as_str().unwrap().to_owned()).next().unwrap()
    };
    assert!(message("de").contains("gibt es nicht"), "{}", message("de"));
    assert!(!message("en").contains("gibt es nicht"), "{}", message("en"));
}

#[test]
fn a_plan_is_a_workbook_with_a_sheet_for_each_kind() {
    let office = Office::new();
    ok(&office.run(&["export", "scenario.json", "--out", "town.xlsx"]));
    let steps = ["--steps", "500", "--threads", "1"];
    ok(&office.run(&[&["plan", "town.xlsx", "--out", "plan.json"], &steps[..]].concat()));
    let plan: Value = serde_json::from_str(&office.read("plan.json")).unwrap();
    for (language, sheets, date) in [
        ("en", ["Slots", "Walk-ins", "Breaks", "Counters"], "yyyy-mm-dd"),
        ("de", ["Termine", "Spontankunden", "Pausen", "Schalter"], "dd.mm.yyyy"),
    ] {
        let all = ["plan", "town.xlsx", "--out", "plan.xlsx", "--language", language];
        ok(&office.run(&[&all[..], &steps[..]].concat()));
        let mut book = opened(&office, "plan.xlsx");
        assert_eq!(book.sheet_names(), sheets, "{date}");
        let lists = ["slots", "walk_in_blocks", "breaks", "stays"];
        for (sheet, list) in sheets.iter().zip(lists) {
            let range = book.worksheet_range(sheet).unwrap();
            let rows = plan[list].as_array().map_or(0, Vec::len);
            assert_eq!(range.rows().count(), rows + 1, "{sheet}");
            for row in range.rows().skip(1) {
                assert!(matches!(row[0], Data::DateTime(_)), "{sheet}: {:?}", row[0]);
            }
        }
        let slots = book.worksheet_range(sheets[0]).unwrap();
        let first: Vec<String> =
            slots.rows().nth(1).unwrap().iter().map(ToString::to_string).collect();
        assert!(first.iter().any(|cell| cell == "Ausweis"), "{first:?}");
        assert!(first.iter().any(|cell| cell == "Süd"), "{first:?}");
    }
    // The roster, dates as dates in both languages.
    for language in ["en", "de"] {
        let all =
            ["roster", "town.xlsx", "plan.json", "--out", "roster.xlsx", "--language", language];
        ok(&office.run(&all));
        let mut book = opened(&office, "roster.xlsx");
        let name = book.sheet_names()[0].clone();
        let range = book.worksheet_range(&name).unwrap();
        assert!(range.rows().skip(1).all(|row| matches!(row[2], Data::DateTime(_))), "{language}");
    }
}
