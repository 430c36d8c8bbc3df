//! Shortest ways around some steps, by sweeping forwards and backwards (Bellman and Ford; the window is
//! nearly in order).

use super::Roster;
use crate::staffing::shift_design::model::Model;

/// What is not reached.
pub(super) const FAR: i64 = i64::MAX / 4;

/// How a node was reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Came {
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
pub(super) struct Near {
    pub(super) shift: u32,
    from: u32,
    to: u32,
    has_people: bool,
    /// The next in the list of those with the same end.
    next: u32,
}

/// The end of a list.
const NONE: u32 = u32::MAX;

/// Buffers of searches for ways.
#[derive(Debug, Default)]
pub(in super::super) struct Ways {
    distance: Vec<i64>,
    pub(super) came: Vec<Came>,
    /// In order of their starts.
    pub(super) near: Vec<Near>,
    /// The first of those that end at each node.
    ending: Vec<u32>,
    /// Costs of the steps of the window.
    more: Vec<i64>,
    less: Vec<i64>,
    /// Step of the first node, counted from one horizon before the first.
    pub(super) base: usize,
    horizon: usize,
    /// The shifts of this pair from this day on are not to be used.
    pub(super) unfilled: Option<(usize, usize)>,
    /// Nodes looked at, as a measure of work.
    pub(in super::super) work: u64,
}

impl Ways {
    /// Shortest ways from node `source`, within a day around the steps from `first` to `end`. False
    /// if there is a circle of negative cost.
    pub(super) fn search(
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
    pub(super) fn before(&self, node: usize) -> Option<usize> {
        match self.came[node] {
            Came::Nowhere => None,
            Came::Forwards => Some(node - 1),
            Came::Backwards => Some(node + 1),
            Came::Taken(near) => Some(self.near[near as usize].from as usize),
            Came::Given(near) => Some(self.near[near as usize].to as usize),
        }
    }

    /// Nodes that one comes to from each other in a circle: such circles have negative cost.
    pub(super) fn circle(&self) -> Option<Vec<usize>> {
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
    pub(super) fn node(&self, step: usize) -> Option<usize> {
        let node = (step + self.horizon).checked_sub(self.base)?;
        (self.distance.get(node).copied().unwrap_or(FAR) < FAR).then_some(node)
    }

    /// Cost of the shortest way there, if there is one.
    pub(in super::super) fn distance_to(&self, step: usize) -> Option<i64> {
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
