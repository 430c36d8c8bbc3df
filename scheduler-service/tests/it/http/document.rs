//! The OpenAPI document

use std::collections::BTreeSet;

use scheduler_service::http::router;
use scheduler_service::http::schema::Schemas;
use serde_json::{Value, json};

use super::harness::{TOWN, Town};

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
            if path.starts_with("/v1") {
                assert!(operation["security"][0]["key"].is_array(), "{about}");
                assert!(operation["responses"]["401"].is_object(), "{about}");
            }
        }
    }
}

/// The schemas of scenarios are for people; the library reads them. They must not contradict.
#[test]
fn what_the_library_reads_is_what_the_document_shows() {
    let document = router::document().unwrap();
    let schemas = Schemas::of(&document);
    let town: Value = serde_json::from_str(TOWN).unwrap();
    let example = include_str!("../../../../examples/bremerhaven/scenario.json");
    let example: Value = serde_json::from_str(example).unwrap();
    let reference = json!({ "$ref": "#/components/schemas/Scenario" });
    for scenario in [town, example] {
        let found = schemas.judge_all(&reference, &scenario);
        assert!(found.malformed.is_empty() && found.out_of_bounds.is_empty(), "{found:?}");
        let read = scheduler_core::scenario::Scenario::from_json(scenario.to_string().as_bytes());
        let written = serde_json::to_value(read.unwrap()).unwrap();
        let found = schemas.judge_all(&reference, &written);
        assert!(found.malformed.is_empty() && found.out_of_bounds.is_empty(), "{found:?}");
        // Everything but what is required can be left out, and the library agrees.
        for (name, _) in scenario.as_object().unwrap() {
            let mut without = scenario.clone();
            without.as_object_mut().unwrap().remove(name);
            let missing = |text: &str| text == format!("/{name}");
            let judged = schemas.judge_all(&reference, &without);
            let schema = judged.malformed.iter().any(|found| missing(&found.pointer));
            let text = without.to_string();
            let read = scheduler_core::scenario::Scenario::from_json(text.as_bytes());
            let library = read.is_err_and(|findings| {
                findings
                    .iter()
                    .any(|found| found.code == "field.missing" && missing(&found.pointer))
            });
            assert_eq!(schema, library, "{name}");
        }
    }
}
