//! The search for offers.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use super::reasons::reasons;
use super::site_day_candidates::SiteDayCandidates;
use super::{Offer, Offers, Query, QueryError, Why};
use crate::ledger::{Answer, Book, Snapshot, Visit};
use crate::time::Step;

/// The starts worth offering.
///
/// Every one of them can be booked as the snapshots stand. Site-days that were searched before for
/// the same visit cost some hundred nanoseconds each; a new one costs what
/// [`Ledger::starts`](crate::ledger::Ledger::starts) does, and the first search on a snapshot some
/// more for the value of its time. Starts that need a search for another assignment are decided only
/// when they would be offered, and no more than some for which that is hard where others can be
/// offered.
///
/// Where nothing can be offered, every site-day of the window has a reason, and the rest of the
/// horizon is searched for the next bookable start; the window's `hours` hold there too.
///
/// # Errors
/// [`QueryError`] where basket, visit and book do not belong together.
pub fn offers(book: &Book, query: &Query<'_>) -> Result<Offers, QueryError> {
    agree(book, query)?;
    let days = query.days.start..query.days.end.min(book.problem.dates.len());
    let mut site_days = site_days(book, query, days.clone());
    let mut chosen = if query.limit == usize::MAX {
        everything(book, &mut site_days)
    } else {
        the_best(book, query, &mut site_days)
    };
    if let Some(earliest) = earliest(&site_days) {
        for offer in &mut chosen {
            let day = book.problem.site_days[offer.site_day].day;
            if (day, offer.window.from) == earliest {
                let place = offer.why.partition_point(|why| *why < Why::Earliest);
                offer.why.insert(place, Why::Earliest);
            }
        }
    }
    let (bookable, open, unknown) = counts(&site_days);
    // Where there would have been room in the answer nothing is left out silently.
    let left_out = if chosen.len() < query.limit { open } else { 0 };
    let mut answer = Offers { bookable, unknown: unknown + left_out, ..Offers::default() };
    // Where no offers are asked for, their absence needs no reason.
    if chosen.is_empty() && (query.limit > 0 || answer.bookable == Some(0)) {
        answer.reasons = reasons(book, query, &site_days);
        let after = query.days.end.max(query.days.start);
        answer.next = next(book, query, after..book.problem.dates.len());
    }
    answer.offers = chosen;
    Ok(answer)
}

/// Whether the visit is what the basket takes; it may ask for more skills, and be pinned.
pub(super) fn agree(book: &Book, query: &Query<'_>) -> Result<(), QueryError> {
    let (snapshots, site_days) = (book.snapshots.len(), book.problem.site_days.len());
    if snapshots != site_days {
        return Err(QueryError::Book { snapshots, site_days });
    }
    let visit = query.visit;
    let taken = Visit::new(&book.problem, query.basket).map_err(QueryError::Basket)?;
    let same = (visit.minutes, visit.buffer_minutes, visit.steps, visit.needs_room)
        == (taken.minutes, taken.buffer_minutes, taken.steps, taken.needs_room)
        && taken.skills.is_subset(&visit.skills)
        && taken.equipment.is_subset(&visit.equipment);
    if same { Ok(()) } else { Err(QueryError::Visit) }
}

/// The site-days of the query in order of site, then day.
pub(super) fn site_days<'a>(
    book: &Book,
    query: &'a Query<'a>,
    days: Range<usize>,
) -> Vec<SiteDayCandidates<'a>> {
    let mut seen = BTreeSet::new();
    let sites = query.sites.iter().enumerate();
    sites
        .filter(|&(_, &site)| site < book.problem.sites.len() && seen.insert(site))
        .flat_map(|(position, &site)| days.clone().map(move |day| (position, site, day)))
        .filter_map(|(position, site, day)| {
            let snapshot = book.snapshots.get(book.problem.site_day(site, day))?;
            let snapshot = without_own(book, query, snapshot);
            Some(SiteDayCandidates::new(book, query, snapshot, (position, day)))
        })
        .collect()
}

/// The snapshot without the citizen's own promise.
fn without_own(book: &Book, query: &Query<'_>, snapshot: &Arc<Snapshot>) -> Arc<Snapshot> {
    let own = query.ignore.filter(|id| snapshot.ledger().get(id).is_some());
    own.map_or_else(
        || Arc::clone(snapshot),
        |id| {
            let mut ledger = snapshot.ledger().clone();
            ledger.remove(id);
            Arc::new(snapshot.successor(&book.problem, ledger, snapshot.version()))
        },
    )
}

/// So many starts are decided by a search for one answer, as long as there are others: on full days
/// nearly all that look good need one, and each may cost what the limits allow.
const MOST_HARD: usize = 2;

/// Takes the best start of all site-days again and again, its neighbours losing each time.
fn the_best(book: &Book, query: &Query<'_>, site_days: &mut [SiteDayCandidates<'_>]) -> Vec<Offer> {
    let mut chosen = take_best(book, query, site_days, MOST_HARD);
    if chosen.is_empty() && query.limit > 0 {
        let held_back = |day_candidates: &mut SiteDayCandidates<'_>| {
            day_candidates.only_known = false;
            day_candidates.find_best();
        };
        site_days.iter_mut().for_each(held_back);
        chosen = take_best(book, query, site_days, usize::MAX);
    }
    chosen
}

fn take_best(
    book: &Book,
    query: &Query<'_>,
    site_days: &mut [SiteDayCandidates<'_>],
    most_hard: usize,
) -> Vec<Offer> {
    let mut chosen = Vec::new();
    let mut hard = 0;
    while chosen.len() < query.limit {
        let score = |day_candidates: &SiteDayCandidates<'_>| {
            let (score, index) = day_candidates.best?;
            Some((
                score,
                day_candidates.site,
                day_candidates.day,
                day_candidates.found.candidates[index].start,
            ))
        };
        let best = (0..site_days.len()).filter_map(|at| Some((score(&site_days[at])?, at))).min_by(
            |(a, _), (b, _)| a.0.total_cmp(&b.0).then((a.1, a.2, a.3).cmp(&(b.1, b.2, b.3))),
        );
        let Some((_, at)) = best else { break };
        let day_candidates = &mut site_days[at];
        let Some((_, index)) = day_candidates.best else { break };
        let decision = day_candidates.decide(index);
        if decision.answer == Answer::Yes {
            chosen.push(day_candidates.choose(book, index));
        }
        day_candidates.find_best();
        hard += usize::from(decision.hard);
        if decision.hard && hard == most_hard {
            for day_candidates in &mut *site_days {
                day_candidates.only_known = true;
                day_candidates.find_best();
            }
        }
    }
    chosen
}

/// Every start, in order of time; at the same time in order of the sites.
fn everything(book: &Book, site_days: &mut [SiteDayCandidates<'_>]) -> Vec<Offer> {
    let mut order = in_order_of_time(site_days);
    order.retain(|&(.., at, index)| site_days[at].decide(index).answer == Answer::Yes);
    order.into_iter().map(|(.., at, index)| site_days[at].offer(book, index)).collect()
}

/// All allowed candidates: day, start, position of the site, of the site-day, of the candidate.
pub(super) fn in_order_of_time(
    site_days: &[SiteDayCandidates<'_>],
) -> Vec<(usize, Step, usize, usize, usize)> {
    let mut order = Vec::new();
    for (at, day_candidates) in site_days.iter().enumerate() {
        order.extend(
            day_candidates
                .candidates()
                .map(|(index, c)| (day_candidates.day, c.start, day_candidates.site, at, index)),
        );
    }
    order.sort_unstable();
    order
}

/// How many starts can be booked, where all have been decided; how many were not asked about, and how
/// many could not be decided.
fn counts(site_days: &[SiteDayCandidates<'_>]) -> (Option<usize>, usize, usize) {
    let (mut bookable, mut open, mut unknown) = (0, 0, 0);
    for day_candidates in site_days {
        for (index, _) in day_candidates.candidates() {
            match day_candidates.answer(index) {
                Some(Answer::Yes) => bookable += 1,
                Some(Answer::No) => {}
                Some(Answer::Unknown) => unknown += 1,
                None => open += 1,
            }
        }
    }
    ((open + unknown == 0).then_some(bookable), open, unknown)
}

/// Day and step of the first start that is known to be bookable.
fn earliest(site_days: &[SiteDayCandidates<'_>]) -> Option<(usize, Step)> {
    let mut first: Option<(usize, Step)> = None;
    for day_candidates in site_days {
        if first.is_some_and(|(day, _)| day < day_candidates.day) {
            continue;
        }
        let start = day_candidates.bookable().map(|candidate| candidate.start).min();
        first = first.into_iter().chain(start.map(|start| (day_candidates.day, start))).min();
    }
    first
}

/// The first bookable start on one of `days`.
fn next(book: &Book, query: &Query<'_>, days: Range<usize>) -> Option<Offer> {
    days.into_iter().find_map(|day| {
        let mut site_days = site_days(book, query, day..day + 1);
        let order = in_order_of_time(&site_days);
        let (.., at, index) = order
            .into_iter()
            .find(|&(.., at, index)| site_days[at].decide(index).answer == Answer::Yes)?;
        let mut offer = site_days[at].offer(book, index);
        offer.why.insert(offer.why.partition_point(|why| *why < Why::Earliest), Why::Earliest);
        Some(offer)
    })
}
