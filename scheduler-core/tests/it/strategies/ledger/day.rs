//! A site-day from the definition of the problem alone: what has to be done at fixed times, and
//! whether some assignment of clerks, breaks and rooms does it.

use scheduler_core::ledger::Visit;
use scheduler_core::problem::{Problem, Quota, Set};
use scheduler_core::time::{Step, Window};

use super::desks::{Desk, Duty};
use super::sweep::possible;

/// A visit of a citizen, or a walk-in block, at its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Task {
    pub(crate) window: Window,
    /// The clerk has all of these.
    pub(crate) skills: Set,
    /// Of each of these the clerk lacks some.
    pub(crate) without: Vec<Set>,
    /// Whether it takes a room.
    pub(crate) needs_room: bool,
    /// The room has all of these.
    pub(crate) equipment: Set,
    /// The clerk, where pinned.
    pub(crate) clerk: Option<usize>,
    /// The room, where pinned.
    pub(crate) room: Option<usize>,
}

impl Task {
    /// A visit that begins at `start`.
    pub(crate) fn visit(visit: &Visit, start: Step) -> Self {
        Self {
            window: Window::new(start, start + visit.steps),
            skills: visit.skills.clone(),
            without: Vec::new(),
            needs_room: visit.needs_room,
            equipment: visit.equipment.clone(),
            clerk: visit.clerk.map(|clerk| clerk.0),
            room: visit.room.map(|room| room.0),
        }
    }

    /// A walk-in block that keeps counting for the quotas that it counts for while `clerk` holds
    /// it, and breaks the rules of no other. `None` where it counts for none.
    pub(crate) fn block(
        problem: &Problem,
        site_day: usize,
        clerk: usize,
        window: Window,
    ) -> Option<Self> {
        let quotas = problem.site_days[site_day].quotas.iter().map(|quota| &problem.quotas[*quota]);
        let touched = quotas.filter(|quota| quota.window.overlaps(window));
        let long_enough = |quota: &&Quota| quota.block_steps <= window.steps();
        let has = |quota: &&Quota| quota.skills.is_subset(&problem.clerks[clerk].skills);
        let (counts, others): (Vec<_>, Vec<_>) =
            touched.partition(|quota| has(quota) && long_enough(quota));
        let harms = |quota: &&Quota| quota.max_steps.is_some() || !long_enough(quota);
        (!counts.is_empty()).then(|| Self {
            window,
            skills: counts.iter().flat_map(|quota| quota.skills.iter()).collect(),
            without: others.into_iter().filter(harms).map(|quota| quota.skills.clone()).collect(),
            needs_room: true,
            equipment: Set::default(),
            clerk: None,
            room: None,
        })
    }
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
            shifts: shifts
                .map(|s| Desk {
                    window: s.window,
                    absent: s.absent.clone(),
                    breaks: s.breaks.clone(),
                })
                .collect(),
            rooms: vec![
                Desk { window: always, absent: Vec::new(), breaks: Vec::new() };
                problem.sites[here.site].rooms.len()
            ],
        }
    }

    /// Whether an assignment does all of `tasks`.
    pub(crate) fn feasible(&self, tasks: &[Task]) -> bool {
        self.open(tasks)
            && possible(&self.rooms, &self.in_rooms(tasks))
            && possible(&self.shifts, &self.at_counters(tasks))
    }

    fn open(&self, tasks: &[Task]) -> bool {
        let open = &self.problem.site_days[self.site_day].open;
        tasks.iter().all(|task| open.iter().any(|open| open.covers(task.window)))
    }

    fn at_counters(&self, tasks: &[Task]) -> Vec<Duty> {
        let first = self.problem.site_days[self.site_day].shifts.start;
        let able = |task: &Task, desk: usize| {
            let clerk = self.problem.shifts[first + desk].clerk;
            let skills = &self.problem.clerks[clerk].skills;
            task.skills.is_subset(skills)
                && task.without.iter().all(|without| !without.is_subset(skills))
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
        let tasks: Vec<Task> = tasks.iter().filter(|task| task.needs_room).cloned().collect();
        duties(&tasks, rooms.len(), able)
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
