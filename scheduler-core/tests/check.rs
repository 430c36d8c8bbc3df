//! The judge finds every broken rule, and nothing in a plan that breaks none.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod strategies;

use proptest::prelude::*;
use scheduler_core::check::{Rule, check};
use scheduler_core::problem::{BreakTaken, Plan, Problem, Slot, WalkInBlock};
use scheduler_core::time::Window;
use serde_json::json;
use strategies::{brute, cases, problem, tiny};

const MITTE: usize = 0;
const NORD: usize = 1;
const ADA: usize = 0;
const BEN: usize = 1;
const CEM: usize = 2;
const CARD: usize = 0;
const MOVE: usize = 1;
const M1: usize = 0;
const M2: usize = 1;
const N1: usize = 2;
const N2: usize = 3;
const CARDS: usize = 0;
const MOVES: usize = 1;

/// 08:00 is step 32.
fn two_offices() -> Problem {
    problem(&json!({
        "schema": "scenario/1",
        "name": "two offices",
        "time_zone": "Europe/Berlin",
        "grid_minutes": 15,
        "horizon": { "from": "2027-03-04", "until": "2027-03-04" },
        "sites": [
            { "id": "mitte", "name": "Mitte", "open": [{ "from": "08:00", "until": "12:00" }] },
            { "id": "nord", "name": "Nord", "open": [{ "from": "08:00", "until": "12:00" }] },
        ],
        "rooms": [
            { "id": "m1", "site": "mitte", "equipment": ["scanner"] },
            { "id": "m2", "site": "mitte", "equipment": [] },
            { "id": "n1", "site": "nord", "equipment": ["scanner"] },
            { "id": "n2", "site": "nord", "equipment": [] },
        ],
        "services": [
            { "id": "card", "name": "Card", "minutes": 15, "extra_person_minutes": 10,
              "max_persons": 4, "skills": ["documents"], "equipment": ["scanner"], "value": 1.0 },
            { "id": "move", "name": "Move", "minutes": 30, "extra_person_minutes": 0,
              "max_persons": 4, "skills": ["registration"], "equipment": [], "value": 1.2 },
        ],
        "staff": [
            { "id": "ada", "skills": ["documents", "registration"], "shifts": [
                { "site": "mitte", "from": "08:00", "until": "12:30",
                  "break": { "minutes": 15, "from": "09:30", "until": "10:30" } }] },
            { "id": "ben", "skills": ["registration"], "shifts": [
                { "site": "mitte", "from": "08:00", "until": "10:00" },
                { "site": "nord", "from": "10:00", "until": "12:00" }] },
            { "id": "cem", "skills": ["documents", "registration"], "shifts": [
                { "site": "nord", "from": "08:00", "until": "12:00",
                  "break": { "minutes": 30, "from": "09:00", "until": "11:00" } }] },
        ],
        "walk_in_quotas": [
            { "id": "morning", "site": "mitte", "from": "08:00", "until": "10:00",
              "min_share": 0.25, "max_share": 0.4, "block_minutes": 30, "skills": ["registration"] },
        ],
        "demand": [
            { "id": "cards", "service": "card", "sites": ["mitte", "nord"],
              "from": "08:00", "until": "12:00", "mean": 3.0 },
            { "id": "moves", "service": "move", "sites": ["mitte"],
              "from": "09:00", "until": "12:00", "mean": 2.0 },
        ],
        "appointments": [
            { "id": "pair", "service": "card", "site": "mitte",
              "start": "2027-03-04T08:00:00+01:00", "persons": 2 },
            { "id": "pinned", "service": "move", "site": "nord",
              "start": "2027-03-04T11:00:00+01:00", "persons": 1, "staff": "ben", "room": "n1" },
        ],
    }))
    .unwrap()
}

fn slot(service: usize, site: usize, steps: (u16, u16), clerk: usize, room: usize) -> Slot {
    let window = Window::new(steps.0, steps.1);
    Slot {
        service,
        site,
        day: 0,
        window,
        clerk,
        room,
        demand: None,
        promise: None,
    }
}

fn block(clerk: usize, steps: (u16, u16), room: usize) -> WalkInBlock {
    WalkInBlock {
        site: MITTE,
        day: 0,
        window: Window::new(steps.0, steps.1),
        clerk,
        room,
    }
}

fn pause(clerk: usize, steps: (u16, u16)) -> BreakTaken {
    BreakTaken {
        clerk,
        day: 0,
        window: Window::new(steps.0, steps.1),
    }
}

/// Three cards and a move for the demand: 15 · (3 − 13.5 e⁻³) + 36 · (1 − e⁻²).
fn valid_plan() -> Plan {
    let objective = 15.0 * (3.0 - 13.5 * (-3.0_f64).exp()) + 36.0 * (1.0 - (-2.0_f64).exp());
    Plan {
        slots: vec![
            Slot {
                promise: Some(0),
                ..slot(CARD, MITTE, (32, 34), ADA, M1)
            },
            Slot {
                demand: Some(CARDS),
                ..slot(CARD, MITTE, (34, 35), ADA, M1)
            },
            Slot {
                demand: Some(CARDS),
                ..slot(CARD, MITTE, (35, 36), ADA, M1)
            },
            Slot {
                demand: Some(MOVES),
                ..slot(MOVE, MITTE, (36, 38), BEN, M2)
            },
            Slot {
                promise: Some(1),
                ..slot(MOVE, NORD, (44, 46), BEN, N1)
            },
            Slot {
                demand: Some(CARDS),
                ..slot(CARD, NORD, (33, 34), CEM, N1)
            },
            slot(CARD, MITTE, (44, 45), ADA, M1),
        ],
        walk_in_blocks: vec![block(BEN, (32, 36), M2)],
        breaks: vec![pause(ADA, (39, 40)), pause(CEM, (37, 39))],
        objective,
        upper_bound: objective + 1.0,
        seconds: 0.0,
        engine: "hand".to_owned(),
        seed: 0,
    }
}

type Mutation = (&'static str, fn(&mut Plan), &'static [(Rule, &'static str)]);

const MUTATIONS: &[Mutation] = &[
    (
        "a clerk that does not exist",
        |p| p.slots[1].clerk = 3,
        &[(Rule::ReferenceUnknown, "/slots/1")],
    ),
    (
        "a slot without length",
        |p| p.slots[6].window.until = 44,
        &[
            (Rule::WindowEmpty, "/slots/6"),
            (Rule::SlotWrongLength, "/slots/6"),
        ],
    ),
    (
        "a break that ends before it starts",
        |p| p.breaks[0] = pause(ADA, (40, 39)),
        &[
            (Rule::WindowEmpty, "/breaks/0"),
            (Rule::BreakMissing, "/breaks"),
        ],
    ),
    (
        "a block without length",
        |p| p.walk_in_blocks.push(block(ADA, (40, 40), M1)),
        &[(Rule::WindowEmpty, "/walk_in_blocks/1")],
    ),
    (
        "a slot at a site that its clerk has left",
        |p| p.slots[6] = slot(MOVE, MITTE, (40, 42), BEN, M2),
        &[(Rule::SlotOutsideShift, "/slots/6")],
    ),
    (
        "a slot across two shifts of its clerk",
        |p| p.slots[6] = slot(MOVE, NORD, (39, 41), BEN, N2),
        &[(Rule::SlotOutsideShift, "/slots/6")],
    ),
    (
        "a slot on a shift but after the doors close",
        |p| p.slots[6].window = Window::new(48, 49),
        &[(Rule::SlotOutsideOpening, "/slots/6")],
    ),
    (
        "a slot that ends after the doors close",
        |p| p.slots[6] = slot(MOVE, MITTE, (47, 49), ADA, M1),
        &[(Rule::SlotOutsideOpening, "/slots/6")],
    ),
    (
        "a slot a step too long",
        |p| p.slots[6].window.until = 46,
        &[(Rule::SlotWrongLength, "/slots/6")],
    ),
    (
        "a promise for two kept in the time for one",
        |p| p.slots[0].window.until = 33,
        &[(Rule::SlotWrongLength, "/slots/0")],
    ),
    (
        "a clerk without the skill",
        |p| {
            p.slots[5].clerk = BEN;
            p.slots[5].window = Window::new(41, 42);
        },
        &[(Rule::SlotSkill, "/slots/5")],
    ),
    (
        "a card given to the demand for moves",
        |p| p.slots[6].demand = Some(MOVES),
        &[(Rule::SlotPoolMismatch, "/slots/6")],
    ),
    (
        "a move that starts before its demand does",
        |p| {
            let early = Slot {
                demand: Some(MOVES),
                ..slot(MOVE, MITTE, (35, 37), ADA, M1)
            };
            p.slots.remove(2);
            p.slots.push(early);
            p.objective -= 15.0 * (1.0 - 8.5 * (-3.0_f64).exp());
        },
        &[(Rule::SlotPoolMismatch, "/slots/6")],
    ),
    (
        "a room of the other site",
        |p| p.slots[6] = slot(CARD, MITTE, (42, 43), ADA, N1),
        &[(Rule::RoomWrongSite, "/slots/6")],
    ),
    (
        "a walk-in block in a room of the other site",
        |p| p.walk_in_blocks[0].room = N2,
        &[(Rule::RoomWrongSite, "/walk_in_blocks/0")],
    ),
    (
        "a room without the scanner",
        |p| p.slots[6].room = M2,
        &[(Rule::RoomEquipment, "/slots/6")],
    ),
    (
        "a slot in the clerk's break",
        |p| p.slots[6].window = Window::new(39, 40),
        &[(Rule::ClerkDoubleBooked, "/breaks/0")],
    ),
    (
        "a slot in the clerk's walk-in block",
        |p| p.slots[6] = slot(MOVE, MITTE, (34, 36), BEN, M1),
        &[
            (Rule::ClerkDoubleBooked, "/slots/6"),
            (Rule::RoomDoubleBooked, "/slots/6"),
            (Rule::RoomDoubleBooked, "/slots/2"),
        ],
    ),
    (
        "two slots in one room",
        |p| p.slots[6] = slot(MOVE, MITTE, (37, 39), ADA, M2),
        &[(Rule::RoomDoubleBooked, "/slots/6")],
    ),
    (
        "a walk-in block after its clerk has left",
        |p| p.walk_in_blocks.push(block(BEN, (40, 42), M2)),
        &[(Rule::BlockOutsideShift, "/walk_in_blocks/1")],
    ),
    (
        "a walk-in block after the doors close",
        |p| p.walk_in_blocks.push(block(ADA, (48, 50), M2)),
        &[(Rule::BlockOutsideOpening, "/walk_in_blocks/1")],
    ),
    (
        "a walk-in block too short to count",
        |p| p.walk_in_blocks.push(block(ADA, (36, 37), M1)),
        &[(Rule::BlockTooShort, "/walk_in_blocks/1")],
    ),
    (
        "a forgotten break",
        |p| drop(p.breaks.remove(0)),
        &[(Rule::BreakMissing, "/breaks")],
    ),
    (
        "a break in a shift without one",
        |p| p.breaks.push(pause(BEN, (38, 39))),
        &[(Rule::BreakExtra, "/breaks/2")],
    ),
    (
        "a second break",
        |p| p.breaks.push(pause(ADA, (41, 42))),
        &[(Rule::BreakExtra, "/breaks/2")],
    ),
    (
        "a break in the clerk's free time",
        |p| p.breaks.push(pause(BEN, (60, 61))),
        &[(Rule::BreakExtra, "/breaks/2")],
    ),
    (
        "a break too early",
        |p| p.breaks[0] = pause(ADA, (37, 38)),
        &[(Rule::BreakOutsideWindow, "/breaks/0")],
    ),
    (
        "a break too long",
        |p| p.breaks[0] = pause(ADA, (39, 41)),
        &[(Rule::BreakWrongLength, "/breaks/0")],
    ),
    (
        "fewer walk-in minutes than a quarter",
        |p| p.walk_in_blocks[0].window.until = 35,
        &[(Rule::QuotaShort, "/walk_in_blocks")],
    ),
    (
        "walk-in minutes outside the quota's window",
        |p| {
            p.walk_in_blocks[0].window.until = 34;
            p.walk_in_blocks.push(block(ADA, (39, 43), M1));
            p.breaks[0] = pause(ADA, (38, 39));
        },
        &[(Rule::QuotaShort, "/walk_in_blocks")],
    ),
    (
        "more walk-in minutes than four tenths",
        |p| p.walk_in_blocks.push(block(ADA, (36, 39), M1)),
        &[(Rule::QuotaOver, "/walk_in_blocks")],
    ),
    (
        "a promise without a slot",
        |p| drop(p.slots.remove(4)),
        &[(Rule::PromiseUnkept, "/slots")],
    ),
    (
        "a promise with two slots",
        |p| {
            let again = Slot {
                promise: Some(0),
                ..slot(CARD, MITTE, (32, 34), ADA, M1)
            };
            p.slots.push(again);
        },
        &[
            (Rule::ClerkDoubleBooked, "/slots/7"),
            (Rule::RoomDoubleBooked, "/slots/7"),
            (Rule::PromiseTwice, "/slots/7"),
        ],
    ),
    (
        "a promise kept a step later",
        |p| p.slots[4].window = Window::new(45, 47),
        &[(Rule::PromiseMoved, "/slots/4")],
    ),
    (
        "a promise kept as another service",
        |p| p.slots[0].service = MOVE,
        &[(Rule::PromiseWrongService, "/slots/0")],
    ),
    (
        "a promise kept by another clerk",
        |p| p.slots[4].clerk = CEM,
        &[(Rule::PromisePinnedClerk, "/slots/4")],
    ),
    (
        "a promise kept in another room",
        |p| p.slots[4].room = N2,
        &[(Rule::PromisePinnedRoom, "/slots/4")],
    ),
    (
        "a promise that is counted as a slot for the demand",
        |p| p.slots[0].demand = Some(CARDS),
        &[(Rule::PromiseInPool, "/slots/0")],
    ),
    (
        "an objective a hundredth too high",
        |p| p.objective += 0.01,
        &[(Rule::ObjectiveWrong, "/objective")],
    ),
    (
        "an objective that counts a slot less than there is",
        |p| drop(p.slots.remove(5)),
        &[(Rule::ObjectiveWrong, "/objective")],
    ),
    (
        "an objective that is no number",
        |p| p.objective = f64::NAN,
        &[(Rule::ObjectiveWrong, "/objective")],
    ),
    (
        "an infinite bound",
        |p| p.upper_bound = f64::INFINITY,
        &[(Rule::BoundMissing, "/upper_bound")],
    ),
    (
        "a bound that is no number",
        |p| p.upper_bound = f64::NAN,
        &[(Rule::BoundMissing, "/upper_bound")],
    ),
    (
        "a bound that the plan exceeds",
        |p| p.upper_bound = p.objective - 0.01,
        &[(Rule::BoundBelowObjective, "/upper_bound")],
    ),
];

#[test]
fn a_valid_plan_has_no_violation_and_the_objective_it_claims() {
    let report = check(&two_offices(), &valid_plan());
    assert_eq!(report.violations, []);
    assert!((report.objective - valid_plan().objective).abs() < 1e-12);
}

#[test]
fn each_mutation_breaks_just_the_rules_that_it_should() {
    let problem = two_offices();
    for (name, mutate, expected) in MUTATIONS {
        let mut plan = valid_plan();
        mutate(&mut plan);
        let report = check(&problem, &plan);
        let found: Vec<_> = report
            .violations
            .iter()
            .map(|v| (v.rule, v.pointer.as_str()))
            .collect();
        assert_eq!(found, *expected, "{name}");
    }
}

#[test]
fn every_rule_has_a_mutation_that_breaks_it_and_a_code_of_its_own() {
    for rule in Rule::ALL {
        let broken = MUTATIONS
            .iter()
            .any(|(_, _, rules)| rules.iter().any(|(r, _)| *r == rule));
        assert!(broken, "nothing breaks {}", rule.code());
        let same = Rule::ALL
            .iter()
            .filter(|other| other.code() == rule.code())
            .count();
        assert_eq!(same, 1, "{}", rule.code());
    }
}

#[test]
fn violations_name_people_places_times_and_values() {
    let mut plan = valid_plan();
    plan.slots[5].clerk = BEN;
    plan.walk_in_blocks[0].window.until = 35;
    plan.breaks.remove(0);
    let report = check(&two_offices(), &plan);
    let text: Vec<_> = report.violations.iter().map(ToString::to_string).collect();
    insta::assert_snapshot!(text.join("\n"));
}

#[test]
fn indices_and_times_that_lead_nowhere_are_violations_and_no_panic() {
    let problem = two_offices();
    let fields: [fn(&mut Plan) -> &mut usize; 11] = [
        |p| &mut p.slots[1].service,
        |p| &mut p.slots[1].site,
        |p| &mut p.slots[1].day,
        |p| &mut p.slots[1].clerk,
        |p| &mut p.slots[1].room,
        |p| p.slots[1].demand.as_mut().unwrap(),
        |p| p.slots[0].promise.as_mut().unwrap(),
        |p| &mut p.walk_in_blocks[0].site,
        |p| &mut p.walk_in_blocks[0].day,
        |p| &mut p.walk_in_blocks[0].clerk,
        |p| &mut p.walk_in_blocks[0].room,
    ];
    for (number, field) in fields.into_iter().enumerate() {
        for nowhere in [4, 1_000_000, usize::MAX] {
            let mut plan = valid_plan();
            *field(&mut plan) = nowhere;
            let report = check(&problem, &plan);
            let found = report
                .violations
                .iter()
                .any(|v| v.rule == Rule::ReferenceUnknown);
            assert!(found, "field {number} = {nowhere}");
        }
    }
    for window in [
        Window::new(0, u16::MAX),
        Window::new(u16::MAX, 0),
        Window::new(95, u16::MAX),
    ] {
        let mut plan = valid_plan();
        plan.slots[1].window = window;
        plan.walk_in_blocks[0].window = window;
        plan.breaks[0] = BreakTaken {
            clerk: usize::MAX,
            day: usize::MAX,
            window,
        };
        let broken = check(&problem, &plan).violations;
        for place in ["/slots/1", "/walk_in_blocks/0", "/breaks/0"] {
            assert!(
                broken.iter().any(|v| v.pointer == place),
                "{window:?} {place}"
            );
        }
    }
}

fn anything_at_any_time() -> impl Strategy<Value = Plan> {
    let window =
        || (30..50_u16, 1..4_u16).prop_map(|(from, steps)| Window::new(from, from + steps));
    let slots = prop::collection::vec((0..3_usize, 0..4_usize, window()), 0..12);
    let blocks = prop::collection::vec((0..3_usize, 0..4_usize, window()), 0..4);
    let breaks = prop::collection::vec((0..3_usize, window()), 0..3);
    (slots, blocks, breaks).prop_map(|(slots, blocks, breaks)| Plan {
        slots: slots
            .into_iter()
            .map(|(clerk, room, window)| Slot {
                window,
                ..slot(MOVE, MITTE, (0, 0), clerk, room)
            })
            .collect(),
        walk_in_blocks: blocks
            .into_iter()
            .map(|(clerk, room, window)| WalkInBlock {
                window,
                ..block(clerk, (0, 0), room)
            })
            .collect(),
        breaks: breaks
            .into_iter()
            .map(|(clerk, window)| BreakTaken {
                window,
                ..pause(clerk, (0, 0))
            })
            .collect(),
        ..valid_plan()
    })
}

/// Whether some step is taken twice, by painting step after step.
fn painted_twice(stretches: impl Iterator<Item = (usize, Window)>) -> bool {
    let mut painted = [[false; 64]; 4];
    let mut twice = false;
    for (whose, window) in stretches {
        for step in window.from..window.until {
            twice |= painted[whose][usize::from(step)];
            painted[whose][usize::from(step)] = true;
        }
    }
    twice
}

proptest! {
    #![proptest_config(cases(400))]

    #[test]
    fn clerks_and_rooms_are_double_booked_where_a_step_is_taken_twice(
        plan in anything_at_any_time(),
    ) {
        let found = check(&two_offices(), &plan).violations;
        let has = |rule| found.iter().any(|v| v.rule == rule);
        let slots = plan.slots.iter();
        let clerks = slots.clone().map(|s| (s.clerk, s.window))
            .chain(plan.walk_in_blocks.iter().map(|b| (b.clerk, b.window)))
            .chain(plan.breaks.iter().map(|b| (b.clerk, b.window)));
        prop_assert_eq!(has(Rule::ClerkDoubleBooked), painted_twice(clerks));
        let rooms = slots.map(|s| (s.room, s.window))
            .chain(plan.walk_in_blocks.iter().map(|b| (b.room, b.window)));
        prop_assert_eq!(has(Rule::RoomDoubleBooked), painted_twice(rooms));
    }

    #[test]
    fn an_optimal_plan_by_enumeration_has_no_violation(case in tiny()) {
        if let brute::Answer::Best(plan) = brute::best(&case.problem) {
            let report = check(&case.problem, &plan);
            prop_assert!(report.is_valid(), "{:#?}\n{}", report.violations, case.scenario);
        }
    }
}
