//! Texts, numbers, times and lists.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use super::kind::{Field, Form, Kind};
use super::limits::Walk;
use super::read::{Reader, Wire};
use crate::scenario::codes;
use crate::scenario::json::Tree;
use crate::time::Clock;

impl<T: Wire> Wire for Option<T> {
    const KIND: Kind = T::KIND;
    const OPTIONAL: bool = true;

    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        tree.map(|tree| T::read(Some(tree), reader))
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }

    fn check(&self, field: &Field, walk: &mut Walk<'_>) {
        if let Some(value) = self {
            value.check(field, walk);
        }
    }
}

impl<T: Wire> Wire for Vec<T> {
    const KIND: Kind = Kind::List(&T::KIND);

    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        reader.list(tree)
    }

    fn check(&self, field: &Field, walk: &mut Walk<'_>) {
        walk.length(field, self.len(), "entries");
        for (index, value) in self.iter().enumerate() {
            walk.at(index, |walk| value.check(field, walk));
        }
    }
}

impl Wire for String {
    const KIND: Kind = Kind::Text;

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

    fn check(&self, field: &Field, walk: &mut Walk<'_>) {
        // The length of a list is not that of its texts.
        if matches!(field.kind, Kind::Text) {
            walk.length(field, self.chars().count(), "characters");
        }
    }
}

impl Wire for Cow<'_, str> {
    const KIND: Kind = Kind::Text;

    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        Self::Owned(String::read(tree, reader))
    }
}

impl Wire for bool {
    const KIND: Kind = Kind::Switch;

    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        match tree {
            None => false,
            Some(Tree::Bool(value)) => value,
            Some(other) => {
                reader.wrong_type("true or false", &other);
                false
            }
        }
    }
}

impl Wire for f64 {
    const KIND: Kind = Kind::Number;

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

    fn check(&self, field: &Field, walk: &mut Walk<'_>) {
        walk.number(field, *self, self);
    }
}

/// The whole number that `tree` should be, at most `most`.
fn whole(tree: Option<Tree>, reader: &mut Reader, most: u64) -> u64 {
    let number = match tree {
        None => return 0,
        Some(Tree::Number(number)) => number,
        Some(other) => {
            reader.wrong_type("a whole number", &other);
            return 0;
        }
    };
    if let Some(value) = number.as_u64().filter(|&value| value <= most) {
        return value;
    }
    // JSON has one kind of number: 15.0 is as whole as 15.
    let value = number.as_f64().unwrap_or(f64::NAN);
    if value.fract() != 0.0 {
        reader.report(codes::FIELD_TYPE, format!("expected a whole number, found {number}"));
        return 0;
    }
    if value < 0.0 {
        reader.report(codes::FIELD_RANGE, format!("{number} is below 0; write 0 or more"));
        return 0;
    }
    if value > most as f64 {
        reader.report(codes::FIELD_RANGE, format!("{number} is more than {most}; write less"));
        return 0;
    }
    value as u64
}

impl Wire for u32 {
    const KIND: Kind = Kind::Whole;

    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        Self::try_from(whole(tree, reader, Self::MAX.into())).unwrap_or(Self::MAX)
    }

    fn check(&self, field: &Field, walk: &mut Walk<'_>) {
        walk.number(field, f64::from(*self), self);
    }
}

impl Wire for u64 {
    const KIND: Kind = Kind::Whole;

    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        whole(tree, reader, Self::MAX)
    }

    fn check(&self, field: &Field, walk: &mut Walk<'_>) {
        walk.number(field, *self as f64, self);
    }
}

impl Wire for Clock {
    const KIND: Kind = Kind::Form(&Form {
        name: "WallClock",
        format: "clock",
        expected: "a wall-clock time from \"00:00\" to \"24:00\" in two digits each",
        pattern: "^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$",
        example: "08:30",
        code: codes::TIME_FORMAT,
    });

    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let Kind::Form(form) = Self::KIND else { return Self::default() };
        reader.text(tree, form, |text| text.parse().ok()).unwrap_or_default()
    }
}

impl Serialize for Clock {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl Wire for NaiveDate {
    const KIND: Kind = Kind::Form(&Form {
        name: "",
        format: "date",
        expected: "a date such as \"2027-03-31\"",
        pattern: "",
        example: "2027-03-31",
        code: codes::TIME_FORMAT,
    });

    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let Kind::Form(form) = <Self as Wire>::KIND else { return Self::default() };
        let parse = |text: &str| {
            // Digits only where chrono would also take signs and shorter numbers.
            let digits = |i: usize, byte: u8| (i == 4 || i == 7) || byte.is_ascii_digit();
            (text.len() == 10 && text.bytes().enumerate().all(|(i, byte)| digits(i, byte)))
                .then(|| Self::parse_from_str(text, "%Y-%m-%d").ok())?
        };
        reader.text(tree, form, parse).unwrap_or_default()
    }
}

impl Wire for DateTime<FixedOffset> {
    const KIND: Kind = Kind::Form(&Form {
        name: "",
        format: "date-time",
        expected: "an instant with offset such as \"2027-03-31T07:30:00+02:00\"",
        pattern: "",
        example: "2027-03-31T07:30:00+02:00",
        code: codes::TIME_FORMAT,
    });

    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let Kind::Form(form) = <Self as Wire>::KIND else { return Self::default() };
        let parse = |text: &str| Self::parse_from_rfc3339(text).ok();
        reader.text(tree, form, parse).unwrap_or_default()
    }
}

/// A value that is read by somebody else, later.
impl Wire for Value {
    const KIND: Kind = Kind::Any;

    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        match tree {
            None | Some(Tree::Null) => Self::Null,
            Some(Tree::Bool(value)) => Self::Bool(value),
            Some(Tree::Number(number)) => Self::Number(number),
            Some(Tree::Text(text)) => Self::String(text),
            list @ Some(Tree::List(_)) => Self::Array(reader.list(list)),
            Some(Tree::Object(fields)) => {
                reader.unique(&fields);
                let inside = |(name, tree): (String, Tree)| {
                    let value = reader.within(&name, |reader| Self::read(Some(tree), reader));
                    (name, value)
                };
                Self::Object(fields.into_iter().map(inside).collect::<Map<_, _>>())
            }
        }
    }
}
