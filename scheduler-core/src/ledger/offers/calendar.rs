//! Every start there is: counted by date, or in order of time page by page.
//!
//! Unlike the few that [`offers`](super::offers) chooses, nothing is left out here without being
//! counted: a start that can be kept is among the starts, or among those that were not decided.

use crate::ledger::{Answer, Book};
use crate::time::Step;

use super::reasons::reasons;
use super::search::{agree, in_order_of_time, site_days};
use super::site_day_candidates::SiteDayCandidates;
use super::{Obstacle, Offer, Query, QueryError, Reason};

/// Starts of a site-day that are decided by a search for its date in a calendar, the first ones in order
/// of time: a calendar is to be quick, and nearly all of them are impossible.
const MOST_HARD_OF_DAY: usize = 4;

/// Starts that are decided by a search for one page. What is left is for the next one.
const MOST_HARD_OF_PAGE: usize = 64;

/// What a date has, over all sites of a query.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DateOffers {
    /// Index into [`Problem::dates`](crate::problem::Problem::dates).
    pub day: usize,
    /// How many starts can be booked.
    pub starts: usize,
    /// How many more may be bookable: what it would take to know was not spent on them.
    pub unknown: usize,
    /// The first that can be booked.
    pub first: Option<Offer>,
    /// The one that takes least from others; the first of these.
    pub cheapest: Option<Offer>,
    /// Where there is none: why, everything that applies.
    pub reasons: Vec<Reason>,
}

/// What each date of `query` has. Its limit and wishes change nothing.
///
/// Site-days that were asked about before for the same visit cost about a microsecond each. On a new
/// one, starts that need a search for another assignment are decided for the first few only; the others
/// are counted as unknown.
///
/// # Errors
/// [`QueryError`] where basket, visit and book do not belong together.
pub fn calendar(book: &Book, query: &Query<'_>) -> Result<Vec<DateOffers>, QueryError> {
    agree(book, query)?;
    let days = query.days.start..query.days.end.min(book.problem.dates.len());
    Ok(days.map(|day| date_offers(book, query, day)).collect())
}

fn date_offers(book: &Book, query: &Query<'_>, day: usize) -> DateOffers {
    let mut all = site_days(book, query, day..day + 1);
    let mut date =
        DateOffers { day, starts: 0, unknown: 0, first: None, cheapest: None, reasons: Vec::new() };
    // Site-day and candidate: the first in order of time, and the cheapest.
    let mut first: Option<((Step, usize), usize, usize)> = None;
    let mut cheapest: Option<(f64, (Step, usize), usize, usize)> = None;
    for (at, site_day) in all.iter_mut().enumerate() {
        date.unknown += site_day.decide_all(MOST_HARD_OF_DAY);
        for (index, candidate) in site_day.candidates() {
            if site_day.answer(index) != Some(Answer::Yes) {
                continue;
            }
            date.starts += 1;
            let place = (candidate.start, site_day.site);
            if first.is_none_or(|(known, ..)| place < known) {
                first = Some((place, at, index));
            }
            let cost = candidate.cost;
            if cheapest.is_none_or(|(known, other, ..)| {
                cost.total_cmp(&known).then(place.cmp(&other)).is_lt()
            }) {
                cheapest = Some((cost, place, at, index));
            }
        }
    }
    date.first = first.map(|(_, at, index)| all[at].offer(book, index));
    date.cheapest = cheapest.map(|(.., at, index)| all[at].offer(book, index));
    if date.starts == 0 {
        date.reasons = why_none(book, query, &all, date.unknown);
    }
    date
}

/// Why there is nothing; where something was not decided, that.
fn why_none(
    book: &Book,
    query: &Query<'_>,
    all: &[SiteDayCandidates<'_>],
    unknown: usize,
) -> Vec<Reason> {
    if unknown == 0 {
        return reasons(book, query, all);
    }
    let mut site_days: Vec<usize> =
        all.iter().map(|day| day.snapshot.ledger().site_day()).collect();
    site_days.sort_unstable();
    vec![Reason::new(Obstacle::Unknown, site_days)]
}

/// A place in the order of all starts of a query: by date and start, at the same time by the sites in
/// the order of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// Index into [`Problem::dates`](crate::problem::Problem::dates).
    pub day: usize,
    /// The start.
    pub start: Step,
    /// Index into [`Problem::sites`](crate::problem::Problem::sites).
    pub site: usize,
}

/// Some of all starts, in order of time.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct InOrder {
    /// The starts that can be booked.
    pub offers: Vec<Offer>,
    /// How many more of these times may be bookable: the limits were used up.
    pub unknown: usize,
    /// Up to where all was looked at; `None` where that is all.
    pub next: Option<Position>,
}

/// The starts of `query` after `after`, in order of time: as many as its limit, or fewer where many need
/// a search. Going on with `next` until there is none finds every start that can be kept, or counts it
/// as unknown, whatever is booked meanwhile.
///
/// # Errors
/// [`QueryError`] where basket, visit and book do not belong together.
pub fn in_order(
    book: &Book,
    query: &Query<'_>,
    after: Option<Position>,
) -> Result<InOrder, QueryError> {
    agree(book, query)?;
    let rank = |site: usize| query.sites.iter().position(|&own| own == site);
    let after = after.map(|after| (after.day, after.start, rank(after.site)));
    let first = after.map_or(query.days.start, |(day, ..)| day.max(query.days.start));
    let mut page = InOrder::default();
    let mut hard = 0;
    for day in first..query.days.end.min(book.problem.dates.len()) {
        let mut all = site_days(book, query, day..day + 1);
        for (day, start, site, at, index) in in_order_of_time(&all) {
            if after.is_some_and(|after| (day, start, Some(site)) <= after) {
                continue;
            }
            let decision = all[at].decide(index);
            match decision.answer {
                Answer::Yes => page.offers.push(all[at].offer(book, index)),
                Answer::Unknown => page.unknown += 1,
                Answer::No => {}
            }
            hard += usize::from(decision.hard);
            if page.offers.len() >= query.limit.max(1) || hard >= MOST_HARD_OF_PAGE {
                page.next = Some(Position { day, start, site: query.sites[site] });
                return Ok(page);
            }
        }
    }
    Ok(page)
}
