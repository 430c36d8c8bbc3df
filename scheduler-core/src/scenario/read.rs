//! Reads a tree of JSON values into the types of the format, noting everything that does not fit.
//!
//! Where a value is missing or wrong a placeholder takes its stead, so that the rest of the file
//! is still read and checked; [`Collector::is_broken`] knows the places.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::codes::{self, Code};
use super::finding::Collector;
use super::json::Tree;
use super::place::{self, quote};
use super::{PoolSpan, Weekday};
use crate::time::Clock;

/// Reads values and keeps the place where it is.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) findings: Collector,
    pointer: String,
}

/// What can be read.
pub(super) trait Read: Sized {
    /// The value that `tree` holds; a placeholder, reported, where that is something else; a
    /// placeholder, unreported, where there is no tree since a parent was already reported.
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self;
}

/// The fields of an object that have not been asked for yet.
#[derive(Debug)]
pub(super) struct Fields {
    /// `None` where the object itself is not one.
    fields: Option<Vec<(String, Tree)>>,
}

impl Reader {
    /// Reports at the present place.
    pub(super) fn report(&mut self, code: Code, message: String) {
        self.findings.report(code, self.pointer.clone(), message);
    }

    fn wrong_type(&mut self, expected: &str, tree: &Tree) {
        self.report(codes::FIELD_TYPE, format!("expected {expected}, found {}", describe(tree)));
    }

    /// Whether something was already reported at the present place.
    pub(super) fn is_reported(&self) -> bool {
        self.findings.is_broken(&self.pointer)
    }

    fn inside<T>(&mut self, field: &str, act: impl FnOnce(&mut Self) -> T) -> T {
        let end = self.pointer.len();
        place::push(&mut self.pointer, field);
        let value = act(self);
        self.pointer.truncate(end);
        value
    }

    /// The fields of the object that `tree` should be, of which only those in `known` may occur.
    pub(super) fn object(&mut self, tree: Option<Tree>, known: &[&str]) -> Fields {
        let fields = match tree {
            None => return Fields { fields: None },
            Some(Tree::Object(fields)) => fields,
            Some(other) => {
                self.wrong_type("an object", &other);
                return Fields { fields: None };
            }
        };
        let mut kept: Vec<(String, Tree)> = Vec::with_capacity(fields.len());
        for (name, tree) in fields {
            if !known.contains(&name.as_str()) {
                let hint = hint(&name, known);
                let message = format!("there is no field {}; {hint}", quote(&name));
                self.inside(&name, |reader| reader.report(codes::FIELD_UNKNOWN, message));
            } else if kept.iter().any(|(other, _)| *other == name) {
                let message = format!("the field {} occurs twice; keep one", quote(&name));
                self.inside(&name, |reader| {
                    reader.report(codes::JSON_DUPLICATE_KEY, message);
                });
            } else {
                kept.push((name, tree));
            }
        }
        Fields { fields: Some(kept) }
    }

    /// The text that `tree` should be, turned into a value by `parse`.
    pub(super) fn text<T>(&mut self, tree: Option<Tree>, what: &Text<T>) -> Option<T> {
        match tree? {
            Tree::Text(text) => {
                let value = (what.parse)(&text);
                if value.is_none() {
                    let message = format!("{} is not {}", quote(&text), what.expected);
                    self.report(what.code, message);
                }
                value
            }
            other => {
                self.wrong_type(what.expected, &other);
                None
            }
        }
    }
}

/// A kind of text with a meaning.
pub(super) struct Text<T> {
    pub(super) parse: fn(&str) -> Option<T>,
    pub(super) expected: &'static str,
    pub(super) code: Code,
}

impl Fields {
    /// The field `name`, reported where missing.
    pub(super) fn required<T: Read>(&mut self, name: &str, reader: &mut Reader) -> T {
        let tree = self.take(name);
        reader.inside(name, |reader| {
            if tree.is_none() && self.fields.is_some() {
                let message = format!("the field {} is missing; add it", quote(name));
                reader.report(codes::FIELD_MISSING, message);
            }
            T::read(tree, reader)
        })
    }

    /// The field `name`, `None` where it is left out.
    pub(super) fn optional<T: Read>(&mut self, name: &str, reader: &mut Reader) -> Option<T> {
        let tree = self.take(name)?;
        Some(reader.inside(name, |reader| T::read(Some(tree), reader)))
    }

    fn take(&mut self, name: &str) -> Option<Tree> {
        let fields = self.fields.as_mut()?;
        let position = fields.iter().position(|(field, _)| field == name)?;
        Some(fields.swap_remove(position).1)
    }
}

impl<T: Read> Read for Vec<T> {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let trees = match tree {
            None => return Self::new(),
            Some(Tree::List(trees)) => trees,
            Some(other) => {
                reader.wrong_type("a list", &other);
                return Self::new();
            }
        };
        let mut values = Self::new();
        for (index, tree) in trees.into_iter().enumerate() {
            // A hostile file could otherwise turn a few bytes each into large placeholders.
            if reader.findings.is_full() {
                break;
            }
            let end = reader.pointer.len();
            place::push_index(&mut reader.pointer, index);
            values.push(T::read(Some(tree), reader));
            reader.pointer.truncate(end);
        }
        values
    }
}

impl Read for String {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        match tree {
            None => Self::new(),
            Some(Tree::Text(text)) => text,
            Some(other) => {
                reader.wrong_type("a text", &other);
                Self::new()
            }
        }
    }
}

impl Read for f64 {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        match tree {
            None => 0.0,
            Some(Tree::Number(number)) => number.as_f64().unwrap_or(Self::NAN),
            Some(other) => {
                reader.wrong_type("a number", &other);
                0.0
            }
        }
    }
}

impl Read for u32 {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let number = match tree {
            None => return 0,
            Some(Tree::Number(number)) => number,
            Some(other) => {
                reader.wrong_type("a whole number", &other);
                return 0;
            }
        };
        // JSON has one kind of number: 15.0 is as whole as 15.
        let value = number.as_f64().unwrap_or(f64::NAN);
        if value.fract() != 0.0 {
            reader.report(codes::FIELD_TYPE, format!("expected a whole number, found {number}"));
            return 0;
        }
        if !(0.0..=f64::from(Self::MAX)).contains(&value) {
            let message = format!("{number} is not between 0 and {}", Self::MAX);
            reader.report(codes::FIELD_RANGE, message);
            return 0;
        }
        value as Self
    }
}

impl Read for Clock {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let clock = Text {
            parse: |text| text.parse().ok(),
            expected: "a wall-clock time from \"00:00\" to \"24:00\" in two digits each",
            code: codes::TIME_FORMAT,
        };
        reader.text(tree, &clock).unwrap_or_default()
    }
}

impl Read for NaiveDate {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let date = Text {
            parse: |text| {
                // Digits only where chrono would also take signs and shorter numbers.
                let digits = |i: usize, byte: u8| (i == 4 || i == 7) || byte.is_ascii_digit();
                (text.len() == 10 && text.bytes().enumerate().all(|(i, byte)| digits(i, byte)))
                    .then(|| Self::parse_from_str(text, "%Y-%m-%d").ok())?
            },
            expected: "a date such as \"2027-03-31\"",
            code: codes::TIME_FORMAT,
        };
        reader.text(tree, &date).unwrap_or_default()
    }
}

impl Read for DateTime<FixedOffset> {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let instant = Text {
            parse: |text| Self::parse_from_rfc3339(text).ok(),
            expected: "an instant with offset such as \"2027-03-31T07:30:00+02:00\"",
            code: codes::TIME_FORMAT,
        };
        reader.text(tree, &instant).unwrap_or_default()
    }
}

impl Read for Weekday {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let weekday = Text {
            parse: |text| Self::ALL.into_iter().find(|day| day.word() == text),
            expected: "a weekday: mon, tue, wed, thu, fri, sat or sun",
            code: codes::FIELD_WORD,
        };
        reader.text(tree, &weekday).unwrap_or(Self::Mon)
    }
}

impl Read for PoolSpan {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let span = Text {
            parse: |text| match text {
                "day" => Some(Self::Day),
                "horizon" => Some(Self::Horizon),
                _ => None,
            },
            expected: "\"day\" or \"horizon\"",
            code: codes::FIELD_WORD,
        };
        reader.text(tree, &span).unwrap_or_default()
    }
}

fn describe(tree: &Tree) -> String {
    match tree {
        Tree::Null => "null (leave out a field that has no value)".to_owned(),
        Tree::Bool(value) => value.to_string(),
        Tree::Number(number) => format!("the number {number}"),
        Tree::Text(text) => format!("the text {}", quote(text)),
        Tree::List(_) => "a list".to_owned(),
        Tree::Object(_) => "an object".to_owned(),
    }
}

fn hint(name: &str, known: &[&str]) -> String {
    match place::nearest(name, known) {
        Some(field) => format!("did you mean {field:?}?"),
        None => format!("remove it or use one of {}", known.join(", ")),
    }
}
