//! A site-day from the definition of the problem alone: what has to be done at fixed times, and
//! whether some assignment of clerks, breaks and rooms does it.

use scheduler_core::problem::{Problem, Set};
use scheduler_core::time::{Step, Window};

use super::desks::{Desk, Duty, every_way};
use super::sweep::possible;

/// A visit of a citizen, or a walk-in block, at its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) window: Window,
    /// The clerk has all of these.
    pub(crate) skills: Set,
    /// The room has all of these.
    pub(crate) equipment: Set,
    /// The clerk, where pinned.
    pub(crate) clerk: Option<usize>,
    /// The room, where pinned.
    pub(crate) room: Option<usize>,
}

/// The desks of a site-day, and who is behind them.
#[derive(Debug, Clone)]
pub(crate) struct Day<'a> {
    problem: &'a Problem,
    site_day: usize,
    shifts: Vec<Desk>,
    rooms: Vec<Desk>,
}

impl<'a> Day<'a> {
    pub(crate) fn new(problem: &'a Problem, site_day: usize) -> Self {
        let here = &problem.site_days[site_day];
        let shifts = problem.shifts[here.shifts.clone()].iter();
        let always = Window::new(0, Step::MAX);
        Self {
            problem,
            site_day,
            shifts: shifts.map(|s| Desk { window: s.window, pause: s.pause }).collect(),
            rooms: vec![Desk { window: always, pause: None }; problem.sites[here.site].rooms.len()],
        }
    }

    /// Whether an assignment does all of `tasks`.
    pub(crate) fn feasible(&self, tasks: &[Task]) -> bool {
        self.open(tasks)
            && possible(&self.shifts, &self.at_counters(tasks))
            && possible(&self.rooms, &self.in_rooms(tasks))
    }

    /// The same by trying everything: for the smallest days.
    pub(crate) fn feasible_by_enumeration(&self, tasks: &[Task]) -> bool {
        self.open(tasks)
            && every_way(&self.shifts, &self.at_counters(tasks))
            && every_way(&self.rooms, &self.in_rooms(tasks))
    }

    fn open(&self, tasks: &[Task]) -> bool {
        let open = &self.problem.site_days[self.site_day].open;
        tasks.iter().all(|task| open.iter().any(|open| open.covers(task.window)))
    }

    fn at_counters(&self, tasks: &[Task]) -> Vec<Duty> {
        let first = self.problem.site_days[self.site_day].shifts.start;
        let able = |task: &Task, desk: usize| {
            let clerk = self.problem.shifts[first + desk].clerk;
            task.skills.is_subset(&self.problem.clerks[clerk].skills)
                && task.clerk.is_none_or(|pinned| pinned == clerk)
        };
        duties(tasks, self.shifts.len(), able)
    }

    fn in_rooms(&self, tasks: &[Task]) -> Vec<Duty> {
        let rooms = &self.problem.sites[self.problem.site_days[self.site_day].site].rooms;
        let able = |task: &Task, desk: usize| {
            let room = rooms[desk];
            task.equipment.is_subset(&self.problem.rooms[room].equipment)
                && task.room.is_none_or(|pinned| pinned == room)
        };
        duties(tasks, rooms.len(), able)
    }
}

fn duties(tasks: &[Task], desks: usize, able: impl Fn(&Task, usize) -> bool) -> Vec<Duty> {
    tasks
        .iter()
        .map(|task| {
            let able =
                (0..desks).filter(|&desk| able(task, desk)).fold(0, |set, desk| set | 1 << desk);
            Duty { window: task.window, able }
        })
        .collect()
}
