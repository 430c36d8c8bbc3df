//! Every start in order of time and by date: what can be kept is there, or counted as undecided.

use proptest::prelude::*;
use scheduler_core::ledger::offers::{
    InOrder, Obstacle, Offer, Position, Query, calendar, in_order,
};
use scheduler_core::ledger::{Answer, Book, Entry, Limits};
use scheduler_core::problem::Problem;

use super::laws::{Asked, Dice, book, by_asking, dice, key, limited};
use crate::strategies::{Case, cases, medium, tiny};

/// All pages, each of at most `limit` starts.
fn pages(book: &Book, query: &Query<'_>) -> Vec<InOrder> {
    let (mut pages, mut after): (Vec<InOrder>, Option<Position>) = (Vec::new(), None);
    loop {
        let page = in_order(book, query, after).unwrap();
        after = page.next;
        pages.push(page);
        if after.is_none() {
            return pages;
        }
        assert!(pages.len() < 10_000, "it does not end");
    }
}

fn keys<'a>(
    problem: &Problem,
    offers: impl IntoIterator<Item = &'a Offer>,
) -> Vec<(usize, u16, usize)> {
    offers.into_iter().map(|offer| key(problem, offer)).collect()
}

fn all_hold(case: &Case, dice: &Dice) -> Result<(), TestCaseError> {
    let book = book(case);
    let problem = &*book.problem;
    let asked = Asked::new(problem, dice);
    let query = asked.query();
    let window = query.days.clone();
    let expected = by_asking(&book, &query, window.clone());

    // In order of time, none missing and none twice, however long pages are.
    let found = pages(&book, &query);
    prop_assert!(found.iter().all(|page| page.offers.len() <= query.limit));
    prop_assert_eq!(found.iter().map(|page| page.unknown).sum::<usize>(), 0);
    let offers: Vec<&Offer> = found.iter().flat_map(|page| &page.offers).collect();
    prop_assert!(offers.is_sorted_by_key(|offer| (key(problem, offer).0, offer.window.from)));
    let mut listed = keys(problem, offers.iter().copied());
    listed.sort_unstable();
    prop_assert_eq!(&listed, &expected);

    // With next to nothing to spend, each is found or counted.
    let hasty = limited(&query, query.limit, Limits::nodes(0));
    let some = pages(&book, &hasty);
    let mut listed = keys(problem, some.iter().flat_map(|page| &page.offers));
    let unknown: usize = some.iter().map(|page| page.unknown).sum();
    prop_assert!(listed.iter().all(|start| expected.contains(start)));
    prop_assert!(listed.len() + unknown >= expected.len());
    listed.sort_unstable();
    listed.dedup();
    prop_assert!(listed.len() + unknown >= expected.len(), "none twice");

    // By date: as many, or some more are said to be undecided.
    let fresh = super::laws::book(case);
    let dates = calendar(&fresh, &query).unwrap();
    let days: Vec<usize> = dates.iter().map(|date| date.day).collect();
    prop_assert_eq!(days, (window.start..window.end.min(problem.dates.len())).collect::<Vec<_>>());
    for date in &dates {
        let here: Vec<_> = expected.iter().filter(|start| start.0 == date.day).collect();
        prop_assert!(date.starts <= here.len());
        prop_assert!(date.starts + date.unknown >= here.len());
        prop_assert_eq!(date.starts > 0, date.first.is_some());
        prop_assert_eq!(date.starts > 0, date.cheapest.is_some());
        prop_assert_eq!(date.starts == 0, !date.reasons.is_empty());
        if date.unknown == 0 {
            prop_assert_eq!(date.starts, here.len());
            let first = date.first.as_ref().map(|offer| key(problem, offer).1);
            prop_assert_eq!(first, here.first().map(|start| start.1));
        } else if date.starts == 0 {
            prop_assert_eq!(date.reasons[0].obstacle, Obstacle::Unknown);
        }
        let of_date = offers.iter().filter(|offer| key(problem, offer).0 == date.day);
        let least = of_date.map(|offer| offer.cost).fold(f64::INFINITY, f64::min);
        for offer in date.first.iter().chain(&date.cheapest) {
            prop_assert!(expected.contains(&key(problem, offer)));
            prop_assert!(offer.cost >= least);
            let (visit, start) = (query.visit.clone(), offer.window.from);
            let entry = Entry::new("new", asked.basket.clone(), visit, start);
            let mut ledger = fresh.snapshots[offer.site_day].ledger().clone();
            prop_assert!(ledger.insert(entry, query.limits).is_ok());
        }
        if date.unknown == 0 && date.starts > 0 {
            prop_assert_eq!(date.cheapest.as_ref().map(|offer| offer.cost), Some(least));
        }
    }
    // What others have found out makes it faster, and shows nowhere.
    prop_assert_eq!(&calendar(&book, &query).unwrap(), &dates);
    prop_assert_eq!(&calendar(&fresh, &query).unwrap(), &dates);
    prop_assert_eq!(pages(&fresh, &query), found);
    Ok(())
}

proptest! {
    #![proptest_config(cases(300))]

    #[test]
    fn in_tiny_offices(case in tiny(), dice in dice()) {
        all_hold(&case, &dice)?;
    }
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn in_medium_offices(case in medium(), dice in dice()) {
        all_hold(&case, &dice)?;
    }

    /// What is booked between two pages shifts nothing: starts behind the position that can be kept are
    /// listed, and none is listed twice.
    #[test]
    fn booked_meanwhile(case in medium(), dice in dice(), at in 0..20_usize) {
        let mut book = book(&case);
        let asked = Asked::new(&book.problem, &dice);
        let query = asked.query();
        let first = in_order(&book, &query, None).unwrap();
        let all = by_asking(&book, &query, query.days.clone());
        if let Some(&(_, start, site_day)) = all.get(at % all.len().max(1)) {
            let entry = Entry::new("new", asked.basket.clone(), asked.visit.clone(), start);
            let page = &book.snapshots[site_day];
            let mut ledger = page.ledger().clone();
            ledger.insert(entry, query.limits).unwrap();
            book.snapshots[site_day] = page.successor(&book.problem, ledger, 1).into();
        }
        let Some(position) = first.next else { return Ok(()) };
        let rank = |site: usize| query.sites.iter().position(|&own| own == site);
        let problem = book.problem.clone();
        let is_behind = |&(day, start, site_day): &(usize, u16, usize)| {
            let site = problem.site_days[site_day].site;
            (day, start, rank(site)) > (position.day, position.start, rank(position.site))
        };
        let mut expected = by_asking(&book, &query, query.days.clone());
        expected.retain(is_behind);
        let (mut listed, mut after) = (Vec::new(), Some(position));
        while after.is_some() {
            let page = in_order(&book, &query, after).unwrap();
            listed.extend(keys(&problem, &page.offers));
            after = page.next;
        }
        listed.sort_unstable();
        prop_assert_eq!(listed, expected);
    }
}

/// A start that is listed can be held, as an answer of the ledger.
#[test]
fn what_is_ignored_is_free() {
    use super::office::{Ask, book, hour, promise};
    let mut book = book(&hour());
    let ask = Ask { sites: vec![0], ..Ask::default() };
    for (clock, id) in [("08:00", "a"), ("08:15", "b"), ("08:30", "c"), ("08:45", "own")] {
        promise(&mut book, &ask, 0, clock, id);
    }
    let visit = ask.visit(&book.problem);
    let mut query = Query::new((&ask.basket, &visit), &ask.sites, 0..1, ask.now);
    let full = calendar(&book, &query).unwrap();
    assert_eq!((full[0].starts, full[0].reasons[0].obstacle), (0, Obstacle::Full));
    query.ignore = Some("own");
    let dates = calendar(&book, &query).unwrap();
    assert_eq!((dates[0].starts, dates[0].unknown), (1, 0));
    let start = dates[0].first.as_ref().unwrap().window.from;
    let mut ledger = book.snapshots[0].ledger().clone();
    ledger.remove("own");
    assert_eq!(ledger.check(&visit, start, Limits::default()), Answer::Yes);
    let page = in_order(&book, &query, None).unwrap();
    assert_eq!((page.offers.len(), page.next), (1, None));
}
