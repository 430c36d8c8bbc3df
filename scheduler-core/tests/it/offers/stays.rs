//! What a start costs where a clerk has to open or change a counter for it: as much as the stays of
//! the day then cost more by the definition.

use std::cell::Cell;
use std::sync::Arc;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use scheduler_core::ledger::offers::{Query, offers};
use scheduler_core::ledger::{
    BasketItem, Book, ClerkIndex, Entry, Ledger, Limits, ShiftIndex, Snapshot, Visit,
};
use scheduler_core::problem::{Plan, Problem, Slot, WalkInBlock, Weights};
use scheduler_core::time::{Step, Window};
use serde_json::json;

use super::office::{at, book_with_blocks, hour, problem as office};
use crate::strategies::ledger::enrich::enrich;
use crate::strategies::ledger::random_blocks;
use crate::strategies::{Size, cases, problem, scenario};

/// What the stays of the day cost, with one visit more where there is one.
fn stay_price(problem: &Problem, ledger: &Ledger, more: Option<Slot>) -> f64 {
    let day = &problem.site_days[ledger.site_day()];
    let slot = |window, clerk, room| Slot {
        service: 0,
        site: day.site,
        day: day.day,
        window,
        clerk,
        room,
        demand: None,
        promise: None,
        pinned: false,
    };
    let promises = ledger.promises();
    let slots = promises
        .map(|(entry, seat)| slot(entry.window(), seat.clerk.0, seat.room.map(|room| room.0)));
    let blocks = ledger.blocks().filter_map(|(block, seat)| {
        Some(WalkInBlock {
            site: day.site,
            day: day.day,
            window: block.window,
            clerk: seat.clerk.0,
            room: seat.room?.0,
            pinned: false,
        })
    });
    let plan = Plan {
        slots: slots.chain(more).collect(),
        walk_in_blocks: blocks.collect(),
        breaks: Vec::new(),
        stays: Vec::new(),
        objective: 0.0,
        upper_bound: 0.0,
        seconds: 0.0,
        engine: String::new(),
        seed: 0,
        work: 0.0,
    };
    problem.stay_price(&problem.stays(&plan))
}

/// The least that the stays cost more where the visit takes place at `start`, by a clerk and in a
/// room that are free as the witness is; nothing where no clerk is.
fn least(problem: &Problem, ledger: &Ledger, visit: &Visit, start: Step) -> Option<f64> {
    let day = &problem.site_days[ledger.site_day()];
    let window = Window::new(start, start + visit.steps);
    let before = stay_price(problem, ledger, None);
    let free = |room: usize| {
        let promised = ledger.promises().any(|(entry, seat)| {
            seat.room.is_some_and(|own| own.0 == room) && entry.window().overlaps(window)
        });
        let held = ledger.blocks().any(|(block, seat)| {
            seat.room.is_some_and(|own| own.0 == room) && block.window.overlaps(window)
        });
        !promised && !held
    };
    let rooms: Vec<Option<usize>> = if visit.needs_room {
        let rooms = problem.sites[day.site].rooms.iter().copied();
        rooms
            .filter(|&room| visit.equipment.is_subset(&problem.rooms[room].equipment) && free(room))
            .map(Some)
            .collect()
    } else {
        vec![None]
    };
    let mut least: Option<f64> = None;
    for shift in day.shifts.clone() {
        let clerk = problem.shifts[shift].clerk;
        let able = visit.skills.is_subset(&problem.clerks[clerk].skills);
        if !able || !ledger.free(ShiftIndex(shift)).any(|free| free.covers(window)) {
            continue;
        }
        for &room in &rooms {
            let slot = Slot {
                service: 0,
                site: day.site,
                day: day.day,
                window,
                clerk,
                room,
                demand: None,
                promise: None,
                pinned: false,
            };
            let cost = stay_price(problem, ledger, Some(slot)) - before;
            least = Some(least.map_or(cost, |least| least.min(cost)));
        }
    }
    least
}

#[test]
fn where_nothing_else_is_asked_for_a_start_costs_what_the_stays_cost_more() {
    let numbers = || (any::<u16>(), any::<u16>(), any::<u16>(), any::<u16>());
    let strategy =
        (scenario(Size::BOOKING), any::<u64>(), vec(numbers(), 0..4), vec(numbers(), 1..12));
    let (compared, dear) = (Cell::new(0), Cell::new(0));
    let result =
        TestRunner::new(cases(300)).run(&strategy, |(scenario, seed, blocks, bookings)| {
            let Ok(mut problem) = problem(&scenario) else { return Ok(()) };
            enrich(&mut problem, seed);
            problem.release.clear();
            problem.pools.clear();
            let limits = Limits::nodes(1_000);
            let blocks = random_blocks(&problem, &blocks);
            let Ok(mut ledger) = Ledger::new(&problem, 0, &blocks, limits) else { return Ok(()) };
            let visit = |service: usize| {
                Visit::new(&problem, &[BasketItem { service, persons: 1 }]).unwrap()
            };
            for (number, &(service, start, ..)) in bookings.iter().enumerate() {
                let visit = visit(usize::from(service) % problem.services.len());
                let sure: Vec<Step> = ledger.starts(&visit).sure.iter().collect();
                if let Some(&start) = sure.get(usize::from(start) % sure.len().max(1)) {
                    let entry = Entry::new(number.to_string(), [], visit, start);
                    ledger.insert(entry, limits).unwrap();
                }
            }
            let book = Book {
                snapshots: vec![Arc::new(Snapshot::new(ledger.clone(), 0))],
                problem: Arc::new(problem.clone()),
            };
            let midnight = problem.zone.instant(problem.dates[0], 0).unwrap();
            for service in 0..problem.services.len() {
                let (basket, visit) = ([BasketItem { service, persons: 1 }], visit(service));
                let mut query = Query::new((&basket, &visit), &[0], 0..1, midnight);
                query.limit = usize::MAX;
                let sure = ledger.starts(&visit).sure;
                for offer in offers(&book, &query).unwrap().offers {
                    let start = offer.window.from;
                    let expected = least(&problem, &ledger, &visit, start);
                    if let Some(expected) = expected.filter(|_| sure.contains(start)) {
                        prop_assert!(
                            (offer.cost - expected).abs() < 1e-5,
                            "{} at {start} costs {}, not {expected}",
                            problem.services[service].id,
                            offer.cost
                        );
                        compared.set(compared.get() + 1);
                        dear.set(dear.get() + usize::from(expected > 0.0));
                    }
                }
            }
            Ok(())
        });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    let (compared, dear) = (compared.get(), dear.get());
    assert!(compared > 1_000 && dear > 300, "too little happened: {dear} of {compared}");
}

/// Ann sits at a counter from 8 to 9 and Bob at none: what she can do beside it comes first.
#[test]
fn a_start_beside_a_stay_is_cheaper_than_one_that_opens_a_counter() {
    let mut scenario = hour();
    scenario["sites"][0]["open"][0]["until"] = json!("10:00");
    scenario["staff"][0]["shifts"][0]["until"] = json!("10:00");
    let mut problem = office(&scenario);
    problem.weights = Weights { seat: 2.0, move_: 10.0, ..Weights::NONE };
    let mut book = book_with_blocks(problem, &[]);
    let basket = [BasketItem { service: 0, persons: 1 }];
    let visit = Visit::new(&book.problem, &basket).unwrap();
    let now = at("2027-03-20T12:00:00+01:00");
    let costs = |book: &Book| -> Vec<f64> {
        let mut query = Query::new((&basket, &visit), &[0], 0..1, now);
        query.limit = usize::MAX;
        offers(book, &query).unwrap().offers.iter().map(|offer| offer.cost).collect()
    };
    assert_eq!(costs(&book), [2.0; 8]);
    let page = &book.snapshots[0];
    let mut ledger = page.ledger().clone();
    let start = book.problem.grid.step_at(9 * 60).unwrap();
    ledger.insert(Entry::new("a", basket, visit.clone(), start), Limits::default()).unwrap();
    assert_eq!(ledger.get("a").unwrap().1.clerk, ClerkIndex(0));
    book.snapshots[0] = Arc::new(page.successor(&book.problem, ledger, 1));
    assert_eq!(costs(&book), [0.0; 7]);
}
