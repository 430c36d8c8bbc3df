//! Where a visit may start on a site-day, and at which cost.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU8, Ordering};

use crate::ledger::{Answer, Ledger, Limits, Snapshot, Visit};
use crate::problem::Problem;
use crate::time::Step;

/// A start that is bookable, or not known to be impossible.
#[derive(Debug)]
pub(in crate::ledger) struct Candidate {
    pub start: Step,
    pub cost: f64,
    /// Whether it is bookable as the witness is. Otherwise it has to be decided.
    pub sure: bool,
    /// What was decided, one of the constants below; the same whoever writes it.
    answer: AtomicU8,
}

const OPEN: u8 = 0;
const YES: u8 = 1;
const NO: u8 = 2;
const UNKNOWN: u8 = 3;
/// Added to the others where it took a search.
const HARD: u8 = 4;

/// Whether a candidate can be booked, and whether that took a search or was found at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ledger) struct Decision {
    pub answer: Answer,
    pub hard: bool,
}

/// All starts of a visit that are not known to be impossible, the cheapest first.
#[derive(Debug, Default)]
pub(in crate::ledger) struct Found {
    pub candidates: Box<[Candidate]>,
    /// The starts that could be booked if all walk-in capacity were given back.
    without_walk_ins: OnceLock<Vec<Step>>,
}

impl Found {
    pub(in crate::ledger) fn new(
        problem: &Problem,
        snapshot: &Snapshot,
        visit: &Visit,
        limits: Limits,
    ) -> Self {
        let ledger = snapshot.ledger();
        let starts = snapshot.starts(visit);
        if starts.sure.is_empty() && starts.open.is_empty() && !limits.move_walk_ins {
            return Self::default();
        }
        let rooms = &snapshot.basis(problem).prices.rooms;
        let costs = snapshot.costs(problem).costs(problem, ledger, rooms, visit);
        let base = ledger.frame.base;
        let candidate = |start: Step, sure| Candidate {
            start,
            cost: costs.get(usize::from(start - base)).copied().unwrap_or(f64::INFINITY),
            sure,
            answer: AtomicU8::new(OPEN),
        };
        let mut candidates: Vec<Candidate> =
            starts.sure.iter().map(|start| candidate(start, true)).collect();
        if limits.move_walk_ins {
            // Where it may start if all walk-in blocks were elsewhere.
            let without = without_blocks(ledger).starts(visit);
            let more = without.sure.iter().chain(without.open.iter());
            let more = more.filter(|&start| !starts.sure.contains(start));
            candidates.extend(more.map(|start| candidate(start, false)));
        } else {
            candidates.extend(starts.open.iter().map(|start| candidate(start, false)));
        }
        candidates.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.start.cmp(&b.start)));
        Self { candidates: candidates.into(), without_walk_ins: OnceLock::new() }
    }

    /// The starts that could be booked if all walk-in capacity were given back: none where there is
    /// none to give.
    pub(in crate::ledger) fn without_walk_ins(
        &self,
        ledger: &Ledger,
        visit: &Visit,
        limits: Limits,
    ) -> &[Step] {
        self.without_walk_ins.get_or_init(|| {
            if ledger.block_slots().next().is_none() {
                return Vec::new();
            }
            let without = without_blocks(ledger);
            let starts = without.starts(visit);
            let decided = starts
                .open
                .iter()
                .filter(|&start| without.check(visit, start, limits) == Answer::Yes);
            starts.sure.iter().chain(decided).collect()
        })
    }
}

impl Candidate {
    /// Decides it within `limits`, those that it was found with.
    pub(in crate::ledger) fn decide(
        &self,
        ledger: &Ledger,
        visit: &Visit,
        limits: Limits,
    ) -> Decision {
        let decided = self.decide_within(ledger, visit, limits, true);
        // Where it may search, it decides.
        decided.unwrap_or(Decision { answer: Answer::Unknown, hard: true })
    }

    /// The same; `None` where that takes a search, which it `may` not do. What another search has found
    /// out makes no difference to that.
    pub(in crate::ledger) fn decide_within(
        &self,
        ledger: &Ledger,
        visit: &Visit,
        limits: Limits,
        may: bool,
    ) -> Option<Decision> {
        if self.sure {
            return Some(Decision { answer: Answer::Yes, hard: false });
        }
        let known = self.answer.load(Ordering::Relaxed);
        let mut hard = known & HARD != 0;
        let found = match known & !HARD {
            YES => Some(Answer::Yes),
            NO => Some(Answer::No),
            UNKNOWN => Some(Answer::Unknown),
            _ => None,
        };
        if let Some(answer) = found {
            return (may || !hard).then_some(Decision { answer, hard });
        }
        let mut answer = Answer::Unknown;
        if !hard {
            let at_once = Limits { nodes: 0, move_walk_ins: false };
            answer = ledger.check(visit, self.start, at_once);
            hard = answer == Answer::Unknown;
        }
        if hard && !may {
            // Unless another thread knows more by now.
            let (order, noted) = (Ordering::Relaxed, OPEN | HARD);
            let _ = self.answer.compare_exchange(OPEN, noted, order, order);
            return None;
        }
        if hard {
            answer = ledger.check(visit, self.start, limits);
        }
        let code = match answer {
            Answer::Yes => YES,
            Answer::No => NO,
            Answer::Unknown => UNKNOWN,
        };
        self.answer.store(if hard { code | HARD } else { code }, Ordering::Relaxed);
        Some(Decision { answer, hard })
    }
}

/// The ledger with all walk-in capacity given back.
pub(in crate::ledger) fn without_blocks(ledger: &Ledger) -> Ledger {
    let mut without = ledger.clone();
    let slots: Vec<usize> = ledger.block_slots().map(|(slot, _)| slot).collect();
    for slot in slots {
        without.vacate(slot);
    }
    without
}
