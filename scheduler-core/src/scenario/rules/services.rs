//! Services.

use super::capacity::Abilities;
use super::{Calendar, Rules};
use crate::scenario::codes;
use crate::scenario::place::list;

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
            if service.max_persons == 0 {
                let message = "max_persons is 0; at least one person comes".to_owned();
                self.report(codes::FIELD_RANGE, &base, "max_persons", message);
            }
            if !service.room && !service.equipment.is_empty() {
                let message = format!(
                    "it takes no room and asks for the equipment {}; leave equipment empty or set \
                     room to true",
                    list(&service.equipment)
                );
                self.report(codes::SERVICE_EQUIPMENT, &base, "equipment", message);
            }
        }
        self.check_service_clerks();
        self.check_service_rooms();
    }

    fn check_service_clerks(&mut self) {
        if self.is_any_broken("/staff", self.scenario.staff.len(), "skills") {
            return;
        }
        let staff = Abilities::of_staff(self.scenario);
        for (i, service) in self.scenario.services.iter().enumerate() {
            if !staff.any_has(&service.skills) {
                let lack = match &service.skills[..] {
                    [] => "there is no clerk".to_owned(),
                    skills => format!("no clerk has all the skills ({})", list(skills)),
                };
                let message =
                    format!("{lack}, so it is never offered; train somebody or correct the skills");
                self.report(codes::SERVICE_NO_CLERK, &format!("/services/{i}"), "skills", message);
            }
        }
    }

    fn check_service_rooms(&mut self) {
        if self.is_any_broken("/rooms", self.scenario.rooms.len(), "equipment") {
            return;
        }
        let rooms = Abilities::of_rooms(self.scenario);
        for (i, service) in self.scenario.services.iter().enumerate() {
            if service.room && !rooms.any_has(&service.equipment) {
                let lack = match &service.equipment[..] {
                    [] => "there is no room".to_owned(),
                    equipment => format!("no room has all the equipment ({})", list(equipment)),
                };
                let message = format!(
                    "{lack}, so it is never offered; equip a room or correct the equipment"
                );
                let base = format!("/services/{i}");
                self.report(codes::SERVICE_NO_ROOM, &base, "equipment", message);
            }
        }
    }
}
