//! Reads variant files.

use serde::{Deserialize, Deserializer, de};

use super::{AddClerks, AddSite, Edit, Suits, Variant, rules};
use crate::scenario::json::{self, Tree};
use crate::scenario::place::quote;
use crate::scenario::read::{Fields, Read, Reader, Text};
use crate::scenario::{Findings, ReadOptions, Site, codes};

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
        let tree = json::parse(bytes, &ReadOptions::default())?;
        Self::from_tree(tree)
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

impl Read for Variant {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["schema", "name", "notes", "edits"]);
        let schema: String = fields.required("schema", reader);
        if schema != Self::SCHEMA && !reader.findings.is_broken("/schema") {
            let expected = Self::SCHEMA;
            let message = format!("the schema is {}; expected {expected:?}", quote(&schema));
            reader.findings.report(codes::SCHEMA_UNSUPPORTED, "/schema".to_owned(), message);
        }
        Self {
            name: fields.required("name", reader),
            notes: fields.optional("notes", reader),
            edits: fields.required("edits", reader),
        }
    }
}

/// Each kind of edit with its fields.
const KINDS: [(&str, &[&str]); 20] = [
    ("add_clerks", &["edit", "count", "like", "id", "skills", "shifts"]),
    ("remove_clerks", &["edit", "clerks"]),
    ("train_clerks", &["edit", "clerks", "skills"]),
    ("set_shifts", &["edit", "clerks", "shifts"]),
    ("add_rooms", &["edit", "count", "site", "equipment"]),
    ("remove_rooms", &["edit", "rooms"]),
    (
        "add_site",
        &["edit", "id", "name", "open", "closed_on", "rooms", "equipment", "suits", "cost_per_day"],
    ),
    ("set_opening", &["edit", "sites", "open"]),
    ("scale_quota", &["edit", "factor", "sites"]),
    ("set_quota", &["edit", "min_share", "max_share", "sites"]),
    ("set_share_by_appointment", &["edit", "share", "sites"]),
    ("divert_online", &["edit", "share", "services"]),
    ("set_no_show", &["edit", "probability", "per_week_of_lead"]),
    ("scale_duration", &["edit", "factor", "services"]),
    ("set_slot_minutes", &["edit", "services", "minutes"]),
    ("scale_walk_ins", &["edit", "factor", "sites"]),
    ("scale_requests", &["edit", "factor", "sites", "services"]),
    (
        "set_tickets",
        &["edit", "sites", "most_a_day", "stop_minutes_before_closing", "most_waiting"],
    ),
    ("set_call_policy", &["edit", "policy"]),
    ("set_sick_share", &["edit", "share"]),
];

/// The position in [`KINDS`] of the kind that a word names.
#[derive(Debug, Clone, Copy)]
struct Kind(Option<usize>);

impl Kind {
    fn named(word: &str) -> Option<usize> {
        KINDS.iter().position(|(name, _)| *name == word)
    }

    /// The kind that `tree` says it is, if it says so.
    fn of(tree: &Tree) -> Option<usize> {
        let Tree::Object(fields) = tree else { return None };
        let (_, word) = fields.iter().find(|(name, _)| name == "edit")?;
        if let Tree::Text(word) = word { Self::named(word) } else { None }
    }
}

impl Read for Kind {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let word = Text {
            parse: Self::named,
            expected: "an edit: add_clerks, remove_clerks, train_clerks, set_shifts, add_rooms, \
                       remove_rooms, add_site, set_opening, scale_quota, set_quota, \
                       set_share_by_appointment, divert_online, set_no_show, scale_duration, \
                       set_slot_minutes, scale_walk_ins, scale_requests, set_tickets, \
                       set_call_policy or set_sick_share",
            code: codes::FIELD_WORD,
        };
        Self(reader.text(tree, &word))
    }
}

impl Read for Edit {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let kind = tree.as_ref().and_then(Kind::of);
        let tree = match tree {
            // Of an edit of no known kind the fields cannot be judged.
            Some(Tree::Object(mut fields)) if kind.is_none() => {
                fields.retain(|(name, _)| name == "edit");
                Some(Tree::Object(fields))
            }
            other => other,
        };
        let known = kind.map_or(["edit"].as_slice(), |kind| KINDS[kind].1);
        let mut fields = reader.object(tree, known);
        let Kind(Some(kind)) = fields.required("edit", reader) else {
            return Self::RemoveClerks { clerks: Vec::new() };
        };
        read_edit(KINDS[kind].0, &mut fields, reader)
    }
}

fn read_edit(word: &str, fields: &mut Fields, reader: &mut Reader) -> Edit {
    match word {
        "add_clerks" => Edit::AddClerks(AddClerks {
            count: fields.required("count", reader),
            like: fields.required("like", reader),
            id: fields.optional("id", reader),
            skills: fields.optional("skills", reader),
            shifts: fields.optional("shifts", reader),
        }),
        "train_clerks" => Edit::TrainClerks {
            clerks: fields.required("clerks", reader),
            skills: fields.required("skills", reader),
        },
        "set_shifts" => Edit::SetShifts {
            clerks: fields.required("clerks", reader),
            shifts: fields.required("shifts", reader),
        },
        "add_rooms" => Edit::AddRooms {
            count: fields.required("count", reader),
            site: fields.required("site", reader),
            equipment: fields.required("equipment", reader),
        },
        "remove_rooms" => Edit::RemoveRooms { rooms: fields.required("rooms", reader) },
        "add_site" => Edit::AddSite(read_site(fields, reader)),
        "set_opening" => Edit::SetOpening {
            sites: fields.optional("sites", reader),
            open: fields.required("open", reader),
        },
        "scale_quota" => Edit::ScaleQuota {
            factor: fields.required("factor", reader),
            sites: fields.optional("sites", reader),
        },
        "set_quota" => Edit::SetQuota {
            min_share: fields.required("min_share", reader),
            max_share: fields.optional("max_share", reader),
            sites: fields.optional("sites", reader),
        },
        "set_share_by_appointment" => Edit::SetShareByAppointment {
            share: fields.required("share", reader),
            sites: fields.optional("sites", reader),
        },
        "divert_online" => Edit::DivertOnline {
            share: fields.required("share", reader),
            services: fields.required("services", reader),
        },
        "set_no_show" => Edit::SetNoShow {
            probability: fields.required("probability", reader),
            per_week_of_lead: fields.optional("per_week_of_lead", reader),
        },
        "scale_duration" => Edit::ScaleDuration {
            factor: fields.required("factor", reader),
            services: fields.optional("services", reader),
        },
        "set_slot_minutes" => Edit::SetSlotMinutes {
            services: fields.required("services", reader),
            minutes: fields.required("minutes", reader),
        },
        "scale_walk_ins" => Edit::ScaleWalkIns {
            factor: fields.required("factor", reader),
            sites: fields.optional("sites", reader),
        },
        "scale_requests" => Edit::ScaleRequests {
            factor: fields.required("factor", reader),
            sites: fields.optional("sites", reader),
            services: fields.optional("services", reader),
        },
        "set_tickets" => Edit::SetTickets {
            sites: fields.optional("sites", reader),
            most_a_day: fields.optional("most_a_day", reader),
            stop_minutes_before_closing: fields.optional("stop_minutes_before_closing", reader),
            most_waiting: fields.optional("most_waiting", reader),
        },
        "set_call_policy" => Edit::SetCallPolicy { policy: fields.required("policy", reader) },
        "set_sick_share" => Edit::SetSickShare { share: fields.required("share", reader) },
        _ => Edit::RemoveClerks { clerks: fields.required("clerks", reader) },
    }
}

fn read_site(fields: &mut Fields, reader: &mut Reader) -> AddSite {
    AddSite {
        site: Site {
            id: fields.required("id", reader),
            name: fields.optional("name", reader),
            open: fields.required("open", reader),
            closed_on: fields.optional("closed_on", reader).unwrap_or_default(),
        },
        rooms: fields.required("rooms", reader),
        equipment: fields.optional("equipment", reader).unwrap_or_default(),
        suits: fields.optional("suits", reader).unwrap_or_default(),
        cost_per_day: fields.optional("cost_per_day", reader),
    }
}

impl Read for Suits {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["share", "sites", "services"]);
        Self {
            share: fields.required("share", reader),
            sites: fields.optional("sites", reader),
            services: fields.optional("services", reader),
        }
    }
}
