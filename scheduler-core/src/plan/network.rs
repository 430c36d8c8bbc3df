//! A clerk's day as a path: nodes are steps in layers, arcs are what a clerk may do.
//!
//! Layers: the break is still due or done (where there is none, only "done"), and in each of
//! these being in a walk-in block of some room kind and level. The levels of a block are the
//! distinct least lengths of the quotas that count for the clerk: a block of a level has at least
//! its length and overlaps no quota that asks for more. The paths from first to last step are
//! exactly the days that break, opening hours and quotas allow.

use std::collections::{BTreeMap, BTreeSet};

use crate::problem::site_day::{Profile, SiteDayModel};
use crate::time::{Step, Window};

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
    /// A slot for demand for this local service.
    Slot(u16),
    /// A slot that keeps this local promise.
    Promise(u16),
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

/// Whose day: one shift, or any of several that are equal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walker<'a> {
    /// When the clerk is there.
    pub(crate) window: Window,
    /// The break to hold: length in steps, where it may lie.
    pub(crate) pause: Option<(Step, Window)>,
    pub(crate) profile: &'a Profile,
    /// Local promises that the clerk may keep.
    pub(crate) promises: &'a [u16],
}

impl<'a> Walker<'a> {
    /// The walker of a shift of `day` that may keep `promises`.
    pub(crate) fn new(day: &'a SiteDayModel, shift: u16, promises: &'a [u16]) -> Self {
        let shift = &day.shifts[usize::from(shift)];
        Self {
            window: day.window(shift.from, shift.until),
            pause: shift.pause.map(|(steps, from, until)| (steps as Step, day.window(from, until))),
            profile: &day.profiles[shift.profile],
            promises,
        }
    }
}

/// All days that one shift may hold.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    pub(crate) first: Node,
    pub(crate) last: Node,
    pub(crate) arcs: Vec<Arc>,
}

impl Network {
    /// The network of `walker` on `day`, blocks in each of the first `kinds` kinds of room.
    pub(crate) fn new(day: &SiteDayModel, walker: Walker<'_>, kinds: usize) -> Self {
        let builder = Builder { day, walker, kinds };
        let mut arcs = Vec::new();
        for rested in [false, true] {
            let range = builder.range(rested);
            builder.slots(rested, range, &mut arcs);
            builder.blocks(rested, range, &mut arcs);
        }
        builder.breaks(&mut arcs);
        let node = |step, rested| Node { step, rested, block: None };
        let first = node(walker.window.from, walker.pause.is_none());
        let last = node(walker.window.until, true);
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
    day: &'a SiteDayModel,
    walker: Walker<'a>,
    kinds: usize,
}

impl Builder<'_> {
    /// The part of the shift in which the layer can be reached and left.
    fn range(&self, rested: bool) -> Window {
        let shift = self.walker.window;
        match (self.walker.pause, rested) {
            (None, true) => shift,
            (None, false) => Window::new(0, 0),
            (Some((steps, window)), false) => {
                Window::new(shift.from, window.until.saturating_sub(steps))
            }
            (Some((steps, window)), true) => Window::new(window.from + steps, shift.until),
        }
    }

    fn breaks(&self, arcs: &mut Vec<Arc>) {
        let Some((steps, window)) = self.walker.pause else {
            return;
        };
        for from in window.from..(window.until + 1).saturating_sub(steps) {
            arcs.push(Arc {
                from: Node { step: from, rested: false, block: None },
                to: Node { step: from + steps, rested: true, block: None },
                activity: Activity::Break,
            });
        }
    }

    /// The local steps of `window`, which lies in the shift.
    fn local(&self, window: Window) -> std::ops::Range<usize> {
        let local = |step: Step| usize::from(step.saturating_sub(self.day.base));
        local(window.from)..local(window.until).min(self.day.steps)
    }

    /// Whether the site is open all through `window`.
    fn is_open(&self, window: Window) -> bool {
        self.day.open[self.local(window)].iter().all(|&open| open)
    }

    fn slots(&self, rested: bool, range: Window, arcs: &mut Vec<Arc>) {
        let mut push = |window: Window, activity| {
            if range.covers(window) && self.is_open(window) {
                let node = |step| Node { step, rested, block: None };
                arcs.push(Arc { from: node(window.from), to: node(window.until), activity });
            }
        };
        let mut services = self.walker.profile.services.clone();
        services.sort_by_key(|&service| self.day.services[usize::from(service)].index);
        for service in services {
            let s = usize::from(service);
            for start in self.local(range) {
                if !self.day.pools_at(s, start).is_empty() {
                    let end = start + self.day.services[s].steps;
                    push(self.day.window(start, end), Activity::Slot(service));
                }
            }
        }
        let mut promises = self.walker.promises.to_vec();
        promises.sort_unstable();
        for promise in promises {
            let data = &self.day.promises[usize::from(promise)];
            push(self.day.window(data.from, data.until), Activity::Promise(promise));
        }
    }

    fn blocks(&self, rested: bool, range: Window, arcs: &mut Vec<Arc>) {
        let quotas = || self.walker.profile.quotas.iter().map(|&quota| &self.day.quotas[quota]);
        let levels: BTreeSet<Step> = quotas().map(|quota| quota.block as Step).collect();
        for (level, &length) in levels.iter().enumerate() {
            // Steps of quotas, and whether blocks of this level may hold them.
            let mut counts: BTreeMap<Step, bool> = BTreeMap::new();
            let mut wanted: BTreeSet<Step> = BTreeSet::new();
            for quota in quotas() {
                let window = self.day.window(quota.from, quota.until);
                for step in window.from..window.until {
                    *counts.entry(step).or_insert(true) &= quota.block <= usize::from(length);
                }
                if quota.min_steps > 0 {
                    wanted.extend(window.from..window.until);
                }
            }
            let wanted_until = wanted.last().map_or(0, |&step| step + 1);
            let allowed = |window: Window| {
                range.covers(window)
                    && self.is_open(window)
                    && counts.range(window.from..window.until).all(|(_, &allowed)| allowed)
            };
            for kind in 0..self.kinds {
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
