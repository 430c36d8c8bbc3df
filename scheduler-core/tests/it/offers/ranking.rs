//! What comes first, and why.

use std::sync::Arc;

use scheduler_core::ledger::offers::{Offer, Why, Wishes};
use scheduler_core::ledger::{BasketItem, Book, Ledger, Limits, Snapshot};
use scheduler_core::plan::{Prices, RoomPrice};
use scheduler_core::scenario::Weekday;
use scheduler_core::time::Clock;
use serde_json::{Value, json};

use super::office::{Ask, book, clerk, demand, hour, place_of, problem, promise, service, town};

const ADVICE: usize = 1;

fn ask(service: usize) -> Ask {
    Ask { basket: vec![BasketItem { service, persons: 1 }], ..Ask::default() }
}

/// One counter and one clerk who can do everything from 08:00 to `until`, on as many dates from
/// 2027-03-22 on.
fn counter(until: &str, dates: u32, services: Value, demand: Value) -> Value {
    let mut scenario = hour();
    scenario["horizon"]["until"] = json!(format!("2027-03-{}", 21 + dates));
    scenario["sites"][0]["open"][0]["until"] = json!(until);
    scenario["staff"][0]["shifts"][0]["until"] = json!(until);
    scenario["services"] = services;
    scenario["demand"] = demand;
    scenario
}

fn costs(book: &Book, ask: &Ask) -> Vec<(String, f64)> {
    let grid = book.problem.grid;
    let cost = |offer: &Offer| (grid.clock(offer.window.from).to_string(), offer.cost);
    ask.of(book).offers.iter().map(cost).collect()
}

/// 135 minutes are left between two visits: time for three of 45 minutes, unless one is put so that
/// only two fit.
#[test]
fn a_hole_for_three_visits_keeps_its_three_visits() {
    let scenario = counter(
        "12:00",
        1,
        json!([service("talk", 45, &[], &[])]),
        json!([demand("d", "talk", &["hall"], 6.0)]),
    );
    let mut book = book(&scenario);
    let ask = ask(0);
    promise(&mut book, &ask, 0, "08:00", "before");
    promise(&mut book, &ask, 0, "11:00", "after");
    for limit in 1..=3 {
        let kept = ["08:45", "09:30", "10:15"];
        for offer in (Ask { limit, ..ask.clone() }).of(&book).offers {
            let clock = book.problem.grid.clock(offer.window.from).to_string();
            assert!(kept.contains(&&*clock), "{clock} is among the first {limit}");
            let why = [Why::LeastCost, Why::FillsGap];
            assert!(clock == "09:30" || why.iter().all(|why| offer.why.contains(why)));
        }
    }
    // A start that spoils the hole costs a whole visit more.
    let costs = costs(&book, &ask);
    let of = |clock: &str| costs.iter().find(|(own, _)| own == clock).unwrap().1;
    let visit = of("08:45");
    assert!(visit > 1.0);
    for (clock, cost) in &costs {
        let spoilt = !["08:45", "09:30", "10:15"].contains(&clock.as_str());
        let expected = if spoilt { 2.0 * visit } else { visit };
        assert!((cost - expected).abs() < 1e-5, "{clock} costs {cost}, a visit is {visit}");
    }
}

/// A quarter of an hour in the middle of three leaves no half hour.
#[test]
fn a_start_that_cuts_a_hole_costs_more_than_one_at_its_end() {
    let scenario = counter(
        "08:45",
        1,
        json!([service("card", 15, &[], &[]), service("talk", 30, &[], &[])]),
        json!([demand("d", "talk", &["hall"], 6.0)]),
    );
    let costs = costs(&book(&scenario), &ask(0));
    assert_eq!(costs.len(), 3);
    assert_eq!((costs[0].1, costs[2].1), (0.0, 0.0));
    assert!(costs[1].1 > 10.0, "{costs:?}");
}

#[test]
fn the_clerk_whose_time_is_worth_least_counts() {
    let mut scenario = town();
    scenario["horizon"]["until"] = json!("2027-03-22");
    scenario["rooms"][1]["equipment"] = json!(["scanner"]);
    let with_ann = costs(&book(&scenario), &ask(0));
    // Alone, ben has to give up talks for cards.
    scenario["staff"][0]["skills"] = json!([]);
    let without = costs(&book(&scenario), &ask(0));
    assert!(with_ann.iter().zip(&without).all(|(with, without)| with.1 <= without.1 + 1e-6));
    assert!(with_ann[0].1 < without[0].1, "{} {}", with_ann[0].1, without[0].1);
}

/// Nobody minds when: the days are alike but for their dates.
#[test]
fn a_short_list_is_a_choice() {
    let day = json!([demand("d", "card", &["hall"], 3.0)]);
    let book = book(&counter("12:00", 3, json!([service("card", 15, &[], &[])]), day));
    let starts = Ask { limit: 4, ..ask(0) }.starts(&book);
    assert_eq!(
        starts,
        [
            "hall 2027-03-22 08:00",
            "hall 2027-03-22 11:00",
            "hall 2027-03-23 08:00",
            "hall 2027-03-23 11:00"
        ]
    );
    let of_a_day = Ask { limit: 3, days: 0..1, ..ask(0) }.of(&book).offers;
    let clocks: Vec<_> = of_a_day.iter().map(|o| (place_of(&book, o), o.why.clone())).collect();
    let [first, second, third] = &clocks[..] else { panic!("{clocks:?}") };
    let least = vec![Why::LeastCost, Why::Earliest, Why::FillsGap];
    assert_eq!(*first, ("hall 2027-03-22 08:00".to_owned(), least));
    assert_eq!(second.0, "hall 2027-03-22 11:00");
    assert!(second.1.contains(&Why::Spread));
    assert!(
        third.0.as_str() > "hall 2027-03-22 09:15" && third.0.as_str() < "hall 2027-03-22 09:45"
    );
}

#[test]
fn wishes_come_first_and_exclude_nothing() {
    let book = book(&town());
    let first = |wishes: Wishes| {
        let offers = Ask { wishes, limit: 1, ..ask(ADVICE) }.of(&book).offers;
        (place_of(&book, &offers[0]), offers[0].why.clone())
    };
    let (place, why) = first(Wishes::default());
    assert_eq!(place, "hall 2027-03-22 08:00");
    assert!(why.contains(&Why::Earliest));
    let (place, why) = first(wishes(|w| w.days = vec![Weekday::Thu]));
    assert!(
        place.starts_with("hall 2027-03-25") && why.contains(&Why::WishedDay),
        "{place} {why:?}"
    );
    let date = "2027-03-31".parse().unwrap();
    let (place, why) = first(wishes(|w| w.dates = vec![date]));
    assert!(
        place.starts_with("hall 2027-03-31") && why.contains(&Why::WishedDay),
        "{place} {why:?}"
    );
    let hours = vec![(Clock::at(10, 0), Clock::at(10, 30))];
    let (place, why) = first(wishes(|w| w.hours = hours));
    assert!(place.starts_with("hall 2027-03-22 10:") && why.contains(&Why::WishedHours), "{place}");
    let (place, why) = first(wishes(|w| w.sites = vec![1]));
    assert!(
        place.starts_with("annex 2027-03-23") && why.contains(&Why::WishedSite),
        "{place} {why:?}"
    );

    let all = |wishes| {
        let mut starts = Ask { wishes, limit: 10_000, ..ask(ADVICE) }.starts(&book);
        starts.sort();
        starts
    };
    let wishes = wishes(|w| (w.days, w.sites) = (vec![Weekday::Thu], vec![1]));
    assert_eq!(all(wishes), all(Wishes::default()));
}

#[test]
fn whoever_does_not_mind_waiting_gets_the_cheapest() {
    let mut scenario = town();
    // On the first Monday advice is sought after.
    scenario["demand"][1]["days"] = json!(["mon"]);
    scenario["horizon"]["until"] = json!("2027-03-23");
    let book = book(&scenario);
    let first = |earliest| {
        let wishes = wishes(|w| w.earliest = earliest);
        Ask { wishes, limit: 1, sites: vec![0], ..ask(ADVICE) }.starts(&book)
    };
    assert_eq!(first(0.0), ["hall 2027-03-23 08:00"]);
    assert!(first(1000.0)[0].starts_with("hall 2027-03-22"));
}

/// Of two requests that are expected both have come: nobody is left who could lose.
#[test]
fn what_is_booked_is_no_longer_expected() {
    let of = |mean| json!([demand("d", "card", &["hall"], mean)]);
    let mut book = book(&counter("09:00", 1, json!([service("card", 15, &[], &[])]), of(2.0)));
    let ask = ask(0);
    let before = costs(&book, &ask);
    assert!(before.iter().all(|(_, cost)| *cost > 1.0), "{before:?}");
    promise(&mut book, &ask, 0, "08:00", "a");
    let between = costs(&book, &ask);
    assert!(between[0].1 > 0.0 && between[0].1 < before[0].1, "{between:?}");
    promise(&mut book, &ask, 0, "08:15", "b");
    assert_eq!(costs(&book, &ask), [("08:30".to_owned(), 0.0), ("08:45".to_owned(), 0.0)]);
}

/// What the scenario itself promises is not part of its demand.
#[test]
fn appointments_of_the_scenario_do_not_use_demand_up() {
    let of = |appointments: Value| {
        let services = json!([service("card", 15, &[], &[])]);
        let mut scenario =
            counter("09:00", 1, services, json!([demand("d", "card", &["hall"], 2.0)]));
        scenario["appointments"] = appointments;
        costs(&book(&scenario), &ask(0))
    };
    let promised = of(json!([{
        "id": "early", "service": "card", "site": "hall", "persons": 1,
        "start": "2027-03-22T08:00:00+01:00",
    }]));
    assert_eq!(promised.len(), 3);
    assert!(promised[0].1 > of(json!([]))[0].1);
}

/// A plan's prices hold until a tenth of the day has been booked since.
#[test]
fn prices_of_a_plan_hold_until_the_day_has_drifted() {
    let services = json!([service("card", 15, &[], &[])]);
    let scenario = counter("12:00", 1, services, json!([demand("d", "card", &["hall"], 12.0)]));
    let problem = Arc::new(problem(&scenario));
    let mut by_step = vec![0.0; 96];
    by_step[40..48].fill(2.0);
    let prices = Prices {
        pools: vec![7.0],
        rooms: vec![vec![RoomPrice { rooms: vec![0], by_step }]],
        quotas: Vec::new(),
    };
    let ledger = Ledger::new(&problem, 0, &[], Limits::default()).unwrap();
    let page = Snapshot::with_prices(ledger, 0, Arc::new(prices));
    let mut book = Book { problem, snapshots: vec![Arc::new(page)] };
    let ask = ask(0);
    // A slot, and the room where that is dear: what the clerk loses there is as much less.
    let planned = |book: &Book| {
        let costs = costs(book, &ask);
        costs.iter().all(|(_, cost)| (cost - 7.0).abs() < 1e-6)
    };
    assert!(planned(&book));
    promise(&mut book, &ask, 0, "08:00", "a");
    assert!(planned(&book));
    promise(&mut book, &ask, 0, "08:15", "b");
    assert!(!planned(&book));
}

#[test]
fn a_visit_of_several_services_costs_what_its_whole_time_is_worth() {
    let mut scenario = counter(
        "10:00",
        1,
        json!([service("card", 15, &[], &[]), service("talk", 45, &[], &[])]),
        json!([demand("d", "card", &["hall"], 8.0)]),
    );
    scenario["staff"] = json!([clerk("ann", &[], "hall")]);
    let book = book(&scenario);
    let both = vec![BasketItem { service: 0, persons: 2 }, BasketItem { service: 1, persons: 1 }];
    let both = costs(&book, &Ask { basket: both, ..Ask::default() });
    let single = costs(&book, &ask(0));
    assert_eq!(both.len(), 4);
    assert!((both[0].1 - 5.0 * single[0].1).abs() < 1e-4, "{both:?} {single:?}");
}

/// No wishes but these.
fn wishes(set: impl FnOnce(&mut Wishes)) -> Wishes {
    let mut wishes = Wishes::default();
    set(&mut wishes);
    wishes
}
