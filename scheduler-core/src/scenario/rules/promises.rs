//! Appointments already promised.

use chrono::Timelike;

use super::calendar::clock_change_message;
use super::capacity::Capacity;
use super::ids::Ids;
use super::{Calendar, Rules};
use crate::scenario::place::{list, quote};
use crate::scenario::{Appointment, Service, codes};
use crate::time::{Clock, Grid, Step, Window};

/// A promise with its references resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DatedPromise {
    /// Position in the scenario.
    pub(crate) source: usize,
    pub(crate) service: usize,
    pub(crate) site: usize,
    pub(crate) day: usize,
    pub(crate) window: Window,
    pub(crate) clerk: Option<usize>,
    pub(crate) room: Option<usize>,
}

impl Rules<'_> {
    /// All promises in the order of the scenario.
    pub(super) fn check_promises(
        &mut self,
        ids: &Ids<'_>,
        capacity: &Capacity<'_>,
    ) -> Vec<DatedPromise> {
        let appointments = &self.scenario.appointments;
        let mut promises = Vec::with_capacity(appointments.len());
        for (i, entry) in appointments.iter().enumerate() {
            let base = format!("/appointments/{i}");
            if let Some(promise) = self.check_promise(capacity.calendar, ids, &base, (i, entry)) {
                self.check_promise_open(capacity, &base, promise);
                self.check_promise_clerk(capacity, &base, promise);
                self.check_promise_room(capacity, &base, promise);
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
        (source, entry): (usize, &Appointment),
    ) -> Option<DatedPromise> {
        let service = self.refer(&ids.services, &entry.service, base, "service");
        let site = self.refer(&ids.sites, &entry.site, base, "site");
        let clerk = entry.staff.as_ref().map(|id| self.refer(&ids.staff, id, base, "staff"));
        let room = entry.room.as_ref().map(|id| self.refer(&ids.rooms, id, base, "room"));
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
            source,
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
        let fields = ["minutes", "extra_person_minutes", "buffer_minutes", "max_persons"];
        if fields.iter().any(|field| self.is_broken(&base, field)) || entry.persons == 0 {
            return None;
        }
        let service = &self.scenario.services[service];
        let extra = u64::from(entry.persons - 1) * u64::from(service.extra_person_minutes);
        let minutes = u64::from(service.minutes) + extra + u64::from(service.buffer_minutes);
        usize::try_from(minutes.div_ceil(u64::from(calendar.grid?.minutes()))).ok()
    }

    fn check_promise_open(&mut self, capacity: &Capacity<'_>, base: &str, promise: DatedPromise) {
        let DatedPromise { site, day, window, .. } = promise;
        if self.is_broken("/sites", site) {
            return;
        }
        if !capacity.hours.at(site, day).iter().any(|open| open.covers(window)) {
            let message = format!(
                "{} is not open for all of {}; move the appointment or open the site",
                quote(&self.scenario.sites[site].id),
                describe(capacity.calendar, promise)
            );
            self.report(codes::PROMISE_CLOSED, base, "start", message);
        }
    }

    fn check_promise_clerk(&mut self, capacity: &Capacity<'_>, base: &str, promise: DatedPromise) {
        if self.is_broken("/services", format_args!("{}/skills", promise.service)) {
            return;
        }
        let needs = &self.scenario.services[promise.service].skills;
        let shifts = capacity.shifts_at(promise.site, promise.day).iter();
        let present = shifts.filter(|shift| shift.covers(promise.window));
        let mut present = present.map(|shift| shift.clerk);
        let able = |clerk| capacity.skills().has(clerk, needs);
        match promise.clerk {
            Some(clerk) => {
                let is_present = present.any(|other| other == clerk);
                self.check_pinned_clerk(capacity, base, promise, (clerk, able(clerk), is_present));
            }
            None if present.clone().any(able) => {}
            None => {
                // A clerk about whom something is wrong might be the one.
                let mut staff = 0..self.scenario.staff.len();
                let doubtful = staff.any(|clerk| {
                    let skills = self.is_broken("/staff", format_args!("{clerk}/skills"));
                    let shifts = self.is_broken("/staff", format_args!("{clerk}/shifts"));
                    (skills || able(clerk)) && (shifts || present.clone().any(|p| p == clerk))
                });
                if doubtful || self.findings.has_error_at("/staff") {
                    return;
                }
                let lack = match present.count() {
                    0 => "no clerk is on shift".to_owned(),
                    1 => format!("the clerk on shift lacks some of {}", list(needs)),
                    count => {
                        format!("each of the {count} clerks on shift lacks some of {}", list(needs))
                    }
                };
                let message = format!(
                    "{lack} at {} for all of {}; move the appointment or change a shift",
                    quote(&self.scenario.sites[promise.site].id),
                    describe(capacity.calendar, promise)
                );
                self.report(codes::PROMISE_NO_CLERK, base, "start", message);
            }
        }
    }

    fn check_pinned_clerk(
        &mut self,
        capacity: &Capacity<'_>,
        base: &str,
        promise: DatedPromise,
        (clerk, is_able, is_present): (usize, bool, bool),
    ) {
        if self.is_broken("/staff", clerk) {
            return;
        }
        let id = quote(&self.scenario.staff[clerk].id);
        if !is_able {
            let needs = &self.scenario.services[promise.service].skills;
            let message = format!("{id} lacks some of {}; pin another clerk or none", list(needs));
            self.report(codes::PROMISE_STAFF, base, "staff", message);
        } else if !is_present {
            let message = format!(
                "{id} is not on shift at {} for all of {}; pin another clerk or none",
                quote(&self.scenario.sites[promise.site].id),
                describe(capacity.calendar, promise)
            );
            self.report(codes::PROMISE_STAFF, base, "staff", message);
        }
    }

    fn check_promise_room(&mut self, capacity: &Capacity<'_>, base: &str, promise: DatedPromise) {
        if self.is_broken("/services", format_args!("{}/equipment", promise.service)) {
            return;
        }
        let needs = &self.scenario.services[promise.service].equipment;
        if !self.scenario.services[promise.service].room {
            if let Some(room) = &self.scenario.appointments[promise.source].room {
                let message = format!(
                    "{} takes no room, and {} is pinned; remove the room",
                    quote(&self.scenario.services[promise.service].id),
                    quote(room)
                );
                self.report(codes::PROMISE_ROOM, base, "room", message);
            }
            return;
        }
        let site = quote(&self.scenario.sites[promise.site].id);
        let is_here = |room: usize| capacity.room_sites[room] == Some(promise.site);
        let fits = |room: usize| capacity.equipment().has(room, needs);
        if let Some(room) = promise.room {
            if self.is_broken("/rooms", room) {
                return;
            }
            let id = quote(&self.scenario.rooms[room].id);
            if !is_here(room) {
                let message = format!("{id} is not at {site}; pin another room or none");
                self.report(codes::PROMISE_ROOM, base, "room", message);
            } else if !fits(room) {
                let needs = list(needs);
                let message = format!("{id} lacks some of {needs}; pin another room or none");
                self.report(codes::PROMISE_ROOM, base, "room", message);
            }
            return;
        }
        // A room about which something is wrong might be the one.
        let mut rooms = 0..self.scenario.rooms.len();
        let possible = rooms.any(|room| {
            (is_here(room) || self.is_broken("/rooms", format_args!("{room}/site")))
                && (fits(room) || self.is_broken("/rooms", format_args!("{room}/equipment")))
        });
        if !possible && !self.findings.has_error_at("/rooms") {
            let message = format!(
                "no room of {site} has all the equipment ({}); equip one or move the appointment",
                list(needs)
            );
            self.report(codes::PROMISE_NO_ROOM, base, "site", message);
        }
    }
}

/// `07:30–08:00 on 2027-03-01`.
fn describe(calendar: &Calendar, promise: DatedPromise) -> String {
    let minutes = calendar.grid.map_or(1, Grid::minutes);
    let clock = |step: Step| Clock(u32::from(step) * minutes);
    let date = calendar.dates[promise.day];
    format!("{}–{} on {date}", clock(promise.window.from), clock(promise.window.until))
}
