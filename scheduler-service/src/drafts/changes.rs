//! What was changed from one scenario to another.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A change of a field, or of an entry of a list whose entries have ids.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// What became of it.
    pub kind: ChangeKind,
    /// Names of fields and ids of entries that lead to it, such as `staff`, `ada`, `skills`.
    pub path: Vec<String>,
    /// Where it is, as a JSON pointer: into the scenario after the change, or before it where it was
    /// removed.
    pub pointer: String,
    /// How it was; `None` where it was not there.
    pub before: Option<Value>,
    /// How it is; `None` where it is not there any more.
    pub after: Option<Value>,
}

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is not there any more.
    Removed,
    /// It is otherwise.
    Changed,
}

/// All changes that lead from `before` to `after`, in the order of the fields.
///
/// Entries of a list are known by their ids where all have one and no two have the same; the order of
/// such a list means nothing. Any other list is one value.
pub fn changes(before: &Value, after: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    visit(&Place::default(), Some(before), Some(after), &mut found);
    found
}

/// A place in both scenarios.
#[derive(Debug, Clone, Default)]
struct Place {
    path: Vec<String>,
    before: String,
    after: String,
}

impl Place {
    fn field(&self, name: &str) -> Self {
        let token = name.replace('~', "~0").replace('/', "~1");
        self.step(name, &token, &token)
    }

    fn step(&self, name: &str, before: &str, after: &str) -> Self {
        let mut path = self.path.clone();
        path.push(name.to_owned());
        Self {
            path,
            before: format!("{}/{before}", self.before),
            after: format!("{}/{after}", self.after),
        }
    }
}

fn visit(place: &Place, before: Option<&Value>, after: Option<&Value>, found: &mut Vec<Change>) {
    if before == after {
        return;
    }
    if let (Some(Value::Object(before)), Some(Value::Object(after))) = (before, after) {
        return visit_fields(place, before, after, found);
    }
    // A list that is left out is an empty one.
    let none = Value::Array(Vec::new());
    let (old, new) = (before.unwrap_or(&none), after.unwrap_or(&none));
    if !place.path.is_empty()
        && let (Some(old), Some(new)) = (by_id(old), by_id(new))
        && !(old.is_empty() && new.is_empty())
    {
        return visit_entries(place, &old, &new, found);
    }
    let (kind, pointer) = match (before, after) {
        (None, _) => (ChangeKind::Added, &place.after),
        (_, None) => (ChangeKind::Removed, &place.before),
        _ => (ChangeKind::Changed, &place.after),
    };
    found.push(Change {
        kind,
        path: place.path.clone(),
        pointer: pointer.clone(),
        before: before.cloned(),
        after: after.cloned(),
    });
}

fn visit_fields(
    place: &Place,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    found: &mut Vec<Change>,
) {
    for (name, old) in before {
        visit(&place.field(name), Some(old), after.get(name), found);
    }
    for (name, new) in after.iter().filter(|(name, _)| !before.contains_key(*name)) {
        visit(&place.field(name), None, Some(new), found);
    }
}

/// Entries by id, each with its position.
pub(super) type Entries<'a> = BTreeMap<&'a str, (usize, &'a Value)>;

fn visit_entries(
    place: &Place,
    before: &Entries<'_>,
    after: &Entries<'_>,
    found: &mut Vec<Change>,
) {
    let mut old: Vec<_> = before.iter().collect();
    old.sort_by_key(|(_, (position, _))| *position);
    for (id, (position, entry)) in old {
        let now = after.get(id);
        let at = now.map_or(*position, |(position, _)| *position);
        let here = place.step(id, &position.to_string(), &at.to_string());
        visit(&here, Some(entry), now.map(|(_, entry)| *entry), found);
    }
    let mut new: Vec<_> = after.iter().filter(|(id, _)| !before.contains_key(*id)).collect();
    new.sort_by_key(|(_, (position, _))| *position);
    for (id, (position, entry)) in new {
        let at = position.to_string();
        visit(&place.step(id, &at, &at), None, Some(entry), found);
    }
}

/// The entries of a list by id, where all have one of their own; `None` where not, or where it is no
/// list.
pub(super) fn by_id(list: &Value) -> Option<Entries<'_>> {
    let list = list.as_array()?;
    let mut entries = BTreeMap::new();
    for (position, entry) in list.iter().enumerate() {
        let id = entry.get("id")?.as_str()?;
        if entries.insert(id, (position, entry)).is_some() {
            return None;
        }
    }
    Some(entries)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn told(before: &Value, after: &Value) -> Vec<(ChangeKind, String, String)> {
        let all = changes(before, after).into_iter();
        all.map(|change| (change.kind, change.path.join(" "), change.pointer)).collect()
    }

    #[test]
    fn entries_are_known_by_their_ids_wherever_they_are() {
        let before = json!({ "staff": [
            { "id": "ada", "skills": ["law"] }, { "id": "ben", "skills": [] },
            { "id": "cem", "skills": [] }] });
        let after = json!({ "staff": [
            { "id": "cem", "skills": [] }, { "id": "dan", "skills": [] },
            { "id": "ada", "skills": ["law", "tax"], "name": "Ada" }] });
        assert_eq!(
            told(&before, &after),
            [
                (ChangeKind::Changed, "staff ada skills".to_owned(), "/staff/2/skills".to_owned()),
                (ChangeKind::Added, "staff ada name".to_owned(), "/staff/2/name".to_owned()),
                (ChangeKind::Removed, "staff ben".to_owned(), "/staff/1".to_owned()),
                (ChangeKind::Added, "staff dan".to_owned(), "/staff/1".to_owned()),
            ]
        );
        assert_eq!(changes(&before, &before), []);
    }

    #[test]
    fn lists_without_ids_or_with_one_id_twice_are_one_value() {
        let before = json!({ "sites": [{ "id": "a/b", "open": [1] }], "rooms": [{ "id": "r" }] });
        let after = json!({ "sites": [{ "id": "a/b", "open": [1, 2] }],
            "rooms": [{ "id": "r" }, { "id": "r" }] });
        assert_eq!(
            told(&before, &after),
            [
                (ChangeKind::Changed, "rooms".to_owned(), "/rooms".to_owned()),
                (ChangeKind::Changed, "sites a/b open".to_owned(), "/sites/0/open".to_owned()),
            ]
        );
    }

    #[test]
    fn a_list_that_was_left_out_gets_entries() {
        let after = json!({ "cover": [{ "id": "two", "least": 2 }] });
        let added = (ChangeKind::Added, "cover two".to_owned(), "/cover/0".to_owned());
        assert_eq!(told(&json!({}), &after), [added]);
        let removed = (ChangeKind::Removed, "cover two".to_owned(), "/cover/0".to_owned());
        assert_eq!(told(&after, &json!({})), [removed]);
    }
}
