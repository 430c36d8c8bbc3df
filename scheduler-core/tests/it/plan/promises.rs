//! Promises are kept as they were given, and the rest of the plan goes round them.

use scheduler_core::check::check;
use scheduler_core::plan::{PlanError, plan};
use scheduler_core::problem::{Plan, Problem};
use serde_json::{Value, json};

use crate::strategies::{NoClock, problem, steps};

/// Ada does anything, Ben only visas; the scanner is in room 1; 08:00 to 10:00, breaks for both.
fn office(appointments: &Value) -> Problem {
    let shift = json!({ "site": "mitte", "from": "08:00", "until": "10:00",
        "break": { "minutes": 10, "from": "08:30", "until": "09:30" } });
    problem(&json!({
        "schema": "scenario/1",
        "name": "promises",
        "time_zone": "Europe/Berlin",
        "grid_minutes": 10,
        "horizon": { "from": "2027-03-04", "until": "2027-03-05" },
        "sites": [{ "id": "mitte", "open": [{ "from": "08:00", "until": "10:00" }] }],
        "rooms": [
            { "id": "1", "site": "mitte", "equipment": ["scanner"] },
            { "id": "2", "site": "mitte", "equipment": [] },
        ],
        "services": [
            { "id": "card", "minutes": 20, "extra_person_minutes": 15, "max_persons": 4,
              "skills": ["cards"], "equipment": ["scanner"], "value": 1.0 },
            { "id": "visa", "minutes": 10, "extra_person_minutes": 0, "max_persons": 2,
              "skills": ["visas"], "equipment": [], "value": 1.5 },
        ],
        "staff": [
            { "id": "ada", "skills": ["cards", "visas"], "shifts": [shift] },
            { "id": "ben", "skills": ["visas"], "shifts": [shift] },
        ],
        "walk_in_quotas": [],
        "demand": [
            { "id": "cards", "service": "card", "sites": ["mitte"],
              "from": "08:00", "until": "10:00", "mean": 20.0 },
            { "id": "visas", "service": "visa", "sites": ["mitte"],
              "from": "08:00", "until": "10:00", "mean": 20.0 },
        ],
        "appointments": appointments,
    }))
    .unwrap()
}

fn planned(problem: &Problem) -> Plan {
    let plan = plan(problem, &steps(500), &NoClock).unwrap().plan;
    assert_eq!(check(problem, &plan).violations, []);
    plan
}

fn promise(id: &str, service: &str, clock: &str, more: &Value) -> Value {
    let mut out = json!({ "id": id, "service": service, "site": "mitte",
        "start": format!("2027-03-04T{clock}:00+01:00"), "persons": 1 });
    for (key, value) in more.as_object().unwrap() {
        out[key] = value.clone();
    }
    out
}

#[test]
fn pinned_promise_keeps_its_clerk_and_room_though_others_would_be_better() {
    let problem =
        office(&json!([promise("p", "visa", "08:00", &json!({ "staff": "ada", "room": "1" }))]));
    let plan = planned(&problem);
    let kept = plan.slots.iter().find(|slot| slot.promise == Some(0)).unwrap();
    assert_eq!((kept.clerk, kept.room, kept.demand), (0, Some(0), None));
}

#[test]
fn promise_for_several_persons_takes_their_time_rounded_up_to_the_grid() {
    let problem = office(&json!([promise("p", "card", "09:20", &json!({ "persons": 2 }))]));
    let plan = planned(&problem);
    let kept = plan.slots.iter().find(|slot| slot.promise == Some(0)).unwrap();
    // 20 minutes and 15 for the second person: 35, in steps of 10 four.
    assert_eq!(kept.window.steps(), 4);
}

#[test]
fn break_moves_out_of_the_way_of_a_promise() {
    // Ada's card promises leave her the ten minutes from 09:10 only.
    let problem = office(&json!([
        promise("a", "card", "08:30", &json!({})),
        promise("b", "card", "08:50", &json!({})),
        promise("c", "card", "09:20", &json!({})),
    ]));
    let plan = planned(&problem);
    let ada = plan.breaks.iter().find(|taken| taken.clerk == 0 && taken.day == 0).unwrap();
    assert_eq!(problem.grid.clock(ada.window.from).to_string(), "09:10");
}

#[test]
fn unpinned_promise_gives_way_to_the_pinned_one() {
    // Only Ben can take the first when Ada is pinned to the second; room 1 stays for her card.
    let problem = office(&json!([
        promise("a", "visa", "08:00", &json!({})),
        promise("b", "card", "08:00", &json!({ "staff": "ada" })),
    ]));
    let plan = planned(&problem);
    let of = |promise| plan.slots.iter().find(|slot| slot.promise == Some(promise)).unwrap();
    assert_eq!((of(0).clerk, of(0).room), (1, Some(1)));
    assert_eq!((of(1).clerk, of(1).room), (0, Some(0)));
}

#[test]
fn promises_that_only_one_clerk_could_keep_at_a_time_are_infeasible() {
    let problem = office(&json!([
        promise("a", "card", "08:00", &json!({})),
        promise("b", "card", "08:10", &json!({})),
    ]));
    let error = plan(&problem, &steps(500), &NoClock).unwrap_err();
    let PlanError::Infeasible { conflicts } = error else { panic!("{error:?}") };
    assert!(!conflicts.is_empty());
}

#[test]
fn promises_that_leave_no_time_for_the_break_are_infeasible() {
    let problem = office(&json!([
        promise("a", "card", "08:30", &json!({})),
        promise("b", "card", "08:50", &json!({})),
        promise("c", "card", "09:10", &json!({})),
    ]));
    let error = plan(&problem, &steps(500), &NoClock).unwrap_err();
    let PlanError::Infeasible { conflicts } = error else { panic!("{error:?}") };
    assert!(!conflicts.is_empty());
}
