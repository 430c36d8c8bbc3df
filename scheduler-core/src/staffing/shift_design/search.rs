//! Good designs: some pairs go, others come, the people flow to where they cost least.

use rand::{Rng, SeedableRng, rngs::Xoshiro256PlusPlus};

use super::model::Model;
use super::roster::{Roster, Ways};

/// The search and the best that it has found.
#[derive(Debug)]
pub(super) struct Search<'m> {
    model: &'m Model,
    random: Xoshiro256PlusPlus,
    ways: Ways,
    current: Roster,
    current_cost: i64,
    pub(super) best: Roster,
    pub(super) best_cost: i64,
    /// Moves since the best got better.
    pub(super) idle: u64,
}

impl<'m> Search<'m> {
    /// Begins with nobody, then adds the pairs that are worth it.
    pub(super) fn new(model: &'m Model, seed: u64) -> Self {
        let empty = Roster::empty(model);
        let cost = empty.cost(model);
        let mut search = Self {
            model,
            random: Xoshiro256PlusPlus::seed_from_u64(seed),
            ways: Ways::default(),
            current: empty.clone(),
            current_cost: cost,
            best: empty,
            best_cost: cost,
            idle: 0,
        };
        let mut roster = search.current.clone();
        search.fill(&mut roster, 1);
        search.accept(roster);
        search
    }

    /// Looks at the design with these pairs, and goes on from there if it is the best.
    pub(super) fn offer(&mut self, pairs: impl IntoIterator<Item = usize>) -> bool {
        let mut roster = Roster::empty(self.model);
        for pair in pairs {
            roster.add(self.model, pair, &mut self.ways);
        }
        self.tidy(&mut roster);
        let better = roster.cost(self.model) < self.best_cost;
        if better {
            self.accept(roster);
        }
        better
    }

    /// Looks at the design with these people.
    pub(super) fn offer_people(&mut self, people: &[u32]) {
        let roster = Roster::of_people(self.model, people);
        if roster.cost(self.model) < self.best_cost {
            self.accept(roster);
        }
    }

    /// One move: one to four pairs go, then those that are worth it come.
    pub(super) fn step(&mut self) {
        self.idle += 1;
        if self.idle.is_multiple_of(400) {
            self.current = self.best.clone();
            self.current_cost = self.best_cost;
        }
        let mut roster = self.current.clone();
        let used: Vec<usize> = self.pairs_of(&roster);
        if used.is_empty() {
            return;
        }
        let first = used[self.below(used.len())];
        let count = 1 + self.below(4).min(self.below(4));
        roster.remove(self.model, first, &mut self.ways);
        for _ in 1..count {
            let mut other = used[self.below(used.len())];
            // Half of them near the first.
            if self.below(2) == 0 {
                let pick = used[self.below(used.len())];
                if self.apart(first, pick) < self.apart(first, other) {
                    other = pick;
                }
            }
            if roster.used[other] {
                roster.remove(self.model, other, &mut self.ways);
            }
        }
        let variety = self.below(3) + 1;
        self.fill(&mut roster, variety);
        self.tidy(&mut roster);
        let cost = roster.cost(self.model);
        // A little worse is good enough at times.
        let patience = if self.below(8) == 0 { self.model.pair.max(self.model.over) } else { 0 };
        if cost <= self.current_cost + patience && cost <= self.best_cost + 4 * self.model.pair {
            self.accept(roster);
        }
    }

    fn accept(&mut self, roster: Roster) {
        let cost = roster.cost(self.model);
        if cost < self.best_cost {
            self.best_cost = cost;
            self.best = roster.clone();
            self.idle = 0;
        }
        self.current_cost = cost;
        self.current = roster;
    }

    fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.random.next_u64()) * end as u128) >> 64) as usize
    }

    /// How far apart two pairs are in a day: their starts and ends.
    fn apart(&self, one: usize, other: usize) -> usize {
        let (a, b) = (self.model.types[one], self.model.types[other]);
        let starts = a.start.abs_diff(b.start);
        starts.min((a.start + a.length).abs_diff(b.start + b.length))
    }

    fn pairs_of(&self, roster: &Roster) -> Vec<usize> {
        (0..roster.used.len()).filter(|pair| roster.used[*pair]).collect()
    }

    /// Adds pairs while that pays. The most promising ones are tried, and one of the best
    /// `variety` of them taken.
    fn fill(&mut self, roster: &mut Roster, variety: usize) {
        const TRIED: usize = 5;
        loop {
            let mut gains = self.gains(roster);
            gains.truncate(TRIED);
            let before = roster.deviation;
            let mut tried: Vec<(i64, Roster)> = Vec::new();
            for (_, pair) in gains {
                let mut with = roster.clone();
                with.add(self.model, pair, &mut self.ways);
                let gain = before - with.deviation - self.model.pair;
                if gain > 0 || (gain == 0 && variety > 1) {
                    tried.push((gain, with));
                }
            }
            tried.sort_by_key(|(gain, _)| -gain);
            if tried.is_empty() {
                return;
            }
            let most = tried.len().min(variety);
            let pick = if most > 1 { self.below(most) } else { 0 };
            let (gain, with) = tried.swap_remove(pick);
            *roster = with;
            if gain == 0 {
                return;
            }
        }
    }

    /// What one person more would save on each day, summed up, for each pair that is not in use; the
    /// greatest first.
    fn gains(&mut self, roster: &mut Roster) -> Vec<(i64, usize)> {
        let model = self.model;
        let mut gain = vec![0_i64; model.types.len()];
        let mut from = 0;
        while from < model.types.len() {
            let start = model.types[from].start;
            let to = from + model.types[from..].partition_point(|pair| pair.start == start);
            let longest = model.types[to - 1].length;
            for day in 0..model.days {
                let first = model.first(from, day);
                roster.search(model, &mut self.ways, (first, first + longest), first);
                for (kind, gain) in model.types[from..to].iter().zip(&mut gain[from..to]) {
                    let way = self.ways.distance_to(first + kind.length);
                    *gain -= way.unwrap_or(0).min(0);
                }
            }
            from = to;
        }
        let mut gains: Vec<(i64, usize)> = gain
            .into_iter()
            .enumerate()
            .filter(|(pair, gain)| *gain > 0 && !roster.used[*pair])
            .map(|(pair, gain)| (gain, pair))
            .collect();
        gains.sort_unstable_by_key(|(gain, pair)| (-gain, *pair));
        gains
    }

    /// Takes out pairs that are not worth what they cost, of those with the fewest people.
    fn tidy(&mut self, roster: &mut Roster) {
        const LOOKED_AT: usize = 6;
        let mut order = self.pairs_of(roster);
        let people = |pair: usize, roster: &Roster| {
            let first = self.model.shift(pair, 0);
            roster.people[first..first + self.model.days].iter().sum::<u32>()
        };
        for &pair in &order {
            if people(pair, roster) == 0 {
                roster.set_used(pair, false);
            }
        }
        order.retain(|pair| roster.used[*pair]);
        order.sort_by_key(|pair| people(*pair, roster));
        order.truncate(LOOKED_AT);
        for pair in order {
            let mut without = roster.clone();
            without.remove(self.model, pair, &mut self.ways);
            if without.deviation <= roster.deviation + self.model.pair {
                *roster = without;
            }
        }
    }

    /// Work done so far.
    pub(super) fn work(&self) -> u64 {
        self.ways.work
    }
}
