//! Who and what is where when.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::sites::Hours;
use super::{Calendar, DatedShift};
use crate::scenario::Scenario;
use crate::time::Step;

/// Clerks on shift and rooms, by site and day, and what they are fit for.
#[derive(Debug)]
pub(super) struct Capacity<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) hours: &'a Hours,
    /// Site of each room, where it exists.
    pub(super) room_sites: &'a [Option<usize>],
    shifts: &'a [DatedShift],
    /// Of `shifts`, by site and day: index `site * days + day`.
    ranges: Vec<Range<usize>>,
    rooms: Vec<u32>,
    skills: Abilities<'a>,
    equipment: Abilities<'a>,
}

impl<'a> Capacity<'a> {
    /// `shifts` are in order of site and day.
    pub(super) fn new(
        scenario: &'a Scenario,
        calendar: &'a Calendar,
        hours: &'a Hours,
        shifts: &'a [DatedShift],
        room_sites: &'a [Option<usize>],
    ) -> Self {
        let days = calendar.dates.len();
        let mut rooms = vec![0; scenario.sites.len()];
        for &site in room_sites.iter().flatten() {
            rooms[site] += 1;
        }
        let mut ranges = vec![0..0; scenario.sites.len() * days];
        let mut first = 0;
        for group in shifts.chunk_by(|a, b| (a.site, a.day) == (b.site, b.day)) {
            let end = first + group.len();
            ranges[group[0].site * days + group[0].day] = first..end;
            first = end;
        }
        let (skills, equipment) = (Abilities::of_staff(scenario), Abilities::of_rooms(scenario));
        Self { calendar, hours, room_sites, shifts, ranges, rooms, skills, equipment }
    }

    /// The shifts at `site` on `day`, in order of clerk and start.
    pub(super) fn shifts_at(&self, site: usize, day: usize) -> &'a [DatedShift] {
        &self.shifts[self.ranges[site * self.calendar.dates.len() + day].clone()]
    }

    /// What clerks can do.
    pub(super) fn skills(&self) -> &Abilities<'a> {
        &self.skills
    }

    /// What rooms are equipped with.
    pub(super) fn equipment(&self) -> &Abilities<'a> {
        &self.equipment
    }

    /// For each step of a day up to the last closing, the desk steps before it: over open steps,
    /// the smaller of clerks present and rooms of the site.
    pub(super) fn desk_steps_before(&self, site: usize, day: usize) -> Vec<u32> {
        let open = self.hours.at(site, day);
        let end = open.last().map_or(0, |window| window.until);
        let mut changes = vec![0i64; usize::from(end) + 1];
        for shift in self.shifts_at(site, day) {
            changes[usize::from(shift.window.from.min(end))] += 1;
            changes[usize::from(shift.window.until.min(end))] -= 1;
            for away in &shift.absent {
                changes[usize::from(away.from.min(end))] -= 1;
                changes[usize::from(away.until.min(end))] += 1;
            }
        }
        let mut before = vec![0; usize::from(end) + 1];
        let mut clerks = 0;
        for step in 0..end {
            let i = usize::from(step);
            clerks += changes[i];
            let is_open = open.iter().any(|window| window.contains(step));
            let desks = u32::try_from(clerks).unwrap_or(0).min(self.rooms[site]);
            before[i + 1] = before[i] + if is_open { desks } else { 0 };
        }
        before
    }
}

/// The entry of `before` at `step`, its last one for later steps.
pub(super) fn at_step(before: &[u32], step: Step) -> u32 {
    before.get(usize::from(step)).or(before.last()).copied().unwrap_or(0)
}

/// What clerks or rooms are fit for: skills or equipment. Far fewer sets differ than there are
/// clerks or rooms.
#[derive(Debug)]
pub(super) struct Abilities<'a> {
    sets: Vec<BTreeSet<&'a str>>,
    /// Of `sets`, by clerk or room.
    of: Vec<usize>,
}

impl<'a> Abilities<'a> {
    /// The skills of all clerks.
    pub(super) fn of_staff(scenario: &'a Scenario) -> Self {
        Self::new(scenario.staff.iter().map(|clerk| &clerk.skills))
    }

    /// The equipment of all rooms.
    pub(super) fn of_rooms(scenario: &'a Scenario) -> Self {
        Self::new(scenario.rooms.iter().map(|room| &room.equipment))
    }

    fn new(lists: impl Iterator<Item = &'a Vec<String>>) -> Self {
        let mut positions: BTreeMap<BTreeSet<&str>, usize> = BTreeMap::new();
        let of = lists
            .map(|list| {
                let next = positions.len();
                let set = list.iter().map(String::as_str).collect();
                *positions.entry(set).or_insert(next)
            })
            .collect();
        let mut sets = vec![BTreeSet::new(); positions.len()];
        for (set, position) in positions {
            sets[position] = set;
        }
        Self { sets, of }
    }

    /// Whether somebody has all of `needs`.
    pub(super) fn any_has(&self, needs: &[String]) -> bool {
        self.sets.iter().any(|set| has_all(set, needs))
    }

    /// Whether the clerk or room `index` has all of `needs`.
    pub(super) fn has(&self, index: usize, needs: &[String]) -> bool {
        has_all(&self.sets[self.of[index]], needs)
    }
}

fn has_all(set: &BTreeSet<&str>, needs: &[String]) -> bool {
    needs.iter().all(|need| set.contains(need.as_str()))
}
