//! Planning that begins from a plan: what fits stays or gets better, pins stay, moves have a price.

use std::sync::Arc;

use proptest::prelude::*;
use scheduler_core::check::check;
use scheduler_core::plan::{Conflict, Options, Outcome, PlanError, Started, plan};
use scheduler_core::problem::{
    BreakTaken, DropReason, EntryKind, Plan, Problem, Slot, StartPlan, Stay, WalkInBlock, Weights,
};
use scheduler_core::scenario::{PlanFile, Scenario};
use serde_json::{Value, json};

use crate::strategies::priced::{Prices, prices};
use crate::strategies::{Case, NoClock, cases, medium, problem, steps};

const COUNTER: &str = include_str!("../../../docs/counter.json");
const THURSDAY: &str = include_str!("../data/thursday.json");

/// Random problems, with prices or without any.
fn problems() -> impl Strategy<Value = (Case, Option<Prices>)> {
    (medium(), proptest::option::weighted(0.7, prices())).prop_map(|(mut case, prices)| {
        match &prices {
            Some(prices) => prices.apply(&mut case.problem),
            None => case.problem.weights = Weights::NONE,
        }
        (case, prices)
    })
}

fn from(start: StartPlan, mut options: Options) -> Options {
    options.start = Some(Arc::new(start));
    options
}

fn started(outcome: &Outcome) -> &Started {
    outcome.start.as_ref().unwrap()
}

fn conflicts(result: Result<Outcome, PlanError>) -> Vec<Conflict> {
    match result {
        Err(PlanError::Infeasible { conflicts } | PlanError::NotFound { conflicts }) => conflicts,
        other => panic!("not an answer without a plan: {other:?}"),
    }
}

/// Pins about one in `every` entries of the plan, which ones `choice` says.
fn pin_some(plan: &mut Plan, choice: u64, every: u64) {
    let mut bits = choice;
    let mut draw = || {
        bits = bits.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (bits >> 33).is_multiple_of(every)
    };
    plan.slots.iter_mut().for_each(|slot| slot.pinned = draw());
    plan.walk_in_blocks.iter_mut().for_each(|block| block.pinned = draw());
    plan.breaks.iter_mut().for_each(|rest| rest.pinned = draw());
    plan.stays.iter_mut().for_each(|stay| stay.pinned = draw());
}

/// What a pinned slot keeps; the demand that it serves is not part of it.
fn slot_key(slot: &Slot) -> impl PartialEq + use<> {
    let Slot { service, site, day, window, clerk, room, promise, .. } = *slot;
    (service, site, day, window, clerk, room, promise)
}

/// Whether nobody but the clerk is in the room of a pinned stay, and the clerk nowhere else.
fn keeps(plan: &Plan, pin: &Stay) -> bool {
    let slots = plan.slots.iter().map(|s| (s.clerk, s.day, s.window, s.room));
    let blocks = plan.walk_in_blocks.iter().map(|b| (b.clerk, b.day, b.window, Some(b.room)));
    let in_rooms =
        slots.chain(blocks).filter_map(|(clerk, day, w, room)| Some((clerk, day, w, room?)));
    let mut then = in_rooms.filter(|(_, day, w, _)| *day == pin.day && w.overlaps(pin.window));
    then.all(|(clerk, _, _, room)| (clerk == pin.clerk) == (room == pin.room))
}

proptest! {
    #![proptest_config(cases(150))]

    #[test]
    fn a_run_without_a_budget_is_as_good_as_its_start(
        (case, _) in problems(), seed in 0..1000_u64, move_cost in prop_oneof![Just(0.0), 0.1..50.0],
    ) {
        let problem = &case.problem;
        let Ok(first) = plan(problem, &steps(300), &NoClock) else { return Ok(()) };
        let again = from(first.plan.clone().into(), Options { seed, move_cost, ..steps(0) });
        let again = plan(problem, &again, &NoClock);
        prop_assert!(again.is_ok(), "{again:?}");
        let again = again.unwrap();
        let report = check(problem, &again.plan);
        prop_assert!(report.is_sound(), "{:?}", report.violations);
        let told = started(&again);
        prop_assert_eq!(&told.dropped, &Vec::new());
        prop_assert_eq!(told.of, first.plan.slots.len() + first.plan.walk_in_blocks.len());
        let score = again.plan.objective - move_cost * told.moved as f64;
        let least = first.plan.objective;
        prop_assert!(score >= least - 1e-6 * least.abs().max(1.0), "{score} is below {least}");
    }

    #[test]
    fn what_is_pinned_stays(
        (case, _) in problems(), choice in any::<u64>(), every in 1..6_u64, move_cost in 0.0..5.0,
    ) {
        let problem = &case.problem;
        let Ok(first) = plan(problem, &steps(100), &NoClock) else { return Ok(()) };
        let mut pinned = first.plan.clone();
        pin_some(&mut pinned, choice, every);
        let options = from(pinned.clone().into(), Options { seed: 7, move_cost, ..steps(600) });
        let result = plan(problem, &options, &NoClock);
        prop_assert!(result.is_ok(), "{result:?}");
        let found = result.unwrap().plan;
        let report = check(problem, &found);
        prop_assert!(report.is_sound(), "{:?}", report.violations);
        for slot in pinned.slots.iter().filter(|slot| slot.pinned) {
            let kept = |other: &&Slot| other.pinned && slot_key(other) == slot_key(slot);
            prop_assert_eq!(found.slots.iter().filter(kept).count(), 1, "{:?}", slot);
        }
        for block in pinned.walk_in_blocks.iter().filter(|block| block.pinned) {
            prop_assert!(found.walk_in_blocks.contains(block), "{:?}", block);
        }
        for rest in pinned.breaks.iter().filter(|rest| rest.pinned) {
            prop_assert!(found.breaks.contains(rest), "{:?}", rest);
        }
        for stay in pinned.stays.iter().filter(|stay| stay.pinned) {
            prop_assert!(keeps(&found, stay), "{:?}", stay);
        }
        let pins = |plan: &Plan| {
            plan.slots.iter().filter(|slot| slot.pinned).count()
                + plan.walk_in_blocks.iter().filter(|block| block.pinned).count()
                + plan.breaks.iter().filter(|rest| rest.pinned).count()
        };
        prop_assert_eq!(pins(&found), pins(&pinned));
    }

    #[test]
    fn nothing_moves_where_moving_costs_more_than_it_brings(
        (case, _) in problems(), seed in 0..1000_u64,
    ) {
        let problem = &case.problem;
        let Ok(first) = plan(problem, &steps(50), &NoClock) else { return Ok(()) };
        let options = Options { seed, move_cost: 1e5, ..steps(400) };
        let again = plan(problem, &from(first.plan.into(), options), &NoClock).unwrap();
        prop_assert_eq!(started(&again).moved, 0);
    }

    #[test]
    fn any_plan_may_be_the_start((case, _) in problems(), (other, _) in problems()) {
        // Of another problem altogether: its indices and windows mean nothing here.
        let Ok(first) = plan(&other.problem, &steps(50), &NoClock) else { return Ok(()) };
        let alone = plan(&case.problem, &steps(100), &NoClock).is_ok();
        match plan(&case.problem, &from(first.plan.into(), steps(100)), &NoClock) {
            Ok(found) => {
                let report = check(&case.problem, &found.plan);
                prop_assert!(report.is_sound(), "{:?}", report.violations);
            }
            Err(error) => prop_assert!(!alone, "{error:?}"),
        }
    }
}

fn scenario(change: impl FnOnce(&mut Value)) -> Problem {
    let mut scenario: Value = serde_json::from_str(COUNTER).unwrap();
    change(&mut scenario);
    problem(&scenario).unwrap()
}

/// The plan of `problem` as the text of its file, changed.
fn file(problem: &Problem, change: impl FnOnce(&mut Value)) -> String {
    let first = plan(problem, &steps(300), &NoClock).unwrap();
    let mut file = serde_json::to_value(PlanFile::new(problem, &first.plan)).unwrap();
    change(&mut file);
    file.to_string()
}

fn start(problem: &Problem, file: &str) -> StartPlan {
    PlanFile::from_json(file.as_bytes()).unwrap().resolve_start(problem)
}

#[test]
fn what_an_absent_clerk_did_is_dropped_and_told() {
    let file = file(&scenario(|_| {}), |_| {});
    let problem = scenario(|scenario| {
        scenario["staff"][0]["absent_on"] = json!(["2027-03-01", "2027-03-02"]);
    });
    let start = start(&problem, &file);
    let lost = start.plan().slots.iter().filter(|slot| slot.clerk == 0 && slot.day < 2).count();
    assert!(lost > 0, "the plan gives ann no slot");
    let kept = start.plan().slots.len() - lost;
    let outcome = plan(&problem, &from(start, steps(0)), &NoClock).unwrap();
    let told = started(&outcome);
    assert_eq!(told.dropped.len(), lost);
    assert!(told.dropped.iter().all(|dropped| dropped.reason == DropReason::Shift));
    let first = told.dropped[0].to_string();
    assert!(first.starts_with("slot for card of ann on 2027-03-01, "), "{first}");
    assert!(first.ends_with(": the clerk has no shift there then, or is absent"), "{first}");
    assert_eq!(told.of, kept);
    assert!(check(&problem, &outcome.plan).is_sound());
}

#[test]
fn a_plan_of_another_version_of_the_scenario_is_read_as_far_as_it_goes() {
    let file = file(&scenario(|_| {}), |_| {});
    let problem = scenario(|scenario| {
        scenario["staff"][1]["id"] = json!("bert");
        scenario["rooms"][0]["id"] = json!("desk-1");
        scenario["demand"][0]["id"] = json!("all-cards");
        scenario["horizon"] = json!({ "from": "2027-03-02", "until": "2027-03-06" });
    });
    let file = PlanFile::from_json(file.as_bytes()).unwrap();
    let (_, findings) = file.resolve(&problem);
    assert!(findings.iter().any(|found| found.code == "reference.unknown"));
    let start = file.resolve_start(&problem);
    let why = |name: &str| DropReason::Unknown { field: "staff", id: name.to_owned() };
    let of_bob = file.slots.iter().filter(|slot| slot.staff == "bob").count();
    let unknown = start.dropped().iter().filter(|dropped| dropped.reason == why("bob")).count();
    assert_eq!(unknown, of_bob);
    assert!(start.dropped().iter().any(|dropped| dropped.reason == DropReason::Horizon));
    // What is left serves the demand that has the place of the old one.
    let outcome = plan(&problem, &from(start.clone(), steps(0)), &NoClock).unwrap();
    assert_eq!(started(&outcome).dropped, start.dropped());
    assert_eq!(started(&outcome).of, start.plan().slots.len());
    assert!(check(&problem, &outcome.plan).is_sound());
}

#[test]
fn a_pin_that_cannot_be_kept_is_named() {
    let whole = scenario(|_| {});
    let file = file(&whole, |file| {
        let slots = file["slots"].as_array_mut().unwrap();
        for slot in slots.iter_mut().filter(|slot| slot["staff"] == "ann") {
            slot["pinned"] = json!(true);
        }
    });
    let outcome = plan(&whole, &from(start(&whole, &file), steps(50)), &NoClock).unwrap();
    assert!(outcome.plan.slots.iter().any(|slot| slot.pinned));
    let away = scenario(|scenario| scenario["staff"][0]["absent_on"] = json!(["2027-03-01"]));
    let gone = scenario(|scenario| scenario["staff"][0]["id"] = json!("anna"));
    for (problem, count) in [(away, 5), (gone, 25)] {
        let start = start(&problem, &file);
        let found = conflicts(plan(&problem, &from(start, steps(50)), &NoClock));
        assert!(!found.is_empty() && found.len() <= 4 * count, "{found:?}");
        let read: Value = serde_json::from_str(&file).unwrap();
        for conflict in &found {
            assert_eq!(conflict.code, "pin.unmet");
            assert_eq!(read.pointer(&conflict.pointer).unwrap()["staff"], "ann");
            assert!(conflict.message.contains("ann"), "{}", conflict.message);
            assert!(conflict.message.contains("unpin it"), "{}", conflict.message);
        }
    }
}

#[test]
fn pins_that_leave_no_time_for_an_appointment_are_named() {
    let busy = |scenario: &mut Value| scenario["demand"][0]["mean"] = json!(60);
    let whole = scenario(busy);
    let file = file(&whole, |file| {
        file["slots"].as_array_mut().unwrap().iter_mut().for_each(|s| s["pinned"] = json!(true));
    });
    // Both clerks have a slot then.
    let problem = scenario(|scenario| {
        busy(scenario);
        scenario["appointments"] = json!([{
            "id": "late", "service": "card", "site": "hall", "persons": 1,
            "start": "2027-03-01T08:05:00+01:00",
        }]);
    });
    let start = start(&problem, &file);
    let all = start.plan().slots.clone();
    let found = conflicts(plan(&problem, &from(start, steps(200)), &NoClock));
    let named: Vec<&Conflict> = found.iter().filter(|c| c.code == "pin.unmet").collect();
    assert!(!named.is_empty(), "{found:?}");
    for conflict in named {
        let position: usize = conflict.pointer.strip_prefix("/slots/").unwrap().parse().unwrap();
        assert_eq!(all[position].day, 0, "{conflict:?}");
    }
}

#[test]
fn a_price_of_moves_keeps_slots_where_they_are() {
    let scenario = Scenario::from_json(THURSDAY.as_bytes()).unwrap();
    let problem = Problem::new(&scenario).unwrap();
    let first = plan(&problem, &steps(500), &NoClock).unwrap();
    let again = |move_cost| {
        let options = Options { seed: 2, move_cost, ..steps(1500) };
        plan(&problem, &from(first.plan.clone().into(), options), &NoClock).unwrap()
    };
    let (free, priced) = (again(0.0), again(4.0));
    assert!(free.plan.objective > first.plan.objective);
    assert!(priced.plan.objective >= first.plan.objective);
    let (free, priced) = (started(&free), started(&priced));
    assert_eq!(free.of, priced.of);
    assert!(2 * priced.moved < free.moved, "{} and {}", priced.moved, free.moved);
}

#[test]
fn blocks_and_breaks_that_do_not_fit_say_why() {
    let problem = scenario(|scenario| {
        scenario["staff"][0]["shifts"][0]["break"] =
            json!({ "minutes": 15, "from": "09:00", "until": "11:00" });
    });
    let window = |from: u16, until: u16| scheduler_core::time::Window::new(from, until);
    let mut first = plan(&problem, &steps(50), &NoClock).unwrap().plan;
    first.slots.clear();
    first.walk_in_blocks = vec![WalkInBlock {
        site: 0,
        day: 0,
        window: window(96, 108),
        clerk: 0,
        room: 0,
        pinned: false,
    }];
    first.breaks = vec![
        BreakTaken { clerk: 0, day: 0, window: window(108, 111), pinned: false },
        BreakTaken { clerk: 0, day: 0, window: window(120, 123), pinned: false },
        BreakTaken { clerk: 1, day: 0, window: window(120, 123), pinned: false },
    ];
    first.stays = problem.stays(&first);
    let outcome = plan(&problem, &from(first.into(), steps(0)), &NoClock).unwrap();
    let mut told: Vec<_> = started(&outcome)
        .dropped
        .iter()
        .map(|dropped| (dropped.entry.kind, dropped.entry.pointer.as_str(), dropped.reason.clone()))
        .collect();
    told.sort();
    assert_eq!(
        told,
        [
            (EntryKind::Block, "/walk_in_blocks/0", DropReason::Quota),
            (EntryKind::Break, "/breaks/1", DropReason::Break),
            (EntryKind::Break, "/breaks/2", DropReason::Break),
        ]
    );
    assert!(check(&problem, &outcome.plan).is_sound());
}
