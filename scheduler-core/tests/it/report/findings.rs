//! Findings in German.

use scheduler_core::check::Rule;
use scheduler_core::problem::Problem;
use scheduler_core::report::{Language, german_sentence};
use scheduler_core::scenario::{Scenario, codes};

#[test]
fn every_code_and_every_rule_has_a_german_sentence() {
    let codes = codes::ALL.iter().map(|code| code.name);
    let rules = Rule::ALL.iter().map(|rule| rule.code());
    let missing: Vec<&str> =
        codes.chain(rules).filter(|code| german_sentence(code).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Conflicts have their codes where they are found.
#[test]
fn every_conflict_has_a_german_sentence() {
    let sources = [
        include_str!("../../../src/plan/infeasibility/mod.rs"),
        include_str!("../../../src/plan/infeasibility/promises.rs"),
        include_str!("../../../src/plan/infeasibility/quotas.rs"),
        include_str!("../../../src/plan/infeasibility/shortfall.rs"),
        include_str!("../../../src/plan/infeasibility/solving.rs"),
    ];
    let words = sources.iter().flat_map(|source| source.split('"'));
    let is_code = |word: &&str| {
        let kinds = ["quota.", "promise.", "duties.", "break.", "cover."];
        kinds.iter().any(|kind| word.starts_with(kind))
            && word.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_'))
    };
    let codes: Vec<&str> = words.filter(is_code).collect();
    assert!(codes.len() > 15, "{codes:?}");
    let missing: Vec<&str> =
        codes.into_iter().filter(|code| german_sentence(code).is_none()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Messages about an entry begin with its kind, which is told in German.
#[test]
fn what_a_finding_is_about_is_named_in_german() {
    let scenario = include_str!("scenario.json")
        .replace("\"skills\": [\"documents\"]", "\"skills\": [\"magic\"]");
    let scenario = Scenario::from_json(scenario.as_bytes()).unwrap();
    let warnings = Problem::new(&scenario).unwrap().warnings;
    let found = warnings.iter().find(|one| one.code == "service.no_clerk").unwrap();
    let text = Language::German.finding(found.code, &found.message);
    assert!(text.starts_with("Dienstleistung „card“: "), "{text}");
}

#[test]
fn a_german_finding_keeps_the_values_of_its_message() {
    let message = "\"n-1\" is not one of the rooms";
    let text = Language::German.finding("reference.unknown", message);
    assert!(text.starts_with("Diese Kennung gibt es nicht."), "{text}");
    assert!(text.ends_with("(„n-1“)"), "{text}");
    let text = Language::German.finding("demand.never", "demand \"pass\": nobody asks");
    assert!(text.starts_with("Nachfrage „pass“: Kein Tag"), "{text}");
    assert!(text.ends_with("verlängern Sie den Zeitraum."), "{text}");
    assert_eq!(Language::English.finding("reference.unknown", message), message);
    assert_eq!(Language::German.finding("no.such.code", message), message);
}
