//! Promises: each kept once, as it was given.

use super::{Judge, Place, Rule};
use crate::problem::{Promise, Slot};

impl Judge<'_> {
    pub(super) fn promises(&mut self) {
        let p = self.problem;
        let mut kept_by = vec![None; p.promises.len()];
        for (index, slot) in self.plan.slots.iter().enumerate() {
            let Some(promise) = slot.promise.filter(|&promise| promise < p.promises.len()) else {
                continue;
            };
            let place = Place::Slot(index);
            if let Some(first) = kept_by[promise] {
                let message = format!("{} is kept by {first}, too", p.promises[promise].id);
                self.violated(Rule::PromiseTwice, place, message);
            } else {
                kept_by[promise] = Some(place);
            }
            self.kept(place, slot, &p.promises[promise]);
        }
        for (promise, kept_by) in p.promises.iter().zip(kept_by) {
            if kept_by.is_none() {
                let site_day = &p.site_days[promise.site_day];
                let message = format!(
                    "{} at {} on {} has no slot",
                    promise.id,
                    p.sites[site_day.site].id,
                    self.span(site_day.day, promise.window)
                );
                self.violated(Rule::PromiseUnkept, Place::Slots, message);
            }
        }
    }

    fn kept(&mut self, place: Place, slot: &Slot, promise: &Promise) {
        let p = self.problem;
        let id = &promise.id;
        let site_day = &p.site_days[promise.site_day];
        if (slot.site, slot.day, slot.window.from)
            != (site_day.site, site_day.day, promise.window.from)
        {
            let due = self.span(site_day.day, promise.window);
            let message = format!("{id} is due at {} on {due}", p.sites[site_day.site].id);
            self.violated(Rule::PromiseMoved, place, message);
        }
        if slot.service != promise.service {
            let message = format!("{id} is for {}", p.services[promise.service].id);
            self.violated(Rule::PromiseWrongService, place, message);
        }
        if let Some(clerk) = promise.clerk.filter(|&clerk| clerk != slot.clerk) {
            let message = format!("{id} is pinned to clerk {}", p.clerks[clerk].id);
            self.violated(Rule::PromisePinnedClerk, place, message);
        }
        if let Some(room) = promise.room.filter(|&room| Some(room) != slot.room) {
            let message = format!("{id} is pinned to room {}", p.rooms[room].id);
            self.violated(Rule::PromisePinnedRoom, place, message);
        }
        if let Some(demand) = slot.demand.filter(|&demand| demand < p.demand_ids.len()) {
            let message = format!("{id} is counted for {}", p.demand_ids[demand]);
            self.violated(Rule::PromiseInPool, place, message);
        }
    }
}
