//! `scheduler learn` and `scheduler replay`

use std::fmt::Write;

use serde_json::Value;

use super::office::{Office, Run};

/// Eight Thursdays and Fridays with twelve people each, as a German system exports them.
fn log() -> String {
    let mut log = String::from(
        "Gebucht am;Termin;Standort;Anliegen;Ankunft;Aufruf;Ende;Sachbearbeiter;Status\r\n",
    );
    for week in 0..8 {
        for weekday in 0..2 {
            let (day, month) = (7 + 7 * week + weekday, 1);
            let (day, month) = if day > 31 { (day - 31, month + 1) } else { (day, month) };
            for person in 0..12 {
                let at = 8 * 60 + person * 15 + week % 3;
                let clock = |minute: usize| {
                    format!("{day}.{month}.2027 {}:{:02}", minute / 60, minute % 60)
                };
                let (called, done) = (at + 5, at + 5 + 8 + (person * 7 + week * 3) % 11);
                let clerk = (person + week) % 6;
                let (booked, appointment, outcome) = match person % 4 {
                    0 => ("", String::new(), "bedient"),
                    1 => ("1.1.2027 9:00", clock(at + 3), "nicht erschienen"),
                    _ => ("1.1.2027 9:00", clock(at + 3), "bedient"),
                };
                let came = outcome == "bedient";
                let time = |minute: usize| if came { clock(minute) } else { String::new() };
                let _ = write!(
                    log,
                    "{booked};{appointment};S\u{fc}d;Ausweis;{};{};{};K{clerk};{outcome}\r\n",
                    time(at),
                    time(called),
                    time(done)
                );
            }
        }
    }
    log
}

/// As Windows-1252.
fn latin(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

fn learn(office: &Office, arguments: &[&str]) -> Run {
    let all = ["learn", "log.csv", "--scenario", "scenario.json", "--out", "learnt.json"];
    office.run(&[&all[..], arguments].concat())
}

#[test]
fn a_log_becomes_a_scenario_with_a_report() {
    let office = Office::new();
    office.write("log.csv", &latin(&log()));
    let run = learn(&office, &["--charts", "charts"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    for words in [
        "Learnt from 192 visits",
        "Süd",
        "Thursday",
        "No-shows",
        "Ausweis",
        "What the history does not say",
        "Trend and season",
    ] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
    // Clerks are counted, and nothing else is said of them.
    assert!(!run.stdout.contains("K1"), "{}", run.stdout);
    for picture in ["charts/walk-ins.svg", "charts/no-shows.svg", "charts/durations.svg"] {
        assert!(office.read(picture).starts_with("<svg"), "{picture}");
    }
    let learnt: Value = serde_json::from_str(&office.read("learnt.json")).unwrap();
    let operations = &learnt["operations"];
    assert_eq!(operations["draws"].as_array().unwrap().len(), 40);
    let walk_ins = operations["walk_ins"].as_array().unwrap();
    let first = &walk_ins[0];
    assert_eq!((&first["site"], &first["days"][0]), (&"s".into(), &"thu".into()));
    // Three a day, of which the first comes in the first half-hour.
    assert!((first["per_hour"].as_f64().unwrap() - 2.0).abs() < 0.01, "{first}");
    let share = operations["no_show"]["probability"].as_f64().unwrap();
    assert!((0.2..0.5).contains(&share), "{share}");
    let mean = operations["service_times"][0]["mean_minutes"].as_f64().unwrap();
    assert!((11.0..15.0).contains(&mean), "{mean}");
    assert_eq!(learnt["services"][0]["minutes"], 30);
    // It is a scenario that the other commands take.
    let run = office.run(&[
        "simulate",
        "learnt.json",
        "--steps",
        "300",
        "--weeks",
        "1",
        "--replications",
        "80",
        "--format",
        "json",
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert_eq!(run.json()["draws"], 40);
    let run = learn(&office, &["--language", "de"]);
    assert!(run.stdout.contains("Gelernt aus 192 Besuchen"), "{}", run.stdout);
}

#[test]
fn the_same_log_in_other_forms_says_the_same() {
    let office = Office::new();
    office.write("log.csv", &latin(&log()));
    let first = learn(&office, &["--format", "json"]).json();
    assert_eq!((&first["rows"], &first["trouble"]["rows"]), (&192.into(), &0.into()));
    let comma = log().replace(';', ",").replace("\r\n", "\n");
    for bytes in [
        [&[0xef, 0xbb, 0xbf], log().as_bytes()].concat(),
        comma.into_bytes(),
        log().replace("Ankunft", "Ticket gezogen").into_bytes(),
    ] {
        office.write("log.csv", &bytes);
        let columns = if bytes.windows(6).any(|part| part == b"Ticket") {
            &["--columns", "arrived_at=Ticket gezogen"][..]
        } else {
            &[]
        };
        let run = learn(&office, &[&["--format", "json"], columns].concat());
        assert_eq!(run.json()["walk_ins"], first["walk_ins"]);
        assert_eq!(run.json()["durations"], first["durations"]);
    }
}

#[test]
fn rows_that_cannot_be_read_are_told_and_not_used() {
    let office = Office::new();
    let bad = "\
        ;;Süd;Ausweis;soon;;;K1;bedient\r\n\
        ;;Nord;Ausweis;4.1.2027 8:00;;;K1;bedient\r\n\
        ;;Süd;Pass;4.1.2027 8:00;;;K1;bedient\r\n\
        ;;Süd;Ausweis;4.1.2027 8:00;4.1.2027 7:59;4.1.2027 8:10;K1;bedient\r\n\
        ;;Süd;Ausweis;;;;K1;bedient\r\n\
        ;;Süd;Ausweis;8:00;;;K1;bedient\r\n\
        ;;Süd;Ausweis;4.1.2027 8:00;;;K1;vielleicht\r\n\
        ;;Süd;Ausweis;4.1.2027 8:00\r\n";
    office.write("log.csv", format!("{}{bad}", log()).as_bytes());
    let run = learn(&office, &[]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("8 of 200 rows were not used"), "{}", run.stdout);
    for words in [
        "log.csv:194, column Ankunft: \"soon\"",
        "log.csv:195, column Standort: \"Nord\"",
        "log.csv:196, column Anliegen: \"Pass\"",
        "log.csv:197, column Aufruf",
        "log.csv:198, column Ankunft",
        "log.csv:199, column Ankunft: \"8:00\"",
        "log.csv:200, column Status: \"vielleicht\"",
        "log.csv:201: 5 cells",
    ] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
    let run = learn(&office, &["--format", "json"]);
    assert_eq!(run.json()["trouble"]["rows"], 8);
    assert_eq!(run.json()["visits"], 192);
}

#[test]
fn what_is_no_log_is_refused() {
    let office = Office::new();
    for (bytes, words) in [
        (&b""[..], "is empty"),
        (b"\xff\xfea\0", "UTF-16"),
        (b"a;b\n1;2\n", "has no column site"),
        (b"site;service;arrived_at\nnowhere;a;2027-01-04 08:00\n", "no row to learn from"),
    ] {
        office.write("log.csv", bytes);
        let run = learn(&office, &[]);
        assert_eq!(run.code, 2, "{}", run.stdout);
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
        assert!(!office.path("learnt.json").exists());
    }
    office.write("log.csv", &latin(&log()));
    let run = learn(&office, &["--columns", "arrived_at=Nummer"]);
    assert!(run.stderr.contains("no column \"Nummer\""), "{}", run.stderr);
}

/// The trace of a simulation, with the plan in `plan.json`.
fn trace(office: &Office, language: &str) {
    assert_eq!(office.plan(&["--out", "plan.json"]).code, 0);
    let run = office.run(&[
        "simulate",
        "scenario.json",
        "--plan",
        "plan.json",
        "--replications",
        "1",
        "--weeks",
        "2",
        "--trace",
        "trace.csv",
        "--language",
        language,
    ]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
}

#[test]
fn a_trace_replayed_has_the_waits_that_it_had() {
    for language in ["en", "de"] {
        let office = Office::new();
        trace(&office, language);
        for day in ["2027-03-04", "2027-03-05", "2027-03-11", "2027-03-12"] {
            let run = office.run(&[
                "replay",
                "trace.csv",
                "--scenario",
                "scenario.json",
                "--plan",
                "plan.json",
                "--day",
                day,
                "--format",
                "json",
            ]);
            assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{day}");
            let site = &run.json()["sites"][0];
            assert!(site["visits"].as_u64().unwrap() > 5, "{site}");
            assert_eq!(site["same_to_the_second"], site["visits"], "{day}: {site}");
            assert_eq!(site["measured"], site["simulated"], "{day}: {site}");
            let hindsight = &site["hindsight"];
            assert_eq!(hindsight["lost_by"]["conduct"], 0.0, "{day}: {hindsight}");
            let loss = &hindsight["loss_minutes"];
            assert_eq!(loss["measured"], loss["simulated"], "{day}: {hindsight}");
            let number = |value: &Value| value.as_f64().unwrap();
            let best = &loss["best_calls"]["at_most"];
            assert!(number(best) <= number(&loss["simulated"]), "{day}: {hindsight}");
        }
    }
}

#[test]
fn a_variant_has_the_same_day() {
    let office = Office::new();
    trace(&office, "en");
    let variant = r#"{"schema": "variant/1", "name": "One clerk less",
        "edits": [{"edit": "remove_clerks", "clerks": ["c-2"]}]}"#;
    office.write("less.json", variant.as_bytes());
    let replay = [
        "replay",
        "trace.csv",
        "--scenario",
        "scenario.json",
        "--plan",
        "plan.json",
        "--day",
        "2027-03-04",
        "--variant",
        "less.json",
    ];
    let run = office.run(&[&replay[..], &["--steps", "300"]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("One clerk less"), "{}", run.stdout);
    for words in ["the day as it was", "- conduct of the day", "- staffing", "at most"] {
        assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
    }
    let german = office.run(&[&replay[..], &["--steps", "300", "--language", "de"]].concat());
    for words in ["der Tag, wie er war", "- Ablauf des Tages", "- Besetzung", "mindestens"] {
        assert!(german.stdout.contains(words), "{words}: {}", german.stdout);
    }
    let run = office.run(&[&replay[..], &["--steps", "300", "--format", "json"]].concat());
    let site = &run.json()["sites"][0];
    let wait = |of: &Value| of["walk_in"]["mean_minutes"].as_f64().unwrap();
    assert!(wait(&site["variant"]["simulated"]) > wait(&site["simulated"]), "{site}");
    let staffing = |of: &Value| of["hindsight"]["lost_by"]["staffing"]["at_most"].as_f64().unwrap();
    assert!(staffing(&site["variant"]) >= staffing(site), "{site}");
    assert!(site["variant"]["hindsight"]["lost_by"].get("conduct").is_none(), "{site}");
}

#[test]
fn a_day_that_nobody_came_or_the_scenario_does_not_have_is_told() {
    let office = Office::new();
    trace(&office, "en");
    let on = |day: &str| {
        office.run(&[
            "replay",
            "trace.csv",
            "--scenario",
            "scenario.json",
            "--plan",
            "plan.json",
            "--day",
            day,
        ])
    };
    let run = on("2027-06-03");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("nobody on 2027-06-03"), "{}", run.stderr);
    let run = on("2027-03-06");
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("neither 2027-03-06 nor another Sat"), "{}", run.stderr);
}
