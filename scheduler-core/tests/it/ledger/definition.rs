//! What a day can have besides shifts and rooms, one thing each: the random days of the oracle tests
//! have all of it at once.

use scheduler_core::ledger::{
    BasketItem, ClerkIndex, Entry, Ledger, Limits, Refusal, ShiftIndex, Visit,
};
use scheduler_core::problem::{Break, BreakTaken, Plan, Problem, WalkInBlock};
use scheduler_core::time::{Clock, Window};
use serde_json::json;

use crate::strategies::ledger::faults;
use crate::strategies::ledger::hall::{
    bookable, clerk, day, ledger, promise, room, service, visit,
};

fn hall() -> Problem {
    day(
        &json!([room("1", &[])]),
        &json!([service("a", 30, &[], &[]), service("b", 10, &[], &[])]),
        &json!([clerk("kim", &[], "08:00", "10:00")]),
        &json!({}),
    )
}

/// Steps of five minutes.
fn window(from: &str, until: &str) -> Window {
    let step = |text: &str| (text.parse::<Clock>().unwrap().0 / 5) as u16;
    Window::new(step(from), step(until))
}

#[test]
fn a_visit_keeps_clerk_and_room_for_its_buffer_and_ends_before_it() {
    let mut problem = hall();
    problem.services[0].buffer_minutes = 8;
    problem.services[0].steps = problem.grid.steps_for(38);
    problem.services[1].buffer_minutes = 3;
    problem.services[1].steps = problem.grid.steps_for(13);
    let a = visit(&problem, &[(0, 1)]);
    assert_eq!((a.steps, a.told_steps(problem.grid)), (8, 6));
    // A basket sums minutes and takes its longest buffer: 40 + 8, rounded up once.
    let both = visit(&problem, &[(0, 1), (1, 1)]);
    assert_eq!((both.minutes, both.buffer_minutes, both.steps), (40, 8, 10));
    let mut ledger = ledger(&problem);
    promise(&mut ledger, &problem, "a", &a, "08:00").unwrap();
    assert_eq!(bookable(&ledger, &problem, &a)[0], "08:40");
    assert_eq!(bookable(&ledger, &problem, &a).last().unwrap(), "09:20");
    // As long as it was promised, with the buffer of today.
    let basket = [BasketItem { service: 0, persons: 1 }];
    assert_eq!(Visit::promised(&problem, &basket, 30).unwrap(), a);
    assert_eq!(Visit::promised(&problem, &basket, 20).unwrap().steps, 6);
}

#[test]
fn a_visit_without_a_room_needs_a_clerk_alone() {
    let mut problem = hall();
    problem.services[0].needs_room = false;
    problem.clerks.push(problem.clerks[0].clone());
    problem.shifts.push(problem.shifts[0].clone());
    problem.shifts[1].clerk = 1;
    problem.site_days[0].shifts = 0..2;
    let (call, desk) = (visit(&problem, &[(0, 1)]), visit(&problem, &[(1, 1)]));
    // A basket needs a room if any of its services does.
    assert!(!call.needs_room && visit(&problem, &[(0, 1), (1, 1)]).needs_room);
    let mut ledger = ledger(&problem);
    promise(&mut ledger, &problem, "desk", &desk, "08:00").unwrap();
    promise(&mut ledger, &problem, "call", &call, "08:00").unwrap();
    assert_eq!(ledger.get("call").unwrap().1.room, None);
    assert_eq!(promise(&mut ledger, &problem, "more", &call, "08:00"), Err(Refusal::Taken));
    assert_eq!(faults(&problem, &ledger), Vec::<String>::new());
    let restored = Ledger::restore(&problem, 0, &ledger.to_stored(), Limits::default());
    assert_eq!((restored.changes, restored.ledger.to_stored()), (Vec::new(), ledger.to_stored()));
}

#[test]
fn breaks_keep_their_order_and_absences_take_their_time() {
    let mut problem = hall();
    let rest = |steps, from, until| Break { steps, window: window(from, until) };
    problem.shifts[0].breaks = vec![rest(3, "08:00", "10:00"), rest(6, "08:00", "10:00")];
    problem.shifts[0].absent = vec![window("08:30", "09:00")];
    let a = visit(&problem, &[(0, 1)]);
    let mut ledger = ledger(&problem);
    // Half an hour before the absence and an hour after it; the shorter break comes first.
    assert_eq!(bookable(&ledger, &problem, &a), ["08:00", "09:00", "09:30"]);
    promise(&mut ledger, &problem, "a", &a, "09:00").unwrap();
    let held: Vec<Window> = ledger.breaks().map(|(_, window)| window).collect();
    assert_eq!(held[1], window("09:30", "10:00"));
    assert!(held[0].until <= window("08:30", "09:00").from);
    assert_eq!(
        bookable(&ledger, &problem, &visit(&problem, &[(1, 1)])),
        ["08:00", "08:05", "08:15", "08:20"]
    );
}

fn plan(blocks: Vec<WalkInBlock>, breaks: Vec<BreakTaken>) -> Plan {
    Plan {
        slots: Vec::new(),
        walk_in_blocks: blocks,
        breaks,
        stays: Vec::new(),
        objective: 0.0,
        upper_bound: 0.0,
        seconds: 0.0,
        engine: String::new(),
        seed: 0,
        work: 0.0,
    }
}

#[test]
fn what_is_pinned_stays_where_it_is() {
    let mut problem = day(
        &json!([room("1", &[]), room("2", &[])]),
        &json!([service("a", 30, &[], &[])]),
        &json!([clerk("kim", &[], "08:00", "10:00"), clerk("lee", &[], "08:00", "10:00")]),
        &json!({ "walk_in_quotas": [{ "id": "q", "site": "hall", "from": "08:00", "until": "10:00",
            "min_share": 0.1, "block_minutes": 30, "skills": [] }] }),
    );
    for shift in &mut problem.shifts {
        shift.breaks = vec![Break { steps: 6, window: window("08:00", "10:00") }];
    }
    let block = |pinned| WalkInBlock {
        site: 0,
        day: 0,
        window: window("08:00", "08:30"),
        clerk: 0,
        room: 0,
        pinned,
    };
    let rest = |pinned| BreakTaken { clerk: 1, day: 0, window: window("08:30", "09:00"), pinned };
    let kim = Visit::new(&problem, &[BasketItem { service: 0, persons: 1 }]).unwrap();
    let kim = kim.pinned(Some(ClerkIndex(0)), None);
    let lee = kim.clone().pinned(Some(ClerkIndex(1)), None);
    let booked = |pinned: bool| {
        let plan = plan(vec![block(pinned)], vec![rest(pinned)]);
        let mut ledger = Ledger::from_plan(&problem, 0, &plan, Limits::default()).unwrap();
        let at = |text: &str| window(text, "10:00").from;
        let kim = ledger.insert(Entry::new("k", [], kim.clone(), at("08:00")), Limits::default());
        let lee = ledger.insert(Entry::new("l", [], lee.clone(), at("08:30")), Limits::default());
        assert_eq!(faults(&problem, &ledger), Vec::<String>::new());
        let restored = Ledger::restore(&problem, 0, &ledger.to_stored(), Limits::default());
        assert_eq!(restored.ledger.to_stored(), ledger.to_stored());
        let held = ledger.breaks().find(|(shift, _)| *shift == ShiftIndex(1)).unwrap().1;
        (kim.is_ok(), lee.is_ok(), held == window("08:30", "09:00"))
    };
    assert_eq!(booked(false), (true, true, false));
    assert_eq!(booked(true), (false, false, true));
}
