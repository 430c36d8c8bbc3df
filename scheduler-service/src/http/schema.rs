//! Judges JSON by the schemas of the OpenAPI document, so that what is documented and what is
//! enforced cannot differ.
//!
//! Knows the keywords that the document uses: `$ref`, `type`, `enum`, `format`, `properties`,
//! `required`, `additionalProperties`, `items`, `oneOf`, and the bounds of numbers, texts and
//! lists. [`OPAQUE`] schemas are documented here and judged by the library, which says more.

use chrono::{DateTime, NaiveDate};
use scheduler_core::time::Clock;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::http::problem::Violation;

/// Schemas whose values have a reader of their own in the library.
pub const OPAQUE: [&str; 3] = ["Scenario", "Plan", "Variant"];

const PREFIX: &str = "#/components/schemas/";

/// The schemas of the OpenAPI document by name.
#[derive(Debug, Clone, Default)]
pub struct Schemas(Map<String, Value>);

/// What was found wrong with a value.
#[derive(Debug, Default)]
pub struct Judgement {
    /// It cannot be what it should be: fields missing or unknown, wrong types, unreadable texts.
    pub malformed: Vec<Violation>,
    /// It is of the right form, but out of bounds.
    pub out_of_bounds: Vec<Violation>,
}

impl Schemas {
    /// The schemas of `document`, an OpenAPI document as JSON.
    pub fn of(document: &Value) -> Self {
        let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
        Self(schemas.cloned().unwrap_or_default())
    }

    /// Judges `value` by the schema called `name`.
    pub fn judge(&self, name: &str, value: &Value) -> Judgement {
        let mut judge = Judge { schemas: self, found: Judgement::default(), opaque: &OPAQUE };
        judge.reference(name, value, "");
        judge.found
    }

    /// Judges `value` by `schema`, and by every schema that it refers to.
    pub fn judge_all(&self, schema: &Value, value: &Value) -> Judgement {
        let mut judge = Judge { schemas: self, found: Judgement::default(), opaque: &[] };
        judge.value(schema, value, "");
        judge.found
    }
}

struct Judge<'a> {
    schemas: &'a Schemas,
    found: Judgement,
    opaque: &'a [&'a str],
}

impl Judge<'_> {
    fn reference(&mut self, name: &str, value: &Value, at: &str) {
        if self.opaque.contains(&name) {
            return;
        }
        match self.schemas.0.get(name) {
            Some(schema) => self.value(schema, value, at),
            None => self.malformed(at, "type", format!("the service knows no {name}")),
        }
    }

    fn malformed(&mut self, at: &str, code: &str, detail: String) {
        self.found.malformed.push(Violation::new(at, code, detail));
    }

    fn bounds(&mut self, at: &str, code: &str, detail: String) {
        self.found.out_of_bounds.push(Violation::new(at, code, detail));
    }

    fn value(&mut self, schema: &Value, value: &Value, at: &str) {
        if let Some(reference) = schema["$ref"].as_str() {
            return self.reference(reference.trim_start_matches(PREFIX), value, at);
        }
        if let Some(choices) = schema["oneOf"].as_array() {
            return self.one_of(choices, value, at);
        }
        let types: Vec<&str> = match &schema["type"] {
            Value::String(only) => vec![only],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            _ => return,
        };
        let fits = |kind: &&str| match *kind {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            _ => false,
        };
        if !types.iter().any(fits) {
            let expected = types.iter().find(|kind| **kind != "null").map_or("nothing", noun);
            return self.malformed(
                at,
                "type",
                format!("expected {expected}, found {}", found(value)),
            );
        }
        match value {
            Value::String(text) => self.text(schema, text, at),
            Value::Number(_) => self.number(schema, value, at),
            Value::Array(items) => self.list(schema, items, at),
            Value::Object(fields) => self.object(schema, fields, at),
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// The document only has choices between null and one schema.
    /// Judges by the choice of which least is wrong, the first of equals.
    fn one_of(&mut self, choices: &[Value], value: &Value, at: &str) {
        let is_null = |schema: &&Value| schema["type"] == "null";
        if value.is_null() && choices.iter().any(|schema| is_null(&schema)) {
            return;
        }
        let judged = choices.iter().filter(|schema| !is_null(schema)).map(|schema| {
            let mut judge = Judge { found: Judgement::default(), ..*self };
            judge.value(schema, value, at);
            judge.found
        });
        match judged.min_by_key(|found| (found.malformed.len(), found.out_of_bounds.len())) {
            Some(found) => {
                self.found.malformed.extend(found.malformed);
                self.found.out_of_bounds.extend(found.out_of_bounds);
            }
            None => self.malformed(at, "type", format!("expected null, found {}", found(value))),
        }
    }

    fn text(&mut self, schema: &Value, text: &str, at: &str) {
        let quoted = || format!("{:?}", text.chars().take(60).collect::<String>());
        if let Some(words) = schema["enum"].as_array()
            && !words.iter().any(|word| word == text)
        {
            let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
            let detail = format!("{} is none of {}", quoted(), words.join(", "));
            return self.malformed(at, "word", detail);
        }
        let (readable, expected) = match schema["format"].as_str() {
            Some("date-time") => (
                DateTime::parse_from_rfc3339(text).is_ok(),
                "an instant with offset such as \"2027-03-01T09:15:00+01:00\"",
            ),
            Some("date") => (is_date(text), "a date such as \"2027-03-01\""),
            Some("clock") => {
                (text.parse::<Clock>().is_ok(), "a wall-clock time from \"00:00\" to \"24:00\"")
            }
            Some("uuid") => (
                Uuid::try_parse(text).is_ok(),
                "a UUID such as \"0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10\"",
            ),
            _ => (true, ""),
        };
        if !readable {
            return self.malformed(at, "format", format!("{} is not {expected}", quoted()));
        }
        let length = text.chars().count() as u64;
        if schema["minLength"].as_u64().is_some_and(|least| length < least) {
            self.bounds(at, "length", "the text is empty".to_owned());
        }
        if let Some(most) = schema["maxLength"].as_u64().filter(|&most| length > most) {
            self.bounds(at, "length", format!("{length} characters are more than {most}"));
        }
    }

    fn number(&mut self, schema: &Value, value: &Value, at: &str) {
        let number = value.as_f64().unwrap_or(f64::NAN);
        if let Some(least) = schema["minimum"].as_f64().filter(|&least| number < least) {
            self.bounds(at, "range", format!("{value} is less than {least}"));
        }
        if let Some(most) = schema["maximum"].as_f64().filter(|&most| number > most) {
            self.bounds(at, "range", format!("{value} is more than {most}"));
        }
    }

    fn list(&mut self, schema: &Value, items: &[Value], at: &str) {
        let length = items.len() as u64;
        if let Some(least) = schema["minItems"].as_u64().filter(|&least| length < least) {
            self.bounds(at, "length", format!("{length} entries are fewer than {least}"));
        }
        if let Some(most) = schema["maxItems"].as_u64().filter(|&most| length > most) {
            // Not looked into: a list that long is not worth the time.
            return self.bounds(at, "length", format!("{length} entries are more than {most}"));
        }
        for (index, item) in items.iter().enumerate() {
            self.value(&schema["items"], item, &format!("{at}/{index}"));
        }
    }

    fn object(&mut self, schema: &Value, fields: &Map<String, Value>, at: &str) {
        let known = schema["properties"].as_object();
        let required = schema["required"].as_array().into_iter().flatten();
        for name in required.filter_map(Value::as_str).filter(|name| !fields.contains_key(*name)) {
            let detail = format!("the field {name:?} is missing; add it");
            self.malformed(&place(at, name), "missing", detail);
        }
        for (name, value) in fields {
            match known.and_then(|known| known.get(name)) {
                Some(schema) => self.value(schema, value, &place(at, name)),
                None if schema["additionalProperties"] == Value::Bool(false) => {
                    let known: Vec<&str> =
                        known.into_iter().flatten().map(|(name, _)| name.as_str()).collect();
                    let detail =
                        format!("there is no field {name:?}; there are {}", known.join(", "));
                    self.malformed(&place(at, name), "unknown-field", detail);
                }
                None => {}
            }
        }
    }
}

/// The pointer to the field `name` of what is at `at`.
fn place(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Ten characters, digits where digits belong: chrono alone would also take signs and fewer.
fn is_date(text: &str) -> bool {
    let digit = |(i, byte): (usize, u8)| i == 4 || i == 7 || byte.is_ascii_digit();
    text.len() == 10 && text.bytes().enumerate().all(digit) && text.parse::<NaiveDate>().is_ok()
}

fn noun<'a>(kind: &&'a str) -> &'a str {
    match *kind {
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "string" => "a text",
        "array" => "a list",
        "object" => "an object",
        other => other,
    }
}

fn found(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::String(text) => format!("the text {:?}", text.chars().take(60).collect::<String>()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}
