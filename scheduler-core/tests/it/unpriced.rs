//! Scenarios in which nothing but the value of slots counts.

use serde_json::{Value, json};

/// `scenario` with all prices 0 and quotas that ask for nothing in stretches.
pub(crate) fn unpriced(mut scenario: Value) -> Value {
    scenario["weights"] = json!({
        "seat": 0, "move": 0, "free_minute": 0, "break_pair_minute": 0, "short_minute": 0,
    });
    let quotas = scenario.get_mut("walk_in_quotas").and_then(Value::as_array_mut);
    for quota in quotas.into_iter().flatten() {
        quota["stretch_minutes"] = json!(0);
    }
    scenario
}
