//! Schedules of appointments of one server, each as long as the case says: slots of Kaandorp and
//! Koole, gaps of Hassin and Mendel. The schedule that is expected to be best is simulated, not
//! searched for.

use std::sync::Arc;

use scheduler_core::simulate::{
    model::{
        Booking, BreakRule, CallPolicy, Channel, Clerk, CustomerKind, DayModel, Lateness, Millis,
        QueueSet,
    },
    random::{Draws, Purpose},
    sample::Quantiles,
    service_day::{DayEnd, Observer, PreparedDay, Scratch, Today, Visit, run_day},
    tally::Histogram,
};

use super::{
    Answer, Unanswered,
    batches::{Batches, Effort, Experiment, run},
    clock::{Clock, OPENS},
    refused,
};
use crate::cases::{Case, Params, Simulated, SimulatedFigures, expected};

pub(super) fn figures(case: &Case, effort: Effort) -> Answer {
    let params = &case.params;
    if params.has("cw_over_cs") || params.has("gamma") {
        gaps(case, effort)
    } else {
        slots(case, effort)
    }
}

/// Objective of Kaandorp and Koole: wait of all who were scheduled, whether they come or not, idle
/// time and tardiness of the server.
fn slots(case: &Case, effort: Effort) -> Answer {
    let params = &case.params;
    let expected = expected(case);
    let list = |path: &str| -> Vec<u32> {
        let of = |index: usize| expected.get(&format!("{path}.{index}"));
        (0..).map_while(|index| of(index).map(|count| *count as u32)).collect()
    };
    if params.has("x") {
        return objective(case, effort, "", &params.counts(&["x"])?);
    }
    let (customers, slots) = (params.count(&["N"])?, params.count(&["slots"])? as usize);
    let mut figures = objective(case, effort, "optimum.", &list("optimum.x"))?;
    let individual =
        (0..slots).map(|slot| u32::from(slot < customers as usize)).collect::<Vec<_>>();
    figures.extend(objective(case, effort, "individual_first_slots.", &individual)?);
    if expected.keys().any(|name| name.starts_with("bailey_welch.")) {
        let mut two_first = vec![0; slots];
        two_first[..customers as usize - 1].fill(1);
        two_first[0] += 1;
        figures.extend(objective(case, effort, "bailey_welch.", &two_first)?);
    }
    Ok(figures)
}

fn objective(case: &Case, effort: Effort, prefix: &str, x: &[u32]) -> Answer {
    let params = &case.params;
    let apart = params.number(&["d"])?;
    let session = apart * x.len() as f64;
    let times: Vec<f64> = (0_u32..)
        .zip(x)
        .flat_map(|(slot, &count)| (0..count).map(move |_| f64::from(slot) * apart))
        .collect();
    let absent = params.maybe(&["no_show"]).unwrap_or(0.0);
    let service = service(params)?;
    let schedule = Schedule::new(&times, session, &service, absent, true)?;
    let weights =
        [params.number(&["alpha_W"])?, params.number(&["alpha_I"])?, params.number(&["alpha_T"])?];
    let count = times.len() as f64;
    let named = |batches: &Batches| {
        let unit = schedule.clock.back(1.0);
        let wait = |sums: &[f64]| sums[WAIT] / sums[DAYS] / count * unit;
        let tardy = |sums: &[f64]| sums[OVER] / sums[DAYS] * unit;
        let idle = |sums: &[f64]| session + (sums[OVER] - sums[BUSY]) / sums[DAYS] * unit;
        let cost = |sums: &[f64]| {
            weights[0] * wait(sums) + weights[1] * idle(sums) + weights[2] * tardy(sums)
        };
        let found = [
            ("W", batches.figure(wait)),
            ("I", batches.figure(idle)),
            ("T", batches.figure(tardy)),
            ("C", batches.figure(cost)),
        ];
        found.map(|(name, found)| (format!("{prefix}{name}"), found)).into()
    };
    Ok(run(&schedule, case, effort, named))
}

/// What a service time is given as.
enum Service {
    Exponential(f64),
    Values(Vec<f64>),
}

impl Service {
    fn mean(&self) -> f64 {
        match self {
            Self::Exponential(mean) => *mean,
            Self::Values(values) => values.iter().sum::<f64>() / values.len() as f64,
        }
    }
}

fn service(params: &Params) -> Result<Service, Unanswered> {
    let Some(text) = params.text(&["service"]) else {
        let mean = params.maybe(&["mean_service", "beta"]);
        let mean = mean.map_or_else(|| params.number(&["mu"]).map(f64::recip), Ok)?;
        return Ok(Service::Exponential(mean));
    };
    let unknown = || Unanswered::Unsupported(format!("service time {text:?}"));
    let lower = text.to_lowercase();
    let argument = lower.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    let number = argument.and_then(|(inner, _)| inner.trim().parse::<f64>().ok());
    let mean = number.or_else(|| params.maybe(&["mean_service", "beta"])).ok_or_else(unknown)?;
    if lower.starts_with("poisson") && mean < 600.0 {
        Ok(Service::Values(poisson_values(mean)))
    } else if lower.starts_with("exp") {
        Ok(Service::Exponential(mean))
    } else if lower.starts_with("det") || lower.starts_with("const") {
        Ok(Service::Values(vec![mean]))
    } else {
        Err(unknown())
    }
}

/// Objective of Hassin and Mendel: waits of those who come, and the time until the server may go.
fn gaps(case: &Case, effort: Effort) -> Answer {
    let params = &case.params;
    let expected = expected(case);
    let gaps = params.maybe_list(&["gaps"]).unwrap_or_else(|| {
        (0..).map_while(|index| expected.get(&format!("gaps.{index}")).copied()).collect()
    });
    let mut times = vec![0.0];
    for gap in gaps {
        times.push(times[times.len() - 1] + gap);
    }
    let show = params.maybe(&["show", "p"]).unwrap_or(1.0);
    let weight = params.number(&["cw_over_cs", "gamma"])?;
    let last = times[times.len() - 1];
    let mean = params.maybe(&["mean_service"]);
    let mean = mean.map_or_else(|| params.number(&["mu"]).map(f64::recip), Ok)?;
    let schedule = Schedule::new(&times, last, &Service::Exponential(mean), 1.0 - show, false)?;
    let named = |batches: &Batches| {
        let unit = schedule.clock.back(1.0);
        let wait = batches.ratio(WAIT, DAYS).times(unit);
        let span = batches.ratio(OVER, DAYS).times(unit).plus(last);
        let cost = |sums: &[f64]| last + (weight * sums[WAIT] + sums[OVER]) / sums[DAYS] * unit;
        let found: [(&str, Simulated); 3] =
            [("EW_sum", wait), ("E_span", span), ("cost", batches.figure(cost))];
        SimulatedFigures::from(found.map(|(name, found)| (name.to_owned(), found)))
    };
    Ok(run(&schedule, case, effort, named))
}

/// Appointments of one server.
struct Schedule {
    day: PreparedDay,
    clock: Clock,
    book: Vec<Booking>,
    /// Probability that somebody does not come.
    absent: f64,
    /// Whether who does not come is counted as somebody who waits and takes no time.
    ghosts: bool,
    end: Millis,
}

const DAYS: usize = 0;
const WAIT: usize = 1;
const OVER: usize = 2;
const BUSY: usize = 3;

impl Schedule {
    fn new(
        times: &[f64],
        end: f64,
        service: &Service,
        absent: f64,
        ghosts: bool,
    ) -> Result<Self, Unanswered> {
        let mean = service.mean();
        let clock = Clock::new(10.0 * (end + times.len() as f64 * mean), mean);
        let duration = match service {
            Service::Exponential(mean) => clock.service(*mean, 1.0)?,
            Service::Values(values) => clock.observed(values)?,
        };
        let nothing = Arc::new(Quantiles::constant(0.0).map_err(refused)?);
        let kind = |duration| CustomerKind {
            channel: Channel::Appointment,
            service: 0,
            queue: 0,
            entity: 0,
            duration,
            patience: None,
            priority: 0,
        };
        let book = (0_u32..).zip(times).map(|(entity, &at)| Booking {
            at: clock.after(at),
            kind: 0,
            show: if ghosts { 1.0 } else { (1.0 - absent) as f32 },
            entity,
        });
        let closes = clock.after(end);
        let clerk = Clerk {
            queues: QueueSet::of([0]),
            // Even a schedule of one appointment has a server.
            shifts: vec![(OPENS, closes.max(OPENS + 1))],
            ..Clerk::default()
        };
        let model = DayModel {
            opens: OPENS,
            closes,
            ticket_stop: closes,
            ticket_cap: None,
            waiting_limit: None,
            kinds: vec![kind(duration), kind(nothing)],
            clerks: vec![clerk],
            rooms: Vec::new(),
            appointments: book.collect(),
            walk_ins: Vec::new(),
            lateness: Lateness::default(),
            policy: CallPolicy::FirstCome,
            break_rule: BreakRule::Wait,
            shared_breaks: Vec::new(),
        };
        let book = model.appointments.clone();
        let day = PreparedDay::new(model).map_err(refused)?;
        Ok(Self { day, clock, book, absent, ghosts, end: closes })
    }
}

/// Adds up waits.
struct Waits(u64);

impl Observer for Waits {
    fn served(&mut self, visit: &Visit) {
        self.0 += u64::from(visit.wait());
    }
}

impl Experiment for Schedule {
    fn sums(&self) -> usize {
        4
    }

    fn customers(&self) -> f64 {
        self.book.len() as f64
    }

    fn replicate(
        &self,
        draws: Draws,
        scratch: &mut Scratch,
        sums: &mut [f64],
        _waits: &mut Histogram,
    ) {
        let mut waits = Waits(0);
        let end = if self.ghosts && self.absent > 0.0 {
            let mut book = self.book.clone();
            for booking in &mut book {
                let draw = draws.uniform(Purpose::Choice, booking.entity, 0);
                booking.kind = u32::from(draw < self.absent);
            }
            // The book differs from one that was checked in nothing but its kinds, of which there are two.
            Today::new(&self.day, &book, &[]).map_or_else(
                |_| DayEnd::default(),
                |today| run_day(&self.day, today, draws, scratch, &mut waits),
            )
        } else {
            run_day(&self.day, self.day.as_planned(), draws, scratch, &mut waits)
        };
        sums[DAYS] += 1.0;
        sums[WAIT] += waits.0 as f64;
        sums[OVER] += f64::from(end.last_departure.saturating_sub(self.end));
        sums[BUSY] += end.busy as f64;
    }
}

/// A table of the Poisson distribution of this mean: so many equally likely values that none of its
/// probabilities is off by more than 2^-17.
fn poisson_values(mean: f64) -> Vec<f64> {
    let count = 1 << 16;
    let (mut value, mut mass) = (0.0, (-mean).exp());
    let mut below = mass;
    let quantile = |index: u32| {
        let rank = (f64::from(index) + 0.5) / f64::from(count);
        while below < rank && value < mean + 60.0 * (1.0 + mean.sqrt()) {
            value += 1.0;
            mass *= mean / value;
            below += mass;
        }
        value
    };
    (0..count).map(quantile).collect()
}
