//! The book as readers see it.

use std::sync::{Arc, PoisonError};

use chrono::{DateTime, FixedOffset, Utc};
use scheduler_core::ledger::{Book, Snapshot};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;

use super::inner::Inner;
use super::state::State;
use super::{BookingError, day, times};
use crate::store::PlanRow;

/// A consistent view of the scenario and the book at some moment.
#[derive(Debug, Clone)]
pub struct View {
    /// The scenario in force.
    pub scenario: Arc<Scenario>,
    /// Grows with each change of the scenario.
    pub scenario_version: u64,
    /// The site-days, without expired holds, and with the walk-in capacity that has flowed back.
    pub book: Book,
    /// The moment, as the wall clocks of the scenario's zone show it.
    pub now: DateTime<FixedOffset>,
    /// What planning came to, for the dates from each first to its last date.
    pub plans: Arc<Vec<PlanRow>>,
}

impl View {
    /// The scenario, validated.
    pub fn problem(&self) -> &Arc<Problem> {
        &self.book.problem
    }
}

/// The pages that were made for the last view.
#[derive(Debug)]
pub(super) struct Cached {
    state: Arc<State>,
    pages: Vec<Shown>,
    /// The pages are right at these moments: from the first until before the second.
    valid: (DateTime<Utc>, DateTime<Utc>),
}

/// A page as readers see it.
#[derive(Debug, Clone)]
struct Shown {
    page: Arc<Snapshot>,
    /// When it was made, and when it has to be made anew, if ever.
    valid: (DateTime<Utc>, Option<DateTime<Utc>>),
}

/// The view as of now, of what is published.
pub(super) async fn view(inner: &Arc<Inner>) -> Result<Arc<View>, BookingError> {
    inner.look().await.map_err(|error| inner.store_failed(&error))?;
    let now = inner.now();
    let state = inner.state();
    if let Some(pages) = current(inner, &state, now) {
        return Ok(Arc::new(assemble(&state, now, pages)));
    }
    let shared = Arc::clone(inner);
    let pages = inner.compute(move || make(&shared, &state, now));
    let (state, pages) = pages.await.map_err(|error| inner.store_failed(&error))?;
    Ok(Arc::new(assemble(&state, now, pages)))
}

fn assemble(state: &State, now: DateTime<Utc>, pages: Vec<Arc<Snapshot>>) -> View {
    let frame = &state.frame;
    View {
        scenario: Arc::clone(&frame.scenario),
        scenario_version: frame.version,
        book: Book { problem: Arc::clone(&frame.problem), snapshots: pages },
        now: times::local(&frame.problem.zone, now),
        plans: Arc::clone(&state.plans),
    }
}

/// The pages of the last view, where they are still right.
fn current(inner: &Inner, state: &Arc<State>, now: DateTime<Utc>) -> Option<Vec<Arc<Snapshot>>> {
    let cached = inner.cached.lock().unwrap_or_else(PoisonError::into_inner);
    let cached = cached.as_ref()?;
    let (from, until) = cached.valid;
    let right = Arc::ptr_eq(&cached.state, state) && from <= now && now < until;
    right.then(|| cached.pages.iter().map(|shown| Arc::clone(&shown.page)).collect())
}

/// Makes the pages that are not right any more, and remembers them.
fn make(inner: &Inner, state: &Arc<State>, now: DateTime<Utc>) -> (Arc<State>, Vec<Arc<Snapshot>>) {
    let mut cached = inner.cached.lock().unwrap_or_else(PoisonError::into_inner);
    let before = cached.take().filter(|before| Arc::ptr_eq(&before.state.frame, &state.frame));
    let mut until = DateTime::<Utc>::MAX_UTC;
    let mut pages = Vec::with_capacity(state.days.len());
    for (site_day, current) in state.days.iter().enumerate() {
        let earlier = before.as_ref().and_then(|before| {
            let shown = &before.pages[site_day];
            let same = Arc::ptr_eq(&before.state.days[site_day].page, &current.page);
            let right = shown.valid.0 <= now && shown.valid.1.is_none_or(|until| now < until);
            (same && right).then(|| shown.clone())
        });
        let shown = earlier.unwrap_or_else(|| show(state, site_day, now));
        until = until.min(shown.valid.1.unwrap_or(DateTime::<Utc>::MAX_UTC));
        pages.push(shown);
    }
    // What is right since now may not have been before.
    let shown = pages.iter().map(|shown| Arc::clone(&shown.page)).collect();
    *cached = Some(Cached { state: Arc::clone(state), pages, valid: (now, until) });
    (Arc::clone(state), shown)
}

fn show(state: &State, site_day: usize, now: DateTime<Utc>) -> Shown {
    let current = &state.days[site_day];
    let problem = &state.frame.problem;
    let next_return = day::next_return(problem, site_day, now);
    let expiry = current.next_expiry.map(times::from_milliseconds);
    if !day::has_returns(problem, site_day, now) && expiry.is_none_or(|expiry| now < expiry) {
        let until = [expiry, next_return].into_iter().flatten().min();
        return Shown { page: Arc::clone(&current.page), valid: (now, until) };
    }
    let as_of = day::as_of(problem, current.page.ledger(), now);
    let expiry = as_of.ledger.next_expiry().map(times::from_milliseconds);
    let until = [expiry, next_return].into_iter().flatten().min();
    let page = state.frame.successor(&current.page, as_of.ledger, current.page.version());
    Shown { page: Arc::new(page), valid: (now, until) }
}
