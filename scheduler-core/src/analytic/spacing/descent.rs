//! Least cost over the ways to put customers into slots, where the cost is multimodular.
//!
//! Cost is multimodular in the numbers of customers of the slots for the models here (G. Kaandorp
//! and G. Koole, "Optimal outpatient appointment scheduling", 2007, doi:10.1007/s10729-007-9015-x;
//! C. Zacharias and M. Pinedo, "Managing customer arrivals in service systems with multiple
//! identical servers", 2017, doi:10.1287/msom.2017.0645). Then a schedule is best of all if it is
//! best among those where some of the slots, the first counting as next to the last, each hand one
//! customer to the slot before.

use crate::analytic::error::{AnalyticError, must};

/// Customers in slots.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// Customers of each slot.
    pub customers: Vec<u32>,
    /// What it costs.
    pub cost: f64,
    /// Whether no schedule at all costs less. Otherwise none does that moves one customer.
    pub proven: bool,
}

/// Most slots for which all 2ⁿ sets of slots that hand a customer on are tried.
const MOST_SLOTS_FOR_PROOF: usize = 16;

/// Improvements that rounding explains are none.
const ROUNDING: f64 = 1e-12;

/// The least of `cost` over the schedules of `customers` in `slots` slots, at most `most` in each.
/// Descends by moving single customers, and, for up to 16 slots, over the whole neighbourhood.
///
/// # Errors
/// The customers do not fit into the slots, or one of the costs cannot be computed.
pub(super) fn least(
    slots: usize,
    customers: u32,
    most: u32,
    mut cost: impl FnMut(&[u32]) -> Result<f64, AnalyticError>,
) -> Result<Schedule, AnalyticError> {
    let room = u64::from(most).saturating_mul(slots as u64);
    let fit = slots > 0 && u64::from(customers) <= room;
    must(fit, "customers", f64::from(customers), "as many as the slots take, or fewer")?;
    let mut best = spread(slots, customers);
    let mut best_cost = cost(&best)?;
    let mut tried = best.clone();
    loop {
        if move_one(&mut best, &mut best_cost, &mut tried, most, &mut cost)? {
            continue;
        }
        let proven = slots <= MOST_SLOTS_FOR_PROOF;
        if !proven || !hand_on(&mut best, &mut best_cost, &mut tried, most, &mut cost)? {
            return Ok(Schedule { customers: best, cost: best_cost, proven });
        }
    }
}

/// As even as it goes, the first slot first.
fn spread(slots: usize, customers: u32) -> Vec<u32> {
    let mut schedule = vec![0; slots];
    for customer in 0..u64::from(customers) {
        schedule[(customer * slots as u64 / u64::from(customers)) as usize] += 1;
    }
    schedule
}

fn improves(new: f64, old: f64) -> bool {
    new < old - ROUNDING * old.abs()
}

/// The best move of one customer to another slot, if one helps.
fn move_one(
    best: &mut [u32],
    best_cost: &mut f64,
    tried: &mut [u32],
    most: u32,
    cost: &mut impl FnMut(&[u32]) -> Result<f64, AnalyticError>,
) -> Result<bool, AnalyticError> {
    let mut step = None;
    let mut least = *best_cost;
    for from in (0..best.len()).filter(|from| best[*from] > 0) {
        for to in (0..best.len()).filter(|to| *to != from && best[*to] < most) {
            tried.copy_from_slice(best);
            tried[from] -= 1;
            tried[to] += 1;
            let found = cost(tried)?;
            if improves(found, least) {
                (least, step) = (found, Some((from, to)));
            }
        }
    }
    let Some((from, to)) = step else { return Ok(false) };
    best[from] -= 1;
    best[to] += 1;
    *best_cost = least;
    Ok(true)
}

/// The first set of slots that helps by handing a customer each to the slot before.
fn hand_on(
    best: &mut [u32],
    best_cost: &mut f64,
    tried: &mut [u32],
    most: u32,
    cost: &mut impl FnMut(&[u32]) -> Result<f64, AnalyticError>,
) -> Result<bool, AnalyticError> {
    let slots = best.len();
    let handing = |set: u32, slot: usize| set >> (slot % slots) & 1;
    for set in 1..(1_u32 << slots) - 1 {
        let possible = (0..slots).all(|slot| {
            let after = best[slot] + handing(set, slot + 1);
            tried[slot] = after.saturating_sub(handing(set, slot));
            after >= handing(set, slot) && tried[slot] <= most
        });
        if !possible {
            continue;
        }
        let found = cost(tried)?;
        if improves(found, *best_cost) {
            best.copy_from_slice(tried);
            *best_cost = found;
            return Ok(true);
        }
    }
    Ok(false)
}
