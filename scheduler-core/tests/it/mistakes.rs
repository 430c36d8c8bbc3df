//! Lists of mistakes: each an edit of a valid file and the one finding that it must cause.

use serde_json::Value;

/// One mistake.
pub(crate) struct Mistake {
    /// The finding's code.
    pub(crate) code: String,
    /// Where it must be found; `(file)` in the list stands for the empty pointer.
    pub(crate) pointer: String,
    edits: Vec<(String, Option<Value>)>,
}

/// Reads a list with one mistake a line: `code pointer : /a/b = json ; /c removed`.
pub(crate) fn list(text: &str) -> Vec<Mistake> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .map(|line| {
            let (finding, edits) = line.split_once(" : ").unwrap();
            let (code, pointer) = finding.split_once(' ').unwrap();
            let edits = edits.split(" ; ").map(|edit| match edit.split_once(" = ") {
                Some((place, value)) => (place.to_owned(), Some(value.parse().unwrap())),
                None => (edit.strip_suffix(" removed").unwrap().to_owned(), None),
            });
            Mistake {
                code: code.to_owned(),
                pointer: pointer.replace("(file)", ""),
                edits: edits.collect(),
            }
        })
        .collect()
}

impl Mistake {
    /// `valid` with the mistake.
    pub(crate) fn make(&self, mut valid: Value) -> Value {
        for (place, value) in &self.edits {
            let (parent, field) = place.rsplit_once('/').unwrap();
            let field = field.replace("~1", "/").replace("~0", "~");
            let parent = valid.pointer_mut(parent).unwrap();
            match (parent, value) {
                (Value::Object(object), Some(value)) => {
                    object.insert(field, value.clone());
                }
                (Value::Object(object), None) => {
                    object.remove(&field).unwrap();
                }
                (Value::Array(list), Some(value)) if field == "-" => list.push(value.clone()),
                (Value::Array(list), Some(value)) => {
                    list[field.parse::<usize>().unwrap()] = value.clone();
                }
                (Value::Array(list), None) => {
                    list.remove(field.parse().unwrap());
                }
                _ => panic!("{place} is in no object or list"),
            }
        }
        valid
    }
}
