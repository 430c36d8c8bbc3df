//! The search for the cheapest roster that escapes all no-goods.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::days::Days;
use super::{DayRoster, DayShifts, DayShiftsError, NoGood, StaffedDay};
use crate::analytic::ChangingPeriod;
use crate::staffing::simplex::{End, Sense, Simplex};

/// Where no-goods come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Source {
    /// Days are computed.
    Days,
    /// Those that are known are all.
    NoGoodsAlone,
}

/// A part of the problem. The least is the next: by bound, then the youngest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Part {
    bound: u64,
    number: Reverse<u64>,
    /// Bounds of variables.
    bounds: Vec<(usize, u32, u32)>,
}

/// The integer program: people in shifts, then servers in periods, which are the sum of theirs.
#[derive(Debug)]
pub(super) struct Search<'a> {
    question: &'a DayShifts,
    days: &'a Days<'a>,
    program: Simplex,
    everywhere: Vec<(u32, u32)>,
    open: BinaryHeap<Reverse<Part>>,
    number: u64,
    known: Vec<NoGood>,
    best: Option<DayRoster>,
    bound: u64,
    /// Bound of parts that were left without being solved.
    unresolved: u64,
    steps: u64,
}

impl<'a> Search<'a> {
    pub(super) fn new(question: &'a DayShifts, days: &'a Days<'a>) -> Self {
        let mut program = Simplex::default();
        let mut everywhere = Vec::new();
        for shift in &question.shifts {
            let periods = shift.on_duty.iter().cloned().flatten();
            let plenty = periods.map(|period| days.most[period]).max().unwrap_or(0);
            let most = shift.most.map_or(plenty, |most| most.min(plenty));
            program.variable(shift.cost as f64, f64::from(most));
            everywhere.push((0, most));
        }
        for (period, &most) in days.most.iter().enumerate() {
            // Whoever is there beyond plenty is for other periods.
            let all: u32 = question
                .shifts
                .iter()
                .zip(&everywhere)
                .filter(|(shift, _)| shift.on_duty.iter().any(|range| range.contains(&period)))
                .map(|(_, (_, most))| *most)
                .sum();
            let most = all.max(most);
            program.variable(0.0, f64::from(most));
            everywhere.push((0, most));
        }
        let shifts = question.shifts.len();
        for period in 0..days.most.len() {
            let here = question
                .shifts
                .iter()
                .enumerate()
                .filter(|(_, shift)| shift.on_duty.iter().any(|range| range.contains(&period)));
            let mut row: Vec<(u32, f64)> = here.map(|(index, _)| (index as u32, 1.0)).collect();
            row.push(((shifts + period) as u32, -1.0));
            program.row(row, Sense::Equal, 0.0);
        }
        let mut open = BinaryHeap::new();
        open.push(Reverse(Part { bound: 0, number: Reverse(0), bounds: Vec::new() }));
        Self {
            question,
            days,
            program,
            everywhere,
            open,
            number: 0,
            known: Vec::new(),
            best: None,
            bound: 0,
            unresolved: u64::MAX,
            steps: 0,
        }
    }

    /// No-goods that need not be found.
    pub(super) fn know(&mut self, no_goods: &[NoGood]) {
        self.known.extend_from_slice(no_goods);
    }

    pub(super) fn run(
        &mut self,
        source: Source,
        stop: &dyn Fn(u64) -> bool,
    ) -> Result<(), DayShiftsError> {
        if source == Source::Days {
            self.first_roster(stop)?;
        }
        while let Some(Reverse(part)) = self.open.pop() {
            self.bound = self.bound.max(part.bound.min(self.unresolved));
            let best = self.best.as_ref().map(|roster| roster.cost);
            if best.is_some_and(|cost| part.bound >= cost) {
                self.open.clear();
                break;
            }
            if stop(self.steps) {
                self.open.push(Reverse(part));
                return Ok(());
            }
            self.steps += 1;
            if self.look_at(&part, source)? {
                return Ok(());
            }
        }
        if let Some(best) = &self.best {
            self.bound = best.cost.min(self.unresolved);
        }
        Ok(())
    }

    /// One more person wherever the target is missed, until there is a roster.
    fn first_roster(&mut self, stop: &dyn Fn(u64) -> bool) -> Result<(), DayShiftsError> {
        let shifts = self.question.shifts.len();
        let mut bounds: Vec<(usize, u32, u32)> = Vec::new();
        while !stop(self.steps) {
            self.steps += 1;
            let Some((_, Some(people))) = self.cheapest(&bounds) else { return Ok(()) };
            let servers = self.servers(&people);
            let periods = self.days.day(&servers)?;
            if !self.days.fails(&periods) {
                self.take(people, servers, periods);
                return Ok(());
            }
            let missed = periods.len() - 1;
            let (_, most) = self.everywhere[shifts + missed];
            bounds.push((shifts + missed, (servers[missed] + 1).min(most), most));
            if servers[missed] >= most {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Solves a part. True if it has the cheapest of all that escape the no-goods, where no day is
    /// computed.
    fn look_at(&mut self, part: &Part, source: Source) -> Result<bool, DayShiftsError> {
        let Some((bound, people)) = self.cheapest(&part.bounds) else { return Ok(false) };
        let bound = bound.max(part.bound);
        if self.best.as_ref().is_some_and(|roster| bound >= roster.cost) {
            return Ok(false);
        }
        let Some(people) = people else {
            self.branch_on_fraction(part, bound);
            return Ok(false);
        };
        let servers = self.servers(&people);
        let applies =
            |claim: &NoGood| claim.servers.iter().all(|&(period, count)| servers[period] <= count);
        let found = match self.known.iter().rev().find(|claim| applies(claim)) {
            Some(claim) => claim.clone(),
            None if source == Source::NoGoodsAlone => {
                self.bound = self.bound.max(bound.min(self.unresolved));
                return Ok(true);
            }
            None => {
                let periods = self.days.day(&servers)?;
                if !self.days.fails(&periods) {
                    // Nothing in this part is cheaper, unless the program's solution is not its best.
                    if self.take(people, servers, periods) > bound {
                        self.unresolved = self.unresolved.min(bound);
                    }
                    return Ok(false);
                }
                let claim = self.days.no_good(&servers[..periods.len()])?;
                self.known.push(claim.clone());
                claim
            }
        };
        self.branch(part, bound, &found);
        Ok(false)
    }

    fn servers(&self, people: &[u32]) -> Vec<u32> {
        let mut servers = vec![0; self.days.most.len()];
        for (shift, count) in self.question.shifts.iter().zip(people) {
            for period in shift.on_duty.iter().cloned().flatten() {
                servers[period] += count;
            }
        }
        servers
    }

    /// Keeps a roster if it is the cheapest. Its cost.
    fn take(&mut self, people: Vec<u32>, servers: Vec<u32>, periods: Vec<ChangingPeriod>) -> u64 {
        let costs = self.question.shifts.iter().zip(&people);
        let cost = costs.map(|(shift, count)| shift.cost * u64::from(*count)).sum();
        if self.best.as_ref().is_none_or(|best| cost < best.cost) {
            self.best = Some(DayRoster { people, cost, servers, periods });
        }
        cost
    }

    /// The least cost within bounds, and the people if their numbers are whole. Nothing if there are
    /// none.
    fn cheapest(&mut self, bounds: &[(usize, u32, u32)]) -> Option<(u64, Option<Vec<u32>>)> {
        let mut all = self.everywhere.clone();
        for &(variable, lower, upper) in bounds {
            all[variable].0 = all[variable].0.max(lower);
            all[variable].1 = all[variable].1.min(upper);
        }
        for (variable, (lower, upper)) in all.into_iter().enumerate() {
            self.program.set_bounds(variable, f64::from(lower), f64::from(upper));
        }
        if self.program.solve(f64::INFINITY, &mut || false) == End::Infeasible {
            return None;
        }
        let (bound, _) = self.program.bound();
        let values = (0..self.question.shifts.len()).map(|shift| self.program.value(shift));
        let whole: Option<Vec<u32>> = values
            .map(|value| ((value - value.round()).abs() < 1e-6).then(|| value.round() as u32))
            .collect();
        Some(((bound - 1e-4).ceil().max(0.0) as u64, whole))
    }

    fn push(&mut self, part: &Part, bound: u64, changes: &[(usize, u32, u32)]) {
        self.number += 1;
        let mut bounds = part.bounds.clone();
        bounds.extend_from_slice(changes);
        self.open.push(Reverse(Part { bound, number: Reverse(self.number), bounds }));
    }

    /// More servers in the first of the periods, or in the second and not in the first, and so on.
    fn branch(&mut self, part: &Part, bound: u64, claim: &NoGood) {
        let shifts = self.question.shifts.len();
        let mut changes: Vec<(usize, u32, u32)> = Vec::new();
        for &(period, count) in claim.servers.iter().rev() {
            let variable = shifts + period;
            changes.push((variable, count + 1, u32::MAX));
            self.push(part, bound, &changes);
            changes.pop();
            changes.push((variable, 0, count));
        }
    }

    fn branch_on_fraction(&mut self, part: &Part, bound: u64) {
        let values = (0..self.question.shifts.len()).map(|shift| self.program.value(shift));
        let apart = |value: f64| (value - value.round()).abs();
        let chosen =
            values.enumerate().max_by(|a, b| apart(a.1).total_cmp(&apart(b.1)).then(b.0.cmp(&a.0)));
        if let Some((shift, value)) = chosen {
            self.push(part, bound, &[(shift, 0, value.floor() as u32)]);
            self.push(part, bound, &[(shift, value.ceil() as u32, u32::MAX)]);
        }
    }

    pub(super) fn finish(self) -> StaffedDay {
        StaffedDay { roster: self.best, bound: self.bound, no_goods: self.known, steps: self.steps }
    }
}
