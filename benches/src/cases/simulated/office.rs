//! Sessions of appointments and days of an office.

use std::sync::Arc;

use scheduler_core::simulate::{
    day::{Day, Leaver, Observer, Scratch, Visit, run_day},
    model::{
        ArrivalSegment, Booking, BreakRule, CallPolicy, Channel, Clerk, DayBreak, DayModel, Kind,
        Lateness, Millis, QueueSet,
    },
    random::Draws,
    sample::Quantiles,
    tally::Histogram,
};
use serde_json::Value;

use super::{
    Answer, Unanswered,
    batches::{Batches, Experiment, SEED, run},
    clock::{Clock, OPENS},
    refused,
};
use crate::cases::{Case, Params, Simulated, SimulatedFigures};

/// An office in the units of a case.
#[derive(Debug, Clone)]
pub(super) struct Office {
    /// Until when which number of servers is there and walk-ins arrive at which rate.
    pub segments: Vec<Segment>,
    /// Booked times and probabilities to come.
    pub appointments: Vec<(f64, f64)>,
    pub close: f64,
    /// Service times of appointments and walk-ins: mean, and how they are distributed.
    pub service: [(f64, Spread); 2],
    pub policy: CallPolicy,
    pub waiting_limit: Option<u32>,
    pub lateness: Option<Late>,
    /// When, how many at a time, how long.
    pub breaks: Vec<(f64, u32, f64)>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Segment {
    pub until: f64,
    pub rate: f64,
    pub servers: u32,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Spread {
    /// By squared coefficient of variation.
    Gamma(f64),
    /// By coefficient of variation.
    Lognormal(f64),
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Late {
    pub mean: f64,
    pub sd: f64,
    pub least: f64,
    pub from_opening: bool,
}

/// Sessions without walk-ins.
pub(super) fn session(case: &Case) -> Answer {
    let params = &case.params;
    let close = params.number(&["session_end", "close", "T"])?;
    let servers = params.maybe_count(&["c", "servers"]).unwrap_or(1);
    let mean = mean_service(params)?;
    let office = Office {
        segments: vec![Segment { until: close, rate: 0.0, servers }],
        appointments: appointments(params)?,
        close,
        service: [(mean, spread(params)); 2],
        policy: CallPolicy::FirstCome,
        waiting_limit: None,
        lateness: None,
        breaks: Vec::new(),
    };
    office.figures(case)
}

/// Days with walk-ins, in one line or two.
pub(super) fn day(case: &Case) -> Answer {
    let params = &case.params;
    let one_line = params.has("segments");
    if !one_line && !params.has("priority") && !params.has("walkin_rate_per_min") {
        return Err(Unanswered::Parameter("segments or priority is missing".to_owned()));
    }
    let segments = if one_line {
        let list = params.get("segments").and_then(Value::as_array);
        let segments = list.map_or(&[][..], Vec::as_slice).iter().map(segment).collect();
        let form = || Unanswered::Parameter("segments has another form".to_owned());
        Option::<Vec<_>>::ok_or_else(segments, form)?
    } else {
        walk_in_segments(params, params.number(&["close", "session_end"])?)?
    };
    let last = segments.last().map_or(0.0, |segment| segment.until);
    let mean = mean_service(params)?;
    let limits = [
        "walkin_queue_limit",
        "waiting_limit",
        "queue_limit",
        "limit",
        "seats",
        "qmax",
        "queue_cap",
        "max_queue",
        "q_limit",
        "walkin_limit",
    ];
    let office = Office {
        segments,
        appointments: appointments(params)?,
        close: params.maybe(&["close"]).unwrap_or(last),
        service: [(mean, spread(params)); 2],
        policy: if one_line { CallPolicy::FirstCome } else { CallPolicy::AppointmentsFirst },
        waiting_limit: params.maybe_count(&limits),
        lateness: None,
        breaks: Vec::new(),
    };
    office.figures(case)
}

/// An office with lateness and breaks, which other engines have simulated.
pub(super) fn reference(case: &Case) -> Answer {
    let params = &case.params;
    let close = params.number(&["day", "close"])?;
    let servers = params.count(&["counters", "c"])?;
    let mut segments = walk_in_segments(params, close)?;
    segments.iter_mut().for_each(|segment| segment.servers = servers);
    let part = |name: &str| params.get(name).and_then(Value::as_object).cloned().map(Params);
    let lateness = part("lateness").map(|late| -> Result<Late, Unanswered> {
        Ok(Late {
            mean: late.number(&["mean"])?,
            sd: late.number(&["sd"])?,
            least: late.maybe(&["min"]).unwrap_or(f64::NEG_INFINITY),
            from_opening: late.get("clip_at_opening").and_then(Value::as_bool).unwrap_or(false),
        })
    });
    let service = |name: &str| -> Result<(f64, Spread), Unanswered> {
        let Some(service) = part(name) else {
            return Ok((mean_service(params)?, spread(params)));
        };
        let mean = service.number(&["mean"])?;
        let cv = service.maybe(&["cv"]).unwrap_or(1.0);
        Ok((
            mean,
            match service.text(&["dist"]).unwrap_or("exponential") {
                "lognormal" => Spread::Lognormal(cv),
                "gamma" => Spread::Gamma(cv * cv),
                "deterministic" | "constant" => Spread::Gamma(0.0),
                "exponential" => Spread::Gamma(1.0),
                other => return Err(Unanswered::Unsupported(format!("service time {other:?}"))),
            },
        ))
    };
    let list = params.get("breaks").and_then(Value::as_array);
    let pause = |pause: &Value| {
        let number = |name: &str| pause.get(name).and_then(Value::as_f64);
        Some((number("at")?, number("count")? as u32, number("minutes")?))
    };
    let breaks: Option<Vec<_>> = list.map_or(&[][..], Vec::as_slice).iter().map(pause).collect();
    let form = || Unanswered::Parameter("breaks has another form".to_owned());
    let office = Office {
        segments,
        appointments: appointments(params)?,
        close,
        service: [service("service_appointment")?, service("service_walkin")?],
        policy: CallPolicy::AppointmentsFirst,
        waiting_limit: None,
        lateness: lateness.transpose()?,
        breaks: breaks.ok_or_else(form)?,
    };
    office.figures(case)
}

fn walk_in_segments(params: &Params, close: f64) -> Result<Vec<Segment>, Unanswered> {
    let servers = params.maybe_count(&["c", "servers", "counters"]).unwrap_or(1);
    let rate = params.maybe(&["walkin_rate_per_min", "walkin_rate"]).unwrap_or(0.0);
    let until = params.maybe(&["walkin_until"]).unwrap_or(close);
    Ok(vec![Segment { until, rate, servers }, Segment { until: close, rate: 0.0, servers }])
}

fn segment(segment: &Value) -> Option<Segment> {
    let number = |names: &[&str]| names.iter().find_map(|name| segment.get(*name)?.as_f64());
    let rate = number(&["lambda_", "lambda", "rate"]);
    Some(Segment {
        until: number(&["until", "end"])?,
        rate: rate.or_else(|| Some(number(&["lambda_per_h"])? / 60.0))?,
        servers: number(&["c", "servers"])? as u32,
    })
}

/// Appointments: a list of times, or so many at a time at equal distances.
fn appointments(params: &Params) -> Result<Vec<(f64, f64)>, Unanswered> {
    let times = match (params.maybe_list(&["epochs"]), params.maybe_count(&["epochs"])) {
        (Some(times), _) => times,
        (None, None) => Vec::new(),
        (None, Some(epochs)) => {
            let apart = params.number(&["epoch_minutes", "appointment_epoch", "epoch"])?;
            let each = params.maybe_list(&["per_epoch"]);
            let same = params.maybe_count(&["per_epoch"]);
            let together = |epoch: u32| {
                let of_list = each.as_ref().map(|list| list.get(epoch as usize).copied());
                same.or_else(|| Some(of_list?? as u32)).unwrap_or(0)
            };
            let times = (0..epochs)
                .flat_map(|epoch| (0..together(epoch)).map(move |_| f64::from(epoch) * apart));
            times.collect()
        }
    };
    let shows = params.maybe_list(&["show"]);
    let absent = params.maybe(&["no_show"]).unwrap_or(0.0);
    let show = params.maybe(&["show"]).unwrap_or(1.0 - absent);
    let own = |index: usize| shows.as_ref().and_then(|shows| shows.get(index)).copied();
    let mut list: Vec<_> =
        times.iter().enumerate().map(|(index, &at)| (at, own(index).unwrap_or(show))).collect();
    list.sort_by(|a, b| a.0.total_cmp(&b.0));
    Ok(list)
}

fn mean_service(params: &Params) -> Result<f64, Unanswered> {
    match params.maybe(&["mean_service", "ES"]) {
        Some(mean) => Ok(mean),
        None => params.number(&["mu"]).map(f64::recip),
    }
}

/// Exponential unless something else is said.
fn spread(params: &Params) -> Spread {
    let cv = params.maybe(&["cv"]).map(|cv| cv * cv);
    Spread::Gamma(params.maybe(&["cv2", "scv"]).or(cv).unwrap_or(1.0))
}

impl Office {
    pub(super) fn figures(&self, case: &Case) -> Answer {
        let days = Days::new(self)?;
        Ok(run(&days, case, |batches| days.figures(batches)))
    }

    /// Server `index` is there while more than so many are.
    fn shifts(&self, index: u32, clock: Clock) -> Vec<(Millis, Millis)> {
        let mut shifts: Vec<(Millis, Millis)> = Vec::new();
        let mut from = OPENS;
        for segment in &self.segments {
            let until = clock.after(segment.until);
            if segment.servers > index && until > from {
                match shifts.last_mut() {
                    Some(last) if last.1 == from => last.1 = until,
                    _ => shifts.push((from, until)),
                }
            }
            from = until;
        }
        shifts
    }

    fn model(&self, clock: Clock) -> Result<DayModel, Unanswered> {
        let kind = |channel, (mean, spread): (f64, Spread), entity| -> Result<Kind, Unanswered> {
            let duration = match spread {
                Spread::Gamma(squared) => clock.service(mean, squared)?,
                Spread::Lognormal(cv) => clock.lognormal(mean, cv)?,
            };
            Ok(Kind {
                channel,
                service: 0,
                queue: 0,
                entity,
                duration,
                patience: None,
                priority: 0,
            })
        };
        let most = self.segments.iter().map(|segment| segment.servers).max().unwrap_or(0);
        let clerks = (0..most).map(|index| Clerk {
            queues: QueueSet::of([0]),
            shifts: self.shifts(index, clock),
            ..Clerk::default()
        });
        let closes = clock.after(self.close);
        let mut from = OPENS;
        let mut walk_ins = Vec::new();
        for segment in &self.segments {
            let until = clock.after(segment.until);
            let per_hour = clock.per_hour(segment.rate);
            walk_ins.push(ArrivalSegment { from, until, per_hour, mix: vec![(1, 1.0)] });
            from = until;
        }
        let book = (0_u32..).zip(&self.appointments).map(|(entity, &(at, show))| Booking {
            at: clock.after(at),
            kind: 0,
            show: show as f32,
            entity,
        });
        let lateness = match self.lateness {
            None => Lateness::default(),
            Some(late) => {
                let [mean, sd, least] =
                    [late.mean, late.sd, late.least].map(|t| t / clock.back(1.0));
                let table = Quantiles::normal(mean, sd, least).map_err(refused)?;
                let not_before = if late.from_opening { OPENS } else { 0 };
                Lateness { table: Some(Arc::new(table)), not_before }
            }
        };
        let shared_breaks = self.breaks.iter().flat_map(|&(at, count, length)| {
            let pause = DayBreak { at: clock.after(at), length: clock.length(length) };
            std::iter::repeat_n(pause, count as usize)
        });
        Ok(DayModel {
            opens: OPENS,
            closes,
            ticket_stop: closes,
            ticket_cap: None,
            waiting_limit: self.waiting_limit,
            kinds: vec![
                kind(Channel::Appointment, self.service[0], 0)?,
                kind(Channel::WalkIn, self.service[1], 1)?,
            ],
            clerks: clerks.collect(),
            rooms: Vec::new(),
            appointments: book.collect(),
            walk_ins,
            lateness,
            policy: self.policy,
            break_rule: BreakRule::Wait,
            shared_breaks: shared_breaks.collect(),
        })
    }
}

/// An office ready to be simulated day after day.
struct Days {
    day: Day,
    clock: Clock,
    close: f64,
    /// Long waits, of which the reference counts the share.
    long: Millis,
}

const DAYS: usize = 0;
const OVERTIME: usize = 1;
const OPEN: usize = 2;
const BUSY: usize = 3;
const REJECTED: usize = 4;
const CAME: usize = 5;
/// Of appointments, then of walk-ins: served, waits, those who waited, those who waited long, days
/// on which somebody was served, means of days and their squares.
const CHANNEL: usize = 6;
const OF_CHANNEL: usize = 7;
/// Of each booking: served and waits.
const BOOKINGS: usize = CHANNEL + 2 * OF_CHANNEL;

impl Days {
    fn new(office: &Office) -> Result<Self, Unanswered> {
        let mean = office.service[0].0.min(office.service[1].0);
        let work = office.appointments.len() as f64 * office.service[0].0;
        let clock = Clock::new(20.0 * office.close + 5.0 * work, mean);
        let day = Day::new(office.model(clock)?).map_err(refused)?;
        Ok(Self { day, clock, close: office.close, long: clock.length(20.0) })
    }

    fn figures(&self, batches: &Batches) -> SimulatedFigures {
        let unit = self.clock.back(1.0);
        let mut figures = SimulatedFigures::new();
        let mut put = |names: &[&str], found: Simulated| {
            figures.extend(names.iter().map(|name| ((*name).to_owned(), found)));
        };
        let at = |channel: usize, sum: usize| CHANNEL + channel * OF_CHANNEL + sum;
        let both = |sums: &[f64], sum: usize| sums[at(0, sum)] + sums[at(1, sum)];
        let overtime = batches.mean(OVERTIME).times(unit);
        put(&["E_overtime_after_T", "E_overtime", "overtime_per_day"], overtime);
        put(&["E_open_span"], overtime.plus(self.close));
        put(&["P_overtime", "P_not_empty_at_close"], batches.probability(OPEN));
        let busy = batches.mean(BUSY).times(unit);
        put(&["E_busy_server_minutes", "E_busy", "E_busy_minutes", "busy_minutes_per_day"], busy);
        put(&["E_rejected", "E_walkins_rejected"], batches.probability(REJECTED));
        put(&["E_arrivals"], batches.mean(CAME));
        let served = batches.figure(|sums| both(sums, 0) / sums[DAYS]);
        put(&["E_served", "E_accepted", "customers_per_day"], served);
        put(&["E_appt_shows"], batches.mean(at(0, 0)));
        put(&["E_walkins_accepted"], batches.mean(at(1, 0)));
        let wait = batches.figure(|sums| both(sums, 1) / both(sums, 0) * unit);
        put(&["EW", "EW_mean_per_show"], wait);
        let sum = batches.figure(|sums| both(sums, 1) / sums[DAYS] * unit);
        put(&["EW_sum", "E_sum_wait"], sum);
        let waited = batches.figure(|sums| both(sums, 2) / both(sums, 0));
        put(&["P_wait", "P_wait_mean"], waited);
        for (channel, name) in ["appt", "walk"].into_iter().enumerate() {
            let wait = batches.ratio(at(channel, 1), at(channel, 0)).times(unit);
            if !wait.value.is_finite() {
                continue;
            }
            put(&[&format!("EW_{name}")], wait);
            let long = batches.share(at(channel, 3), at(channel, 0));
            put(&[&format!("P_{name}_wait_gt20")], long);
            let daily = |sums: &[f64]| sums[at(channel, 5)] / sums[at(channel, 4)];
            let mean = batches.figure(|sums| daily(sums) * unit);
            put(&[&format!("mean_of_daily_means_{name}")], mean);
            let sd = batches.figure(|sums| {
                let squares = sums[at(channel, 6)] / sums[at(channel, 4)];
                (squares - daily(sums).powi(2)).sqrt() * unit
            });
            put(&[&format!("sd_daily_mean_{name}")], sd);
        }
        for booking in 0..self.day.model().appointments.len() {
            let at = BOOKINGS + 2 * booking;
            let wait = batches.ratio(at + 1, at).times(unit);
            put(&[&format!("EW_by_customer.{booking}")], wait);
        }
        figures
    }
}

impl Experiment for Days {
    fn sums(&self) -> usize {
        BOOKINGS + 2 * self.day.model().appointments.len()
    }

    fn customers(&self) -> f64 {
        let model = self.day.model();
        let walk_ins = model
            .walk_ins
            .iter()
            .map(|segment| segment.per_hour * f64::from(segment.until - segment.from) / 3.6e6);
        let booked = model.appointments.iter().map(|booking| f64::from(booking.show));
        walk_ins.sum::<f64>() + booked.sum::<f64>()
    }

    fn replicate(
        &self,
        replication: u64,
        scratch: &mut Scratch,
        sums: &mut [f64],
        _waits: &mut Histogram,
    ) {
        let mut watch = Watch { sums, own: [(0, 0); 2], long: self.long };
        let draws = Draws::new(SEED, replication, 0);
        let end = run_day(&self.day, self.day.as_planned(), draws, scratch, &mut watch);
        let own = watch.own;
        for (channel, (served, waits)) in own.into_iter().enumerate() {
            if served > 0 {
                let mean = waits as f64 / f64::from(served);
                let at = CHANNEL + channel * OF_CHANNEL;
                sums[at] += f64::from(served);
                sums[at + 1] += waits as f64;
                sums[at + 4] += 1.0;
                sums[at + 5] += mean;
                sums[at + 6] += mean * mean;
                sums[CAME] += f64::from(served);
            }
        }
        sums[DAYS] += 1.0;
        sums[OVERTIME] += f64::from(end.overtime);
        sums[OPEN] += f64::from(u8::from(end.overtime > 0));
        sums[BUSY] += end.busy as f64;
    }
}

/// Adds up one day.
struct Watch<'a> {
    sums: &'a mut [f64],
    /// Served and their waits, by channel.
    own: [(u32, u64); 2],
    long: Millis,
}

impl Observer for Watch<'_> {
    fn served(&mut self, visit: &Visit) {
        let wait = visit.wait();
        let channel = visit.channel as usize;
        self.own[channel].0 += 1;
        self.own[channel].1 += u64::from(wait);
        let at = CHANNEL + channel * OF_CHANNEL;
        self.sums[at + 2] += f64::from(u8::from(wait > 0));
        self.sums[at + 3] += f64::from(u8::from(wait > self.long));
        if visit.channel == Channel::Appointment {
            let at = BOOKINGS + 2 * visit.index as usize;
            self.sums[at] += 1.0;
            self.sums[at + 1] += f64::from(wait);
        }
    }

    fn left(&mut self, _leaver: &Leaver) {
        self.sums[CAME] += 1.0;
        self.sums[REJECTED] += 1.0;
    }
}
