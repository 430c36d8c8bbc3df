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

use crate::problem::{Problem, tail_probabilities};
use crate::time::{Step, Window};

use super::model::Model;
use super::network::{Activity, Network};
use super::shift_groups::{GroupedDay, PoolPlace, Scope};

/// Pieces worth less than this are left out; what they are worth is added to the bound.
const LEAST_PIECE: f64 = 1e-11;

/// A group's network with its columns.
#[derive(Debug, Clone)]
pub(crate) struct Flow {
    pub(crate) network: Network,
    /// Column of each arc.
    pub(crate) columns: Vec<usize>,
}

/// Slots that the same kinds can take for the same time: fitting kinds, steps.
pub(crate) type Occupation = (Vec<usize>, Window);

/// Starts that the same pools can pay for: service, step.
pub(crate) type Start = (usize, Step);

/// One site-day of the program.
#[derive(Debug, Clone)]
pub(crate) struct DayProgram {
    pub(crate) day: GroupedDay,
    /// One for each group.
    pub(crate) flows: Vec<Flow>,
    /// Where slots have a choice of kinds: kind and column of the number that takes it.
    pub(crate) kinds: BTreeMap<Occupation, Vec<(usize, usize)>>,
    /// Kind and column of whether the promise is kept there, by promise.
    pub(crate) promise_kinds: BTreeMap<usize, Vec<(usize, usize)>>,
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
        let parts: Vec<GroupedDay> = scope
            .site_days
            .iter()
            .map(|&site_day| GroupedDay::new(problem, scope, site_day))
            .collect();
        let mut pools = Pools::new(problem, &parts, &mut model);
        let mut days = Vec::with_capacity(parts.len());
        for mut day in parts {
            day.places.retain(|_, places| {
                places.retain(|place| pools.rows.contains_key(&place.pool));
                !places.is_empty()
            });
            days.push(DayBuilder::new(problem, scope, day, &mut model, &mut pools).build());
            if model.columns.len() > limit {
                return Err(model.columns.len());
            }
        }
        let contradiction = !model.drop_empty_rows();
        let Pools { left_out, least_slot, .. } = pools;
        Ok(Self { model, days, left_out, least_slot, contradiction })
    }
}

/// For each pool that is worth anything the row `slots given − Σ pieces >= 0`.
struct Pools {
    rows: BTreeMap<usize, usize>,
    left_out: f64,
    least_slot: f64,
}

impl Pools {
    fn new(problem: &Problem, days: &[GroupedDay], model: &mut Model) -> Self {
        let mut room: BTreeMap<usize, usize> = BTreeMap::new();
        for day in days {
            for (&service, places) in &day.places {
                for place in places {
                    *room.entry(place.pool).or_default() +=
                        most_slots(problem, day, service, place);
                }
            }
        }
        let mut pools = Self { rows: BTreeMap::new(), left_out: 0.0, least_slot: f64::INFINITY };
        for (pool, most) in room {
            let service = &problem.services[problem.pools[pool].service];
            let worth = service.value * f64::from(service.minutes);
            let marginals = tail_probabilities(problem.pools[pool].mean).map(|tail| tail * worth);
            let pieces: Vec<f64> = marginals.take(most).collect();
            let kept = pieces.partition_point(|&piece| piece >= LEAST_PIECE);
            pools.left_out += pieces[kept..].iter().sum::<f64>();
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

/// No plan starts more slots than this for `service` at `place`: each clerk one after the other.
fn most_slots(problem: &Problem, day: &GroupedDay, service: usize, place: &PoolPlace) -> usize {
    let length = usize::from(problem.services[service].steps.max(1));
    let able = day.groups.iter().filter(|group| group.services.contains(&service));
    able.map(|group| {
        let starts = usize::from(group.window.intersection(place.window).steps());
        group.shifts.len() * starts.div_ceil(length)
    })
    .sum()
}

struct DayBuilder<'a> {
    problem: &'a Problem,
    scope: &'a Scope,
    model: &'a mut Model,
    pools: &'a mut Pools,
    program: DayProgram,
    /// Row of a kind at a step: rooms taken <= rooms of the kind.
    capacity: BTreeMap<(usize, Step), usize>,
    /// Rows of the least and the most steps of each quota.
    quotas: BTreeMap<usize, Vec<usize>>,
    /// Row of each promise: taken once.
    promises: BTreeMap<usize, usize>,
    /// Row that splits an occupation over its kinds.
    splits: BTreeMap<Occupation, usize>,
    /// Row that splits a start over its pools.
    starts: BTreeMap<Start, usize>,
}

impl<'a> DayBuilder<'a> {
    fn new(
        problem: &'a Problem,
        scope: &'a Scope,
        day: GroupedDay,
        model: &'a mut Model,
        pools: &'a mut Pools,
    ) -> Self {
        let program = DayProgram {
            day,
            flows: Vec::new(),
            kinds: BTreeMap::new(),
            promise_kinds: BTreeMap::new(),
            pools: BTreeMap::new(),
        };
        Self {
            problem,
            scope,
            model,
            pools,
            program,
            capacity: BTreeMap::new(),
            quotas: BTreeMap::new(),
            promises: BTreeMap::new(),
            splits: BTreeMap::new(),
            starts: BTreeMap::new(),
        }
    }

    fn build(mut self) -> DayProgram {
        self.quota_rows();
        self.promise_rows();
        for group in 0..self.program.day.groups.len() {
            let flow = self.flow(group);
            self.program.flows.push(flow);
        }
        self.program
    }

    fn quota_rows(&mut self) {
        for quota in self.scope.quotas(self.problem, self.program.day.site_day) {
            let mut rows = Vec::new();
            let Some(data) = self.problem.quotas.get(quota) else {
                continue;
            };
            if data.min_steps > 0 && !self.scope.without_least.contains(quota) {
                rows.push(self.model.row(f64::from(data.min_steps), f64::INFINITY));
            }
            if let Some(most) = data.max_steps.filter(|_| !self.scope.without_most.contains(quota))
            {
                rows.push(self.model.row(f64::NEG_INFINITY, f64::from(most)));
            }
            self.quotas.insert(quota, rows);
        }
    }

    fn promise_rows(&mut self) {
        for promise in self.program.day.promises.clone() {
            let row = self.model.row(1.0, 1.0);
            self.promises.insert(promise, row);
            let kinds = self.program.day.kinds_for_promise(self.problem, promise);
            let window = self.problem.promises[promise].window;
            let choice = self.model.row(1.0, 1.0);
            let mut columns = Vec::new();
            for kind in kinds {
                let column = self.model.count(1);
                self.model.add(choice, column, 1.0);
                self.occupy(kind, window, column);
                columns.push((kind, column));
            }
            self.program.promise_kinds.insert(promise, columns);
        }
    }

    fn flow(&mut self, group: usize) -> Flow {
        let data = self.program.day.groups[group].clone();
        let network = Network::new(self.problem, &self.program.day, &data);
        let shifts = data.shifts.len();
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
                Activity::Promise(promise) => self.model.add(self.promises[&promise], column, 1.0),
                Activity::Enter | Activity::Extend => {
                    if let Some((kind, _)) = arc.to.block {
                        self.occupy(kind, window, column);
                    }
                    self.cover(&data.quotas, window, column);
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
    fn slot(&mut self, service: usize, window: Window, column: usize) {
        let kinds = self.program.day.kinds_for(self.problem, service);
        if let [kind] = kinds[..] {
            self.occupy(kind, window, column);
        } else {
            let row = self.split_over_kinds((kinds, window));
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
        for &kind in &occupation.0 {
            let column = self.model.count(self.program.day.kinds[kind].rooms.len());
            self.model.add(row, column, -1.0);
            self.occupy(kind, occupation.1, column);
            columns.push((kind, column));
        }
        self.program.kinds.insert(occupation.clone(), columns);
        self.splits.insert(occupation, row);
        row
    }

    /// The row in which slots at `start` count: that of the only pool, or one that splits them.
    fn split_over_pools(&mut self, start: Start) -> usize {
        if let Some(&row) = self.starts.get(&start) {
            return row;
        }
        let places = self.program.day.places.get(&start.0);
        let here = places.into_iter().flatten().filter(|place| place.window.contains(start.1));
        let pools: Vec<usize> = here.map(|place| place.pool).collect();
        let (row, choice) = if let [pool] = pools[..] {
            (self.pools.rows[&pool], vec![(pool, None)])
        } else {
            let row = self.model.row(0.0, 0.0);
            let mut columns = Vec::new();
            let most = self.program.day.on_shift(start.1);
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
            if self.program.day.on_shift(step) > rooms {
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
        for quota in quotas {
            let steps = self.problem.quotas[*quota].window.intersection(window).steps();
            if steps > 0 {
                for &row in &self.quotas[quota] {
                    self.model.add(row, column, f64::from(steps));
                }
            }
        }
    }
}
