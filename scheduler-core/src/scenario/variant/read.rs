//! Reads variant files.

use serde::{Deserialize, Deserializer, de};

use super::{Variant, rules};
use crate::scenario::json::{self, Tree};
use crate::scenario::wire::{Reader, Wire as _};
use crate::scenario::{Findings, ReadOptions};

impl Variant {
    /// The schema that this version reads and writes.
    pub const SCHEMA: &'static str = "variant/1";

    /// Reads a variant file of at most [`ReadOptions::MAX_BYTES`]. A byte-order mark is skipped.
    ///
    /// # Errors
    /// All that is wrong with the file by itself: its encoding or syntax, or else all fields that
    /// are missing, unknown, doubled or of the wrong kind and all values out of range. Whether what
    /// it names is there can only be said together with a scenario.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Findings> {
        Self::from_tree(json::parse(bytes, &ReadOptions::default())?)
    }

    /// Like [`Self::from_json`], from a JSON value that is part of something else.
    ///
    /// # Errors
    /// As [`Self::from_json`].
    pub fn from_value(value: &serde_json::Value) -> Result<Self, Findings> {
        Self::from_tree(json::tree(value)?)
    }

    fn from_tree(tree: Tree) -> Result<Self, Findings> {
        let mut reader = Reader::default();
        let variant = Self::read(Some(tree), &mut reader);
        let mut findings = reader.findings;
        rules::check(&variant, &mut findings);
        if findings.has_errors() { Err(rules::finish(&variant, findings)) } else { Ok(variant) }
    }
}

impl<'de> Deserialize<'de> for Variant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_tree(Tree::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}
