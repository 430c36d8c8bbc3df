//! The wire form of a plan, `plan/1`.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Deserializer, Serialize, de};

use super::finding::Findings;
use super::json::{self, ReadOptions};
use super::place::quote;

/// A plan by ids and instants: the wire form `plan/1`.
///
/// Ids are borrowed from the problem that the plan is for, or from the text it was read from.
/// Instants carry the offset of the site's zone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanFile<'a> {
    /// The kind of file.
    pub schema: PlanSchema,
    /// Appointment slots.
    #[serde(borrow)]
    pub slots: Vec<SlotRecord<'a>>,
    /// Stretches for people without an appointment.
    #[serde(borrow)]
    pub walk_in_blocks: Vec<WalkInRecord<'a>>,
    /// Breaks.
    #[serde(borrow)]
    pub breaks: Vec<BreakRecord<'a>>,
    /// Expected served minutes, weighted by value.
    pub objective: f64,
    /// No plan for the same scenario has a larger objective.
    pub upper_bound: f64,
    /// (upper bound − objective) / upper bound.
    pub gap: f64,
    /// Time that planning took.
    pub seconds: f64,
    /// What made the plan.
    #[serde(borrow)]
    pub engine: Cow<'a, str>,
    /// Seed of the search.
    pub seed: u64,
}

/// The kind and version of a plan file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlanSchema {
    /// `plan/1`.
    #[serde(rename = "plan/1")]
    V1,
}

/// An appointment slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SlotRecord<'a> {
    /// Id of the service.
    #[serde(borrow)]
    pub service: Cow<'a, str>,
    /// Id of the site.
    #[serde(borrow)]
    pub site: Cow<'a, str>,
    /// First instant.
    #[serde(deserialize_with = "instant")]
    pub start: DateTime<FixedOffset>,
    /// First instant after.
    #[serde(deserialize_with = "instant")]
    pub end: DateTime<FixedOffset>,
    /// Id of the clerk.
    #[serde(borrow)]
    pub staff: Cow<'a, str>,
    /// Id of the room; none where the service needs none.
    pub room: Option<Cow<'a, str>>,
    /// Id of the demand that it serves.
    pub demand: Option<Cow<'a, str>>,
    /// Id of the appointment that it keeps.
    pub appointment: Option<Cow<'a, str>>,
}

/// A clerk's stretch at a counter for people without an appointment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WalkInRecord<'a> {
    /// Id of the site.
    #[serde(borrow)]
    pub site: Cow<'a, str>,
    /// Id of the clerk.
    #[serde(borrow)]
    pub staff: Cow<'a, str>,
    /// Id of the room.
    #[serde(borrow)]
    pub room: Cow<'a, str>,
    /// First instant.
    #[serde(deserialize_with = "instant")]
    pub start: DateTime<FixedOffset>,
    /// First instant after.
    #[serde(deserialize_with = "instant")]
    pub end: DateTime<FixedOffset>,
}

/// A clerk's break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BreakRecord<'a> {
    /// Id of the clerk.
    #[serde(borrow)]
    pub staff: Cow<'a, str>,
    /// First instant.
    #[serde(deserialize_with = "instant")]
    pub start: DateTime<FixedOffset>,
    /// First instant after.
    #[serde(deserialize_with = "instant")]
    pub end: DateTime<FixedOffset>,
}

impl<'a> PlanFile<'a> {
    /// Largest plan file that is read: 1 GiB, some five million slots.
    pub const MAX_BYTES: usize = 1 << 30;

    /// Reads a plan file. A byte-order mark is skipped.
    ///
    /// # Errors
    /// The first thing that keeps it from being read, with line and column.
    pub fn from_json(bytes: &'a [u8]) -> Result<Self, Findings> {
        json::parse(bytes, &ReadOptions { max_bytes: Self::MAX_BYTES })
    }
}

/// Reads an instant, as chrono does, but says what is wrong.
fn instant<'de, D: Deserializer<'de>>(source: D) -> Result<DateTime<FixedOffset>, D::Error> {
    let text = BorrowedText::deserialize(source)?.0;
    DateTime::parse_from_rfc3339(&text).map_err(|_| {
        let expected = "an instant with offset such as \"2027-03-31T07:30:00+02:00\"";
        de::Error::custom(format_args!("{} is not {expected}", quote(&text)))
    })
}

#[derive(Deserialize)]
struct BorrowedText<'a>(#[serde(borrow)] Cow<'a, str>);
