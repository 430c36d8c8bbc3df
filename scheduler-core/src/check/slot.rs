//! Slots, each by itself: shift, opening hours, length, skills, room and the demand it serves.

use super::{Judge, Place, Rule};
use crate::problem::{Set, Slot};

impl Judge<'_> {
    pub(super) fn slots(&mut self) {
        let slots = &self.plan.slots;
        for (index, slot) in slots.iter().enumerate() {
            let place = Place::Slot(index);
            if self.slot_refers(place, slot) {
                self.slot(place, slot);
            }
        }
    }

    fn slot_refers(&mut self, place: Place, slot: &Slot) -> bool {
        let p = self.problem;
        let mut references = vec![
            ("service", slot.service, p.services.len()),
            ("site", slot.site, p.sites.len()),
            ("day", slot.day, p.dates.len()),
            ("clerk", slot.clerk, p.clerks.len()),
        ];
        references.extend(slot.room.map(|room| ("room", room, p.rooms.len())));
        references.extend(slot.demand.map(|d| ("demand", d, p.demand_ids.len())));
        references.extend(slot.promise.map(|a| ("promise", a, p.promises.len())));
        self.refers(place, &references)
    }

    fn slot(&mut self, place: Place, slot: &Slot) {
        let p = self.problem;
        let (service, clerk) = (&p.services[slot.service], &p.clerks[slot.clerk]);
        let site = &p.sites[slot.site];
        let when = self.span(slot.day, slot.window);
        if self.lasts(place, slot.window) {
            if !self.shifts.covers(slot.clerk, slot.site, slot.day, slot.window) {
                let message =
                    format!("clerk {} has no shift at {} throughout {when}", clerk.id, site.id);
                self.violated(Rule::SlotOutsideShift, place, message);
            }
            if !self.open_throughout(slot.site, slot.day, slot.window) {
                let hours = self.opening(slot.site, slot.day);
                let message = format!("{when} at {}, {hours}", site.id);
                self.violated(Rule::SlotOutsideOpening, place, message);
            }
        }
        let (steps, whose) = match slot.promise {
            Some(promise) => (p.promises[promise].window.steps(), &p.promises[promise].id),
            None => (service.steps, &service.id),
        };
        if slot.window.steps() != steps {
            let lasts = self.minutes(slot.window.steps().into());
            let message =
                format!("{when} lasts {lasts} minutes, {whose} {}", self.minutes(steps.into()));
            self.violated(Rule::SlotWrongLength, place, message);
        }
        if !service.skills.is_subset(&clerk.skills) {
            let lacking = lacking(&service.skills, &clerk.skills, &p.skills);
            let message = format!("clerk {} lacks {lacking} for {}", clerk.id, service.id);
            self.violated(Rule::SlotSkill, place, message);
        }
        match (slot.room, service.needs_room) {
            (Some(room), true) => self.slot_room(place, slot, room),
            (None, true) => {
                let message = format!("{when} for {} at {} has no room", service.id, site.id);
                self.violated(Rule::RoomMissing, place, message);
            }
            (Some(room), false) => {
                let room = &p.rooms[room].id;
                let message = format!("{when} for {} at {} has room {room}", service.id, site.id);
                self.violated(Rule::RoomNotNeeded, place, message);
            }
            (None, false) => {}
        }
        if let (Some(demand), None) = (slot.demand, slot.promise)
            && self.pools.of(p, slot).is_none()
        {
            let demand = &p.demand_ids[demand];
            let message = format!("{} at {} on {when} is no {demand}", service.id, site.id);
            self.violated(Rule::SlotPoolMismatch, place, message);
        }
    }

    fn slot_room(&mut self, place: Place, slot: &Slot, room: usize) {
        let p = self.problem;
        let (service, site, room) =
            (&p.services[slot.service], &p.sites[slot.site], &p.rooms[room]);
        if room.site != slot.site {
            let message = format!(
                "room {} is at {}, the slot at {}",
                room.id, p.sites[room.site].id, site.id
            );
            self.violated(Rule::RoomWrongSite, place, message);
        }
        if !service.equipment.is_subset(&room.equipment) {
            let lacking = lacking(&service.equipment, &room.equipment, &p.equipment);
            let message = format!("room {} lacks {lacking} for {}", room.id, service.id);
            self.violated(Rule::RoomEquipment, place, message);
        }
    }
}

fn lacking(needed: &Set, present: &Set, names: &[String]) -> String {
    let names: Vec<_> =
        needed.iter().filter(|&n| !present.contains(n)).map(|n| names[n].as_str()).collect();
    names.join(" and ")
}
