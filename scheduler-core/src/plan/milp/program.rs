//! The whole problem as one mixed-integer program.
//!
//! Columns and rows, in the terms of the network (Ahuja, Magnanti, Orlin: *Network Flows*, 1993):
//!
//! - flow of each group of equal shifts on each arc; it is conserved at each node, and a group
//!   sends as many units as it has shifts;
//! - rooms: slots with the same length, start and fitting kinds together choose how many take
//!   which kind; a kind holds no more at any step than it has rooms. Rooms of one kind are
//!   interchangeable and occupations are intervals, so a count is enough within a kind;
//! - pools: all starts of a service at a step together choose which pools they serve; the slots of
//!   a pool are paid for by pieces from 0 to 1 whose worth falls from one to the next;
//! - quotas: covered steps between least and most; promises: exactly one unit of flow each;
//! - stays, where they have prices: arcs that sit down cost, and all arcs in a room take it;
//! - breaks: pieces that get dearer from one clerk to the next at a step;
//! - what is asked for at a price: a column for what is missing. For a stretch that asks for more
//!   than k − 1 blocks can cover a cut says so: blocks that touch it, and what is missing as a share
//!   of what the k-th would have to cover, are at least k.

use std::collections::BTreeMap;

use crate::problem::site_day::{
    PoolPlace, ShiftGroup, SiteDayModel, places_at, places_by_site_day,
};
use crate::problem::{Problem, tail_probabilities};
use crate::time::{Step, Window};

use super::model::Model;
use super::scope::Scope;
use crate::plan::network::{Activity, Arc, Network, Rooms, Seat, Walker};

/// Pieces worth less than this are left out; what they are worth is added to the bound.
const LEAST_PIECE: f64 = 1e-11;

/// A group's network with its columns.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) network: Network,
    /// Column of each arc.
    pub(crate) columns: Vec<usize>,
}

/// Slots that the same kinds can take for the same time: class of services, steps.
pub(crate) type Occupation = (usize, Window);

/// Starts that the same pools can pay for: local service, step.
pub(crate) type Start = (u16, Step);

/// One site-day of the program.
#[derive(Debug, Clone)]
pub(crate) struct DayProgram {
    pub(crate) day: SiteDayModel,
    pub(crate) groups: Vec<ShiftGroup>,
    /// Whether rooms belong to stays.
    pub(crate) rooms: Rooms,
    /// One for each group.
    pub(crate) flows: Vec<Flow>,
    /// Where slots have a choice of kinds: kind and column of the number that takes it.
    pub(crate) kinds: BTreeMap<Occupation, Vec<(usize, usize)>>,
    /// Kind and column of whether the promise is kept there, by local promise.
    pub(crate) promise_kinds: Vec<Vec<(usize, usize)>>,
    /// Pool and column of the number of slots that it pays for; without column where there is no
    /// choice.
    pub(crate) pools: BTreeMap<Start, Vec<(usize, Option<usize>)>>,
}

/// The program and what its columns mean.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) model: Model,
    pub(crate) days: Vec<DayProgram>,
    /// What the pieces that were left out are worth together, at most.
    pub(crate) left_out: f64,
    /// The least that a plan with any slot for demand earns; infinite where none can earn anything.
    pub(crate) least_slot: f64,
    /// Whether a row cannot hold whatever the columns are.
    pub(crate) contradiction: bool,
}

impl Program {
    /// Models the part of `problem` that is in `scope`.
    ///
    /// # Errors
    /// The number of columns so far, as soon as there are more than `limit`.
    pub(crate) fn new(problem: &Problem, scope: &Scope, limit: usize) -> Result<Self, usize> {
        let mut model = Model::default();
        let mut places = match &scope.site_days[..] {
            _ if !scope.demand => vec![Vec::new(); scope.site_days.len()],
            &[site_day] => vec![places_at(problem, site_day)],
            site_days => {
                let mut all = places_by_site_day(problem);
                site_days.iter().map(|&site_day| std::mem::take(&mut all[site_day])).collect()
            }
        };
        let mut left_out = leave_out_worthless(problem, &mut places);
        let days: Vec<(SiteDayModel, Vec<ShiftGroup>)> = scope
            .site_days
            .iter()
            .zip(&places)
            .map(|(&site_day, places)| {
                let day = scope.model(problem, site_day, places);
                let groups = day.shift_groups();
                (day, groups)
            })
            .collect();
        let mut pools = Pools::new(problem, &days, &places, &mut model);
        left_out += pools.left_out;
        let least_slot = pools.least_slot;
        let mut programs = Vec::with_capacity(days.len());
        for (day, groups) in days {
            programs.push(DayBuilder::new(scope, (day, groups), &mut model, &mut pools).build());
            if model.columns.len() > limit {
                return Err(model.columns.len());
            }
        }
        let contradiction = !model.drop_empty_rows();
        Ok(Self { model, days: programs, left_out, least_slot, contradiction })
    }
}

/// For each pool that is worth anything the row `slots given − Σ pieces >= 0`.
struct Pools {
    rows: BTreeMap<usize, usize>,
    left_out: f64,
    least_slot: f64,
}

/// Takes the pools out whose first slot is worth next to nothing; returns what all their slots
/// are worth together, at most.
fn leave_out_worthless(problem: &Problem, places: &mut [Vec<PoolPlace>]) -> f64 {
    let mut kept: BTreeMap<usize, bool> = BTreeMap::new();
    let mut left_out = 0.0;
    for places in places {
        places.retain(|&(pool, _)| {
            *kept.entry(pool).or_insert_with(|| {
                let keep =
                    marginals(problem, pool).next().is_some_and(|first| first >= LEAST_PIECE);
                if !keep {
                    left_out +=
                        marginals(problem, pool).take_while(|&gain| gain > 0.0).sum::<f64>();
                }
                keep
            })
        });
    }
    left_out
}

/// What the first, the second, … slot of `pool` is worth, less the price of the clerk's time; falls
/// to 0 or below.
fn marginals(problem: &Problem, pool: usize) -> impl Iterator<Item = f64> {
    let service = problem.pools[pool].service;
    let price = problem.slot_price(service);
    let worth = problem.services[service].value * f64::from(problem.services[service].minutes);
    tail_probabilities(problem.pools[pool].mean).map(move |tail| tail * worth - price)
}

impl Pools {
    fn new(
        problem: &Problem,
        days: &[(SiteDayModel, Vec<ShiftGroup>)],
        places: &[Vec<PoolPlace>],
        model: &mut Model,
    ) -> Self {
        let mut room: BTreeMap<usize, usize> = BTreeMap::new();
        for ((day, _), places) in days.iter().zip(places) {
            for place in places {
                *room.entry(place.0).or_default() += most_slots(problem, day, place);
            }
        }
        let mut pools = Self { rows: BTreeMap::new(), left_out: 0.0, least_slot: f64::INFINITY };
        for (pool, most) in room {
            let pieces: Vec<f64> = marginals(problem, pool).take(most).collect();
            let kept = pieces.partition_point(|&piece| piece >= LEAST_PIECE);
            pools.left_out += pieces[kept..].iter().filter(|&&piece| piece > 0.0).sum::<f64>();
            if kept > 0 {
                pools.least_slot = pools.least_slot.min(pieces[0]);
                let row = model.row(0.0, f64::INFINITY);
                for &piece in &pieces[..kept] {
                    let column = model.piece(piece);
                    model.add(row, column, -1.0);
                }
                pools.rows.insert(pool, row);
            }
        }
        pools
    }
}

/// No plan starts more slots than this at `place`: each clerk one after the other.
fn most_slots(problem: &Problem, day: &SiteDayModel, &(pool, window): &PoolPlace) -> usize {
    let wanted = problem.pools[pool].service;
    let Some(service) = day.services.iter().position(|service| service.index == wanted) else {
        return 0;
    };
    let able = |profile: usize| day.profiles[profile].services.contains(&(service as u16));
    let shifts = day.shifts.iter().filter(|shift| able(shift.profile));
    let hours = shifts.map(|shift| day.window(shift.from, shift.until));
    hours
        .map(|hours| {
            let starts = usize::from(hours.intersection(window).steps());
            starts.div_ceil(day.services[service].steps)
        })
        .sum()
}

struct DayBuilder<'a> {
    scope: &'a Scope,
    model: &'a mut Model,
    pools: &'a mut Pools,
    program: DayProgram,
    /// Row of a kind at a step: rooms taken <= rooms of the kind.
    capacity: BTreeMap<(usize, Step), usize>,
    /// Rows of the least and the most steps of each local quota.
    quotas: Vec<Vec<usize>>,
    /// Row of each local quota at each step: blocks that run.
    counters: BTreeMap<(usize, usize), usize>,
    /// Rows of each stretch: steps covered, blocks that touch it.
    stretches: Vec<Option<(usize, usize)>>,
    /// Row of each step: clerks on a break.
    pairs: BTreeMap<usize, usize>,
    /// Row of each cover at each step: those of its clerks who are on a break.
    cover: BTreeMap<(usize, usize), usize>,
    /// Row of each local promise: taken once.
    promises: Vec<usize>,
    /// Row that splits an occupation over its kinds.
    splits: BTreeMap<Occupation, usize>,
    /// Row that splits a start over its pools.
    starts: BTreeMap<Start, usize>,
}

impl<'a> DayBuilder<'a> {
    fn new(
        scope: &'a Scope,
        (day, groups): (SiteDayModel, Vec<ShiftGroup>),
        model: &'a mut Model,
        pools: &'a mut Pools,
    ) -> Self {
        // Duties alone can be met one way just if they can be met the other.
        let rooms = if scope.demand && day.stays_priced() {
            Rooms::ByStay
        } else {
            Rooms::ByTask(day.kinds.len())
        };
        let program = DayProgram {
            day,
            groups,
            rooms,
            flows: Vec::new(),
            kinds: BTreeMap::new(),
            promise_kinds: Vec::new(),
            pools: BTreeMap::new(),
        };
        Self {
            scope,
            model,
            pools,
            program,
            capacity: BTreeMap::new(),
            quotas: Vec::new(),
            counters: BTreeMap::new(),
            stretches: Vec::new(),
            pairs: BTreeMap::new(),
            cover: BTreeMap::new(),
            promises: Vec::new(),
            splits: BTreeMap::new(),
            starts: BTreeMap::new(),
        }
    }

    fn build(mut self) -> DayProgram {
        self.quota_rows();
        self.priced_rows();
        self.promise_rows();
        for group in 0..self.program.groups.len() {
            let flow = self.flow(group);
            self.program.flows.push(flow);
        }
        self.program
    }

    fn quota_rows(&mut self) {
        for quota in &self.program.day.quotas {
            let mut rows = Vec::new();
            if quota.min_steps > 0 && !self.scope.without_least.contains(quota.index) {
                let row = self.model.row(f64::from(quota.min_steps), f64::INFINITY);
                if quota.lack_price.is_finite() {
                    let missing = self.model.missing(f64::from(quota.min_steps), quota.lack_price);
                    self.model.add(row, missing, 1.0);
                }
                rows.push(row);
            }
            if quota.max_steps < i32::MAX && !self.scope.without_most.contains(quota.index) {
                rows.push(self.model.row(f64::NEG_INFINITY, f64::from(quota.max_steps)));
            }
            self.quotas.push(rows);
        }
    }

    /// Rows for breaks at the same time and for what is asked for at a price.
    fn priced_rows(&mut self) {
        let (day, model) = (&self.program.day, &mut *self.model);
        self.stretches = vec![None; day.stretches.len()];
        if !self.scope.demand {
            return;
        }
        for (t, &pair) in day.pair_price.iter().enumerate() {
            let most = day.most_resting(t, |_| true);
            if pair > 0.0 && most >= 2 {
                // The first clerk on a break makes no pair, the n-th n − 1.
                let row = model.row(f64::NEG_INFINITY, 1.0);
                for n in 2..=most {
                    let column = model.piece(-pair * f64::from(n - 1));
                    model.add(row, column, -1.0);
                }
                self.pairs.insert(t, row);
            }
        }
        if day.short_price <= 0.0 {
            return;
        }
        for (c, cover) in day.cover.iter().enumerate() {
            for (t, spare) in cover.spare.iter().enumerate() {
                let Some(spare) = *spare else { continue };
                let counts = |profile: usize| day.profiles[profile].cover.contains(&c);
                let most = i64::from(day.most_resting(t, counts)) - i64::from(spare);
                if most > 0 {
                    let row = model.row(f64::NEG_INFINITY, f64::from(spare));
                    let missing = model.missing(most as f64, day.short_price);
                    model.add(row, missing, -1.0);
                    self.cover.insert((c, t), row);
                }
            }
        }
        for (q, quota) in day.quotas.iter().enumerate().filter(|(_, quota)| quota.counters > 0) {
            for t in (quota.from..quota.until).filter(|&t| day.open[t]) {
                let asked = f64::from(quota.counters);
                let row = model.row(asked, f64::INFINITY);
                let missing = model.missing(asked, day.short_price);
                model.add(row, missing, 1.0);
                self.counters.insert((q, t), row);
            }
        }
        for (rows, stretch) in self.stretches.iter_mut().zip(&day.stretches) {
            let steps = model.row(f64::from(stretch.steps), f64::INFINITY);
            let touches = model.row(f64::from(stretch.blocks), f64::INFINITY);
            let missing = model.missing(f64::from(stretch.steps), day.short_price);
            model.add(steps, missing, 1.0);
            model.add(touches, missing, 1.0 / f64::from(stretch.rest));
            *rows = Some((steps, touches));
        }
    }

    fn promise_rows(&mut self) {
        for promise in 0..self.program.day.promises.len() {
            let row = self.model.row(1.0, 1.0);
            self.promises.push(row);
            let data = &self.program.day.promises[promise];
            if !data.needs_room || self.program.rooms == Rooms::ByStay {
                self.program.promise_kinds.push(Vec::new());
                continue;
            }
            let (kinds, window) =
                (data.kinds.clone(), self.program.day.window(data.from, data.until));
            let choice = self.model.row(1.0, 1.0);
            let mut columns = Vec::new();
            for kind in kinds.into_iter().map(usize::from) {
                let column = self.model.count(1);
                self.model.add(choice, column, 1.0);
                self.occupy(kind, window, column);
                columns.push((kind, column));
            }
            self.program.promise_kinds.push(columns);
        }
    }

    fn flow(&mut self, group: usize) -> Flow {
        let group = self.program.groups[group].clone();
        let day = &self.program.day;
        let walker = Walker::new(day, group.shifts[0], &group.promises);
        let rooms = self.program.rooms;
        let network = Network::new(day, walker, rooms);
        let profile = day.shifts[usize::from(group.shifts[0])].profile;
        let own_kind = day.shifts[usize::from(group.shifts[0])].own_kind.map(usize::from);
        let shifts = group.shifts.len();
        let mut nodes = BTreeMap::new();
        for end in [network.first, network.last] {
            nodes.entry(end).or_insert_with(|| self.model.row(0.0, 0.0));
        }
        let mut columns = Vec::with_capacity(network.arcs.len());
        for arc in &network.arcs {
            let column = self.model.count(shifts);
            columns.push(column);
            // Flow out minus flow in.
            for (node, sign) in [(arc.from, 1.0), (arc.to, -1.0)] {
                let row = *nodes.entry(node).or_insert_with(|| self.model.row(0.0, 0.0));
                self.model.add(row, column, sign);
            }
            let window = arc.window();
            if let Some(kind) = arc.kind() {
                self.occupy(kind, window, column);
            }
            match arc.activity {
                Activity::Idle | Activity::Leave | Activity::Stand => {}
                Activity::Break => self.pause(profile, window, column),
                Activity::Slot(service) => self.slot(service, rooms, window, column),
                Activity::Promise(promise) => {
                    self.model.add(self.promises[usize::from(promise)], column, 1.0);
                }
                Activity::Enter | Activity::Extend => self.block(profile, arc, column),
                Activity::Sit => {
                    let day = &self.program.day;
                    let strange = own_kind.is_some_and(|own| arc.to.seat != Seat::In(own));
                    let first = arc.from.seat == Seat::Fresh;
                    let price = if first { day.seat_price } else { day.move_price };
                    let price = price + if strange { day.move_price } else { 0.0 };
                    self.model.columns[column].value = -price;
                }
            }
        }
        for (node, flow) in [(network.first, shifts as f64), (network.last, -(shifts as f64))] {
            let row = &mut self.model.rows[nodes[&node]];
            row.lower += flow;
            row.upper += flow;
        }
        Flow { network, columns }
    }

    /// A slot for demand takes one of its kinds, unless the stay does, and is paid for by one of its
    /// pools.
    fn slot(&mut self, service: u16, rooms: Rooms, window: Window, column: usize) {
        let class = self.program.day.services[usize::from(service)].class;
        if let Some(class) = class.filter(|_| rooms != Rooms::ByStay) {
            if let [kind] = self.program.day.classes[class][..] {
                self.occupy(usize::from(kind), window, column);
            } else {
                let row = self.split_over_kinds((class, window));
                self.model.add(row, column, 1.0);
            }
        }
        let row = self.split_over_pools((service, window.from));
        self.model.add(row, column, 1.0);
    }

    fn split_over_kinds(&mut self, occupation: Occupation) -> usize {
        if let Some(&row) = self.splits.get(&occupation) {
            return row;
        }
        let row = self.model.row(0.0, 0.0);
        let mut columns = Vec::new();
        for kind in self.program.day.classes[occupation.0].clone().into_iter().map(usize::from) {
            let column = self.model.count(self.program.day.kinds[kind].rooms.len());
            self.model.add(row, column, -1.0);
            self.occupy(kind, occupation.1, column);
            columns.push((kind, column));
        }
        self.program.kinds.insert(occupation, columns);
        self.splits.insert(occupation, row);
        row
    }

    /// The row in which slots at `start` count: that of the only pool, or one that splits them.
    fn split_over_pools(&mut self, start: Start) -> usize {
        if let Some(&row) = self.starts.get(&start) {
            return row;
        }
        let day = &self.program.day;
        let here = day.pools_at(usize::from(start.0), usize::from(start.1 - day.base));
        let pools: Vec<usize> = here.iter().map(|&pool| day.pools[usize::from(pool)]).collect();
        let (row, choice) = if let [pool] = pools[..] {
            (self.pools.rows[&pool], vec![(pool, None)])
        } else {
            let row = self.model.row(0.0, 0.0);
            let mut columns = Vec::new();
            let most = day.on_shift(usize::from(start.1 - day.base));
            for pool in pools {
                let column = self.model.count(most);
                self.model.add(row, column, -1.0);
                self.model.add(self.pools.rows[&pool], column, 1.0);
                columns.push((pool, Some(column)));
            }
            (row, columns)
        };
        self.program.pools.insert(start, choice);
        self.starts.insert(start, row);
        row
    }

    /// `column` counts rooms of `kind` that are taken all through `window`.
    fn occupy(&mut self, kind: usize, window: Window, column: usize) {
        let rooms = self.program.day.kinds[kind].rooms.len();
        for step in window.from..window.until {
            // Each clerk takes one room at a time: no more rooms are needed than clerks are there.
            if self.program.day.on_shift(usize::from(step - self.program.day.base)) > rooms {
                let model = &mut *self.model;
                let row = *self
                    .capacity
                    .entry((kind, step))
                    .or_insert_with(|| model.row(f64::NEG_INFINITY, rooms as f64));
                self.model.add(row, column, 1.0);
            }
        }
    }

    /// `column` counts clerks of `profile` on a break all through `window`.
    fn pause(&mut self, profile: usize, window: Window, column: usize) {
        let day = &self.program.day;
        for t in usize::from(window.from - day.base)..usize::from(window.until - day.base) {
            if let Some(&row) = self.pairs.get(&t) {
                self.model.add(row, column, 1.0);
            }
            for &c in &day.profiles[profile].cover {
                if let Some(&row) = self.cover.get(&(c, t)) {
                    self.model.add(row, column, 1.0);
                }
            }
        }
    }

    /// `column` counts clerks of `profile` in walk-in blocks all through `arc`.
    fn block(&mut self, profile: usize, arc: &Arc, column: usize) {
        let day = &self.program.day;
        let window = arc.window();
        let (from, until) =
            (usize::from(window.from - day.base), usize::from(window.until - day.base));
        for &q in &day.profiles[profile].quotas {
            let quota = &day.quotas[q];
            let (first, last) = (from.max(quota.from), until.min(quota.until));
            let steps = last.saturating_sub(first);
            if steps > 0 {
                for &row in &self.quotas[q] {
                    self.model.add(row, column, steps as f64);
                }
            }
            for t in first..last {
                if let Some(&row) = self.counters.get(&(q, t)) {
                    self.model.add(row, column, 1.0);
                }
            }
            for s in quota.stretches.clone() {
                let stretch = &day.stretches[s];
                let steps = until.min(stretch.until).saturating_sub(from.max(stretch.from));
                let Some((covered, touched)) = self.stretches[s].filter(|_| steps > 0) else {
                    continue;
                };
                self.model.add(covered, column, steps as f64);
                // One step more is the first in the stretch only where that begins.
                if arc.activity == Activity::Enter || from == stretch.from {
                    self.model.add(touched, column, 1.0);
                }
            }
        }
    }
}
