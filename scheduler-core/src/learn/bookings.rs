//! How people book: how many for what, when, how far ahead, and who gives it back.

use serde::Serialize;

use super::Outcome;
use super::estimate::Estimate;
use super::math::NINETY;
use super::no_shows::{LEAD_BUCKETS, bucket};
use super::visit::{DAY, MINUTE, Visit, weekday};

const LEADS: usize = 401;

/// Counts of bookings of all sites.
#[derive(Debug, Clone)]
pub(super) struct BookingCounts {
    services: usize,
    /// By site, weekday and service: appointments for that weekday.
    wanted: Vec<u64>,
    by_weekday: [u64; 7],
    by_hour: [u64; 24],
    leads: Vec<u64>,
    persons: Vec<u64>,
    /// By lead: bookings, and those given back.
    cancelled: [(u64, u64); LEAD_BUCKETS.len()],
    unknown_booking: u64,
    after: u64,
    /// By site: minutes at which an appointment was made, and for when.
    made: Vec<Vec<(u32, u32)>>,
}

/// Bookings of a history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bookings {
    /// Appointments, whatever became of them.
    pub count: u64,
    /// Appointments of which the log does not say when they were made.
    pub unknown: u64,
    /// Appointments made after their own time: people who were entered afterwards.
    pub after: u64,
    /// What is asked for.
    pub wanted: Vec<Wanted>,
    /// When bookings are made, by weekday, Monday first; empty where the log does not say.
    pub by_weekday: Vec<u64>,
    /// The same by hour.
    pub by_hour: Vec<u64>,
    /// How many come with an appointment: one, two and so on.
    pub persons: Vec<u64>,
    /// How far ahead people book.
    pub lead: Option<Leads>,
    /// Share that is given back, and by lead; `None` where the log has no cancellations.
    pub cancelled: Option<Cancellations>,
}

/// Appointments a day of a service, at a site on a weekday.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Wanted {
    /// Index of the site.
    pub site: usize,
    /// 0 for Monday.
    pub weekday: usize,
    /// Index of the service.
    pub service: usize,
    /// Appointments.
    pub count: u64,
    /// A day.
    pub per_day: Estimate,
}

/// How far ahead people book, in days.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Leads {
    /// Bookings of which it is known.
    pub count: u64,
    /// Mean.
    pub mean: f64,
    /// Median.
    pub median: f64,
    /// Nine tenths book at most so far ahead.
    pub p90: f64,
    /// Hardly anybody books further ahead than this: 999 of 1000 do not.
    pub horizon: u32,
    /// Share of those who took the first slot that is known to have been free: at most this many do.
    /// A slot that nobody ever booked is not known.
    pub first_free: Estimate,
    /// How far ahead those book who left an earlier slot free: mean and coefficient of variation.
    pub others: Option<(Estimate, f64)>,
    /// Share of the bookings within the last tenth of the horizon: where it is large, more people
    /// wanted something than found it.
    pub at_horizon: f64,
}

/// Bookings that are given back.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cancellations {
    /// Share of all.
    pub share: Estimate,
    /// By bucket of the lead, bookings and share.
    pub by_lead: Vec<(usize, u64, Estimate)>,
}

impl BookingCounts {
    pub(super) fn new(sites: usize, services: usize) -> Self {
        Self {
            services,
            wanted: vec![0; sites * 7 * services],
            by_weekday: [0; 7],
            by_hour: [0; 24],
            leads: vec![0; LEADS],
            persons: Vec::new(),
            cancelled: [(0, 0); LEAD_BUCKETS.len()],
            unknown_booking: 0,
            after: 0,
            made: vec![Vec::new(); sites],
        }
    }

    pub(super) fn add(&mut self, visit: &Visit, at: i64, lead: Option<i64>) {
        let date = at.div_euclid(DAY);
        self.wanted[(visit.site * 7 + weekday(date)) * self.services + visit.service] += 1;
        let persons = (visit.persons.max(1) as usize - 1).min(99);
        if self.persons.len() <= persons {
            self.persons.resize(persons + 1, 0);
        }
        self.persons[persons] += 1;
        let sums = &mut self.cancelled[bucket(lead)];
        sums.0 += 1;
        sums.1 += u64::from(visit.outcome == Outcome::Cancelled);
        let Some(booked) = visit.booked_at else {
            self.unknown_booking += 1;
            return;
        };
        if booked > at {
            self.after += 1;
            return;
        }
        self.by_weekday[weekday(booked.div_euclid(DAY))] += 1;
        self.by_hour[(booked.rem_euclid(DAY) / (60 * MINUTE)) as usize] += 1;
        self.leads[(lead.unwrap_or(0).max(0) as usize).min(LEADS - 1)] += 1;
        // Minutes since 1970 fit until the year 10136.
        let minute = |at: i64| u32::try_from(at / MINUTE).unwrap_or(0);
        self.made[visit.site].push((minute(booked), minute(at)));
    }

    /// `open` says on how many dates a site was open on a weekday.
    pub(super) fn estimate(&mut self, open: impl Fn(usize, usize) -> usize) -> Bookings {
        let count: u64 = self.wanted.iter().sum();
        let known: u64 = self.leads.iter().sum();
        let profile = |counts: &[u64]| if known > 0 { counts.to_vec() } else { Vec::new() };
        Bookings {
            count,
            unknown: self.unknown_booking,
            after: self.after,
            wanted: self.wanted(open),
            by_weekday: profile(&self.by_weekday),
            by_hour: profile(&self.by_hour),
            persons: self.persons.clone(),
            lead: (known > 0).then(|| self.lead(known)),
            cancelled: self.cancellations(),
        }
    }

    /// Means of services are pooled within a site: a day of a mean service counts as one more.
    fn wanted(&self, open: impl Fn(usize, usize) -> usize) -> Vec<Wanted> {
        let services = self.services;
        let sites = self.wanted.len() / (7 * services);
        let at = |site: usize, weekday: usize| {
            let from = (site * 7 + weekday) * services;
            &self.wanted[from..from + services]
        };
        let mut list = Vec::new();
        for site in 0..sites {
            let of_site: u64 = (0..7).map(|w| at(site, w).iter().sum::<u64>()).sum();
            for weekday in 0..7 {
                let days = open(site, weekday) as f64;
                let counts = at(site, weekday);
                let of_day = counts.iter().sum::<u64>() as f64;
                if days == 0.0 || of_day == 0.0 {
                    continue;
                }
                for (service, &count) in counts.iter().enumerate() {
                    let of_service: u64 = (0..7).map(|w| at(site, w)[service]).sum();
                    if of_service == 0 {
                        continue;
                    }
                    let prior = of_day / days * of_service as f64 / of_site as f64;
                    let mean = (count as f64 + prior) / (days + 1.0);
                    let sd = (mean / (days + 1.0)).sqrt();
                    let per_day = Estimate::gamma(mean, sd);
                    list.push(Wanted { site, weekday, service, count, per_day });
                }
            }
        }
        list
    }

    fn lead(&mut self, known: u64) -> Leads {
        let at = |share: f64| {
            let mut below = 0;
            let reached = |&n: &u64| {
                below += n;
                below as f64 >= share * known as f64
            };
            self.leads.iter().position(reached).unwrap_or(0)
        };
        let days = self.leads.iter().enumerate();
        let mean = days.map(|(day, &n)| day as f64 * n as f64).sum::<f64>() / known as f64;
        let (median, p90, horizon) = (at(0.5) as f64, at(0.9) as f64, at(0.999) as u32);
        let late = self.leads.iter().enumerate().skip((f64::from(horizon) * 0.9) as usize);
        let at_horizon = late.map(|(_, &n)| n).sum::<u64>() as f64 / known as f64;
        let (first_free, others) = self.first_free();
        Leads { count: known, mean, median, p90, horizon, first_free, others, at_horizon }
    }

    /// A slot that was booked later was free before. Going back in time, the earliest of those that
    /// were booked since is the first that somebody left.
    fn first_free(&mut self) -> (Estimate, Option<(Estimate, f64)>) {
        let (mut first, mut all) = (0_u64, 0_u64);
        let (mut sum, mut square) = (0.0, 0.0);
        for made in &mut self.made {
            made.sort_unstable();
            let mut earliest = u32::MAX;
            for &(booked, at) in made.iter().rev() {
                all += 1;
                if at <= earliest {
                    first += 1;
                } else {
                    let ahead = f64::from(at - booked) / 1440.0;
                    sum += ahead;
                    square += ahead * ahead;
                }
                earliest = earliest.min(at);
            }
        }
        let share = Estimate::share(first as f64, all as f64);
        let others = all - first;
        let n = others as f64;
        (
            share,
            (others >= 30).then(|| {
                let mean = sum / n;
                let sd = (square / n - mean * mean).max(0.0).sqrt();
                (Estimate::normal(mean, sd / n.sqrt()), sd / mean.max(1e-9))
            }),
        )
    }

    fn cancellations(&self) -> Option<Cancellations> {
        let sum = self.cancelled.iter().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
        if sum.1 == 0 {
            return None;
        }
        let share = |&(all, gone): &(u64, u64)| Estimate::share(gone as f64, all as f64);
        let by_lead = self.cancelled.iter().enumerate().filter(|(_, of)| of.0 > 0);
        Some(Cancellations {
            share: share(&sum),
            by_lead: by_lead.map(|(bucket, of)| (bucket, of.0, share(of))).collect(),
        })
    }
}

/// Standard deviation of an estimate.
pub(super) fn sd(estimate: Estimate) -> f64 {
    (estimate.high - estimate.low) / (2.0 * NINETY)
}
