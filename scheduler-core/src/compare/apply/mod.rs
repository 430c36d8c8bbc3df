//! A scenario with the edits of a variant.

mod asked;
mod clerks;
mod operations;
mod people;
mod sites;
mod walk_ins;

use std::collections::BTreeMap;

use crate::problem::Problem;
use crate::scenario::variant::rules;
use crate::scenario::{
    Code, Collector, Edit, Finding, Findings, Operations, Scenario, Variant, codes, nearest, quote,
};

pub use walk_ins::settled;

/// What became of a scenario.
#[derive(Debug, Clone)]
pub struct Applied {
    /// The scenario with all edits.
    pub scenario: Scenario,
    /// The same, validated.
    pub problem: Problem,
    /// What is doubtful about it that was not so before, and edits without effect, edit by edit.
    pub warnings: Vec<Warning>,
}

/// Something doubtful about a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// [Word](Edit::word) of the edit that it is about; `None` for all edits together.
    pub edit: Option<&'static str>,
    /// Where in the edited scenario something is doubtful now, as a JSON pointer; `None` where the
    /// edit changes nothing.
    pub place: Option<String>,
    /// All of it for programs, with its values and a pointer into the variant.
    pub finding: Finding,
}

/// `scenario` with the edits of `variant`, in order, and validated.
///
/// People who walk in are [`settled`] first: were they left to their default they would follow the
/// walk-in quotas, and every edit of staff or quotas would change who comes.
///
/// # Errors
/// Everything that is wrong, with pointers into the variant: values out of range, ids that are
/// not there, and rules of scenarios that the edited scenario breaks. Where `scenario` itself breaks
/// rules, its own findings.
pub fn apply(scenario: &Scenario, variant: &Variant) -> Result<Applied, Findings> {
    let base = Problem::new(scenario)?;
    let mut findings = Collector::default();
    rules::check(variant, &mut findings);
    let scenario = settled(scenario, &base);
    let mut editor = Editor { scenario, findings, owners: BTreeMap::new(), edit: 0 };
    for (index, edit) in variant.edits.iter().enumerate() {
        editor.edit = index;
        // What is wrong with an edit by itself has been said; the others are still looked at.
        if !editor.findings.is_broken(&format!("/edits/{index}")) {
            editor.apply(edit);
        }
    }
    editor.finish(variant, &base)
}

/// A scenario that is being edited.
struct Editor {
    scenario: Scenario,
    findings: Collector,
    /// What edits changed, by the list and the id of the entry: a field, or all of them where
    /// empty, and the edit.
    owners: BTreeMap<(&'static str, String), Vec<(&'static str, usize)>>,
    /// Index of the edit that is being applied.
    edit: usize,
}

/// Lists of a scenario whose entries have ids; `operations` is one entry altogether.
const STAFF: &str = "staff";
const ROOMS: &str = "rooms";
const SITES: &str = "sites";
const SERVICES: &str = "services";
const QUOTAS: &str = "walk_in_quotas";
const COVER: &str = "cover";
const DEMAND: &str = "demand";
const OPERATIONS: &str = "operations";

impl Editor {
    fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::AddClerks(added) => self.add_clerks(added),
            Edit::RemoveClerks { clerks } => self.remove_clerks(clerks),
            Edit::TrainClerks { clerks, skills } => self.train_clerks(clerks, skills),
            Edit::SetShifts { clerks, shifts } => self.set_shifts(clerks, shifts),
            Edit::SetBreaks { clerks, breaks } => self.set_breaks(clerks.as_deref(), breaks),
            Edit::SetOwnRoom { clerks, room } => self.set_own_room(clerks, room.as_ref()),
            Edit::SetAbsent { clerks, dates } => self.set_absent(clerks, dates),
            Edit::CallInSick { clerks, dates } => self.call_in_sick(clerks, dates),
            Edit::AddRooms { count, site, equipment } => self.add_rooms(*count, site, equipment),
            Edit::RemoveRooms { rooms } => self.remove_rooms(rooms),
            Edit::AddSite(added) => self.add_site(added),
            Edit::SetOpening { sites, open } => self.set_opening(sites.as_deref(), open),
            Edit::ScaleQuota { factor, sites } => self.scale_quotas(*factor, sites.as_deref()),
            Edit::SetQuota { min_share, max_share, sites } => {
                self.set_quotas((*min_share, *max_share), sites.as_deref());
            }
            Edit::SetCounters { counters, sites } => {
                self.change_quotas(sites.as_deref(), |quota| quota.counters = *counters);
            }
            Edit::SetStretch { minutes, sites } => {
                self.change_quotas(sites.as_deref(), |quota| quota.stretch_minutes = *minutes);
            }
            Edit::SetCover { cover } => self.set_cover(cover),
            Edit::SetWeights(changes) => self.set_weights(changes),
            Edit::SetShareByAppointment { share, sites } => {
                self.set_share_by_appointment(*share, sites.as_deref());
            }
            Edit::DivertOnline { share, services } => self.divert_online(*share, services),
            Edit::SetNoShow { probability, per_week_of_lead } => {
                self.set_no_show(*probability, *per_week_of_lead);
            }
            Edit::ScaleDuration { factor, services } => {
                self.scale_duration(*factor, services.as_deref());
            }
            Edit::SetSlotMinutes { services, minutes } => self.set_slot_minutes(services, *minutes),
            Edit::ScaleWalkIns { factor, sites } => self.scale_walk_ins(*factor, sites.as_deref()),
            Edit::ScaleRequests { factor, sites, services } => {
                self.scale_requests(*factor, sites.as_deref(), services.as_deref());
            }
            Edit::SetTickets { .. } => self.set_tickets(edit),
            Edit::SetCallPolicy { policy } => self.operations().call_policy = Some(*policy),
            Edit::SetWaitlist { waitlist } => self.operations().waitlist = *waitlist,
            Edit::SetSickShare { share } => self.operations().sick_share = Some(*share),
        }
    }

    fn operations(&mut self) -> &mut Operations {
        self.own(OPERATIONS, "", "");
        self.scenario.operations.get_or_insert_default()
    }

    /// Notes that the present edit changes `field`, or all where empty, of the entry `id` of `list`.
    fn own(&mut self, list: &'static str, id: &str, field: &'static str) {
        self.owners.entry((list, id.to_owned())).or_default().push((field, self.edit));
    }

    /// Reports about `field` of the present edit.
    fn report(&mut self, code: Code, field: &str, message: String) {
        let slash = if field.is_empty() { "" } else { "/" };
        self.findings.report(code, format!("/edits/{}{slash}{field}", self.edit), message);
    }

    /// Reports that the present edit changes nothing.
    fn report_idle(&mut self, message: &str) {
        self.report(codes::VARIANT_IDLE, "", message.to_owned());
    }

    /// Reports which of the ids `named` in the list `field` are not there. Whether all are.
    fn check_ids(&mut self, kind: &str, field: &str, named: &[String], known: &[String]) -> bool {
        let mut all = true;
        for (index, id) in named.iter().enumerate() {
            all &= self.check_id(kind, &format!("{field}/{index}"), id, known);
        }
        all
    }

    fn check_id(&mut self, kind: &str, field: &str, id: &str, known: &[String]) -> bool {
        if known.iter().any(|other| other == id) {
            return true;
        }
        let ids: Vec<&str> = known.iter().map(String::as_str).collect();
        let hint = match nearest(id, &ids) {
            Some(nearest) => format!("did you mean {}?", quote(nearest)),
            None => format!("add the {kind} by an earlier edit or correct the id"),
        };
        let message = format!("there is no {kind} {}; {hint}", quote(id));
        self.report(codes::REFERENCE_UNKNOWN, field, message);
        false
    }

    /// The sites that an edit means, all where it names none; `None` where one is not there.
    fn sites(&mut self, named: Option<&[String]>) -> Option<Vec<String>> {
        let known: Vec<String> = self.scenario.sites.iter().map(|site| site.id.clone()).collect();
        let Some(named) = named else { return Some(known) };
        self.check_ids("site", "sites", named, &known).then(|| named.to_vec())
    }

    /// The services that an edit means, all where it names none; `None` where one is not there.
    fn services(&mut self, named: Option<&[String]>) -> Option<Vec<String>> {
        let services = self.scenario.services.iter();
        let known: Vec<String> = services.map(|service| service.id.clone()).collect();
        let Some(named) = named else { return Some(known) };
        self.check_ids("service", "services", named, &known).then(|| named.to_vec())
    }

    fn finish(mut self, variant: &Variant, base: &Problem) -> Result<Applied, Findings> {
        if self.findings.has_errors() {
            // The rules would only repeat what follows from these.
            return Err(rules::finish(variant, self.findings));
        }
        match Problem::new(&self.scenario) {
            Ok(problem) => {
                let old = |finding: &Finding| {
                    let same = |other: &Finding| {
                        (other.code, &other.message) == (finding.code, &finding.message)
                    };
                    base.warnings.iter().any(same)
                };
                let mut warnings = self.take_warnings(variant, None);
                for finding in problem.warnings.iter().filter(|finding| !old(finding)) {
                    self.adopt(finding);
                    warnings.extend(self.take_warnings(variant, Some(&finding.pointer)));
                }
                warnings.sort_by_key(|(edit, _)| *edit);
                let warnings = warnings.into_iter().map(|(_, warning)| warning).collect();
                Ok(Applied { scenario: self.scenario, problem, warnings })
            }
            Err(findings) => {
                for finding in &findings {
                    self.adopt(finding);
                }
                Err(rules::finish(variant, self.findings))
            }
        }
    }

    /// What was reported of `place` in the edited scenario, or of the edits themselves, and the
    /// position of the edit that each is about.
    fn take_warnings(
        &mut self,
        variant: &Variant,
        place: Option<&str>,
    ) -> Vec<(Option<usize>, Warning)> {
        let findings = rules::finish(variant, std::mem::take(&mut self.findings));
        let warning = |finding: Finding| {
            let edit = finding.pointer.split('/').nth(2).and_then(|edit| edit.parse().ok());
            let word = edit.and_then(|edit: usize| variant.edits.get(edit)).map(Edit::word);
            (edit, Warning { edit: word, place: place.map(str::to_owned), finding })
        };
        findings.into_iter().map(warning).collect()
    }

    /// Takes over a finding about the edited scenario: it is about the edit that last changed its
    /// place, or about all edits together.
    fn adopt(&mut self, finding: &Finding) {
        let Some(&code) = codes::ALL.iter().find(|code| code.name == finding.code) else { return };
        let pointer = match self.owner(&finding.pointer) {
            Some(edit) => format!("/edits/{edit}"),
            None => "/edits".to_owned(),
        };
        let message = format!("then, at {} of the scenario: {}", finding.pointer, finding.message);
        self.findings.report(code, pointer, message);
    }

    /// The last edit that changed what is at `pointer` in the scenario.
    fn owner(&self, pointer: &str) -> Option<usize> {
        let mut tokens = pointer.split('/').skip(1);
        let list = tokens.next()?;
        if list == OPERATIONS {
            let (_, edit) = self.owners.get(&(OPERATIONS, String::new()))?.last()?;
            return Some(*edit);
        }
        let position: usize = tokens.next()?.parse().ok()?;
        let scenario = &self.scenario;
        let (list, id) = match list {
            STAFF => (STAFF, &scenario.staff.get(position)?.id),
            ROOMS => (ROOMS, &scenario.rooms.get(position)?.id),
            SITES => (SITES, &scenario.sites.get(position)?.id),
            SERVICES => (SERVICES, &scenario.services.get(position)?.id),
            QUOTAS => (QUOTAS, &scenario.walk_in_quotas.get(position)?.id),
            COVER => (COVER, &scenario.cover.get(position)?.id),
            DEMAND => (DEMAND, &scenario.demand.get(position)?.id),
            _ => return None,
        };
        let field = tokens.next();
        let changes = self.owners.get(&(list, id.clone()))?.iter();
        let about = |(changed, _): &&(&str, usize)| {
            changed.is_empty() || field.is_none_or(|field| field == *changed)
        };
        changes.rev().find(about).map(|(_, edit)| *edit)
    }
}

/// The first of `stem`-1, `stem`-2, … that `taken` does not know.
fn free_id(stem: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut number = 1;
    loop {
        let id = format!("{stem}-{number}");
        if !taken(&id) {
            return id;
        }
        number += 1;
    }
}
