//! What slots earn at given prices, and the best that still fits into free time.

use super::demand_model::DemandModel;
use crate::ledger::bits;
use crate::plan;
use crate::problem::{Problem, Set};

/// What rooms cost, by kind.
#[derive(Debug, Default)]
pub(in crate::ledger) struct RoomCosts {
    kinds: Vec<Kind>,
}

#[derive(Debug)]
struct Kind {
    /// Indices into [`Problem::rooms`].
    rooms: Vec<usize>,
    /// Σ of the prices before each local step.
    before: Vec<f64>,
}

impl RoomCosts {
    /// The prices of a plan from step `base` of the day on, none above `most`.
    pub(in crate::ledger) fn new(
        prices: &[plan::RoomPrice],
        (base, steps): (usize, usize),
        most: f64,
    ) -> Self {
        let kinds = prices.iter().map(|price| {
            let mut sum = 0.0;
            let at = |t: usize| price.by_step.get(base + t).copied().unwrap_or(0.0).min(most);
            let mut before = vec![0.0];
            before.extend((0..steps).map(|t| {
                sum += at(t);
                sum
            }));
            Kind { rooms: price.rooms.clone(), before }
        });
        Self { kinds: kinds.collect() }
    }

    /// The kinds in which something that needs `equipment` can take place, in that `room` where it
    /// is pinned.
    pub(in crate::ledger) fn kinds_for(
        &self,
        problem: &Problem,
        equipment: &Set,
        room: Option<usize>,
    ) -> Vec<usize> {
        let fits = |&own: &usize| {
            room.is_none_or(|only| only == own)
                && equipment.is_subset(&problem.rooms[own].equipment)
        };
        (0..self.kinds.len()).filter(|&kind| self.kinds[kind].rooms.iter().any(fits)).collect()
    }

    /// What the cheapest of `kinds` costs for `[from, until)`; nothing where there is none.
    pub(in crate::ledger) fn cost(&self, kinds: &[usize], from: usize, until: usize) -> f64 {
        let cost = |&kind: &usize| {
            let before = &self.kinds[kind].before;
            before[until.min(before.len() - 1)] - before[from.min(before.len() - 1)]
        };
        kinds.iter().map(cost).min_by(f64::total_cmp).unwrap_or(0.0)
    }
}

/// What slots earn; tables that are kept from one set of prices to the next.
#[derive(Debug)]
pub(in crate::ledger) struct SlotRewards {
    /// By profile: the best reward at `t * lengths + i`.
    slots: Vec<Vec<f64>>,
    /// Which pool of [`DemandModel::pools`] each cell of `slots` is for.
    pools: Vec<Vec<u16>>,
    /// By service and step: the best pool's price less the room's, and which pool.
    net: Vec<(f64, u16)>,
}

impl SlotRewards {
    pub(in crate::ledger) fn new(demand: &DemandModel) -> Self {
        let cells = || demand.profiles.iter().map(|p| p.lengths.len() * demand.steps);
        Self {
            slots: cells().map(|cells| vec![0.0; cells]).collect(),
            pools: cells().map(|cells| vec![0; cells]).collect(),
            net: vec![(0.0, 0); demand.services.len() * demand.steps],
        }
    }

    /// Recomputes every reward for `prices`, in the order of [`DemandModel::pools`]; `kinds` are the
    /// kinds of room for each of [`DemandModel::services`].
    pub(in crate::ledger) fn update(
        &mut self,
        demand: &DemandModel,
        prices: &[f64],
        (rooms, kinds): (&RoomCosts, &[Vec<usize>]),
    ) {
        let steps = demand.steps;
        self.net.fill((f64::NEG_INFINITY, 0));
        for (index, (pool, &price)) in demand.pools.iter().zip(prices).enumerate() {
            let row = &mut self.net[pool.service * steps..(pool.service + 1) * steps];
            for cell in &mut row[pool.from..pool.until.max(pool.from)] {
                if price > cell.0 {
                    *cell = (price, index as u16);
                }
            }
        }
        for (s, service) in demand.services.iter().enumerate() {
            let row = &mut self.net[s * steps..(s + 1) * steps];
            for (t, cell) in row.iter_mut().enumerate() {
                if !bits::get(&service.starts, t) {
                    cell.0 = f64::NEG_INFINITY;
                } else if cell.0 > 0.0 {
                    cell.0 -= rooms.cost(&kinds[s], t, t + service.steps);
                }
            }
        }
        for (profile, (slots, pools)) in
            demand.profiles.iter().zip(self.slots.iter_mut().zip(&mut self.pools))
        {
            let width = profile.lengths.len();
            slots.fill(f64::NEG_INFINITY);
            for &(s, i) in &profile.services {
                for (t, &(net, pool)) in self.net[s * steps..(s + 1) * steps].iter().enumerate() {
                    let cell = t * width + i;
                    if net > slots[cell] {
                        (slots[cell], pools[cell]) = (net, pool);
                    }
                }
            }
        }
    }

    /// Fills `best` with the value of the best slots in `[from, t)`, for `t` from `from` to `until`.
    pub(in crate::ledger) fn forward(
        &self,
        demand: &DemandModel,
        profile: usize,
        (from, until): (usize, usize),
        best: &mut [f64],
    ) {
        let (lengths, slots) = (&demand.profiles[profile].lengths, &self.slots[profile]);
        best[0] = 0.0;
        for end in 1..=until - from {
            let mut value = best[end - 1];
            for (i, &length) in lengths.iter().enumerate() {
                if length > end {
                    break;
                }
                let start = end - length;
                value = value.max(best[start] + slots[(from + start) * lengths.len() + i]);
            }
            best[end] = value;
        }
    }

    /// Fills `best` with the value of the best slots in `[t, until)`, for `t` from `from` to `until`.
    pub(in crate::ledger) fn backward(
        &self,
        demand: &DemandModel,
        profile: usize,
        (from, until): (usize, usize),
        best: &mut [f64],
    ) {
        let (lengths, slots) = (&demand.profiles[profile].lengths, &self.slots[profile]);
        let last = until - from;
        best[last] = 0.0;
        for start in (0..last).rev() {
            let mut value = best[start + 1];
            let row = &slots[(from + start) * lengths.len()..];
            for (&length, &reward) in lengths.iter().zip(row) {
                if start + length > last {
                    break;
                }
                value = value.max(reward + best[start + length]);
            }
            best[start] = value;
        }
    }

    /// Adds to `usage` how many slots the best path that `best` tells of, from
    /// [`backward`](Self::backward), gives to each pool.
    pub(in crate::ledger) fn add_usage(
        &self,
        demand: &DemandModel,
        profile: usize,
        (from, until): (usize, usize),
        best: &[f64],
        usage: &mut [f64],
    ) {
        let (lengths, slots) = (&demand.profiles[profile].lengths, &self.slots[profile]);
        let (mut start, last) = (0, until - from);
        while start < last {
            let row = (from + start) * lengths.len();
            let taken = (0..lengths.len()).find(|&i| {
                let end = start + lengths[i];
                best[start] > best[start + 1]
                    && end <= last
                    && slots[row + i] + best[end] == best[start]
            });
            match taken {
                Some(i) => {
                    usage[usize::from(self.pools[profile][row + i])] += 1.0;
                    start += lengths[i];
                }
                None => start += 1,
            }
        }
    }
}
