//! An office, day after day.

use scheduler_core::simulate::{
    model::{Channel, Millis},
    random::Draws,
    service_day::{Leaver, Observer, PreparedDay, Scratch, Visit, run_day},
    tally::Histogram,
};

use super::{
    Unanswered,
    batches::{Batches, Experiment},
    clock::Clock,
    office::Office,
    refused,
};
use crate::cases::{Simulated, SimulatedFigures};

/// An office ready to be simulated day after day.
pub(super) struct Days {
    day: PreparedDay,
    clock: Clock,
    close: f64,
    mean_service: f64,
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
    pub(super) fn new(office: &Office) -> Result<Self, Unanswered> {
        let mean = office.service[0].0.min(office.service[1].0);
        let work = office.appointments.len() as f64 * office.service[0].0;
        let clock = Clock::new(20.0 * office.close + 5.0 * work, mean);
        let day = PreparedDay::new(office.model(clock)?).map_err(refused)?;
        Ok(Self { day, clock, close: office.close, mean_service: mean, long: clock.length(20.0) })
    }

    pub(super) fn figures(&self, batches: &Batches) -> SimulatedFigures {
        let unit = self.clock.back(1.0);
        let mut figures = SimulatedFigures::new();
        let mut put = |names: &[&str], found: Simulated| {
            figures.extend(names.iter().map(|name| ((*name).to_owned(), found)));
        };
        let at = |channel: usize, sum: usize| CHANNEL + channel * OF_CHANNEL + sum;
        let both = |sums: &[f64], sum: usize| sums[at(0, sum)] + sums[at(1, sum)];
        // Who waits or is served late does so for about a service; see `Simulated::unless_rare`.
        let (days, served) =
            (batches.total(DAYS), batches.total(at(0, 0)) + batches.total(at(1, 0)));
        let overtime = batches.mean(OVERTIME).times(unit).unless_rare(self.mean_service / days);
        put(&["E_overtime_after_T", "E_overtime", "overtime_per_day"], overtime);
        put(&["E_open_span"], overtime.plus(self.close));
        put(&["P_overtime", "P_not_empty_at_close"], batches.probability(OPEN));
        let busy = batches.mean(BUSY).times(unit);
        put(&["E_busy_server_minutes", "E_busy", "E_busy_minutes", "busy_minutes_per_day"], busy);
        put(&["E_rejected", "E_walkins_rejected"], batches.probability(REJECTED));
        put(&["E_arrivals"], batches.mean(CAME));
        let served_a_day = batches.figure(|sums| both(sums, 0) / sums[DAYS]);
        put(&["E_served", "E_accepted", "customers_per_day"], served_a_day);
        put(&["E_appt_shows"], batches.mean(at(0, 0)));
        put(&["E_walkins_accepted"], batches.mean(at(1, 0)));
        let wait = batches.figure(|sums| both(sums, 1) / both(sums, 0) * unit);
        let wait = wait.unless_rare(self.mean_service / served);
        put(&["EW", "EW_mean_per_show"], wait);
        let sum = batches.figure(|sums| both(sums, 1) / sums[DAYS] * unit);
        let sum = sum.unless_rare(self.mean_service / days);
        put(&["EW_sum", "E_sum_wait"], sum);
        let waited = batches.figure(|sums| both(sums, 2) / both(sums, 0)).unless_rare(1.0 / served);
        put(&["P_wait", "P_wait_mean"], waited);
        for (channel, name) in ["appt", "walk"].into_iter().enumerate() {
            let wait = batches.ratio(at(channel, 1), at(channel, 0)).times(unit);
            let wait = wait.unless_rare(self.mean_service / batches.total(at(channel, 0)));
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
            let wait = wait.unless_rare(self.mean_service / batches.total(at));
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
        draws: Draws,
        scratch: &mut Scratch,
        sums: &mut [f64],
        _waits: &mut Histogram,
    ) {
        let mut watch = Watch { sums, own: [(0, 0); 2], long: self.long };
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
