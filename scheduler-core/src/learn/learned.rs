//! What was learnt.

use serde::Serialize;

use super::arrivals::SiteArrivals;
use super::bookings::{Bookings, sd};
use super::durations::{ServiceDurations, Withheld};
use super::estimate::Estimate;
use super::math::Random;
use super::no_shows::NoShows;
use super::options::LearnOptions;
use super::people::{Lateness, Patience};

/// What a history says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Learned {
    /// Rows.
    pub visits: u64,
    /// Rows of no known site, service or date.
    pub undated: u64,
    /// First and last date, as days since 1 January 1970; `None` where no row has one.
    pub dates: Option<(i64, i64)>,
    /// Walk-ins of each site.
    pub walk_ins: Vec<SiteArrivals>,
    /// Bookings of all sites.
    pub bookings: Bookings,
    /// Appointments to which nobody came; `None` where there are none.
    pub no_shows: Option<NoShows>,
    /// How long each service takes.
    pub durations: Vec<ServiceDurations>,
    /// Lengths that cannot be true, and were left out: none, or more than eight hours.
    pub durations_left_out: u64,
    /// When people with an appointment come.
    pub lateness: Option<Lateness>,
    /// How long walk-ins wait before they go.
    pub patience: Patience,
    /// What it does not say, and why.
    pub unknown: Vec<Unknown>,
    /// What may be true, all together.
    #[serde(skip)]
    pub draws: Vec<Draw>,
}

/// What a history cannot tell.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Unknown {
    /// Requests that found nothing leave no row: demand is at least what was booked.
    UnmetRequests {
        /// Share of the bookings at the end of the horizon, where it says anything.
        at_horizon: Option<f64>,
    },
    /// At what time of the day people would rather come: only what was free could be booked.
    WishedTimes,
    /// The history is too short for trend and season.
    Season {
        /// Days from the first date to the last.
        days: i64,
    },
    /// The log does not say when appointments were made.
    BookedAt,
    /// It has no cancellations.
    Cancellations,
    /// It has no appointment that nobody came to.
    NoShows,
    /// It does not say when people with an appointment came.
    Arrivals,
    /// Hardly any walk-in left before being served, as far as it says.
    Patience,
    /// Nobody came without an appointment, as far as it says.
    WalkIns,
    /// How long services take: the planned minutes of all stand.
    Durations {
        /// Why, for all of them alike.
        why: Withheld,
    },
    /// How long a service takes: the planned minutes stand.
    Duration {
        /// Index of the service.
        service: usize,
        /// Why.
        why: Withheld,
    },
    /// Walk-ins who came after tickets had stopped.
    StoppedTickets {
        /// Index of the site.
        site: usize,
        /// Dates.
        days: usize,
    },
}

/// One possibility of what is true, drawn from the posterior. Factors are on the estimates.
#[derive(Debug, Clone, PartialEq)]
pub struct Draw {
    /// By site, weekday as [`SiteArrivals::weekdays`] lists them, and half-hour as those do.
    pub walk_ins: Vec<Vec<Vec<f64>>>,
    /// By service: of the requests.
    pub requests: Vec<f64>,
    /// By service: of the mean length, and the coefficient of variation.
    pub durations: Vec<(f64, f64)>,
    /// Probability at no lead, and what a week adds.
    pub no_show: Option<(f64, f64)>,
    /// Share of bookings that are given back.
    pub cancelled: Option<f64>,
    /// Mean and standard deviation in minutes.
    pub lateness: Option<(f64, f64)>,
    /// Mean in minutes.
    pub patience: Option<f64>,
}

impl Learned {
    /// With what is unknown, and the draws.
    pub(super) fn completed(mut self, options: &LearnOptions) -> Self {
        self.unknown = self.what_is_unknown();
        self.draws = self.draw(options);
        self
    }

    fn what_is_unknown(&self) -> Vec<Unknown> {
        let mut list = Vec::new();
        let booked = self.bookings.count > 0;
        if booked {
            let at_horizon = self.bookings.lead.map(|lead| lead.at_horizon);
            list.push(Unknown::UnmetRequests { at_horizon });
            list.push(Unknown::WishedTimes);
            if self.bookings.lead.is_none() {
                list.push(Unknown::BookedAt);
            }
            if self.bookings.cancelled.is_none() {
                list.push(Unknown::Cancellations);
            }
            if self.no_shows.is_none() {
                list.push(Unknown::NoShows);
            }
            if self.lateness.is_none() {
                list.push(Unknown::Arrivals);
            }
        }
        let days = self.dates.map_or(0, |(first, last)| last - first + 1);
        if days <= 365 {
            list.push(Unknown::Season { days });
        }
        let stopped = self.walk_ins.iter().filter(|site| site.stopped_days > 0);
        list.extend(
            stopped
                .map(|site| Unknown::StoppedTickets { site: site.site, days: site.stopped_days }),
        );
        if booked && self.walk_ins.iter().all(|site| site.count == 0) {
            list.push(Unknown::WalkIns);
        }
        if self.patience.mean.is_none() && self.walk_ins.iter().any(|site| site.count > 0) {
            list.push(Unknown::Patience);
        }
        let mut why = self.durations.iter().map(|of| of.withheld);
        if let Some(Some(first)) = why.next()
            && self.durations.len() > 1
            && why.all(|why| why == Some(first))
        {
            list.push(Unknown::Durations { why: first });
            return list;
        }
        let withheld = self.durations.iter();
        list.extend(
            withheld.filter_map(|of| {
                Some(Unknown::Duration { service: of.service, why: of.withheld? })
            }),
        );
        list
    }

    fn draw(&self, options: &LearnOptions) -> Vec<Draw> {
        let services = self.durations.len();
        let mut booked = vec![0_u64; services];
        for wanted in &self.bookings.wanted {
            booked[wanted.service] += wanted.count;
        }
        let positive = |estimate: Estimate, random: &mut Random| {
            random.gamma_of(estimate.value, sd(estimate)).max(1e-9)
        };
        let one = |index: usize| {
            let mut random =
                Random::new(options.seed.wrapping_mul(0x9E37_79B9).wrapping_add(index as u64));
            let random = &mut random;
            Draw {
                walk_ins: self.walk_ins.iter().map(|site| site.draw(random)).collect(),
                requests: booked
                    .iter()
                    .map(|&count| {
                        if count > 0 {
                            random.gamma(count as f64 + 0.5) / count as f64
                        } else {
                            1.0
                        }
                    })
                    .collect(),
                durations: self.durations.iter().map(|of| of.draw(random)).collect(),
                no_show: self.no_shows.as_ref().map(|of| of.draw(random)),
                cancelled: self.bookings.cancelled.as_ref().map(|of| {
                    let all: f64 = of.by_lead.iter().map(|(_, count, _)| *count as f64).sum();
                    random.beta(of.share.value * all + 0.5, (1.0 - of.share.value) * all + 0.5)
                }),
                lateness: self.lateness.map(|of| of.draw(random)),
                patience: self.patience.mean.map(|mean| positive(mean, random)),
            }
        };
        (0..options.draws).map(one).collect()
    }
}
