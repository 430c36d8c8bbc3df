//! What holds for any office and any question.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, TimeDelta};
use proptest::prelude::*;
use scheduler_core::ledger::offers::{
    Obstacle, Offer, Offers, Query, Why, Wishes, offers, released,
};
use scheduler_core::ledger::{
    Answer, BasketItem, Book, ClerkIndex, Entry, Ledger, Limits, RoomIndex, Snapshot, Stored, Visit,
};
use scheduler_core::plan::plan;
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Weekday;
use scheduler_core::time::{Clock, Window};

use crate::strategies::{self, Case, NoClock, cases, medium, tiny};

/// The answer to a query that makes sense.
fn answer(book: &Book, query: &Query<'_>) -> Offers {
    offers(book, query).unwrap()
}

/// The same query for so many offers within these limits.
pub(super) fn limited<'a>(query: &Query<'a>, limit: usize, limits: Limits) -> Query<'a> {
    let mut query = query.clone();
    (query.limit, query.limits) = (limit, limits);
    query
}

/// A question as random numbers.
#[derive(Debug, Clone)]
pub(super) struct Dice {
    basket: Vec<(usize, u32)>,
    sites: Vec<usize>,
    days: (usize, usize),
    hours: Option<(u16, u16)>,
    minutes: i64,
    channel: usize,
    limit: usize,
    wishes: (u32, u32, u16),
    pin: usize,
}

pub(super) fn dice() -> impl Strategy<Value = Dice> {
    (
        prop_oneof![
            4 => proptest::collection::vec((0..5_usize, 1..3_u32), 1),
            1 => proptest::collection::vec((0..5_usize, 1..4_u32), 2),
        ],
        prop_oneof![
            2 => Just(vec![2, 0, 1]),
            1 => proptest::collection::vec(0..3_usize, 1..3),
        ],
        prop_oneof![3 => Just((0, 3)), 1 => (0..3_usize, 1..4_usize)],
        proptest::option::weighted(0.1, (0..288_u16, 1..100_u16)),
        prop_oneof![2 => -5000..0_i64, 1 => 0..2000_i64],
        0..3_usize,
        1..12_usize,
        (0..4_u32, 0..8_u32, 0..288_u16),
        0..60_usize,
    )
        .prop_map(|(basket, sites, days, hours, minutes, channel, limit, wishes, pin)| Dice {
            basket,
            sites,
            days,
            hours,
            minutes,
            channel,
            limit,
            wishes,
            pin,
        })
}

/// The question that the dice make at an office.
pub(super) struct Asked {
    pub(super) basket: Vec<BasketItem>,
    pub(super) visit: Visit,
    sites: Vec<usize>,
    wishes: Wishes,
    hours: Option<Window>,
    now: DateTime<FixedOffset>,
    dice: Dice,
}

impl Asked {
    pub(super) fn new(problem: &Problem, dice: &Dice) -> Self {
        let mut basket: Vec<BasketItem> = Vec::new();
        let able = |&service: &usize| {
            problem.clerks.iter().any(|clerk| clerk.services.contains(service))
                && (0..problem.rooms.len()).any(|room| problem.room_fits(room, service))
        };
        let able: Vec<usize> = (0..problem.services.len()).filter(able).collect();
        for &(service, persons) in &dice.basket {
            let any = service % problem.services.len();
            let service = able.get(service % able.len().max(1)).copied().unwrap_or(any);
            if basket.iter().all(|item| item.service != service) {
                basket.push(BasketItem { service, persons });
            }
        }
        let mut visit = Visit::new(problem, &basket).unwrap();
        match dice.pin {
            0..3 => visit.clerk = Some(ClerkIndex(dice.pin % problem.clerks.len())),
            3..6 => visit.room = Some(RoomIndex(dice.pin % problem.rooms.len())),
            _ => {}
        }
        let midnight = problem.zone.instant(problem.dates[0], 0).unwrap();
        let (days, weekday, hour) = dice.wishes;
        let mut wishes = Wishes::default();
        wishes.earliest = f64::from(days);
        wishes.days = Weekday::ALL.get(weekday as usize).copied().into_iter().collect();
        wishes.hours = vec![(Clock(u32::from(hour) * 5), Clock(u32::from(hour) * 5 + 60))];
        wishes.sites = vec![0];
        Self {
            basket,
            visit,
            sites: dice.sites.iter().map(|site| site % problem.sites.len()).collect(),
            wishes,
            hours: dice.hours.map(|(from, steps)| Window::new(from, from + steps)),
            now: midnight + TimeDelta::minutes(dice.minutes),
            dice: dice.clone(),
        }
    }

    pub(super) fn query(&self) -> Query<'_> {
        let days = self.dice.days.0..self.dice.days.0 + self.dice.days.1;
        let mut query = Query::new((&self.basket, &self.visit), &self.sites, days, self.now);
        query.hours = self.hours;
        query.channel = [None, Some("web"), Some("phone")][self.dice.channel];
        query.wishes = &self.wishes;
        query.limit = self.dice.limit;
        query.limits = Limits::nodes(1_000_000);
        query
    }
}

/// The ledgers with what of the scenario's promises and a plan's walk-in blocks they can keep.
pub(super) fn book(case: &Case) -> Book {
    let problem = &case.problem;
    let plan = plan(problem, &strategies::steps(50), &NoClock).ok();
    let prices = plan.as_ref().map(|outcome| Arc::new(outcome.prices.clone()));
    let pages = (0..problem.site_days.len()).map(|site_day| {
        let kept = plan.as_ref().and_then(|outcome| {
            let blocks = &outcome.plan.walk_in_blocks;
            Ledger::new(problem, site_day, blocks, Limits::default()).ok()
        });
        let empty = || Ledger::restore(problem, site_day, &Stored::default(), Limits::default());
        let ledger = kept.unwrap_or_else(|| empty().ledger);
        Arc::new(match &prices {
            Some(prices) => Snapshot::with_prices(ledger, 0, Arc::clone(prices)),
            None => Snapshot::new(ledger, 0),
        })
    });
    Book { problem: Arc::new(problem.clone()), snapshots: pages.collect() }
}

/// Every start that may be booked on `days`, by asking for each: date, start, site-day.
pub(super) fn by_asking(
    book: &Book,
    query: &Query<'_>,
    days: std::ops::Range<usize>,
) -> Vec<(usize, u16, usize)> {
    let problem = &*book.problem;
    let mut found = Vec::new();
    for (day, site) in days.flat_map(|day| (0..problem.sites.len()).map(move |site| (day, site))) {
        let page = match problem.site_day(site, day) {
            _ if day >= problem.dates.len() || !query.sites.contains(&site) => continue,
            site_day => &book.snapshots[site_day],
        };
        for start in 0..=problem.grid.steps_per_day() {
            let window = Window::new(start, start + query.visit.steps);
            if query.hours.is_none_or(|hours| hours.contains(start))
                && page.ledger().check(query.visit, start, query.limits) == Answer::Yes
                && released(problem, query.channel, page, window, query.now).is_ok()
            {
                found.push((day, start, page.ledger().site_day()));
            }
        }
    }
    found.sort_unstable();
    found
}

pub(super) fn key(problem: &Problem, offer: &Offer) -> (usize, u16, usize) {
    (problem.site_days[offer.site_day].day, offer.window.from, offer.site_day)
}

fn all_hold(case: &Case, dice: &Dice) -> Result<(), TestCaseError> {
    let book = book(case);
    let problem = &*book.problem;
    let asked = Asked::new(problem, dice);
    let query = asked.query();
    let window = query.days.clone();
    let expected = by_asking(&book, &query, window.clone());

    let all = answer(&book, &limited(&query, usize::MAX, query.limits));
    let mut found: Vec<_> = all.offers.iter().map(|offer| key(problem, offer)).collect();
    prop_assert!(all.offers.is_sorted_by_key(|o| (key(problem, o).0, key(problem, o).1)));
    found.sort_unstable();
    prop_assert_eq!(&found, &expected);
    prop_assert_eq!(all.bookable, Some(expected.len()));

    let some = answer(&book, &query);
    // What is left out though there was room is counted.
    let most = expected.len().min(query.limit);
    prop_assert!(some.offers.len() <= most);
    prop_assert!(some.offers.len() + some.unknown >= most);
    prop_assert!(some.offers.len() < query.limit || some.unknown == 0);
    prop_assert!(some.bookable.is_none_or(|count| count == expected.len()));
    let mut listed: Vec<_> = some.offers.iter().map(|offer| key(problem, offer)).collect();
    prop_assert!(listed.iter().all(|start| expected.contains(start)));
    listed.sort_unstable();
    listed.dedup();
    prop_assert_eq!(listed.len(), some.offers.len());
    for offer in &some.offers {
        let page = &book.snapshots[offer.site_day];
        prop_assert!(offer.cost >= 0.0 && offer.cost.is_finite());
        prop_assert!(!offer.why.is_empty() && offer.why.is_sorted(), "{:?}", offer.why);
        let (start, visit) = (offer.window.from, query.visit.clone());
        prop_assert_eq!(offer.window.steps(), visit.steps);
        let basket = asked.basket.clone();
        let entry = Entry::new("new", basket, visit, start);
        prop_assert!(page.ledger().clone().insert(entry, query.limits).is_ok());
    }
    let earliest = expected.first().map(|&(day, start, _)| (day, start));
    for offer in &all.offers {
        let (day, start, _) = key(problem, offer);
        prop_assert_eq!(offer.why.contains(&Why::Earliest), earliest == Some((day, start)));
    }

    // Limits hide starts, and count them.
    let limits = Limits::nodes(0);
    let hasty = answer(&book, &limited(&query, usize::MAX, limits));
    prop_assert!(hasty.offers.iter().all(|offer| expected.contains(&key(problem, offer))));
    prop_assert!(hasty.offers.len() + hasty.unknown >= expected.len());
    prop_assert!(hasty.bookable == (hasty.unknown == 0).then_some(expected.len()));

    // An empty answer says something about every site-day, and knows what comes next.
    if some.offers.is_empty() {
        let mut told: Vec<usize> = some.reasons.iter().flat_map(|r| r.site_days.clone()).collect();
        told.sort_unstable();
        told.dedup();
        let mut asked_for: Vec<usize> = (0..book.snapshots.len())
            .filter(|&at| window.contains(&problem.site_days[at].day))
            .filter(|&at| query.sites.contains(&problem.site_days[at].site))
            .collect();
        asked_for.sort_unstable();
        prop_assert_eq!(told, asked_for);
        prop_assert!(some.reasons.iter().all(|reason| reason.obstacle != Obstacle::Unknown));
        let later = by_asking(&book, &query, window.end..problem.dates.len());
        let next = later.first().map(|&(day, start, _)| (day, start));
        let told = some.next.as_ref().map(|o| (key(problem, o).0, key(problem, o).1));
        prop_assert_eq!(told, next);
    } else {
        prop_assert_eq!((&some.next, &some.reasons), (&None, &Vec::new()));
    }

    // What a page remembers changes no answer, nor does a book made afresh.
    prop_assert_eq!(&answer(&book, &query), &answer(&book, &query));
    let again = self::book(case);
    prop_assert_eq!(&answer(&again, &limited(&query, usize::MAX, query.limits)), &all);
    let fresh = self::book(case);
    prop_assert_eq!(format!("{:?}", answer(&fresh, &query).offers), format!("{:?}", some.offers));
    Ok(())
}

proptest! {
    #![proptest_config(cases(200))]

    #[test]
    fn in_tiny_offices(case in tiny(), dice in dice()) {
        all_hold(&case, &dice)?;
    }
}

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn in_medium_offices(case in medium(), dice in dice()) {
        all_hold(&case, &dice)?;
    }

    /// Walk-in blocks may move in time: everything that then turns out to be bookable is offered.
    #[test]
    fn where_walk_in_blocks_may_move(case in tiny(), dice in dice()) {
        let book = book(&case);
        let asked = Asked::new(&book.problem, &dice);
        let limits = Limits::nodes(1_000_000).moving_walk_ins(true);
        let query = limited(&asked.query(), usize::MAX, limits);
        let all = answer(&book, &query);
        let found: Vec<_> = all.offers.iter().map(|offer| key(&book.problem, offer)).collect();
        let mut sorted = found.clone();
        sorted.sort_unstable();
        prop_assert_eq!(sorted, by_asking(&book, &query, query.days.clone()));
        for (_, start, site_day) in found {
            let (basket, visit) = (asked.basket.clone(), asked.visit.clone());
            let entry = Entry::new("new", basket, visit, start);
            prop_assert!(book.snapshots[site_day].ledger().clone().insert(entry, limits).is_ok());
        }
    }

    /// Threads that search at the same time find what one finds alone.
    #[test]
    fn on_several_threads(case in medium(), dice in dice()) {
        let (shared, alone) = (book(&case), book(&case));
        let asked = Asked::new(&shared.problem, &dice);
        let queries = [
            limited(&asked.query(), usize::MAX, asked.query().limits),
            asked.query(),
            limited(&asked.query(), 1, asked.query().limits),
        ];
        let expected: Vec<_> = queries.iter().map(|query| answer(&alone, query)).collect();
        let book = &shared;
        let found: Vec<_> = std::thread::scope(|scope| {
            let search = |query| scope.spawn(move || answer(book, query));
            let threads: Vec<_> = queries.iter().map(search).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        prop_assert_eq!(found, expected);
    }

    /// Nobody else is expected: nothing is taken from anybody.
    #[test]
    fn where_there_is_no_demand_nothing_costs_anything(case in medium(), dice in dice()) {
        let mut scenario = case.scenario.clone();
        scenario["demand"] = serde_json::json!([]);
        let problem = strategies::problem(&scenario).unwrap();
        let book = book(&Case { scenario, problem });
        let asked = Asked::new(&book.problem, &dice);
        let all = limited(&asked.query(), usize::MAX, asked.query().limits);
        for offer in answer(&book, &all).offers {
            prop_assert_eq!(offer.cost, 0.0);
        }
    }
}
