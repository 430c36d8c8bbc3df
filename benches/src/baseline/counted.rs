//! Free counters are counted at each step: as in the system of Berlin and Munich (ZMS). Who serves
//! whom is decided on the day.

use scheduler_core::ledger::Visit;
use scheduler_core::problem::{Plan, Problem, Set};
use scheduler_core::time::{Step, Window};

use super::{Calendar, candidates, fixed, range};

/// What is taken off the number of able clerks, and of fitting rooms, at a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counting {
    /// Bookings that ask for the same skills (or equipment): each group of services has a count
    /// of its own, as a scope has. The clerks, and the rooms, in total are never exceeded.
    OwnGroup,
    /// All bookings, whatever they ask for: at no step anything is promised twice.
    All,
}

/// A book of visits, none of them with clerk or room.
#[derive(Debug)]
pub struct Counted<'a> {
    problem: &'a Problem,
    counting: Counting,
    days: Vec<Day>,
}

#[derive(Debug)]
struct Day {
    /// Skills of who is at a desk at each step, and equipment of the rooms without a walk-in block.
    clerks: Vec<Vec<usize>>,
    rooms: Vec<Vec<usize>>,
    /// What is booked at each step: skills and equipment.
    booked: Vec<Vec<(Set, Set)>>,
}

impl<'a> Counted<'a> {
    /// An empty book. Who has a break or a walk-in block in the plan does not count.
    pub fn new(problem: &'a Problem, plan: &Plan, counting: Counting) -> Self {
        let days = (0..problem.site_days.len()).map(|site_day| day(problem, plan, site_day));
        Self { problem, counting, days: days.collect() }
    }

    fn has_room(&self, site_day: usize, visit: &Visit, step: usize) -> bool {
        let (problem, day) = (self.problem, &self.days[site_day]);
        let (clerks, rooms) = (&day.clerks[step], &day.rooms[step]);
        let able = clerks.iter().filter(|c| visit.skills.is_subset(&problem.clerks[**c].skills));
        let fit = rooms.iter().filter(|r| visit.equipment.is_subset(&problem.rooms[**r].equipment));
        let (able, fit, booked) = (able.count(), fit.count(), &day.booked[step]);
        match self.counting {
            Counting::All => booked.len() < able.min(fit),
            Counting::OwnGroup => {
                let same_skills = booked.iter().filter(|(skills, _)| *skills == visit.skills);
                let same_rooms = booked.iter().filter(|(_, needs)| *needs == visit.equipment);
                same_skills.count() < able
                    && same_rooms.count() < fit
                    && booked.len() < clerks.len().min(rooms.len())
            }
        }
    }
}

fn day(problem: &Problem, plan: &Plan, site_day: usize) -> Day {
    let place = &problem.site_days[site_day];
    let fixed = fixed(problem, plan, site_day);
    let steps = problem.grid.steps_per_day();
    let shifts = &problem.shifts[place.shifts.clone()];
    let rooms = &problem.sites[place.site].rooms;
    let at_desks = |step: Step| {
        let away = |shift: usize| {
            fixed.breaks.iter().any(|&(who, when)| who == shift && when.contains(step))
                || fixed.blocks.iter().any(|&(who, _, when)| who == shift && when.contains(step))
        };
        (0..shifts.len())
            .filter(|&shift| shifts[shift].window.contains(step) && !away(shift))
            .map(|shift| shifts[shift].clerk)
            .collect()
    };
    let free_rooms = |step: Step| {
        let held = |room: usize| {
            fixed.blocks.iter().any(|&(_, which, when)| which == room && when.contains(step))
        };
        (0..rooms.len()).filter(|&room| !held(room)).map(|room| rooms[room]).collect()
    };
    Day {
        clerks: (0..steps).map(at_desks).collect(),
        rooms: (0..steps).map(free_rooms).collect(),
        booked: vec![Vec::new(); usize::from(steps)],
    }
}

impl Calendar for Counted<'_> {
    fn first(&self, site_day: usize, visit: &Visit, from: Step) -> Option<Step> {
        candidates(self.problem, site_day, from, visit.steps)
            .find(|window| range(*window).all(|step| self.has_room(site_day, visit, step)))
            .map(|window| window.from)
    }

    fn book(&mut self, site_day: usize, visit: &Visit, start: Step) {
        for step in range(Window::new(start, start + visit.steps)) {
            self.days[site_day].booked[step].push((visit.skills.clone(), visit.equipment.clone()));
        }
    }
}
