//! The cases that booking systems get wrong, each as a whole small day with the whole answer: hours,
//! breaks and clock changes.

use scheduler_core::ledger::{Refusal, ShiftIndex};
use scheduler_core::time::Window;
use serde_json::{Value, json};

use crate::strategies::ledger::hall::{
    bookable, clerk, day, ledger, promise, room, service, visit,
};

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

#[test]
fn outside_hours_the_site_is_closed_and_outside_shifts_there_is_no_clerk() {
    let booked = |start: &str, more: &Value| {
        let problem = day(
            &json!([room("1", &[])]),
            &json!([service("half", 30, &[], &[])]),
            &json!([clerk("kim", &[], "09:00", "11:00")]),
            more,
        );
        promise(&mut ledger(&problem), &problem, "x", &visit(&problem, &[(0, 1)]), start)
    };
    let open = json!({});
    for start in ["00:00", "07:30", "07:45", "11:45", "12:00", "23:30"] {
        assert_eq!(booked(start, &open), Err(Refusal::Closed), "{start}");
    }
    for start in ["08:00", "08:45", "10:45", "11:00", "11:30"] {
        assert_eq!(booked(start, &open), Err(Refusal::NoClerk), "{start}");
    }
    assert!(booked("09:00", &open).is_ok());
    let closed = json!({ "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "12:00" }],
        "closed_on": ["2027-03-01"] }], "horizon": { "from": "2027-03-01", "until": "2027-03-01" } });
    for start in ["08:00", "09:00", "12:00"] {
        assert_eq!(booked(start, &closed), Err(Refusal::Closed), "{start}");
    }
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
    assert_eq!(ledger.breaks().collect::<Vec<_>>(), [(ShiftIndex(0), Window::new(20, 21))]);
    assert_eq!(bookable(&ledger, &problem, &long), ["08:00"]);
}
