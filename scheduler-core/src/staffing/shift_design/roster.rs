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

use super::model::Model;

const FAR: i64 = i64::MAX / 4;

/// How a node was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Came {
    Nowhere,
    /// Over the step before it.
    Forwards,
    /// Over the step behind it.
    Backwards,
    /// From the start of this shift to its end.
    Taken(u32),
    /// From its end to its start.
    Given(u32),
}

/// A shift near the way that is looked for: its nodes within the window.
#[derive(Debug, Clone, Copy)]
struct Near {
    shift: u32,
    from: u32,
    to: u32,
    has_people: bool,
    /// The next in the list of those with the same end.
    next: u32,
}

/// The end of a list.
const NONE: u32 = u32::MAX;

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

/// Buffers of searches for ways.
#[derive(Debug, Default)]
pub(super) struct Ways {
    distance: Vec<i64>,
    came: Vec<Came>,
    /// In order of their starts.
    near: Vec<Near>,
    /// The first of those that end at each node.
    ending: Vec<u32>,
    /// Costs of the steps of the window.
    more: Vec<i64>,
    less: Vec<i64>,
    /// Step of the first node, counted from one horizon before the first.
    base: usize,
    horizon: usize,
    /// The shifts of this pair from this day on are not to be used.
    unfilled: Option<(usize, usize)>,
    /// Nodes looked at, as a measure of work.
    pub(super) work: u64,
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

impl Ways {
    /// Shortest ways from node `source`, within a day around the steps from `first` to `end`. False
    /// if there is a circle of negative cost.
    fn search(
        &mut self,
        model: &Model,
        roster: &Roster,
        (first, end): (usize, usize),
        source: usize,
    ) -> bool {
        // No step twice.
        let around = model.day.min((model.horizon - (end - first)) / 2);
        // One horizon later, so that nothing is before 0.
        self.horizon = model.horizon;
        self.base = first + model.horizon - around;
        let nodes = end - first + 2 * around + 1;
        self.find_near(model, roster, nodes);
        window(&mut self.more, &roster.more, self.base % model.horizon, nodes - 1);
        window(&mut self.less, &roster.less, self.base % model.horizon, nodes - 1);
        self.distance.clear();
        self.distance.resize(nodes, FAR);
        self.came.clear();
        self.came.resize(nodes, Came::Nowhere);
        self.distance[source + model.horizon - self.base] = 0;
        for sweep in 1..=nodes {
            self.work += (nodes + self.near.len()) as u64;
            let forwards = self.sweep_forwards();
            if !self.sweep_backwards() && !forwards {
                return true;
            }
            if sweep % 6 == 0 && self.circle().is_some() {
                return false;
            }
        }
        false
    }

    /// The node from which one comes to this.
    fn before(&self, node: usize) -> Option<usize> {
        match self.came[node] {
            Came::Nowhere => None,
            Came::Forwards => Some(node - 1),
            Came::Backwards => Some(node + 1),
            Came::Taken(near) => Some(self.near[near as usize].from as usize),
            Came::Given(near) => Some(self.near[near as usize].to as usize),
        }
    }

    /// Nodes that one comes to from each other in a circle: such circles have negative cost.
    fn circle(&self) -> Option<Vec<usize>> {
        // Who saw a node first.
        let mut seen = vec![usize::MAX; self.came.len()];
        for begin in 0..self.came.len() {
            let mut at = Some(begin);
            while let Some(node) = at
                && seen[node] == usize::MAX
            {
                seen[node] = begin;
                at = self.before(node);
            }
            if let Some(node) = at
                && seen[node] == begin
            {
                let mut circle = vec![node];
                let mut next = self.before(node);
                while let Some(other) = next
                    && other != node
                {
                    circle.push(other);
                    next = self.before(other);
                }
                return Some(circle);
            }
        }
        None
    }

    /// The shifts of pairs in use within the window.
    fn find_near(&mut self, model: &Model, roster: &Roster, nodes: usize) {
        self.near.clear();
        self.ending.clear();
        self.ending.resize(nodes, NONE);
        let first_day = self.base / model.day;
        let last_day = (self.base + nodes) / model.day;
        for day in first_day..=last_day {
            let of_horizon = day % model.days;
            for &pair in &roster.pairs {
                let kind = model.types[pair];
                let start = day * model.day + kind.start;
                let fits = start >= self.base && start + kind.length - self.base < nodes;
                let filled = self.unfilled.is_none_or(|(of, from)| pair != of || of_horizon < from);
                if fits && filled {
                    let from = start - self.base;
                    let to = from + kind.length;
                    let shift = model.shift(pair, of_horizon);
                    let has_people = roster.people[shift] > 0;
                    let next = self.ending[to];
                    self.ending[to] = self.near.len() as u32;
                    let (shift, from, to) = (shift as u32, from as u32, to as u32);
                    self.near.push(Near { shift, from, to, has_people, next });
                }
            }
        }
    }

    fn sweep_forwards(&mut self) -> bool {
        let Self { distance, came, near, more, .. } = self;
        let mut changed = false;
        let mut next = 0;
        for node in 0..distance.len() {
            let here = distance[node];
            while let Some(near) = near.get(next)
                && near.from as usize == node
            {
                let to = near.to as usize;
                if here < distance[to] && near.has_people {
                    distance[to] = here;
                    came[to] = Came::Taken(next as u32);
                    changed = true;
                }
                next += 1;
            }
            if here < FAR
                && let Some(more) = more.get(node)
                && here + more < distance[node + 1]
            {
                distance[node + 1] = here + more;
                came[node + 1] = Came::Forwards;
                changed = true;
            }
        }
        changed
    }

    fn sweep_backwards(&mut self) -> bool {
        let Self { distance, came, near, ending, less, .. } = self;
        let mut changed = false;
        for node in (0..distance.len()).rev() {
            let here = distance[node];
            if here == FAR {
                continue;
            }
            let mut at = ending[node];
            while at != NONE {
                let near = near[at as usize];
                let from = near.from as usize;
                if here < distance[from] {
                    distance[from] = here;
                    came[from] = Came::Given(at);
                    changed = true;
                }
                at = near.next;
            }
            if node > 0 && less[node - 1] < FAR && here + less[node - 1] < distance[node - 1] {
                distance[node - 1] = here + less[node - 1];
                came[node - 1] = Came::Backwards;
                changed = true;
            }
        }
        changed
    }

    /// The node of a step's beginning within the window.
    fn node(&self, step: usize) -> Option<usize> {
        let node = (step + self.horizon).checked_sub(self.base)?;
        (self.distance.get(node).copied().unwrap_or(FAR) < FAR).then_some(node)
    }

    /// Cost of the shortest way there, if there is one.
    pub(super) fn distance_to(&self, step: usize) -> Option<i64> {
        self.node(step).map(|node| self.distance[node])
    }
}

/// Copies `count` values from `first` on, round the end.
fn window(to: &mut Vec<i64>, from: &[i64], first: usize, count: usize) {
    to.clear();
    let mut at = first;
    while to.len() < count {
        let end = from.len().min(at + count - to.len());
        to.extend_from_slice(&from[at..end]);
        at = 0;
    }
}
