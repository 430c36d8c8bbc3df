//! A good timetable of a day that is known beforehand.
//!
//! People are put into clerks' days one after the other, each where they can begin first, in gaps too.
//! Their order is what is searched: somebody goes before or after others, and where breaks are free one
//! of them moves; what is no worse stays. As each clerk serves whole visits between breaks, a timetable is
//! one that the office could have had.

use super::day::{Day, Freedom, Job};
use crate::simulate::random::{Draws, Purpose};

/// Visits that are placed in a search, all attempts together.
const WORK: usize = 500_000;

/// Places by which somebody moves up or down.
const FAR: u64 = 24;

/// Minutes to which breaks are moved.
const GRID: f64 = 5.0;

/// The order in which people are placed, and where breaks are.
#[derive(Debug)]
pub(super) struct Timetable {
    /// Indices of jobs.
    order: Vec<usize>,
    /// By clerk.
    clerks: Vec<ClerkDay>,
}

#[derive(Debug, Clone)]
struct ClerkDay {
    group: usize,
    /// In order of time.
    breaks: Vec<(f64, f64)>,
    /// Breaks and visits in order of time.
    busy: Vec<(f64, f64)>,
}

impl Timetable {
    /// Those who came first, first.
    pub(super) fn new(day: &Day) -> Self {
        let mut order: Vec<usize> = (0..day.jobs.len()).collect();
        order.sort_by(|&a, &b| day.jobs[a].ready.total_cmp(&day.jobs[b].ready).then(a.cmp(&b)));
        let mut clerks = Vec::new();
        for (group, of) in day.groups.iter().enumerate() {
            let mut breaks = of.breaks.clone();
            breaks.sort_by(|a, b| a.0.total_cmp(&b.0));
            let clerk = ClerkDay { group, breaks, busy: Vec::new() };
            clerks.extend(std::iter::repeat_n(clerk, of.count));
        }
        // Whom fewer people need goes first.
        let needed =
            |clerk: &ClerkDay| day.jobs.iter().filter(|job| job.is_for(clerk.group)).count();
        clerks.sort_by_cached_key(needed);
        Self { order, clerks }
    }

    /// Searches with this much freedom. Returns the least loss that was found.
    pub(super) fn improve(&mut self, day: &Day, freedom: Freedom) -> f64 {
        let jobs = &day.jobs;
        let mut best = self.loss(day, freedom, f64::INFINITY);
        let by = |order: &mut Vec<usize>, key: &dyn Fn(&Job) -> (bool, f64)| {
            order.sort_by(|&a, &b| {
                let (a, b) = (key(&jobs[a]), key(&jobs[b]));
                a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
            });
        };
        let mut others = [self.order.clone(), self.order.clone(), self.order.clone()];
        by(&mut others[0], &|job| (false, job.minutes));
        by(&mut others[1], &|job| (!job.has_appointment, job.ready));
        // Who can come at any time goes where others leave room.
        by(&mut others[2], &|job| {
            let chooses = day.may_choose(job, freedom);
            (chooses, if chooses { -job.minutes } else { job.ready })
        });
        let dispatched = self.dispatched(day, freedom);
        for other in others.into_iter().chain([dispatched]) {
            let before = std::mem::replace(&mut self.order, other);
            let loss = self.loss(day, freedom, best);
            if loss < best {
                best = loss;
            } else {
                self.order = before;
            }
        }
        let count = self.order.len();
        if count < 2 {
            return best;
        }
        let draws = Draws::new(1, 0, freedom as u64);
        for round in 0..(WORK / count).clamp(50, 5000) as u32 {
            if best <= 0.0 {
                break;
            }
            let bits = draws.bits(Purpose::Choice, round, 0);
            let (what, whom, far) = (bits % 10, bits >> 8, bits >> 40);
            if freedom >= Freedom::Template && what < 4 {
                self.move_break(day, freedom, (whom, far), &mut best);
                continue;
            }
            let from = (whom % (1 << 32)) as usize % count;
            let to = from as i64 + (far % (2 * FAR + 1)) as i64 - FAR as i64;
            let to = to.clamp(0, count as i64 - 1) as usize;
            if from == to {
                continue;
            }
            self.shift(from, to);
            let loss = self.loss(day, freedom, best);
            if loss <= best {
                best = loss;
            } else {
                self.shift(to, from);
            }
        }
        best
    }

    /// The order in which people begin where whoever is free takes the shortest of those who wait; who may
    /// choose when to come goes last.
    fn dispatched(&mut self, day: &Day, freedom: Freedom) -> Vec<usize> {
        for clerk in &mut self.clerks {
            clerk.busy.clone_from(&clerk.breaks);
        }
        let (last, mut left): (Vec<usize>, Vec<usize>) =
            self.order.iter().partition(|&&index| day.may_choose(&day.jobs[index], freedom));
        let mut order = Vec::with_capacity(self.order.len());
        while !left.is_empty() {
            // Start, minutes, place in the list, clerk.
            let mut next: Option<(f64, f64, usize, usize)> = None;
            for (at, &index) in left.iter().enumerate() {
                let job = &day.jobs[index];
                let before = next.map_or(f64::INFINITY, |next| next.0);
                for (clerk, of) in self.clerks.iter().enumerate() {
                    // As early as another is early enough for who is shorter.
                    let Some(start) = of
                        .first(day, job, job.ready, before + 1e-9)
                        .filter(|_| job.is_for(of.group))
                    else {
                        continue;
                    };
                    let one = (start, job.minutes, at, clerk);
                    if next.is_none_or(|next| (one.0, one.1) < (next.0, next.1)) {
                        next = Some(one);
                    }
                }
            }
            let Some((start, minutes, at, clerk)) = next else { break };
            let index = left.remove(at);
            order.push(index);
            if start - day.jobs[index].arrival <= day.jobs[index].patience {
                let busy = &mut self.clerks[clerk].busy;
                let at = busy.partition_point(|other| other.0 < start);
                busy.insert(at, (start, start + minutes));
            }
        }
        order.extend(left);
        order.extend(last);
        order
    }

    /// Somebody goes from one place in the order to another.
    fn shift(&mut self, from: usize, to: usize) {
        if from < to {
            self.order[from..=to].rotate_left(1);
        } else {
            self.order[to..=from].rotate_right(1);
        }
    }

    fn move_break(&mut self, day: &Day, freedom: Freedom, (whom, far): (u64, u64), best: &mut f64) {
        let clerk = (whom % self.clerks.len().max(1) as u64) as usize;
        let Some(ClerkDay { group, breaks, .. }) = self.clerks.get(clerk) else { return };
        if breaks.is_empty() {
            return;
        }
        let before = breaks.clone();
        let (begin, end) = before[far as usize % before.len()];
        let shifts = &day.groups[*group].shifts;
        let Some(shift) = shifts.iter().find(|shift| shift.0 <= begin && begin < shift.1) else {
            return;
        };
        let places = ((shift.1 - shift.0 - (end - begin)) / GRID).floor().max(0.0) as u64 + 1;
        let at = shift.0 + (far / 16 % places) as f64 * GRID;
        let mut moved: Vec<(f64, f64)> =
            before.iter().copied().filter(|&pause| pause != (begin, end)).collect();
        let new = (at, at + end - begin);
        if moved.iter().any(|other| other.0 < new.1 && new.0 < other.1) {
            return;
        }
        moved.push(new);
        moved.sort_by(|a, b| a.0.total_cmp(&b.0));
        self.clerks[clerk].breaks = moved;
        let loss = self.loss(day, freedom, *best);
        if loss <= *best {
            *best = loss;
        } else {
            self.clerks[clerk].breaks = before;
        }
    }

    /// Loss where people are placed in this order; something above `most` as soon as it is more.
    fn loss(&mut self, day: &Day, freedom: Freedom, most: f64) -> f64 {
        for clerk in &mut self.clerks {
            clerk.busy.clone_from(&clerk.breaks);
        }
        let mut loss = 0.0;
        for &index in &self.order {
            let job = &day.jobs[index];
            let ready = day.ready(job, freedom);
            let mut best: Option<(f64, usize)> = None;
            for (place, clerk) in self.clerks.iter().enumerate() {
                if !job.is_for(clerk.group) {
                    continue;
                }
                let before = best.map_or(f64::INFINITY, |best| best.0);
                if let Some(start) = clerk.first(day, job, ready, before) {
                    best = Some((start, place));
                    if start <= ready {
                        break;
                    }
                }
            }
            let served = best.map(|(start, place)| (day.cost(job, freedom, start), start, place));
            match served.filter(|&(wait, ..)| wait <= job.patience) {
                Some((wait, start, place)) => {
                    loss += wait;
                    let busy = &mut self.clerks[place].busy;
                    let at = busy.partition_point(|other| other.0 < start);
                    busy.insert(at, (start, start + job.minutes));
                }
                None => loss += job.leaving(),
            }
            if loss > most {
                return loss;
            }
        }
        loss
    }
}

impl ClerkDay {
    /// The first moment from `ready` on at which the clerk can begin with somebody, if it is before
    /// `before`.
    fn first(&self, day: &Day, job: &Job, ready: f64, before: f64) -> Option<f64> {
        let group = &day.groups[self.group];
        let stays = group.stays_from(job).map(|from| (from, f64::INFINITY));
        for (from, until) in group.shifts.iter().copied().chain(stays) {
            let until = until.min(before);
            let mut start = ready.max(from);
            let mut next = self.busy.partition_point(|busy| busy.1 <= start);
            while start < until {
                match self.busy.get(next) {
                    Some(busy) if busy.0 < start + job.minutes => {
                        start = start.max(busy.1);
                        next += 1;
                    }
                    _ => return Some(start),
                }
            }
        }
        None
    }
}
