//! Small offices and questions to them.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use scheduler_core::ledger::offers::{Offer, Offers, Query, Wishes, offers};
use scheduler_core::ledger::{
    BasketItem, Book, ClerkIndex, Entry, Ledger, Limits, RoomIndex, Snapshot, Visit,
};
use scheduler_core::problem::{Problem, WalkInBlock};
use scheduler_core::scenario::Scenario;
use serde_json::{Value, json};

use crate::unpriced::unpriced;

/// Two sites for two weeks from Monday 2027-03-22, the second of which has Sunday's clock change
/// before it. At `hall` ann (cards) and ben (cards and advice) work from 08:00 to 12:00 at two
/// counters, one with a scanner. At `annex`, open on Tuesdays, is cleo (advice), one counter.
pub(crate) fn town() -> Value {
    json!({
        "schema": "scenario/1",
        "time_zone": "Europe/Berlin",
        "grid_minutes": 15,
        "horizon": { "from": "2027-03-22", "until": "2027-04-04" },
        "sites": [
            { "id": "hall", "open": [{ "from": "08:00", "until": "12:00",
                "days": ["mon", "tue", "wed", "thu", "fri"] }] },
            { "id": "annex", "open": [{ "from": "08:00", "until": "12:00", "days": ["tue"] }] },
        ],
        "rooms": [
            { "id": "h1", "site": "hall", "equipment": ["scanner"] },
            { "id": "h2", "site": "hall", "equipment": [] },
            { "id": "a1", "site": "annex", "equipment": [] },
        ],
        "services": [
            service("card", 15, &["cards"], &["scanner"]),
            service("advice", 45, &["advice"], &[]),
        ],
        "staff": [
            clerk("ann", &["cards"], "hall"),
            clerk("ben", &["cards", "advice"], "hall"),
            clerk("cleo", &["advice"], "annex"),
        ],
        "demand": [
            demand("cards", "card", &["hall"], 14.0),
            demand("talks", "advice", &["hall"], 4.0),
            demand("annex talks", "advice", &["annex"], 4.0),
        ],
    })
}

pub(crate) fn service(id: &str, minutes: u32, skills: &[&str], equipment: &[&str]) -> Value {
    json!({
        "id": id, "minutes": minutes, "extra_person_minutes": 15, "max_persons": 3,
        "skills": skills, "equipment": equipment, "value": 1,
    })
}

pub(crate) fn clerk(id: &str, skills: &[&str], site: &str) -> Value {
    json!({
        "id": id, "skills": skills,
        "shifts": [{ "site": site, "from": "08:00", "until": "12:00" }],
    })
}

pub(crate) fn demand(id: &str, service: &str, sites: &[&str], mean: f64) -> Value {
    json!({
        "id": id, "service": service, "sites": sites, "mean": mean,
        "from": "08:00", "until": "12:00",
    })
}

/// One hour of one clerk at one counter on 2027-03-22, for a service of a quarter of an hour that
/// nobody else is expected to ask for.
pub(crate) fn hour() -> Value {
    json!({
        "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 15,
        "horizon": { "from": "2027-03-22", "until": "2027-03-22" },
        "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "09:00" }] }],
        "rooms": [{ "id": "h1", "site": "hall", "equipment": [] }],
        "services": [service("card", 15, &[], &[])],
        "staff": [{ "id": "ann", "skills": [],
            "shifts": [{ "site": "hall", "from": "08:00", "until": "09:00" }] }],
    })
}

/// Without prices, but for those that a test sets.
pub(crate) fn problem(scenario: &Value) -> Problem {
    let scenario = Scenario::from_json(unpriced(scenario.clone()).to_string().as_bytes());
    Problem::new(&scenario.unwrap_or_else(|found| panic!("{found}"))).unwrap()
}

/// A book without bookings.
pub(crate) fn book(scenario: &Value) -> Book {
    book_with_blocks(problem(scenario), &[])
}

pub(crate) fn book_with_blocks(problem: Problem, blocks: &[WalkInBlock]) -> Book {
    let pages = (0..problem.site_days.len())
        .map(|site_day| {
            let ledger = Ledger::new(&problem, site_day, blocks, Limits::default()).unwrap();
            Arc::new(Snapshot::new(ledger, 0))
        })
        .collect();
    Book { problem: Arc::new(problem), snapshots: pages }
}

pub(crate) fn at(instant: &str) -> DateTime<FixedOffset> {
    instant.parse().unwrap()
}

/// A question with all that it borrows. By default it asks a week ahead for all offers of the first
/// service at all sites on all dates.
#[derive(Debug, Clone)]
pub(crate) struct Ask {
    pub(crate) basket: Vec<BasketItem>,
    pub(crate) clerk: Option<usize>,
    pub(crate) room: Option<usize>,
    pub(crate) sites: Vec<usize>,
    pub(crate) days: std::ops::Range<usize>,
    pub(crate) hours: Option<(&'static str, &'static str)>,
    pub(crate) now: DateTime<FixedOffset>,
    pub(crate) channel: Option<&'static str>,
    pub(crate) wishes: Wishes,
    pub(crate) limit: usize,
    pub(crate) limits: Limits,
    pub(crate) ignore: Option<&'static str>,
}

impl Default for Ask {
    fn default() -> Self {
        Self {
            basket: vec![BasketItem { service: 0, persons: 1 }],
            clerk: None,
            room: None,
            sites: vec![0, 1],
            days: 0..usize::MAX,
            hours: None,
            now: at("2027-03-15T12:00:00+01:00"),
            channel: None,
            wishes: Wishes::default(),
            limit: usize::MAX,
            limits: Limits::default(),
            ignore: None,
        }
    }
}

impl Ask {
    pub(crate) fn visit(&self, problem: &Problem) -> Visit {
        let (clerk, room) = (self.clerk, self.room);
        let visit = Visit::new(problem, &self.basket).unwrap();
        visit.pinned(clerk.map(ClerkIndex), room.map(RoomIndex))
    }

    pub(crate) fn of(&self, book: &Book) -> Offers {
        let grid = book.problem.grid;
        let step = |clock: &str| {
            grid.step_at(clock.parse::<scheduler_core::time::Clock>().unwrap().0).unwrap()
        };
        let visit = self.visit(&book.problem);
        let asked = (&self.basket[..], &visit);
        let mut query = Query::new(asked, &self.sites, self.days.clone(), self.now);
        query.hours = self
            .hours
            .map(|(from, until)| scheduler_core::time::Window::new(step(from), step(until)));
        query.channel = self.channel;
        query.wishes = &self.wishes;
        (query.limit, query.limits, query.ignore) = (self.limit, self.limits, self.ignore);
        offers(book, &query).unwrap()
    }

    /// `hall 2027-03-22 08:15` for each offer.
    pub(crate) fn starts(&self, book: &Book) -> Vec<String> {
        self.of(book).offers.iter().map(|offer| place_of(book, offer)).collect()
    }
}

pub(crate) fn place_of(book: &Book, offer: &Offer) -> String {
    let place = &book.problem.site_days[offer.site_day];
    let (site, date) = (&book.problem.sites[place.site].id, book.problem.dates[place.day]);
    format!("{site} {date} {}", book.problem.grid.clock(offer.window.from))
}

/// Books `ask`'s basket at `clock` of the `site_day`.
pub(crate) fn promise(book: &mut Book, ask: &Ask, site_day: usize, clock: &str, id: &str) {
    let start = clock.parse::<scheduler_core::time::Clock>().unwrap().0;
    let start = book.problem.grid.step_at(start).unwrap();
    let entry = Entry::new(id, ask.basket.clone(), ask.visit(&book.problem), start);
    let page = &book.snapshots[site_day];
    let mut ledger = page.ledger().clone();
    ledger.insert(entry, Limits::default()).unwrap();
    book.snapshots[site_day] = Arc::new(page.successor(&book.problem, ledger, page.version() + 1));
}
