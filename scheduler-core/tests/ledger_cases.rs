//! The cases that booking systems get wrong, each as a whole small day with the whole answer.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

mod strategies;

use scheduler_core::ledger::{Answer, BasketItem, Entry, Ledger, Limits, Refusal, Seat, Visit};
use scheduler_core::problem::{Problem, WalkInBlock};
use scheduler_core::time::Window;
use serde_json::{Value, json};
use strategies::problem;

/// A day from 08:00 to 12:00 on a grid of five minutes, unless `more` says otherwise.
fn day(rooms: &Value, services: &Value, staff: &Value, more: &Value) -> Problem {
    let mut scenario = json!({
        "schema": "scenario/1",
        "time_zone": "Europe/Berlin",
        "grid_minutes": 5,
        "horizon": { "from": "2027-03-04", "until": "2027-03-04" },
        "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "12:00" }] }],
        "rooms": rooms,
        "services": services,
        "staff": staff,
    });
    for (key, value) in more.as_object().unwrap() {
        scenario[key] = value.clone();
    }
    problem(&scenario).unwrap()
}

fn room(id: &str, equipment: &[&str]) -> Value {
    json!({ "id": id, "site": "hall", "equipment": equipment })
}

fn service(id: &str, minutes: u32, skills: &[&str], equipment: &[&str]) -> Value {
    json!({ "id": id, "minutes": minutes, "extra_person_minutes": 10, "max_persons": 4,
        "skills": skills, "equipment": equipment, "value": 1 })
}

fn clerk(id: &str, skills: &[&str], from: &str, until: &str) -> Value {
    json!({ "id": id, "skills": skills, "shifts": [{ "site": "hall", "from": from, "until": until }] })
}

fn ledger(problem: &Problem) -> Ledger {
    Ledger::new(problem, 0, &[], Limits::default()).unwrap()
}

fn visit(problem: &Problem, basket: &[(usize, u32)]) -> Visit {
    let basket: Vec<BasketItem> =
        basket.iter().map(|&(service, persons)| BasketItem { service, persons }).collect();
    Visit::new(problem, &basket).unwrap()
}

fn entry(problem: &Problem, id: &str, visit: &Visit, at: &str) -> Entry {
    Entry {
        id: id.into(),
        basket: Vec::new().into(),
        visit: visit.clone(),
        start: problem.grid.step_at(at.parse::<scheduler_core::time::Clock>().unwrap().0).unwrap(),
        expires_at: None,
    }
}

fn promise(
    ledger: &mut Ledger,
    problem: &Problem,
    id: &str,
    visit: &Visit,
    at: &str,
) -> Result<(), Refusal> {
    ledger.insert(entry(problem, id, visit, at), Limits::default()).map(|_| ())
}

/// All starts at which the visit can be booked, as wall-clock times.
fn bookable(ledger: &Ledger, problem: &Problem, visit: &Visit) -> Vec<String> {
    let starts = ledger.starts(visit);
    (0..=problem.grid.steps_per_day())
        .filter(|&step| {
            let answer = ledger.check(visit, step, Limits::default());
            assert!(!starts.sure.contains(step) || answer == Answer::Yes);
            let ruled_out = !starts.sure.contains(step) && !starts.open.contains(step);
            assert!(!ruled_out || answer == Answer::No);
            assert_ne!(answer, Answer::Unknown);
            answer == Answer::Yes
        })
        .map(|step| problem.grid.clock(step).to_string())
        .collect()
}

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
    let with_both = Visit { clerk: Some(1), ..a.clone() };
    // As a greedy system has it: first where it is, then free to move.
    promise(&mut ledger, &problem, "greedy", &with_both, "08:00").unwrap();
    let free = Entry { visit: a.clone(), ..ledger.remove("greedy").unwrap() };
    let seat = Seat { shift: 1, clerk: 1, room: 0 };
    let stored = scheduler_core::ledger::Stored {
        promises: vec![(free, Some((seat.clerk, seat.room)))],
        ..Default::default()
    };
    let mut ledger = Ledger::restore(&problem, 0, &stored, Limits::default()).ledger;
    assert_eq!(ledger.get("greedy").unwrap().1, seat);
    assert_eq!(bookable(&ledger, &problem, &b), ["08:00"]);
    promise(&mut ledger, &problem, "b", &b, "08:00").unwrap();
    assert_eq!(ledger.get("greedy").unwrap().1.clerk, 0);
    assert_eq!(ledger.get("b").unwrap().1.clerk, 1);
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
    promise(&mut ledger, &problem, "pinned", &Visit { clerk: Some(1), ..a }, "08:00").unwrap();
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
    assert_eq!(ledger.get("a").unwrap().1.clerk, 0);
    assert_eq!(ledger.get("b").unwrap().1.clerk, 1);
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
    let hold = Entry { expires_at: Some(1_000), ..entry(&problem, "hold", &any, "08:00") };
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
    let hold = Entry { expires_at: Some(1_000), ..entry(&problem, "hold", &any, "08:00") };
    ledger.insert(hold, Limits::default()).unwrap();
    assert_eq!(ledger.next_expiry(), Some(1_000));
    assert!(ledger.set_expiry("hold", None));
    assert_eq!((ledger.next_expiry(), ledger.expire(2_000)), (None, Vec::new()));
    assert_eq!(bookable(&ledger, &problem, &any), Vec::<String>::new());
}

#[test]
fn the_last_start_ends_exactly_at_closing() {
    let staff = json!([clerk("kim", &[], "07:00", "13:00")]);
    let services = json!([service("ten", 10, &[], &[]), service("odd", 12, &[], &[])]);
    let problem = day(&json!([room("1", &[])]), &services, &staff, &json!({ "grid_minutes": 1 }));
    let ledger = ledger(&problem);
    // Two baskets of ten minutes each, and of twelve.
    for (basket, first, last, starts) in [
        (vec![(0, 1)], "08:00", "11:50", 231),
        (vec![(0, 3)], "08:00", "11:30", 211),
        (vec![(1, 1)], "08:00", "11:48", 229),
        (vec![(0, 1), (1, 1)], "08:00", "11:38", 219),
    ] {
        let found = bookable(&ledger, &problem, &visit(&problem, &basket));
        assert_eq!((found[0].as_str(), found[found.len() - 1].as_str()), (first, last));
        assert_eq!(found.len(), starts, "{basket:?}");
    }
}

#[test]
fn a_basket_as_long_as_what_is_left_has_exactly_one_start() {
    // 08:00 to 12:00 are 24 slots of ten minutes; one more than fits has no start.
    let services: Vec<Value> =
        (0..4).map(|n| service(&format!("s{n}"), 20 + 20 * u32::from(n == 3), &[], &[])).collect();
    let problem = day(
        &json!([room("1", &[])]),
        &json!(services),
        &json!([clerk("kim", &[], "08:00", "12:00")]),
        &json!({}),
    );
    let mut ledger = ledger(&problem);
    // 50 + 50 + 50 + 70 = 220 minutes with four persons each.
    let long = visit(&problem, &[(0, 4), (1, 4), (2, 4), (3, 4)]);
    assert_eq!(long.steps, 44);
    assert_eq!(bookable(&ledger, &problem, &long), ["08:00", "08:05", "08:10", "08:15", "08:20"]);
    let twenty = visit(&problem, &[(0, 1)]);
    promise(&mut ledger, &problem, "first", &twenty, "08:00").unwrap();
    assert_eq!(bookable(&ledger, &problem, &long), ["08:20"]);
    promise(&mut ledger, &problem, "last", &visit(&problem, &[(1, 1)]), "11:40").unwrap();
    assert_eq!(bookable(&ledger, &problem, &long), Vec::<String>::new());
}

#[test]
fn clock_changes_do_not_move_wall_clock_starts() {
    let starts = |date: &str| {
        let problem = day(
            &json!([room("1", &[])]),
            &json!([service("hour", 60, &[], &[])]),
            &json!([clerk("kim", &[], "08:00", "12:00")]),
            &json!({ "grid_minutes": 60, "horizon": { "from": date, "until": date } }),
        );
        let ledger = ledger(&problem);
        let visit = visit(&problem, &[(0, 1)]);
        let first = problem.instants(0, Window::new(8, 9)).0.to_rfc3339();
        (bookable(&ledger, &problem, &visit), first)
    };
    let wall_clock: Vec<String> = ["08:00", "09:00", "10:00", "11:00"].map(Into::into).into();
    for (date, first) in [
        ("2027-03-27", "2027-03-27T08:00:00+01:00"),
        ("2027-03-28", "2027-03-28T08:00:00+02:00"),
        ("2027-10-30", "2027-10-30T08:00:00+02:00"),
        ("2027-10-31", "2027-10-31T08:00:00+01:00"),
    ] {
        assert_eq!(starts(date), (wall_clock.clone(), first.to_owned()));
    }
}

#[test]
fn nothing_is_booked_across_the_hour_that_a_clock_change_takes_or_doubles() {
    for date in ["2027-03-28", "2027-10-31"] {
        let problem = day(
            &json!([room("1", &[])]),
            &json!([service("hour", 60, &[], &[])]),
            &json!([clerk("night", &[], "00:00", "06:00")]),
            &json!({
                "grid_minutes": 30,
                "horizon": { "from": date, "until": date },
                "sites": [{ "id": "hall", "open": [{ "from": "00:00", "until": "06:00" }] }],
            }),
        );
        let ledger = ledger(&problem);
        let found = bookable(&ledger, &problem, &visit(&problem, &[(0, 1)]));
        let expected = ["00:00", "00:30", "01:00", "03:00", "03:30", "04:00", "04:30", "05:00"];
        assert_eq!(found, expected, "{date}");
    }
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
    let block = WalkInBlock { site: 0, day: 0, window: Window::new(96, 102), clerk: 1, room: 0 };
    let ledger = Ledger::new(&problem, 0, &[block], Limits::default()).unwrap();
    (problem, ledger)
}

#[test]
fn a_walk_in_block_moves_to_another_clerk_who_counts_for_it_and_stays_reserved() {
    let (problem, mut ledger) = with_walk_ins();
    let (a, b) = (visit(&problem, &[(0, 1)]), visit(&problem, &[(1, 1)]));
    promise(&mut ledger, &problem, "b", &b, "08:00").unwrap();
    let held: Vec<_> = ledger.blocks().map(|(block, seat)| (block.window, seat.clerk)).collect();
    assert_eq!(held, [(Window::new(96, 102), 0)]);
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
fn a_break_moves_within_its_window_and_is_never_lost() {
    let problem = day(
        &json!([room("1", &[])]),
        &json!([service("long", 60, &[], &[])]),
        &json!([{ "id": "kim", "skills": [], "shifts": [{ "site": "hall", "from": "08:00",
            "until": "12:00", "break": { "minutes": 30, "from": "09:00", "until": "11:00" } }] }]),
        &json!({ "grid_minutes": 30 }),
    );
    let long = visit(&problem, &[(0, 1)]);
    let mut ledger = ledger(&problem);
    promise(&mut ledger, &problem, "a", &long, "09:00").unwrap();
    // The break has 10:00 to 11:00 left, so nothing can take all of it.
    assert_eq!(bookable(&ledger, &problem, &long), ["08:00", "10:30", "11:00"]);
    promise(&mut ledger, &problem, "b", &long, "10:30").unwrap();
    assert_eq!(ledger.breaks().collect::<Vec<_>>(), [(0, Window::new(20, 21))]);
    assert_eq!(bookable(&ledger, &problem, &long), ["08:00"]);
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
    let stored = strategies::ledger::Shelf::of(&ledger).stored(&healthy);
    for who in 0..5 {
        let problem = absent(Some(who));
        let restored = Ledger::restore(&problem, 0, &stored, Limits::default());
        let stranded: Vec<_> =
            restored.stranded.iter().map(|(entry, why)| (entry.start, why.clone())).collect();
        assert_eq!(stranded, [(42, Refusal::Taken)], "one of the five at 08:24");
        assert_eq!(restored.ledger.promises().count(), 20);
        assert_eq!(strategies::ledger::faults(&problem, &restored.ledger), Vec::<String>::new());
    }
}
