//! A ledger against brute force: random searches, promises, cancellations, moves, expiries,
//! restarts and sick calls, with every answer and every witness checked.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use scheduler_core::problem::Problem;
use serde_json::{Value, json};

use crate::strategies::ledger::enrich::enrich;
use crate::strategies::ledger::{Action, Machine, Numbers, action, random_blocks};
use crate::strategies::{self, Size, cases, problem, scenario};

/// A random day with some walk-in blocks, and what happens to it.
fn case() -> impl Strategy<Value = (Value, Vec<Numbers>, Vec<Action>)> {
    let numbers = || (any::<u16>(), any::<u16>(), any::<u16>(), any::<u16>());
    (scenario(Size::BOOKING), vec(numbers(), 0..5), vec(action(), 1..90))
}

/// The scenario without a clerk, or without a room that nothing is pinned to.
fn without(scenario: &Value, list: &str, index: usize) -> Value {
    let mut scenario = scenario.clone();
    if list == "staff" {
        scenario["staff"][index]["shifts"] = json!([]);
    } else {
        // A room that is closed for repairs has a site of its own.
        scenario["rooms"][index]["site"] = json!("elsewhere");
    }
    scenario["sites"].as_array_mut().unwrap().push(json!({ "id": "elsewhere", "open": [] }));
    scenario
}

#[test]
fn ledger_does_what_brute_force_does() {
    let least = [("days", 200), ("promises", 1000), ("blocks", 100), ("stranded", 100)];
    run(400, |_, _| {}, &least);
}

/// Several breaks, absences, closed hours, buffers, services without a room: nothing that is
/// possible is missing, nothing offered is impossible, and on such small days all is decided.
#[test]
fn ledger_does_what_brute_force_does_with_everything_that_a_day_can_have() {
    let least = [("days", 200), ("promises", 700), ("blocks", 80), ("stranded", 100)];
    run(400, enrich, &least);
}

fn run(count: u32, enrich: impl Fn(&mut Problem, u64), least: &[(&str, usize)]) {
    let mut runner = TestRunner::new(cases(count));
    let mut totals = RefCell::new(BTreeMap::<&str, usize>::new());
    let result = runner.run(&(case(), any::<u64>()), |((scenario, numbers, actions), seed)| {
        let Ok(mut problem) = problem(&scenario) else { return Ok(()) };
        enrich(&mut problem, seed);
        let blocks = random_blocks(&problem, &numbers);
        let Some(mut machine) = Machine::new(&problem, &blocks) else { return Ok(()) };
        for action in actions {
            machine.act(action);
        }
        let mut count = totals.borrow_mut();
        *count.entry("days").or_default() += 1;
        *count.entry("promises").or_default() += machine.promises.len();
        *count.entry("blocks").or_default() += machine.blocks.len();
        for (list, things) in [("staff", problem.clerks.len()), ("rooms", problem.rooms.len())] {
            for index in 0..things {
                let mut fewer = strategies::problem(&without(&scenario, list, index)).unwrap();
                enrich(&mut fewer, seed);
                *count.entry("stranded").or_default() += machine.hit(&fewer);
            }
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    let totals = totals.get_mut();
    for &(what, least) in least {
        assert!(totals[what] >= least, "too little happened: {totals:?}");
    }
}
