//! Arguments and files that make no sense.

use super::office::{Office, scenario};

#[test]
fn wrong_arguments_are_refused_with_code_2() {
    let office = Office::new();
    let plan = |more: &[&'static str]| [&["plan", "scenario.json"], more].concat();
    for arguments in [
        vec!["fly"],
        vec!["plan"],
        vec!["check", "scenario.json"],
        vec!["check", "-", "-"],
        vec!["validate"],
        plan(&["--sideways"]),
        plan(&["--seconds", "-1"]),
        plan(&["--seconds", "0"]),
        plan(&["--seconds", "nan"]),
        plan(&["--seconds", "inf"]),
        plan(&["--seconds", "1e400"]),
        plan(&["--seconds", "ten"]),
        plan(&["--steps", "-5"]),
        plan(&["--steps", "10", "--seconds", "10"]),
        plan(&["--gap", "2"]),
        plan(&["--gap", "-0.1"]),
        plan(&["--gap", "101%"]),
        plan(&["--gap", "nan"]),
        plan(&["--threads", "0"]),
        plan(&["--seed", "-1"]),
        plan(&["--engine", "steam"]),
        plan(&["--format", "xml"]),
        plan(&["--language", "fr"]),
        plan(&["--chart-day", "2027-03-04"]),
        plan(&["--chart-site", "s"]),
        plan(&["--chart", "day.svg", "--chart-day", "04.03.2027"]),
        plan(&["--chart", "day.svg", "--chart-day", "2027-03-06"]),
        plan(&["--chart", "day.svg", "--chart-site", "nowhere"]),
    ] {
        let run = office.run(&arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!run.stderr.is_empty() && !run.stderr.contains("panicked"), "{arguments:?}");
    }
    assert_eq!(office.files(), ["scenario.json"]);
}

#[test]
fn help_and_version_are_results() {
    let office = Office::new();
    for arguments in [&["--help"][..], &["--version"], &["plan", "--help"]] {
        let run = office.run(arguments);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        assert!(run.stdout.contains("scheduler"), "{}", run.stdout);
    }
}

#[test]
fn a_gap_may_be_given_in_percent() {
    let office = Office::new();
    for gap in ["0.5%", "0.5 %", "0.005", "1", "0"] {
        assert_eq!(office.plan(&["--gap", gap]).code, 0, "{gap}");
    }
}

#[test]
fn files_of_every_bad_sort_are_refused_with_a_reason() {
    let office = Office::new();
    let good = scenario().to_string();
    let latin_1: Vec<u8> = good.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    office.write("empty", b"");
    office.write("latin-1", &latin_1);
    office.write("cut", &good.as_bytes()[..good.len() / 2]);
    office.write("zeros", &[0; 1000]);
    office.write("deep", &[b'['; 100_000]);
    office.write("null", b"null");
    office.write("other", br#"{"schema": "scenario/9"}"#);
    std::fs::create_dir(office.path("folder")).unwrap();
    let bad = ["empty", "latin-1", "cut", "zeros", "deep", "null", "other", "folder", "missing"];
    for file in bad {
        for arguments in [&["plan", file][..], &["check", file, "empty"]] {
            let run = office.run(arguments);
            assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
            assert!(run.stderr.contains(file), "{arguments:?}: {}", run.stderr);
            assert!(!run.stderr.contains("panicked"), "{arguments:?}: {}", run.stderr);
        }
        let run = office.run(&["validate", file]);
        assert_eq!(run.code, 2, "{file}");
        assert!(!(run.stdout.is_empty() && run.stderr.is_empty()), "{file}");
        let run = office.run(&["check", "scenario.json", file]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{file}");
        assert!(run.stderr.contains(file), "{file}: {}", run.stderr);
    }
}

#[test]
fn a_byte_order_mark_does_no_harm() {
    let office = Office::new();
    let bytes = [b"\xef\xbb\xbf", scenario().to_string().as_bytes()].concat();
    office.write("scenario.json", &bytes);
    assert_eq!(office.plan(&[]).code, 0);
}
