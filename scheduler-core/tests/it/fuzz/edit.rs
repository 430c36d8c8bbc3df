//! Random edits of JSON files.

use serde_json::{Map, Value, json};

use super::laws::Case;
use super::random::Random;

/// Scenarios that are edited.
const SCENARIOS: [&str; 4] = [
    include_str!("../../../docs/counter.json"),
    include_str!("../data/office.json"),
    include_str!("../report/scenario.json"),
    SMALL,
];

/// A day with everything in little: two sites, a quota that is given back, release, a promise.
const SMALL: &str = r#"{
  "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 15,
  "horizon": { "from": "2027-03-27", "until": "2027-03-29" },
  "sites": [
    { "id": "hall", "open": [{ "from": "08:00", "until": "12:00" }] },
    { "id": "annex", "open": [{ "from": "00:00", "until": "24:00" }] }
  ],
  "rooms": [
    { "id": "r1", "site": "hall", "equipment": ["scanner"] },
    { "id": "r2", "site": "hall", "equipment": [] },
    { "id": "a1", "site": "annex", "equipment": [] }
  ],
  "services": [
    { "id": "card", "minutes": 30, "extra_person_minutes": 15, "max_persons": 3, "skills": ["id"],
      "equipment": ["scanner"], "value": 1 },
    { "id": "stamp", "minutes": 15, "extra_person_minutes": 0, "max_persons": 1, "skills": [],
      "equipment": [], "value": 0.5 }
  ],
  "staff": [
    { "id": "ada", "skills": ["id"], "shifts": [{ "site": "hall", "from": "08:00", "until": "12:00",
      "break": { "minutes": 30, "from": "09:00", "until": "11:00" } }] },
    { "id": "ben", "skills": [], "shifts": [{ "site": "hall", "from": "08:00", "until": "12:00" }] },
    { "id": "cem", "skills": [], "shifts": [{ "site": "annex", "from": "10:00", "until": "14:00" }] }
  ],
  "walk_in_quotas": [{ "id": "q", "site": "hall", "from": "08:00", "until": "12:00",
    "min_share": 0.2, "max_share": 0.6, "block_minutes": 30, "skills": [], "returns_at": "07:00" }],
  "demand": [
    { "id": "cards", "service": "card", "sites": ["hall"], "from": "08:00", "until": "12:00", "mean": 6 },
    { "id": "stamps", "service": "stamp", "sites": ["hall", "annex"], "from": "00:00", "until": "24:00",
      "mean": 9, "pool": "horizon" }
  ],
  "appointments": [{ "id": "p", "service": "card", "site": "hall",
    "start": "2027-03-29T08:30:00+02:00", "persons": 2 }],
  "release": [{ "id": "all", "min_notice_minutes": 60,
    "waves": [{ "days_ahead": 7, "at": "08:00", "share": 0.5 }, { "days_ahead": 1, "at": "08:00", "share": 1 }] }],
  "operations": { "walk_ins": [{ "id": "w", "site": "hall", "from": "08:00", "until": "11:00",
    "per_hour": 4 }], "requests": { "horizon_days": 7 }, "call_policy": "appointments_first" }
}"#;

/// Variants that are edited.
const VARIANTS: [&str; 2] = [
    include_str!("../data/variant.json"),
    r#"{ "schema": "variant/1", "name": "v", "edits": [{ "edit": "add_clerks", "count": 1, "like": "ada" }] }"#,
];

/// A scenario with up to four edits, and a variant with up to two.
pub(super) fn case(random: &mut Random) -> Case {
    let scenario = SCENARIOS[random.index(SCENARIOS.len())];
    let variant = VARIANTS[random.index(VARIANTS.len())];
    Case { scenario: edited(scenario, 5, random), variant: edited(variant, 3, random) }
}

/// The file with fewer than `most` edits, or rarely with a byte changed.
pub(super) fn edited(text: &str, most: usize, random: &mut Random) -> String {
    let mut value: Value = serde_json::from_str(text).unwrap_or_default();
    for _ in 0..random.index(most) {
        edit(&mut value, random);
    }
    let mut text = value.to_string();
    if random.chance(0.02) {
        let at = random.index(text.len());
        if text.is_char_boundary(at) && text.is_char_boundary(at + 1) {
            let signs = ["{", "}", "\"", ",", "0", "\u{0}", "ß", "\\"];
            text.replace_range(at..=at, signs[random.index(signs.len())]);
        }
    }
    text
}

/// Changes one value, mostly to something that is nearly right.
fn edit(root: &mut Value, random: &mut Random) {
    let mut places = Vec::new();
    list(root, String::new(), &mut places);
    let place = places[random.index(places.len())].clone();
    let other = places[random.index(places.len())].clone();
    let other = root.pointer(&other).cloned().unwrap_or_default();
    let Some(value) = root.pointer_mut(&place) else { return };
    match value {
        Value::Number(number) if random.chance(0.8) => {
            let old = number.as_f64().unwrap_or(0.0);
            let new =
                [old + 1.0, old - 1.0, old * 2.0, old / 2.0, 0.0, 1.0, -1.0, 0.3, 1e4, 1e9, 5e9];
            let new = new[random.index(new.len())];
            *value = if new.fract() == 0.0 { json!(new as i64) } else { json!(new) };
        }
        Value::String(text) if random.chance(0.8) => {
            let words = [
                "hall",
                "annex",
                "r1",
                "ada",
                "card",
                "id",
                "scanner",
                "00:00",
                "24:00",
                "08:00",
                "12:00",
                "02:30",
                "10:05",
                "mon",
                "sun",
                "day",
                "horizon",
                "2027-03-28",
                "2027-03-29",
                "2027-03-29T09:00:00+02:00",
                "9999-12-31",
                "Europe/Berlin",
                "America/Santiago",
                "",
                "\u{7}",
                "protected",
                "first_come",
            ];
            *text = words[random.index(words.len())].to_owned();
        }
        Value::Array(list) if random.chance(0.9) => {
            if list.is_empty() || random.chance(0.3) {
                list.push(other);
            } else {
                let at = random.index(list.len());
                match random.index(3) {
                    0 => drop(list.remove(at)),
                    1 => list.insert(at, list[at].clone()),
                    _ => list.swap(0, at),
                }
            }
        }
        Value::Object(fields) if random.chance(0.9) => {
            let names: Vec<String> = fields.keys().cloned().collect();
            match (random.index(3), names.is_empty()) {
                (0, false) => drop(fields.remove(&names[random.index(names.len())])),
                (1, false) => {
                    let name = &names[random.index(names.len())];
                    fields.insert(name.clone(), other);
                }
                _ => optional(fields, random),
            }
        }
        value => *value = [json!(null), json!(true), other][random.index(3)].clone(),
    }
}

/// Sets a field that some part of a scenario may have.
fn optional(fields: &mut Map<String, Value>, random: &mut Random) {
    let settings = [
        ("name", json!("N")),
        ("days", json!(["mon", "sat", "sun"])),
        ("closed_on", json!(["2027-03-28"])),
        ("absent_on", json!(["2027-03-29"])),
        ("break", json!({ "minutes": 30, "from": "09:00", "until": "11:30" })),
        ("max_share", json!(0.5)),
        ("returns_at", json!("08:00")),
        ("pool", json!("horizon")),
        ("staff", json!("ada")),
        ("room", json!("r1")),
        ("channel", json!("phone")),
        ("sites", json!(["hall"])),
        ("no_show", json!({ "probability": 0.5 })),
        ("call_policy", json!("due_priority")),
    ];
    let (name, value) = settings[random.index(settings.len())].clone();
    fields.insert(name.to_owned(), value);
}

/// JSON pointers to all values below `value`.
fn list(value: &Value, place: String, out: &mut Vec<String>) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                list(item, format!("{place}/{index}"), out);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                list(field, format!("{place}/{name}"), out);
            }
        }
        _ => {}
    }
    out.push(place);
}
