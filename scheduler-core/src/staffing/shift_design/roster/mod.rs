//! The best numbers of people for a given set of pairs: a flow of least cost, kept up to date while
//! pairs come and go.
//!
//! The points between steps are nodes. Going over a step forwards adds somebody there, backwards
//! takes somebody away, at the cost of what is then missing or too many; a shift with people leads
//! from its start to its end for nothing (one of its people is taken for another shift), and back from
//! its end to its start. The shortest way from the start of a shift to its end is what one person more
//! in it costs, and the way back what one less does. Along shortest ways a best flow stays one.
//!
//! Ways that lead round the whole horizon are not looked at, as they would not end where they began in
//! time. Numbers are therefore good, nearly always best, and never claimed to be.

mod ways;

use super::model::Model;
pub(super) use ways::Ways;
use ways::{Came, FAR};

/// People for the pairs in use.
#[derive(Debug, Clone)]
pub(super) struct Roster {
    pub(super) used: Vec<bool>,
    /// By shift.
    pub(super) people: Vec<u32>,
    /// The pairs in use, in order.
    pairs: Vec<usize>,
    /// People there, by step.
    cover: Vec<i64>,
    /// What one person more costs, and one less.
    more: Vec<i64>,
    less: Vec<i64>,
    /// Cost of what is missing or too many.
    pub(super) deviation: i64,
}

impl Roster {
    pub(super) fn empty(model: &Model) -> Self {
        let mut roster = Self {
            used: vec![false; model.types.len()],
            people: vec![0; model.types.len() * model.days],
            pairs: Vec::new(),
            cover: vec![0; model.horizon],
            more: vec![0; model.horizon],
            less: vec![0; model.horizon],
            deviation: 0,
        };
        roster.count(model);
        roster
    }

    /// Cost of the people and of all pairs that have any.
    pub(super) fn cost(&self, model: &Model) -> i64 {
        let pairs = self.people.chunks(model.days).filter(|days| days.iter().any(|n| *n > 0));
        self.deviation + pairs.count() as i64 * model.pair
    }

    /// Of these numbers of people.
    pub(super) fn of_people(model: &Model, people: &[u32]) -> Self {
        let mut roster = Self::empty(model);
        for (shift, &count) in people.iter().enumerate() {
            let (pair, day) = (shift / model.days, shift % model.days);
            if count > 0 {
                roster.set_used(pair, true);
                roster.people[shift] = count;
                let first = model.first(pair, day);
                for step in first..first + model.types[pair].length {
                    roster.cover[step % model.horizon] += i64::from(count);
                }
            }
        }
        roster.count(model);
        roster
    }

    /// Costs of the people there.
    fn count(&mut self, model: &Model) {
        self.deviation = 0;
        for step in 0..model.horizon {
            self.deviation += model.step_cost(step, self.cover[step]);
            self.count_step(model, step);
        }
    }

    fn count_step(&mut self, model: &Model, step: usize) {
        let people = self.cover[step];
        let cost = model.step_cost(step, people);
        self.more[step] = model.step_cost(step, people + 1) - cost;
        // Nobody can be taken from a step where nobody is.
        self.less[step] = if people > 0 { model.step_cost(step, people - 1) - cost } else { FAR };
    }

    pub(super) fn set_used(&mut self, pair: usize, used: bool) {
        if self.used[pair] != used {
            self.used[pair] = used;
            let at = self.pairs.partition_point(|other| *other < pair);
            if used {
                self.pairs.insert(at, pair);
            } else {
                self.pairs.remove(at);
            }
        }
    }

    /// Lets people work in a pair as far as that is worth it, whatever the pair costs.
    pub(super) fn add(&mut self, model: &Model, pair: usize, ways: &mut Ways) {
        self.set_used(pair, true);
        let length = model.types[pair].length;
        for day in 0..model.days {
            let first = model.first(pair, day);
            // A shift that has not had its people yet would make circles.
            ways.unfilled = Some((pair, day));
            loop {
                self.search(model, ways, (first, first + length), first);
                let Some(gain) = ways.distance_to(first + length) else { break };
                let count =
                    if gain < 0 { self.follow(model, first + length, ways, u32::MAX) } else { 0 };
                if count == 0 {
                    break;
                }
                self.people[model.shift(pair, day)] += count;
            }
        }
        ways.unfilled = None;
    }

    /// Lets nobody work in a pair any more.
    pub(super) fn remove(&mut self, model: &Model, pair: usize, ways: &mut Ways) {
        self.set_used(pair, false);
        let length = model.types[pair].length;
        for day in 0..model.days {
            let first = model.first(pair, day);
            let shift = model.shift(pair, day);
            while self.people[shift] > 0 {
                self.search(model, ways, (first, first + length), first + length);
                let mut count = self.follow(model, first, ways, self.people[shift]);
                if count == 0 {
                    // Not reached: going back over the steps is always a way.
                    count = 1;
                    for step in first..first + length {
                        self.step(model, step % model.horizon, -1);
                    }
                }
                self.people[shift] -= count;
            }
        }
    }

    fn step(&mut self, model: &Model, step: usize, change: i64) {
        self.deviation -= model.step_cost(step, self.cover[step]);
        self.cover[step] += change;
        self.deviation += model.step_cost(step, self.cover[step]);
        self.count_step(model, step);
    }

    /// Shortest ways from `source` around the steps of `span`. Circles that save something are gone
    /// along first: they come from ways that would have led out of the window.
    pub(super) fn search(
        &mut self,
        model: &Model,
        ways: &mut Ways,
        span: (usize, usize),
        source: usize,
    ) {
        for _ in 0..1000 {
            if ways.search(model, self, span, source) {
                return;
            }
            let Some(circle) = ways.circle() else { return };
            self.change(model, &circle, ways, 1);
        }
    }

    /// Does what the way to a node says as often as it costs the same, at most `limit` times; 0 if
    /// there is no way.
    fn follow(&mut self, model: &Model, target: usize, ways: &Ways, limit: u32) -> u32 {
        let Some(mut node) = ways.node(target) else { return 0 };
        let mut changes = Vec::new();
        while let Some(before) = ways.before(node) {
            changes.push(node);
            if changes.len() > ways.came.len() {
                return 0;
            }
            node = before;
        }
        let times = changes.iter().map(|node| self.often(model, *node, ways)).min();
        let times = times.unwrap_or(1).min(i64::from(limit)).min(1_000_000);
        self.change(model, &changes, ways, times);
        times as u32
    }

    /// How often one can go to a node at the same cost.
    fn often(&self, model: &Model, node: usize, ways: &Ways) -> i64 {
        let short = |node: usize| {
            let step = (ways.base + node) % model.horizon;
            (model.required[step] - self.cover[step], self.cover[step])
        };
        match ways.came[node] {
            Came::Forwards => match short(node - 1) {
                (short, _) if short > 0 => short,
                _ => i64::MAX,
            },
            Came::Backwards => match short(node) {
                (short, _) if short < 0 => -short,
                (_, there) => there,
            },
            Came::Taken(near) => i64::from(self.people[ways.near[near as usize].shift as usize]),
            Came::Given(_) | Came::Nowhere => i64::MAX,
        }
    }

    /// Goes to each of these nodes from the one before it, so many times.
    fn change(&mut self, model: &Model, nodes: &[usize], ways: &Ways, times: i64) {
        for &node in nodes {
            let step = |node: usize| (ways.base + node) % model.horizon;
            match ways.came[node] {
                Came::Forwards => self.step(model, step(node - 1), times),
                Came::Backwards => self.step(model, step(node), -times),
                Came::Taken(near) => {
                    self.people[ways.near[near as usize].shift as usize] -= times as u32;
                }
                Came::Given(near) => {
                    self.people[ways.near[near as usize].shift as usize] += times as u32;
                }
                Came::Nowhere => {}
            }
        }
    }
}
