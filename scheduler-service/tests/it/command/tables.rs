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
        ("en", "Services.csv", ",15,", ",15 min,", "Services!C2", "write 15"),
        ("de", "Leistungen.csv", ";15;", ";15 min;", "Leistungen!C2", "Schreiben Sie 15"),
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

#[test]
fn the_name_of_the_file_says_its_form() {
    let office = Office::new();
    let steps = ["--steps", "300", "--threads", "1"];
    ok(&office.run(&[&["plan", "scenario.json", "--out", "plan.json"], &steps[..]].concat()));
    let roster = |arguments: &[&str]| {
        ok(&office.run(&[&["roster", "scenario.json", "plan.json"], arguments].concat()));
    };
    roster(&["--out", "roster.csv", "--language", "de"]);
    let text = office.read("roster.csv");
    assert!(text.starts_with("\u{feff}") && text.lines().all(|line| line.contains(';')), "{text}");
    roster(&["--out", "roster.svg"]);
    assert!(office.read("roster.svg").starts_with("<svg"));
    roster(&["--out", "roster.txt"]);
    assert!(!office.read("roster.txt").starts_with("<svg"));
    // What is asked for by name goes before the ending.
    roster(&["--out", "other.csv", "--format", "svg"]);
    assert!(office.read("other.csv").starts_with("<svg"));
    let run = office.run(&["roster", "scenario.json", "plan.json", "--out", "all.ics"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("several files"), "{}", run.stderr);
    let small = ["--replications", "5", "--weeks", "1", "--plan", "plan.json"];
    ok(&office.run(&[&["simulate", "scenario.json", "--out", "figures.csv"], &small[..]].concat()));
    assert!(office.read("figures.csv").starts_with("variant,id,"));
    ok(&office
        .run(&[&["simulate", "scenario.json", "--out", "figures.json"], &small[..]].concat()));
    let figures: Value = serde_json::from_str(&office.read("figures.json")).unwrap();
    assert_eq!(figures["schema"], "simulation/1");
    for name in ["foo.txt", "foo.csv", "foo.json", "foo.ods"] {
        let run = office.run(&["export", "scenario.json", "--out", name]);
        assert_eq!(run.code, 2, "{name}");
        assert!(run.stderr.contains("neither a workbook"), "{name}: {}", run.stderr);
        assert!(!office.path(name).is_dir(), "{name}");
    }
    ok(&office.run(&["export", "scenario.json", "--out", "town.2027"]));
    assert!(office.path("town.2027").is_dir());
}

#[test]
fn german_figures_have_german_heads_and_words() {
    let office = Office::new();
    let variant = json!({"schema": "variant/1", "name": "Mehr",
        "edits": [{"edit": "add_clerks", "count": 1, "like": "c-1"}]});
    office.write("more.json", variant.to_string().as_bytes());
    let small = ["--steps", "300", "--weeks", "1", "--replications", "10", "--language", "de"];
    let all = ["compare", "scenario.json", "more.json", "--out", "figures.xlsx"];
    ok(&office.run(&[&all[..], &small].concat()));
    let sweep = ["sweep", "scenario.json", "--knob", "add_clerks like=c-1 count=0,1"];
    ok(&office.run(&[&sweep[..], &["--out", "sweep.xlsx"], &small].concat()));
    for name in ["figures.xlsx", "sweep.xlsx"] {
        let mut book = opened(&office, name);
        let sheet = book.sheet_names()[0].clone();
        let range = book.worksheet_range(&sheet).unwrap();
        let texts: Vec<Vec<String>> =
            range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect();
        let heads = ["Variante", "Kennzahl", "Standort", "Ab", "Wert"];
        assert_eq!(texts[0][..5], heads, "{name}");
        let of = |column: usize| texts[1..].iter().map(move |row| row[column].as_str());
        assert!(of(1).any(|figure| figure.contains("Wartezeit")), "{name}");
        for (column, english) in [(7, "minutes"), (8, "lower"), (12, "not_distinguishable")] {
            assert!(of(column).all(|word| word != english), "{name}: {english}");
        }
        assert!(of(9).any(|id| id == "wait.walk_in.mean"), "{name}");
        assert!(range.rows().skip(1).any(|row| matches!(row[4], Data::Float(_))), "{name}");
    }
    // For programs all stays as it is.
    ok(&office.run(&[&all[..4], &["figures.csv"], &small].concat()));
    assert!(office.read("figures.csv").contains("variant;id;site;from;value"));
}

#[test]
fn no_finding_of_a_german_workbook_is_told_in_english() {
    let mut wrong = scenario();
    wrong["staff"][0]["shifts"][0]["site"] = "nowhere".into();
    wrong["services"][0]["minutes"] = 17.into();
    let office = Office::with(&wrong);
    let run = office.run(&["validate", "scenario.json", "--language", "de"]);
    let text = format!("{}{}", run.stdout, run.stderr);
    assert!(text.contains("„nowhere“"), "{text}");
    for english in ["Im Wortlaut", " the ", " is ", "; use "] {
        assert!(!text.contains(english), "{english}: {text}");
    }
}
