//! A day of an office that calls appointments before walk-ins.

use super::office::Appointment;
use super::queues::{Queues, Rates, Scratch};
use crate::analytic::error::{
    AnalyticError, at_least_one, must, not_negative, positive, probability,
};

/// Walk-ins of a stretch of the day; the first begins at 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WalkIns {
    /// Its end.
    pub until: f64,
    /// Walk-ins in a unit of time.
    pub arrival_rate: f64,
}

/// A day that begins empty: appointments are called before walk-ins, nobody is interrupted, first
/// come first served among equals, one exponential service time, the same servers all day. Whoever
/// is in the building at closing is served.
#[derive(Debug, Clone, PartialEq)]
pub struct PriorityDay {
    /// Appointments in order of time, none after closing.
    pub appointments: Vec<Appointment>,
    /// Walk-ins in order of time, none after closing.
    pub walk_ins: Vec<WalkIns>,
    /// Servers.
    pub servers: u32,
    /// Customers that one server serves in a unit of time.
    pub service_rate: f64,
    /// A walk-in who finds so many walk-ins waiting, and no server free, leaves.
    pub waiting_limit: Option<u32>,
    /// From when overtime counts.
    pub close: f64,
}

/// Expected figures of a [`PriorityDay`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PriorityDayFigures {
    /// Customers who come to their appointments.
    pub shows: f64,
    /// Walk-ins who stay.
    pub accepted: f64,
    /// Walk-ins who leave at once.
    pub rejected: f64,
    /// Sum of waits over customers with an appointment, both expected; 0 where none come.
    pub mean_wait_appointments: f64,
    /// Sum of waits over walk-ins who stay, both expected; 0 where none come.
    pub mean_wait_walk_ins: f64,
    /// Time that servers are busy.
    pub busy: f64,
    /// Probability that somebody is in the building at closing.
    pub p_overtime: f64,
    /// Mean time from closing to the last departure, 0 where that is before closing.
    pub overtime: f64,
}

/// Most numbers that the distribution may have.
const MOST_STATES: u64 = 50_000_000;

impl PriorityDay {
    /// The expected figures. O(events · states), states being pairs of lengths of the two lines
    /// that have some probability.
    ///
    /// # Errors
    /// A parameter is out of range, something is not in order of time or after closing, or the
    /// lines may become so long that there are more than 5·10⁷ states.
    pub fn figures(&self) -> Result<PriorityDayFigures, AnalyticError> {
        self.check()?;
        let mut queues = self.empty_building()?;
        let mut scratch = Scratch::default();
        let mut found = Sums::default();
        let (mut now, mut next) = (0.0, 0);
        let closing = WalkIns { until: self.close, arrival_rate: 0.0 };
        for stretch in self.walk_ins.iter().chain([&closing]) {
            let rates = Rates {
                arrivals: stretch.arrival_rate,
                service: self.service_rate,
                limit: self.waiting_limit.map(|limit| limit as usize),
            };
            while now < stretch.until || next < self.appointments.len() {
                let due = self.appointments.get(next).filter(|due| due.at <= now);
                if let Some(due) = due {
                    queues.join_first(due.show);
                    found.shows += due.show;
                    next += 1;
                    continue;
                }
                let at = self.appointments.get(next).map_or(stretch.until, |due| due.at);
                let until = at.min(stretch.until);
                if until <= now {
                    break;
                }
                let spent = queues.advance(rates, until - now, &mut scratch);
                found.first += spent.first_waiting;
                found.second += spent.second_waiting;
                found.walk_ins += stretch.arrival_rate * (until - now);
                found.rejected += stretch.arrival_rate * spent.would_leave;
                now = until;
            }
        }
        let p_overtime = 1.0 - queues.p_empty();
        let (overtime, first, second) = queues.run_out(self.service_rate);
        let accepted = found.walk_ins - found.rejected;
        let mean = |sum: f64, count: f64| if count > 0.0 { sum / count } else { 0.0 };
        Ok(PriorityDayFigures {
            shows: found.shows,
            accepted,
            rejected: found.rejected,
            mean_wait_appointments: mean(found.first + first, found.shows),
            mean_wait_walk_ins: mean(found.second + second, accepted),
            busy: (found.shows + accepted) / self.service_rate,
            p_overtime: p_overtime.max(0.0),
            overtime,
        })
    }

    fn check(&self) -> Result<(), AnalyticError> {
        positive("service rate", self.service_rate)?;
        at_least_one(self.servers)?;
        not_negative("closing time", self.close)?;
        let mut before = 0.0;
        for appointment in &self.appointments {
            let at = not_negative("time of an appointment", appointment.at)?;
            must(at >= before, "time of an appointment", at, "in order of time")?;
            must(at <= self.close, "time of an appointment", at, "not after closing")?;
            probability("probability to come", appointment.show)?;
            before = at;
        }
        before = 0.0;
        for stretch in &self.walk_ins {
            not_negative("arrival rate", stretch.arrival_rate)?;
            let until = not_negative("end of walk-ins", stretch.until)?;
            must(until >= before, "end of walk-ins", until, "in order of time")?;
            must(until <= self.close, "end of walk-ins", until, "not after closing")?;
            before = until;
        }
        Ok(())
    }

    /// Lines can be as long as all who may come.
    fn empty_building(&self) -> Result<Queues, AnalyticError> {
        let mut before = 0.0;
        let mut walk_ins = 0.0;
        for stretch in &self.walk_ins {
            walk_ins += stretch.arrival_rate * (stretch.until - before);
            before = stretch.until;
        }
        // Nine standard deviations above the mean: less than 1e-18 of all days have more.
        let most = walk_ins + 9.0 * walk_ins.sqrt() + 40.0;
        let most = self.waiting_limit.map_or(most, |limit| most.min(f64::from(limit)));
        let (rows, columns) = (self.appointments.len() + 1, most as usize + 1);
        let size = (rows as u64).saturating_mul(columns as u64);
        if size > MOST_STATES {
            let what = "the distribution of two lines";
            return Err(AnalyticError::TooLarge { what, size, unit: "states", most: MOST_STATES });
        }
        Ok(Queues::nobody(self.servers, rows - 1, columns - 1))
    }
}

/// Sums of the day.
#[derive(Debug, Default)]
struct Sums {
    shows: f64,
    walk_ins: f64,
    rejected: f64,
    first: f64,
    second: f64,
}
