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
    for site in &scenario.sites {
        for date in dates(scenario.horizon) {
            let mut day = Day::new(scenario, &site.id, date.weekday().into());
            day.hold_breaks();
            if !day.hold_quotas(scenario, &site.id) {
                continue;
            }
            for made in day.promises(random, offers) {
                let number = appointments.len() + 1;
                appointments.extend(made.appointment(&zone, date, &site.id, number, offers));
            }
        }
    }
    scenario.appointments = appointments;
}

/// The grid that promises start on, in minutes.
const GRID: u32 = 5;

/// One site on one weekday: who and what is free when, in minutes of the day.
struct Day<'a> {
    weekday: Weekday,
    clerks: Vec<(&'a Staff, &'a Shift)>,
    rooms: Vec<(&'a str, &'a [String])>,
    /// Taken intervals of each clerk, and of each room.
    clerk_busy: Vec<Vec<(u32, u32)>>,
    room_busy: Vec<Vec<(u32, u32)>>,
}

struct Made<'a> {
    offer: usize,
    start: u32,
    persons: u32,
    staff: Option<&'a str>,
    room: Option<&'a str>,
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
                self.clerk_busy[number].push((start, start + pause.minutes));
            }
        }
    }

    /// Walk-in blocks until every quota of the day has its share; whether all have it.
    fn hold_quotas(&mut self, scenario: &Scenario, site: &str) -> bool {
        let weekday = self.weekday;
        let mut held = true;
        let quotas = scenario.walk_in_quotas.iter().filter(|quota| {
            quota.site == site
                && quota
                    .days
                    .as_ref()
                    .is_none_or(|days| days.contains(&weekday))
        });
        for quota in quotas {
            let mut left = quota.min_share * self.desk_minutes(quota);
            for number in 0..self.clerks.len() {
                if quota
                    .skills
                    .iter()
                    .all(|skill| self.clerks[number].0.skills.contains(skill))
                {
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
            self.clerks
                .iter()
                .filter(present)
                .count()
                .min(self.rooms.len())
        });
        f64::from(GRID) * desks.sum::<usize>() as f64
    }

    fn promises(&mut self, random: &mut Random, offers: &[Offer]) -> Vec<Made<'a>> {
        let present: u32 = self
            .clerks
            .iter()
            .map(|(_, shift)| shift.until.0 - shift.from.0)
            .sum();
        let mut left = SHARE * f64::from(present);
        let weights: Vec<f64> = offers.iter().map(|offer| offer.weight).collect();
        let mut made = Vec::new();
        // Attempts that find no room or clerk free are as frequent as the day is full.
        for _ in 0..4 * present {
            if left <= 0.0 {
                break;
            }
            if let Some((promise, minutes)) = self.promise(random, offers, &weights) {
                left -= f64::from(minutes);
                made.push(promise);
            }
        }
        made.sort_by_key(|promise| promise.start);
        made
    }

    fn promise(
        &mut self,
        random: &mut Random,
        offers: &[Offer],
        weights: &[f64],
    ) -> Option<(Made<'a>, u32)> {
        let offer = random.weighted(weights);
        let service = &offers[offer].service;
        let number = random.index(self.clerks.len());
        let several = if random.chance(0.2) {
            service.max_persons as usize
        } else {
            1
        };
        let persons = random.index(several) as u32 + 1;
        let minutes = service.minutes + (persons - 1) * service.extra_person_minutes;
        let steps = (closes(self.weekday).0 - OPENS.0) / GRID;
        let start = OPENS.0 + GRID * random.index(steps as usize) as u32;
        let span = (start, start + minutes.next_multiple_of(GRID));
        let (clerk, shift) = self.clerks[number];
        let able = service
            .skills
            .iter()
            .all(|skill| clerk.skills.contains(skill))
            && shift.from.0 <= span.0
            && span.1 <= shift.until.0.min(closes(self.weekday).0);
        if !able || !self.clerk_free(number, span) {
            return None;
        }
        let room = self.free_room(&service.equipment, span)?;
        self.clerk_busy[number].push(span);
        self.room_busy[room].push(span);
        let staff = random.chance(PINNED_CLERK).then_some(clerk.id.as_str());
        let room = random.chance(PINNED_ROOM).then_some(self.rooms[room].0);
        Some((
            Made {
                offer,
                start,
                persons,
                staff,
                room,
            },
            span.1 - span.0,
        ))
    }

    fn clerk_free(&self, number: usize, span: (u32, u32)) -> bool {
        let (_, shift) = self.clerks[number];
        shift.from.0 <= span.0 && span.1 <= shift.until.0 && free(&self.clerk_busy[number], span)
    }

    /// A room that is free and has the equipment, with as little else as possible.
    fn free_room(&self, equipment: &[String], span: (u32, u32)) -> Option<usize> {
        (0..self.rooms.len())
            .filter(|&room| {
                equipment
                    .iter()
                    .all(|needed| self.rooms[room].1.contains(needed))
            })
            .filter(|&room| free(&self.room_busy[room], span))
            .min_by_key(|&room| self.rooms[room].1.len())
    }
}

fn free(busy: &[(u32, u32)], span: (u32, u32)) -> bool {
    busy.iter()
        .all(|taken| taken.1 <= span.0 || span.1 <= taken.0)
}

impl Made<'_> {
    /// In the format; `None` where the time does not exist on that date.
    fn appointment(
        &self,
        zone: &Zone,
        date: NaiveDate,
        site: &str,
        number: usize,
        offers: &[Offer],
    ) -> Option<Appointment> {
        Some(Appointment {
            id: format!("promise-{number:04}"),
            service: offers[self.offer].service.id.clone(),
            site: site.to_owned(),
            start: zone.instant(date, self.start).ok()?,
            persons: self.persons,
            staff: self.staff.map(str::to_owned),
            room: self.room.map(str::to_owned),
        })
    }
}
