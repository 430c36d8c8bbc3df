//! Reads a tree of JSON values into types, noting everything that does not fit.
//!
//! Where a value is missing or wrong a placeholder takes its stead, so that the rest of the file
//! is still read and checked; [`Collector::is_broken`] knows the places.

use serde::de::{Deserializer, Error};
use serde::ser::SerializeMap;
use serde::{Deserialize, Serialize};

use super::kind::{Choice, Field, Kind, Object, Words};
use super::limits::{Walk, check_limits};
use crate::scenario::codes::{self, Code};
use crate::scenario::finding::{Collector, Findings};
use crate::scenario::json::{self, ReadOptions, Tree};
use crate::scenario::place::{self, nearest, quote};

/// What files can hold.
pub trait Wire: Sized {
    /// What it is.
    const KIND: Kind;

    /// Whether it may be left out.
    const OPTIONAL: bool = false;

    /// The value that `tree` holds; a placeholder, reported, where that is something else; a
    /// placeholder, unreported, where there is no tree since it was left out or a parent was
    /// already reported.
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self;

    /// Whether it stands for nothing and is not written.
    fn is_absent(&self) -> bool {
        false
    }

    /// Reports where it, as the value of `field`, is out of bounds.
    fn check(&self, field: &Field, walk: &mut Walk<'_>) {
        let _ = (field, walk);
    }
}

/// An object: what `wire!` defines.
pub trait Part: Wire {
    /// Its fields.
    const OBJECT: &'static Object;

    /// Reads its fields.
    fn take(fields: &mut Fields, reader: &mut Reader) -> Self;

    /// Writes its fields.
    ///
    /// # Errors
    /// Those of the writer.
    fn give<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error>;

    /// Reports which of its fields are out of bounds.
    fn check_fields(&self, walk: &mut Walk<'_>);
}

/// A value that was read, and what was found.
#[derive(Debug)]
pub struct Reading<T> {
    /// The value; a placeholder where something could not be read.
    pub value: T,
    /// What could not be read: fields missing, unknown or doubled, values of the wrong kind.
    pub unreadable: Findings,
    /// What is of the right kind and out of bounds.
    pub out_of_bounds: Findings,
}

impl<T> Reading<T> {
    /// All that was found, in order of the definition.
    pub fn findings(self) -> Findings
    where
        T: Wire,
    {
        let mut all = Collector::default();
        all.extend(self.unreadable);
        all.extend(self.out_of_bounds);
        all.finish(&T::KIND)
    }
}

/// Reads a part, or any value, from the bytes of a file.
///
/// # Errors
/// Where they are no JSON.
pub fn read<T: Wire>(bytes: &[u8], options: &ReadOptions) -> Result<Reading<T>, Findings> {
    Ok(read_tree(json::parse(bytes, options)?))
}

/// Reads a part, or any value, from what some other format holds.
///
/// # Errors
/// Where that cannot be read at all.
pub fn read_value<'de, T: Wire, D: Deserializer<'de>>(from: D) -> Result<Reading<T>, D::Error> {
    Ok(read_tree(Tree::deserialize(from)?))
}

pub(in crate::scenario) fn read_tree<T: Wire>(tree: Tree) -> Reading<T> {
    let mut reader = Reader::default();
    let value = T::read(Some(tree), &mut reader);
    let unreadable = reader.findings;
    let mut out_of_bounds = unreadable.beside();
    check_limits(&value, "", &mut out_of_bounds);
    Reading {
        value,
        unreadable: unreadable.finish(&T::KIND),
        out_of_bounds: out_of_bounds.finish(&T::KIND),
    }
}

/// Reads a part by serde, with everything that is wrong in the error.
///
/// # Errors
/// Where anything is wrong.
pub fn deserialize<'de, T: Wire, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    let reading = read_value(from)?;
    if reading.unreadable.is_empty() && reading.out_of_bounds.is_empty() {
        return Ok(reading.value);
    }
    Err(D::Error::custom(reading.findings()))
}

/// Reads values and keeps the place where it is.
#[derive(Debug, Default)]
pub struct Reader {
    pub(in crate::scenario) findings: Collector,
    pointer: String,
}

/// The fields of an object that have not been asked for yet.
#[derive(Debug)]
pub struct Fields {
    /// `None` where the object itself is not one.
    fields: Option<Vec<(String, Tree)>>,
}

impl Reader {
    /// Reports at the present place.
    pub fn report(&mut self, code: Code, message: String) {
        self.findings.report(code, self.pointer.clone(), message);
    }

    /// Reports a value of the wrong kind.
    pub fn wrong_type(&mut self, expected: &str, tree: &Tree) {
        self.report(codes::FIELD_TYPE, format!("expected {expected}, found {}", describe(tree)));
    }

    pub(super) fn within<T>(&mut self, field: &str, act: impl FnOnce(&mut Self) -> T) -> T {
        let end = self.pointer.len();
        place::push(&mut self.pointer, field);
        let value = act(self);
        self.pointer.truncate(end);
        value
    }

    /// The fields of the object that `tree` should be.
    pub fn object(&mut self, tree: Option<Tree>, object: &'static Object) -> Fields {
        self.fields(tree, &|name| object.has(name), &|| object.names())
    }

    fn fields(
        &mut self,
        tree: Option<Tree>,
        is_known: &dyn Fn(&str) -> bool,
        names: &dyn Fn() -> Vec<&'static str>,
    ) -> Fields {
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
            if !is_known(&name) {
                let hint = hint(&name, &names());
                let message = format!("there is no field {}; {hint}", quote(&name));
                self.within(&name, |reader| reader.report(codes::FIELD_UNKNOWN, message));
            } else if kept.iter().any(|(other, _)| *other == name) {
                self.twice(&name);
            } else {
                kept.push((name, tree));
            }
        }
        Fields { fields: Some(kept) }
    }

    fn twice(&mut self, name: &str) {
        let message = format!("the field {} occurs twice; keep one", quote(name));
        self.within(name, |reader| reader.report(codes::JSON_DUPLICATE_KEY, message));
    }

    /// The word that tells which of a choice `tree` is, and its other fields.
    pub fn choice(
        &mut self,
        tree: Option<Tree>,
        choice: &'static Choice,
    ) -> (Option<&'static str>, Fields) {
        let object_of = |word: &str| {
            let is = |object: &&&Object| object.constant == Some((choice.tag, word_of(object)));
            choice.of.iter().filter(is).find(|object| word_of(object) == word).copied()
        };
        let named = match &tree {
            Some(Tree::Object(fields)) => fields
                .iter()
                .find(|(name, _)| name == choice.tag)
                .and_then(|(_, word)| match word {
                    Tree::Text(word) => object_of(word),
                    _ => None,
                }),
            _ => None,
        };
        let Some(object) = named else {
            // Of one of no known kind the other fields cannot be judged.
            let tree = tree.map(|tree| match tree {
                Tree::Object(mut fields) => {
                    fields.retain(|(name, _)| name == choice.tag);
                    Tree::Object(fields)
                }
                other => other,
            });
            let mut fields = self.fields(tree, &|name| name == choice.tag, &|| vec![choice.tag]);
            fields.required(choice.tag, self, |tree, reader| {
                let words: Vec<&str> = choice.of.iter().map(|object| word_of(object)).collect();
                let (last, before) = words.split_last().unwrap_or((&"", &[]));
                let expected = format!("{}: {} or {last}", choice.noun, before.join(", "));
                match tree {
                    None => {}
                    Some(Tree::Text(word)) => {
                        let message = format!("{} is not {expected}", quote(&word));
                        reader.report(codes::FIELD_WORD, message);
                    }
                    Some(other) => reader.wrong_type(&expected, &other),
                }
            });
            return (None, fields);
        };
        let mut fields = self.object(tree, object);
        drop(fields.take(choice.tag));
        (Some(word_of(object)), fields)
    }

    /// The position of the word that `tree` should be.
    pub fn word(&mut self, tree: Option<Tree>, words: &Words) -> Option<usize> {
        match tree? {
            Tree::Text(text) => {
                let place = words.words.iter().position(|word| word.word == text);
                if place.is_none() {
                    let message = format!("{} is not {}", quote(&text), words.expected());
                    self.report(words.code, message);
                }
                place
            }
            other => {
                self.wrong_type(&words.expected(), &other);
                None
            }
        }
    }

    /// The text that `tree` should be, turned into a value by `parse`.
    pub fn text<T>(
        &mut self,
        tree: Option<Tree>,
        form: &super::kind::Form,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        match tree? {
            Tree::Text(text) => {
                let value = parse(&text);
                if value.is_none() {
                    let message = format!("{} is not {}", quote(&text), form.expected);
                    self.report(form.code, message);
                }
                value
            }
            other => {
                self.wrong_type(form.expected, &other);
                None
            }
        }
    }

    /// The entries of the list that `tree` should be.
    pub(super) fn list<T: Wire>(&mut self, tree: Option<Tree>) -> Vec<T> {
        let trees = match tree {
            None => return Vec::new(),
            Some(Tree::List(trees)) => trees,
            Some(other) => {
                self.wrong_type("a list", &other);
                return Vec::new();
            }
        };
        let mut values = Vec::new();
        for (index, tree) in trees.into_iter().enumerate() {
            // A hostile file could otherwise turn a few bytes each into large placeholders.
            if self.findings.is_full() {
                break;
            }
            let end = self.pointer.len();
            place::push_index(&mut self.pointer, index);
            values.push(T::read(Some(tree), self));
            self.pointer.truncate(end);
        }
        values
    }

    /// Reports keys that come twice anywhere in `fields`.
    pub(super) fn unique(&mut self, fields: &[(String, Tree)]) {
        for (i, (name, _)) in fields.iter().enumerate() {
            if fields[..i].iter().any(|(other, _)| other == name) {
                self.twice(name);
            }
        }
    }
}

fn word_of(object: &Object) -> &'static str {
    object.constant.map_or("", |(_, word)| word)
}

impl Fields {
    /// Checks the constant field of `object`, such as the `schema` of a file.
    pub fn constant(&mut self, object: &Object, reader: &mut Reader) {
        let Some((name, expected)) = object.constant else { return };
        self.required(name, reader, |tree, reader| match tree {
            None => {}
            Some(Tree::Text(text)) if text == expected => {}
            Some(Tree::Text(text)) => {
                let message = format!("the {name} is {}; expected {expected:?}", quote(&text));
                reader.report(codes::SCHEMA_UNSUPPORTED, message);
            }
            Some(other) => reader.wrong_type("a text", &other),
        });
    }

    /// The field `name`, reported where missing.
    fn required<T>(
        &mut self,
        name: &str,
        reader: &mut Reader,
        read: impl FnOnce(Option<Tree>, &mut Reader) -> T,
    ) -> T {
        let tree = self.take(name);
        let is_missing = tree.is_none() && self.fields.is_some();
        reader.within(name, |reader| {
            if is_missing {
                let message = format!("the field {} is missing; add it", quote(name));
                reader.report(codes::FIELD_MISSING, message);
            }
            read(tree, reader)
        })
    }

    fn take(&mut self, name: &str) -> Option<Tree> {
        let fields = self.fields.as_mut()?;
        let position = fields.iter().position(|(field, _)| field == name)?;
        Some(fields.swap_remove(position).1)
    }
}

/// Goes through the own fields of an object in the order of their definition.
#[derive(Debug)]
pub struct Cursor {
    object: &'static Object,
    fields: std::slice::Iter<'static, Field>,
}

impl Cursor {
    /// Before the first field.
    pub fn new(object: &'static Object) -> Self {
        Self { object, fields: object.own.iter() }
    }

    /// Before the first field of the object of that word.
    pub fn chosen(choice: &'static Choice, word: &str) -> Self {
        const NONE: &Object = &Object { name: "", about: "", constant: None, base: None, own: &[] };
        let object = choice.of.iter().find(|object| word_of(object) == word);
        Self::new(object.copied().unwrap_or(NONE))
    }

    /// Reads the next field.
    pub fn read<T: Wire>(&mut self, fields: &mut Fields, reader: &mut Reader) -> T {
        let Some(field) = self.fields.next() else { return T::read(None, reader) };
        if field.required {
            return fields.required(field.name, reader, T::read);
        }
        match fields.take(field.name) {
            Some(Tree::Null) if field.nullable => T::read(None, reader),
            tree => reader.within(field.name, |reader| T::read(tree, reader)),
        }
    }

    /// Reads the next field; `default` where it is left out.
    pub fn read_or<T: Wire>(
        &mut self,
        fields: &mut Fields,
        reader: &mut Reader,
        default: impl FnOnce() -> T,
    ) -> T {
        let Some(field) = self.fields.next() else { return default() };
        match fields.take(field.name) {
            None => default(),
            tree => reader.within(field.name, |reader| T::read(tree, reader)),
        }
    }

    /// Writes the constant field, if there is one.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn constant<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        match self.object.constant {
            Some((name, value)) => map.serialize_entry(name, value),
            None => Ok(()),
        }
    }

    /// Writes the next field.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn give<M: SerializeMap, T: Serialize>(
        &mut self,
        map: &mut M,
        value: &T,
        is_left_out: bool,
    ) -> Result<(), M::Error> {
        match self.fields.next() {
            Some(field) if !is_left_out || field.always || field.nullable => {
                map.serialize_entry(field.name, value)
            }
            _ => Ok(()),
        }
    }

    /// Reports where the next field is out of bounds.
    pub fn check<T: Wire>(&mut self, walk: &mut Walk<'_>, value: &T) {
        if let Some(field) = self.fields.next() {
            walk.inside(field.name, |walk| value.check(field, walk));
        }
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
    match nearest(name, known) {
        Some(field) => format!("did you mean {field:?}?"),
        None => format!("remove it or use one of {}", known.join(", ")),
    }
}
