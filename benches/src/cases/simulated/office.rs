//! Sessions of appointments and days of an office.

use std::sync::Arc;

use scheduler_core::simulate::{
    model::{
        ArrivalSegment, Booking, BreakRule, CallPolicy, Channel, Clerk, CustomerKind, DayBreak,
        DayModel, Lateness, QueueSet,
    },
    sample::Quantiles,
};
use serde_json::Value;

use super::{
    Answer, Unanswered,
    batches::{Effort, run},
    clock::{Clock, OPENS},
    office_days::Days,
    refused,
};
use crate::cases::{Case, Params};

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
pub(super) fn session(case: &Case, effort: Effort) -> Answer {
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
    office.figures(case, effort)
}

/// Days with walk-ins, in one line or two.
pub(super) fn day(case: &Case, effort: Effort) -> Answer {
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
    let office = Office {
        segments,
        appointments: appointments(params)?,
        close: params.maybe(&["close"]).unwrap_or(last),
        service: [(mean, spread(params)); 2],
        policy: if one_line { CallPolicy::FirstCome } else { CallPolicy::AppointmentsFirst },
        waiting_limit: params.waiting_limit(),
        lateness: None,
        breaks: Vec::new(),
    };
    office.figures(case, effort)
}

/// An office with lateness and breaks, which other engines have simulated.
pub(super) fn reference(case: &Case, effort: Effort) -> Answer {
    let params = &case.params;
    let close = params.number(&["day", "close"])?;
    let servers = params.count(&["counters", "c"])?;
    let mut segments = walk_in_segments(params, close)?;
    segments.iter_mut().for_each(|segment| segment.servers = servers);
    let part = |name: &str| params.get(name).and_then(Value::as_object).cloned().map(Params::of);
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
    office.figures(case, effort)
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
    pub(super) fn figures(&self, case: &Case, effort: Effort) -> Answer {
        let days = Days::new(self)?;
        Ok(run(&days, case, effort, |batches| days.figures(batches)))
    }

    /// When servers come, and when how many are fewer: whoever of them is free first closes, as a
    /// break that ends when the number rises again, or never.
    fn staff(&self, clock: Clock) -> (Vec<Clerk>, Vec<DayBreak>) {
        let never = clock.after(10.0 * self.close);
        let (mut clerks, mut breaks) = (Vec::new(), Vec::new());
        let (mut closed, mut from) = (Vec::new(), OPENS);
        for segment in &self.segments {
            let until = clock.after(segment.until);
            if until == from {
                continue;
            }
            let servers = segment.servers as usize;
            while clerks.len() - closed.len() > servers {
                closed.push(from);
            }
            while clerks.len() - closed.len() < servers {
                match closed.pop() {
                    Some(at) => breaks.push(DayBreak { at, length: from - at }),
                    None => clerks.push(Clerk {
                        queues: QueueSet::of([0]),
                        shifts: vec![(from, never)],
                        ..Clerk::default()
                    }),
                }
            }
            from = until;
        }
        breaks.extend(closed.into_iter().map(|at| DayBreak { at, length: never - at }));
        (clerks, breaks)
    }

    pub(super) fn model(&self, clock: Clock) -> Result<DayModel, Unanswered> {
        let kind =
            |channel, (mean, spread): (f64, Spread), entity| -> Result<CustomerKind, Unanswered> {
                let duration = match spread {
                    Spread::Gamma(squared) => clock.service(mean, squared)?,
                    Spread::Lognormal(cv) => clock.lognormal(mean, cv)?,
                };
                Ok(CustomerKind {
                    channel,
                    service: 0,
                    queue: 0,
                    entity,
                    duration,
                    patience: None,
                    priority: 0,
                })
            };
        let (clerks, fewer) = self.staff(clock);
        if !fewer.is_empty() && !self.breaks.is_empty() {
            return Err(Unanswered::Unsupported("breaks beside closing servers".to_owned()));
        }
        let break_rule = if fewer.is_empty() { BreakRule::Wait } else { BreakRule::Ignore };
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
        let mut shared_breaks: Vec<_> = shared_breaks.chain(fewer).collect();
        shared_breaks.sort_unstable();
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
            clerks,
            rooms: Vec::new(),
            appointments: book.collect(),
            walk_ins,
            lateness,
            policy: self.policy,
            break_rule,
            shared_breaks,
        })
    }
}
