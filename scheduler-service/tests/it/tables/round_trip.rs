//! What was written is read as the same.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use calamine::{Data, Reader as _, Xlsx};
use scheduler_core::report::Language;
use scheduler_core::scenario::Scenario;
use scheduler_service::tables::book::Limits;
use scheduler_service::tables::read::NamedFile;
use scheduler_service::tables::{from_folder, from_workbook, template, to_folder, to_workbook};
use serde_json::json;

use super::generated::Maker;

const LANGUAGES: [Language; 2] = [Language::English, Language::German];

/// What is said of a reading that has gone wrong.
fn complaints(found: &[scheduler_service::tables::found::Found]) -> String {
    let lines = found.iter().map(|found| {
        let at = found.at.as_ref().map(|at| (at.name(), &at.value));
        format!("{} {at:?} {} {}\n", found.code, found.pointer, found.text.en)
    });
    lines.collect()
}

fn folder(scenario: &Scenario, language: Language) -> Vec<NamedFile> {
    let files = to_folder(scenario, language).into_iter();
    files.map(|file| NamedFile { name: file.name, bytes: file.text.into_bytes() }).collect()
}

/// Whether it comes back the same, as a workbook and as a folder, in both languages.
fn same(scenario: &Scenario, about: &str) {
    for language in LANGUAGES {
        let book = to_workbook(scenario, language).unwrap();
        let read = from_workbook(&book, &Limits::default());
        assert_same(
            scenario,
            read.scenario,
            &complaints(&read.found),
            &format!("{about}, workbook, {language:?}"),
        );
        let read = from_folder(&folder(scenario, language), &Limits::default());
        assert_same(
            scenario,
            read.scenario,
            &complaints(&read.found),
            &format!("{about}, CSV, {language:?}"),
        );
    }
}

fn assert_same(scenario: &Scenario, read: Option<Scenario>, complaints: &str, about: &str) {
    let Some(read) = read else { panic!("{about}: {complaints}\n{:#}", json!(scenario)) };
    // As they would be written: instants with their offsets, too.
    let (expected, read) = (json!(scenario), json!(read));
    if expected != read {
        let paths = differences(&expected, &read, "");
        panic!("{about}: not the same at {paths:#?}");
    }
}

fn differences(one: &serde_json::Value, other: &serde_json::Value, at: &str) -> Vec<String> {
    use serde_json::Value;
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            let keys: std::collections::BTreeSet<&String> =
                one.keys().chain(other.keys()).collect();
            let inside = |key: &&String| {
                differences(
                    &one[*key],
                    &other.get(*key).cloned().unwrap_or_default(),
                    &format!("{at}/{key}"),
                )
            };
            keys.iter()
                .filter(|key| one.get(**key) != other.get(**key))
                .flat_map(|key| {
                    if one.contains_key(*key) {
                        inside(key)
                    } else {
                        vec![format!("{at}/{key} is new")]
                    }
                })
                .collect()
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let pairs = one.iter().zip(other).enumerate();
            pairs
                .filter(|(_, (a, b))| a != b)
                .flat_map(|(i, (a, b))| differences(a, b, &format!("{at}/{i}")))
                .collect()
        }
        _ => {
            let short = |value: &Value| value.to_string().chars().take(200).collect::<String>();
            vec![format!("{at}: {} became {}", short(one), short(other))]
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// Every scenario file of the project.
fn scenarios() -> Vec<(PathBuf, Scenario)> {
    let mut found = Vec::new();
    let mut folders = vec![
        root().join("examples"),
        root().join("scheduler-core/tests/it"),
        root().join("scheduler-core/docs"),
    ];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "json") {
                let text = std::fs::read(&path).unwrap();
                if let Ok(scenario) = Scenario::from_json(&text) {
                    found.push((path, scenario));
                }
            }
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

#[test]
fn every_scenario_of_the_project_comes_back_the_same() {
    let all = scenarios();
    assert!(all.len() >= 6, "only {} scenarios", all.len());
    for (path, scenario) in all {
        same(&scenario, &path.display().to_string());
    }
}

#[test]
fn whatever_the_format_can_say_comes_back_the_same() {
    for seed in 0..150 {
        let scenario = Maker::new(seed).scenario();
        let written = json!(&scenario);
        let draws = written["operations"]["draws"].as_array();
        // A draw of which nothing is said would be an empty row, and that is none.
        if draws.is_some_and(|draws| draws.contains(&json!({}))) {
            continue;
        }
        same(&scenario, &format!("seed {seed}"));
    }
}

/// `UPDATE_DOCS=1` writes it anew.
#[test]
fn the_workbook_of_bremerhaven_is_that_of_its_scenario() {
    let folder = root().join("examples/bremerhaven");
    let scenario =
        Scenario::from_json(&std::fs::read(folder.join("scenario.json")).unwrap()).unwrap();
    let made = to_workbook(&scenario, Language::German).unwrap();
    let path = folder.join("bremerhaven.xlsx");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read(&path).unwrap();
    let cells = |bytes: &[u8]| {
        let book = scheduler_service::tables::read::workbook(bytes, &Limits::default()).unwrap();
        format!("{:?}", book.sheets)
    };
    assert!(
        cells(&kept) == cells(&made),
        "scheduler export scenario.json --out bremerhaven.xlsx --language de"
    );
    assert_eq!(from_workbook(&kept, &Limits::default()).scenario.as_ref(), Some(&scenario));
}

#[test]
fn another_program_reads_the_workbook() {
    let text = std::fs::read(root().join("examples/bremerhaven/scenario.json")).unwrap();
    let scenario = Scenario::from_json(&text).unwrap();
    let book = to_workbook(&scenario, Language::German).unwrap();
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(book)).unwrap();
    let grid = book.worksheet_range("Nachfrage Raster").unwrap();
    let header: Vec<String> = grid.rows().next().unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(header, ["Standorte", "Leistung", "von", "bis", "Mo", "Di", "Mi", "Do", "Fr"]);
    // All of the demand that is asked for on one day; the rest is a list.
    let numbers: Vec<f64> = grid
        .rows()
        .skip(1)
        .flat_map(|row| &row[4..])
        .filter_map(|cell| match cell {
            Data::Float(number) => Some(*number),
            Data::Empty => None,
            other => panic!("{other:?}"),
        })
        .collect();
    let in_grid = || {
        scenario
            .demand
            .iter()
            .filter(|demand| demand.days.as_ref().is_some_and(|days| days.len() == 1))
    };
    assert_eq!(numbers.len(), in_grid().count());
    assert_eq!(book.worksheet_range("Nachfrage").unwrap().rows().count(), 1 + 3);
    let sum: f64 = in_grid().map(|demand| demand.mean).sum();
    assert!((numbers.iter().sum::<f64>() - sum).abs() < 1e-6);
    let staff = book.worksheet_range("Personal").unwrap();
    assert_eq!(staff.rows().count(), 1 + scenario.staff.len());
}

#[test]
fn an_empty_template_says_what_is_missing_and_where() {
    for (language, sheet) in [(Language::English, "Scenario"), (Language::German, "Szenario")] {
        let read = from_workbook(&template(language).unwrap(), &Limits::default());
        assert!(read.scenario.is_none());
        let missing = read.found.iter().find(|found| found.pointer == "/horizon/from");
        let at = missing.and_then(|found| found.at.as_ref()).unwrap();
        // The row for the first date, which has no value.
        assert_eq!((&*at.sheet, at.cell.as_str(), at.value.as_str()), (sheet, "B6", ""));
    }
}

#[test]
fn texts_never_become_formulas() {
    let mut scenario = Maker::new(3).scenario();
    scenario.name = Some("=HYPERLINK(\"http://x\")".to_owned());
    scenario.sites[0].name = Some("@SUM(1)".to_owned());
    let book = to_workbook(&scenario, Language::English).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(&book)).unwrap();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index).unwrap();
        let mut text = String::new();
        if std::io::Read::read_to_string(&mut file, &mut text).is_ok() {
            assert!(!text.contains("<f>"), "{}", file.name().unwrap());
        }
    }
    for file in to_folder(&scenario, Language::English) {
        for line in file.text.lines() {
            let cells = line.split(',').map(|cell| cell.trim_matches('"'));
            for cell in cells {
                let is_number = cell.parse::<f64>().is_ok();
                assert!(
                    is_number || !cell.starts_with(['=', '+', '-', '@']),
                    "{}: {cell}",
                    file.name
                );
            }
        }
    }
}

#[test]
fn a_hundred_thousand_rows_are_read_in_time() {
    let text = std::fs::read(root().join("examples/bremerhaven/scenario.json")).unwrap();
    let mut scenario = Scenario::from_json(&text).unwrap();
    let demand = scenario.demand[0].clone();
    scenario.demand = (0..100_000_u32)
        .map(|number| {
            let mut demand = demand.clone();
            demand.id = format!("demand-{number}");
            demand.mean = f64::from(number % 97) / 7.0;
            demand
        })
        .collect();
    let book = to_workbook(&scenario, Language::English).unwrap();
    let begin = Instant::now();
    let read = from_workbook(&book, &Limits::default());
    let took = begin.elapsed();
    assert_same(&scenario, read.scenario, &complaints(&read.found), "100,000 rows");
    println!("100,000 rows: {took:?}");
    // Two seconds where it is optimised and has the machine to itself.
    assert!(took < Duration::from_secs(40), "{took:?}");
}
