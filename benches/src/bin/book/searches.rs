//! Ranked searches over the whole book, with bookings between them.

use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use chrono::{DateTime, FixedOffset};
use scheduler_benches::book::DAYS;
use scheduler_benches::wishes::Wish;
use scheduler_core::ledger::offers::{Offers, Query, QueryError, offers};
use scheduler_core::ledger::{Book, Entry, Ledger, Limits, Snapshot};
use scheduler_core::plan::Prices;
use scheduler_core::problem::Problem;

use crate::timings::Timings;

/// Offers in an answer.
const LIMIT: usize = 20;

/// Searches for each citizen, and books the best offer: so each search finds a new page.
pub(crate) fn measure(
    problem: &Arc<Problem>,
    ledgers: &[Ledger],
    prices: &Arc<Prices>,
    citizens: &[Wish],
    limits: Limits,
) -> Result<()> {
    let page =
        |ledger: &Ledger| Arc::new(Snapshot::with_prices(ledger.clone(), 0, Arc::clone(prices)));
    let fresh =
        || Book { problem: Arc::clone(problem), snapshots: ledgers.iter().map(page).collect() };
    let (mut cold, mut warm, mut publish) =
        (Timings::default(), Timings::default(), Timings::default());
    for citizen in citizens.iter().take(20) {
        let book = fresh();
        cold.time(|| search(&book, citizen, limits))?;
    }
    let mut book = fresh();
    // As it is in a running service: common visits have been asked for before.
    for citizen in citizens.iter().take(200) {
        search(&book, citizen, limits)?;
    }
    let (mut empty, mut unknown) = (0, 0);
    for (number, citizen) in citizens.iter().enumerate() {
        let answer = warm.time(|| search(&book, citizen, limits))?;
        unknown += answer.unknown;
        let Some(best) = answer.offers.first() else {
            empty += 1;
            continue;
        };
        let (basket, visit) = (citizen.basket.clone(), citizen.visit.clone());
        let entry = Entry::new(format!("search-{number}"), basket, visit, best.window.from);
        let begin = Instant::now();
        let page = &book.snapshots[best.site_day];
        let mut ledger = page.ledger().clone();
        ledger.insert(entry, limits).context("an offered start was refused")?;
        let next = page.successor(problem, ledger, page.version() + 1);
        book.snapshots[best.site_day] = Arc::new(next);
        publish.add(begin.elapsed());
    }
    ensure!(empty < citizens.len(), "no search found anything");
    println!("ranked search ({LIMIT} of all starts), one booking between two: {}", warm.line());
    println!("the same on pages that nobody has searched yet: {}", cold.line());
    println!("booking and new page: {}", publish.line());
    println!("{empty} of {} searches found nothing, {unknown} starts undecided", citizens.len());
    Ok(())
}

fn search(book: &Book, citizen: &Wish, limits: Limits) -> Result<Offers, QueryError> {
    let asked = (&citizen.basket[..], &citizen.visit);
    let mut query = Query::new(asked, &[0, 1], 0..DAYS, eve(&book.problem));
    (query.limit, query.limits) = (LIMIT, limits);
    offers(book, &query)
}

/// The midnight before the first day.
fn eve(problem: &Problem) -> DateTime<FixedOffset> {
    let midnight = scheduler_core::time::Window::new(0, 0);
    problem.instants(0, midnight).0
}
