//! Whatever a ledger refuses leaves it as it was, bit for bit, whatever the limits; and what it does
//! is the same for a store.

use std::cell::RefCell;
use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use scheduler_core::ledger::{
    BasketItem, ClerkIndex, Entry, Ledger, Limits, Refusal, RepairOptions, RoomIndex, Visit,
};
use scheduler_core::problem::Problem;
use serde_json::json;

use crate::strategies::ledger::enrich::enrich;
use crate::strategies::ledger::hall::{clerk, day, room, service, visit};
use crate::strategies::ledger::{Numbers, Shelf, faults, random_blocks};
use crate::strategies::{Size, cases, problem, scenario};

/// What can be asked of a ledger.
#[derive(Debug, Clone, Copy)]
enum Operation {
    Insert(Numbers),
    Reschedule(u16, Numbers),
    Remove(u16),
    Confirm(u16),
    Expire(i64),
    ReturnWalkIns(u16, u16),
    Repair(u16),
    Nonsense(Numbers),
}

fn operation() -> impl Strategy<Value = (Operation, Limits)> {
    let numbers = || (any::<u16>(), any::<u16>(), any::<u16>(), any::<u16>());
    let operation = prop_oneof![
        12 => numbers().prop_map(Operation::Insert),
        6 => (any::<u16>(), numbers()).prop_map(|(which, to)| Operation::Reschedule(which, to)),
        1 => any::<u16>().prop_map(Operation::Remove),
        1 => any::<u16>().prop_map(Operation::Confirm),
        1 => (0..4_i64).prop_map(Operation::Expire),
        1 => (any::<u16>(), any::<u16>()).prop_map(|(now, keep)| Operation::ReturnWalkIns(now, keep)),
        1 => any::<u16>().prop_map(Operation::Repair),
        1 => numbers().prop_map(Operation::Nonsense),
    ];
    let nodes = prop_oneof![Just(0_u32), Just(1), 2..20_u32, Just(50), Just(250), Just(20_000)];
    let limits = (nodes, prop::bool::weighted(0.3));
    (operation, limits.prop_map(|(nodes, moving)| Limits::nodes(nodes).moving_walk_ins(moving)))
}

struct Office<'a> {
    problem: &'a Problem,
    ledger: Ledger,
    shelf: Shelf,
    made: usize,
    tally: BTreeMap<&'static str, usize>,
}

impl Office<'_> {
    fn entry(&self, id: &str, numbers: Numbers) -> Option<Entry> {
        let services = self.problem.services.len();
        let service = usize::from(numbers.0) % services;
        let persons = 1 + u32::from(numbers.1) % self.problem.services[service].max_persons;
        let basket = [BasketItem { service, persons }];
        let mut visit = Visit::new(self.problem, &basket).ok()?;
        if numbers.3 % 11 == 1 {
            visit.clerk = Some(ClerkIndex(usize::from(numbers.3 / 11) % self.problem.clerks.len()));
        }
        if numbers.3 % 13 == 1 {
            visit.room = Some(RoomIndex(usize::from(numbers.3 / 13) % self.problem.rooms.len()));
        }
        let starts = self.ledger.starts(&visit);
        let hard: Vec<_> = starts.open.iter().collect();
        let sure: Vec<_> = starts.sure.iter().collect();
        // Mostly what needs others to move; else anything.
        let from = if numbers.3 % 3 > 0 && !hard.is_empty() { hard } else { sure };
        let start = match from.len() {
            0 => numbers.2 % self.problem.grid.steps_per_day(),
            len => from[usize::from(numbers.2) % len],
        };
        let expires_at = numbers.1.is_multiple_of(4).then_some(i64::from(numbers.2 % 4));
        Some(Entry::new(id, basket, visit, start).expiring(expires_at))
    }

    fn pick(&self, which: u16) -> Option<String> {
        let ids: Vec<String> =
            self.ledger.promises().map(|(entry, _)| entry.id.to_string()).collect();
        (!ids.is_empty()).then(|| ids[usize::from(which) % ids.len()].clone())
    }

    fn count(&mut self, what: &'static str) {
        *self.tally.entry(what).or_default() += 1;
    }

    fn refused(&mut self, before: &Ledger, refusal: &Refusal) {
        assert_eq!(self.ledger, *before, "{refusal:?}, and something changed");
        self.count(if *refusal == Refusal::Unknown { "undecided" } else { "refused" });
    }

    fn run(&mut self, operation: Operation, limits: Limits) {
        let before = self.ledger.clone();
        match operation {
            Operation::Insert(numbers) => {
                self.made += 1;
                let Some(entry) = self.entry(&self.made.to_string(), numbers) else { return };
                match self.ledger.insert(entry.clone(), limits) {
                    Ok(changes) => {
                        self.shelf.promise(&entry, &changes);
                        self.count("made");
                        if changes.len() > 1 {
                            self.count("others moved");
                        }
                    }
                    Err(refusal) => self.refused(&before, &refusal),
                }
            }
            Operation::Reschedule(which, to) => {
                let Some(id) = self.pick(which) else { return };
                let Some(entry) = self.entry(&id, to) else { return };
                match self.ledger.reschedule(entry.clone(), limits) {
                    Ok(changes) => {
                        self.shelf.promise(&entry, &changes);
                        self.count("rescheduled");
                    }
                    Err(refusal) => self.refused(&before, &refusal),
                }
            }
            Operation::Remove(which) => {
                let Some(id) = self.pick(which) else { return };
                assert!(self.ledger.remove(&id).is_some());
                self.shelf.remove(&id);
            }
            Operation::Confirm(which) => {
                let Some(id) = self.pick(which) else { return };
                assert!(self.ledger.set_expiry(&id, None));
                self.shelf.set_expiry(&id, None);
            }
            Operation::Expire(now) => {
                let over = self.ledger.expire(now);
                over.iter().for_each(|entry| self.shelf.remove(&entry.id));
                if over.is_empty() {
                    assert_eq!(self.ledger, before);
                }
            }
            Operation::ReturnWalkIns(now, keep) => {
                let returned =
                    self.ledger.return_walk_ins(now % 400, u32::from(keep % 40), |_| true);
                returned.iter().for_each(|block| self.shelf.remove_block(block.number));
                if returned.is_empty() {
                    assert_eq!(self.ledger, before);
                }
            }
            Operation::Repair(numbers) => {
                let mut options = RepairOptions::default();
                (options.limits, options.most_steps) = (limits, numbers % 5);
                let stored = self.ledger.to_stored();
                let repaired = Ledger::repair(self.problem, 0, &stored, options);
                assert_eq!(repaired.changes, [], "nothing was wrong");
                assert_eq!((&repaired.stranded, &repaired.moved), (&Vec::new(), &Vec::new()));
                assert_eq!(repaired.ledger.to_stored(), stored);
            }
            Operation::Nonsense(numbers) => {
                assert_eq!(self.ledger.remove("nobody"), None);
                assert!(!self.ledger.set_expiry("nobody", Some(1)));
                let Some(entry) = self.entry("nobody", numbers) else { return };
                let moved = self.ledger.reschedule(entry.clone(), limits);
                assert_eq!(moved, Err(Refusal::NotFound));
                if let Some(id) = self.pick(numbers.0) {
                    let again = Entry::new(id, [], entry.visit, entry.start);
                    assert_eq!(self.ledger.insert(again, limits), Err(Refusal::Duplicate));
                }
                assert_eq!(self.ledger, before);
            }
        }
        assert_eq!(faults(self.problem, &self.ledger), Vec::<String>::new());
        assert_eq!(self.shelf, Shelf::of(&self.ledger), "what was told is not what is");
    }
}

#[test]
fn what_is_refused_changes_nothing_within_any_limits() {
    let numbers = || (any::<u16>(), any::<u16>(), any::<u16>(), any::<u16>());
    let strategy =
        (scenario(Size::BOOKING), any::<u64>(), vec(numbers(), 0..5), vec(operation(), 1..90));
    let totals = RefCell::new(BTreeMap::<&str, usize>::new());
    let result =
        TestRunner::new(cases(400)).run(&strategy, |(scenario, seed, blocks, operations)| {
            let Ok(mut problem) = problem(&scenario) else { return Ok(()) };
            if seed % 4 > 0 {
                enrich(&mut problem, seed);
            }
            let blocks = random_blocks(&problem, &blocks);
            let Ok(ledger) = Ledger::new(&problem, 0, &blocks, Limits::nodes(20_000)) else {
                return Ok(());
            };
            let shelf = Shelf::of(&ledger);
            let mut office =
                Office { problem: &problem, ledger, shelf, made: 0, tally: BTreeMap::new() };
            for (operation, limits) in operations {
                office.run(operation, limits);
            }
            for (what, count) in office.tally {
                *totals.borrow_mut().entry(what).or_default() += count;
            }
            Ok(())
        });
    assert!(result.is_ok(), "{}", result.unwrap_err());
    let totals = totals.into_inner();
    let least = [
        ("made", 1500),
        ("others moved", 100),
        ("rescheduled", 300),
        ("refused", 500),
        ("undecided", 50),
    ];
    for (what, least) in least {
        assert!(totals.get(what).is_some_and(|&count| count >= least), "too little: {totals:?}");
    }
}

/// A room is not found within the limits, a clerk is by moving another promise: neither stays moved.
#[test]
fn clerks_go_back_where_no_room_is_found() {
    let problem = day(
        &json!([room("1", &["x"]), room("2", &["x", "y"])]),
        &json!([
            service("a", 30, &["a"], &["x"]),
            service("b", 30, &["b"], &["x", "y"]),
            service("c", 30, &["a"], &["x"])
        ]),
        &json!([
            clerk("one", &["a"], "08:00", "09:00"),
            clerk("both", &["a", "b"], "08:00", "09:00"),
            clerk("third", &["a"], "08:00", "09:00")
        ]),
        &json!({}),
    );
    let mut ledger = Ledger::new(&problem, 0, &[], Limits::default()).unwrap();
    let insert = |ledger: &mut Ledger, id: &str, service: usize, at: &str, nodes: u32| {
        let visit = visit(&problem, &[(service, 1)]);
        let start = problem.grid.step_at(at.parse::<scheduler_core::time::Clock>().unwrap().0);
        let entry = Entry::new(id, [BasketItem { service, persons: 1 }], visit, start.unwrap());
        ledger.insert(entry, Limits::nodes(nodes))
    };
    for (id, service, at) in [("1", 0, "08:00"), ("2", 0, "08:15"), ("3", 0, "08:30")] {
        let _ = insert(&mut ledger, id, service, at, 250);
    }
    let before = ledger.clone();
    for start in ["08:00", "08:05", "08:10", "08:15", "08:20", "08:25", "08:30"] {
        for service in 0..3 {
            for nodes in [0, 1, 50] {
                if insert(&mut ledger, "new", service, start, nodes).is_ok() {
                    ledger = before.clone();
                }
                assert_eq!(ledger, before, "{service} at {start} with {nodes}");
            }
        }
    }
}
