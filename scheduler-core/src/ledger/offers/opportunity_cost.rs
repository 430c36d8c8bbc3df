//! What a start destroys.
//!
//! For each stretch that a desk has free, F(t) is the value of the best slots that fit into its part
//! before t, B(t) into its part from t on. A visit that takes `[t, t + d)` costs what fitted into the
//! stretch less what still fits into the two parts: B(begin) − F(t) − B(t + d). So a start that cuts
//! a hole of 45 minutes into 30 and 15 costs more than one that leaves 45 minus itself in one piece.
//! What the desk pays for another stay comes on top, so that the desk is chosen with it.

use super::demand_model::DemandModel;
use super::prices::{DayPrices, free_stretches};
use super::slot_rewards::{RoomCosts, SlotRewards};
use super::stay_cost::StayCosts;
use crate::ledger::{Ledger, Visit, bits};
use crate::problem::Problem;

/// Costs are told apart by a millionth of a minute: sums of floats differ by less for no reason.
const GRAIN: f64 = 1e6;

/// Tables F and B of a site-day at its prices.
#[derive(Debug)]
pub(in crate::ledger) struct OpportunityCosts {
    stretches: Vec<Stretch>,
    /// F by step of a stretch, all stretches one after the other.
    forward: Vec<f64>,
    /// B likewise.
    backward: Vec<f64>,
    /// By desk: value of a free step; the mean of all desks where it has none.
    density: Vec<f64>,
    /// What stays cost, if anything.
    stays: Option<StayCosts>,
}

#[derive(Debug, Clone, Copy)]
struct Stretch {
    desk: usize,
    from: usize,
    until: usize,
    /// Where its rows begin.
    row: usize,
}

impl OpportunityCosts {
    pub(in crate::ledger) fn new(
        problem: &Problem,
        demand: &DemandModel,
        prices: &DayPrices,
        ledger: &Ledger,
    ) -> Self {
        let mut rewards = SlotRewards::new(demand);
        rewards.update(demand, &prices.pools, (&prices.rooms, &prices.kinds));
        let mut row = 0;
        let stretches: Vec<Stretch> = free_stretches(ledger)
            .into_iter()
            .map(|(desk, from, until)| {
                let stretch = Stretch { desk, from, until, row };
                row += until - from + 1;
                stretch
            })
            .collect();
        let (mut forward, mut backward) = (vec![0.0; row], vec![0.0; row]);
        let mut free = vec![(0.0, 0.0); demand.profile_of.len()];
        for stretch in &stretches {
            let (profile, span) = (demand.profile_of[stretch.desk], (stretch.from, stretch.until));
            rewards.forward(demand, profile, span, &mut forward[stretch.row..]);
            rewards.backward(demand, profile, span, &mut backward[stretch.row..]);
            free[stretch.desk].0 += backward[stretch.row];
            free[stretch.desk].1 += (stretch.until - stretch.from) as f64;
        }
        let all = free.iter().fold((0.0, 0.0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        let mean = if all.1 > 0.0 { all.0 / all.1 } else { 0.0 };
        let density =
            free.iter().map(|&(value, steps)| if steps > 0.0 { value / steps } else { mean });
        let stays = StayCosts::new(problem, ledger);
        Self { density: density.collect(), stretches, forward, backward, stays }
    }

    /// What `visit` would destroy by local start: the least over the desks that could do it and are
    /// free. Where none is, so that others have to change clerks, it is estimated: the value of its
    /// steps at the least valued of the desks that could do it and are there, but no less than any
    /// start here that needs no change. Infinite where nobody is there.
    pub(in crate::ledger) fn costs(
        &self,
        problem: &Problem,
        ledger: &Ledger,
        rooms: &RoomCosts,
        visit: &Visit,
    ) -> Vec<f64> {
        let frame = &*ledger.frame;
        let length = usize::from(visit.steps).max(1);
        let able = frame.desks_for(visit);
        let mut costs = vec![f64::INFINITY; frame.desks.steps];
        let mut stays = self.stays.as_ref().and_then(|stays| stays.of(ledger, visit));
        for stretch in self.stretches.iter().filter(|stretch| bits::get(&able, stretch.desk)) {
            let Some(last) = (stretch.until - stretch.from).checked_sub(length) else { continue };
            let forward = &self.forward[stretch.row..=stretch.row + last];
            let whole = self.backward[stretch.row];
            let backward = &self.backward[stretch.row + length..=stretch.row + length + last];
            let row = &mut costs[stretch.from..=stretch.from + last];
            let starts = row.iter_mut().zip(forward).zip(backward);
            match &mut stays {
                None => {
                    for ((cost, before), after) in starts {
                        *cost = cost.min(whole - (before + after));
                    }
                }
                Some(stays) => {
                    let stays = stays.starts(stretch.desk, stretch.from, stretch.until);
                    for (((cost, before), after), stay) in starts.zip(stays) {
                        *cost = cost.min(f64::max(whole - (before + after), 0.0) + stay);
                    }
                }
            }
        }
        let mut estimates = vec![f64::INFINITY; frame.desks.steps];
        for desk in bits::ones(&able) {
            let (from, until) = frame.desks.hours[desk];
            let Some(last) = (until - from).checked_sub(length) else { continue };
            let estimate = self.density[desk] * length as f64;
            for known in &mut estimates[from..=from + last] {
                *known = known.min(estimate);
            }
        }
        let known = costs.iter().copied().filter(|cost| cost.is_finite());
        let dearest = known.fold(0.0, f64::max);
        let kinds = if visit.needs_room {
            rooms.kinds_for(problem, &visit.equipment, visit.room.map(|room| room.0))
        } else {
            Vec::new()
        };
        for (start, (cost, estimate)) in costs.iter_mut().zip(estimates).enumerate() {
            let desk = if cost.is_finite() { *cost } else { estimate.max(dearest) };
            let sum = desk.max(0.0) + rooms.cost(&kinds, start, start + length);
            *cost = (sum * GRAIN).round() / GRAIN;
        }
        costs
    }

    /// Whether some desk that could do `visit` has it begin or end a free stretch at `start` and
    /// leaves of that either nothing or enough for a slot.
    pub(in crate::ledger) fn fills_gap(
        &self,
        demand: &DemandModel,
        ledger: &Ledger,
        visit: &Visit,
        start: usize,
    ) -> bool {
        let able = ledger.frame.desks_for(visit);
        let end = start + usize::from(visit.steps).max(1);
        self.stretches.iter().filter(|stretch| bits::get(&able, stretch.desk)).any(|stretch| {
            let (Some(before), Some(after)) =
                (start.checked_sub(stretch.from), stretch.until.checked_sub(end))
            else {
                return false;
            };
            let profile = &demand.profiles[demand.profile_of[stretch.desk]];
            let rest = before + after;
            (before == 0 || after == 0)
                && (rest == 0 || profile.lengths.first().is_some_and(|&least| least <= rest))
        })
    }
}
