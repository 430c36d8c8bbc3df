//! What one more slot is worth to each pool, here and now.
//!
//! A plan's prices hold as long as the site-day is about as the plan left it. Where it has drifted,
//! or where there never was a plan, they are found anew for the site-day alone: the slots that fit
//! into the free time are given to the pools so that the expected served minutes, weighted by value,
//! are about the most. That is a concave problem, solved by some rounds of the conditional gradient
//! method (Frank, Wolfe 1956, doi:10.1002/nav.3800030109): each round finds the best paths through
//! all free time at the prices and moves a part of the way towards what they give to each pool; a
//! pool's price is what a slot more or less would then mean to it.
//!
//! These prices rank starts and bound nothing. Rooms keep the prices of the plan; without one they
//! cost nothing. What a pool asks for is its mean less what has been booked from it, whatever the
//! day. A pool that reaches over several site-days keeps the plan's price, or where there is none
//! what its first slot earns.

use super::demand_model::{DemandModel, DemandPool};
use super::slot_rewards::{RoomCosts, SlotRewards};
use crate::ledger::snapshot::Load;
use crate::ledger::{Ledger, ShiftIndex, bits};
use crate::plan;
use crate::problem::{Problem, tail_probabilities};

/// Rounds of the conditional gradient: enough for an order among starts.
const ROUNDS: u32 = 24;

/// Part of the capacity for appointments that may be promised or given up before prices are old.
const DRIFT: f64 = 0.1;

/// Prices at a site-day.
#[derive(Debug)]
pub(in crate::ledger) struct DayPrices {
    /// Value of one more slot, in the order of [`DemandModel::pools`].
    pub pools: Vec<f64>,
    /// What rooms cost.
    pub rooms: RoomCosts,
    /// Kinds of room for each of [`DemandModel::services`].
    pub kinds: Vec<Vec<usize>>,
    /// Desk steps that were promised when the prices were made.
    promised: u32,
}

impl DayPrices {
    /// Prices for `ledger`, which is as full as `load` says: those of the plan where it still
    /// holds, else new ones.
    pub(in crate::ledger) fn new(
        problem: &Problem,
        demand: &DemandModel,
        ledger: &Ledger,
        load: Load,
        plan: Option<&plan::Prices>,
    ) -> Self {
        let site_day = ledger.site_day();
        let of_plan = |pool: usize| plan.and_then(|plan| plan.pools.get(pool)).copied();
        let price = |pool: &DemandPool| {
            of_plan(pool.pool).unwrap_or_else(|| pool.worth * -(-pool.mean).exp_m1())
        };
        let pools: Vec<f64> = demand.pools.iter().map(price).collect();
        let planned = plan.and_then(|plan| plan.rooms.get(site_day)).map_or(&[][..], Vec::as_slice);
        let span = (usize::from(ledger.frame.base), demand.steps);
        let rooms = RoomCosts::new(planned, span, most_per_step(demand, &pools));
        let kinds = demand
            .services
            .iter()
            .map(|s| {
                let service = &problem.services[s.service];
                if service.needs_room {
                    rooms.kinds_for(problem, &service.equipment, None)
                } else {
                    Vec::new()
                }
            })
            .collect();
        // A plan keeps the appointments of the scenario.
        let promises = &problem.site_days[site_day].promises;
        let promised =
            promises.iter().map(|&p| u32::from(problem.promises[p].window.steps())).sum();
        let mut prices = Self { pools, rooms, kinds, promised };
        if plan.is_none() || prices.are_old(load) {
            prices.promised = load.promised;
            prices.refresh(problem, demand, ledger);
            prices.rooms = RoomCosts::new(planned, span, most_per_step(demand, &prices.pools));
        }
        prices
    }

    /// Whether the site-day has drifted from where the prices were made.
    pub(in crate::ledger) fn are_old(&self, load: Load) -> bool {
        f64::from(load.promised.abs_diff(self.promised)) > DRIFT * f64::from(load.capacity)
    }

    /// Finds the prices of the pools that are here alone.
    fn refresh(&mut self, problem: &Problem, demand: &DemandModel, ledger: &Ledger) {
        let marginals = marginals(problem, demand, ledger);
        let mut given = vec![0.0; demand.pools.len()];
        if marginals.iter().all(Vec::is_empty) {
            return self.price(demand, &marginals, &given);
        }
        let mut rewards = SlotRewards::new(demand);
        let mut usage = given.clone();
        let mut best = vec![0.0; demand.steps + 1];
        let stretches = free_stretches(ledger);
        for round in 0..ROUNDS {
            self.price(demand, &marginals, &given);
            rewards.update(demand, &self.pools, (&self.rooms, &self.kinds));
            usage.fill(0.0);
            for &(desk, from, until) in &stretches {
                let profile = demand.profile_of[desk];
                rewards.backward(demand, profile, (from, until), &mut best);
                rewards.add_usage(demand, profile, (from, until), &best, &mut usage);
            }
            let part = 2.0 / (f64::from(round) + 2.0);
            for (given, used) in given.iter_mut().zip(&usage) {
                *given += part * (used - *given);
            }
        }
        self.price(demand, &marginals, &given);
    }

    /// The price of each pool that is here alone at so many slots: half way between what the last
    /// one earns and what one more would, on a line between whole numbers.
    fn price(&mut self, demand: &DemandModel, marginals: &[Vec<f64>], given: &[f64]) {
        for (index, pool) in demand.pools.iter().enumerate().filter(|(_, pool)| pool.alone) {
            let at = |n: usize| marginals[index].get(n).copied().unwrap_or(0.0);
            let slots = f64::max(given[index] - 0.5, 0.0);
            let (n, rest) = (slots.floor() as usize, slots.fract());
            self.pools[index] = pool.worth * (at(n) * (1.0 - rest) + at(n + 1) * rest);
        }
    }
}

/// A step of a room is worth no more than one of the best slot that it could hold. Where a plan has
/// little to serve, its dual says nothing of the kind.
fn most_per_step(demand: &DemandModel, prices: &[f64]) -> f64 {
    let pools = demand.pools.iter().zip(prices);
    pools
        .map(|(pool, price)| price / demand.services[pool.service].steps as f64)
        .fold(0.0, f64::max)
}

/// For each pool that is here alone the probabilities that its first, second, … slot is used, given
/// what is booked already; empty where no slot is.
fn marginals(problem: &Problem, demand: &DemandModel, ledger: &Ledger) -> Vec<Vec<f64>> {
    let mut booked = vec![0.0; demand.pools.len()];
    let of_scenario = &problem.site_days[ledger.site_day()].promises;
    let mut planned: Vec<&str> =
        of_scenario.iter().map(|&promise| problem.promises[promise].id.as_str()).collect();
    planned.sort_unstable();
    let base = ledger.frame.base;
    for (entry, _) in ledger.promises() {
        // Demand is what comes in addition to the appointments of the scenario.
        if planned.binary_search(&&*entry.id).is_ok() {
            continue;
        }
        for item in entry.basket.iter() {
            let start = usize::from(entry.start.saturating_sub(base));
            if let Some(pool) = demand.pool_of(item.service, start) {
                booked[pool] += 1.0;
            }
        }
    }
    let most = demand.profile_of.len() * demand.steps;
    demand
        .pools
        .iter()
        .zip(booked)
        .map(|(pool, booked)| {
            let left = f64::max(pool.mean - booked, 0.0);
            if !pool.alone || left == 0.0 || pool.worth <= 0.0 {
                return Vec::new();
            }
            // So many come that every slot is used.
            if left > 4.0 * most as f64 + 100.0 {
                return vec![1.0; most + 1];
            }
            tail_probabilities(left).take_while(|&p| p > 1e-12).take(most + 1).collect()
        })
        .collect()
}

/// What each desk has free while the site is open: desk, first local step, first step after.
pub(in crate::ledger) fn free_stretches(ledger: &Ledger) -> Vec<(usize, usize, usize)> {
    let frame = &*ledger.frame;
    let mut stretches = Vec::new();
    for (desk, &(shift, _)) in frame.shifts.iter().enumerate() {
        for window in ledger.free(ShiftIndex(shift)) {
            let end = usize::from(window.until - frame.base);
            let mut step = usize::from(window.from - frame.base);
            while step < end {
                let from = step;
                let is_open = bits::get(&frame.open, from);
                while step < end && bits::get(&frame.open, step) == is_open {
                    step += 1;
                }
                if is_open {
                    stretches.push((desk, from, step));
                }
            }
        }
    }
    stretches
}
