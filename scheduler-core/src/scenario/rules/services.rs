//! Services.

use std::collections::BTreeSet;

use super::{Calendar, Rules};
use crate::scenario::{codes, place};

/// Whether `has` holds everything in `needs`.
pub(super) fn has_all(has: &BTreeSet<&str>, needs: &[String]) -> bool {
    needs.iter().all(|need| has.contains(need.as_str()))
}

impl Rules<'_> {
    /// Checks every service for itself, and whether clerks and rooms for it exist.
    pub(super) fn check_services(&mut self, calendar: &Calendar) {
        let services = &self.scenario.services;
        if services.is_empty() {
            let message = "there is no service; add one".to_owned();
            self.report(codes::LIST_EMPTY, "/services", "", message);
        }
        for (i, service) in services.iter().enumerate() {
            let base = format!("/services/{i}");
            self.check_length(calendar, &base, service.minutes);
            let extra = f64::from(service.extra_person_minutes);
            self.check_number(&base, "extra_person_minutes", extra, (0.0, 1440.0));
            self.check_number(&base, "value", service.value, (0.0, 1e9));
            if service.max_persons == 0 {
                let message = "max_persons is 0; at least one person comes".to_owned();
                self.report(codes::FIELD_RANGE, &base, "max_persons", message);
            }
        }
        self.check_service_clerks();
        self.check_service_rooms();
    }

    fn check_service_clerks(&mut self) {
        if self.findings.is_broken("/staff") {
            return;
        }
        let staff: Vec<BTreeSet<&str>> = distinct(self.scenario.staff.iter().map(|e| &e.skills));
        for (i, service) in self.scenario.services.iter().enumerate() {
            if !staff.iter().any(|skills| has_all(skills, &service.skills)) {
                let (id, skills) = (place::quote(&service.id), place::list(&service.skills));
                let message = format!(
                    "no clerk has all of {skills}, so {id} is never offered; train somebody or \
                     correct the skills"
                );
                self.report(
                    codes::SERVICE_NO_CLERK,
                    &format!("/services/{i}"),
                    "skills",
                    message,
                );
            }
        }
    }

    fn check_service_rooms(&mut self) {
        if self.findings.is_broken("/rooms") {
            return;
        }
        let rooms: Vec<BTreeSet<&str>> = distinct(self.scenario.rooms.iter().map(|e| &e.equipment));
        for (i, service) in self.scenario.services.iter().enumerate() {
            if !rooms
                .iter()
                .any(|equipment| has_all(equipment, &service.equipment))
            {
                let (id, equipment) = (place::quote(&service.id), place::list(&service.equipment));
                let message = format!(
                    "no room has all of {equipment}, so {id} is never offered; equip a room or \
                     correct the equipment"
                );
                let base = format!("/services/{i}");
                self.report(codes::SERVICE_NO_ROOM, &base, "equipment", message);
            }
        }
    }
}

/// The different sets among `lists`: there are far fewer than clerks or rooms.
fn distinct<'a>(lists: impl Iterator<Item = &'a Vec<String>>) -> Vec<BTreeSet<&'a str>> {
    let sets: BTreeSet<BTreeSet<&str>> = lists
        .map(|list| list.iter().map(String::as_str).collect())
        .collect();
    sets.into_iter().collect()
}
