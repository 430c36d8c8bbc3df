//! Whatever bytes come in: no panic, and what is read is written and read again the same.

use proptest::prelude::*;
use scheduler_core::problem::Problem;
use scheduler_core::scenario::{PlanFile, Scenario};
use serde_json::{Value, json};

const OFFICE: &str = include_str!("../data/office.json");
const PLAN: &str = include_str!("../data/office_plan.json");

/// Reads, builds and writes as far as it goes.
fn go_through(bytes: &[u8]) {
    if let Ok(scenario) = Scenario::from_json(bytes) {
        let written = serde_json::to_vec(&scenario).unwrap();
        assert_eq!(Scenario::from_json(&written).unwrap(), scenario);
        let _ = Problem::new(&scenario).map_err(|findings| findings.to_string());
    }
}

fn go_through_plan(bytes: &[u8]) {
    let office = Scenario::from_json(OFFICE.as_bytes()).unwrap();
    let problem = Problem::new(&office).unwrap();
    if let Ok(file) = PlanFile::from_json(bytes) {
        let (plan, _) = file.resolve(&problem);
        let again = PlanFile::new(&problem, &plan);
        // As text: what a plan does not say of its worth is no number, which equals nothing.
        assert_eq!(format!("{:?}", again.resolve(&problem)), format!("{:?}", (&plan, [(); 0])));
    }
}

/// A few bytes replaced, inserted or removed, or the end cut off.
fn damaged(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let place = 0..text.len();
    let damage = (place.clone(), 0u8..4, any::<u8>(), place);
    proptest::collection::vec(damage, 1..4).prop_map(move |damages| {
        let mut bytes = text.as_bytes().to_vec();
        for (place, kind, byte, length) in damages {
            let place = place.min(bytes.len().saturating_sub(1));
            match kind {
                0 if place < bytes.len() => bytes[place] = byte,
                1 => bytes.insert(place, byte),
                2 => drop(bytes.drain(place..(place + length % 20).min(bytes.len()))),
                _ => bytes.truncate(place),
            }
        }
        bytes
    })
}

/// Values that somebody might write where something else belongs.
fn a_value() -> impl Strategy<Value = Value> {
    let numbers = [0.0, -1.0, 1.0, 7.0, 60.0, 1e18, -1e-300, 0.5];
    let words = [
        "",
        "ada",
        "north",
        "card",
        "02:30",
        "00:00",
        "24:00",
        "2027-10-31",
        "1969-12-31",
        "9999-12-31",
        "2027-03-28T02:30:00+01:00",
        "2027-03-26T23:55:00Z",
        "mon",
        "horizon",
        "UTC",
    ];
    prop_oneof![
        proptest::sample::select(numbers.to_vec()).prop_map(|number| json!(number)),
        proptest::sample::select(numbers.to_vec()).prop_map(|number| json!(number as i64)),
        proptest::sample::select(words.to_vec()).prop_map(|word| json!(word)),
        Just(json!(null)),
        Just(json!([])),
        Just(json!({})),
    ]
}

/// Puts `value` at the `place`-th value inside `tree`; `None` removes that.
fn replace(tree: &mut Value, place: &mut usize, value: &Option<Value>) -> bool {
    let children: Vec<&mut Value> = match tree {
        Value::Array(list) => {
            if *place < list.len() && value.is_none() {
                list.remove(*place);
                return true;
            }
            list.iter_mut().collect()
        }
        Value::Object(fields) => {
            if *place < fields.len() && value.is_none() {
                let name = fields.keys().nth(*place).unwrap().clone();
                fields.remove(&name);
                return true;
            }
            fields.values_mut().collect()
        }
        _ => return false,
    };
    for child in children {
        if *place == 0 {
            *child = value.clone().unwrap_or_default();
            return true;
        }
        *place -= 1;
        if replace(child, place, value) {
            return true;
        }
    }
    false
}

fn altered(text: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let edit = (0usize..190, proptest::option::weighted(0.8, a_value()));
    proptest::collection::vec(edit, 1..4).prop_map(move |edits| {
        let mut tree = serde_json::from_str(text).unwrap();
        for (mut place, value) in edits {
            replace(&mut tree, &mut place, &value);
        }
        tree.to_string().into_bytes()
    })
}

proptest! {
    #[test]
    fn random_bytes_are_no_scenario(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        go_through(&bytes);
        prop_assert!(Scenario::from_json(&bytes).is_err());
        prop_assert!(PlanFile::from_json(&bytes).is_err());
    }

    #[test]
    fn damaged_files_are_read_or_refused(bytes in damaged(OFFICE), plan in damaged(PLAN)) {
        go_through(&bytes);
        go_through_plan(&plan);
    }

    #[test]
    fn altered_files_are_read_or_refused(bytes in altered(OFFICE), plan in altered(PLAN)) {
        go_through(&bytes);
        go_through_plan(&plan);
    }

    #[test]
    fn numbers_survive_to_the_last_digit(mean in 0.0..1e6f64, share in 0.0..=1.0f64) {
        let mut scenario = Scenario::from_json(OFFICE.as_bytes()).unwrap();
        scenario.demand[0].mean = mean;
        scenario.walk_in_quotas[0].max_share = Some(share);
        let written = serde_json::to_vec(&scenario).unwrap();
        prop_assert_eq!(Scenario::from_json(&written).unwrap(), scenario);
    }
}

/// An embedder may keep a scenario inside a document of its own.
#[test]
fn serde_reads_what_from_json_reads_and_tells_what_it_tells() {
    let by_serde: Scenario = serde_json::from_str(OFFICE).unwrap();
    assert_eq!(by_serde, Scenario::from_json(OFFICE.as_bytes()).unwrap());
    let broken = OFFICE.replacen("grid_minutes", "grid", 1);
    let told = serde_json::from_str::<Scenario>(&broken).unwrap_err().to_string();
    let findings = Scenario::from_json(broken.as_bytes()).unwrap_err();
    assert!(findings.len() == 2 && told.contains(&findings.to_string()), "{told}");
}
