//! A day as work to be done: who is to be served, by whom, and when that may begin. Times are in
//! minutes since midnight.

use super::super::run::{Ready, Seen};
use crate::simulate::model::{Clerk, Millis, QueueSet};

/// What may be chosen in hindsight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Freedom {
    /// Who is served when by whom.
    Calls,
    /// And when those with an appointment come.
    Booking,
    /// And when clerks have breaks.
    Template,
}

/// Somebody who came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Job {
    /// Index of the customer.
    pub(super) index: usize,
    pub(super) has_appointment: bool,
    /// From when on they can be served: they are there, and the doors are open.
    pub(super) ready: f64,
    /// From when on they wait.
    pub(super) arrival: f64,
    pub(super) minutes: f64,
    /// The latest moment at which they are still there; without end for who waits for ever.
    pub(super) patience: f64,
    pub(super) worth: f64,
    queue: u32,
    /// Those who can serve them, as indices of groups.
    groups: u128,
}

/// Clerks who are interchangeable.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub(super) count: usize,
    pub(super) shifts: Vec<(f64, f64)>,
    /// Breaks, each within a shift.
    pub(super) breaks: Vec<(f64, f64)>,
    queues: QueueSet,
    /// For whom they stay after their last shift.
    stays_for: QueueSet,
}

/// A day in hindsight.
#[derive(Debug)]
pub(super) struct Day {
    pub(super) jobs: Vec<Job>,
    pub(super) groups: Vec<Group>,
    pub(super) unserved: usize,
    opens: f64,
    /// When the doors close.
    closes: f64,
}

/// Groups that are told apart: all further clerks would be taken for members of the last one.
const MOST_GROUPS: usize = 128;

fn minutes(millis: Millis) -> f64 {
    f64::from(millis) / 60_000.0
}

impl Day {
    pub(super) fn new(ready: &Ready, worth: impl Fn(usize) -> f64) -> Self {
        let model = &ready.office.model;
        let comes = |&(index, _): &(u32, &Clerk)| !ready.absent.contains(&index);
        let clerks = || (0_u32..).zip(&model.clerks).filter(comes).map(|(_, clerk)| clerk);
        let end = |clerk: &Clerk| clerk.shifts.last().map_or(0, |shift| shift.1);
        let longest = |queue: u32| {
            clerks().filter(|clerk| clerk.queues.contains(queue)).map(end).max().unwrap_or(0)
        };
        let mut used: Vec<u32> = model.kinds.iter().map(|kind| kind.queue).collect();
        used.sort_unstable();
        used.dedup();
        let ends: Vec<(u32, Millis)> = used.iter().map(|&queue| (queue, longest(queue))).collect();
        let mut groups: Vec<Group> = Vec::new();
        for clerk in clerks().filter(|clerk| !clerk.shifts.is_empty()) {
            let able = QueueSet::of(used.iter().copied().filter(|&q| clerk.queues.contains(q)));
            let stays = ends.iter().filter(|&&(q, at)| able.contains(q) && at == end(clerk));
            let within = |at: Millis| {
                clerk.shifts.iter().find(|shift| shift.0 <= at && at < shift.1).map(|s| s.1)
            };
            let breaks = clerk.breaks.iter().filter_map(|pause| {
                let until = within(pause.at)?.min(pause.at.saturating_add(pause.length));
                Some((minutes(pause.at), minutes(until)))
            });
            let group = Group {
                count: 1,
                shifts: clerk.shifts.iter().map(|s| (minutes(s.0), minutes(s.1))).collect(),
                breaks: breaks.collect(),
                queues: able,
                stays_for: QueueSet::of(stays.map(|&(queue, _)| queue)),
            };
            match groups.iter().position(|known| known.is_like(&group)) {
                Some(known) => groups[known].count += 1,
                None if groups.len() < MOST_GROUPS => groups.push(group),
                None => {}
            }
        }
        let mut day = Self {
            jobs: Vec::new(),
            groups,
            unserved: 0,
            opens: minutes(model.opens),
            closes: minutes(ready.closes),
        };
        for (index, given) in ready.given.iter().enumerate() {
            let Some(arrival) = given.arrival else { continue };
            let queue = model.kinds[given.kind as usize].queue;
            let able = day.groups.iter().enumerate().filter(|(_, g)| g.queues.contains(queue));
            let groups = able.fold(0, |set, (group, _)| set | 1_u128 << group);
            if groups == 0 {
                day.unserved += 1;
                continue;
            }
            let arrival = minutes(arrival);
            day.jobs.push(Job {
                index,
                has_appointment: given.due.is_some(),
                ready: arrival.max(day.opens),
                arrival,
                minutes: minutes(given.service),
                patience: given.patience.map_or(f64::INFINITY, minutes),
                worth: worth(index),
                queue,
                groups,
            });
        }
        day
    }

    /// Loss of the people of the day, of whom it is known what became.
    pub(super) fn loss(&self, seen: impl Fn(usize) -> Seen) -> f64 {
        let one = |job: &Job| match seen(job.index) {
            Seen::Served(wait) => minutes(wait),
            Seen::Left(wait) => minutes(wait) + job.worth,
            Seen::Missed => job.worth,
        };
        self.jobs.iter().map(one).sum()
    }

    /// When somebody can be served first.
    pub(super) fn ready(&self, job: &Job, freedom: Freedom) -> f64 {
        if self.may_choose(job, freedom) { self.opens } else { job.ready }
    }

    /// What it costs to begin at `start`: the wait. Who may be told when to come waits only after the
    /// doors have closed.
    pub(super) fn cost(&self, job: &Job, freedom: Freedom, start: f64) -> f64 {
        if self.may_choose(job, freedom) {
            (start - self.closes.max(job.arrival)).max(0.0)
        } else {
            start - job.arrival
        }
    }

    pub(super) fn may_choose(&self, job: &Job, freedom: Freedom) -> bool {
        freedom >= Freedom::Booking && job.has_appointment
    }

    /// The last moment at which the wait of somebody who may choose is 0.
    pub(super) fn no_wait_until(&self, job: &Job) -> f64 {
        self.closes.max(job.arrival)
    }
}

impl Job {
    /// Who can serve, as indices of groups.
    pub(super) fn able(&self) -> impl Iterator<Item = usize> + use<> {
        let groups = self.groups;
        (0..MOST_GROUPS).filter(move |group| groups >> group & 1 == 1)
    }

    /// Whether a group can serve.
    pub(super) fn is_for(&self, group: usize) -> bool {
        self.groups >> group & 1 == 1
    }

    /// What it costs that somebody leaves; without end for who waits for ever.
    pub(super) fn leaving(&self) -> f64 {
        self.patience + self.worth
    }
}

impl Group {
    fn is_like(&self, other: &Self) -> bool {
        let same = |a: &[(f64, f64)], b: &[(f64, f64)]| a == b;
        self.queues == other.queues
            && self.stays_for == other.stays_for
            && same(&self.shifts, &other.shifts)
            && same(&self.breaks, &other.breaks)
    }

    /// When they may begin to serve somebody within their shifts.
    pub(super) fn windows(&self, freedom: Freedom) -> Vec<(f64, f64)> {
        let mut windows = Vec::new();
        for &(from, until) in &self.shifts {
            let mut at = from;
            let fixed = freedom < Freedom::Template;
            let within = |pause: &&(f64, f64)| fixed && from <= pause.0 && pause.0 < until;
            for &(begin, end) in self.breaks.iter().filter(within) {
                if begin > at {
                    windows.push((at, begin));
                }
                at = at.max(end);
            }
            if at < until {
                windows.push((at, until));
            }
        }
        windows
    }

    /// From when on they serve somebody after their last shift, if they do.
    pub(super) fn stays_from(&self, job: &Job) -> Option<f64> {
        let end = self.shifts.last()?.1;
        self.stays_for.contains(job.queue).then_some(end)
    }
}
