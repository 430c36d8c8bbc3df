//! What a variant must keep to by itself, whatever the scenario.

use super::{AddClerks, AddSite, Edit, Variant};
use crate::scenario::{Code, Collector, Findings, codes};

/// Most clerks, rooms or tickets that one edit adds.
const MOST: f64 = 100.0;

const SHARE: (f64, f64) = (0.0, 1.0);
const FACTOR: (f64, f64) = (0.0, 1000.0);

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
    findings.finish()
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

    fn number(&mut self, field: &str, value: f64, (from, until): (f64, f64)) {
        if !(from <= value && value <= until) {
            let name = field.rsplit('/').next().unwrap_or(field);
            let message = format!("{name} is {value}; it must be between {from} and {until}");
            self.report(codes::FIELD_RANGE, field, message);
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
            Edit::AddClerks(AddClerks { count, id, .. }) => {
                self.number("count", f64::from(*count), (0.0, MOST));
                if id.as_ref().is_some_and(|id| id.is_empty() || id.chars().any(char::is_control)) {
                    let message = "the id is empty or has a control character; give another";
                    self.report(codes::ID_FORM, "id", message.to_owned());
                }
            }
            Edit::RemoveClerks { clerks } | Edit::SetShifts { clerks, .. } => {
                self.some("clerks", clerks, "");
            }
            Edit::TrainClerks { clerks, skills } => {
                self.some("clerks", clerks, "");
                self.some("skills", skills, "");
            }
            Edit::AddRooms { count, .. } => self.number("count", f64::from(*count), (0.0, MOST)),
            Edit::RemoveRooms { rooms } => self.some("rooms", rooms, ""),
            Edit::AddSite(added) => self.check_site(added),
            Edit::SetOpening { sites, .. } => self.all_or_some("sites", sites.as_ref()),
            Edit::ScaleQuota { factor, sites } | Edit::ScaleWalkIns { factor, sites } => {
                self.number("factor", *factor, FACTOR);
                self.all_or_some("sites", sites.as_ref());
            }
            Edit::SetQuota { min_share, max_share, sites } => {
                self.check_quota(*min_share, *max_share);
                self.all_or_some("sites", sites.as_ref());
            }
            Edit::SetShareByAppointment { share, sites } => {
                self.number("share", *share, SHARE);
                self.all_or_some("sites", sites.as_ref());
            }
            Edit::DivertOnline { share, services } => {
                self.number("share", *share, SHARE);
                self.some("services", services, "");
            }
            Edit::SetNoShow { probability, per_week_of_lead } => {
                self.number("probability", *probability, SHARE);
                self.number("per_week_of_lead", per_week_of_lead.unwrap_or(0.0), SHARE);
            }
            Edit::ScaleDuration { factor, services } => {
                self.number("factor", *factor, (0.01, 100.0));
                self.all_or_some("services", services.as_ref());
            }
            Edit::SetSlotMinutes { services, minutes } => {
                self.some("services", services, "");
                self.number("minutes", f64::from(*minutes), (1.0, 1440.0));
            }
            Edit::ScaleRequests { factor, sites, services } => {
                self.number("factor", *factor, FACTOR);
                self.all_or_some("sites", sites.as_ref());
                self.all_or_some("services", services.as_ref());
            }
            Edit::SetTickets { sites, .. } => self.all_or_some("sites", sites.as_ref()),
            Edit::SetCallPolicy { .. } => {}
            Edit::SetSickShare { share } => self.number("share", *share, SHARE),
        }
    }

    fn check_site(&mut self, AddSite { rooms, suits, cost_per_day, .. }: &AddSite) {
        self.number("rooms", f64::from(*rooms), (0.0, MOST));
        self.number("cost_per_day", cost_per_day.unwrap_or(0.0), (0.0, 1e9));
        for (index, entry) in suits.iter().enumerate() {
            self.number(&format!("suits/{index}/share"), entry.share, SHARE);
            self.all_or_some(&format!("suits/{index}/sites"), entry.sites.as_ref());
            self.all_or_some(&format!("suits/{index}/services"), entry.services.as_ref());
        }
    }

    fn check_quota(&mut self, least: f64, most: Option<f64>) {
        self.number("min_share", least, SHARE);
        let Some(most) = most else { return };
        self.number("max_share", most, SHARE);
        if most < least && !self.findings.is_broken(&format!("{}/min_share", self.base)) {
            let message = format!("max_share {most} is below min_share {least}; swap them");
            self.report(codes::QUOTA_SHARES, "max_share", message);
        }
    }
}
