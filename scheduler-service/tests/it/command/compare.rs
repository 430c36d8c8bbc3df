//! `scheduler compare` and `scheduler sweep`

use serde_json::{Value, json};

use super::office::{Office, Run};

const SMALL: [&str; 6] = ["--steps", "300", "--weeks", "1", "--replications", "20"];

/// An office with a variant without edits and one with a clerk more.
fn office() -> Office {
    let office = Office::new();
    let more = json!([{"edit": "add_clerks", "count": 1, "like": "c-1"}]);
    for (file, name, edits) in [("same.json", "Same", json!([])), ("more.json", "More", more)] {
        let variant = json!({"schema": "variant/1", "name": name, "edits": edits});
        office.write(file, variant.to_string().as_bytes());
    }
    office
}

fn compare(office: &Office, arguments: &[&str]) -> Run {
    office.run(&[&["compare", "scenario.json"], arguments, &SMALL].concat())
}

fn figure<'a>(variant: &'a Value, id: &str) -> &'a Value {
    let figures = variant["figures"].as_array().unwrap();
    figures.iter().find(|one| one["id"] == id && one["site"].is_null()).unwrap()
}

#[test]
fn what_changes_nothing_is_the_same_and_what_costs_more_is_worse() {
    let office = office();
    let report = compare(&office, &["same.json", "more.json", "--format", "json"]).json();
    assert_eq!(report["schema"], "comparison/1");
    let variants = report["variants"].as_array().unwrap();
    assert_eq!(variants.len(), 3);
    for one in variants[1]["figures"].as_array().unwrap() {
        let verdict = &one["verdict"];
        assert!(verdict == "same" || one["value"].is_null(), "{one}");
    }
    let cost = figure(&variants[2], "cost.per_week");
    assert_eq!(cost["verdict"], "worse");
    let spread = cost["plan_spread"].as_f64().unwrap();
    assert!(cost["difference"]["value"].as_f64().unwrap() > spread, "{cost}");
    assert_eq!((&variants[1]["is_base"], &variants[2]["is_base"]), (&json!(true), &json!(false)));
    let text = compare(&office, &["same.json", "more.json"]);
    assert_eq!((text.code, text.stderr.as_str()), (0, ""));
    assert!(text.stdout.contains("✗ worse"), "{}", text.stdout);
    let front = "Cost, wait and lead time together: ";
    assert_eq!(text.stdout.matches(front).count(), 1, "{}", text.stdout);
    // What changes nothing is the first line, and not there twice.
    assert!(text.stdout.contains("\n1 variant against"), "{}", text.stdout);
    let rows = |name: &str| text.stdout.lines().filter(|line| line.starts_with(name)).count();
    assert_eq!((rows("Same  "), rows("As it is  "), rows("  another plan  ")), (2, 0, 2));
}

#[test]
fn warnings_stand_below_the_table_once_for_all_that_have_them() {
    let office = office();
    let edits = json!([{"edit": "scale_requests", "factor": 9}]);
    for (file, name) in [("rush.json", "Rush"), ("more-rush.json", "More rush")] {
        let variant = json!({"schema": "variant/1", "name": name, "edits": edits});
        office.write(file, variant.to_string().as_bytes());
    }
    let arguments = ["same.json", "rush.json", "more-rush.json"];
    let run = compare(&office, &arguments);
    let warning = "! People ask for at least as many appointments";
    assert_eq!(run.stdout.matches(warning).count(), 1, "{}", run.stdout);
    assert!(run.stdout.contains("Rush; More rush."), "{}", run.stdout);
    assert!(run.stdout.find(warning) > run.stdout.find("For the office"), "{}", run.stdout);
    let german = compare(&office, &[&arguments[..], &["--language", "de"]].concat());
    assert!(german.stdout.contains("! Es werden mindestens so viele Termine"), "{}", german.stdout);
    let report = compare(&office, &[&arguments[..], &["--format", "json"]].concat()).json();
    for variant in &report["variants"].as_array().unwrap()[2..] {
        assert_eq!(variant["warnings"][0]["code"], "simulation.overload", "{variant}");
    }
}

#[test]
fn output_is_the_same_for_any_number_of_threads() {
    let office = office();
    let outputs = ["1", "2", "8"].map(|threads| {
        let arguments = ["compare", "scenario.json", "more.json", "--format", "csv"];
        let mut command = office.command(&[&arguments[..], &SMALL].concat());
        let run: Run = command.env("RAYON_NUM_THREADS", threads).output().unwrap().into();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        run.stdout
    });
    assert_eq!(outputs[0], outputs[1]);
    assert_eq!(outputs[0], outputs[2]);
}

#[test]
fn all_that_is_wrong_with_all_variants_is_told_at_once() {
    let office = office();
    office.write(
        "wrong.json",
        br#"{"schema": "variant/1", "name": "W", "edits": [{"edit": "fly"}]}"#,
    );
    office.write("cut.json", br#"{"schema": "variant/1", "#);
    let run = compare(&office, &["same.json", "wrong.json", "cut.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    for words in ["/edits/0", "wrong.json: 1 error", "cut.json: 1 error"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    assert!(!run.stderr.contains("same.json"), "{}", run.stderr);
    let edits = json!([{"edit": "add_clerks", "count": 1, "like": "nobody"},
                       {"edit": "remove_rooms", "rooms": ["r-9"]}]);
    let variant = json!({"schema": "variant/1", "name": "Unknown", "edits": edits});
    office.write("unknown.json", variant.to_string().as_bytes());
    let run = compare(&office, &["more.json", "unknown.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    for words in ["/edits/0/like", "/edits/1/rooms/0", "unknown.json: 2 errors"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    // Also beside a file that cannot be read at all.
    let run = compare(&office, &["cut.json", "unknown.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    for words in ["cut.json: 1 error", "unknown.json: 2 errors"] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
    // Or that is not there: in the order of the command line.
    let run = compare(&office, &["unknown.json", "missing.json", "cut.json", "gone.json"]);
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    let places = ["unknown.json: 2 errors", "cannot read missing.json", "cut.json: 1", "gone.json"]
        .map(|words| run.stderr.find(words).unwrap_or_else(|| panic!("{words}: {}", run.stderr)));
    assert!(places.is_sorted(), "{}", run.stderr);
    // A base that is wrong or not there hides no variant that is.
    office.write("base.json", br#"{"schema": "scenario/1", "#);
    for (base, words) in [("base.json", "base.json: 1 error"), ("none.json", "cannot read none")] {
        let run = office.run(&["compare", base, "more.json", "cut.json", "missing.json"]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""));
        for words in [words, "cut.json: 1 error", "cannot read missing.json"] {
            assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
        }
    }
}

#[test]
fn what_is_wrong_with_a_knob_is_told_once() {
    let office = office();
    let knob = "add_clerks count=1,2,3 like=nobody";
    let run = office.run(&["sweep", "scenario.json", "--knob", knob]);
    assert_eq!(run.code, 2);
    assert_eq!(run.stderr.matches("reference.unknown").count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("--knob: 1 error"), "{}", run.stderr);
}

#[test]
fn warnings_about_edits_speak_the_language_of_the_text() {
    let mut scenario = super::office::scenario();
    scenario["walk_in_quotas"] = json!([]);
    let office = Office::with(&scenario);
    let edits = json!([{"edit": "scale_walk_ins", "factor": 2},
                       {"edit": "set_opening", "open": [{"from": "09:00", "until": "12:00"}]}]);
    let variant = json!({"schema": "variant/1", "name": "Late", "edits": edits});
    office.write("late.json", variant.to_string().as_bytes());
    let english = compare(&office, &["late.json"]).stdout;
    for words in ["! Scale_walk_ins: nobody walks in", "08:00–12:00 reaches beyond the opening"] {
        assert!(english.contains(words), "{words}: {english}");
    }
    let german = compare(&office, &["late.json", "--language", "de"]).stdout;
    for words in [
        "! scale_walk_ins bewirkt nichts: dort kommt niemand ohne Termin",
        "! Nach allen Änderungen, Nachfrage „d“: Eine Nachfrage reicht über die Öffnungszeiten hinaus.",
    ] {
        assert!(german.contains(words), "{words}: {german}");
    }
    assert!(!german.contains("reaches beyond"), "{german}");
}

const CHEAPEST: [&str; 6] =
    ["same.json", "more.json", "--best", "cost.per_week", "--indifference", "10"];

#[test]
fn the_best_by_one_figure_is_named_with_its_guarantee() {
    let office = office();
    let run = compare(&office, &CHEAPEST);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains("Best: Same. If one of them is better than all others by 10 or"));
    assert!(run.stdout.contains("with 95 % certainty"), "{}", run.stdout);
    let row = |name: &str| {
        let mut rows = run.stdout.lines().filter(|line| line.starts_with(name));
        rows.next().map(str::to_owned).unwrap_or_default()
    };
    // What changes nothing is the base, and not there twice.
    assert!(row("Same  ").contains("  best  ") && row("As it is").is_empty(), "{}", run.stdout);
    assert!(row("More  ").contains("  ruled out  "), "{}", run.stdout);
    let german = compare(&office, &[&CHEAPEST[..], &["--language", "de"]].concat());
    for words in ["Am besten: Same.", "mit 95 % Sicherheit", "ausgeschieden"] {
        assert!(german.stdout.contains(words), "{words}: {}", german.stdout);
    }
    let report = compare(&office, &[&CHEAPEST[..], &["--format", "json"]].concat()).json();
    assert_eq!((&report["schema"], &report["figure"]), (&json!("best/1"), &json!("cost.per_week")));
    assert_eq!((&report["best"], &report["is_certain"]), (&json!(0), &json!(true)));
    let [base, same, more] = &report["variants"].as_array().unwrap()[..] else { panic!() };
    assert_eq!((&base["fate"], &same["fate"]), (&json!("best"), &json!("best")));
    assert_eq!((&more["fate"], &more["ruled_out_after"]), (&json!("ruled_out"), &json!(20)));
    assert!(more["difference"]["value"].as_f64().unwrap() > 10.0, "{more}");
    assert_eq!(more["beyond_plan_spread"], true);
    let csv = compare(&office, &[&CHEAPEST[..], &["--format", "csv"]].concat()).stdout;
    let rows: Vec<&str> = csv.lines().collect();
    assert!(rows[0].starts_with("variant,id,") && rows.len() == 4, "{csv}");
    assert!(rows[3].starts_with("More,cost.per_week,") && rows[3].contains("ruled_out"), "{csv}");
}

#[test]
fn where_replications_do_not_decide_the_leader_is_called_so() {
    let office = office();
    let near = json!([{"edit": "scale_duration", "factor": 1.001}]);
    let near = json!({"schema": "variant/1", "name": "Near", "edits": near});
    office.write("near.json", near.to_string().as_bytes());
    let arguments = ["near.json", "--best", "wait.appointment.mean", "--indifference", "0.00001"];
    let run = compare(&office, &arguments);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("Not decided after 20 replications"), "{}", run.stdout);
    assert!(run.stdout.contains("  leads  ") && run.stdout.contains("  not ruled out  "));
}

#[test]
fn charts_of_comparisons_and_sweeps_are_written() {
    let office = office();
    assert_eq!(compare(&office, &[&CHEAPEST[..], &["--chart", "best.svg"]].concat()).code, 0);
    let best = office.read("best.svg");
    assert!(best.contains("ruled out") && best.contains(">More<"), "{best}");
    assert_eq!(compare(&office, &["more.json", "--chart", "compare.svg"]).code, 0);
    let knob = "add_clerks like=c-1 count=0,1";
    let sweep = ["sweep", "scenario.json", "--knob", knob, "--chart", "sweep.svg"];
    let run = office.run(&[&sweep[..], &SMALL].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.starts_with("Büro: More clerks like: c-1\n"), "{}", run.stdout);
    for value in ["0  ", "1  "] {
        assert_eq!(run.stdout.lines().filter(|line| line.starts_with(value)).count(), 2);
    }
    for file in ["compare.svg", "sweep.svg"] {
        assert!(office.read(file).starts_with("<svg"), "{file}");
    }
}

#[test]
fn wrong_arguments_are_refused() {
    let office = office();
    let sweep = |knob: &'static str| vec!["sweep", "scenario.json", "--knob", knob];
    let best = |figure: &'static str, zone: &'static str| {
        vec!["compare", "scenario.json", "more.json", "--best", figure, "--indifference", zone]
    };
    for arguments in [
        vec!["compare", "scenario.json"],
        vec!["compare", "-", "-"],
        vec!["compare", "scenario.json", "missing.json"],
        vec!["compare", "scenario.json", "more.json", "--chart", "more.json"],
        vec!["compare", "scenario.json", "more.json", "--precision", "0"],
        vec!["compare", "scenario.json", "more.json", "--best", "overtime"],
        vec!["compare", "scenario.json", "more.json", "--indifference", "1"],
        best("wait.walk_in.p90", "1"),
        best("wait", "1"),
        best("overtime", "0"),
        best("overtime", "x"),
        [best("overtime", "1"), vec!["--confidence", "1"]].concat(),
        vec!["sweep", "scenario.json"],
        sweep(""),
        sweep("fly count=1"),
        sweep("add_clerks like=c-1"),
        sweep("add_clerks count=1,x like=c-1"),
        sweep("add_clerks count=1 like=nobody"),
        sweep("remove_clerks clerks=c-1 count=1"),
        sweep("set_sick_share share=0.5,2"),
    ] {
        let run = office.run(&[&arguments[..], &["--steps", "300"]].concat());
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!run.stderr.is_empty() && !run.stderr.contains("panicked"), "{arguments:?}");
    }
}

#[test]
fn shares_of_a_knob_may_be_percents_and_what_is_no_share_is_said() {
    let office = office();
    let sweep = |knob: &str| {
        office.run(&[&["sweep", "scenario.json", "--knob", knob], &SMALL[..]].concat())
    };
    for knob in [
        "set_quota min_share=10%,20%",
        "set_quota min_share=10 %,20 %",
        "set_quota min_share=0,1;0,2",
    ] {
        let run = sweep(knob);
        assert_eq!(run.code, 0, "{knob}: {}", run.stderr);
        for value in ["0.1  ", "0.2  "] {
            assert!(
                run.stdout.lines().any(|line| line.starts_with(value)),
                "{knob}: {}",
                run.stdout
            );
        }
    }
    for (knob, words) in [
        ("set_quota min_share=0,6", "commas set values apart"),
        ("set_quota min_share=60", "60 is not from 0 to 1; write 0.6, or 60%"),
        ("add_clerks like=c-1 count=50%", "count is no share"),
    ] {
        let run = sweep(knob);
        assert_eq!(run.code, 2, "{knob}");
        assert!(run.stderr.contains(words), "{knob}: {}", run.stderr);
    }
}

#[test]
fn a_waitlist_is_an_edit_and_has_figures_of_its_own() {
    let office = Office::new();
    let waitlist = json!({"accepted_share": 0.7, "earlier_share": 0.5, "earlier_days": 1});
    let variant = json!({"schema": "variant/1", "name": "Waitlist",
        "edits": [{"edit": "set_waitlist", "waitlist": waitlist}]});
    office.write("waitlist.json", variant.to_string().as_bytes());
    let report = compare(&office, &["waitlist.json", "--format", "json"]).json();
    let variants = report["variants"].as_array().unwrap();
    assert!(variants[0].get("waitlist").is_none(), "{}", variants[0]);
    let figures = variants[1]["waitlist"].as_array().unwrap();
    assert_eq!(figures.len(), 9, "{figures:?}");
    let joined = figures.iter().find(|one| one["id"] == "joined").unwrap();
    assert_eq!(joined["unit"], "per_day");
    for (language, words) in [
        ("en", ["Waitlist", "Starts given back", "Offers declined"]),
        ("de", ["Warteliste", "Zurückgegebene Zeiten", "Angebote abgelehnt"]),
    ] {
        let run = compare(&office, &["waitlist.json", "--language", language]);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""));
        for words in words {
            assert!(run.stdout.contains(words), "{words}: {}", run.stdout);
        }
    }
    let csv = compare(&office, &["waitlist.json", "--format", "csv"]);
    assert!(csv.stdout.contains("Waitlist,waitlist.filled,"), "{}", csv.stdout);
    let wrong = json!({"schema": "variant/1", "name": "Waitlist",
        "edits": [{"edit": "set_waitlist", "waitlist": {"accepted_share": 7}}]});
    office.write("waitlist.json", wrong.to_string().as_bytes());
    let run = compare(&office, &["waitlist.json"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("/edits/0/waitlist/accepted_share"), "{}", run.stderr);
}
