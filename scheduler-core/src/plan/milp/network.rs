//! A clerk's day as a path: nodes are steps in layers, arcs are what a clerk may do.
//!
//! Layers: the break is still due or done (where there is none, only "done"), and in each of
//! these being in a walk-in block of some room kind and level. The levels of a block are the
//! distinct least lengths of the quotas that count for the clerk: a block of a level has at least
//! its length and overlaps no quota that asks for more. The paths from first to last step are
//! exactly the days that break, opening hours and quotas allow.

use std::collections::{BTreeMap, BTreeSet};

use crate::problem::Problem;
use crate::time::{Step, Window};

use super::shift_groups::{GroupedDay, ShiftGroup};

/// Where a clerk is in the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Node {
    pub(crate) step: Step,
    /// Whether no break is due any more.
    pub(crate) rested: bool,
    /// Kind of room and level of the walk-in block that goes on.
    pub(crate) block: Option<(usize, usize)>,
}

/// What a clerk does on the way from one node to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Activity {
    Idle,
    Break,
    /// A slot for demand for this service.
    Slot(usize),
    /// A slot that keeps this promise.
    Promise(usize),
    /// The least length of a walk-in block.
    Enter,
    /// One step more of it.
    Extend,
    /// Its end; takes no time.
    Leave,
}

/// An arc of the network.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Arc {
    pub(crate) from: Node,
    pub(crate) to: Node,
    pub(crate) activity: Activity,
}

impl Arc {
    /// The steps that it takes.
    pub(crate) fn window(&self) -> Window {
        Window::new(self.from.step, self.to.step)
    }
}

/// All days that one shift of a group may hold.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    pub(crate) first: Node,
    pub(crate) last: Node,
    pub(crate) arcs: Vec<Arc>,
}

impl Network {
    /// The network of `group`, whose demand, promises and quotas are those of `day`.
    pub(crate) fn new(problem: &Problem, day: &GroupedDay, group: &ShiftGroup) -> Self {
        let builder = Builder::new(problem, day, group);
        let mut arcs = Vec::new();
        for rested in [false, true] {
            let range = builder.range(rested);
            builder.slots(rested, range, &mut arcs);
            builder.blocks(rested, range, &mut arcs);
        }
        builder.breaks(&mut arcs);
        let node = |step, rested| Node { step, rested, block: None };
        let first = node(group.window.from, group.pause.is_none());
        let last = node(group.window.until, true);
        idle(first, last, &mut arcs);
        Self { first, last, arcs }
    }
}

/// Joins the steps of each layer at which something begins or ends.
fn idle(first: Node, last: Node, arcs: &mut Vec<Arc>) {
    let ends = arcs.iter().flat_map(|arc| [arc.from, arc.to]).chain([first, last]);
    let free: BTreeSet<(bool, Step)> =
        ends.filter(|node| node.block.is_none()).map(|node| (node.rested, node.step)).collect();
    let nodes: Vec<_> = free.into_iter().collect();
    for pair in nodes.windows(2) {
        let [(rested, from), (other, to)] = [pair[0], pair[1]];
        if rested == other {
            let node = |step| Node { step, rested, block: None };
            arcs.push(Arc { from: node(from), to: node(to), activity: Activity::Idle });
        }
    }
}

struct Builder<'a> {
    problem: &'a Problem,
    day: &'a GroupedDay,
    group: &'a ShiftGroup,
    open: &'a [Window],
}

impl<'a> Builder<'a> {
    fn new(problem: &'a Problem, day: &'a GroupedDay, group: &'a ShiftGroup) -> Self {
        Self { problem, day, group, open: &problem.site_days[day.site_day].open }
    }

    /// The part of the shift in which the layer can be reached and left.
    fn range(&self, rested: bool) -> Window {
        let shift = self.group.window;
        match (self.group.pause, rested) {
            (None, true) => shift,
            (None, false) => Window::new(0, 0),
            (Some(pause), false) => {
                Window::new(shift.from, pause.window.until.saturating_sub(pause.steps))
            }
            (Some(pause), true) => Window::new(pause.window.from + pause.steps, shift.until),
        }
    }

    fn breaks(&self, arcs: &mut Vec<Arc>) {
        let Some(pause) = self.group.pause else {
            return;
        };
        for from in pause.window.from..(pause.window.until + 1).saturating_sub(pause.steps) {
            arcs.push(Arc {
                from: Node { step: from, rested: false, block: None },
                to: Node { step: from + pause.steps, rested: true, block: None },
                activity: Activity::Break,
            });
        }
    }

    /// Whether the site is open all through `window`.
    fn is_open(&self, window: Window) -> bool {
        self.open.iter().any(|open| open.covers(window))
    }

    fn slots(&self, rested: bool, range: Window, arcs: &mut Vec<Arc>) {
        let mut push = |window: Window, activity| {
            if range.covers(window) && self.is_open(window) {
                let node = |step| Node { step, rested, block: None };
                arcs.push(Arc { from: node(window.from), to: node(window.until), activity });
            }
        };
        for &service in &self.group.services {
            if self.day.kinds_for(self.problem, service).is_empty() {
                continue;
            }
            let places = self.day.places.get(&service).into_iter().flatten();
            let starts: BTreeSet<Step> =
                places.flat_map(|place| place.window.from..place.window.until).collect();
            for start in starts {
                let end = start.saturating_add(self.problem.services[service].steps);
                push(Window::new(start, end), Activity::Slot(service));
            }
        }
        for &promise in &self.group.promises {
            push(self.problem.promises[promise].window, Activity::Promise(promise));
        }
    }

    fn blocks(&self, rested: bool, range: Window, arcs: &mut Vec<Arc>) {
        let least = |quota: &usize| self.problem.quotas[*quota].block_steps.max(1);
        let levels: BTreeSet<Step> = self.group.quotas.iter().map(least).collect();
        for (level, &length) in levels.iter().enumerate() {
            // Steps of quotas, and whether blocks of this level may hold them.
            let mut counts: BTreeMap<Step, bool> = BTreeMap::new();
            let mut wanted: BTreeSet<Step> = BTreeSet::new();
            for quota in &self.group.quotas {
                let window = self.problem.quotas[*quota].window;
                for step in window.from..window.until {
                    *counts.entry(step).or_insert(true) &= least(quota) <= length;
                }
                if self.problem.quotas[*quota].min_steps > 0 {
                    wanted.extend(window.from..window.until);
                }
            }
            let wanted_until = wanted.last().map_or(0, |&step| step + 1);
            let allowed = |window: Window| {
                range.covers(window)
                    && self.is_open(window)
                    && counts.range(window.from..window.until).all(|(_, &allowed)| allowed)
            };
            for kind in 0..self.day.kinds.len() {
                let free = |step| Node { step, rested, block: None };
                let inside = |step| Node { step, rested, block: Some((kind, level)) };
                let mut reached = BTreeSet::new();
                for from in range.from..range.until {
                    let window = Window::new(from, from.saturating_add(length));
                    // A block whose first stretch serves no quota is as good without its first step.
                    if allowed(window) && wanted.range(from..window.until).next().is_some() {
                        let (from, to) = (free(from), inside(window.until));
                        arcs.push(Arc { from, to, activity: Activity::Enter });
                        reached.insert(window.until);
                    }
                }
                while let Some(step) = reached.pop_first() {
                    let (from, to) = (inside(step), free(step));
                    arcs.push(Arc { from, to, activity: Activity::Leave });
                    if step < wanted_until && allowed(Window::new(step, step + 1)) {
                        let (from, to) = (inside(step), inside(step + 1));
                        arcs.push(Arc { from, to, activity: Activity::Extend });
                        reached.insert(step + 1);
                    }
                }
            }
        }
    }
}
