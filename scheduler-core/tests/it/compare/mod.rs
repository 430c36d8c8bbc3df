//! Variants and what they change.

mod apply;
mod best;
mod files;
mod pareto;
mod runs;
mod select;

use scheduler_core::scenario::{Scenario, Variant};
use serde_json::{Value, json};

use crate::unpriced::unpriced;

const OFFICE: &str = include_str!("../data/office.json");
const VARIANT: &str = include_str!("../data/variant.json");

fn office() -> Scenario {
    let office = unpriced(serde_json::from_str(OFFICE).unwrap());
    Scenario::from_json(office.to_string().as_bytes()).unwrap()
}

/// A variant with these edits.
fn variant(edits: &Value) -> Variant {
    let file = json!({ "schema": "variant/1", "name": "test", "edits": edits });
    Variant::from_json(file.to_string().as_bytes()).unwrap()
}
