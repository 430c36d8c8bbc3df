//! Variant files.

use std::collections::BTreeSet;

use scheduler_core::compare::apply;
use scheduler_core::scenario::{Edit, Finding, Variant};
use serde_json::{Value, json};

use super::{VARIANT, office};
use crate::mistakes;

const MISTAKES: &str = include_str!("../data/variant_mistakes.txt");

fn example() -> Value {
    serde_json::from_str(VARIANT).unwrap()
}

/// What reading a variant and applying it to the office say.
fn findings(variant: &Value) -> Vec<Finding> {
    let found: Vec<Finding> = match Variant::from_json(variant.to_string().as_bytes()) {
        Err(findings) => findings.into_iter().collect(),
        Ok(variant) => match apply(&office(), &variant) {
            Err(findings) => findings.into_iter().collect(),
            Ok(applied) => applied.warnings.into_iter().map(|warning| warning.finding).collect(),
        },
    };
    for finding in &found {
        assert!(finding.message.len() > 20, "{finding} explains little");
    }
    found
}

fn places(variant: &Value) -> Vec<(&'static str, String)> {
    findings(variant).into_iter().map(|finding| (finding.code, finding.pointer)).collect()
}

#[test]
fn the_example_has_every_edit_and_no_finding() {
    assert_eq!(findings(&example()), []);
    let variant = Variant::from_json(VARIANT.as_bytes()).unwrap();
    let words: BTreeSet<&str> = variant.edits.iter().map(Edit::word).collect();
    assert_eq!(words.len(), 29);
}

#[test]
fn reading_what_was_written_gives_the_same_variant() {
    let variant = Variant::from_json(VARIANT.as_bytes()).unwrap();
    let written = serde_json::to_string(&variant).unwrap();
    assert_eq!(Variant::from_json(written.as_bytes()).unwrap(), variant);
    assert_eq!(serde_json::from_str::<Variant>(VARIANT).unwrap(), variant);
}

#[test]
fn each_mistake_has_its_finding_and_no_other() {
    let mut failures = Vec::new();
    for mistake in mistakes::list(MISTAKES) {
        let found = findings(&mistake.make(example()));
        let places: Vec<(&str, &str)> =
            found.iter().map(|finding| (finding.code, finding.pointer.as_str())).collect();
        if places != [(mistake.code.as_str(), mistake.pointer.as_str())] {
            failures.push(format!("{} {}: {found:#?}", mistake.code, mistake.pointer));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn all_mistakes_are_found_at_once() {
    let mut variant = example();
    variant["edits"][0]["count"] = json!(101);
    variant["edits"][9]["factor"] = json!("half");
    variant["edits"][12]["services"] = json!([]);
    assert_eq!(
        places(&variant),
        [
            ("field.range", "/edits/0/count".to_owned()),
            ("field.type", "/edits/9/factor".to_owned()),
            ("list.empty", "/edits/12/services".to_owned()),
        ]
    );
    let mut variant = example();
    variant["edits"][1]["clerks"] = json!(["bobb", "carl"]);
    variant["edits"][5]["rooms"] = json!(["n9"]);
    assert_eq!(
        places(&variant),
        [
            ("reference.unknown", "/edits/1/clerks/0".to_owned()),
            ("reference.unknown", "/edits/1/clerks/1".to_owned()),
            ("reference.unknown", "/edits/5/rooms/0".to_owned()),
        ]
    );
}

#[test]
fn findings_say_which_edit_and_what_to_do() {
    let mut variant = example();
    variant["edits"][1]["clerks"] = json!(["bobb"]);
    let message = &findings(&variant)[0].message;
    assert_eq!(message, "remove_clerks: there is no clerk \"bobb\"; did you mean \"bob\"?");
    let mut variant = example();
    variant["edits"][15]["minutes"] = json!(17);
    let message = &findings(&variant)[0].message;
    assert_eq!(
        message,
        "set_slot_minutes: then, at /services/0/minutes of the scenario: service \"card\": \
         17 minutes is no multiple of the grid of 5; use 20"
    );
}
