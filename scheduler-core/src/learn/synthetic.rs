//! Histories that are made up from a truth that is known, to try the estimators on, or to see how
//! long a log must be before it says what one wants to know.
//!
//! Waits come from a queue with as many clerks as the truth has, first come first served, so that
//! patience is cut short by being served as it is in an office.

use super::math::Random;
use super::visit::{DAY, MINUTE, Outcome, PlannedService, Visit, weekday};

/// What is true of an office.
#[derive(Debug, Clone, PartialEq)]
pub struct Truth {
    /// First date, as days since 1 January 1970.
    pub first_date: i64,
    /// How many days from it, closed ones included.
    pub days: i64,
    /// Offices.
    pub sites: Vec<TrueSite>,
    /// What people come for.
    pub services: Vec<TrueService>,
    /// Probability of a no-show for an appointment booked for the same moment, and what each week
    /// of lead adds.
    pub no_show: (f64, f64),
    /// Standard deviation by which the log odds of a day's no-shows differ, and by which their level
    /// drifts in a day.
    pub no_show_noise: (f64, f64),
    /// Share of bookings that are given back.
    pub cancelled: f64,
    /// Mean and standard deviation of the lead, in days; gamma distributed.
    pub lead_days: (f64, f64),
    /// Mean and standard deviation of how late people with an appointment come, in minutes, and how
    /// early they come at most.
    pub lateness: (f64, f64, f64),
    /// Mean patience of walk-ins, in minutes; exponential. `None`: for ever.
    pub patience: Option<f64>,
}

/// An office.
#[derive(Debug, Clone, PartialEq)]
pub struct TrueSite {
    /// Walk-ins an hour by weekday, Monday first, and half-hour of the day; 0 where closed.
    pub walk_ins: Vec<[f64; 48]>,
    /// Coefficient of variation of the days' factor.
    pub day_cv: f64,
    /// Appointments a day by weekday, spread over the hours in which people walk in.
    pub appointments: [f64; 7],
    /// Clerks who serve.
    pub clerks: u32,
}

/// A service.
#[derive(Debug, Clone, PartialEq)]
pub struct TrueService {
    /// Share of all visits.
    pub share: f64,
    /// Mean in minutes, for one person.
    pub mean: f64,
    /// Coefficient of variation; lognormal.
    pub cv: f64,
    /// What each person more adds to the mean, in minutes.
    pub extra: f64,
    /// What the scenario plans.
    pub planned: PlannedService,
}

impl Default for Truth {
    /// Half a year of an office with eight clerks and three services.
    fn default() -> Self {
        let hours = |from: usize, until: usize, peak: f64| {
            let mut rates = [0.0; 48];
            for (half_hour, rate) in rates.iter_mut().enumerate().take(until).skip(from) {
                *rate = peak * (1.0 - 0.5 * (half_hour - from) as f64 / (until - from) as f64);
            }
            rates
        };
        let closed = [0.0; 48];
        let week = [(16, 32, 14.0), (16, 32, 11.0), (16, 24, 9.0), (16, 36, 13.0), (16, 24, 10.0)];
        let mut walk_ins: Vec<[f64; 48]> =
            week.iter().map(|&(from, until, peak)| hours(from, until, peak)).collect();
        walk_ins.extend([closed; 2]);
        let service = |share, mean, cv, extra, minutes, extra_person_minutes| TrueService {
            share,
            mean,
            cv,
            extra,
            planned: PlannedService { minutes, extra_person_minutes, max_persons: 4 },
        };
        Self {
            first_date: 20_457,
            days: 182,
            sites: vec![TrueSite {
                walk_ins,
                day_cv: 0.2,
                appointments: [60.0, 55.0, 30.0, 70.0, 30.0, 0.0, 0.0],
                clerks: 8,
            }],
            services: vec![
                service(0.5, 13.0, 0.5, 6.0, 15, 10),
                service(0.4, 17.5, 0.6, 5.0, 15, 5),
                service(0.1, 6.0, 0.4, 0.0, 10, 0),
            ],
            no_show: (0.08, 0.03),
            no_show_noise: (0.2, 0.01),
            cancelled: 0.1,
            lead_days: (9.0, 6.0),
            lateness: (-4.0, 6.0, 15.0),
            patience: Some(90.0),
        }
    }
}

impl Truth {
    /// What a scenario of the office would say of its services.
    pub fn planned(&self) -> Vec<PlannedService> {
        self.services.iter().map(|service| service.planned).collect()
    }
}

/// The offset of the log odds of no-shows on each day, as [`history`] draws it for the same seed:
/// the drifting level first, then the day's own.
pub fn no_show_levels(truth: &Truth, seed: u64) -> Vec<(f64, f64)> {
    let mut random = Random::new(seed ^ 0xD81F);
    let (day, drift) = truth.no_show_noise;
    let mut level = 0.0;
    let levels = (0..truth.days).map(|_| {
        level += drift * random.normal();
        (level, day * random.normal())
    });
    levels.collect()
}

/// Gives each visit of a history to `to`, in order of the days on which people would come.
pub fn history(truth: &Truth, seed: u64, mut to: impl FnMut(Visit)) {
    let levels = no_show_levels(truth, seed);
    let mut random = Random::new(seed);
    let mut people: Vec<Visit> = Vec::new();
    for (day, level) in (0..truth.days).zip(levels) {
        let date = truth.first_date + day;
        for (index, site) in truth.sites.iter().enumerate() {
            people.clear();
            walk_ins(truth, (index, site), date, &mut random, &mut people);
            booked(truth, (index, site), (date, level.0 + level.1), &mut random, &mut people);
            serve(truth, site, &mut random, &mut people);
            people.iter().copied().for_each(&mut to);
        }
    }
}

fn any_service(truth: &Truth, random: &mut Random) -> usize {
    let all: f64 = truth.services.iter().map(|service| service.share).sum();
    let mut left = random.uniform() * all;
    let reached = |service: &TrueService| {
        left -= service.share;
        left < 0.0
    };
    truth.services.iter().position(reached).unwrap_or(truth.services.len() - 1)
}

fn visit(truth: &Truth, site: usize, random: &mut Random) -> Visit {
    let service = any_service(truth, random);
    let most = truth.services[service].planned.max_persons;
    let persons = if random.uniform() < 0.15 { 2.min(most) } else { 1 };
    Visit {
        site,
        service,
        persons,
        booked_at: None,
        appointment_at: None,
        arrived_at: None,
        called_at: None,
        finished_at: None,
        counter: None,
        clerk: None,
        outcome: Outcome::Served,
    }
}

fn walk_ins(
    truth: &Truth,
    (index, site): (usize, &TrueSite),
    date: i64,
    random: &mut Random,
    people: &mut Vec<Visit>,
) {
    let of_day = random.gamma_of(1.0, site.day_cv);
    for (half_hour, rate) in site.walk_ins[weekday(date)].iter().enumerate() {
        for _ in 0..random.poisson(rate / 2.0 * of_day) {
            let at = date * DAY
                + half_hour as i64 * 30 * MINUTE
                + (random.uniform() * 30.0 * MINUTE as f64) as i64;
            people.push(Visit { arrived_at: Some(at), ..visit(truth, index, random) });
        }
    }
}

fn booked(
    truth: &Truth,
    (index, site): (usize, &TrueSite),
    (date, level): (i64, f64),
    random: &mut Random,
    people: &mut Vec<Visit>,
) {
    let open: Vec<i64> =
        (0..48).filter(|&h| site.walk_ins[weekday(date)][h as usize] > 0.0).collect();
    if open.is_empty() {
        return;
    }
    for _ in 0..random.poisson(site.appointments[weekday(date)]) {
        let place = (random.uniform() * (open.len() * 6) as f64) as i64;
        let at = date * DAY + open[0] * 30 * MINUTE + place * 5 * MINUTE;
        let lead = random.gamma_of(truth.lead_days.0, truth.lead_days.1);
        let booked = at - (lead * DAY as f64) as i64;
        let mut person = visit(truth, index, random);
        (person.appointment_at, person.booked_at) = (Some(at), Some(booked));
        let days = date - booked.div_euclid(DAY);
        let plain = (truth.no_show.0 + truth.no_show.1 * days as f64 / 7.0).clamp(1e-6, 1.0 - 1e-6);
        let odds = (plain / (1.0 - plain)).ln() + level;
        let (gone, missed) = (random.uniform(), random.uniform());
        let late = truth.lateness.0 + truth.lateness.1 * random.normal();
        if gone < truth.cancelled {
            person.outcome = Outcome::Cancelled;
        } else if missed < 1.0 / (1.0 + (-odds).exp()) {
            person.outcome = Outcome::NoShow;
        } else {
            let late = late.max(-truth.lateness.2);
            person.arrived_at = Some(at + (late * MINUTE as f64) as i64);
        }
        people.push(person);
    }
}

/// First come, first served; whoever loses patience first leaves.
fn serve(truth: &Truth, site: &TrueSite, random: &mut Random, people: &mut [Visit]) {
    people.sort_by_key(|visit| visit.arrived_at.or(visit.appointment_at));
    let mut free = vec![i64::MIN; site.clerks.max(1) as usize];
    for visit in people {
        let Some(arrived) = visit.arrived_at else { continue };
        let service = &truth.services[visit.service];
        let variance = (1.0 + service.cv * service.cv).ln();
        let mean = service.mean + service.extra * f64::from(visit.persons - 1);
        let minutes = (mean.ln() - variance / 2.0 + variance.sqrt() * random.normal()).exp();
        let length = ((minutes * MINUTE as f64) as i64).max(1000);
        let patience = truth.patience.map(|mean| -mean * random.uniform().ln() * MINUTE as f64);
        let first = random.bits() as usize % free.len();
        let places = (0..free.len()).map(|place| (place + first) % free.len());
        // Of those who are free anybody, as chance has it.
        let Some(clerk) = places.min_by_key(|&clerk| free[clerk].max(arrived)) else { continue };
        let called = free[clerk].max(arrived);
        let walked = visit.appointment_at.is_none();
        if walked && patience.is_some_and(|patience| ((called - arrived) as f64) > patience) {
            visit.outcome = Outcome::Left;
            visit.finished_at = patience.map(|patience| arrived + patience as i64);
            continue;
        }
        free[clerk] = called + length;
        (visit.called_at, visit.finished_at) = (Some(called), Some(called + length));
        (visit.clerk, visit.counter) = (Some(clerk as u32), Some(clerk as u32));
    }
}
