//! Bytes to a tree of JSON values that still knows which keys came twice.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::Number;

use super::codes;
use super::finding::{Finding, Findings};

/// What reading accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadOptions {
    /// Largest file in bytes.
    pub max_bytes: usize,
}

impl ReadOptions {
    /// Largest file by default: 16 MiB, a hundred sites with all their demand. Reading needs some
    /// 25 times as much memory where a file is nothing but tiny values.
    pub const MAX_BYTES: usize = 16 << 20;
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self { max_bytes: Self::MAX_BYTES }
    }
}

/// A JSON value; objects keep the order and every one of their fields.
#[derive(Debug)]
pub enum Tree {
    /// Null.
    Null,
    /// True or false.
    Bool(bool),
    /// A finite number.
    Number(Number),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Self>),
    /// An object.
    Object(Vec<(String, Self)>),
}

/// Checks size and encoding of `bytes` and parses them as one JSON value.
pub(super) fn parse<'a, T: Deserialize<'a>>(
    bytes: &'a [u8],
    options: &ReadOptions,
) -> Result<T, Findings> {
    let text = text_of(bytes, options).map_err(Findings::from)?;
    serde_json::from_str(text).map_err(|error| Findings::from(syntax_finding(&error, text)))
}

/// The tree of a JSON value that somebody else has parsed.
pub(super) fn tree(value: &serde_json::Value) -> Result<Tree, Findings> {
    let syntax = |error: serde_json::Error| {
        Findings::from(Finding::new(codes::JSON_SYNTAX, String::new(), error.to_string()))
    };
    Tree::deserialize(value).map_err(syntax)
}

fn text_of<'a>(bytes: &'a [u8], options: &ReadOptions) -> Result<&'a str, Finding> {
    let whole_file = |code, message| Finding::new(code, String::new(), message);
    if bytes.len() > options.max_bytes {
        let (size, limit) = (bytes.len(), options.max_bytes);
        let message = format!("there are {size} bytes, more than the {limit} allowed; split it");
        return Err(whole_file(codes::FILE_TOO_LARGE, message));
    }
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(body).map_err(|error| {
        let offset = bytes.len() - body.len() + error.valid_up_to();
        let line = 1 + bytes[..offset].iter().filter(|&&byte| byte == b'\n').count();
        let message = format!(
            "byte {offset} (line {line}) is 0x{:02X}, which is not UTF-8; write it as UTF-8",
            bytes[offset]
        );
        whole_file(codes::FILE_ENCODING, message)
    })?;
    if text.trim().is_empty() {
        let message = "it is empty; write a JSON object".to_owned();
        return Err(whole_file(codes::FILE_EMPTY, message));
    }
    Ok(text)
}

fn syntax_finding(error: &serde_json::Error, text: &str) -> Finding {
    if error.is_eof() {
        let (line, column) = (error.line(), error.column());
        let message = format!(
            "the JSON ends at line {line}, column {column}, within a value ({} bytes); it seems \
             to be cut off: save or send it again",
            text.len()
        );
        return Finding::new(codes::JSON_CUT_OFF, String::new(), message);
    }
    if error.to_string().starts_with("recursion limit exceeded") {
        let message = format!(
            "lists and objects are nested too deep at line {}, column {}; a scenario needs six \
             levels",
            error.line(),
            error.column()
        );
        return Finding::new(codes::JSON_SYNTAX, String::new(), message);
    }
    Finding::new(codes::JSON_SYNTAX, String::new(), format!("{error}; correct it there"))
}

impl<'de> Deserialize<'de> for Tree {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

/// How `serde_json` hands out numbers where some crate of the program has switched on its feature
/// `arbitrary_precision`: as an object of this one field with the digits.
const DIGITS: &str = "$serde_json::private::Number";

/// The number that `digits` write, within the range of other readers.
fn number<E: Error>(digits: &str) -> Result<Number, E> {
    let number: Number = digits.parse().map_err(E::custom)?;
    if number.as_f64().is_some_and(f64::is_finite) {
        return Ok(number);
    }
    Err(E::custom(OUT_OF_RANGE))
}

const OUT_OF_RANGE: &str = "number out of range";

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Tree, E> {
        Ok(Number::from_f64(value).map_or(Tree::Null, Tree::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::Text(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Tree, E> {
        Ok(Tree::Text(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        let mut list = Vec::new();
        while let Some(value) = seq.next_element()? {
            list.push(value);
        }
        Ok(Tree::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        let mut fields: Vec<(String, Tree)> = Vec::new();
        while let Some(field) = map.next_entry()? {
            fields.push(field);
        }
        match &mut fields[..] {
            [(name, Tree::Text(text))] if name == DIGITS => number(text).map(Tree::Number),
            _ => Ok(Tree::Object(fields)),
        }
    }
}
