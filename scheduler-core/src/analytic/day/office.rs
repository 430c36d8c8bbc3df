//! A day of an office with one line.

use super::crowd::{Crowd, Rates, Scratch};
use crate::analytic::error::{AnalyticError, must, not_negative, positive, probability};

/// A stretch of the day with the same arrivals and servers; the first begins at 0.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Period {
    /// Its end.
    pub until: f64,
    /// Walk-ins in a unit of time.
    pub arrival_rate: f64,
    /// Servers on duty. One who is to go finishes the customer first.
    pub servers: u32,
}

/// A customer with an appointment, who comes on time or not at all.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Appointment {
    /// Its time.
    pub at: f64,
    /// Probability that the customer comes.
    pub show: f64,
}

/// A day that begins empty: walk-ins, appointments, exponential service, one line, first come first
/// served. Whoever is in the building at closing is served.
#[derive(Debug, Clone, PartialEq)]
pub struct OfficeDay {
    /// In order of time. The servers of the last stay until the building is empty.
    pub periods: Vec<Period>,
    /// Customers that one server serves in a unit of time.
    pub service_rate: f64,
    /// In order of time. At the end of a period, they come after the change.
    pub appointments: Vec<Appointment>,
    /// A walk-in who finds so many waiting, and no server free, leaves.
    pub waiting_limit: Option<u32>,
    /// From when overtime counts; no walk-ins come after. The end of the last period if `None`.
    pub close: Option<f64>,
}

/// Expected figures of an [`OfficeDay`].
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct DayFigures {
    /// Customers who come, those included who leave at once.
    pub arrivals: f64,
    /// Walk-ins who leave at once.
    pub rejected: f64,
    /// Sum of all waits.
    pub wait_sum: f64,
    /// Sum of all waits over customers served, both expected; 0 where nobody comes.
    pub mean_wait: f64,
    /// Share of customers served who wait.
    pub p_wait: f64,
    /// Time that servers are busy.
    pub busy: f64,
    /// Probability that somebody is in the building at closing, or still to come.
    pub p_overtime: f64,
    /// Mean time from closing to the last departure, 0 where that is before closing.
    pub overtime: f64,
}

impl OfficeDay {
    /// The expected figures. O(events · states), where each unit of time has as many events as the
    /// busiest state, and states count that have some probability.
    ///
    /// # Errors
    /// A parameter is out of range, something is not in order of time, there are no periods, no
    /// servers at the end, or walk-ins after closing.
    pub fn figures(&self) -> Result<DayFigures, AnalyticError> {
        let mut day = Walk::start(self)?;
        for period in &self.periods {
            day.crowd.set_servers(period.servers);
            day.pass(period.until, period.arrival_rate);
        }
        // Appointments and closing may be after the last period.
        let last = self.appointments.last().map_or(0.0, |appointment| appointment.at);
        day.pass(day.close.max(last), 0.0);
        Ok(day.end())
    }

    /// The mean wait of each customer with an appointment, where that customer comes, and the
    /// figures of the day. Servers must be the same all day and walk-ins must not come: only then
    /// is a wait known when the customer arrives.
    ///
    /// # Errors
    /// As [`OfficeDay::figures`]; or there are walk-ins, or servers change.
    pub fn waits_of_appointments(&self) -> Result<(Vec<f64>, DayFigures), AnalyticError> {
        let servers = self.periods.first().map_or(0, |period| period.servers);
        for period in &self.periods {
            must(period.arrival_rate == 0.0, "arrival rate", period.arrival_rate, "0 here")?;
            let same = period.servers == servers;
            must(same, "servers", f64::from(period.servers), "the same all day")?;
        }
        let mut day = Walk::start(self)?;
        let last = self.appointments.last().map_or(0.0, |appointment| appointment.at);
        day.waits = Some(Vec::with_capacity(self.appointments.len()));
        day.pass(day.close.max(last), 0.0);
        let waits = day.waits.take().unwrap_or_default();
        Ok((waits, day.end()))
    }
}

/// The day as it passes.
struct Walk<'a> {
    day: &'a OfficeDay,
    crowd: Crowd,
    scratch: Scratch,
    now: f64,
    close: f64,
    /// Appointments that have been.
    passed: usize,
    arrivals: f64,
    rejected: f64,
    wait_sum: f64,
    waiters: f64,
    /// Probability of overtime, once closing has been reached.
    p_overtime: Option<f64>,
    overtime: f64,
    /// Waits of appointments, where they are asked for.
    waits: Option<Vec<f64>>,
}

impl<'a> Walk<'a> {
    fn start(day: &'a OfficeDay) -> Result<Self, AnalyticError> {
        positive("service rate", day.service_rate)?;
        let mut before = 0.0;
        for period in &day.periods {
            not_negative("arrival rate", period.arrival_rate)?;
            not_negative("end of a period", period.until)?;
            must(period.until >= before, "end of a period", period.until, "in order of time")?;
            before = period.until;
        }
        let close = day.close.unwrap_or(before);
        not_negative("closing time", close)?;
        before = 0.0;
        for period in &day.periods {
            let inside =
                period.arrival_rate == 0.0 || period.until <= close || before >= period.until;
            must(inside, "arrival rate", period.arrival_rate, "0 after closing")?;
            before = period.until;
        }
        before = 0.0;
        for appointment in &day.appointments {
            not_negative("time of an appointment", appointment.at)?;
            must(appointment.at >= before, "time of an appointment", appointment.at, "in order")?;
            probability("probability to come", appointment.show)?;
            before = appointment.at;
        }
        let last = day.periods.last().map_or(0, |period| period.servers);
        must(last > 0, "servers in the last period", f64::from(last), "at least 1")?;
        let first = day.periods.first().map_or(0, |period| period.servers);
        Ok(Self {
            day,
            crowd: Crowd::nobody(first),
            scratch: Scratch::default(),
            now: 0.0,
            close,
            passed: 0,
            arrivals: 0.0,
            rejected: 0.0,
            wait_sum: 0.0,
            waiters: 0.0,
            p_overtime: None,
            overtime: 0.0,
            waits: None,
        })
    }

    /// Lets time pass until `until`; what is due then is left to the next call, as the servers may
    /// change first.
    fn pass(&mut self, until: f64, arrival_rate: f64) {
        loop {
            self.admit();
            let next = self.day.appointments.get(self.passed).map_or(until, |next| next.at);
            let close = if self.now < self.close { self.close } else { until };
            let stop = until.min(next).min(close);
            if stop <= self.now {
                break;
            }
            self.spend(stop, arrival_rate);
        }
    }

    /// Lets everybody in whose appointment is now.
    fn admit(&mut self) {
        while let Some(appointment) = self.day.appointments.get(self.passed)
            && appointment.at <= self.now
        {
            if let Some(waits) = &mut self.waits {
                waits.push(self.crowd.wait_of_next(self.day.service_rate));
            }
            self.waiters += appointment.show * self.crowd.p_no_server();
            self.arrivals += appointment.show;
            self.crowd.join(appointment.show);
            self.passed += 1;
        }
    }

    /// Probability that none of the appointments to come is kept.
    fn p_nobody_to_come(&self) -> f64 {
        self.day.appointments[self.passed..].iter().map(|later| 1.0 - later.show).product()
    }

    /// A stretch without appointments, up to `until`.
    fn spend(&mut self, until: f64, arrival_rate: f64) {
        self.note_closing();
        let rates = Rates {
            arrivals: arrival_rate,
            service: self.day.service_rate,
            limit: self.day.waiting_limit.map(|limit| limit as usize),
        };
        let duration = until - self.now;
        let spent = self.crowd.advance(rates, duration, &mut self.scratch);
        if self.now >= self.close {
            self.overtime += duration - spent.empty * self.p_nobody_to_come();
        }
        self.arrivals += arrival_rate * duration;
        self.rejected += arrival_rate * spent.would_leave;
        self.waiters += arrival_rate * spent.would_wait;
        self.wait_sum += spent.waiting;
        self.now = until;
    }

    fn note_closing(&mut self) {
        if self.now >= self.close && self.p_overtime.is_none() {
            self.p_overtime = Some(1.0 - self.crowd.p_empty() * self.p_nobody_to_come());
        }
    }

    /// Serves who is left.
    fn end(mut self) -> DayFigures {
        self.admit();
        self.note_closing();
        let (time, waits) = self.crowd.run_out(self.day.service_rate);
        let served = self.arrivals - self.rejected;
        let wait_sum = self.wait_sum + waits;
        let share = |sum: f64| if served > 0.0 { sum / served } else { 0.0 };
        DayFigures {
            arrivals: self.arrivals,
            rejected: self.rejected,
            wait_sum,
            mean_wait: share(wait_sum),
            p_wait: share(self.waiters),
            busy: served / self.day.service_rate,
            p_overtime: self.p_overtime.unwrap_or(0.0).max(0.0),
            overtime: self.overtime + time,
        }
    }
}
