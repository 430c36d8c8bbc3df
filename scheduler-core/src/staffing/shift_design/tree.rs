//! Branch and cut: the proof.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use super::cuts::{Cut, Cutter};
use super::model::Model;
use super::program::Program;
use super::search::Search;
use crate::staffing::simplex::End;

/// A part of the problem: bounds of variables.
#[derive(Debug, Clone)]
struct Node {
    bound: f64,
    depth: u32,
    number: u64,
    changes: Vec<(u32, f64, f64)>,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Node {}
impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Node {
    /// The greatest is the next: least bound, then the youngest.
    fn cmp(&self, other: &Self) -> Ordering {
        other.bound.total_cmp(&self.bound).then(self.number.cmp(&other.number))
    }
}

/// What branching on a variable has brought so far.
#[derive(Debug, Clone, Copy, Default)]
struct Experience {
    down: (f64, u32),
    up: (f64, u32),
}

/// The tree.
#[derive(Debug)]
pub(super) struct Tree<'m> {
    model: &'m Model,
    program: Program,
    cutter: Cutter,
    /// Bounds that hold everywhere.
    everywhere: Vec<(f64, f64)>,
    open: BinaryHeap<Node>,
    next: Option<Node>,
    number: u64,
    experience: Vec<Experience>,
    /// Least bound of nodes that were given up without being solved.
    given_up: f64,
    nodes: u64,
}

/// Numbers this close to whole ones are whole.
const WHOLE: f64 = 1e-6;
const ROUNDS: usize = 60;
const CUTS: usize = 250;

impl<'m> Tree<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        let program = Program::new(model);
        let count = program.surplus + model.horizon;
        let everywhere = (0..count).map(|variable| program.lp.bounds(variable)).collect();
        Self {
            model,
            cutter: Cutter::new(model),
            program,
            everywhere,
            open: BinaryHeap::new(),
            next: Some(Node { bound: 0.0, depth: 0, number: 0, changes: Vec::new() }),
            number: 0,
            experience: vec![Experience::default(); count],
            given_up: f64::INFINITY,
            nodes: 0,
        }
    }

    /// A bound on all designs, in units.
    pub(super) fn bound(&self) -> i64 {
        let open = self.open.peek().map_or(f64::INFINITY, |node| node.bound);
        let next = self.next.as_ref().map_or(f64::INFINITY, |node| node.bound);
        let least = open.min(next).min(self.given_up);
        if least.is_finite() { whole(least) } else { i64::MAX }
    }

    /// Work done so far, in the units of the search's.
    pub(super) fn work(&self) -> u64 {
        self.program.lp.work
    }

    /// Solves a node. False if there is none left.
    pub(super) fn step(&mut self, search: &mut Search<'_>, stop: &mut dyn FnMut() -> bool) -> bool {
        let Some(node) = self.next.take().or_else(|| self.open.pop()) else { return false };
        if whole(node.bound) >= search.best_cost {
            return true;
        }
        self.nodes += 1;
        self.enter(&node);
        let Some((bound, reduced, values)) = self.solve(&node, search, stop) else { return true };
        let mut changes = node.changes.clone();
        self.fix(bound, &reduced, search.best_cost, node.depth == 0, &mut changes);
        let Some((variable, down, up)) = self.branch(&values, bound, search.best_cost, stop) else {
            // Whole numbers that are no design: the method got stuck.
            self.given_up = self.given_up.min(bound);
            return true;
        };
        let value = values[variable];
        let (lower, upper) = self.program.lp.bounds(variable);
        let mut child = |low: f64, high: f64| {
            self.number += 1;
            let mut changes = changes.clone();
            changes.push((variable as u32, low, high));
            Node { bound, depth: node.depth + 1, number: self.number, changes }
        };
        let below = child(lower, value.floor());
        let above = child(value.ceil(), upper);
        // First where the bound rises less.
        let (first, second) = if up < down { (above, below) } else { (below, above) };
        self.open.push(second);
        self.next = Some(first);
        true
    }

    /// Sets the bounds of a node.
    fn enter(&mut self, node: &Node) {
        let mut bounds = self.everywhere.clone();
        for &(variable, lower, upper) in &node.changes {
            bounds[variable as usize] = (lower, upper);
        }
        for (variable, (lower, upper)) in bounds.into_iter().enumerate() {
            self.program.lp.set_bounds(variable, lower, upper);
        }
    }

    /// Solves the program of a node with cuts. Nothing if it can be left: it has nothing better, or
    /// its solution is a design, or its bound is noted for a node that goes no further.
    fn solve(
        &mut self,
        node: &Node,
        search: &mut Search<'_>,
        stop: &mut dyn FnMut() -> bool,
    ) -> Option<(f64, Vec<f64>, Vec<f64>)> {
        let root = node.depth == 0;
        let mut bound = node.bound;
        let mut slow = 0;
        let rounds = if root { ROUNDS } else { 4 };
        for round in 0.. {
            let enough = search.best_cost as f64 - 1.0 + 1e-5;
            let end = self.program.lp.solve(enough, stop);
            if end == End::Infeasible {
                return None;
            }
            let (now, reduced) = self.program.bound();
            let gained = now - bound;
            bound = bound.max(now);
            if end == End::Enough || whole(bound) >= search.best_cost {
                return None;
            }
            if end == End::Stopped && stop() {
                self.given_up = self.given_up.min(bound);
                return None;
            }
            let values = self.program.values();
            if root || round == 0 {
                let used = (0..self.program.pairs).filter(|pair| values[*pair] > 0.2);
                if root || self.nodes.is_multiple_of(8) {
                    search.offer(used);
                }
            }
            if end == End::Optimal && self.take_design(&values, search) {
                return None;
            }
            slow = if gained < 0.02 { slow + 1 } else { 0 };
            let patience = if root { 4 } else { 1 };
            let last = round >= rounds || (slow >= patience && round > 0);
            self.program.lp.work += (self.model.horizon * self.cutter.reach() * 20) as u64;
            let cuts = if last {
                self.links(&values)
            } else {
                self.cutter.cuts(self.model, &self.program, &values, CUTS)
            };
            if cuts.is_empty() {
                return Some((bound, reduced, values));
            }
            self.program.lp.drop_slack_rows(self.program.rows, |_| true);
            for cut in cuts {
                cut.add(&mut self.program);
            }
        }
        None
    }

    /// Where all pairs are decided: that nobody works in those that are not used.
    fn links(&self, values: &[f64]) -> Vec<Cut> {
        let pairs = &values[..self.program.pairs];
        if pairs.iter().any(|used| (used - used.round()).abs() > WHOLE) {
            return Vec::new();
        }
        self.cutter.links(self.model, &self.program, values)
    }

    /// Whether the values are a design.
    fn take_design(&self, values: &[f64], search: &mut Search<'_>) -> bool {
        let whole = |value: &f64| (value - value.round()).abs() <= WHOLE;
        let people = &values[self.program.people..self.program.missing];
        let pairs = &values[..self.program.pairs];
        if !people.iter().all(whole) {
            return false;
        }
        let people: Vec<u32> = people.iter().map(|value| value.round().max(0.0) as u32).collect();
        search.offer_people(&people);
        pairs.iter().all(whole)
            && people
                .chunks(self.model.days)
                .zip(pairs)
                .all(|(days, used)| *used > 0.5 || days.iter().all(|count| *count == 0))
    }

    /// Fixes what cannot change in a better design, by reduced costs.
    fn fix(
        &mut self,
        bound: f64,
        reduced: &[f64],
        best: i64,
        everywhere: bool,
        changes: &mut Vec<(u32, f64, f64)>,
    ) {
        let room = best as f64 - 1.0 + 1e-5 - bound;
        for (variable, &cost) in reduced[..self.program.missing].iter().enumerate() {
            let (lower, upper) = self.program.lp.bounds(variable);
            if lower == upper {
                continue;
            }
            let most = if cost.abs() > 1e-9 { (room / cost.abs()).floor() } else { continue };
            let (low, high) = if cost > 0.0 {
                (lower, upper.min(lower + most))
            } else {
                (lower.max(upper - most), upper)
            };
            if (low, high) != (lower, upper) {
                if everywhere {
                    self.everywhere[variable] = (low, high);
                } else {
                    changes.push((variable as u32, low, high));
                }
                self.program.lp.set_bounds(variable, low, high);
            }
        }
    }

    /// The variable to branch on, and by how much the bound rises below and above.
    fn branch(
        &mut self,
        values: &[f64],
        bound: f64,
        best: i64,
        stop: &mut dyn FnMut() -> bool,
    ) -> Option<(usize, f64, f64)> {
        let apart = |variable: usize| (values[variable] - values[variable].round()).abs();
        let mut candidates: Vec<(f64, usize)> = (0..self.program.people)
            .filter(|variable| apart(*variable) > WHOLE)
            .map(|variable| (self.expected(variable, values[variable]), variable))
            .collect();
        if candidates.is_empty() {
            let people = self.program.people..self.program.missing;
            let (_, variable) = people
                .filter(|variable| apart(*variable) > WHOLE)
                .map(|variable| (apart(variable), variable))
                .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))?;
            return Some((variable, 0.0, 0.0));
        }
        candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        let mut chosen: Option<(f64, usize, f64, f64)> = None;
        let mut tried_in_vain = 0;
        for &(_, variable) in candidates.iter().take(24) {
            let value = values[variable];
            let known = self.experience[variable];
            let (down, up) = if known.down.1.min(known.up.1) >= 4 {
                let share = value - value.floor();
                (
                    known.down.0 / f64::from(known.down.1) * share,
                    known.up.0 / f64::from(known.up.1) * (1.0 - share),
                )
            } else {
                self.try_both(variable, value, bound, best, stop)
            };
            let score = down.max(1e-4) * up.max(1e-4);
            if chosen.is_none_or(|(most, ..)| score > most) {
                chosen = Some((score, variable, down, up));
                tried_in_vain = 0;
            } else {
                tried_in_vain += 1;
                if tried_in_vain >= 8 {
                    break;
                }
            }
        }
        chosen.map(|(_, variable, down, up)| (variable, down, up))
    }

    fn expected(&self, variable: usize, value: f64) -> f64 {
        let known = self.experience[variable];
        let mean = |(sum, count): (f64, u32)| if count == 0 { 1.0 } else { sum / f64::from(count) };
        let share = value - value.floor();
        (mean(known.down) * share).max(1e-4) * (mean(known.up) * (1.0 - share)).max(1e-4)
    }

    /// By how much the bound rises on both sides, as far as some iterations show.
    fn try_both(
        &mut self,
        variable: usize,
        value: f64,
        bound: f64,
        best: i64,
        stop: &mut dyn FnMut() -> bool,
    ) -> (f64, f64) {
        let (lower, upper) = self.program.lp.bounds(variable);
        let room = best as f64 - bound;
        let program = &mut self.program.lp;
        let mut one = |low: f64, high: f64| {
            let mut lp = program.clone();
            lp.set_bounds(variable, low, high);
            let mut looks = 0;
            let mut limited = || {
                looks += 1;
                looks > 2 || stop()
            };
            let end = lp.solve(best as f64, &mut limited);
            program.work = lp.work;
            match end {
                End::Infeasible => room,
                _ => (lp.objective() - bound).clamp(0.0, room),
            }
        };
        let down = one(lower, value.floor());
        let up = one(value.ceil(), upper);
        let share = value - value.floor();
        let known = &mut self.experience[variable];
        known.down = (known.down.0 + down / share, known.down.1 + 1);
        known.up = (known.up.0 + up / (1.0 - share), known.up.1 + 1);
        (down, up)
    }
}

/// The least cost in units that a bound allows.
fn whole(bound: f64) -> i64 {
    (bound - 1e-5).ceil().max(0.0) as i64
}
