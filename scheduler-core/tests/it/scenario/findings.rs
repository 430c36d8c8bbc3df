//! Every mistake in a file is found, named, and found together with all others.

use std::collections::BTreeSet;

use crate::mistakes;

use scheduler_core::problem::Problem;
use scheduler_core::report::Language;
use scheduler_core::scenario::{Finding, ReadOptions, Scenario, Severity, codes};
use scheduler_core::time::Clock;
use serde_json::{Value, json};

const OFFICE: &str = include_str!("../data/office.json");
const MISTAKES: &str = include_str!("../data/mistakes.txt");
const PLAN_MISTAKES: &str = include_str!("../data/plan_mistakes.txt");

fn office() -> Value {
    serde_json::from_str(OFFICE).unwrap()
}

/// Code and pointer of everything that reading and building say about a file.
fn findings(bytes: &[u8]) -> Vec<(&'static str, String)> {
    let found: Vec<Finding> = match Scenario::from_json(bytes) {
        Err(findings) => findings.into_iter().collect(),
        Ok(scenario) => match Problem::new(&scenario) {
            Err(findings) => findings.into_iter().collect(),
            Ok(problem) => {
                let has_errors = problem.warnings.iter().any(|w| w.severity == Severity::Error);
                assert!(!has_errors, "an error is no warning");
                problem.warnings
            }
        },
    };
    for finding in &found {
        assert!(finding.message.len() > 20, "{finding} explains little");
    }
    found.into_iter().map(|finding| (finding.code, finding.pointer)).collect()
}

fn findings_of(scenario: &Value) -> Vec<(&'static str, String)> {
    findings(scenario.to_string().as_bytes())
}

fn drop(object: &mut Value, field: &str) {
    object.as_object_mut().unwrap().remove(field).unwrap();
}

fn clear(scenario: &mut Value, lists: &[&str]) {
    for list in lists {
        scenario[*list] = json!([]);
    }
}

#[test]
fn the_office_has_no_findings() {
    assert_eq!(findings(OFFICE.as_bytes()), []);
}

#[test]
fn each_mistake_has_its_finding_and_no_other() {
    let mut wrong = Vec::new();
    for mistake in mistakes::list(MISTAKES) {
        let found = findings_of(&mistake.make(office()));
        if !matches!(&found[..], [(code, pointer)] if *code == mistake.code && *pointer == mistake.pointer)
        {
            wrong.push(format!("{} at {}: found {found:?}", mistake.code, mistake.pointer));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_documented_code_is_found_by_some_test_and_every_found_code_is_documented() {
    let listed = mistakes::list(MISTAKES).into_iter().chain(mistakes::list(PLAN_MISTAKES));
    let mut tested: BTreeSet<String> = listed.map(|mistake| mistake.code).collect();
    tested.extend(files().into_iter().map(|(code, _, _)| code.to_owned()));
    // Its test builds a scenario too large to be written down here.
    tested.insert("scenario.too_large".to_owned());
    // Tested with variants.
    tested.extend(["variant.idle", "variant.nobody"].map(str::to_owned));
    // Tested in `scenario_operations.rs` and `simulate_run.rs`.
    tested.extend(["operations.few", "operations.twice", "operations.unused"].map(str::to_owned));
    tested.extend(
        ["busy", "endless", "nothing_kept", "overload", "trend", "unserved"]
            .map(|of| format!("simulation.{of}")),
    );
    let documented: BTreeSet<String> = codes::ALL.iter().map(|code| code.name.to_owned()).collect();
    assert_eq!(tested, documented);
    assert_eq!(documented.len(), codes::ALL.len(), "a name is used twice");
}

#[test]
fn a_scenario_without_sites_and_people_says_so() {
    let mut scenario = office();
    let lists = ["sites", "rooms", "staff", "walk_in_quotas", "demand", "appointments", "release"];
    clear(&mut scenario, &lists);
    let expected = [
        ("list.empty", "/sites"),
        ("service.no_clerk", "/services/0/skills"),
        ("service.no_room", "/services/0/equipment"),
        ("service.no_clerk", "/services/1/skills"),
        ("service.no_room", "/services/1/equipment"),
    ];
    assert_eq!(findings_of(&scenario), owned(&expected));
}

/// Twenty mistakes of all sorts in one file, in the order of the format.
#[test]
fn twenty_mistakes_in_one_file_are_found_at_once() {
    let mut v = office();
    v["schema"] = json!("scenario/7");
    v["time_zone"] = json!("Mars/Olympus");
    v["sites"][0]["open"][0]["until"] = json!("07:00");
    v["sites"][1]["opne"] = json!([]);
    v["rooms"][1]["site"] = json!("centr");
    drop(&mut v["services"][0], "minutes");
    v["services"][1]["max_persons"] = json!(0);
    v["services"][1]["skills"] = json!(["juggling"]);
    v["staff"][0]["id"] = json!("");
    v["staff"][0]["shifts"][0]["break"]["minutes"] = json!(600);
    v["staff"][1]["shifts"][0]["from"] = json!("08:3O");
    v["staff"][1]["absent_on"] = json!("2027-03-23");
    v["walk_in_quotas"][0]["min_share"] = json!(30);
    v["walk_in_quotas"][0]["block_minutes"] = json!(-1);
    v["demand"][0]["days"] = json!(["monday", "fri"]);
    v["demand"][0]["mean"] = json!("many");
    v["demand"][1]["id"] = json!("cards");
    v["demand"][1]["service"] = json!("advise");
    v["appointments"][0]["room"] = json!("c3");
    v["appointments"][1]["persons"] = json!(-2);
    let expected = [
        ("schema.unsupported", "/schema"),
        ("zone.unknown", "/time_zone"),
        ("time.reversed", "/sites/0/open/0/until"),
        ("field.unknown", "/sites/1/opne"),
        ("reference.unknown", "/rooms/1/site"),
        ("field.missing", "/services/0/minutes"),
        ("field.range", "/services/1/max_persons"),
        ("service.no_clerk", "/services/1/skills"),
        ("id.form", "/staff/0/id"),
        ("break.fit", "/staff/0/shifts/0/break"),
        ("time.format", "/staff/1/shifts/0/from"),
        ("field.type", "/staff/1/absent_on"),
        ("field.range", "/walk_in_quotas/0/min_share"),
        ("field.range", "/walk_in_quotas/0/block_minutes"),
        ("field.word", "/demand/0/days/0"),
        ("field.type", "/demand/0/mean"),
        ("id.duplicate", "/demand/1/id"),
        ("reference.unknown", "/demand/1/service"),
        ("reference.unknown", "/appointments/0/room"),
        ("field.range", "/appointments/1/persons"),
    ];
    assert_eq!(findings_of(&v), owned(&expected));
}

fn owned(findings: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    findings.iter().map(|(code, pointer)| (*code, (*pointer).to_owned())).collect()
}

/// Bytes that are no scenario, with the finding's code and what its message must tell.
fn files() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let cut = &OFFICE.as_bytes()[..OFFICE.len() / 2];
    let umlaut = OFFICE.find("Town").unwrap();
    let mut latin1 = OFFICE.as_bytes().to_vec();
    latin1[umlaut] = 0xFC;
    let twice = OFFICE.replacen("\"id\": \"n1\",", "\"id\": \"n1\", \"id\": \"n2\",", 1);
    let many = json!({ "schema": 1, "demand": vec![json!({}); 3000] });
    vec![
        ("file.empty", Vec::new(), "empty"),
        ("file.empty", b"\xEF\xBB\xBF \n".to_vec(), "empty"),
        ("file.too_large", vec![b' '; 100_000_000], "100000000 bytes"),
        ("file.encoding", latin1, "line 10"),
        ("file.encoding", b"\xFF\xFE{\0}\0".to_vec(), "byte 0"),
        ("json.cut_off", cut.to_vec(), "line"),
        ("json.syntax", OFFICE.replacen(',', ";", 1).into_bytes(), "line 2 column"),
        ("json.syntax", format!("{OFFICE} {{}}").into_bytes(), "trailing"),
        ("json.syntax", vec![b'['; 100_000], "nested"),
        ("json.syntax", OFFICE.replacen("5.5", "NaN", 1).into_bytes(), "line"),
        ("json.syntax", OFFICE.replacen("5.5", "1e999", 1).into_bytes(), "out of range"),
        ("json.duplicate_key", twice.into_bytes(), "twice"),
        ("field.type", b"[]".to_vec(), "object"),
        ("findings.omitted", many.to_string().into_bytes(), "10000"),
    ]
}

#[test]
fn files_that_are_no_scenario_are_refused_with_the_reason() {
    for (code, bytes, told) in files() {
        let findings = Scenario::from_json(&bytes).unwrap_err();
        let finding = findings.iter().find(|finding| finding.code == code);
        let message = &finding.unwrap_or_else(|| panic!("no {code} in {findings}")).message;
        assert!(message.contains(told), "{code}: {message}");
    }
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let marked = format!("\u{FEFF}{OFFICE}");
    assert_eq!(
        Scenario::from_json(marked.as_bytes()).unwrap(),
        Scenario::from_json(OFFICE.as_bytes()).unwrap()
    );
}

#[test]
fn the_size_limit_can_be_set() {
    let exact = ReadOptions { max_bytes: OFFICE.len() };
    assert!(Scenario::from_json_with(OFFICE.as_bytes(), &exact).is_ok());
    let less = ReadOptions { max_bytes: OFFICE.len() - 1 };
    let findings = Scenario::from_json_with(OFFICE.as_bytes(), &less).unwrap_err();
    assert_eq!(findings.iter().next().unwrap().code, "file.too_large");
}

#[test]
fn a_misspelt_name_comes_with_the_right_one() {
    let mut scenario = office();
    scenario["grid_minute"] = json!(5);
    scenario["rooms"][0]["site"] = json!("center");
    let findings = Scenario::from_json(scenario.to_string().as_bytes()).unwrap_err();
    let text = findings.to_string();
    assert!(text.contains("did you mean \"grid_minutes\"?"), "{text}");
    assert!(text.contains("did you mean \"centre\"?"), "{text}");
}

/// The long shift overlaps both short ones, which do not overlap each other.
#[test]
fn each_overlapping_shift_is_found() {
    let mut scenario = office();
    let shift =
        |from, until| json!({ "site": "north", "days": ["tue"], "from": from, "until": until });
    scenario["staff"][1]["shifts"] =
        json!([shift("09:00", "12:00"), shift("09:30", "10:00"), shift("10:00", "12:30")]);
    let expected = [("shift.overlap", "/staff/1/shifts/1"), ("shift.overlap", "/staff/1/shifts/2")];
    assert_eq!(findings_of(&scenario), owned(&expected));
}

/// However many warnings there are, they hide no error.
#[test]
fn an_error_after_countless_warnings_is_found() {
    let mut scenario = office();
    let late = |i| {
        json!({
            "id": format!("late {i}"), "service": "card", "sites": ["north"],
            "from": "09:00", "until": "15:00", "mean": 1,
        })
    };
    scenario["demand"] = (0..12_000).map(late).collect();
    scenario["appointments"][1]["site"] = json!("nowhere");
    scenario["appointments"][1]["service"] = json!("nothing");
    let findings = findings_of(&scenario);
    assert_eq!(findings.len(), 10_000 + 2 + 1);
    let last = [
        ("reference.unknown", "/appointments/1/service"),
        ("reference.unknown", "/appointments/1/site"),
        ("findings.omitted", ""),
    ];
    assert_eq!(findings[10_000..], owned(&last));
}

/// Positions in lists mean little to people.
#[test]
fn a_message_names_what_it_is_about() {
    let mut scenario = office();
    scenario["staff"][1]["shifts"][0]["from"] = json!("08:31");
    scenario["demand"][1]["mean"] = json!("four");
    scenario["rooms"][0]["id"] = json!("");
    let findings = Scenario::from_json(scenario.to_string().as_bytes()).unwrap_err();
    let messages: Vec<_> = findings.iter().map(|finding| finding.message.as_str()).collect();
    let expected = [
        "the id is empty; give it one",
        "clerk \"bob\": 08:31 is not on the grid of 5 minutes from midnight; use 08:30 or 08:35",
        "demand \"talks\": expected a number, found the text \"four\"",
    ];
    assert_eq!(messages, expected);
}

/// Values that only code can write, not JSON.
#[test]
fn numbers_that_are_not_finite_are_refused() {
    let mut scenario = Scenario::from_json(OFFICE.as_bytes()).unwrap();
    scenario.demand[0].mean = f64::NAN;
    scenario.services[0].value = f64::INFINITY;
    scenario.walk_in_quotas[0].min_share = f64::NAN;
    scenario.sites[1].open[0].until = Clock(5000);
    let findings = Problem::new(&scenario).unwrap_err();
    let expected = [
        ("field.range", "/sites/1/open/0/until"),
        ("field.range", "/services/0/value"),
        ("field.range", "/walk_in_quotas/0/min_share"),
        ("field.range", "/demand/0/mean"),
    ];
    let found: Vec<_> = findings.into_iter().map(|f| (f.code, f.pointer)).collect();
    assert_eq!(found, owned(&expected));
}

/// A year of dates for hundreds of thousands of entries would fill any memory.
#[test]
fn entries_times_dates_are_limited() {
    let mut scenario = Scenario::from_json(OFFICE.as_bytes()).unwrap();
    scenario.horizon.until = scenario.horizon.from + chrono::Days::new(365);
    let mut site = scenario.sites[1].clone();
    site.open.clear();
    scenario.sites.extend((0..14_000).map(|i| {
        site.id = format!("site {i}");
        site.clone()
    }));
    let findings = Problem::new(&scenario).unwrap_err();
    assert!(
        findings.iter().any(|f| (f.code, f.pointer.as_str()) == ("scenario.too_large", "/sites"))
    );
}

#[test]
fn a_horizon_of_a_year_is_planned() {
    let mut scenario = Scenario::from_json(OFFICE.as_bytes()).unwrap();
    scenario.appointments.clear();
    for (days, expected) in [(99, 100), (365, 366)] {
        scenario.horizon.until = scenario.horizon.from + chrono::Days::new(days);
        assert_eq!(Problem::new(&scenario).unwrap().dates.len(), expected);
    }
}

/// Words that no German sentence has.
const ENGLISH: [&str; 21] = [
    "the", "is", "are", "of", "and", "with", "to", "or", "it", "no", "not", "at", "for", "on",
    "than", "one", "use", "must", "there", "has", "that",
];

#[test]
fn german_findings_have_no_english_word() {
    let (mut told, mut with_values) = (0, 0);
    for mistake in mistakes::list(MISTAKES) {
        let Err(findings) = Scenario::from_json(mistake.make(office()).to_string().as_bytes())
            .and_then(|scenario| Problem::new(&scenario).map(|_| ()))
        else {
            continue;
        };
        for finding in findings {
            let text = Language::German.finding(finding.code, &finding.message);
            let outside: String =
                text.split('„').map(|part| part.split_once('“').map_or(part, |p| p.1)).collect();
            let mut words = outside.split(|c: char| !c.is_alphanumeric() && c != '_');
            let english = words.find(|word| ENGLISH.contains(word));
            assert_eq!(english, None, "{}: {text}, of {}", finding.code, finding.message);
            told += 1;
            with_values += usize::from(text.ends_with(')'));
        }
    }
    assert!(told > 50 && with_values > told / 2, "{with_values} of {told}");
}
