//! A site on a date as a model of its day: what the plan says of clerks, breaks and blocks, and
//! what the operations say of people.
//!
//! ```
//! # use scheduler_core::monitor::WallClock;
//! # use scheduler_core::plan::{Budget, Options, plan};
//! # use scheduler_core::problem::Problem;
//! # use scheduler_core::scenario::Scenario;
//! use scheduler_core::simulate::office::Offices;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! # let scenario = Scenario::from_json(json.as_bytes())?;
//! # let problem = Problem::new(&scenario)?;
//! # let planning = Options { budget: Budget::Steps(200), ..Options::default() };
//! # let plan = plan(&problem, &planning, &WallClock::start())?.plan;
//! let offices = Offices::new(&problem, &plan)?;
//! let monday = offices.days[0].as_ref().ok_or("closed on Monday")?;
//! assert_eq!(monday.model.clerks.len(), 2);
//! assert_eq!(monday.paid_hours, 8.0);
//! # Ok(())
//! # }
//! ```

mod clock;
mod tables;

use std::sync::Arc;

use self::clock::Clock;
use self::tables::Tables;
use super::key;
use super::model::{
    ArrivalSegment, BreakRule, CallPolicy, Channel, Clerk, CustomerKind, DayBreak, DayModel,
    Lateness, MINUTE, Millis, QueueSet, RoomKind, Seat,
};
use super::sample::SampleError;
use crate::ledger::Ledger;
use crate::problem::{Plan, Problem, Set, Stay};
use crate::scenario;
use crate::time::Window;

/// Every open site on every date of a problem.
#[derive(Debug, Clone)]
pub struct Offices {
    /// By site-day; `None` where closed.
    pub days: Vec<Option<Office>>,
}

/// A site on a date.
#[derive(Debug, Clone)]
pub struct Office {
    /// The day, with an empty book.
    pub model: DayModel,
    /// For each clerk of the model the index of the clerk in the problem.
    pub clerks: Vec<usize>,
    /// By service the first of its kinds with an appointment: one person, then two and so on.
    kinds: Vec<(u32, u32)>,
    /// Shifts of all clerks together, breaks not counted, in hours.
    pub paid_hours: f64,
    /// Hours for which the doors are open.
    pub open_hours: f64,
    /// Of those hours, for each clerk of the model how many of them the clerk is there, breaks not
    /// counted.
    pub attended_hours: Vec<f64>,
    clock: Clock,
}

impl Office {
    /// The kind of an appointment for `service` with `persons` people.
    pub fn kind(&self, service: usize, persons: usize) -> u32 {
        let (first, most) = self.kinds[service];
        first + (persons.max(1) as u32 - 1).min(most - 1)
    }

    /// The kind of somebody without an appointment for `service`.
    pub fn walk_in_kind(&self, service: usize) -> u32 {
        // They come first, a kind for each service.
        service as u32
    }

    /// Time since midnight at which the wall clock shows `minute`.
    pub fn millis(&self, minute: u32) -> Millis {
        self.clock.millis(minute)
    }

    /// The model with breaks and walk-in blocks where the `ledger` of the day has them.
    pub fn staffed_by(&self, problem: &Problem, ledger: &Ledger) -> DayModel {
        let mut model = self.model.clone();
        for clerk in &mut model.clerks {
            clerk.breaks.clear();
            clerk.desk.clear();
            // Who sits where is settled from promise to promise.
            clerk.seats.clear();
        }
        let place = |clerk: usize| self.clerks.iter().position(|&other| other == clerk);
        for (shift, window) in ledger.breaks() {
            let (at, until) = self.clock.window(problem, window);
            if let Some(clerk) = place(problem.shifts[shift.0].clerk) {
                model.clerks[clerk].breaks.push(DayBreak { at, length: until - at });
            }
        }
        for (block, seat) in ledger.blocks() {
            if let Some(clerk) = place(seat.clerk.0) {
                model.clerks[clerk].desk.push(self.clock.window(problem, block.window));
            }
        }
        for clerk in &mut model.clerks {
            clerk.breaks.sort_unstable();
            clerk.desk.sort_unstable();
        }
        model
    }

    /// Expected walk-ins of the day.
    pub fn expected_walk_ins(&self) -> f64 {
        let hours = |segment: &ArrivalSegment| f64::from(segment.until - segment.from) / 3.6e6;
        self.model.walk_ins.iter().map(|segment| segment.per_hour * hours(segment)).sum()
    }
}

impl Offices {
    /// The days of `problem` as `plan` staffs them.
    ///
    /// # Errors
    /// Where a service time, lateness or patience is no distribution.
    pub fn new(problem: &Problem, plan: &Plan) -> Result<Self, SampleError> {
        let tables = Tables::new(problem)?;
        let days = problem.dates.len();
        let mut pauses = vec![Vec::new(); problem.clerks.len() * days];
        for pause in &plan.breaks {
            pauses[pause.clerk * days + pause.day].push(pause.window);
        }
        let mut desks = vec![Vec::new(); problem.site_days.len()];
        for block in &plan.walk_in_blocks {
            desks[problem.site_day(block.site, block.day)].push((block.clerk, block.window));
        }
        let mut stays = vec![Vec::new(); problem.site_days.len()];
        for stay in problem.stays(plan) {
            stays[problem.shifts[stay.shift].site_day].push(stay);
        }
        let mut walk_ins = vec![Vec::new(); problem.site_days.len()];
        for (index, entry) in problem.operations.walk_ins.iter().enumerate() {
            for &day in &entry.days {
                walk_ins[problem.site_day(entry.site, day)].push(index);
            }
        }
        let build = |(site_day, desks): (usize, &Vec<(usize, Window)>)| {
            let clock = Clock::new(problem, problem.site_days[site_day].day);
            let stays = &stays[site_day];
            let tables = &tables;
            let parts = Parts { problem, site_day, clock, tables, desks, pauses: &pauses, stays };
            parts.office(&walk_ins[site_day])
        };
        Ok(Self { days: desks.iter().enumerate().map(build).collect() })
    }
}

/// What one day is made of.
struct Parts<'a> {
    problem: &'a Problem,
    site_day: usize,
    clock: Clock,
    tables: &'a Tables,
    /// Walk-in blocks with their clerks.
    desks: &'a [(usize, Window)],
    /// Breaks by clerk and day.
    pauses: &'a [Vec<Window>],
    /// Who sits where, in order of clerk and start.
    stays: &'a [Stay],
}

impl Parts<'_> {
    /// `None` where closed.
    fn office(&self, walk_ins: &[usize]) -> Option<Office> {
        let problem = self.problem;
        let operations = &problem.operations;
        let place = &problem.site_days[self.site_day];
        let opens = self.clock.window(problem, *place.open.first()?).0;
        let closes = self.clock.window(problem, *place.open.last()?).1;
        let tickets = operations.tickets[self.site_day];
        let stop = tickets.stop_minutes.saturating_mul(MINUTE);
        let (mut kinds, walk_in_kinds) = self.walk_in_kinds();
        let mut booked = Vec::with_capacity(problem.services.len());
        for (service, tables) in self.tables.durations.iter().enumerate() {
            booked.push((kinds.len() as u32, tables.len() as u32));
            let entity = kinds.len() as u32;
            kinds.extend(tables.iter().map(|duration| CustomerKind {
                channel: Channel::Appointment,
                service: service as u32,
                queue: self.tables.queues[service],
                entity,
                duration: Arc::clone(duration),
                patience: None,
                priority: 0,
            }));
        }
        let (mut clerks, names) = self.clerks();
        let rooms = self.rooms(&mut clerks, &names);
        let seconds = |clerk: &Clerk| {
            let shifts = clerk.shifts.iter().map(|(from, until)| u64::from(until - from));
            let breaks = clerk.breaks.iter().map(|pause| u64::from(pause.length));
            shifts.sum::<u64>().saturating_sub(breaks.sum())
        };
        let paid_hours = clerks.iter().map(seconds).sum::<u64>() as f64 / 3.6e6;
        let open: Vec<(Millis, Millis)> =
            place.open.iter().map(|&open| self.clock.window(problem, open)).collect();
        let within = |from: Millis, until: Millis| -> f64 {
            let common = open.iter().map(|open| until.min(open.1).saturating_sub(from.max(open.0)));
            common.map(f64::from).sum::<f64>() / 3.6e6
        };
        let open_hours = open.iter().map(|open| f64::from(open.1 - open.0)).sum::<f64>() / 3.6e6;
        let attended_hours = clerks
            .iter()
            .map(|clerk| {
                let shifts = clerk.shifts.iter().map(|&(from, until)| within(from, until));
                let breaks = clerk.breaks.iter().map(|b| within(b.at, b.at + b.length));
                (shifts.sum::<f64>() - breaks.sum::<f64>()).max(0.0)
            })
            .collect();
        let model = DayModel {
            opens,
            closes,
            ticket_stop: closes.saturating_sub(stop).max(opens),
            ticket_cap: tickets.most,
            waiting_limit: tickets.most_waiting,
            kinds,
            rooms,
            clerks,
            appointments: Vec::new(),
            walk_ins: self.segments(walk_ins, &walk_in_kinds),
            lateness: Lateness { table: Some(Arc::clone(&self.tables.lateness)), not_before: 0 },
            policy: match operations.call_policy {
                scenario::CallPolicy::AppointmentsFirst => CallPolicy::AppointmentsFirst,
                scenario::CallPolicy::FirstCome => CallPolicy::FirstCome,
                scenario::CallPolicy::ByAppointmentTime => CallPolicy::ByAppointmentTime {
                    grace: (operations.grace_minutes * f64::from(MINUTE)) as Millis,
                },
                scenario::CallPolicy::DuePriority => CallPolicy::DuePriority,
                scenario::CallPolicy::Protected => CallPolicy::Protected,
                scenario::CallPolicy::WalkInDesks => CallPolicy::WalkInDesks,
            },
            break_rule: match operations.break_rule {
                scenario::BreakRule::Wait => BreakRule::Wait,
                scenario::BreakRule::Ignore => BreakRule::Ignore,
                scenario::BreakRule::Preempt => BreakRule::Preempt,
            },
            shared_breaks: Vec::new(),
        };
        Some(Office {
            model,
            clerks: names,
            kinds: booked,
            paid_hours,
            open_hours,
            attended_hours,
            clock: self.clock.clone(),
        })
    }

    /// Kinds without an appointment, and which of them each service is.
    fn walk_in_kinds(&self) -> (Vec<CustomerKind>, Vec<u32>) {
        let mut kinds: Vec<CustomerKind> = Vec::with_capacity(self.problem.services.len());
        for (service, tables) in self.tables.durations.iter().enumerate() {
            let Some(duration) = tables.first() else { continue };
            let mut entity = key::of(&self.problem.services[service].id) as u32;
            while kinds.iter().any(|kind| kind.entity == entity) {
                entity = entity.wrapping_add(1);
            }
            kinds.push(CustomerKind {
                channel: Channel::WalkIn,
                service: service as u32,
                queue: self.tables.queues[service],
                entity,
                duration: Arc::clone(duration),
                patience: self.tables.patience.clone(),
                priority: 0,
            });
        }
        let of_service = (0..kinds.len() as u32).collect();
        (kinds, of_service)
    }

    /// Clerks on duty, and who they are.
    fn clerks(&self) -> (Vec<Clerk>, Vec<usize>) {
        let problem = self.problem;
        let place = &problem.site_days[self.site_day];
        let mut clerks: Vec<Clerk> = Vec::new();
        let mut names: Vec<usize> = Vec::new();
        for shift in &problem.shifts[place.shifts.clone()] {
            if names.last() != Some(&shift.clerk) {
                names.push(shift.clerk);
                clerks.push(self.clerk(shift.clerk));
            }
            let Some(clerk) = clerks.last_mut() else { continue };
            let present = shift.present().map(|window| self.clock.window(problem, window));
            clerk.shifts.extend(present);
            let pauses = &self.pauses[shift.clerk * problem.dates.len() + place.day];
            for pause in pauses.iter().filter(|pause| shift.window.covers(**pause)) {
                let (at, until) = self.clock.window(problem, *pause);
                clerk.breaks.push(DayBreak { at, length: until - at });
            }
        }
        for clerk in &mut clerks {
            clerk.breaks.sort_unstable_by_key(|pause| pause.at);
        }
        (clerks, names)
    }

    fn clerk(&self, clerk: usize) -> Clerk {
        let problem = self.problem;
        let skills: &Set = &problem.clerks[clerk].skills;
        let able =
            |&(_, &service): &(usize, &usize)| problem.services[service].skills.is_subset(skills);
        let queues = self.tables.needs.iter().enumerate().filter(able);
        let mut desk: Vec<(Millis, Millis)> = self
            .desks
            .iter()
            .filter(|(of, _)| *of == clerk)
            .map(|(_, window)| self.clock.window(problem, *window))
            .collect();
        desk.sort_unstable();
        Clerk {
            queues: QueueSet::of(queues.map(|(queue, _)| queue as u32)),
            shifts: Vec::new(),
            breaks: Vec::new(),
            desk,
            seats: Vec::new(),
        }
    }

    /// Rooms in kinds; none where there are enough of them for everybody. Services without a room
    /// have a kind of their own that never runs out. Seats `clerks`, who are called `names`, as the
    /// plan does.
    fn rooms(&self, clerks: &mut [Clerk], names: &[usize]) -> Vec<RoomKind> {
        let problem = self.problem;
        let rooms = &problem.sites[problem.site_days[self.site_day].site].rooms;
        let mut kinds: Vec<RoomKind> = Vec::new();
        let mut kind_of = Vec::with_capacity(rooms.len());
        for &room in rooms {
            let suits = |&(_, &service): &(usize, &usize)| {
                problem.services[service].needs_room && problem.room_fits(room, service)
            };
            let queues = self.tables.needs.iter().enumerate().filter(suits);
            let queues = QueueSet::of(queues.map(|(queue, _)| queue as u32));
            let known = kinds.iter().position(|kind| kind.queues == queues);
            let kind = known.unwrap_or(kinds.len());
            if known.is_none() {
                kinds.push(RoomKind { count: 0, queues });
            }
            kinds[kind].count += 1;
            kind_of.push(kind as u32);
        }
        let with_room = |needs_room: bool| {
            let queues = self.tables.needs.iter().enumerate();
            let queues = queues.filter(|&(_, &s)| problem.services[s].needs_room == needs_room);
            QueueSet::of(queues.map(|(queue, _)| queue as u32))
        };
        let (all, roomless) = (with_room(true), with_room(false));
        let ample =
            kinds.iter().filter(|kind| kind.queues == all).map(|kind| kind.count).sum::<u32>();
        if kinds.is_empty() {
            // A room kind that nobody can use binds, where an empty list would not.
            kinds.push(RoomKind { count: 0, queues: QueueSet::default() });
        }
        if ample as usize >= clerks.len() {
            return Vec::new();
        }
        for stay in self.stays {
            let room = rooms.iter().position(|&room| room == stay.room);
            let clerk = names.iter().position(|&clerk| clerk == stay.clerk);
            if let (Some(room), Some(clerk)) = (room, clerk) {
                let (from, until) = self.clock.window(problem, stay.window);
                clerks[clerk].seats.push(Seat { from, until, room: kind_of[room] });
            }
        }
        if roomless != QueueSet::default() {
            kinds.push(RoomKind { count: RoomKind::NONE_NEEDED, queues: roomless });
        }
        kinds
    }

    /// Arrivals of the entries, cut to the opening hours and laid side by side.
    fn segments(&self, entries: &[usize], kinds: &[u32]) -> Vec<ArrivalSegment> {
        let operations = &self.problem.operations;
        let place = &self.problem.site_days[self.site_day];
        let windows: Vec<(Millis, Millis, usize)> = entries
            .iter()
            .map(|&entry| {
                let walk_ins = &operations.walk_ins[entry];
                (self.clock.millis(walk_ins.from), self.clock.millis(walk_ins.until), entry)
            })
            .collect();
        let mut segments = Vec::new();
        for &open in &place.open {
            let (opens, closes) = self.clock.window(self.problem, open);
            let mut cuts: Vec<Millis> = windows.iter().flat_map(|w| [w.0, w.1]).collect();
            cuts.extend([opens, closes]);
            cuts.retain(|&cut| opens <= cut && cut <= closes);
            cuts.sort_unstable();
            cuts.dedup();
            for pair in cuts.windows(2) {
                let (from, until) = (pair[0], pair[1]);
                let mut rates = vec![0.0; kinds.len()];
                for &(_, _, entry) in windows.iter().filter(|w| w.0 <= from && until <= w.1) {
                    let walk_ins = &operations.walk_ins[entry];
                    for &(service, share) in &walk_ins.mix {
                        let stay = 1.0 - operations.online[service];
                        rates[service] += walk_ins.per_hour * share * stay;
                    }
                }
                let per_hour: f64 = rates.iter().sum();
                if per_hour > 0.0 {
                    let mix = rates.iter().zip(kinds).filter(|(rate, _)| **rate > 0.0);
                    let mix = mix.map(|(rate, &kind)| (kind, rate / per_hour)).collect();
                    segments.push(ArrivalSegment { from, until, per_hour, mix });
                }
            }
        }
        segments
    }
}
