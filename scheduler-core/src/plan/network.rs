//! A clerk's day as a path: nodes are steps in layers, arcs are what a clerk may do.
//!
//! Layers: the breaks that have been held, and in each of these being in a walk-in block of some
//! room kind and level. The levels of a block are the distinct least lengths of the quotas that
//! count for the clerk: a block of a level has at least its length and overlaps no quota that asks
//! for more. Where stays have prices a node is also where the clerk is: at no counter, having sat
//! or not, or in a room of a kind; without, tasks choose their rooms elsewhere. The paths from
//! first to last step are exactly the days that breaks, presence, opening hours and quotas allow.

use std::collections::{BTreeMap, BTreeSet};

use crate::problem::site_day::{Break, Profile, SiteDayModel, layers};
use crate::time::{Step, Window};

/// Where a clerk is in the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Node {
    pub(crate) step: Step,
    /// Number of breaks held.
    pub(crate) held: usize,
    pub(crate) seat: Seat,
    /// Kind of room and level of the walk-in block that goes on.
    pub(crate) block: Option<(usize, usize)>,
}

/// At which counter a clerk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seat {
    /// None, and none before; always where rooms are chosen task by task.
    Fresh,
    /// None, having sat before.
    Stood,
    /// In a room of this kind.
    In(usize),
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
    /// Sits down in a room of a kind; takes no time.
    Sit,
    /// Leaves the room; takes no time.
    Stand,
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

    /// The kind of room that it takes all through its window, for all that the network decides.
    #[cfg_attr(not(feature = "exact"), allow(dead_code, reason = "for the exact engine"))]
    pub(crate) fn kind(&self) -> Option<usize> {
        match (self.from.seat, self.to.seat) {
            (Seat::In(kind), Seat::In(_)) => Some(kind),
            _ => self.to.block.map(|(kind, _)| kind),
        }
    }
}

/// How a clerk comes to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rooms {
    /// Each task may have another one, slots and promises by other columns than the network's;
    /// walk-in blocks stand in each of the first kinds.
    ByTask(usize),
    /// A stay holds it, busy or idle.
    ByStay,
}

/// Whose day: one shift, or any of several that are equal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Walker<'a> {
    /// When the clerk is on shift.
    pub(crate) window: Window,
    /// When the clerk is away, in local steps.
    pub(crate) absent: &'a [(usize, usize)],
    /// The breaks to hold, in order.
    pub(crate) breaks: &'a [Break],
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
            absent: &shift.absent,
            breaks: &shift.breaks,
            profile: &day.profiles[shift.profile],
            promises,
        }
    }
}

/// All days that one shift may hold.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    pub(crate) first: Node,
    /// All paths end here.
    pub(crate) last: Node,
    pub(crate) arcs: Vec<Arc>,
}

impl Network {
    /// The network of `walker` on `day`.
    pub(crate) fn new(day: &SiteDayModel, walker: Walker<'_>, rooms: Rooms) -> Self {
        let builder = Builder { day, walker };
        let node = |step, held, seat| Node { step, held, seat, block: None };
        let first = node(walker.window.from, 0, Seat::Fresh);
        // Having sat costs nothing at the end: all days end in one node.
        let end = if rooms == Rooms::ByStay { Seat::Stood } else { Seat::Fresh };
        let last = node(walker.window.until, walker.breaks.len(), end);
        let mut arcs = Vec::new();
        let (from, until) = (builder.local(walker.window.from), builder.local(walker.window.until));
        let Some(spans) = layers(from, until, walker.breaks) else {
            return Self { first, last, arcs };
        };
        let seats: Vec<Seat> = match rooms {
            Rooms::ByTask(_) => vec![Seat::Fresh],
            Rooms::ByStay => {
                let kinds = (0..day.kinds.len()).map(Seat::In);
                [Seat::Fresh, Seat::Stood].into_iter().chain(kinds).collect()
            }
        };
        for (held, &(from, until)) in spans.iter().enumerate() {
            let range = day.window(from, until);
            for &seat in &seats {
                let place = Place { held, seat, range };
                builder.slots(place, rooms, &mut arcs);
                match (rooms, seat) {
                    (Rooms::ByTask(kinds), _) => {
                        (0..kinds).for_each(|kind| builder.blocks(place, kind, &mut arcs));
                    }
                    (Rooms::ByStay, Seat::In(kind)) => builder.blocks(place, kind, &mut arcs),
                    (Rooms::ByStay, _) => {}
                }
                builder.breaks(place, &mut arcs);
            }
        }
        if rooms == Rooms::ByStay {
            builder.seats(&mut arcs);
            // Who never sits ends the day too.
            let never = Node { seat: Seat::Fresh, ..last };
            arcs.push(Arc { from: never, to: last, activity: Activity::Stand });
        }
        idle(first, last, &mut arcs);
        Self { first, last, arcs: reachable(first, last, arcs) }
    }
}

/// Joins the steps of each layer at which something begins or ends.
fn idle(first: Node, last: Node, arcs: &mut Vec<Arc>) {
    let ends = arcs.iter().flat_map(|arc| [arc.from, arc.to]).chain([first, last]);
    let free: BTreeSet<(usize, Seat, Step)> = ends
        .filter(|node| node.block.is_none())
        .map(|node| (node.held, node.seat, node.step))
        .collect();
    let nodes: Vec<_> = free.into_iter().collect();
    for pair in nodes.windows(2) {
        let [(held, seat, from), (other, other_seat, to)] = [pair[0], pair[1]];
        if (held, seat) == (other, other_seat) {
            let node = |step| Node { step, held, seat, block: None };
            arcs.push(Arc { from: node(from), to: node(to), activity: Activity::Idle });
        }
    }
}

/// The arcs that are on some path from `first` to `last`.
fn reachable(first: Node, last: Node, mut arcs: Vec<Arc>) -> Vec<Arc> {
    fn spread(start: Node, arcs: &[Arc], ends: impl Fn(&Arc) -> (Node, Node)) -> BTreeSet<Node> {
        let mut next: BTreeMap<Node, Vec<Node>> = BTreeMap::new();
        for arc in arcs {
            let (from, to) = ends(arc);
            next.entry(from).or_default().push(to);
        }
        let mut seen = BTreeSet::from([start]);
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            for &to in next.get(&node).into_iter().flatten() {
                if seen.insert(to) {
                    open.push(to);
                }
            }
        }
        seen
    }
    let from_first = spread(first, &arcs, |arc| (arc.from, arc.to));
    let to_last = spread(last, &arcs, |arc| (arc.to, arc.from));
    arcs.retain(|arc| from_first.contains(&arc.from) && to_last.contains(&arc.to));
    arcs
}

/// A layer of the network and its part of the shift.
#[derive(Clone, Copy)]
struct Place {
    held: usize,
    seat: Seat,
    range: Window,
}

impl Place {
    fn node(self, step: Step) -> Node {
        Node { step, held: self.held, seat: self.seat, block: None }
    }
}

struct Builder<'a> {
    day: &'a SiteDayModel,
    walker: Walker<'a>,
}

impl Builder<'_> {
    fn local(&self, step: Step) -> usize {
        usize::from(step.saturating_sub(self.day.base)).min(self.day.steps)
    }

    /// The local steps of `window`, which lies in the shift.
    fn steps(&self, window: Window) -> std::ops::Range<usize> {
        self.local(window.from)..self.local(window.until)
    }

    /// Whether the clerk is present all through `window`, which lies in the shift.
    fn is_present(&self, window: Window) -> bool {
        let steps = self.steps(window);
        !self.walker.absent.iter().any(|&(from, until)| from < steps.end && steps.start < until)
    }

    /// Whether the clerk can serve all through `window`, which lies in the shift.
    fn can_serve(&self, window: Window) -> bool {
        self.is_present(window) && self.day.open[self.steps(window)].iter().all(|&open| open)
    }

    fn breaks(&self, place: Place, arcs: &mut Vec<Arc>) {
        let Some(due) = self.walker.breaks.get(place.held) else {
            return;
        };
        let window = self.day.window(due.from, due.until);
        let steps = due.steps as Step;
        let from = window.from.max(place.range.from);
        for from in from..(window.until + 1).saturating_sub(steps) {
            if from <= place.range.until && self.is_present(Window::new(from, from + steps)) {
                let to = Node { held: place.held + 1, ..place.node(from + steps) };
                arcs.push(Arc { from: place.node(from), to, activity: Activity::Break });
            }
        }
    }

    fn slots(&self, place: Place, rooms: Rooms, arcs: &mut Vec<Arc>) {
        let mut push = |window: Window, activity| {
            if place.range.covers(window) && self.can_serve(window) {
                let (from, to) = (place.node(window.from), place.node(window.until));
                arcs.push(Arc { from, to, activity });
            }
        };
        let possible = |needs_room: bool, kinds: &[u16]| match place.seat {
            _ if rooms != Rooms::ByStay || !needs_room => true,
            Seat::In(kind) => kinds.contains(&(kind as u16)),
            Seat::Fresh | Seat::Stood => false,
        };
        let mut services = self.walker.profile.services.clone();
        services.sort_by_key(|&service| self.day.services[usize::from(service)].index);
        for service in services {
            let s = usize::from(service);
            if !possible(self.day.services[s].class.is_some(), self.day.kinds_for(s)) {
                continue;
            }
            for start in self.steps(place.range) {
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
            if possible(data.needs_room, &data.kinds) {
                push(self.day.window(data.from, data.until), Activity::Promise(promise));
            }
        }
    }

    fn blocks(&self, place: Place, kind: usize, arcs: &mut Vec<Arc>) {
        let range = place.range;
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
                if quota.min_steps > 0 || quota.counters > 0 || !quota.stretches.is_empty() {
                    wanted.extend(window.from..window.until);
                }
            }
            let wanted_until = wanted.last().map_or(0, |&step| step + 1);
            let allowed = |window: Window| {
                range.covers(window)
                    && self.can_serve(window)
                    && counts.range(window.from..window.until).all(|(_, &allowed)| allowed)
            };
            let free = |step| place.node(step);
            let inside = |step| Node { block: Some((kind, level)), ..place.node(step) };
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

    /// Sitting down where a task with a room begins, standing up where one ends: a stay reaches
    /// from its first such task to its last.
    fn seats(&self, arcs: &mut Vec<Arc>) {
        let needs_room = |activity| match activity {
            Activity::Slot(service) => self.day.services[usize::from(service)].class.is_some(),
            Activity::Promise(promise) => self.day.promises[usize::from(promise)].needs_room,
            Activity::Enter | Activity::Leave => true,
            _ => false,
        };
        let (mut sit, mut stand) = (BTreeSet::new(), BTreeSet::new());
        for arc in arcs.iter().filter(|arc| needs_room(arc.activity)) {
            if arc.activity != Activity::Leave {
                sit.insert(arc.from);
            }
            if arc.activity != Activity::Enter {
                stand.insert(arc.to);
            }
        }
        for to in sit {
            for seat in [Seat::Fresh, Seat::Stood] {
                arcs.push(Arc { from: Node { seat, ..to }, to, activity: Activity::Sit });
            }
        }
        for from in stand {
            let to = Node { seat: Seat::Stood, ..from };
            arcs.push(Arc { from, to, activity: Activity::Stand });
        }
    }
}
