//! Judges a day by what was seen of it, from the definition of the model alone.

use scheduler_core::simulate::{
    model::{BreakRule, CallPolicy, Channel, DayModel, Millis},
    random::Draws,
    service_day::{DayEnd, Leaver, Missed, Observer, PreparedDay, Scratch, Visit, run_day},
};

/// Everything that was seen.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub visits: Vec<Visit>,
    pub leavers: Vec<Leaver>,
    pub missed: Vec<Missed>,
}

impl Observer for Seen {
    fn served(&mut self, visit: &Visit) {
        self.visits.push(*visit);
    }

    fn left(&mut self, leaver: &Leaver) {
        self.leavers.push(*leaver);
    }

    fn missed(&mut self, missed: &Missed) {
        self.missed.push(*missed);
    }
}

/// One replication of a day.
pub(crate) fn see(model: &DayModel, seed: u64) -> (Seen, DayEnd) {
    let day = PreparedDay::new(model.clone()).unwrap();
    let mut seen = Seen::default();
    let draws = Draws::new(seed, 0, 0);
    let end = run_day(&day, day.as_planned(), draws, &mut Scratch::new(), &mut seen);
    (seen, end)
}

/// Where somebody stood in the queue, as far as the policy without regard to clerks says.
fn comes_before(model: &DayModel, first: &Visit, second: &Visit, now: Millis) -> bool {
    let place = |visit: &Visit| {
        let kind = &model.kinds[visit.kind as usize];
        let (booked, priority) = (kind.channel == Channel::Appointment, kind.priority);
        let due = visit.due.unwrap_or(0);
        match model.policy {
            CallPolicy::AppointmentsFirst => (u8::from(!booked), priority, visit.arrival),
            CallPolicy::FirstCome => (0, 0, visit.arrival),
            CallPolicy::ByAppointmentTime { grace } => {
                let in_time = booked && visit.arrival <= due + grace;
                (0, 0, if in_time { due } else { visit.arrival })
            }
            CallPolicy::DuePriority => match (booked, now >= due) {
                (true, true) => (priority, 0, due),
                (false, _) => (priority, 1, visit.arrival),
                (true, false) => (priority, 2, due),
            },
            CallPolicy::Protected | CallPolicy::WalkInDesks => (0, 0, 0),
        }
    };
    place(first) < place(second)
}

/// Everything that is wrong with a day.
pub(crate) fn judge(model: &DayModel, seen: &Seen, end: &DayEnd) -> Vec<String> {
    let mut wrong = Vec::new();
    judge_clerks(model, seen, &mut wrong);
    judge_rooms(model, seen, &mut wrong);
    if model.rooms.is_empty() && model.policy != CallPolicy::WalkInDesks {
        judge_order(model, seen, &mut wrong);
    }
    let waits: u64 = seen.visits.iter().map(|visit| u64::from(visit.wait())).sum();
    let lost: u64 = seen.leavers.iter().map(|l| u64::from(l.at - l.arrival)).sum();
    if end.waited != waits + lost {
        wrong.push(format!("{} waited, but waits are {waits} and {lost}", end.waited));
    }
    let inside: u64 = seen.visits.iter().map(|visit| u64::from(visit.end - visit.begin)).sum();
    let interrupted = model.break_rule == BreakRule::Preempt;
    if end.busy > inside || end.busy < inside && !interrupted {
        wrong.push(format!("{} busy, but services are {inside}", end.busy));
    }
    if end.staffed + end.worked_over < end.busy + end.paused && !interrupted {
        wrong.push(format!("more done than time: {end:?}"));
    }
    let comes: usize = seen.visits.iter().filter(|v| v.due.is_some()).count();
    let turned: usize = seen.leavers.iter().filter(|l| l.due.is_some()).count();
    if comes + turned + seen.missed.len() != model.appointments.len() {
        wrong.push("appointments got lost".to_owned());
    }
    let tickets = seen.visits.iter().filter(|visit| visit.due.is_none());
    if model.ticket_cap.is_some_and(|cap| tickets.clone().count() > cap as usize) {
        wrong.push("more tickets than there were".to_owned());
    }
    if tickets.clone().any(|visit| visit.arrival >= model.ticket_stop) {
        wrong.push("a ticket after the stop".to_owned());
    }
    wrong
}

fn judge_clerks(model: &DayModel, seen: &Seen, wrong: &mut Vec<String>) {
    for (index, clerk) in (0_u32..).zip(&model.clerks) {
        let mut own: Vec<_> = seen.visits.iter().filter(|visit| visit.clerk == index).collect();
        own.sort_by_key(|visit| (visit.begin, visit.end));
        if own.windows(2).any(|pair| pair[1].begin < pair[0].end) {
            wrong.push(format!("clerk {index} serves two at once"));
        }
        let last = clerk.shifts.last().map_or(0, |shift| shift.1);
        for visit in own {
            let kind = &model.kinds[visit.kind as usize];
            if !clerk.queues.contains(kind.queue) {
                wrong.push(format!("clerk {index} cannot serve {visit:?}"));
            }
            let on_duty = clerk.shifts.iter().any(|s| (s.0..s.1).contains(&visit.begin));
            if visit.begin < model.opens || !on_duty && visit.begin < last {
                wrong.push(format!("clerk {index} is not there for {visit:?}"));
            }
            if visit.begin < visit.arrival {
                wrong.push(format!("served before coming: {visit:?}"));
            }
        }
    }
}

/// Whoever is in service at the same time has a room: each set of queues has no more than the rooms
/// that any of them can use.
fn judge_rooms(model: &DayModel, seen: &Seen, wrong: &mut Vec<String>) {
    if model.rooms.is_empty() {
        return;
    }
    for visit in &seen.visits {
        let now = visit.begin;
        let inside = seen.visits.iter().filter(|v| v.begin <= now && now < v.end);
        for queues in 1_u32..1 << super::strategy::QUEUES {
            let of = |queue: u32| queues >> queue & 1 == 1;
            let used = inside.clone().filter(|v| of(model.kinds[v.kind as usize].queue)).count();
            let fits = |room: &&scheduler_core::simulate::model::RoomKind| {
                (0..super::strategy::QUEUES).any(|q| of(q) && room.queues.contains(q))
            };
            let there: u32 = model.rooms.iter().filter(fits).map(|room| room.count).sum();
            if used > there as usize {
                wrong.push(format!("{used} in {there} rooms at {now}"));
            }
        }
    }
}

/// Nobody is called while somebody waits who comes first and whom the same clerk could serve.
fn judge_order(model: &DayModel, seen: &Seen, wrong: &mut Vec<String>) {
    let last_of = |clerk: u32| model.clerks[clerk as usize].shifts.last().map_or(0, |s| s.1);
    for called in &seen.visits {
        let clerk = &model.clerks[called.clerk as usize];
        // After the last shift a clerk stays only for those whom nobody else would serve.
        if called.begin >= last_of(called.clerk) {
            continue;
        }
        for other in &seen.visits {
            let waits = other.arrival < called.begin && called.begin < other.begin;
            let able = clerk.queues.contains(model.kinds[other.kind as usize].queue);
            if waits && able && comes_before(model, other, called, called.begin) {
                wrong.push(format!("{called:?} was called before {other:?}"));
            }
        }
    }
}
