//! The OpenAPI document

use std::collections::BTreeSet;

use scheduler_core::scenario::Scenario;
use scheduler_core::time::Clock;
use scheduler_service::http::router;
use serde_json::{Value, json};

use super::harness::{TOWN, Town, misfits};

#[test]
fn the_document_is_as_it_was_reviewed() {
    insta::with_settings!({ sort_maps => false }, {
        insta::assert_json_snapshot!("openapi", router::document().unwrap());
    });
}

#[tokio::test]
async fn the_service_serves_its_document() {
    let town = Town::open().await;
    let reply = town.get("/openapi.json").await.ok(200);
    assert_eq!(reply.body, router::document().unwrap());
    assert_eq!(reply.body["openapi"], "3.1.0");
}

#[test]
fn every_reference_of_the_document_leads_somewhere() {
    let document = router::document().unwrap();
    let mut wanted = BTreeSet::new();
    collect(&document, &mut wanted);
    assert!(wanted.len() > 30);
    for reference in wanted {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                found.insert(reference.to_owned());
            }
            fields.values().for_each(|value| collect(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, found)),
        _ => {}
    }
}

#[test]
fn every_operation_is_described_with_its_keys_and_problems() {
    let document = router::document().unwrap();
    let paths = document["paths"].as_object().unwrap();
    let mut ids = BTreeSet::new();
    for (path, item) in paths {
        for (method, operation) in item.as_object().unwrap() {
            let about = format!("{method} {path}");
            assert!(operation["summary"].as_str().is_some_and(|text| !text.is_empty()), "{about}");
            assert!(ids.insert(operation["operationId"].to_string()), "{about}: id given twice");
            assert!(operation["responses"]["500"].is_object(), "{about}");
            // Whoever is to sign in has nothing to show yet.
            if path.starts_with("/v1") && about != "get /v1/sessions" {
                let secured = &operation["security"][0];
                // Calendar programs send no keys.
                let named = match path.as_str() {
                    path if path.ends_with(".ics") => "calendar",
                    "/v1/sessions/current" => "session",
                    _ => "key",
                };
                assert!(secured[named].is_array(), "{about}");
                assert!(operation["responses"]["401"].is_object(), "{about}");
            }
        }
    }
}

/// The document shows what the library reads: not more, and not less.
#[test]
fn what_the_library_reads_is_what_the_document_shows() {
    let document = router::document().unwrap();
    let town: Value = serde_json::from_str(TOWN).unwrap();
    let example = include_str!("../../../../examples/bremerhaven/scenario.json");
    let example: Value = serde_json::from_str(example).unwrap();
    let reference = json!({ "$ref": "#/components/schemas/Scenario" });
    for scenario in [town, example] {
        assert_eq!(misfits(&document, &reference, &scenario), Vec::<String>::new());
        let read = Scenario::from_value(&scenario).unwrap();
        let written = serde_json::to_value(read).unwrap();
        assert_eq!(misfits(&document, &reference, &written), Vec::<String>::new());
        // Everything but what is required can be left out, and the library agrees.
        for (name, _) in scenario.as_object().unwrap() {
            let mut without = scenario.clone();
            without.as_object_mut().unwrap().remove(name);
            let required = format!("{name:?} is a required property");
            let found = misfits(&document, &reference, &without);
            let by_schema = found.iter().any(|found| found.contains(&required));
            let by_library = Scenario::from_value(&without).is_err_and(|findings| {
                let at = format!("/{name}");
                findings.iter().any(|found| found.code == "field.missing" && found.pointer == at)
            });
            assert_eq!(by_schema, by_library, "{name}");
        }
    }
}

/// Each kind of edit is a schema of its own, told by its word.
#[test]
fn edits_are_shown_one_by_one() {
    let document = router::document().unwrap();
    let edit = json!({ "$ref": "#/components/schemas/Edit" });
    let good = json!({ "edit": "add_clerks", "count": 1, "like": "nord-03" });
    assert_eq!(misfits(&document, &edit, &good), Vec::<String>::new());
    for bad in [
        json!({ "edit": "add_clerk", "count": 1, "like": "nord-03" }),
        json!({ "edit": "add_clerks", "count": 101, "like": "nord-03" }),
        json!({ "edit": "add_clerks", "count": 1, "like": "nord-03", "rooms": 1 }),
        json!({ "edit": "set_call_policy", "policy": "nicest_first" }),
    ] {
        assert_ne!(misfits(&document, &edit, &bad), Vec::<String>::new(), "{bad}");
    }
}

/// What is shown as an example can be sent as it is.
#[test]
fn examples_fit_what_they_show() {
    let document = router::document().unwrap();
    let mut seen = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let body = &operation["requestBody"]["content"]["application/json"];
            let Some(example) = body.get("example") else { continue };
            let found = misfits(&document, &body["schema"], example);
            assert_eq!(found, Vec::<String>::new(), "{method} {path}");
            seen += 1;
        }
    }
    assert!(seen >= 12, "{seen}");
}

/// Whoever generates types needs closed sets as such: a text with words in it is none.
#[test]
fn closed_sets_are_shown_as_such() {
    let document = router::document().unwrap();
    for place in [
        "ProblemDetails/properties/code",
        "NoSlots/properties/code",
        "CheckResult/properties/code",
        "Slot/properties/why/items",
        "ClientView/properties/scopes/items",
        "Figure/allOf/1/properties/unit",
        "TimeFigure/properties/weekday",
        "Simulation/properties/stop",
        "StaffingTarget/properties/standing",
    ] {
        let found = document.pointer(&format!("/components/schemas/{place}"));
        let found = found.unwrap_or_else(|| panic!("nothing at {place}"));
        let shown = match found["$ref"].as_str() {
            Some(reference) => document.pointer(&reference[1..]).unwrap(),
            None => found,
        };
        assert!(shown["enum"].is_array(), "{place}: {found}");
    }
    let jobs = &document["components"]["schemas"]["JobView"];
    assert_eq!(jobs["discriminator"]["propertyName"], "kind");
    let mapping = jobs["discriminator"]["mapping"].as_object().unwrap();
    assert_eq!(mapping.len(), jobs["oneOf"].as_array().unwrap().len());
    for (kind, reference) in mapping {
        let job = document.pointer(&reference.as_str().unwrap()[1..]).unwrap();
        assert_eq!(job["properties"]["kind"]["const"], **kind);
    }
}

/// What the document says of a text is what is asked of it.
#[test]
fn patterns_are_enforced() {
    let document = router::document().unwrap();
    let hours = json!({ "$ref": "#/components/schemas/Hours" });
    let of = |from: &str| json!({ "from": from, "until": "24:00" });
    assert_eq!(misfits(&document, &hours, &of("08:30")), Vec::<String>::new());
    for wrong in ["8:30", "24:01", "08:60", "0830"] {
        assert_ne!(misfits(&document, &hours, &of(wrong)), Vec::<String>::new(), "{wrong}");
        assert!(wrong.parse::<Clock>().is_err(), "{wrong}");
    }
}
