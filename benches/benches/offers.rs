//! What a search, a question and a booking cost on the book of two sites, 42 days and 15,000 promises.

#![expect(clippy::expect_used, reason = "a benchmark without its instance has nothing to time")]

use std::hint::black_box;
use std::sync::Arc;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use scheduler_benches::baseline::{Calendar, Ours};
use scheduler_benches::book::{DAYS, scenario};
use scheduler_benches::wishes::{Habits, Wish, wishes};
use scheduler_core::ledger::offers::{Query, calendar, offers};
use scheduler_core::ledger::{Book, Entry, Limits, Snapshot};
use scheduler_core::plan::{Budget, Options, WallClock, plan};
use scheduler_core::problem::Problem;
use scheduler_core::time::Window;

/// Promises in the book.
const PROMISES: usize = 15_000;

/// Citizens whose questions are timed, one after the other.
const CITIZENS: usize = 200;

/// The book, and who comes next.
fn book() -> (Book, Vec<Wish>) {
    let problem = Arc::new(Problem::new(&scenario(20, 1)).expect("a valid scenario"));
    let options = Options { budget: Budget::Steps(100_000), ..Options::default() };
    let outcome = plan(&problem, &options, &WallClock::start()).expect("a plan");
    let mut ours =
        Ours::new(&problem, &outcome.plan, Limits::default()).expect("the plan's blocks");
    let mut stream = wishes(&problem, Habits { patience: 5, ..Habits::default() }, 1);
    let mut promises = 0;
    while promises < PROMISES {
        let wish = stream.next().expect("a stream without end");
        let mut places = wish.places.iter();
        let found =
            places.find_map(|&(day, from)| Some((day, ours.first(day, &wish.visit, from)?)));
        if let Some((day, start)) = found {
            ours.book(day, &wish.visit, start);
            promises += 1;
        }
    }
    let citizens = stream.take(CITIZENS).collect();
    let prices = Arc::new(outcome.prices);
    let page = |ledger| Arc::new(Snapshot::with_prices(ledger, 0, Arc::clone(&prices)));
    let pages = ours.into_ledgers().into_iter().map(page).collect();
    (Book { problem: Arc::clone(&problem), snapshots: pages }, citizens)
}

fn search(book: &Book, citizen: &Wish) -> usize {
    let now = book.problem.instants(0, Window::new(0, 0)).0;
    let mut query = Query::new((&citizen.basket, &citizen.visit), &[0, 1], 0..DAYS, now);
    query.limit = 20;
    offers(book, &query).map_or(0, |found| found.offers.len())
}

/// A month and a half in one question.
fn dates(book: &Book, citizen: &Wish) -> usize {
    let now = book.problem.instants(0, Window::new(0, 0)).0;
    let query = Query::new((&citizen.basket, &citizen.visit), &[0, 1], 0..DAYS, now);
    calendar(book, &query).map_or(0, |dates| dates.iter().map(|date| date.starts).sum())
}

fn entry(citizen: &Wish, start: u16) -> Entry {
    Entry::new("new", citizen.basket.clone(), citizen.visit.clone(), start)
}

fn ledger(criterion: &mut Criterion) {
    let (book, citizens) = book();
    let limits = Limits::default();
    let mut next = citizens.iter().cycle();
    let mut citizen = || next.next().expect("a cycle without end");
    criterion.bench_function("offers, asked before", |bencher| {
        bencher.iter(|| black_box(search(&book, citizen())));
    });
    let mut next = citizens.iter().cycle();
    let mut citizen = || next.next().expect("a cycle without end");
    criterion.bench_function("calendar, asked before", |bencher| {
        bencher.iter(|| black_box(dates(&book, citizen())));
    });
    criterion.bench_function("starts of a site-day", |bencher| {
        bencher.iter(|| {
            let citizen = citizen();
            black_box(book.snapshots[citizen.places[0].0].ledger().starts(&citizen.visit));
        });
    });
    let likely = citizens.iter().filter_map(|citizen| {
        let day = citizen.places[0].0;
        let starts = book.snapshots[day].ledger().starts(&citizen.visit);
        let start = starts.open.iter().chain(starts.sure.iter()).next()?;
        Some((day, citizen, start))
    });
    let likely: Vec<_> = likely.collect();
    let mut next = likely.iter().cycle();
    let mut question = || *next.next().expect("somebody finds something");
    criterion.bench_function("check of a start, open where there is one", |bencher| {
        bencher.iter(|| {
            let (day, citizen, start) = question();
            black_box(book.snapshots[day].ledger().check(&citizen.visit, start, limits));
        });
    });
    criterion.bench_function("insert at such a start", |bencher| {
        let setup = || {
            let (day, citizen, start) = question();
            (book.snapshots[day].ledger().clone(), entry(citizen, start))
        };
        bencher.iter_batched(
            setup,
            |(mut ledger, entry)| (black_box(ledger.insert(entry, limits)).is_ok(), ledger),
            BatchSize::SmallInput,
        );
    });
}

criterion_group!(benches, ledger);
criterion_main!(benches);
