//! Searching by ids.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::request::{Reader, RequestedService, day_of};
use super::{BookingError, Bookings};
use crate::ledger::offers::{Obstacle, Offer, Offers, Query, Why, offers};
use crate::problem::Problem;

/// What is looked for, by ids.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Search {
    /// All services, one after the other in one visit.
    pub services: Vec<RequestedService>,
    /// Ids of the sites, the preferred first; none for all.
    pub sites: Vec<String>,
    /// First date; the first of the horizon where left out.
    pub from: Option<NaiveDate>,
    /// Last date, included; the last of the horizon where left out.
    pub until: Option<NaiveDate>,
    /// The instant of the question: what has begun is not offered.
    pub now: DateTime<FixedOffset>,
    /// The booking channel, for release policies.
    pub channel: Option<String>,
    /// Id of the clerk, where only one will do.
    pub staff: Option<String>,
    /// Id of the room, where only one will do.
    pub room: Option<String>,
    /// Most starts to find; `usize::MAX` for all in order of time.
    pub limit: usize,
    /// Id of the appointment that would be given up.
    pub instead_of: Option<String>,
}

impl Search {
    /// Five starts for nothing yet: see [`Self::service`].
    pub fn new(now: DateTime<FixedOffset>) -> Self {
        Self {
            services: Vec::new(),
            sites: Vec::new(),
            from: None,
            until: None,
            now,
            channel: None,
            staff: None,
            room: None,
            limit: 5,
            instead_of: None,
        }
    }

    /// The same with one more service for so many persons.
    #[must_use]
    pub fn service(mut self, id: impl Into<String>, persons: u32) -> Self {
        self.services.push(RequestedService { service: id.into(), persons });
        self
    }

    /// The same at one more site; without any, at all sites.
    #[must_use]
    pub fn site(mut self, id: impl Into<String>) -> Self {
        self.sites.push(id.into());
        self
    }
}

/// A start that can be booked now.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FreeStart {
    /// Id of the site.
    pub site: String,
    /// When the visit begins.
    pub start: DateTime<FixedOffset>,
    /// When it ends, as the citizen is told.
    pub end: DateTime<FixedOffset>,
    /// [`Offer::cost`].
    pub cost: f64,
    /// Why it is in the list.
    pub why: Vec<Why>,
}

/// Why there is nothing on some date at some site.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NoStart {
    /// Id of the site.
    pub site: String,
    /// The date.
    pub date: NaiveDate,
    /// What stands in the way.
    pub obstacle: Obstacle,
}

/// The answer to a [`Search`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SearchResult {
    /// The starts worth offering, the best first.
    pub starts: Vec<FreeStart>,
    /// Where there are none: why, everything that applies.
    pub reasons: Vec<NoStart>,
    /// Where there are none: the first start after the window that can be booked now.
    pub next: Option<FreeStart>,
}

impl Bookings {
    /// The starts worth offering ([`offers`]).
    ///
    /// # Errors
    /// [`BookingError::Invalid`] with everything that is wrong with the search.
    pub fn search(&self, search: &Search) -> Result<SearchResult, BookingError> {
        let problem = &*self.book.problem;
        let mut reader = Reader::new(problem, &self.ids);
        let (staff, room) = (search.staff.as_deref(), search.room.as_deref());
        let visit = reader.visit(&search.services, staff, room);
        let named = search.sites.iter().enumerate();
        let named: Vec<Option<usize>> =
            named.map(|(index, id)| reader.site(id, format!("/sites/{index}"))).collect();
        let sites: Vec<usize> = match named.is_empty() {
            true => (0..problem.sites.len()).collect(),
            false => named.into_iter().flatten().collect(),
        };
        let (basket, visit) = reader.finish(visit)?;
        let first = search.from.map_or(0, |date| problem.dates.partition_point(|&d| d < date));
        let after = search.until.map_or(problem.dates.len(), |date| {
            day_of(problem, date)
                .map_or(problem.dates.partition_point(|&d| d <= date), |day| day + 1)
        });
        let mut query = Query::new((&basket, &visit), &sites, first..after, search.now);
        query.channel = search.channel.as_deref();
        query.ignore = search.instead_of.as_deref();
        (query.limit, query.limits) = (search.limit, self.limits);
        Ok(SearchResult::new(problem, &offers(&self.book, &query)?))
    }
}

impl SearchResult {
    fn new(problem: &Problem, answer: &Offers) -> Self {
        let start = |offer: &Offer| FreeStart::new(problem, offer);
        let reasons = answer.reasons.iter().flat_map(|reason| {
            reason.site_days.iter().map(|&site_day| {
                let day = &problem.site_days[site_day];
                let (site, date) = (problem.sites[day.site].id.clone(), problem.dates[day.day]);
                NoStart { site, date, obstacle: reason.obstacle }
            })
        });
        Self {
            starts: answer.offers.iter().map(start).collect(),
            reasons: reasons.collect(),
            next: answer.next.as_ref().map(start),
        }
    }
}

impl FreeStart {
    fn new(problem: &Problem, offer: &Offer) -> Self {
        let day = &problem.site_days[offer.site_day];
        let (start, end) = problem.instants(day.day, offer.window);
        let site = problem.sites[day.site].id.clone();
        Self { site, start, end, cost: offer.cost, why: offer.why.clone() }
    }
}
