//! Slots of one unit, bookings and walk-ins at their beginnings, one server.

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
    clock::OPENS,
    refused,
};
use crate::cases::{Case, SimulatedFigures, expected};

/// Units of the loop in a slot. A service takes one more, so that whoever leaves at the beginning of
/// a slot leaves after those who come then have come, and does not make room for somebody who was to
/// wait for them.
const SLOT: Millis = 1 << 20;

/// Whole slots: what the longer services add up to is far below half a slot.
fn whole(units: u64) -> f64 {
    ((units + u64::from(SLOT / 2)) / u64::from(SLOT)) as f64
}

pub(super) fn figures(case: &Case, effort: Effort) -> Answer {
    let params = &case.params;
    let expected = expected(case);
    let best = || -> Vec<u32> {
        let of = |index: usize| expected.get(&format!("optimal_x.{index}"));
        (0..).map_while(|index| of(index).map(|count| *count as u32)).collect()
    };
    let x = if params.has("x") { params.counts(&["x"])? } else { best() };
    if x.is_empty() {
        return Err(Unanswered::Parameter("x is missing, and no best one expected".to_owned()));
    }
    let show = params.maybe(&["show"]).unwrap_or(1.0);
    let slotted = Slotted::new(&x, show, params.maybe(&["walkin_per_slot"]).unwrap_or(0.0))?;
    let weight = |names: &[&str]| params.maybe(names).unwrap_or(0.0);
    let weights =
        [weight(&["cw_appt", "cw"]), weight(&["cw_walk"]), weight(&["ci"]), weight(&["co"])];
    let slots = x.len() as f64;
    let named = |batches: &Batches| {
        let each = |sums: &[f64], sum: usize| sums[sum] / sums[DAYS];
        let idle = |sums: &[f64]| slots + each(sums, OVER) - each(sums, BUSY);
        let cost = |sums: &[f64]| {
            weights[0] * each(sums, BOOKED)
                + weights[1] * each(sums, WALKED)
                + weights[2] * idle(sums)
                + weights[3] * each(sums, OVER)
        };
        let found = [
            ("EW_appt", batches.mean(BOOKED)),
            ("EW_walk", batches.mean(WALKED)),
            ("E_over", batches.mean(OVER)),
            ("E_idle", batches.figure(idle)),
            ("cost", batches.figure(cost)),
        ];
        SimulatedFigures::from(found.map(|(name, found)| (name.to_owned(), found)))
    };
    Ok(run(&slotted, case, effort, named))
}

/// A day of slots. Walk-ins are bookings of a second kind that is called later: how many come to
/// each slot is drawn before the day.
struct Slotted {
    day: PreparedDay,
    x: Vec<u32>,
    show: f64,
    /// Probabilities that at most so many walk in.
    walk_ins: Vec<f64>,
    expected: f64,
}

const DAYS: usize = 0;
const BOOKED: usize = 1;
const WALKED: usize = 2;
const OVER: usize = 3;
const BUSY: usize = 4;

impl Slotted {
    fn new(x: &[u32], show: f64, walk_ins: f64) -> Result<Self, Unanswered> {
        let unit = Arc::new(Quantiles::constant(f64::from(SLOT + 1)).map_err(refused)?);
        let kind = |priority| CustomerKind {
            channel: Channel::Appointment,
            service: 0,
            queue: 0,
            entity: 0,
            duration: Arc::clone(&unit),
            patience: None,
            priority,
        };
        let closes = OPENS + SLOT * x.len() as Millis;
        let clerk =
            Clerk { queues: QueueSet::of([0]), shifts: vec![(OPENS, closes)], ..Clerk::default() };
        let model = DayModel {
            opens: OPENS,
            closes,
            ticket_stop: closes,
            ticket_cap: None,
            waiting_limit: None,
            kinds: vec![kind(0), kind(1)],
            clerks: vec![clerk],
            rooms: Vec::new(),
            appointments: Vec::new(),
            walk_ins: Vec::new(),
            lateness: Lateness::default(),
            policy: CallPolicy::AppointmentsFirst,
            break_rule: BreakRule::Wait,
            shared_breaks: Vec::new(),
        };
        let mut below = Vec::new();
        let (mut mass, mut sum) = ((-walk_ins).exp(), 0.0);
        while sum < 1.0 - 1e-15 && below.len() < 1000 {
            sum += mass;
            below.push(sum);
            mass *= walk_ins / below.len() as f64;
        }
        let booked: u32 = x.iter().sum();
        Ok(Self {
            day: PreparedDay::new(model).map_err(refused)?,
            x: x.to_vec(),
            show,
            walk_ins: below,
            expected: f64::from(booked) * show + walk_ins * x.len() as f64,
        })
    }

    fn book(&self, draws: Draws) -> Vec<Booking> {
        let mut book = Vec::with_capacity(2 * self.expected as usize + 8);
        for (slot, &booked) in (0_u32..).zip(&self.x) {
            let draw = draws.uniform(Purpose::Request, slot, 0);
            let walk_ins = self.walk_ins.iter().take_while(|&&below| below <= draw).count();
            for more in 0..booked as usize + walk_ins {
                let walks = more >= booked as usize;
                book.push(Booking {
                    at: OPENS + slot * SLOT,
                    kind: u32::from(walks),
                    show: if walks { 1.0 } else { self.show as f32 },
                    entity: book.len() as u32,
                });
            }
        }
        book
    }
}

/// Waits by kind, in slots.
struct Waits([f64; 2]);

impl Observer for Waits {
    fn served(&mut self, visit: &Visit) {
        self.0[visit.kind as usize] += whole(u64::from(visit.wait()));
    }
}

impl Experiment for Slotted {
    fn sums(&self) -> usize {
        5
    }

    fn customers(&self) -> f64 {
        self.expected
    }

    fn replicate(
        &self,
        draws: Draws,
        scratch: &mut Scratch,
        sums: &mut [f64],
        _waits: &mut Histogram,
    ) {
        let book = self.book(draws);
        let mut waits = Waits([0.0; 2]);
        let end = Today::new(&self.day, &book, &[]).map_or_else(
            |_| DayEnd::default(),
            |today| run_day(&self.day, today, draws, scratch, &mut waits),
        );
        sums[DAYS] += 1.0;
        sums[BOOKED] += waits.0[0];
        sums[WALKED] += waits.0[1];
        sums[OVER] += whole(u64::from(end.overtime));
        sums[BUSY] += whole(end.busy);
    }
}
