//! A queue in equilibrium as a day so long that its beginning can be left out.

use scheduler_core::simulate::{
    model::{
        ArrivalSegment, Booking, BreakRule, CallPolicy, Channel, Clerk, CustomerKind, DayModel,
        Lateness, Millis, QueueSet,
    },
    random::Draws,
    service_day::{Leaver, Left, Observer, PreparedDay, Scratch, Visit, run_day},
    tally::Histogram,
};

use super::{
    Unanswered,
    batches::{Batches, Experiment},
    clock::{Clock, OPENS},
    queue::{Queue, Shape},
    refused,
};
use crate::cases::SimulatedFigures;

/// A queue as a day so long that its beginning can be left out.
#[derive(Debug)]
pub(super) struct LongDay {
    day: PreparedDay,
    clock: Clock,
    /// Customers count who come in between.
    from: Millis,
    until: Millis,
    limits: Vec<Millis>,
    customers: f64,
}

impl LongDay {
    pub(super) fn new(queue: &Queue) -> Result<Self, Unanswered> {
        let memory = queue.memory()?;
        let rate: f64 = queue.classes.iter().map(|class| class.rate).sum();
        // Fifteen times the memory leaves e^-15 of the beginning.
        let (warm_up, counted) = (15.0 * memory, (60.0 * memory).clamp(2e4, 1e6));
        let customers = warm_up + counted;
        let mean = queue.classes.iter().map(|class| class.mean).fold(f64::INFINITY, f64::min);
        // The rest of the clock is for the last ones to be served.
        let clock = Clock::new(1.5 * customers / rate, mean);
        let (from, until) = (clock.after(warm_up / rate), clock.after(customers / rate));
        let mut kinds = Vec::new();
        let mut mix = Vec::new();
        let mut appointments = Vec::new();
        for (index, class) in (0_u32..).zip(&queue.classes) {
            let duration = match class.shape {
                Shape::Gamma(squared) => clock.service(class.mean, squared)?,
                Shape::Lognormal(cv) => clock.lognormal(class.mean, cv)?,
            };
            let patience = queue.patience.map(|mean| clock.service(mean, 1.0)).transpose()?;
            let channel = if class.regular { Channel::Appointment } else { Channel::WalkIn };
            let priority = index.min(255) as u8;
            let kind = CustomerKind {
                channel,
                service: index,
                queue: 0,
                entity: index,
                duration,
                patience,
                priority,
            };
            kinds.push(kind);
            if class.regular {
                let arrivals = (0..customers as u32).map(|entity| Booking {
                    at: clock.after(f64::from(entity) / class.rate),
                    kind: index,
                    show: 1.0,
                    entity,
                });
                appointments.extend(arrivals);
            } else {
                mix.push((index, class.rate));
            }
        }
        let clerk =
            Clerk { queues: QueueSet::of([0]), shifts: vec![(OPENS, until)], ..Clerk::default() };
        let per_hour = clock.per_hour(mix.iter().map(|(_, rate)| rate).sum());
        let model = DayModel {
            opens: OPENS,
            closes: until,
            ticket_stop: until,
            ticket_cap: None,
            waiting_limit: queue.seats,
            kinds,
            clerks: vec![clerk; queue.servers as usize],
            rooms: Vec::new(),
            appointments,
            walk_ins: vec![ArrivalSegment { from: OPENS, until, per_hour, mix }],
            lateness: Lateness::default(),
            policy: CallPolicy::AppointmentsFirst,
            break_rule: BreakRule::Wait,
            shared_breaks: Vec::new(),
        };
        let day = PreparedDay::new(model).map_err(refused)?;
        let limits = queue.limits.iter().map(|&limit| clock.length(limit)).collect();
        Ok(Self { day, clock, from, until, limits, customers })
    }

    pub(super) fn figures(&self, batches: &Batches, queue: &Queue) -> SimulatedFigures {
        let time = f64::from(self.until - self.from);
        let minutes = self.clock.back(1.0);
        let servers = f64::from(queue.servers);
        let mut figures = SimulatedFigures::new();
        let mut put = |name: &str, found| figures.insert(name.to_owned(), found);
        let wait = batches.ratio(WAIT, SERVED).times(minutes);
        put("Wq", wait);
        put("Wq_all", wait);
        put("Wq_mean", wait);
        put("Wq_accepted", wait);
        put("exact_steady_state_Wq", wait);
        put("W", batches.ratio(STAY, SERVED).times(minutes));
        put("Wq_cond", batches.ratio(WAIT, WAITED).times(minutes));
        let square = |sums: &[f64]| {
            let mean = sums[WAIT] / sums[SERVED];
            (sums[WAIT_SQUARED] / sums[SERVED] - mean * mean) * minutes * minutes
        };
        put("Var_Wq", batches.figure(square));
        put("SD_Wq", batches.figure(|sums| square(sums).sqrt()));
        put("EW_all", batches.figure(|sums| (sums[WAIT] + sums[WAIT_LEFT]) / sums[CAME] * minutes));
        put("Lq", batches.mean(LINE).times(1.0 / time));
        put("L", batches.mean(INSIDE).times(1.0 / time));
        let busy = batches.mean(BUSY).times(1.0 / time);
        put("utilisation", busy.times(1.0 / servers));
        put("occupancy", busy.times(1.0 / servers));
        put("carried", busy);
        put("carried_load", busy);
        if queue.seats.is_none() && queue.patience.is_none() {
            // With losses it means what is offered, which no simulation is needed for.
            put("rho", busy.times(1.0 / servers));
        }
        put("throughput", batches.mean(SERVED).times(1.0 / (time * minutes)));
        let waiting = batches.share(ALL_BUSY, CAME);
        put("P_all_busy", waiting);
        put("P_wait", waiting);
        put("waiting_probability", waiting);
        let blocked = batches.share(BLOCKED, CAME);
        put("P_block", blocked);
        put("B", blocked);
        put("blocking", blocked);
        put("P_abandon", batches.share(ABANDONED, CAME));
        for (index, limit) in queue.limits.iter().enumerate() {
            put(&format!("P_W_gt.{limit}"), batches.share(FIXED + index, SERVED));
        }
        for percent in [50.0, 75.0, 80.0, 90.0, 95.0, 99.0] {
            if let Some(found) = batches.quantile(percent / 100.0) {
                put(&format!("W_p{percent}"), found.times(minutes));
            }
        }
        for class in 0..queue.classes.len() {
            let at = FIXED + self.limits.len() + 2 * class;
            let wait = batches.ratio(at + 1, at).times(minutes);
            for name in names_of_class(class, queue.classes.len()) {
                put(&name, wait);
            }
        }
        figures
    }
}

/// What files call the wait of one of several classes.
fn names_of_class(class: usize, of: usize) -> Vec<String> {
    if of < 2 {
        return Vec::new();
    }
    let spoken = [["1", "2"], ["_1", "_2"], ["_high", "_low"], ["_hi", "_lo"], ["_appt", "_walk"]];
    let number = (class + 1).to_string();
    let mut names = vec![format!("Wq.{class}"), format!("Wq_class{number}"), format!("Wq{number}")];
    names.push(format!("Wq_{number}"));
    for suffix in spoken.iter().filter_map(|suffixes| suffixes.get(class)) {
        names.extend(["Wq", "EW", "W"].map(|stem| format!("{stem}{suffix}")));
    }
    names
}

/// Sums of a long day, followed by one for each limit and two for each class.
const CAME: usize = 0;
const SERVED: usize = 1;
const WAIT: usize = 2;
const WAIT_SQUARED: usize = 3;
const WAITED: usize = 4;
const STAY: usize = 5;
const BLOCKED: usize = 6;
const ABANDONED: usize = 7;
const WAIT_LEFT: usize = 8;
const ALL_BUSY: usize = 9;
/// Time that people spent in line, in all, and in service inside of the window.
const LINE: usize = 10;
const INSIDE: usize = 11;
const BUSY: usize = 12;
const FIXED: usize = 13;

impl Experiment for LongDay {
    fn sums(&self) -> usize {
        FIXED + self.limits.len() + 2 * self.day.model().kinds.len()
    }

    fn customers(&self) -> f64 {
        self.customers
    }

    fn replicate(
        &self,
        draws: Draws,
        scratch: &mut Scratch,
        sums: &mut [f64],
        waits: &mut Histogram,
    ) {
        let mut watch = Watch { long: self, sums, waits };
        run_day(&self.day, self.day.as_planned(), draws, scratch, &mut watch);
    }
}

/// Adds up one replication.
struct Watch<'a> {
    long: &'a LongDay,
    sums: &'a mut [f64],
    waits: &'a mut Histogram,
}

impl Watch<'_> {
    /// What of a time lies inside of the window.
    fn inside(&self, from: Millis, until: Millis) -> f64 {
        let (from, until) = (from.max(self.long.from), until.min(self.long.until));
        f64::from(until.saturating_sub(from))
    }

    fn counts(&self, arrival: Millis) -> bool {
        (self.long.from..self.long.until).contains(&arrival)
    }
}

impl Observer for Watch<'_> {
    fn served(&mut self, visit: &Visit) {
        let line = self.inside(visit.arrival, visit.begin);
        let busy = self.inside(visit.begin, visit.end);
        self.sums[LINE] += line;
        self.sums[BUSY] += busy;
        self.sums[INSIDE] += line + busy;
        if !self.counts(visit.arrival) {
            return;
        }
        let wait = f64::from(visit.wait());
        let waited = f64::from(u8::from(visit.wait() > 0));
        self.sums[CAME] += 1.0;
        self.sums[SERVED] += 1.0;
        self.sums[WAIT] += wait;
        self.sums[WAIT_SQUARED] += wait * wait;
        self.sums[WAITED] += waited;
        self.sums[ALL_BUSY] += waited;
        self.sums[STAY] += f64::from(visit.end - visit.arrival);
        for (index, &limit) in self.long.limits.iter().enumerate() {
            self.sums[FIXED + index] += f64::from(u8::from(visit.wait() > limit));
        }
        let class = FIXED + self.long.limits.len() + 2 * visit.kind as usize;
        self.sums[class] += 1.0;
        self.sums[class + 1] += wait;
        self.waits.count(visit.wait());
    }

    fn left(&mut self, leaver: &Leaver) {
        let line = self.inside(leaver.arrival, leaver.at);
        self.sums[LINE] += line;
        self.sums[INSIDE] += line;
        if !self.counts(leaver.arrival) {
            return;
        }
        self.sums[CAME] += 1.0;
        self.sums[ALL_BUSY] += 1.0;
        self.sums[WAIT_LEFT] += f64::from(leaver.at - leaver.arrival);
        let why = if leaver.why == Left::Full { BLOCKED } else { ABANDONED };
        self.sums[why] += 1.0;
    }
}
