//! What the slots of a pool are worth, as columns: pieces from 0 to 1 whose worth falls.

use std::collections::BTreeMap;

use crate::problem::site_day::{PoolPlace, ShiftGroup, SiteDayModel};
use crate::problem::{Problem, tail_probabilities};

use super::model::Model;

/// Pieces worth less than this are left out; what they are worth is added to the bound.
const LEAST_PIECE: f64 = 1e-11;

/// For each pool that is worth anything the row `slots given − Σ pieces >= 0`.
#[derive(Debug)]
pub(super) struct PoolPieces {
    pub(super) rows: BTreeMap<usize, usize>,
    pub(super) left_out: f64,
    pub(super) least_slot: f64,
}

/// Takes the pools out whose first slot is worth next to nothing; returns what all their slots
/// are worth together, at most.
pub(super) fn leave_out_worthless(problem: &Problem, places: &mut [Vec<PoolPlace>]) -> f64 {
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

/// What the first, the second, … slot of `pool` is worth; falls to 0.
fn marginals(problem: &Problem, pool: usize) -> impl Iterator<Item = f64> {
    let service = &problem.services[problem.pools[pool].service];
    let worth = service.value * f64::from(service.minutes);
    tail_probabilities(problem.pools[pool].mean).map(move |tail| tail * worth)
}

impl PoolPieces {
    pub(super) fn new(
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
