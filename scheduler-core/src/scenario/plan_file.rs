//! The wire form of a plan, `plan/1`.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Deserializer, de};

use super::codes::{
    PLAN_HORIZON, PLAN_MIDNIGHT, REFERENCE_UNKNOWN, SCHEMA_UNSUPPORTED, TIME_CLOCK_CHANGE,
    TIME_OFF_GRID, TIME_REVERSED,
};
use super::finding::Findings;
use super::json::{self, ReadOptions};
use super::wire::{self as reader, Reading};
use crate::{wire, words};

wire! {
    /// A plan by ids and instants: the wire form `plan/1`.
    ///
    /// Instants carry the offset of the site's zone.
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct PlanFile<'a> as "Plan" {
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
        /// Who sits where from when to when. They follow from slots and blocks and are counted anew
        /// where a plan is read.
        #[wire(always)]
        #[serde(borrow, default)]
        pub stays: Vec<StayRecord<'a>> = Vec::new(),
        /// Expected served minutes, weighted by value, less what has a price. Counted anew where a plan
        /// is checked; whoever edits a plan may leave it out.
        #[wire(unit = "minutes")]
        pub objective: Option<f64>,
        /// No plan for the same scenario has a larger objective; left out where none is known.
        #[wire(unit = "minutes")]
        pub upper_bound: Option<f64>,
        /// What could still be gained, against the work that the plan does:
        /// (upper bound − objective) / max(1, value and minutes of its promises, and of its slots as
        /// they will be used). Counted anew where a plan is read.
        pub gap: Option<f64>,
        /// Time that planning took.
        #[wire(unit = "seconds", always)]
        #[serde(default)]
        pub seconds: f64 = 0.0,
        /// What made the plan.
        #[wire(always)]
        #[serde(borrow, default = "by_hand")]
        pub engine: Cow<'a, str> = by_hand(),
        /// Seed of the search.
        #[wire(always)]
        #[serde(default)]
        pub seed: u64 = 0,
    }

    /// An appointment slot.
    #[derive(Eq, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct SlotRecord<'a> as "PlanSlot" {
        /// Id of the service.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        #[serde(borrow)]
        pub service: Cow<'a, str>,
        /// Id of the site.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        #[serde(borrow)]
        pub site: Cow<'a, str>,
        /// First instant.
        #[wire(codes = &[TIME_OFF_GRID, TIME_CLOCK_CHANGE, PLAN_HORIZON])]
        #[serde(deserialize_with = "instant")]
        pub start: DateTime<FixedOffset>,
        /// First instant after.
        #[wire(codes = &[TIME_OFF_GRID, TIME_REVERSED, TIME_CLOCK_CHANGE, PLAN_HORIZON,
            PLAN_MIDNIGHT])]
        #[serde(deserialize_with = "instant")]
        pub end: DateTime<FixedOffset>,
        /// Id of the clerk.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        #[serde(borrow)]
        pub staff: Cow<'a, str>,
        /// Id of the room; none where the service needs none.
        #[wire(nullable, codes = &[REFERENCE_UNKNOWN])]
        pub room: Option<Cow<'a, str>>,
        /// Id of the demand that it serves.
        #[wire(nullable, codes = &[REFERENCE_UNKNOWN])]
        pub demand: Option<Cow<'a, str>>,
        /// Id of the appointment that it keeps.
        #[wire(nullable, codes = &[REFERENCE_UNKNOWN])]
        pub appointment: Option<Cow<'a, str>>,
        /// Whether a plan that starts from this one keeps it exactly.
        #[serde(default)]
        pub pinned: bool = false,
    }

    /// A clerk's stretch at a counter for people without an appointment.
    #[derive(Eq, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct WalkInRecord<'a> as "PlanBlock" {
        /// Id of the site.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        #[serde(borrow)]
        pub site: Cow<'a, str>,
        /// Id of the clerk.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        #[serde(borrow)]
        pub staff: Cow<'a, str>,
        /// Id of the room.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        #[serde(borrow)]
        pub room: Cow<'a, str>,
        /// First instant.
        #[wire(codes = &[TIME_OFF_GRID, TIME_CLOCK_CHANGE, PLAN_HORIZON])]
        #[serde(deserialize_with = "instant")]
        pub start: DateTime<FixedOffset>,
        /// First instant after.
        #[wire(codes = &[TIME_OFF_GRID, TIME_REVERSED, TIME_CLOCK_CHANGE, PLAN_HORIZON,
            PLAN_MIDNIGHT])]
        #[serde(deserialize_with = "instant")]
        pub end: DateTime<FixedOffset>,
        /// Whether a plan that starts from this one keeps it exactly.
        #[serde(default)]
        pub pinned: bool = false,
    }

    /// A clerk's break.
    #[derive(Eq, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct BreakRecord<'a> as "PlanBreak" {
        /// Id of the clerk.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        #[serde(borrow)]
        pub staff: Cow<'a, str>,
        /// First instant.
        #[wire(codes = &[TIME_OFF_GRID, TIME_CLOCK_CHANGE, PLAN_HORIZON])]
        #[serde(deserialize_with = "instant")]
        pub start: DateTime<FixedOffset>,
        /// First instant after.
        #[wire(codes = &[TIME_OFF_GRID, TIME_REVERSED, TIME_CLOCK_CHANGE, PLAN_HORIZON,
            PLAN_MIDNIGHT])]
        #[serde(deserialize_with = "instant")]
        pub end: DateTime<FixedOffset>,
        /// Whether a plan that starts from this one keeps it exactly.
        #[serde(default)]
        pub pinned: bool = false,
    }

    /// A clerk at a counter, from the begin of the first task there to the end of the last.
    #[derive(Eq, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub struct StayRecord<'a> as "PlanStay" {
        /// Id of the clerk.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        #[serde(borrow)]
        pub staff: Cow<'a, str>,
        /// Id of the room.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        #[serde(borrow)]
        pub room: Cow<'a, str>,
        /// First instant.
        #[wire(codes = &[TIME_OFF_GRID, TIME_CLOCK_CHANGE, PLAN_HORIZON])]
        #[serde(deserialize_with = "instant")]
        pub start: DateTime<FixedOffset>,
        /// First instant after.
        #[wire(codes = &[TIME_OFF_GRID, TIME_REVERSED, TIME_CLOCK_CHANGE, PLAN_HORIZON,
            PLAN_MIDNIGHT])]
        #[serde(deserialize_with = "instant")]
        pub end: DateTime<FixedOffset>,
        /// Whether a plan that starts from this one keeps the room for the clerk throughout: nobody
        /// else is there then, nor the clerk in another room. Only the times of pinned stays are
        /// looked at.
        #[serde(default)]
        pub pinned: bool = false,
    }
}

words! {
    /// The kind and version of a plan file.
    pub enum PlanSchema: "the schema", code SCHEMA_UNSUPPORTED {
        /// `plan/1`.
        V1 = "plan/1",
    }
}

impl<'a> PlanFile<'a> {
    /// Largest plan file that is read: 1 GiB, some five million slots.
    pub const MAX_BYTES: usize = 1 << 30;

    /// Reads a plan file; ids are borrowed from its text where that is possible. A byte-order mark
    /// is skipped.
    ///
    /// # Errors
    /// All that keeps it from being read.
    pub fn from_json(bytes: &'a [u8]) -> Result<Self, Findings> {
        let options = ReadOptions { max_bytes: Self::MAX_BYTES };
        // A tree of all values takes many times the memory of the plan, so that it is made only
        // where there is something to find.
        if let Ok(file) = json::parse(bytes, &options) {
            return Ok(file);
        }
        let reading = reader::read(bytes, &options)?;
        if reading.unreadable.is_empty() { Ok(reading.value) } else { Err(reading.unreadable) }
    }
}

impl PlanFile<'static> {
    /// Like [`Self::from_json`], from a JSON value that is part of something else.
    ///
    /// # Errors
    /// As [`Self::from_json`].
    pub fn from_value(value: &serde_json::Value) -> Result<Self, Findings> {
        let reading: Reading<Self> = json::tree(value).map(reader::read_tree)?;
        if reading.unreadable.is_empty() { Ok(reading.value) } else { Err(reading.unreadable) }
    }
}

/// The engine of a plan that does not name one.
fn by_hand<'a>() -> Cow<'a, str> {
    Cow::Borrowed("hand")
}

/// Reads an instant, as chrono does.
fn instant<'de, D: Deserializer<'de>>(source: D) -> Result<DateTime<FixedOffset>, D::Error> {
    let text = BorrowedText::deserialize(source)?.0;
    DateTime::parse_from_rfc3339(&text).map_err(de::Error::custom)
}

#[derive(Deserialize)]
struct BorrowedText<'a>(#[serde(borrow)] Cow<'a, str>);
