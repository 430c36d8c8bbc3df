//! Variants and what they change.

mod apply;
mod best;
mod files;
mod pareto;
mod runs;
mod select;

use scheduler_core::scenario::{Scenario, Variant};
use serde_json::{Value, json};

const OFFICE: &str = include_str!("../data/office.json");
const VARIANT: &str = include_str!("../data/variant.json");

fn office() -> Scenario {
    Scenario::from_json(OFFICE.as_bytes()).unwrap()
}

/// A variant with these edits.
fn variant(edits: &Value) -> Variant {
    let file = json!({ "schema": "variant/1", "name": "test", "edits": edits });
    Variant::from_json(file.to_string().as_bytes()).unwrap()
}
