//! Walk-in blocks that may move in time: none is lost or shortened, every quota keeps what it had,
//! and what is refused would not fit with the blocks where they are either.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use scheduler_core::ledger::{Answer, BasketItem, Entry, Ledger, Limits, Refusal, Visit};
use scheduler_core::problem::Problem;
use scheduler_core::time::Window;

use crate::strategies::ledger::{Day, LIMITS, Numbers, Shelf, Task, faults, random_blocks};
use crate::strategies::{Size, cases, problem, scenario};

const MOVING: Limits = LIMITS.moving_walk_ins(true);

/// Of each block its number, length and quotas.
fn shapes(ledger: &Ledger) -> Vec<(u32, u16, Vec<usize>)> {
    let mut shapes: Vec<_> = ledger
        .blocks()
        .map(|(block, _)| (block.number, block.window.steps(), block.quotas.clone()))
        .collect();
    shapes.sort();
    shapes
}

/// Steps that blocks cover of each quota's window.
fn covered(problem: &Problem, ledger: &Ledger) -> BTreeMap<usize, u32> {
    let mut covered = BTreeMap::new();
    for (block, _) in ledger.blocks() {
        for &quota in &block.quotas {
            let inside = problem.quotas[quota].window.intersection(block.window);
            *covered.entry(quota).or_default() += u32::from(inside.steps());
        }
    }
    covered
}

fn tasks(problem: &Problem, ledger: &Ledger) -> Vec<Task> {
    let promises = ledger.promises();
    let promises = promises.map(|(entry, _)| Task::visit(&entry.visit, entry.start));
    let blocks = ledger.blocks();
    let blocks =
        blocks.filter_map(|(block, seat)| Task::block(problem, 0, seat.clerk.0, block.window));
    promises.chain(blocks).collect()
}

fn windows(ledger: &Ledger) -> Vec<Window> {
    ledger.blocks().map(|(block, _)| block.window).collect()
}

#[test]
fn blocks_that_may_move_make_room_and_lose_nothing() {
    let numbers = || (any::<u16>(), any::<u16>(), any::<u16>(), any::<u16>());
    let days = (scenario(Size::BOOKING), vec(numbers(), 1..5), vec(numbers(), 1..40));
    let totals = RefCell::new(BTreeMap::<&str, usize>::new());
    let result = TestRunner::new(cases(300)).run(&days, |(scenario, blocks, visits)| {
        let Ok(problem) = problem(&scenario) else { return Ok(()) };
        let blocks = random_blocks(&problem, &blocks);
        let Ok(mut ledger) = Ledger::new(&problem, 0, &blocks, LIMITS) else { return Ok(()) };
        for (number, wanted) in visits.iter().enumerate() {
            let outcome = book(&problem, &mut ledger, number, *wanted)?;
            *totals.borrow_mut().entry(outcome).or_default() += 1;
        }
        Ok(())
    });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    let totals = totals.into_inner();
    for (what, least) in [("booked", 500), ("moved", 20), ("refused", 500)] {
        assert!(totals.get(what).is_some_and(|count| *count >= least), "{totals:?}");
    }
}

fn book(
    problem: &Problem,
    ledger: &mut Ledger,
    number: usize,
    wanted: Numbers,
) -> Result<&'static str, TestCaseError> {
    let service = usize::from(wanted.0) % problem.services.len();
    let visit = Visit::new(problem, &[BasketItem { service, persons: 1 }]).unwrap();
    let open = problem.site_days[0].open.first().map_or(Window::new(0, 1), |open| *open);
    let start = open.from + wanted.1 % open.steps();
    let (before, was) = (shapes(ledger), windows(ledger));
    let (quotas, mut shelf) = (covered(problem, ledger), Shelf::of(ledger));
    let fixed = ledger.check(&visit, start, LIMITS);
    let answer = ledger.check(&visit, start, MOVING);
    let mut with = tasks(problem, ledger);
    with.push(Task::visit(&visit, start));
    prop_assert_eq!(fixed == Answer::Yes, Day::new(problem, 0).feasible(&with));
    prop_assert!(fixed != Answer::Yes || answer == Answer::Yes);
    let id: std::sync::Arc<str> = number.to_string().into();
    let entry = Entry::new(id, [], visit, start);
    let booked = ledger.insert(entry.clone(), MOVING);
    prop_assert_eq!(booked.is_ok(), answer == Answer::Yes, "{:?}, {:?}", booked, answer);
    let outcome = match booked {
        Ok(changes) => {
            shelf.promise(&entry, &changes);
            if windows(ledger) == was { "booked" } else { "moved" }
        }
        Err(refusal) => {
            let unknown = refusal == Refusal::Unknown;
            prop_assert_eq!(unknown, answer == Answer::Unknown, "{:?}", refusal);
            "refused"
        }
    };
    prop_assert_eq!(faults(problem, ledger), Vec::<String>::new());
    prop_assert_eq!(shapes(ledger), before);
    prop_assert_eq!(covered(problem, ledger), quotas);
    prop_assert_eq!(&shelf, &Shelf::of(ledger));
    Ok(outcome)
}
