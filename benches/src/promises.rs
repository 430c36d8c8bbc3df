//! Appointments promised already, so many that half of the capacity is gone, and yet so that a plan
//! exists: they are taken from a day that was worked out with breaks, walk-in blocks and rooms.

use chrono::{Datelike, NaiveDate};
use scheduler_core::scenario::{Appointment, Scenario, Shift, Staff, WalkInQuota, Weekday};
use scheduler_core::time::Zone;

use crate::catalogue::{OPENS, Offer, closes};
use crate::office::works_on;
use crate::random::Random;
use crate::town::dates;

/// Share of the clerks' time that promises take.
const SHARE: f64 = 0.5;

/// Promises with the clerk and with the room by name.
const PINNED_CLERK: f64 = 0.2;
const PINNED_ROOM: f64 = 0.1;

/// Adds promises for every site and date. `offers` are the scenario's services with their weights.
pub(crate) fn add(scenario: &mut Scenario, random: &mut Random, offers: &[Offer]) {
    let Ok(zone) = Zone::new(&scenario.time_zone) else {
        return;
    };
    let mut appointments = Vec::new();
    for (site, date, day) in work_out(scenario, random, offers) {
        for made in &day.promises {
            let number = appointments.len() + 1;
            appointments.extend(day.appointment(made, &zone, date, site, number, offers));
        }
    }
    scenario.appointments = appointments;
}

/// Every site and date with all that is done there; where the quotas leave no room, nothing.
fn work_out<'a>(
    scenario: &'a Scenario,
    random: &mut Random,
    offers: &[Offer],
) -> Vec<(&'a str, NaiveDate, Day<'a>)> {
    let mut days = Vec::new();
    for site in &scenario.sites {
        for date in dates(scenario.horizon) {
            let mut day = Day::new(scenario, &site.id, date.weekday().into());
            day.hold_breaks();
            if day.hold_quotas(scenario, &site.id) {
                day.promise_half(random, offers);
                days.push((site.id.as_str(), date, day));
            }
        }
    }
    days
}

/// The grid that promises start on, in minutes.
const GRID: u32 = 5;

/// One site on one weekday: who and what is free when, in minutes of the day.
struct Day<'a> {
    weekday: Weekday,
    clerks: Vec<(&'a Staff, &'a Shift)>,
    rooms: Vec<(&'a str, &'a [String])>,
    /// Taken intervals of each clerk, and of each room.
    clerk_busy: Vec<Vec<Span>>,
    room_busy: Vec<Vec<Span>>,
    /// Clerk and time.
    breaks: Vec<(usize, Span)>,
    /// Clerk, room and time.
    blocks: Vec<(usize, usize, Span)>,
    /// In order of start.
    promises: Vec<Made>,
}

/// From a minute of the day until another.
type Span = (u32, u32);

/// A promise, with clerk and room by position in the day's lists.
struct Made {
    offer: usize,
    span: Span,
    persons: u32,
    clerk: usize,
    room: usize,
    clerk_pinned: bool,
    room_pinned: bool,
}

impl<'a> Day<'a> {
    fn new(scenario: &'a Scenario, site: &str, weekday: Weekday) -> Self {
        let clerks: Vec<_> = scenario
            .staff
            .iter()
            .filter_map(|clerk| works_on(clerk, weekday).map(|shift| (clerk, shift)))
            .filter(|(_, shift)| shift.site == site)
            .collect();
        let rooms: Vec<_> = scenario
            .rooms
            .iter()
            .filter(|room| room.site == site)
            .map(|room| (room.id.as_str(), room.equipment.as_slice()))
            .collect();
        Self {
            weekday,
            clerk_busy: vec![Vec::new(); clerks.len()],
            room_busy: vec![Vec::new(); rooms.len()],
            breaks: Vec::new(),
            blocks: Vec::new(),
            promises: Vec::new(),
            clerks,
            rooms,
        }
    }

    /// Breaks one after the other over their windows, so that not all are away at once.
    fn hold_breaks(&mut self) {
        for (number, (_, shift)) in self.clerks.iter().enumerate() {
            if let Some(pause) = shift.pause {
                let latest = pause.until.0.min(shift.until.0) - pause.minutes;
                let choices = (latest - pause.from.0) / 15 + 1;
                let start = pause.from.0 + 15 * (number as u32 % choices);
                let span = (start, start + pause.minutes);
                self.clerk_busy[number].push(span);
                self.breaks.push((number, span));
            }
        }
    }

    /// Walk-in blocks until every quota of the day has its share; whether all have it.
    fn hold_quotas(&mut self, scenario: &Scenario, site: &str) -> bool {
        let weekday = self.weekday;
        let mut held = true;
        let quotas = scenario.walk_in_quotas.iter().filter(|quota| {
            quota.site == site && quota.days.as_ref().is_none_or(|days| days.contains(&weekday))
        });
        for quota in quotas {
            let mut left = quota.min_share * self.desk_minutes(quota);
            for number in 0..self.clerks.len() {
                if quota.skills.iter().all(|skill| self.clerks[number].0.skills.contains(skill)) {
                    left -= self.hold_blocks(quota, number, left);
                }
            }
            held &= left <= 0.0;
        }
        held
    }

    /// Blocks of one clerk for a quota, `wanted` minutes at most and a block; what they cover.
    fn hold_blocks(&mut self, quota: &WalkInQuota, number: usize, wanted: f64) -> f64 {
        let length = quota.block_minutes;
        let mut covered = 0.0;
        let mut start = quota.from.0;
        while start + length <= quota.until.0 && covered < wanted {
            let span = (start, start + length);
            let room = self.free_room(&[], span);
            match room.filter(|_| self.clerk_free(number, span)) {
                Some(room) => {
                    self.clerk_busy[number].push(span);
                    self.room_busy[room].push(span);
                    self.blocks.push((number, room, span));
                    covered += f64::from(length);
                    start += length;
                }
                None => start += GRID,
            }
        }
        covered
    }

    fn desk_minutes(&self, quota: &WalkInQuota) -> f64 {
        let steps = (quota.from.0..quota.until.0).step_by(GRID as usize);
        let desks = steps.map(|minute| {
            let present =
                |(_, shift): &&(&Staff, &Shift)| (shift.from.0..shift.until.0).contains(&minute);
            self.clerks.iter().filter(present).count().min(self.rooms.len())
        });
        f64::from(GRID) * desks.sum::<usize>() as f64
    }

    fn promise_half(&mut self, random: &mut Random, offers: &[Offer]) {
        let present: u32 = self.clerks.iter().map(|(_, shift)| shift.until.0 - shift.from.0).sum();
        let mut left = SHARE * f64::from(present);
        let weights: Vec<f64> = offers.iter().map(|offer| offer.weight).collect();
        // Attempts that find no room or clerk free are as frequent as the day is full.
        for _ in 0..4 * present {
            if left <= 0.0 {
                break;
            }
            if let Some(made) = self.promise(random, offers, &weights) {
                left -= f64::from(made.span.1 - made.span.0);
                self.promises.push(made);
            }
        }
        self.promises.sort_by_key(|made| made.span.0);
    }

    fn promise(&mut self, random: &mut Random, offers: &[Offer], weights: &[f64]) -> Option<Made> {
        let offer = random.weighted(weights);
        let service = &offers[offer].service;
        let clerk = random.index(self.clerks.len());
        let several = if random.chance(0.2) { service.max_persons as usize } else { 1 };
        let persons = random.index(several) as u32 + 1;
        let minutes = service.minutes + (persons - 1) * service.extra_person_minutes;
        let steps = (closes(self.weekday).0 - OPENS.0) / GRID;
        let start = OPENS.0 + GRID * random.index(steps as usize) as u32;
        let span = (start, start + minutes.next_multiple_of(GRID));
        let skills = &self.clerks[clerk].0.skills;
        let able = service.skills.iter().all(|skill| skills.contains(skill))
            && span.1 <= closes(self.weekday).0;
        if !able || !self.clerk_free(clerk, span) {
            return None;
        }
        let room = self.free_room(&service.equipment, span)?;
        self.clerk_busy[clerk].push(span);
        self.room_busy[room].push(span);
        let clerk_pinned = random.chance(PINNED_CLERK);
        let room_pinned = random.chance(PINNED_ROOM);
        Some(Made { offer, span, persons, clerk, room, clerk_pinned, room_pinned })
    }

    fn clerk_free(&self, number: usize, span: Span) -> bool {
        let (_, shift) = self.clerks[number];
        shift.from.0 <= span.0 && span.1 <= shift.until.0 && free(&self.clerk_busy[number], span)
    }

    /// A room that is free and has the equipment, with as little else as possible.
    fn free_room(&self, equipment: &[String], span: Span) -> Option<usize> {
        (0..self.rooms.len())
            .filter(|&room| equipment.iter().all(|needed| self.rooms[room].1.contains(needed)))
            .filter(|&room| free(&self.room_busy[room], span))
            .min_by_key(|&room| self.rooms[room].1.len())
    }

    /// In the format; `None` where the time does not exist on that date.
    fn appointment(
        &self,
        made: &Made,
        zone: &Zone,
        date: NaiveDate,
        site: &str,
        number: usize,
        offers: &[Offer],
    ) -> Option<Appointment> {
        Some(Appointment {
            id: format!("promise-{number:04}"),
            service: offers[made.offer].service.id.clone(),
            site: site.to_owned(),
            start: zone.instant(date, made.span.0).ok()?,
            persons: made.persons,
            staff: made.clerk_pinned.then(|| self.clerks[made.clerk].0.id.clone()),
            room: made.room_pinned.then(|| self.rooms[made.room].0.to_owned()),
        })
    }
}

fn free(busy: &[Span], span: Span) -> bool {
    busy.iter().all(|taken| taken.1 <= span.0 || span.1 <= taken.0)
}

#[cfg(test)]
mod tests {
    use scheduler_core::check::check;
    use scheduler_core::problem::{BreakTaken, Plan, Problem, Slot, WalkInBlock};
    use scheduler_core::time::{Step, Window};

    use super::*;
    use crate::catalogue::citizens_office;
    use crate::family::Member;

    fn window(span: Span) -> Window {
        Window::new((span.0 / GRID) as Step, (span.1 / GRID) as Step)
    }

    /// The plan of the days as they were worked out: promises and duties, nothing else.
    fn witness(problem: &Problem, days: &[(&str, NaiveDate, Day<'_>)]) -> Plan {
        let index = |id: &str, mut ids: Vec<&str>| ids.iter_mut().position(|i| *i == id).unwrap();
        let clerk = |id: &str| index(id, problem.clerks.iter().map(|c| c.id.as_str()).collect());
        let room = |id: &str| index(id, problem.rooms.iter().map(|r| r.id.as_str()).collect());
        let mut plan = Plan {
            slots: Vec::new(),
            walk_in_blocks: Vec::new(),
            breaks: Vec::new(),
            stays: Vec::new(),
            objective: 0.0,
            upper_bound: f64::MAX,
            seconds: 0.0,
            engine: "search".to_owned(),
            seed: 0,
            work: 0.0,
        };
        for (site, date, done) in days {
            let site = problem.sites.iter().position(|s| s.id == *site).unwrap();
            let day = problem.dates.iter().position(|d| d == date).unwrap();
            let clerks: Vec<usize> = done.clerks.iter().map(|c| clerk(&c.0.id)).collect();
            let rooms: Vec<usize> = done.rooms.iter().map(|r| room(r.0)).collect();
            for made in &done.promises {
                let promise = plan.slots.len();
                plan.slots.push(Slot {
                    service: problem.promises[promise].service,
                    site,
                    day,
                    window: window(made.span),
                    clerk: clerks[made.clerk],
                    room: Some(rooms[made.room]),
                    demand: None,
                    promise: Some(promise),
                    pinned: false,
                });
            }
            plan.walk_in_blocks.extend(done.blocks.iter().map(|(clerk, room, span)| {
                let (clerk, room) = (clerks[*clerk], rooms[*room]);
                WalkInBlock { site, day, window: window(*span), clerk, room, pinned: false }
            }));
            plan.breaks.extend(done.breaks.iter().map(|(clerk, span)| BreakTaken {
                clerk: clerks[*clerk],
                day,
                window: window(*span),
                pinned: false,
            }));
        }
        plan
    }

    #[test]
    fn the_promised_days_have_a_plan() {
        for name in ["promised-day", "promised-week"] {
            let mut random = Random::new(1);
            let member = Member::find(name).unwrap();
            let scenario = member.before_promises(name, &mut random);
            let days = work_out(&scenario, &mut random, &citizens_office());
            let problem = Problem::new(&member.scenario(1)).unwrap();
            let report = check(&problem, &witness(&problem, &days));
            assert_eq!(report.violations, [], "{name}");
        }
    }
}
