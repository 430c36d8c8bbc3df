//! Appointments already promised.

use std::collections::BTreeSet;

use chrono::Timelike;

use super::calendar::clock_change_message;
use super::ids::Ids;
use super::services::has_all;
use super::shifts::Staffing;
use super::{Calendar, Rules};
use crate::scenario::place::{list, quote};
use crate::scenario::{Appointment, Service, codes};
use crate::time::{Clock, Step, Window};

/// A promise with its references resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DatedPromise {
    pub(crate) service: usize,
    pub(crate) site: usize,
    pub(crate) day: usize,
    pub(crate) window: Window,
    pub(crate) clerk: Option<usize>,
    pub(crate) room: Option<usize>,
}

/// What a promise is checked against.
struct Capacity<'a> {
    calendar: &'a Calendar,
    open: &'a [Vec<Window>],
    staffing: &'a Staffing<'a>,
    room_sites: &'a [Option<usize>],
    /// By service, whether each clerk has the skills; made when first asked for.
    able: Vec<Option<Vec<bool>>>,
    clerks: Vec<BTreeSet<&'a str>>,
}

impl Rules<'_> {
    /// All promises in the order of the scenario.
    pub(super) fn check_promises(
        &mut self,
        calendar: &Calendar,
        ids: &Ids<'_>,
        open: &[Vec<Window>],
        staffing: &Staffing<'_>,
        room_sites: &[Option<usize>],
    ) -> Vec<DatedPromise> {
        let scenario = self.scenario;
        let mut capacity = Capacity {
            calendar,
            open,
            staffing,
            room_sites,
            able: vec![None; scenario.services.len()],
            clerks: scenario
                .staff
                .iter()
                .map(|clerk| clerk.skills.iter().map(String::as_str).collect())
                .collect(),
        };
        let mut promises = Vec::with_capacity(scenario.appointments.len());
        for (i, entry) in scenario.appointments.iter().enumerate() {
            let base = format!("/appointments/{i}");
            if let Some(promise) = self.check_promise(calendar, ids, &base, entry) {
                self.check_promise_open(&capacity, &base, promise);
                self.check_promise_clerk(&mut capacity, &base, promise);
                self.check_promise_room(&capacity, &base, promise);
                promises.push(promise);
            }
        }
        promises
    }

    /// The promise by itself.
    fn check_promise(
        &mut self,
        calendar: &Calendar,
        ids: &Ids<'_>,
        base: &str,
        entry: &Appointment,
    ) -> Option<DatedPromise> {
        let service = self.refer(&ids.services, &entry.service, base, "service");
        let site = self.refer(&ids.sites, &entry.site, base, "site");
        let clerk = entry
            .staff
            .as_ref()
            .map(|id| self.refer(&ids.staff, id, base, "staff"));
        let room = entry
            .room
            .as_ref()
            .map(|id| self.refer(&ids.rooms, id, base, "room"));
        let start = self.check_promise_start(calendar, base, entry);
        let steps = service.and_then(|service| {
            self.check_persons(base, entry, &self.scenario.services[service]);
            self.promise_steps(calendar, service, entry)
        });
        let (day, from) = start?;
        let end = usize::from(from).saturating_add(steps?);
        let grid = calendar.grid?;
        if end > usize::from(grid.steps_per_day()) {
            let minutes = steps? * grid.minutes() as usize;
            let message = format!(
                "{} and {minutes} minutes for {} persons end after midnight; begin earlier",
                grid.clock(from),
                entry.persons
            );
            self.report(codes::PROMISE_MIDNIGHT, base, "start", message);
            return None;
        }
        Some(DatedPromise {
            service: service?,
            site: site?,
            day,
            window: Window::new(from, Step::try_from(end).ok()?),
            clerk: clerk.map_or(Some(None), |clerk| clerk.map(Some))?,
            room: room.map_or(Some(None), |room| room.map(Some))?,
        })
    }

    /// Day and first step.
    fn check_promise_start(
        &mut self,
        calendar: &Calendar,
        base: &str,
        entry: &Appointment,
    ) -> Option<(usize, Step)> {
        let (zone, grid) = (calendar.zone.as_ref()?, calendar.grid?);
        if self.is_broken(base, "start") || calendar.dates.is_empty() {
            return None;
        }
        let start = entry.start;
        let local = zone.wall_clock(start);
        let day = local.and_then(|(date, _)| calendar.day(date));
        let (Some((date, second)), Some(day)) = (local, day) else {
            let horizon = self.scenario.horizon;
            let message = format!(
                "{} is outside the horizon {} to {}; widen it or drop the appointment",
                start.to_rfc3339(),
                horizon.from,
                horizon.until
            );
            self.report(codes::PROMISE_HORIZON, base, "start", message);
            return None;
        };
        let clock = Clock(second / 60);
        if let Some(change) = calendar.change_at(day, clock) {
            let message = clock_change_message(date, clock, change);
            self.report(codes::TIME_CLOCK_CHANGE, base, "start", message);
            return None;
        }
        let whole = second % 60 == 0 && start.nanosecond() == 0;
        let step = grid.step_at(clock.0).filter(|_| whole);
        if step.is_none() {
            let message = format!(
                "{} is {clock} in {} and not on the grid of {} minutes from midnight",
                start.to_rfc3339(),
                zone.name(),
                grid.minutes()
            );
            self.report(codes::TIME_OFF_GRID, base, "start", message);
        }
        Some((day, step?))
    }

    fn check_persons(&mut self, base: &str, entry: &Appointment, service: &Service) {
        let (persons, most) = (entry.persons, service.max_persons);
        if persons == 0 || (persons > most && most > 0) {
            let message = format!(
                "{persons} persons for {}, which takes 1 to {most}; correct it or split the \
                 appointment",
                quote(&service.id)
            );
            self.report(codes::PROMISE_PERSONS, base, "persons", message);
        }
    }

    /// Length in steps; `None` where it follows from something wrong.
    fn promise_steps(
        &self,
        calendar: &Calendar,
        service: usize,
        entry: &Appointment,
    ) -> Option<usize> {
        let base = format!("/services/{service}");
        let fields = ["minutes", "extra_person_minutes", "max_persons"];
        if fields.iter().any(|field| self.is_broken(&base, field)) || entry.persons == 0 {
            return None;
        }
        let service = &self.scenario.services[service];
        let extra = u64::from(entry.persons - 1) * u64::from(service.extra_person_minutes);
        let minutes = u64::from(service.minutes) + extra;
        usize::try_from(minutes.div_ceil(u64::from(calendar.grid?.minutes()))).ok()
    }

    fn check_promise_open(&mut self, capacity: &Capacity<'_>, base: &str, promise: DatedPromise) {
        let DatedPromise {
            site, day, window, ..
        } = promise;
        if capacity.open.is_empty() || self.is_broken("/sites", &site.to_string()) {
            return;
        }
        let open = &capacity.open[site * capacity.calendar.dates.len() + day];
        if !open.iter().any(|open| open.covers(window)) {
            let message = format!(
                "{} is not open for all of {}; move the appointment or open the site",
                quote(&self.scenario.sites[site].id),
                capacity.describe(promise)
            );
            self.report(codes::PROMISE_CLOSED, base, "start", message);
        }
    }

    fn check_promise_clerk(
        &mut self,
        capacity: &mut Capacity<'_>,
        base: &str,
        promise: DatedPromise,
    ) {
        let service = &self.scenario.services[promise.service];
        if self.is_broken("/services", &format!("{}/skills", promise.service)) {
            return;
        }
        let when = capacity.describe(promise);
        let on_shift: Vec<usize> = capacity
            .staffing
            .at(promise.site, promise.day)
            .iter()
            .filter(|shift| shift.window.covers(promise.window))
            .map(|shift| shift.clerk)
            .collect();
        let site = quote(&self.scenario.sites[promise.site].id);
        let able = capacity.able(promise.service, service);
        if let Some(clerk) = promise.clerk {
            if self.is_broken("/staff", &clerk.to_string()) {
                return;
            }
            let id = quote(&self.scenario.staff[clerk].id);
            if !able[clerk] {
                let message = format!(
                    "{id} lacks some of {}; pin another clerk or none",
                    list(&service.skills)
                );
                self.report(codes::PROMISE_STAFF, base, "staff", message);
            } else if !on_shift.contains(&clerk) {
                let message = format!(
                    "{id} is not on shift at {site} for all of {when}; pin another clerk or none"
                );
                self.report(codes::PROMISE_STAFF, base, "staff", message);
            }
            return;
        }
        let served = on_shift.iter().any(|&clerk| able[clerk]);
        // A clerk about whom something is wrong might be the one.
        let maybe = |clerk: usize| {
            let skills = self.is_broken("/staff", &format!("{clerk}/skills"));
            let shifts = self.is_broken("/staff", &format!("{clerk}/shifts"));
            (able[clerk] || skills) && (on_shift.contains(&clerk) || shifts)
        };
        if !served && !(0..able.len()).any(maybe) && !self.findings.has_error_at("/staff") {
            let (trained, present) = (able.iter().filter(|&&a| a).count(), on_shift.len());
            let message = format!(
                "of {present} clerks on shift at {site} for all of {when} none has all of {} \
                 ({trained} elsewhere or at other times); move it, or change a shift",
                list(&service.skills)
            );
            self.report(codes::PROMISE_NO_CLERK, base, "start", message);
        }
    }

    fn check_promise_room(&mut self, capacity: &Capacity<'_>, base: &str, promise: DatedPromise) {
        let service = &self.scenario.services[promise.service];
        if self.is_broken("/services", &format!("{}/equipment", promise.service)) {
            return;
        }
        let site = quote(&self.scenario.sites[promise.site].id);
        let fits = |room: usize| {
            let equipment = &self.scenario.rooms[room].equipment;
            service
                .equipment
                .iter()
                .all(|need| equipment.contains(need))
        };
        if let Some(room) = promise.room {
            let id = quote(&self.scenario.rooms[room].id);
            if self.is_broken("/rooms", &room.to_string()) {
                return;
            }
            if capacity.room_sites[room] != Some(promise.site) {
                let message = format!("{id} is not at {site}; pin another room or none");
                self.report(codes::PROMISE_ROOM, base, "room", message);
            } else if !fits(room) {
                let message = format!(
                    "{id} lacks some of {}; pin another room or none",
                    list(&service.equipment)
                );
                self.report(codes::PROMISE_ROOM, base, "room", message);
            }
            return;
        }
        let here = capacity.room_sites.iter().enumerate();
        let mut rooms = here
            .filter(|(_, site)| **site == Some(promise.site))
            .map(|(room, _)| room);
        if !rooms.any(fits) && !self.findings.is_broken("/rooms") {
            let message = format!(
                "no room of {site} has all of {}; equip one or move the appointment",
                list(&service.equipment)
            );
            self.report(codes::PROMISE_NO_ROOM, base, "site", message);
        }
    }
}

impl Capacity<'_> {
    /// Whether each clerk has all the skills of the service.
    fn able(&mut self, index: usize, service: &Service) -> &[bool] {
        let clerks = &self.clerks;
        self.able[index].get_or_insert_with(|| {
            clerks
                .iter()
                .map(|skills| has_all(skills, &service.skills))
                .collect()
        })
    }

    /// `07:30–08:00 on 2027-03-01`.
    fn describe(&self, promise: DatedPromise) -> String {
        let minutes = self.calendar.grid.map_or(1, crate::time::Grid::minutes);
        let clock = |step: Step| Clock(u32::from(step) * minutes);
        let date = self.calendar.dates[promise.day];
        format!(
            "{}–{} on {date}",
            clock(promise.window.from),
            clock(promise.window.until)
        )
    }
}
