//! This library's ledger behind the same interface.

use std::cell::Cell;

use scheduler_core::ledger::{Answer, Entry, Ledger, LedgerError, Limits, Refusal, Visit};
use scheduler_core::problem::{Plan, Problem, WalkInBlock};
use scheduler_core::time::Step;

use super::Calendar;

/// A ledger for each site-day.
#[derive(Debug)]
pub struct Ours {
    ledgers: Vec<Ledger>,
    limits: Limits,
    booked: usize,
    refused: usize,
    undecided: usize,
    unknown: Cell<usize>,
}

impl Ours {
    /// Ledgers without promises but those of the scenario, with the plan's walk-in blocks.
    ///
    /// # Errors
    /// A site-day whose walk-in blocks have no clerk or room.
    pub fn new(problem: &Problem, plan: &Plan, limits: Limits) -> Result<Self, LedgerError> {
        let ledgers = ledgers(problem, plan, limits)?;
        Ok(Self { ledgers, limits, booked: 0, refused: 0, undecided: 0, unknown: Cell::new(0) })
    }

    /// The ledgers, by site-day.
    pub fn into_ledgers(self) -> Vec<Ledger> {
        self.ledgers
    }

    /// Bookings that cannot be kept beside the earlier ones; they were not taken in.
    pub fn refused(&self) -> usize {
        self.refused
    }

    /// Bookings of which that could not be decided within the limits; they were not taken in.
    pub fn undecided(&self) -> usize {
        self.undecided
    }

    /// Starts that could not be decided within the limits, and were not offered.
    pub fn unknown(&self) -> usize {
        self.unknown.get()
    }
}

/// A ledger for each site-day, with the plan's walk-in blocks.
///
/// # Errors
/// A site-day whose walk-in blocks have no clerk or room.
pub fn ledgers(problem: &Problem, plan: &Plan, limits: Limits) -> Result<Vec<Ledger>, LedgerError> {
    (0..problem.site_days.len())
        .map(|site_day| {
            let place = &problem.site_days[site_day];
            let here = |block: &&WalkInBlock| (block.site, block.day) == (place.site, place.day);
            let blocks: Vec<WalkInBlock> =
                plan.walk_in_blocks.iter().filter(here).cloned().collect();
            Ledger::new(problem, site_day, &blocks, limits)
        })
        .collect()
}

impl Calendar for Ours {
    fn first(&self, site_day: usize, visit: &Visit, from: Step) -> Option<Step> {
        let ledger = &self.ledgers[site_day];
        let starts = ledger.starts(visit);
        let sure = starts.sure.iter().find(|&start| start >= from);
        let before = sure.unwrap_or(Step::MAX);
        let open = starts.open.iter().filter(|&start| from <= start && start < before);
        let mut decided = open.map(|start| (start, ledger.check(visit, start, self.limits)));
        let found = decided.find(|(_, answer)| {
            self.unknown.set(self.unknown.get() + usize::from(*answer == Answer::Unknown));
            *answer == Answer::Yes
        });
        found.map(|(start, _)| start).or(sure)
    }

    fn book(&mut self, site_day: usize, visit: &Visit, start: Step) {
        self.booked += 1;
        let entry = Entry::new(self.booked.to_string(), [], visit.clone(), start);
        match self.ledgers[site_day].insert(entry, self.limits) {
            Ok(_) => {}
            Err(Refusal::Unknown) => self.undecided += 1,
            Err(_) => self.refused += 1,
        }
    }
}
