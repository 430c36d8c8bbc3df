//! Queues in equilibrium: long days of which the beginning is not counted.

use scheduler_core::simulate::{
    day::{Day, Leaver, Left, Observer, Scratch, Visit, run_day},
    model::{
        ArrivalSegment, Booking, BreakRule, CallPolicy, Channel, Clerk, DayModel, Kind, Lateness,
        Millis, QueueSet,
    },
    random::Draws,
    tally::Histogram,
};

use super::{
    Answer, Unanswered,
    batches::{Batches, Experiment, SEED, run},
    clock::{Clock, OPENS},
    refused,
};
use crate::cases::{Case, Params, SimulatedFigures, expected};

/// A queue: classes of customers, the highest first, at servers that serve all of them.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    pub classes: Vec<Class>,
    pub servers: u32,
    /// Customers who may wait.
    pub seats: Option<u32>,
    /// Mean of an exponential patience.
    pub patience: Option<f64>,
    /// Waits whose excess is counted.
    pub limits: Vec<f64>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Class {
    pub rate: f64,
    pub mean: f64,
    pub shape: Shape,
    /// At equal distances instead of at random.
    pub regular: bool,
}

/// How service times are distributed.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    /// By squared coefficient of variation: constant, exponential, or gamma.
    Gamma(f64),
    /// By coefficient of variation.
    Lognormal(f64),
}

pub(super) fn figures(case: &Case) -> Answer {
    let queue = Queue::read(case)?;
    queue.figures(case)
}

impl Queue {
    fn read(case: &Case) -> Result<Self, Unanswered> {
        let params = &case.params;
        let servers = params.maybe_count(&["c", "servers", "counters"]).unwrap_or(1);
        let expected = expected(case);
        let loss = ["P_block", "B", "blocking"].iter().any(|name| expected.contains_key(*name));
        let places = params.maybe_count(&["K", "capacity"]);
        let theta = params.maybe(&["theta"]);
        let patience =
            theta.map(f64::recip).or_else(|| params.maybe(&["patience", "mean_patience"]));
        let seats = places
            .map(|places| places.saturating_sub(servers))
            .or_else(|| params.maybe_count(&["seats", "waiting_limit", "queue_limit"]))
            // A case that expects losses and names no seats has none.
            .or_else(|| (loss && patience.is_none()).then_some(0));
        let limits = expected.keys().filter_map(|name| name.strip_prefix("P_W_gt.")?.parse().ok());
        let limits = limits.collect();
        Ok(Self { classes: classes(params)?, servers, seats, patience, limits })
    }

    fn load(&self) -> f64 {
        let work: f64 = self.classes.iter().map(|class| class.rate * class.mean).sum();
        work / f64::from(self.servers)
    }

    /// Arrivals in which the queue forgets where it began: the relaxation of M/M/c, scaled by the
    /// variability of service, unless losses make it shorter.
    fn memory(&self) -> Result<f64, Unanswered> {
        let load = self.load();
        let variable = self.classes.iter().map(|class| match class.shape {
            Shape::Gamma(squared) => squared,
            Shape::Lognormal(cv) => cv * cv,
        });
        let variable = variable.fold(1.0, |most: f64, squared| most.max((1.0 + squared) / 2.0));
        let own = if load < 1.0 { load / (1.0 - load.sqrt()).powi(2) } else { f64::INFINITY };
        let places = self.seats.map(|seats| f64::from(seats + self.servers).powi(2));
        let rate: f64 = self.classes.iter().map(|class| class.rate).sum();
        let leaving = self.patience.map(|patience| 4.0 * rate * patience);
        let least = own.min(places.unwrap_or(f64::INFINITY)).min(leaving.unwrap_or(f64::INFINITY));
        if least.is_infinite() {
            return Err(Unanswered::Refused(format!("no equilibrium at a load of {load}")));
        }
        Ok(least.max(f64::from(self.servers)).max(20.0) * variable)
    }

    pub(super) fn figures(&self, case: &Case) -> Answer {
        let long = LongDay::new(self)?;
        Ok(run(&long, case, |batches| long.figures(batches, self)))
    }
}

/// Classes by any of the names that files use.
fn classes(params: &Params) -> Result<Vec<Class>, Unanswered> {
    let one = |rate: f64, index: usize| -> Result<Class, Unanswered> {
        let by_class =
            |names: &[&str]| params.maybe_list(names).and_then(|list| list.get(index).copied());
        let of = |names: &[&str]| by_class(names).or_else(|| params.maybe(names));
        if let (Some(mu), Some(sigma)) = (of(&["mu_log"]), of(&["sigma_log"])) {
            let variance = sigma * sigma;
            let cv = variance.exp_m1().sqrt();
            let mean = (mu + variance / 2.0).exp();
            return Ok(Class { rate, mean, shape: Shape::Lognormal(cv), regular: false });
        }
        if let Some(mean) = of(&["D"]) {
            return Ok(Class { rate, mean, shape: Shape::Gamma(0.0), regular: false });
        }
        let mean = of(&["ES", "mean_service", "service_mean", "means", "service_means"])
            .or_else(|| of(&["mu", "service_rate", "mus"]).map(f64::recip));
        let missing = || Unanswered::Parameter("mu is missing or has another form".to_owned());
        let mean = mean.ok_or_else(missing)?;
        let cv = of(&["cv", "cvs"]).map(|cv| cv * cv);
        let second = of(&["ES2", "second_moments"]).map(|second| second / mean / mean - 1.0);
        // Where nothing is said, service is exponential.
        let squared = of(&["cv2", "scv"]).or(cv).or(second).unwrap_or(1.0);
        Ok(Class { rate, mean, shape: Shape::Gamma(squared.max(0.0)), regular: false })
    };
    if let Some(apart) = params.maybe(&["T", "interarrival"]) {
        return Ok(vec![Class { regular: true, ..one(apart.recip(), 0)? }]);
    }
    let lists = ["lambdas", "lambda_", "lambda", "arrival_rates", "rates"];
    let suffixed =
        [["1", "2"], ["_1", "_2"], ["_high", "_low"], ["_hi", "_lo"], ["_appt", "_walk"]];
    let rates = params.maybe_list(&lists).or_else(|| {
        suffixed.iter().find_map(|suffixes| {
            let rate = |suffix: &&str| {
                params.maybe(&[&format!("lambda{suffix}"), &format!("lambda_{suffix}")])
            };
            suffixes.iter().map(rate).collect::<Option<Vec<_>>>()
        })
    });
    if let Some(rates) = rates {
        return rates.iter().enumerate().map(|(index, &rate)| one(rate, index)).collect();
    }
    let arrivals = ["lambda_", "lambda", "arrival_rate"];
    let Some(rate) = params.maybe(&arrivals) else {
        // A load alone: time in units of the mean service.
        let load = params.number(&["lambda_", "a", "offered_load", "R"])?;
        let mean = one(1.0, 0).map_or(1.0, |class| class.mean);
        let shape = Shape::Gamma(1.0);
        return Ok(vec![Class { rate: load / mean, mean, shape, regular: false }]);
    };
    let stay = 1.0 - params.maybe(&["divert", "diverted"]).unwrap_or(0.0);
    Ok(vec![one(rate * stay, 0)?])
}

/// A queue as a day so long that its beginning can be left out.
#[derive(Debug)]
struct LongDay {
    day: Day,
    clock: Clock,
    /// Customers count who come in between.
    from: Millis,
    until: Millis,
    limits: Vec<Millis>,
    customers: f64,
}

impl LongDay {
    fn new(queue: &Queue) -> Result<Self, Unanswered> {
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
            let kind = Kind {
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
        let day = Day::new(model).map_err(refused)?;
        let limits = queue.limits.iter().map(|&limit| clock.length(limit)).collect();
        Ok(Self { day, clock, from, until, limits, customers })
    }

    fn figures(&self, batches: &Batches, queue: &Queue) -> SimulatedFigures {
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
        replication: u64,
        scratch: &mut Scratch,
        sums: &mut [f64],
        waits: &mut Histogram,
    ) {
        let mut watch = Watch { long: self, sums, waits };
        let draws = Draws::new(SEED, replication, 0);
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
