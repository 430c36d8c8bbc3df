//! What a variant must keep to by itself, whatever the scenario.

use super::{AddClerks, AddSite, Edit, Variant};
use crate::scenario::wire::{Wire as _, check_limits};
use crate::scenario::{Code, Collector, Findings, codes};

/// Reports every value that is out of its range and every list that needs an entry.
pub(crate) fn check(variant: &Variant, findings: &mut Collector) {
    let mut rules = Rules { findings, base: String::new() };
    if variant.name.trim().is_empty() || variant.name.chars().any(char::is_control) {
        let message = "the name is empty or has a control character; name it as in a table";
        rules.report(codes::ID_FORM, "name", message.to_owned());
    }
    for (index, edit) in variant.edits.iter().enumerate() {
        rules.base = format!("/edits/{index}");
        // An edit of no known kind was read as if it were another.
        if !rules.findings.is_broken(&format!("{}/edit", rules.base)) {
            check_limits(edit, &rules.base, rules.findings);
            rules.check_edit(edit);
        }
    }
}

/// All findings in order, each with the word of its edit: positions in lists mean little to people.
pub(crate) fn finish(variant: &Variant, mut findings: Collector) -> Findings {
    findings.name_subjects(|pointer| {
        let mut tokens = pointer.strip_prefix("/edits/")?.split('/');
        let edit = variant.edits.get(tokens.next()?.parse::<usize>().ok()?)?;
        // What is wrong with the word itself is no matter of the edit that took its place.
        (tokens.next() != Some("edit")).then(|| edit.word().to_owned())
    });
    findings.finish(&Variant::KIND)
}

struct Rules<'a> {
    findings: &'a mut Collector,
    /// Where the edit under scrutiny is.
    base: String,
}

impl Rules<'_> {
    fn report(&mut self, code: Code, field: &str, message: String) {
        let pointer = format!("{}/{field}", self.base);
        if !self.findings.is_broken(&pointer) {
            self.findings.report(code, pointer, message);
        }
    }

    fn some<T>(&mut self, field: &str, list: &[T], or: &str) {
        if list.is_empty() {
            self.report(codes::LIST_EMPTY, field, format!("the list is empty; name some{or}"));
        }
    }

    fn all_or_some(&mut self, field: &str, list: Option<&Vec<String>>) {
        if let Some(list) = list {
            self.some(field, list, ", or leave it out for all");
        }
    }

    fn check_edit(&mut self, edit: &Edit) {
        match edit {
            Edit::AddClerks(AddClerks { id, .. }) => {
                if id.as_ref().is_some_and(|id| id.is_empty() || id.chars().any(char::is_control)) {
                    let message = "the id is empty or has a control character; give another";
                    self.report(codes::ID_FORM, "id", message.to_owned());
                }
            }
            Edit::RemoveClerks { clerks }
            | Edit::SetShifts { clerks, .. }
            | Edit::SetOwnRoom { clerks, .. } => self.some("clerks", clerks, ""),
            Edit::SetAbsent { clerks, dates } | Edit::CallInSick { clerks, dates } => {
                self.some("clerks", clerks, "");
                self.some("dates", dates, "");
            }
            Edit::SetBreaks { clerks, .. } => self.all_or_some("clerks", clerks.as_ref()),
            Edit::TrainClerks { clerks, skills } => {
                self.some("clerks", clerks, "");
                self.some("skills", skills, "");
            }
            Edit::RemoveRooms { rooms } => self.some("rooms", rooms, ""),
            Edit::AddSite(AddSite { suits, .. }) => {
                for (index, entry) in suits.iter().enumerate() {
                    self.all_or_some(&format!("suits/{index}/sites"), entry.sites.as_ref());
                    self.all_or_some(&format!("suits/{index}/services"), entry.services.as_ref());
                }
            }
            Edit::SetQuota { min_share, max_share, sites } => {
                self.check_quota(*min_share, *max_share);
                self.all_or_some("sites", sites.as_ref());
            }
            Edit::SetOpening { sites, .. }
            | Edit::ScaleQuota { sites, .. }
            | Edit::SetCounters { sites, .. }
            | Edit::SetStretch { sites, .. }
            | Edit::ScaleWalkIns { sites, .. }
            | Edit::SetShareByAppointment { sites, .. }
            | Edit::SetTickets { sites, .. } => self.all_or_some("sites", sites.as_ref()),
            Edit::DivertOnline { services, .. } | Edit::SetSlotMinutes { services, .. } => {
                self.some("services", services, "");
            }
            Edit::ScaleDuration { services, .. } => {
                self.all_or_some("services", services.as_ref());
            }
            Edit::ScaleRequests { sites, services, .. } => {
                self.all_or_some("sites", sites.as_ref());
                self.all_or_some("services", services.as_ref());
            }
            Edit::AddRooms { .. }
            | Edit::SetNoShow { .. }
            | Edit::SetCover { .. }
            | Edit::SetWeights(_)
            | Edit::SetCallPolicy { .. }
            | Edit::SetWaitlist { .. }
            | Edit::SetSickShare { .. } => {}
        }
    }

    fn check_quota(&mut self, least: f64, most: Option<f64>) {
        let Some(most) = most else { return };
        if most < least && !self.findings.is_broken(&format!("{}/min_share", self.base)) {
            let message = format!("max_share {most} is below min_share {least}; swap them");
            self.report(codes::QUOTA_SHARES, "max_share", message);
        }
    }
}
