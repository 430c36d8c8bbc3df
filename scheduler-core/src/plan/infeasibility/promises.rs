//! Promises that nobody can keep, alone or together.

use std::collections::{BTreeMap, BTreeSet};

use crate::plan::Conflict;
use crate::problem::{Break, Problem, Promise};
use crate::time::{Step, Window};

use super::matching::matching;
use super::words;

/// What the promises of a site-day ask of its clerks.
#[derive(Debug, Clone, Default)]
pub(super) struct Duties {
    /// Promises that somebody could keep if there were no other.
    pub(super) sound: Vec<usize>,
    /// The shifts that could keep each of them, in the same order.
    pub(super) shifts: Vec<Vec<usize>>,
    /// The promises that only one shift can keep, by shift.
    pub(super) forced: BTreeMap<usize, Vec<usize>>,
}

impl Duties {
    /// The duties of a site-day; adds why they cannot all be met.
    pub(super) fn new(problem: &Problem, site_day: usize, conflicts: &mut Vec<Conflict>) -> Self {
        let mut duties = Self::default();
        let mut rooms = Vec::new();
        for &promise in &problem.site_days[site_day].promises {
            let before = conflicts.len();
            closed(problem, promise, conflicts);
            let shifts = clerks(problem, promise, conflicts);
            let fitting = fitting_rooms(problem, promise, conflicts);
            if conflicts.len() == before {
                duties.sound.push(promise);
                duties.shifts.push(shifts);
                rooms.push(fitting);
            }
        }
        let mut named = BTreeSet::new();
        for (side, choices) in [(Side::Clerks, &duties.shifts), (Side::Rooms, &rooms)] {
            duties.crowded(problem, side, choices, &mut named, conflicts);
        }
        duties.force(problem, &named, conflicts);
        duties
    }

    /// The sound promises that go on at `step` and that somebody can keep, as positions.
    pub(super) fn at(&self, problem: &Problem, step: Step) -> Vec<usize> {
        let on = |&i: &usize| {
            !self.shifts[i].is_empty() && problem.promises[self.sound[i]].window.contains(step)
        };
        (0..self.sound.len()).filter(on).collect()
    }

    /// Steps at which more promises go on than clerks or rooms can keep.
    fn crowded(
        &self,
        problem: &Problem,
        side: Side,
        choices: &[Vec<usize>],
        named: &mut BTreeSet<usize>,
        conflicts: &mut Vec<Conflict>,
    ) {
        let starts = self.sound.iter().map(|&promise| problem.promises[promise].window.from);
        let mut told = BTreeSet::new();
        // What goes on together goes on together when the last of it begins.
        for step in starts.collect::<BTreeSet<Step>>() {
            let on = self.at(problem, step);
            let here: Vec<Vec<usize>> = on.iter().map(|&i| choices[i].clone()).collect();
            let (_, Some(violation)) = matching(&here) else {
                continue;
            };
            let promises: Vec<usize> =
                violation.items.iter().map(|&item| self.sound[on[item]]).collect();
            if told.insert(promises.clone()) {
                named.extend(&promises);
                conflicts.push(side.conflict(problem, step, &promises, &violation.choices));
            }
        }
    }

    /// Gives promises that only one shift can keep to it, and takes that shift from what they rule
    /// out there, as long as that goes on.
    fn force(&mut self, problem: &Problem, named: &BTreeSet<usize>, conflicts: &mut Vec<Conflict>) {
        let all = self.shifts.clone();
        let mut settled = vec![false; self.sound.len()];
        while let Some(i) = (0..settled.len()).find(|&i| !settled[i] && self.shifts[i].len() == 1) {
            settled[i] = true;
            let shift = self.shifts[i][0];
            self.forced.entry(shift).or_default().push(self.sound[i]);
            for (j, _) in settled.iter().enumerate().filter(|(_, settled)| !**settled) {
                if !self.leaves_room_for(problem, shift, self.sound[j]) {
                    self.shifts[j].retain(|&other| other != shift);
                }
            }
        }
        for (i, &promise) in self.sound.iter().enumerate() {
            if self.shifts[i].is_empty() && !named.contains(&promise) {
                let who = all[i].iter().map(|shift| {
                    let forced = self.forced.get(shift).map_or(&[][..], Vec::as_slice);
                    let clerk = &problem.clerks[problem.shifts[*shift].clerk].id;
                    format!("{clerk} by {}", words::promises(problem, forced))
                });
                let message = format!(
                    "{}: nobody is left for promise {}: its clerks need the time for breaks and for \
                     what they alone can keep ({}); move a promise or a break or schedule another \
                     clerk",
                    when(problem, promise),
                    problem.promises[promise].id,
                    words::list(who),
                );
                conflicts.push(conflict("promise.clerks_taken", promise, "start", message));
            }
        }
    }

    /// Whether `shift` can keep `promise` besides its forced promises and its break.
    fn leaves_room_for(&self, problem: &Problem, shift: usize, promise: usize) -> bool {
        let forced = self.forced.get(&shift).map_or(&[][..], Vec::as_slice);
        let mut busy: Vec<Window> = forced.iter().map(|&p| problem.promises[p].window).collect();
        let window = problem.promises[promise].window;
        let clash = busy.iter().any(|other| other.overlaps(window));
        busy.push(window);
        !clash && rests(problem.shifts[shift].breaks.first(), &busy)
    }
}

/// Whether the break fits beside `busy`.
fn rests(pause: Option<&Break>, busy: &[Window]) -> bool {
    pause.is_none_or(|pause| {
        let latest = (pause.window.until + 1).saturating_sub(pause.steps);
        (pause.window.from..latest).any(|from| {
            let window = Window::new(from, from + pause.steps);
            !busy.iter().any(|other| other.overlaps(window))
        })
    })
}

fn conflict(code: &'static str, promise: usize, field: &str, message: String) -> Conflict {
    let pointer = format!("/appointments/{promise}/{field}");
    Conflict { code, pointer, message }
}

fn when(problem: &Problem, promise: usize) -> String {
    let Promise { site_day, window, .. } = problem.promises[promise];
    words::place(problem, site_day, window)
}

fn closed(problem: &Problem, promise: usize, conflicts: &mut Vec<Conflict>) {
    let data = &problem.promises[promise];
    let open = &problem.site_days[data.site_day].open;
    if open.iter().any(|open| open.covers(data.window)) {
        return;
    }
    let hours = if open.is_empty() {
        "is closed that day".to_owned()
    } else {
        let hours = open.iter().map(|&window| words::span(problem, window));
        format!("is open {}", words::list(hours))
    };
    let message = format!(
        "{}: promise {} needs the site open throughout, which {hours}; move it or open the site",
        when(problem, promise),
        data.id,
    );
    conflicts.push(conflict("promise.closed", promise, "start", message));
}

/// Whether the clerk of `shift` may keep `promise` in it, as far as skills, presence and pinning go.
fn takes(problem: &Problem, promise: usize, shift: usize) -> bool {
    let (promise, shift) = (&problem.promises[promise], &problem.shifts[shift]);
    promise.clerk.is_none_or(|clerk| clerk == shift.clerk)
        && problem.clerks[shift.clerk].services.contains(promise.service)
        && shift.window.covers(promise.window)
}

/// The shifts that could keep `promise` were it the only one.
fn clerks(problem: &Problem, promise: usize, conflicts: &mut Vec<Conflict>) -> Vec<usize> {
    let data = &problem.promises[promise];
    let service = &problem.services[data.service];
    let present: Vec<usize> = problem.site_days[data.site_day]
        .shifts
        .clone()
        .filter(|&shift| problem.shifts[shift].window.covers(data.window))
        .filter(|&shift| data.clerk.is_none_or(|clerk| clerk == problem.shifts[shift].clerk))
        .collect();
    let skilled: Vec<usize> =
        present.iter().copied().filter(|&shift| takes(problem, promise, shift)).collect();
    let able: Vec<usize> = skilled
        .iter()
        .copied()
        .filter(|&shift| rests(problem.shifts[shift].breaks.first(), &[data.window]))
        .collect();
    if !able.is_empty() {
        return able;
    }
    let skills = words::skills(problem, &service.skills);
    let (code, who) = match data.clerk {
        Some(clerk) => {
            ("promise.staff", format!("clerk {}, pinned to it,", problem.clerks[clerk].id))
        }
        None => ("promise.no_clerk", String::new()),
    };
    let why = match (data.clerk, present.len(), skilled.len()) {
        (None, 0, _) => "nobody is on shift there for all of it".to_owned(),
        (Some(_), 0, _) => format!("{who} is not on shift there for all of it"),
        (None, present, 0) => {
            format!("none of the {} on shift has {skills}", words::count(present, "clerk"))
        }
        (Some(clerk), _, 0) => {
            let has = &problem.clerks[clerk].skills;
            format!("{who} lacks {}", words::missing(&service.skills, has, &problem.skills))
        }
        (None, _, skilled) => {
            format!("it leaves none of the {} the break", words::count(skilled, "clerk"))
        }
        (Some(_), _, _) => format!("{who} would have no time for the break"),
    };
    let message = format!(
        "{}: nobody can keep promise {} ({}): {why}; move it, change the clerk or schedule one",
        when(problem, promise),
        data.id,
        service.name,
    );
    let field = if data.clerk.is_some() { "staff" } else { "start" };
    conflicts.push(conflict(code, promise, field, message));
    able
}

/// The rooms in which `promise` could be kept were it the only one.
fn fitting_rooms(problem: &Problem, promise: usize, conflicts: &mut Vec<Conflict>) -> Vec<usize> {
    let data = &problem.promises[promise];
    let service = &problem.services[data.service];
    let site = &problem.sites[problem.site_days[data.site_day].site];
    let fits = |&room: &usize| {
        data.room.is_none_or(|only| only == room) && problem.room_fits(room, data.service)
    };
    let rooms: Vec<usize> = site.rooms.iter().copied().filter(fits).collect();
    if rooms.is_empty() {
        let wanted = &service.equipment;
        let (code, why) = match data.room {
            Some(room) if !site.rooms.contains(&room) => {
                ("promise.room", format!("room {} is not at this site", problem.rooms[room].id))
            }
            Some(room) => {
                let data = &problem.rooms[room];
                let missing = words::missing(wanted, &data.equipment, &problem.equipment);
                ("promise.room", format!("room {} lacks {missing}", data.id))
            }
            None => {
                let equipment = wanted.iter().map(|index| &problem.equipment[index]);
                let rooms = words::count(site.rooms.len(), "room");
                ("promise.no_room", format!("none of {rooms} has {}", words::list(equipment)))
            }
        };
        let message = format!(
            "{}: promise {} ({}) has no room: {why}; choose another room or equip one",
            when(problem, promise),
            data.id,
            service.name,
        );
        let field = if data.room.is_some() { "room" } else { "site" };
        conflicts.push(conflict(code, promise, field, message));
    }
    rooms
}

/// What promises compete for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Clerks,
    Rooms,
}

impl Side {
    fn conflict(
        self,
        problem: &Problem,
        step: Step,
        promises: &[usize],
        choices: &[usize],
    ) -> Conflict {
        let number = choices.len();
        let (code, one, names) = match self {
            Self::Clerks => {
                let clerk = |&shift: &usize| &problem.clerks[problem.shifts[shift].clerk].id;
                ("promise.clerks_short", "clerk", words::list(choices.iter().map(clerk)))
            }
            Self::Rooms => {
                let room = |&room: &usize| &problem.rooms[room].id;
                ("promise.rooms_short", "room", words::list(choices.iter().map(room)))
            }
        };
        let first = promises[0];
        let message = format!(
            "{}: {} go on {} and have only {} between them ({names}); move one of them \
             or add a {one}",
            words::date(problem, problem.promises[first].site_day),
            words::promises(problem, promises),
            words::at(problem, step),
            words::count(number, one),
        );
        conflict(code, first, "start", message)
    }
}
