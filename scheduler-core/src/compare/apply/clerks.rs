//! Clerks who come, go, learn or move.

use chrono::NaiveDate;

use super::{Editor, STAFF, free_id};
use crate::scenario::{AddClerks, Break, Shift, SickCall, Staff};

impl Editor {
    fn staff_ids(&self) -> Vec<String> {
        self.scenario.staff.iter().map(|clerk| clerk.id.clone()).collect()
    }

    pub(super) fn add_clerks(&mut self, added: &AddClerks) {
        let known = self.staff_ids();
        let sites: Vec<String> = self.scenario.sites.iter().map(|site| site.id.clone()).collect();
        self.check_id("clerk", "like", &added.like, &known);
        self.check_shifts(added.shifts.as_deref().unwrap_or_default(), &sites);
        // Also after an error, so that later edits find whom they name.
        let model = self.scenario.staff.iter().find(|clerk| clerk.id == added.like);
        let mut model = Staff {
            id: added.id.clone().unwrap_or_else(|| format!("{}-new", added.like)),
            name: None,
            ..model.cloned().unwrap_or_default()
        };
        if let Some(shifts) = &added.shifts {
            model.shifts.clone_from(shifts);
        }
        if let Some(skills) = &added.skills {
            model.skills.clone_from(skills);
        }
        for _ in 0..added.count {
            let staff = &self.scenario.staff;
            let id = free_id(&model.id, |id| staff.iter().any(|clerk| clerk.id == id));
            self.own(STAFF, &id, "");
            self.scenario.staff.push(Staff { id, ..model.clone() });
        }
    }

    fn check_shifts(&mut self, shifts: &[Shift], sites: &[String]) -> bool {
        let mut all = true;
        for (index, shift) in shifts.iter().enumerate() {
            all &= self.check_id("site", &format!("shifts/{index}/site"), &shift.site, sites);
        }
        all
    }

    pub(super) fn remove_clerks(&mut self, clerks: &[String]) {
        let known = self.staff_ids();
        if !self.check_ids("clerk", "clerks", clerks, &known) {
            return;
        }
        self.scenario.staff.retain(|clerk| !clerks.contains(&clerk.id));
        // Somebody else keeps what was promised with them.
        for appointment in &mut self.scenario.appointments {
            if appointment.staff.as_ref().is_some_and(|clerk| clerks.contains(clerk)) {
                appointment.staff = None;
            }
        }
    }

    pub(super) fn train_clerks(&mut self, clerks: &[String], skills: &[String]) {
        let known = self.staff_ids();
        if !self.check_ids("clerk", "clerks", clerks, &known) {
            return;
        }
        self.change_clerks(clerks, "skills", |clerk| {
            for skill in skills {
                if !clerk.skills.contains(skill) {
                    clerk.skills.push(skill.clone());
                }
            }
        });
    }

    pub(super) fn set_shifts(&mut self, clerks: &[String], shifts: &[Shift]) {
        let known = self.staff_ids();
        let sites: Vec<String> = self.scenario.sites.iter().map(|site| site.id.clone()).collect();
        let are_known = self.check_ids("clerk", "clerks", clerks, &known);
        if self.check_shifts(shifts, &sites) && are_known {
            self.change_clerks(clerks, "shifts", |clerk| clerk.shifts = shifts.to_vec());
        }
    }

    pub(super) fn set_breaks(&mut self, clerks: Option<&[String]>, breaks: &[Break]) {
        let known = self.staff_ids();
        if clerks.is_some_and(|clerks| !self.check_ids("clerk", "clerks", clerks, &known)) {
            return;
        }
        self.change_clerks(clerks.unwrap_or(&known), "shifts", |clerk| {
            for shift in &mut clerk.shifts {
                shift.pause = None;
                shift.breaks = breaks.to_vec();
            }
        });
    }

    pub(super) fn set_own_room(&mut self, clerks: &[String], room: Option<&String>) {
        let known = self.staff_ids();
        let rooms: Vec<String> = self.scenario.rooms.iter().map(|room| room.id.clone()).collect();
        let is_there = room.is_none_or(|room| self.check_id("room", "room", room, &rooms));
        if self.check_ids("clerk", "clerks", clerks, &known) && is_there {
            self.change_clerks(clerks, "room", |clerk| clerk.room = room.cloned());
        }
    }

    pub(super) fn set_absent(&mut self, clerks: &[String], dates: &[NaiveDate]) {
        let known = self.staff_ids();
        if !self.check_ids("clerk", "clerks", clerks, &known) {
            return;
        }
        self.change_clerks(clerks, "absent_on", |clerk| {
            for date in dates {
                if !clerk.absent_on.contains(date) {
                    clerk.absent_on.push(*date);
                }
            }
        });
    }

    pub(super) fn call_in_sick(&mut self, clerks: &[String], dates: &[NaiveDate]) {
        let known = self.staff_ids();
        if self.check_ids("clerk", "clerks", clerks, &known) {
            let calls =
                clerks.iter().map(|clerk| SickCall { staff: clerk.clone(), dates: dates.to_vec() });
            self.operations().sick_calls.extend(calls);
        }
    }

    fn change_clerks(
        &mut self,
        clerks: &[String],
        field: &'static str,
        change: impl Fn(&mut Staff),
    ) {
        for id in clerks {
            self.own(STAFF, id, field);
        }
        let named = |clerk: &&mut Staff| clerks.contains(&clerk.id);
        self.scenario.staff.iter_mut().filter(named).for_each(change);
    }
}
