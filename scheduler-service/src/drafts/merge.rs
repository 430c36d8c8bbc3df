//! Changes of one scenario, made to another version of it.

use serde_json::Value;

use super::changes::{Change, by_id, changes};

/// What changes came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Merged {
    /// The other version with all changes that do not contradict it.
    pub scenario: Value,
    /// The changes that do.
    pub conflicts: Vec<Conflict>,
}

/// A change of something that others have changed too, otherwise.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// The change.
    pub change: Change,
    /// How others have made it; `None` where they have taken it away.
    pub theirs: Option<Value>,
}

/// Makes all that was changed from `base` to `mine` to `theirs`, which others have made of `base`
/// meanwhile. What both have made the same is no conflict.
pub fn merge(base: &Value, mine: &Value, theirs: &Value) -> Merged {
    let mut merged = Merged { scenario: theirs.clone(), conflicts: Vec::new() };
    for change in changes(base, mine) {
        let now = at(theirs, &change.path);
        if now == change.after.as_ref() {
            continue;
        }
        if now != change.before.as_ref() || !set(&mut merged.scenario, &change) {
            let theirs = now.cloned();
            merged.conflicts.push(Conflict { change, theirs });
        }
    }
    merged
}

/// What is at `path` of a scenario: by names of fields and ids of entries.
fn at<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, name| match value {
        Value::Object(fields) => fields.get(name),
        list => by_id(list)?.get(name.as_str()).map(|(_, entry)| *entry),
    })
}

/// Makes a change; `false` where its place is not there.
fn set(scenario: &mut Value, change: &Change) -> bool {
    let Some((last, path)) = change.path.split_last() else {
        // The whole of it.
        if let Some(after) = &change.after {
            scenario.clone_from(after);
        }
        return change.after.is_some();
    };
    let is_entry = change.after.as_ref().is_some_and(|after| after["id"] == last.as_str());
    let mut place = scenario;
    for (depth, name) in path.iter().enumerate() {
        let next = match place {
            Value::Object(fields) => {
                // A list that was left out gets its first entry.
                if is_entry && depth + 1 == path.len() && !fields.contains_key(name) {
                    fields.insert(name.clone(), Value::Array(Vec::new()));
                }
                fields.get_mut(name)
            }
            Value::Array(list) => list.iter_mut().find(|entry| entry["id"] == name.as_str()),
            _ => None,
        };
        let Some(next) = next else { return false };
        place = next;
    }
    match (place, &change.after) {
        (Value::Object(fields), Some(after)) => {
            fields.insert(last.clone(), after.clone());
        }
        (Value::Object(fields), None) => {
            fields.remove(last);
        }
        (Value::Array(list), Some(after)) => {
            match list.iter_mut().find(|entry| entry["id"] == last.as_str()) {
                Some(entry) => entry.clone_from(after),
                None => list.push(after.clone()),
            }
        }
        (Value::Array(list), None) => list.retain(|entry| entry["id"] != last.as_str()),
        _ => return false,
    }
    true
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_both_have_changed_in_different_places_is_both_there() {
        let base =
            json!({ "grid": 5, "staff": [{ "id": "ada", "skills": ["law"] }, { "id": "ben" }] });
        let mine = json!({ "grid": 5, "staff": [{ "id": "ada", "skills": ["tax"] }, { "id": "ben" },
            { "id": "dan" }], "cover": [{ "id": "two" }] });
        let theirs = json!({ "grid": 5, "staff": [{ "id": "cem" },
            { "id": "ada", "skills": ["law"], "absent_on": ["2027-03-01"] }] });
        let merged = merge(&base, &mine, &theirs);
        assert_eq!(merged.conflicts, []);
        assert_eq!(
            merged.scenario,
            json!({ "grid": 5, "staff": [{ "id": "cem" },
                { "id": "ada", "skills": ["tax"], "absent_on": ["2027-03-01"] }, { "id": "dan" }],
                "cover": [{ "id": "two" }] })
        );
        // What was merged has all changes, so that merging it once more changes nothing.
        assert_eq!(merge(&base, &mine, &merged.scenario).scenario, merged.scenario);
    }

    #[test]
    fn what_both_have_changed_otherwise_is_a_conflict_and_stays_theirs() {
        let base = json!({ "grid": 5, "staff": [{ "id": "ada", "skills": [] }, { "id": "ben", "name": "B" }] });
        let mine = json!({ "grid": 10, "staff": [{ "id": "ada", "skills": ["tax"] }] });
        let theirs = json!({ "grid": 15, "staff": [{ "id": "ben", "name": "Ben" }] });
        let merged = merge(&base, &mine, &theirs);
        let paths: Vec<_> =
            merged.conflicts.iter().map(|conflict| conflict.change.path.join(" ")).collect();
        assert_eq!(paths, ["grid", "staff ada skills", "staff ben"]);
        assert_eq!(merged.conflicts[0].theirs, Some(json!(15)));
        assert_eq!(merged.conflicts[1].theirs, None);
        assert_eq!(merged.scenario, theirs);
    }

    #[test]
    fn a_field_of_what_is_gone_is_a_conflict() {
        let base = json!({ "operations": { "sick_share": 0.1 } });
        let mine =
            json!({ "operations": { "sick_share": 0.1, "no_show": { "probability": 0.2 } } });
        let merged = merge(&base, &mine, &json!({}));
        assert_eq!(merged.conflicts.len(), 1);
        assert_eq!(merged.scenario, json!({}));
    }

    #[test]
    fn what_both_have_changed_alike_is_none() {
        let base = json!({ "rooms": [{ "id": "r" }] });
        let both = json!({ "rooms": [{ "id": "r" }, { "id": "s" }] });
        assert_eq!(
            merge(&base, &both, &both),
            Merged { scenario: both.clone(), conflicts: vec![] }
        );
    }
}
