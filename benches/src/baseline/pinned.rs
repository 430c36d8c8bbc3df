//! Clerk and room are chosen when the citizen books, and that is that: as in Cal.com,
//! Easy!Appointments and Nettu.

use std::cmp::Reverse;

use scheduler_core::ledger::Visit;
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::time::{Step, Window};

use super::{Calendar, candidates, fixed, range};

/// Which of the free clerks gets the visit. The room is the first that is free, but for
/// [`Choice::LeastAble`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// The first in the list.
    First,
    /// Who has the fewest booked steps on the day.
    LeastLoaded,
    /// Who can do the fewest services; and the room that suits the fewest.
    LeastAble,
}

/// A book of visits, each with clerk and room.
#[derive(Debug)]
pub struct Pinned<'a> {
    problem: &'a Problem,
    choice: Choice,
    days: Vec<Day>,
}

/// For each shift and each room of a site-day which steps are taken.
#[derive(Debug)]
struct Day {
    shifts: Vec<Vec<bool>>,
    rooms: Vec<Vec<bool>>,
    booked: Vec<u32>,
}

impl<'a> Pinned<'a> {
    /// An empty book. Breaks and walk-in blocks are held as the plan has them.
    pub fn new(problem: &'a Problem, plan: &Plan, choice: Choice) -> Self {
        let steps = usize::from(problem.grid.steps_per_day());
        let days = problem.site_days.iter().enumerate().map(|(site_day, place)| {
            let shifts = &problem.shifts[place.shifts.clone()];
            let outside = |window: Window| (0..steps).map(move |s| !window.contains(s as Step));
            let mut day = Day {
                shifts: shifts.iter().map(|shift| outside(shift.window).collect()).collect(),
                rooms: vec![vec![false; steps]; problem.sites[place.site].rooms.len()],
                booked: vec![0; shifts.len()],
            };
            let fixed = fixed(problem, plan, site_day);
            for (shift, window) in fixed.breaks {
                day.shifts[shift][range(window)].fill(true);
            }
            for (shift, room, window) in fixed.blocks {
                day.shifts[shift][range(window)].fill(true);
                day.rooms[room][range(window)].fill(true);
            }
            day
        });
        Self { problem, choice, days: days.collect() }
    }

    /// Positions of the free shift and room that the visit would get.
    fn seat(&self, site_day: usize, visit: &Visit, window: Window) -> Option<(usize, usize)> {
        let (problem, day) = (self.problem, &self.days[site_day]);
        let place = &problem.site_days[site_day];
        let free = |taken: &[bool]| taken[range(window)].iter().all(|taken| !taken);
        let clerk =
            |shift: usize| &problem.clerks[problem.shifts[place.shifts.start + shift].clerk];
        let shifts = (0..day.shifts.len())
            .filter(|&shift| visit.skills.is_subset(&clerk(shift).skills))
            .filter(|&shift| free(&day.shifts[shift]));
        let site_rooms = &problem.sites[place.site].rooms;
        let room = |room: usize| &problem.rooms[site_rooms[room]];
        let mut rooms = (0..day.rooms.len())
            .filter(|&number| visit.equipment.is_subset(&room(number).equipment))
            .filter(|&number| free(&day.rooms[number]));
        match self.choice {
            Choice::First => shifts.take(1).next().zip(rooms.next()),
            Choice::LeastLoaded => shifts.min_by_key(|&shift| day.booked[shift]).zip(rooms.next()),
            Choice::LeastAble => shifts
                .min_by_key(|&shift| {
                    (clerk(shift).services.iter().count(), Reverse(day.booked[shift]))
                })
                .zip(rooms.min_by_key(|&number| room(number).equipment.iter().count())),
        }
    }
}

impl Calendar for Pinned<'_> {
    fn first(&self, site_day: usize, visit: &Visit, from: Step) -> Option<Step> {
        candidates(self.problem, site_day, from, visit.steps)
            .find(|window| self.seat(site_day, visit, *window).is_some())
            .map(|window| window.from)
    }

    fn book(&mut self, site_day: usize, visit: &Visit, start: Step) {
        let window = Window::new(start, start + visit.steps);
        if let Some((shift, room)) = self.seat(site_day, visit, window) {
            let day = &mut self.days[site_day];
            day.shifts[shift][range(window)].fill(true);
            day.rooms[room][range(window)].fill(true);
            day.booked[shift] += u32::from(visit.steps);
        }
    }
}
