//! Which fields each part of a scenario has, and which of them may be left out.

use serde::{Deserialize, Deserializer, de};

use super::codes;
use super::finding::Findings;
use super::format::{
    Appointment, Break, Demand, Horizon, Opening, ReleasePolicy, Room, Scenario, Service, Shift,
    Site, Staff, WalkInQuota, Wave,
};
use super::json::{self, ReadOptions, Tree};
use super::place::quote;
use super::read::{Fields, Read, Reader};
use super::rules;

impl Scenario {
    /// The schema that this version reads and writes.
    pub const SCHEMA: &'static str = "scenario/1";

    /// Reads a scenario file of at most [`ReadOptions::MAX_BYTES`]. A byte-order mark is skipped.
    ///
    /// # Errors
    /// All that is wrong with the file: its encoding or syntax, or else all fields that are
    /// missing, unknown, doubled or of the wrong kind and every rule that what could be read
    /// breaks. [`Problem::new`](crate::problem::Problem::new) checks the same rules again.
    pub fn from_json(bytes: &[u8]) -> Result<Self, Findings> {
        Self::from_json_with(bytes, &ReadOptions::default())
    }

    /// Like [`Self::from_json`], with other limits.
    ///
    /// # Errors
    /// As [`Self::from_json`].
    pub fn from_json_with(bytes: &[u8], options: &ReadOptions) -> Result<Self, Findings> {
        let tree = json::parse(bytes, options)?;
        Self::from_tree(tree)
    }

    fn from_tree(tree: Tree) -> Result<Self, Findings> {
        let mut reader = Reader::default();
        let scenario = Self::read(Some(tree), &mut reader);
        if reader.findings.has_errors() {
            return Err(rules::check_rest(&scenario, reader.findings));
        }
        Ok(scenario)
    }
}

impl<'de> Deserialize<'de> for Scenario {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_tree(Tree::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

/// The schema must be there and be ours.
fn read_schema(fields: &mut Fields, reader: &mut Reader) {
    struct Schema;
    impl Read for Schema {
        fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
            let schema = String::read(tree, reader);
            let expected = Scenario::SCHEMA;
            if schema != expected && !reader.is_reported() {
                let message = format!("the schema is {}; expected {expected:?}", quote(&schema));
                reader.report(codes::SCHEMA_UNSUPPORTED, message);
            }
            Self
        }
    }
    fields.required::<Schema>("schema", reader);
}

impl Read for Scenario {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let known = [
            "schema",
            "name",
            "notes",
            "time_zone",
            "grid_minutes",
            "horizon",
            "sites",
            "rooms",
            "services",
            "staff",
            "walk_in_quotas",
            "demand",
            "appointments",
            "release",
            "operations",
        ];
        let mut fields = reader.object(tree, &known);
        read_schema(&mut fields, reader);
        Self {
            name: fields.optional("name", reader),
            notes: fields.optional("notes", reader),
            time_zone: fields.required("time_zone", reader),
            grid_minutes: fields.required("grid_minutes", reader),
            horizon: fields.required("horizon", reader),
            sites: fields.required("sites", reader),
            rooms: fields.required("rooms", reader),
            services: fields.required("services", reader),
            staff: fields.required("staff", reader),
            walk_in_quotas: fields.optional("walk_in_quotas", reader).unwrap_or_default(),
            demand: fields.optional("demand", reader).unwrap_or_default(),
            appointments: fields.optional("appointments", reader).unwrap_or_default(),
            release: fields.optional("release", reader).unwrap_or_default(),
            operations: fields.optional("operations", reader),
        }
    }
}

impl Read for Horizon {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["from", "until"]);
        Self { from: fields.required("from", reader), until: fields.required("until", reader) }
    }
}

impl Read for Site {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["id", "name", "open", "closed_on"]);
        Self {
            id: fields.required("id", reader),
            name: fields.optional("name", reader),
            open: fields.required("open", reader),
            closed_on: fields.optional("closed_on", reader).unwrap_or_default(),
        }
    }
}

impl Read for Opening {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["days", "from", "until"]);
        Self {
            days: fields.optional("days", reader),
            from: fields.required("from", reader),
            until: fields.required("until", reader),
        }
    }
}

impl Read for Room {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["id", "site", "equipment"]);
        Self {
            id: fields.required("id", reader),
            site: fields.required("site", reader),
            equipment: fields.required("equipment", reader),
        }
    }
}

impl Read for Service {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let known = [
            "id",
            "name",
            "minutes",
            "extra_person_minutes",
            "max_persons",
            "skills",
            "equipment",
            "value",
        ];
        let mut fields = reader.object(tree, &known);
        Self {
            id: fields.required("id", reader),
            name: fields.optional("name", reader),
            minutes: fields.required("minutes", reader),
            extra_person_minutes: fields.required("extra_person_minutes", reader),
            max_persons: fields.required("max_persons", reader),
            skills: fields.required("skills", reader),
            equipment: fields.required("equipment", reader),
            value: fields.required("value", reader),
        }
    }
}

impl Read for Staff {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["id", "skills", "shifts", "absent_on"]);
        Self {
            id: fields.required("id", reader),
            skills: fields.required("skills", reader),
            shifts: fields.required("shifts", reader),
            absent_on: fields.optional("absent_on", reader).unwrap_or_default(),
        }
    }
}

impl Read for Shift {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["site", "days", "from", "until", "break"]);
        Self {
            site: fields.required("site", reader),
            days: fields.optional("days", reader),
            from: fields.required("from", reader),
            until: fields.required("until", reader),
            pause: fields.optional("break", reader),
        }
    }
}

impl Read for Break {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["minutes", "from", "until"]);
        Self {
            minutes: fields.required("minutes", reader),
            from: fields.required("from", reader),
            until: fields.required("until", reader),
        }
    }
}

impl Read for WalkInQuota {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let known = [
            "id",
            "site",
            "days",
            "from",
            "until",
            "min_share",
            "max_share",
            "block_minutes",
            "skills",
            "returns_at",
        ];
        let mut fields = reader.object(tree, &known);
        Self {
            id: fields.required("id", reader),
            site: fields.required("site", reader),
            days: fields.optional("days", reader),
            from: fields.required("from", reader),
            until: fields.required("until", reader),
            min_share: fields.required("min_share", reader),
            max_share: fields.optional("max_share", reader),
            block_minutes: fields.required("block_minutes", reader),
            skills: fields.required("skills", reader),
            returns_at: fields.optional("returns_at", reader),
        }
    }
}

impl Read for Demand {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let known = ["id", "service", "sites", "days", "from", "until", "mean", "pool"];
        let mut fields = reader.object(tree, &known);
        Self {
            id: fields.required("id", reader),
            service: fields.required("service", reader),
            sites: fields.required("sites", reader),
            days: fields.optional("days", reader),
            from: fields.required("from", reader),
            until: fields.required("until", reader),
            mean: fields.required("mean", reader),
            pool: fields.optional("pool", reader).unwrap_or_default(),
        }
    }
}

impl Read for Appointment {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let known = ["id", "service", "site", "start", "persons", "staff", "room"];
        let mut fields = reader.object(tree, &known);
        Self {
            id: fields.required("id", reader),
            service: fields.required("service", reader),
            site: fields.required("site", reader),
            start: fields.required("start", reader),
            persons: fields.required("persons", reader),
            staff: fields.optional("staff", reader),
            room: fields.optional("room", reader),
        }
    }
}

impl Read for ReleasePolicy {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let known = ["id", "sites", "channel", "min_notice_minutes", "waves"];
        let mut fields = reader.object(tree, &known);
        Self {
            id: fields.required("id", reader),
            sites: fields.optional("sites", reader),
            channel: fields.optional("channel", reader),
            min_notice_minutes: fields.optional("min_notice_minutes", reader).unwrap_or_default(),
            waves: fields.required("waves", reader),
        }
    }
}

impl Read for Wave {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["days_ahead", "at", "share"]);
        Self {
            days_ahead: fields.required("days_ahead", reader),
            at: fields.required("at", reader),
            share: fields.required("share", reader),
        }
    }
}
