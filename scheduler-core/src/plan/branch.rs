//! A tighter bound for a small site-day: branch and bound on the Lagrangian dual.
//!
//! The dual may give a pool one and a half slots, on the average of its paths. Then every plan has
//! either at most one or at least two: two problems, each with a smaller bound than the one before,
//! whose prices start from the parent's. The bound of the day is the largest of the open nodes'.
//! On three clerks this closes what the linear relaxation leaves open; on thirty it is left.

use rayon::prelude::*;

use super::{
    day_dual::{DayDual, Work},
    descent::Pace,
    pools::Pools,
};

/// Nodes that are valued at the same time: a fixed number, so that the tree does not depend on the
/// number of threads.
const BATCH: usize = 8;

/// Steps that a node's prices take.
const STEPS: usize = 120;

/// Open nodes at most; the tree stops growing there.
const MOST_OPEN: usize = 4000;

/// The tree of one site-day.
#[derive(Debug)]
pub(crate) struct Tree {
    open: Vec<Node>,
    /// Largest bound of the nodes that were closed.
    closed: f64,
    stuck: bool,
}

#[derive(Debug)]
struct Node {
    bound: f64,
    prices: Vec<f64>,
    /// Least and most slots by local pool.
    limits: Vec<(usize, usize)>,
    /// The pool to branch on next and where, if any.
    branch: Option<(usize, usize)>,
}

impl Tree {
    /// A tree whose root is what the dual of `day` has found.
    pub(crate) fn new(day: &DayDual<'_>, pools: &Pools, pace: Pace) -> Self {
        let limits = vec![(0, usize::MAX); day.day.pools.len()];
        let mut root =
            Node { bound: day.best, prices: day.best_prices.clone(), limits, branch: None };
        root.value(day, pools, pace, f64::NEG_INFINITY);
        Self { open: vec![root], closed: f64::NEG_INFINITY, stuck: false }
    }

    /// No plan of the day is worth more.
    pub(crate) fn bound(&self) -> f64 {
        self.open.iter().map(|node| node.bound).fold(self.closed, f64::max)
    }

    /// Whether it cannot get better.
    pub(crate) fn done(&self) -> bool {
        self.open.is_empty() || self.stuck
    }

    /// Branches on the nodes with the largest bounds; those at or below `cutoff` are closed.
    /// Returns the number of paths found.
    pub(crate) fn grow(
        &mut self,
        day: &DayDual<'_>,
        pools: &Pools,
        pace: Pace,
        cutoff: f64,
    ) -> u64 {
        self.open.sort_by(|a, b| a.bound.total_cmp(&b.bound));
        let mut parents = Vec::new();
        while parents.len() < BATCH {
            let Some(node) = self.open.pop() else { break };
            if node.bound <= cutoff || node.branch.is_none() {
                self.stuck |= node.bound > cutoff;
                self.closed = self.closed.max(node.bound);
                continue;
            }
            parents.push(node);
        }
        let children: Vec<Node> = parents
            .par_iter()
            .flat_map_iter(|parent| parent.children())
            .map(|mut child| {
                child.value(day, pools, pace, cutoff);
                child
            })
            .collect();
        let work = (children.len() * STEPS * day.work()) as u64;
        self.open.extend(children);
        self.stuck |= self.open.len() > MOST_OPEN;
        work.max(1)
    }
}

impl Node {
    fn children(&self) -> Vec<Self> {
        let Some((pool, most)) = self.branch else { return Vec::new() };
        let (least, top) = self.limits[pool];
        [(least, most), (most + 1, top)]
            .into_iter()
            .map(|limit| {
                let mut limits = self.limits.clone();
                limits[pool] = limit;
                Self { bound: self.bound, prices: self.prices.clone(), limits, branch: None }
            })
            .collect()
    }

    /// Lowers the bound by moving the prices, and finds the pool to branch on.
    fn value(&mut self, day: &DayDual<'_>, pools: &Pools, pace: Pace, cutoff: f64) {
        let mut dual = day.restarted(&self.prices, &self.limits);
        let mut work = Work::new(day.day, day.at);
        for step in 0..STEPS {
            if step == STEPS / 3 {
                dual.slots = vec![0.0; day.day.pools.len()];
            }
            dual.step(pools, pace, &mut work);
            if dual.best <= cutoff {
                break;
            }
        }
        self.bound = self.bound.min(dual.best);
        let steps = (STEPS - STEPS / 3) as f64;
        // The pool whose mean lies farthest from a whole number, by what a slot is worth.
        let mut most = 0.05;
        for (local, sum) in dual.slots.iter().enumerate() {
            let mean = sum / steps;
            let (least, top) = self.limits[local];
            let floor = (mean.floor() as usize).clamp(least, top.saturating_sub(1).max(least));
            if floor >= top {
                continue;
            }
            let off = (mean - mean.floor()).min(mean.ceil() - mean);
            let table = pools.table(day.day.pools[local]);
            let worth = table.value(floor + 1) - table.value(floor);
            let _ = worth;
            if off > most {
                most = off;
                self.branch = Some((local, floor));
            }
        }
        self.prices = dual.best_prices;
    }
}
