//! The definition of the formats holds: bounds are enforced, findings are announced, parts are read
//! alone, and numbers survive whatever hands them out.

use scheduler_core::problem::Problem;
use scheduler_core::scenario::wire::{self, Kind, Object, Wire};
use scheduler_core::scenario::{Finding, Room, Scenario, Site, Weekday, codes};
use serde::de::value::MapDeserializer;
use serde_json::{Value, json};

use crate::mistakes;

const OFFICE: &str = include_str!("../data/office.json");
const MISTAKES: &str = include_str!("../data/mistakes.txt");

fn office() -> Value {
    serde_json::from_str(OFFICE).unwrap()
}

fn findings(scenario: &Value) -> Vec<Finding> {
    match Scenario::from_value(scenario).and_then(|scenario| Problem::new(&scenario)) {
        Err(findings) => findings.into_iter().collect(),
        Ok(problem) => problem.warnings,
    }
}

/// What is documented is enforced, whether by the definition itself or by a rule.
#[test]
fn every_number_out_of_its_bounds_is_found() {
    let mut office = office();
    office["operations"] = json!({
        "walk_ins": [{ "id": "w", "site": "centre", "from": "08:00", "until": "12:00",
            "per_hour": 6.5, "mix": [{ "service": "card", "share": 3 }] }],
        "requests": { "factor": 1, "by_weekday": [1, 1, 1, 1, 1, 0, 0], "by_hour": vec![1; 24],
            "horizon_days": 28, "first_free_share": 0.2, "ahead_days": 5, "ahead_cv": 0.7,
            "choosy_share": 0.5, "persons": [4, 1] },
        "cancellation_share": 0.1,
        "no_show": { "probability": 0.1, "per_week_of_lead": 0.02 },
        "lateness": { "mean_minutes": -3, "sd_minutes": 5, "most_early_minutes": 20 },
        "service_times": [
            { "service": "card", "mean_minutes": 13.5, "cv": 0.4 },
            { "service": "advice", "distribution": "empirical", "minutes": vec![20; 40] }],
        "patience": { "mean_minutes": 45, "distribution": "lognormal", "cv": 0.5 },
        "tickets": [{ "site": "centre", "stop_minutes_before_closing": 30 }],
        "sick_share": 0.05,
        "online": [{ "service": "advice", "share": 0.25 }],
        "costs": { "per_clerk_hour": 48.5, "sites": [{ "site": "north", "per_day": 120 }] },
        "call_policy": "by_appointment_time",
        "grace_minutes": 10,
        "waitlist": { "accepted_share": 0.6, "without_offer_share": 0.5, "earlier_share": 0.25,
                      "earlier_days": 5, "days": 21, "reply_minutes": 90.0 },
    });
    office["release"] = json!([{ "id": "r", "min_notice_minutes": 5,
        "waves": [{ "days_ahead": 1, "at": "07:30", "share": 1 }] }]);
    assert_eq!(findings(&office), []);
    let Kind::Object(scenario) = Scenario::KIND else { panic!("a scenario is an object") };
    let mut tried = 0;
    try_bounds(scenario, "", &office, &mut tried);
    assert!(tried > 60, "only {tried}");
}

fn try_bounds(object: &Object, at: &str, office: &Value, tried: &mut usize) {
    for field in object.fields() {
        let place = format!("{at}/{}", field.name);
        let Some(value) = office.pointer(&place) else { continue };
        let mut inside = |kind: &Kind, place: &str| {
            if let Kind::Object(object) = kind {
                try_bounds(object, place, office, tried);
            }
        };
        match (field.kind, value) {
            (Kind::List(of), Value::Array(entries)) => {
                for index in 0..entries.len() {
                    inside(of, &format!("{place}/{index}"));
                }
            }
            (kind, _) => inside(&kind, &place),
        }
        let Some((least, most)) = field.within else { continue };
        let place = if value.is_array() { format!("{place}/0") } else { place };
        let below = if field.above { least } else { least - 1.0 };
        for wrong in [below, most + 1.0] {
            let mut office = office.clone();
            *office.pointer_mut(&place).unwrap() = json!(wrong);
            let found = findings(&office);
            assert!(found.iter().any(|f| f.pointer == place), "{place} = {wrong}: {found:?}");
            *tried += 1;
        }
    }
}

/// The reference promises the codes that a field may have; no test finds another.
#[test]
fn findings_are_those_that_the_definition_announces() {
    let Kind::Object(root) = Scenario::KIND else { panic!("a scenario is an object") };
    for mistake in mistakes::list(MISTAKES) {
        if ["field.missing", "field.type", "field.unknown"].contains(&mistake.code.as_str()) {
            continue;
        }
        // What is said of an entry as a whole is said of none of its fields.
        if mistake.pointer.rsplit('/').next().is_some_and(|last| last.parse::<usize>().is_ok()) {
            continue;
        }
        // A list of words or ids answers for its entries, and a list of objects for those.
        let (mut object, mut last) = (Some(root), None);
        for token in mistake.pointer.split('/').skip(1) {
            if token.parse::<usize>().is_ok() {
                continue;
            }
            if object.is_some_and(|o| o.constant.is_some_and(|(name, _)| name == token)) {
                assert_eq!(mistake.code, codes::SCHEMA_UNSUPPORTED.name);
                last = None;
                break;
            }
            last = object.and_then(|object| object.field(token));
            object = match last.map(|field| field.kind) {
                Some(Kind::Object(object) | Kind::List(&Kind::Object(object))) => Some(object),
                _ => None,
            };
        }
        if let Some(field) = last {
            let announced = field.findings();
            let is_announced = announced.iter().any(|code| code.name == mistake.code);
            assert!(is_announced, "{} at {}", mistake.code, mistake.pointer);
        }
    }
}

#[test]
fn a_part_is_read_alone_with_all_its_findings() {
    let site: Site = serde_json::from_value(office()["sites"][0].clone()).unwrap();
    assert_eq!(serde_json::to_value(&site).unwrap(), office()["sites"][0]);
    let told = serde_json::from_str::<Room>(r#"{ "id": 7, "name": "", "equipmnt": [] }"#);
    let told = told.unwrap_err().to_string();
    for place in ["[field.type] /id", "[field.length] /name", "/site", "/equipmnt"] {
        assert!(told.contains(place), "{place}: {told}");
    }
    assert_eq!(serde_json::from_str::<Weekday>("\"tue\"").unwrap(), Weekday::Tue);
}

/// `serde_json` hands out numbers as objects where some crate switches on its feature
/// `arbitrary_precision`. With the feature `test-arbitrary-precision` all tests run so.
#[test]
fn a_number_in_digits_is_a_number() {
    let digits = |text: &'static str| {
        let field = ("$serde_json::private::Number", text);
        let from: MapDeserializer<'_, _, serde_json::Error> =
            MapDeserializer::new(std::iter::once(field));
        wire::read_value::<f64, _>(from).map(|reading| reading.value)
    };
    assert_eq!(digits("15.0").unwrap(), 15.0);
    assert_eq!(digits("-1.5e3").unwrap(), -1500.0);
    assert!(digits("1e999").is_err());
}
