//! The exact optimum of the tiniest problems, by enumeration.
//!
//! Step by step and clerk by clerk, every useful thing that an idle clerk may start is tried: any
//! slot, any promise, any walk-in block, the break, nothing. Two histories after which the same
//! clerks and rooms are busy for the same time, with the same counts, have the same future: one of
//! them is followed.

use std::collections::HashSet;

use scheduler_core::problem::{BreakTaken, Plan, Problem, Slot, WalkInBlock};
use scheduler_core::time::{Step, Window};

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
        Self {
            problem,
            nodes: vec![Node {
                state,
                parent: 0,
                action: None,
            }],
        }
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
        best.map_or(Answer::Infeasible, |(value, node)| {
            Answer::Best(self.plan(value, node))
        })
    }

    /// The nodes that follow from `layer`, each state once.
    fn extend(
        &mut self,
        layer: &[usize],
        choices: impl Fn(&Self, usize) -> Vec<(State, Option<Action>)>,
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
                    self.nodes.push(Node {
                        state,
                        parent,
                        action,
                    });
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

    /// What `clerk` may do from `step` on.
    fn choices(
        &self,
        node: usize,
        clerk: usize,
        day: usize,
        step: Step,
    ) -> Vec<(State, Option<Action>)> {
        let state = &self.nodes[node].state;
        let mut out = vec![(state.clone(), None)];
        if state.clerk_free[clerk] > step {
            return out;
        }
        let shift = self.shift_at(clerk, day, step).unwrap();
        self.breaks(&mut out, state, shift, day, step);
        self.slots(&mut out, state, shift, day, step);
        self.blocks(&mut out, state, shift, day, step);
        out
    }

    fn breaks(
        &self,
        out: &mut Vec<(State, Option<Action>)>,
        state: &State,
        shift: usize,
        day: usize,
        step: Step,
    ) {
        let worked = &self.problem.shifts[shift];
        let Some(pause) = worked.pause else { return };
        let window = Window::new(step, step + pause.steps);
        if !state.paused[shift] && pause.window.covers(window) {
            let mut next = state.clone();
            next.paused[shift] = true;
            next.clerk_free[worked.clerk] = window.until;
            out.push((
                next,
                Some(Action::Break(BreakTaken {
                    clerk: worked.clerk,
                    day,
                    window,
                })),
            ));
        }
    }

    fn slots(
        &self,
        out: &mut Vec<(State, Option<Action>)>,
        state: &State,
        shift: usize,
        day: usize,
        step: Step,
    ) {
        let p = self.problem;
        let worked = &p.shifts[shift];
        for (pool, demanded) in p.pools.iter().enumerate() {
            let here = demanded
                .places
                .iter()
                .any(|&(site_day, w)| site_day == worked.site_day && w.contains(step));
            let until = step + p.services[demanded.service].steps;
            if here && p.pool_value(pool, 1) > 0.0 {
                let window = Window::new(step, until);
                for mut slot in self.rooms_for(state, shift, day, window, demanded.service) {
                    slot.demand = Some(demanded.demand);
                    let mut next = Self::occupied(state, slot.clerk, slot.room, until);
                    next.given[pool] += 1;
                    out.push((next, Some(Action::Slot(slot))));
                }
            }
        }
        for (index, promise) in p.promises.iter().enumerate() {
            let due = promise.site_day == worked.site_day && promise.window.from == step;
            if !due || state.kept[index] || promise.clerk.is_some_and(|c| c != worked.clerk) {
                continue;
            }
            for mut slot in self.rooms_for(state, shift, day, promise.window, promise.service) {
                if promise.room.is_none_or(|room| room == slot.room) {
                    slot.promise = Some(index);
                    let until = promise.window.until;
                    let mut next = Self::occupied(state, slot.clerk, slot.room, until);
                    next.kept[index] = true;
                    out.push((next, Some(Action::Slot(slot))));
                }
            }
        }
    }

    /// Slots in `window`, one for each room that is free and fits, if the clerk can serve at all.
    fn rooms_for(
        &self,
        state: &State,
        shift: usize,
        day: usize,
        window: Window,
        service: usize,
    ) -> Vec<Slot> {
        let p = self.problem;
        let worked = &p.shifts[shift];
        let able = p.services[service]
            .skills
            .iter()
            .all(|s| p.clerks[worked.clerk].skills.contains(s));
        if !able || !self.may_work(shift, window) {
            return Vec::new();
        }
        let site = p.site_days[worked.site_day].site;
        (0..p.rooms.len())
            .filter(|&room| {
                p.rooms[room].site == site
                    && state.room_free[room] <= window.from
                    && p.services[service]
                        .equipment
                        .iter()
                        .all(|e| p.rooms[room].equipment.contains(e))
            })
            .map(|room| Slot {
                service,
                site,
                day,
                window,
                clerk: worked.clerk,
                room,
                demand: None,
                promise: None,
            })
            .collect()
    }

    fn blocks(
        &self,
        out: &mut Vec<(State, Option<Action>)>,
        state: &State,
        shift: usize,
        day: usize,
        step: Step,
    ) {
        let p = self.problem;
        let worked = &p.shifts[shift];
        let site = p.site_days[worked.site_day].site;
        for until in step + 1..=worked.window.until {
            let window = Window::new(step, until);
            let counts: Vec<_> = (0..p.quotas.len())
                .filter(|&quota| {
                    let quota = &p.quotas[quota];
                    quota.site_day == worked.site_day
                        && quota.window.overlaps(window)
                        && quota
                            .skills
                            .iter()
                            .all(|s| p.clerks[worked.clerk].skills.contains(s))
                })
                .collect();
            let long_enough = counts
                .iter()
                .all(|&q| p.quotas[q].block_steps <= window.steps());
            // A block that counts for nothing might as well be idle time.
            if counts.is_empty() || !long_enough || !self.may_work(shift, window) {
                continue;
            }
            let Some(held) = self.held(state, &counts, window) else {
                continue;
            };
            for room in 0..p.rooms.len() {
                if p.rooms[room].site == site && state.room_free[room] <= step {
                    let mut next = Self::occupied(state, worked.clerk, room, until);
                    next.held.clone_from(&held);
                    let block = WalkInBlock {
                        site,
                        day,
                        window,
                        clerk: worked.clerk,
                        room,
                    };
                    out.push((next, Some(Action::Block(block))));
                }
            }
        }
    }

    /// Steps held for each quota with a block in `window` more; `None` where that is too much.
    fn held(&self, state: &State, counts: &[usize], window: Window) -> Option<Vec<u32>> {
        let mut held = state.held.clone();
        for &index in counts {
            let quota = &self.problem.quotas[index];
            held[index] += u32::from(quota.window.intersection(window).steps());
            match quota.max_steps {
                Some(most) if held[index] > most => return None,
                Some(_) => {}
                None => held[index] = held[index].min(quota.min_steps),
            }
        }
        Some(held)
    }

    fn may_work(&self, shift: usize, window: Window) -> bool {
        let worked = &self.problem.shifts[shift];
        let open = &self.problem.site_days[worked.site_day].open;
        worked.window.covers(window) && open.iter().any(|open| open.covers(window))
    }

    fn occupied(state: &State, clerk: usize, room: usize, until: Step) -> State {
        let mut next = state.clone();
        next.clerk_free[clerk] = until;
        next.room_free[room] = until;
        next
    }

    fn promises_kept(&self, node: usize, day: usize, step: Step) -> bool {
        let p = self.problem;
        p.promises
            .iter()
            .zip(&self.nodes[node].state.kept)
            .all(|(promise, &kept)| {
                kept || p.site_days[promise.site_day].day != day || promise.window.from != step
            })
    }

    /// Whether breaks and quotas of the day are complete.
    fn day_complete(&self, node: usize, day: usize) -> bool {
        let p = self.problem;
        let state = &self.nodes[node].state;
        let breaks = p.shifts.iter().zip(&state.paused).all(|(shift, &paused)| {
            paused || shift.pause.is_none() || p.site_days[shift.site_day].day != day
        });
        let quotas = p.quotas.iter().zip(&state.held).all(|(quota, &held)| {
            held >= quota.min_steps || p.site_days[quota.site_day].day != day
        });
        breaks && quotas
    }

    fn value(&self, state: &State) -> f64 {
        let given = state.given.iter().enumerate();
        given
            .map(|(pool, &slots)| self.problem.pool_value(pool, slots.into()))
            .sum()
    }

    fn plan(&self, value: f64, mut node: usize) -> Plan {
        let mut plan = Plan {
            slots: Vec::new(),
            walk_in_blocks: Vec::new(),
            breaks: Vec::new(),
            objective: value,
            upper_bound: value,
            seconds: 0.0,
            engine: "enumeration".to_owned(),
            seed: 0,
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
