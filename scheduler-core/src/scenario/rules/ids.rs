//! Ids are well formed and unique, and references lead somewhere.

use std::collections::HashMap;

use super::Rules;
use crate::scenario::codes;
use crate::scenario::place::{nearest, quote};

/// The ids of each kind of entry.
#[derive(Debug)]
pub(super) struct Ids<'a> {
    pub(super) sites: Index<'a>,
    pub(super) rooms: Index<'a>,
    pub(super) services: Index<'a>,
    pub(super) staff: Index<'a>,
}

/// From id to position in the scenario's list.
#[derive(Debug)]
pub(super) struct Index<'a> {
    kind: &'static str,
    by_id: HashMap<&'a str, usize>,
    /// Whether all ids are known; otherwise an unknown one may be a casualty of another error.
    complete: bool,
}

impl<'a> Ids<'a> {
    /// Checks all ids of the scenario.
    pub(super) fn check(rules: &mut Rules<'a>) -> Self {
        let scenario = rules.scenario;
        let ids = Self {
            sites: rules.index("site", "/sites", scenario.sites.iter().map(|e| e.id.as_str())),
            rooms: rules.index("room", "/rooms", scenario.rooms.iter().map(|e| e.id.as_str())),
            services: rules.index(
                "service",
                "/services",
                scenario.services.iter().map(|e| e.id.as_str()),
            ),
            staff: rules.index("clerk", "/staff", scenario.staff.iter().map(|e| e.id.as_str())),
        };
        let quotas = scenario.walk_in_quotas.iter().map(|e| e.id.as_str());
        rules.index("walk-in quota", "/walk_in_quotas", quotas);
        let cover = scenario.cover.iter().map(|e| e.id.as_str());
        rules.index("cover", "/cover", cover);
        let demand = scenario.demand.iter().map(|e| e.id.as_str());
        rules.index("demand entry", "/demand", demand);
        let appointments = scenario.appointments.iter().map(|e| e.id.as_str());
        rules.index("appointment", "/appointments", appointments);
        let release = scenario.release.iter().map(|e| e.id.as_str());
        rules.index("release policy", "/release", release);
        let operations = scenario.operations.as_ref();
        let walk_ins = operations.and_then(|operations| operations.walk_ins.as_deref());
        let walk_ins = walk_ins.unwrap_or_default().iter().map(|e| e.id.as_str());
        rules.index("walk-ins entry", "/operations/walk_ins", walk_ins);
        ids
    }
}

impl<'a> Rules<'a> {
    pub(super) fn index(
        &mut self,
        kind: &'static str,
        list: &str,
        ids: impl Iterator<Item = &'a str>,
    ) -> Index<'a> {
        let mut by_id = HashMap::new();
        let mut complete = !self.findings.has_error_at(list);
        for (i, id) in ids.enumerate() {
            let base = format!("{list}/{i}");
            if self.is_broken(&base, "id") {
                complete = false;
                continue;
            }
            if !self.check_id_form(&base, "id", id) {
                complete = false;
                continue;
            }
            if let Some(first) = by_id.get(id) {
                let message = format!(
                    "the id {} is already that of {list}/{first}; give each {kind} its own",
                    quote(id)
                );
                self.report(codes::ID_DUPLICATE, &base, "id", message);
                continue;
            }
            by_id.insert(id, i);
        }
        Index { kind, by_id, complete }
    }

    /// Whether the id in `field` of the entry at `base` is well formed.
    pub(super) fn check_id_form(&mut self, base: &str, field: &str, id: &str) -> bool {
        let message = if id.is_empty() {
            format!("the {field} is empty; give it one")
        } else if id.chars().any(char::is_control) {
            format!("the {field} {} has a control character; remove it", quote(id))
        } else {
            return true;
        };
        self.report(codes::ID_FORM, base, field, message);
        false
    }

    /// The position of the entry that `field` of the entry at `base` refers to.
    pub(super) fn refer(
        &mut self,
        index: &Index<'_>,
        id: &str,
        base: &str,
        field: &str,
    ) -> Option<usize> {
        let found = index.by_id.get(id).copied();
        if found.is_none() && index.complete {
            let hint = match index.nearest(id) {
                Some(nearest) => format!("did you mean {}?", quote(nearest)),
                None => format!("add the {} or correct the id", index.kind),
            };
            let message = format!("there is no {} {}; {hint}", index.kind, quote(id));
            self.report(codes::REFERENCE_UNKNOWN, base, field, message);
        }
        found
    }
}

impl<'a> Index<'a> {
    /// The position of the entry of that id.
    pub(super) fn position(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The most similar id; none among many, where comparing all would take long.
    fn nearest(&self, id: &str) -> Option<&'a str> {
        const MANY: usize = 200;
        if self.by_id.len() > MANY {
            return None;
        }
        let mut ids: Vec<&'a str> = self.by_id.keys().copied().collect();
        ids.sort_unstable();
        nearest(id, &ids)
    }
}
