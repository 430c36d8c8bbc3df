//! The judge finds every broken rule, and nothing in a plan that breaks none.

mod mutations;
mod office;

use mutations::MUTATIONS;
use office::{BEN, CARD, MITTE, MOVE, block, pause, slot, two_offices, valid_plan};
use proptest::prelude::*;
use scheduler_core::check::{Rule, check};
use scheduler_core::problem::{BreakTaken, Plan, Slot, WalkInBlock};
use scheduler_core::time::Window;

use crate::strategies::{brute, cases, tiny};

#[test]
fn a_valid_plan_has_no_violation_and_the_objective_it_claims() {
    let report = check(&two_offices(), &valid_plan());
    assert!(report.is_sound());
    assert!((report.objective - valid_plan().objective).abs() < 1e-12);
}

#[test]
fn each_mutation_breaks_just_the_rules_that_it_should() {
    let problem = two_offices();
    for (name, mutate, expected) in MUTATIONS {
        let mut plan = valid_plan();
        mutate(&mut plan);
        let report = check(&problem, &plan);
        let told = report.violations.iter().chain(&report.claims);
        let found: Vec<_> = told.map(|v| (v.rule, v.pointer.as_str())).collect();
        assert_eq!(found, *expected, "{name}");
    }
}

#[test]
fn every_rule_has_a_mutation_that_breaks_it_and_a_code_of_its_own() {
    for rule in Rule::ALL {
        let broken = MUTATIONS.iter().any(|(_, _, rules)| rules.iter().any(|(r, _)| *r == rule));
        let of_other_problems = [Rule::RoomNotNeeded, Rule::BreakAbsent].contains(&rule);
        assert!(broken || of_other_problems, "nothing breaks {}", rule.code());
        let same = Rule::ALL.iter().filter(|other| other.code() == rule.code()).count();
        assert_eq!(same, 1, "{}", rule.code());
    }
}

#[test]
fn services_without_a_room_and_absences_are_judged() {
    let rules = |problem| -> Vec<Rule> {
        check(&problem, &valid_plan()).violations.iter().map(|v| v.rule).collect()
    };
    let mut remote = two_offices();
    remote.services[CARD].needs_room = false;
    assert!(rules(remote).contains(&Rule::RoomNotNeeded));
    let mut away = two_offices();
    let taken = &valid_plan().breaks[0];
    let shift = away.shifts.iter_mut().find(|shift| shift.clerk == taken.clerk).unwrap();
    shift.absent.push(taken.window);
    assert_eq!(rules(away), [Rule::BreakAbsent]);
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
        |p| p.slots[1].room.as_mut().unwrap(),
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
            let found = report.violations.iter().any(|v| v.rule == Rule::ReferenceUnknown);
            assert!(found, "field {number} = {nowhere}");
        }
    }
    for window in [Window::new(0, u16::MAX), Window::new(u16::MAX, 0), Window::new(95, u16::MAX)] {
        let mut plan = valid_plan();
        plan.slots[1].window = window;
        plan.walk_in_blocks[0].window = window;
        plan.breaks[0] = BreakTaken { clerk: usize::MAX, day: usize::MAX, window, pinned: false };
        let broken = check(&problem, &plan).violations;
        for place in ["/slots/1", "/walk_in_blocks/0", "/breaks/0"] {
            assert!(broken.iter().any(|v| v.pointer == place), "{window:?} {place}");
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
            .map(|(clerk, room, window)| Slot { window, ..slot(MOVE, MITTE, (0, 0), clerk, room) })
            .collect(),
        walk_in_blocks: blocks
            .into_iter()
            .map(|(clerk, room, window)| WalkInBlock { window, ..block(clerk, (0, 0), room) })
            .collect(),
        breaks: breaks
            .into_iter()
            .map(|(clerk, window)| BreakTaken { window, ..pause(clerk, (0, 0)) })
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
        let rooms = slots.filter_map(|s| Some((s.room?, s.window)))
            .chain(plan.walk_in_blocks.iter().map(|b| (b.room, b.window)));
        prop_assert_eq!(has(Rule::RoomDoubleBooked), painted_twice(rooms));
    }

    #[test]
    fn an_optimal_plan_by_enumeration_has_no_violation(case in tiny()) {
        if let brute::Answer::Best(plan) = brute::best(&case.problem) {
            let report = check(&case.problem, &plan);
            prop_assert!(report.is_sound(), "{:#?}\n{}", report, case.scenario);
        }
    }
}
