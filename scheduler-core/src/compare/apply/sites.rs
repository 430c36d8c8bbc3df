//! Rooms, sites and opening hours.

use super::{DEMAND, Editor, ROOMS, SITES, free_id};
use crate::scenario::{AddSite, Demand, Opening, Room, SiteCost, Suits, codes, quote};

impl Editor {
    pub(super) fn add_rooms(&mut self, count: u32, site: &str, equipment: &[String]) {
        let sites: Vec<String> = self.scenario.sites.iter().map(|site| site.id.clone()).collect();
        if self.check_id("site", "site", site, &sites) {
            self.push_rooms(count, site, equipment, &format!("{site}-room-new"));
        }
    }

    fn push_rooms(&mut self, count: u32, site: &str, equipment: &[String], stem: &str) {
        for _ in 0..count {
            let rooms = &self.scenario.rooms;
            let id = free_id(stem, |id| rooms.iter().any(|room| room.id == id));
            self.own(ROOMS, &id, "");
            let room = Room {
                id,
                site: site.to_owned(),
                equipment: equipment.to_vec(),
                ..Room::default()
            };
            self.scenario.rooms.push(room);
        }
    }

    pub(super) fn remove_rooms(&mut self, rooms: &[String]) {
        let known: Vec<String> = self.scenario.rooms.iter().map(|room| room.id.clone()).collect();
        if !self.check_ids("room", "rooms", rooms, &known) {
            return;
        }
        self.scenario.rooms.retain(|room| !rooms.contains(&room.id));
        for clerk in &mut self.scenario.staff {
            if clerk.room.as_ref().is_some_and(|room| rooms.contains(room)) {
                clerk.room = None;
            }
        }
        for appointment in &mut self.scenario.appointments {
            if appointment.room.as_ref().is_some_and(|room| rooms.contains(room)) {
                appointment.room = None;
            }
        }
    }

    pub(super) fn add_site(&mut self, added: &AddSite) {
        let id = &added.site.id;
        if self.scenario.sites.iter().any(|site| site.id == *id) {
            let message = format!("there is a site {} already; give another id", quote(id));
            self.report(codes::ID_DUPLICATE, "id", message);
            return;
        }
        let are_known = added
            .suits
            .iter()
            .enumerate()
            .fold(true, |all, (index, suits)| self.check_suits(index, suits) && all);
        self.own(SITES, id, "");
        self.scenario.sites.push(added.site.clone());
        self.push_rooms(added.rooms, id, &added.equipment, &format!("{id}-room"));
        if let Some(per_day) = added.cost_per_day {
            let costs = self.operations().costs.get_or_insert_default();
            costs.sites.push(SiteCost { site: id.clone(), per_day });
        }
        // The site is there even so, for later edits that name it.
        if are_known {
            self.attract(added);
        }
    }

    fn check_suits(&mut self, index: usize, suits: &Suits) -> bool {
        let sites: Vec<String> = self.scenario.sites.iter().map(|site| site.id.clone()).collect();
        let services = self.scenario.services.iter();
        let services: Vec<String> = services.map(|service| service.id.clone()).collect();
        let mut check = |kind, field: &str, named: &Option<Vec<String>>, known: &[String]| {
            let field = format!("suits/{index}/{field}");
            named.as_deref().is_none_or(|named| self.check_ids(kind, &field, named, known))
        };
        let sites = check("site", "sites", &suits.sites, &sites);
        check("service", "services", &suits.services, &services) && sites
    }

    /// Splits demand in two: those whom the new site suits as well, and the others.
    fn attract(&mut self, added: &AddSite) {
        let id = &added.site.id;
        let mut changed = Vec::new();
        let mut split = Vec::new();
        for demand in &mut self.scenario.demand {
            let suits = added.suits.iter().find(|suits| suits.means(demand));
            let share = suits.map_or(0.0, |suits| suits.share);
            if share == 0.0 {
                continue;
            }
            changed.push(demand.id.clone());
            if share == 1.0 {
                demand.sites.push(id.clone());
                continue;
            }
            let mut also = demand.clone();
            also.id = format!("{}+{id}", demand.id);
            also.mean *= share;
            also.sites.push(id.clone());
            demand.mean *= 1.0 - share;
            changed.push(also.id.clone());
            split.push(also);
        }
        if changed.is_empty() && added.suits.iter().any(|suits| suits.share > 0.0) {
            self.report_idle("nobody whom the site would suit asks for an appointment");
        }
        for id in changed {
            self.own(DEMAND, &id, "");
        }
        self.scenario.demand.extend(split);
    }

    pub(super) fn set_opening(&mut self, sites: Option<&[String]>, open: &[Opening]) {
        let Some(sites) = self.sites(sites) else { return };
        for id in &sites {
            self.own(SITES, id, "open");
        }
        for site in self.scenario.sites.iter_mut().filter(|site| sites.contains(&site.id)) {
            site.open = open.to_vec();
        }
    }
}

impl Suits {
    fn means(&self, demand: &Demand) -> bool {
        let at_site = |sites: &Vec<String>| sites.iter().any(|site| demand.sites.contains(site));
        self.sites.as_ref().is_none_or(at_site)
            && self.services.as_ref().is_none_or(|services| services.contains(&demand.service))
    }
}
