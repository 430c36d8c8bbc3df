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
//! - quotas: covered steps between least and most; promises: exactly one unit of flow each.

use std::collections::BTreeMap;

use crate::problem::Problem;
use crate::problem::site_day::{ShiftGroup, SiteDayModel, places_at, places_by_site_day};
use crate::time::{Step, Window};

use super::model::Model;
use super::network::{Activity, Network, Walker};
use super::pool_pieces::{PoolPieces, leave_out_worthless};
use super::scope::Scope;

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
        let mut pools = PoolPieces::new(problem, &days, &places, &mut model);
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

struct DayBuilder<'a> {
    scope: &'a Scope,
    model: &'a mut Model,
    pools: &'a mut PoolPieces,
    program: DayProgram,
    /// Row of a kind at a step: rooms taken <= rooms of the kind.
    capacity: BTreeMap<(usize, Step), usize>,
    /// Rows of the least and the most steps of each local quota.
    quotas: Vec<Vec<usize>>,
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
        pools: &'a mut PoolPieces,
    ) -> Self {
        let program = DayProgram {
            day,
            groups,
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
            promises: Vec::new(),
            splits: BTreeMap::new(),
            starts: BTreeMap::new(),
        }
    }

    fn build(mut self) -> DayProgram {
        self.quota_rows();
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
                rows.push(self.model.row(f64::from(quota.min_steps), f64::INFINITY));
            }
            if quota.max_steps < i32::MAX && !self.scope.without_most.contains(quota.index) {
                rows.push(self.model.row(f64::NEG_INFINITY, f64::from(quota.max_steps)));
            }
            self.quotas.push(rows);
        }
    }

    fn promise_rows(&mut self) {
        for promise in 0..self.program.day.promises.len() {
            let row = self.model.row(1.0, 1.0);
            self.promises.push(row);
            let data = &self.program.day.promises[promise];
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
        let network = Network::new(day, walker, day.kinds.len());
        let quotas = walker.profile.quotas.clone();
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
            match arc.activity {
                Activity::Idle | Activity::Break | Activity::Leave => {}
                Activity::Slot(service) => self.slot(service, window, column),
                Activity::Promise(promise) => {
                    self.model.add(self.promises[usize::from(promise)], column, 1.0);
                }
                Activity::Enter | Activity::Extend => {
                    if let Some((kind, _)) = arc.to.block {
                        self.occupy(kind, window, column);
                    }
                    self.cover(&quotas, window, column);
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

    /// A slot for demand takes one of its kinds and is paid for by one of its pools.
    fn slot(&mut self, service: u16, window: Window, column: usize) {
        let class = self.program.day.services[usize::from(service)].class;
        if let [kind] = self.program.day.classes[class][..] {
            self.occupy(usize::from(kind), window, column);
        } else {
            let row = self.split_over_kinds((class, window));
            self.model.add(row, column, 1.0);
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

    /// `column` counts clerks in walk-in blocks all through `window`.
    fn cover(&mut self, quotas: &[usize], window: Window, column: usize) {
        for &quota in quotas {
            let data = &self.program.day.quotas[quota];
            let quota_window = self.program.day.window(data.from, data.until);
            let steps = quota_window.intersection(window).steps();
            if steps > 0 {
                for &row in &self.quotas[quota] {
                    self.model.add(row, column, f64::from(steps));
                }
            }
        }
    }
}
