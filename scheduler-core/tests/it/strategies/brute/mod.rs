//! The exact optimum of the tiniest problems, by enumeration.
//!
//! Step by step and clerk by clerk, every useful thing that an idle clerk may start is tried: any
//! slot, any promise, any walk-in block, the break, nothing. Two histories after which the same
//! clerks and rooms are busy for the same time, with the same counts, have the same future: one of
//! them is followed.

mod choices;

use std::collections::HashSet;

use scheduler_core::problem::{BreakTaken, Plan, Problem, Slot, WalkInBlock};
use scheduler_core::time::Step;

use choices::Choice;

/// Beyond this many histories a problem is not tiny.
const MOST_NODES: usize = 3_000_000;

/// What is known about a problem after all its plans were tried.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    /// No plan is better than this one.
    Best(Plan),
    /// There is no plan.
    Infeasible,
    /// There are too many to try.
    TooLarge,
}

/// An optimal plan of `problem`.
pub(crate) fn best(problem: &Problem) -> Answer {
    Enumeration::new(problem).run()
}

/// All that the future depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct State {
    clerk_free: Vec<Step>,
    room_free: Vec<Step>,
    paused: Vec<bool>,
    /// Steps held for each quota, as far as they matter.
    held: Vec<u32>,
    kept: Vec<bool>,
    given: Vec<u16>,
}

#[derive(Debug, Clone)]
enum Action {
    Slot(Slot),
    Block(WalkInBlock),
    Break(BreakTaken),
}

struct Node {
    state: State,
    parent: usize,
    action: Option<Action>,
}

struct Enumeration<'a> {
    problem: &'a Problem,
    nodes: Vec<Node>,
}

impl<'a> Enumeration<'a> {
    fn new(problem: &'a Problem) -> Self {
        let state = State {
            clerk_free: vec![0; problem.clerks.len()],
            room_free: vec![0; problem.rooms.len()],
            paused: vec![false; problem.shifts.len()],
            held: vec![0; problem.quotas.len()],
            kept: vec![false; problem.promises.len()],
            given: vec![0; problem.pools.len()],
        };
        Self { problem, nodes: vec![Node { state, parent: 0, action: None }] }
    }

    fn run(mut self) -> Answer {
        let p = self.problem;
        let mut layer = vec![0];
        for day in 0..p.dates.len() {
            for step in 0..p.grid.steps_per_day() {
                layer = self.extend(&layer, |e, node| vec![(e.at(node, step), None)]);
                for clerk in 0..p.clerks.len() {
                    if self.shift_at(clerk, day, step).is_some() {
                        layer = self.extend(&layer, |e, node| e.choices(node, clerk, day, step));
                    }
                }
                layer.retain(|&node| self.promises_kept(node, day, step));
                if self.nodes.len() > MOST_NODES {
                    return Answer::TooLarge;
                }
            }
            layer.retain(|&node| self.day_complete(node, day));
            layer = self.extend(&layer, |e, node| vec![(e.at(node, Step::MAX), None)]);
        }
        let best = layer
            .into_iter()
            .map(|node| (self.value(&self.nodes[node].state), node))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        best.map_or(Answer::Infeasible, |(value, node)| Answer::Best(self.plan(value, node)))
    }

    /// The nodes that follow from `layer`, each state once.
    fn extend(
        &mut self,
        layer: &[usize],
        choices: impl Fn(&Self, usize) -> Vec<Choice>,
    ) -> Vec<usize> {
        let mut seen = HashSet::new();
        let mut next = Vec::new();
        for &parent in layer {
            for (state, action) in choices(self, parent) {
                if !seen.insert(state.clone()) {
                    continue;
                }
                if state == self.nodes[parent].state {
                    next.push(parent);
                } else {
                    next.push(self.nodes.len());
                    self.nodes.push(Node { state, parent, action });
                }
            }
        }
        next
    }

    /// The state of `node` at `step`, when it no longer matters what ended before.
    fn at(&self, node: usize, step: Step) -> State {
        let mut state = self.nodes[node].state.clone();
        for free in state.clerk_free.iter_mut().chain(&mut state.room_free) {
            if *free <= step {
                *free = 0;
            }
        }
        state
    }

    fn shift_at(&self, clerk: usize, day: usize, step: Step) -> Option<usize> {
        self.problem.shifts.iter().position(|shift| {
            shift.clerk == clerk
                && self.problem.site_days[shift.site_day].day == day
                && shift.window.contains(step)
        })
    }

    fn promises_kept(&self, node: usize, day: usize, step: Step) -> bool {
        let p = self.problem;
        p.promises.iter().zip(&self.nodes[node].state.kept).all(|(promise, &kept)| {
            kept || p.site_days[promise.site_day].day != day || promise.window.from != step
        })
    }

    /// Whether breaks and quotas of the day are complete.
    fn day_complete(&self, node: usize, day: usize) -> bool {
        let p = self.problem;
        let state = &self.nodes[node].state;
        let breaks = p.shifts.iter().zip(&state.paused).all(|(shift, &paused)| {
            paused || shift.breaks.is_empty() || p.site_days[shift.site_day].day != day
        });
        let quotas = p.quotas.iter().zip(&state.held).all(|(quota, &held)| {
            held >= quota.min_steps || p.site_days[quota.site_day].day != day
        });
        breaks && quotas
    }

    fn value(&self, state: &State) -> f64 {
        let given = state.given.iter().enumerate();
        given.map(|(pool, &slots)| self.problem.pool_value(pool, slots.into())).sum()
    }

    fn plan(&self, value: f64, mut node: usize) -> Plan {
        let mut plan = Plan {
            slots: Vec::new(),
            walk_in_blocks: Vec::new(),
            breaks: Vec::new(),
            stays: Vec::new(),
            objective: value,
            upper_bound: value,
            seconds: 0.0,
            engine: "enumeration".to_owned(),
            seed: 0,
            work: value,
        };
        while node != 0 {
            match self.nodes[node].action.clone() {
                Some(Action::Slot(slot)) => plan.slots.push(slot),
                Some(Action::Block(block)) => plan.walk_in_blocks.push(block),
                Some(Action::Break(taken)) => plan.breaks.push(taken),
                None => {}
            }
            node = self.nodes[node].parent;
        }
        plan
    }
}
