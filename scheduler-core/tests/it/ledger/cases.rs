//! The cases that booking systems get wrong, each as a whole small day with the whole answer: who
//! can take what.

use scheduler_core::ledger::{ClerkIndex, Ledger, Limits, Refusal, RoomIndex, Stored, StoredSeat};
use scheduler_core::problem::{Problem, WalkInBlock};
use scheduler_core::time::Window;
use serde_json::{Value, json};

use crate::strategies::ledger::hall::{
    bookable, clerk, day, entry, ledger, promise, room, service, visit,
};
use crate::strategies::ledger::{Shelf, faults};

#[test]
fn a_promise_that_the_able_clerk_holds_moves_to_make_room_for_what_only_he_can_do() {
    let problem = day(
        &json!([room("1", &[]), room("2", &[])]),
        &json!([service("a", 30, &["a"], &[]), service("b", 30, &["b"], &[])]),
        &json!([
            clerk("one", &["a"], "08:00", "08:30"),
            clerk("both", &["a", "b"], "08:00", "08:30")
        ]),
        &json!({}),
    );
    let (a, b) = (visit(&problem, &[(0, 1)]), visit(&problem, &[(1, 1)]));
    let mut ledger = ledger(&problem);
    let with_both = a.clone().pinned(Some(ClerkIndex(1)), None);
    // As a greedy system has it: first where it is, then free to move.
    promise(&mut ledger, &problem, "greedy", &with_both, "08:00").unwrap();
    let mut free = ledger.remove("greedy").unwrap();
    free.visit = a.clone();
    let seat = StoredSeat { clerk: ClerkIndex(1), room: Some(RoomIndex(0)) };
    let mut stored = Stored::default();
    stored.promises.push((free, Some(seat)));
    let mut ledger = Ledger::restore(&problem, 0, &stored, Limits::default()).ledger;
    assert_eq!(StoredSeat::from(ledger.get("greedy").unwrap().1), seat);
    assert_eq!(bookable(&ledger, &problem, &b), ["08:00"]);
    promise(&mut ledger, &problem, "b", &b, "08:00").unwrap();
    assert_eq!(ledger.get("greedy").unwrap().1.clerk, ClerkIndex(0));
    assert_eq!(ledger.get("b").unwrap().1.clerk, ClerkIndex(1));
    assert_eq!(bookable(&ledger, &problem, &a), Vec::<String>::new());
}

#[test]
fn a_pinned_promise_does_not_move() {
    let problem = day(
        &json!([room("1", &[]), room("2", &[])]),
        &json!([service("a", 30, &["a"], &[]), service("b", 30, &["b"], &[])]),
        &json!([
            clerk("one", &["a"], "08:00", "08:30"),
            clerk("both", &["a", "b"], "08:00", "08:30")
        ]),
        &json!({}),
    );
    let (a, b) = (visit(&problem, &[(0, 1)]), visit(&problem, &[(1, 1)]));
    let mut ledger = ledger(&problem);
    let pinned = a.pinned(Some(ClerkIndex(1)), None);
    promise(&mut ledger, &problem, "pinned", &pinned, "08:00").unwrap();
    assert_eq!(promise(&mut ledger, &problem, "b", &b, "08:00"), Err(Refusal::Taken));
}

#[test]
fn three_clerks_and_two_rooms_serve_two_with_a_room_of_that_kind_and_one_without() {
    let problem = day(
        &json!([room("1", &["photo"]), room("2", &["photo"]), room("desk", &[])]),
        &json!([service("photo", 30, &[], &["photo"]), service("talk", 30, &[], &[])]),
        &json!([
            clerk("a", &[], "08:00", "08:30"),
            clerk("b", &[], "08:00", "08:30"),
            clerk("c", &[], "08:00", "08:30"),
        ]),
        &json!({}),
    );
    let (photo, talk) = (visit(&problem, &[(0, 1)]), visit(&problem, &[(1, 1)]));
    let mut ledger = ledger(&problem);
    promise(&mut ledger, &problem, "1", &photo, "08:00").unwrap();
    promise(&mut ledger, &problem, "2", &photo, "08:00").unwrap();
    assert_eq!(promise(&mut ledger, &problem, "3", &photo, "08:00"), Err(Refusal::Taken));
    assert_eq!(bookable(&ledger, &problem, &talk), ["08:00"]);
    promise(&mut ledger, &problem, "talk", &talk, "08:00").unwrap();
    assert_eq!(bookable(&ledger, &problem, &talk), Vec::<String>::new());
}

#[test]
fn a_visit_across_the_hand_over_of_two_clerks_is_refused() {
    let problem = day(
        &json!([room("1", &[])]),
        &json!([service("long", 30, &[], &[])]),
        &json!([clerk("early", &[], "09:00", "10:00"), clerk("late", &[], "10:00", "11:00")]),
        &json!({}),
    );
    let long = visit(&problem, &[(0, 1)]);
    let mut ledger = ledger(&problem);
    // At every moment somebody is free; from 09:35 to 09:55 nobody stays long enough.
    let starts = ["09:00", "09:05", "09:10", "09:15", "09:20", "09:25", "09:30"];
    let later = ["10:00", "10:05", "10:10", "10:15", "10:20", "10:25", "10:30"];
    assert_eq!(bookable(&ledger, &problem, &long), [starts, later].concat());
    assert_eq!(promise(&mut ledger, &problem, "x", &long, "09:45"), Err(Refusal::NoClerk));
}

#[test]
fn promises_that_fit_at_every_moment_but_not_on_two_clerks_with_a_hand_over_are_refused() {
    // Early and late overlap from 09:50 to 10:10, and both can do everything.
    let problem = day(
        &json!([room("1", &[]), room("2", &[])]),
        &json!([service("visit", 20, &[], &[])]),
        &json!([clerk("early", &[], "09:00", "10:10"), clerk("late", &[], "09:50", "11:00")]),
        &json!({}),
    );
    let one = visit(&problem, &[(0, 1)]);
    let mut ledger = ledger(&problem);
    // At 09:40 only early is there, and until 10:20 only late: there is nothing to choose.
    promise(&mut ledger, &problem, "a", &one, "09:40").unwrap();
    promise(&mut ledger, &problem, "b", &one, "10:00").unwrap();
    assert_eq!(ledger.get("a").unwrap().1.clerk, ClerkIndex(0));
    assert_eq!(ledger.get("b").unwrap().1.clerk, ClerkIndex(1));
    // From 09:50 to 10:10 one of the two is free at every moment, but not the same one.
    assert_eq!(promise(&mut ledger, &problem, "c", &one, "09:50"), Err(Refusal::Taken));
    assert_eq!(ledger.promises().count(), 2);
}

#[test]
fn a_hold_in_a_pool_of_five_leaves_four() {
    let rooms: Vec<Value> = (0..5).map(|n| room(&format!("room-{n}"), &[])).collect();
    let staff: Vec<Value> =
        (0..5).map(|n| clerk(&format!("clerk-{n}"), &[], "08:00", "08:30")).collect();
    let services = json!([service("any", 30, &[], &[])]);
    let problem = day(&json!(rooms), &services, &json!(staff), &json!({}));
    let any = visit(&problem, &[(0, 1)]);
    let mut ledger = ledger(&problem);
    let hold = entry(&problem, "hold", &any, "08:00").expiring(Some(1_000));
    ledger.insert(hold, Limits::default()).unwrap();
    let more = (0..9)
        .filter(|n| promise(&mut ledger, &problem, &n.to_string(), &any, "08:00").is_ok())
        .count();
    assert_eq!(more, 4);
    assert_eq!(ledger.expire(999), []);
    assert_eq!(bookable(&ledger, &problem, &any), Vec::<String>::new());
    assert_eq!(ledger.expire(1_000).len(), 1);
    assert_eq!(bookable(&ledger, &problem, &any), ["08:00"]);
}

#[test]
fn a_hold_that_was_confirmed_in_time_does_not_expire() {
    let problem = day(
        &json!([room("1", &[])]),
        &json!([service("any", 30, &[], &[])]),
        &json!([clerk("kim", &[], "08:00", "08:30")]),
        &json!({}),
    );
    let any = visit(&problem, &[(0, 1)]);
    let mut ledger = ledger(&problem);
    let hold = entry(&problem, "hold", &any, "08:00").expiring(Some(1_000));
    ledger.insert(hold, Limits::default()).unwrap();
    assert_eq!(ledger.next_expiry(), Some(1_000));
    assert!(ledger.set_expiry("hold", None));
    assert_eq!((ledger.next_expiry(), ledger.expire(2_000)), (None, Vec::new()));
    assert_eq!(bookable(&ledger, &problem, &any), Vec::<String>::new());
}

/// Two clerks and a walk-in block from 08:00 to 08:30 that both could hold.
fn with_walk_ins() -> (Problem, Ledger) {
    let rooms: Vec<Value> = (0..2).map(|n| room(&format!("room-{n}"), &[])).collect();
    let problem = day(
        &json!(rooms),
        &json!([service("a", 30, &["a"], &[]), service("b", 30, &["b"], &[])]),
        &json!([
            clerk("one", &["a"], "08:00", "08:30"),
            clerk("both", &["a", "b"], "08:00", "08:30")
        ]),
        &json!({ "walk_in_quotas": [{ "id": "q", "site": "hall", "from": "08:00", "until": "08:30",
            "min_share": 0.5, "block_minutes": 30, "skills": ["a"] }] }),
    );
    let window = Window::new(96, 102);
    let block = WalkInBlock { site: 0, day: 0, window, clerk: 1, room: 0, pinned: false };
    let ledger = Ledger::new(&problem, 0, &[block], Limits::default()).unwrap();
    (problem, ledger)
}

#[test]
fn a_walk_in_block_moves_to_another_clerk_who_counts_for_it_and_stays_reserved() {
    let (problem, mut ledger) = with_walk_ins();
    let (a, b) = (visit(&problem, &[(0, 1)]), visit(&problem, &[(1, 1)]));
    promise(&mut ledger, &problem, "b", &b, "08:00").unwrap();
    let held: Vec<_> = ledger.blocks().map(|(block, seat)| (block.window, seat.clerk)).collect();
    assert_eq!(held, [(Window::new(96, 102), ClerkIndex(0))]);
    assert_eq!(promise(&mut ledger, &problem, "a", &a, "08:00"), Err(Refusal::WalkIns));
}

#[test]
fn a_walk_in_block_does_not_go_to_a_clerk_who_does_not_count_for_it() {
    let (problem, mut ledger) = with_walk_ins();
    let a = visit(&problem, &[(0, 1)]);
    promise(&mut ledger, &problem, "a", &a, "08:00").unwrap();
    // Clerk one is taken now; the other one is with the walk-ins.
    let b = visit(&problem, &[(1, 1)]);
    assert_eq!(promise(&mut ledger, &problem, "b", &b, "08:00"), Err(Refusal::WalkIns));
}

#[test]
fn a_sick_call_for_one_of_five_strands_nobody_while_the_others_have_room() {
    let rooms: Vec<Value> = (0..5).map(|n| room(&format!("room-{n}"), &[])).collect();
    let absent = |who: Option<usize>| {
        let staff: Vec<Value> = (0..5)
            .map(|n| {
                let mut clerk = clerk(&format!("clerk-{n}"), &["x"], "08:00", "09:00");
                clerk["absent_on"] = if who == Some(n) { json!(["2027-03-04"]) } else { json!([]) };
                clerk
            })
            .collect();
        let services = json!([service("any", 12, &["x"], &[])]);
        day(&json!(rooms), &services, &json!(staff), &json!({ "grid_minutes": 12 }))
    };
    let healthy = absent(None);
    let any = visit(&healthy, &[(0, 1)]);
    let mut ledger = ledger(&healthy);
    // Five rounds of twelve minutes: four visits in each but the third, which has five.
    for round in 0..5 {
        for n in 0..if round == 2 { 5 } else { 4 } {
            let at = format!("08:{:02}", 12 * round);
            promise(&mut ledger, &healthy, &format!("{round}-{n}"), &any, &at).unwrap();
        }
    }
    let stored = Shelf::of(&ledger).stored(&healthy);
    for who in 0..5 {
        let problem = absent(Some(who));
        let restored = Ledger::restore(&problem, 0, &stored, Limits::default());
        let stranded: Vec<_> =
            restored.stranded.iter().map(|(entry, why)| (entry.start, why.clone())).collect();
        assert_eq!(stranded, [(42, Refusal::Taken)], "one of the five at 08:24");
        assert_eq!(restored.ledger.promises().count(), 20);
        assert_eq!(faults(&problem, &restored.ledger), Vec::<String>::new());
    }
}
