//! The prices of one site-day, and what a clerk would earn at them.

use crate::plan::{Prices, RoomPrice};
use crate::problem::Problem;
use crate::time::{Step, Window};

/// The prices of one site-day.
#[derive(Debug)]
pub(super) struct Market<'a> {
    pub(super) site_day: usize,
    rooms: &'a [RoomPrice],
    /// Best price of a slot that starts at a step: service by service, each with a whole day.
    slots: Vec<f64>,
    steps: usize,
}

impl<'a> Market<'a> {
    pub(super) fn new(
        problem: &Problem,
        prices: &'a Prices,
        site_day: usize,
        pools: &[(usize, Window)],
    ) -> Self {
        let steps = usize::from(problem.grid.steps_per_day()) + 1;
        let mut all = vec![0.0_f64; steps * problem.services.len()];
        for &(pool, window) in pools {
            let Some(&price) = prices.pools.get(pool) else {
                continue;
            };
            let slots = &mut all[problem.pools[pool].service * steps..][..steps];
            let until = usize::from(window.until).min(steps);
            for slot in slots.iter_mut().take(until).skip(usize::from(window.from)) {
                *slot = slot.max(price);
            }
        }
        let rooms = prices.rooms.get(site_day).map_or(&[][..], Vec::as_slice);
        Self {
            site_day,
            rooms,
            slots: all,
            steps,
        }
    }

    /// Best price of a slot for `service` that starts at `step`.
    pub(super) fn slot(&self, service: usize, step: Step) -> f64 {
        self.slots[service * self.steps + usize::from(step)]
    }

    /// What one more room like those that are `alike` is worth, by step: the price of the cheapest
    /// group with such a room.
    pub(super) fn room(&self, alike: impl Fn(usize) -> bool) -> Vec<f64> {
        let mut worth: Option<Vec<f64>> = None;
        for price in self
            .rooms
            .iter()
            .filter(|price| price.rooms.iter().any(|&room| alike(room)))
        {
            let worth = worth.get_or_insert_with(|| vec![f64::INFINITY; self.steps]);
            for (worth, &value) in worth.iter_mut().zip(&price.by_step) {
                *worth = worth.min(value);
            }
        }
        let mut worth = worth.unwrap_or_default();
        worth.resize(self.steps, 0.0);
        for value in worth.iter_mut().filter(|value| value.is_infinite()) {
            *value = 0.0;
        }
        worth
    }
}

/// A service that rooms of the site can serve.
#[derive(Debug)]
pub(super) struct Ware {
    pub(super) service: usize,
    steps: Step,
    /// For each group of rooms that fit, what it costs from the day's first step up to each.
    rooms: Vec<Vec<f64>>,
}

impl Ware {
    /// The price of the cheapest room for a slot that starts at `step`.
    fn room(&self, step: Step) -> f64 {
        let (from, until) = (usize::from(step), usize::from(step + self.steps));
        let costs = self.rooms.iter().map(|sums| sums[until] - sums[from]);
        costs.reduce(f64::min).unwrap_or(0.0)
    }
}

/// What can be served on the market's site-day.
pub(super) fn wares(problem: &Problem, market: &Market<'_>) -> Vec<Ware> {
    let rooms = &problem.sites[problem.site_days[market.site_day].site].rooms;
    let mut wares = Vec::new();
    for (service, data) in problem.services.iter().enumerate() {
        let fits = |room: &usize| problem.room_fits(*room, service);
        if !rooms.iter().any(fits) {
            continue;
        }
        let groups = market
            .rooms
            .iter()
            .filter(|price| price.rooms.iter().any(fits));
        let rooms = groups
            .map(|price| sums(&price.by_step, market.steps))
            .collect();
        wares.push(Ware {
            service,
            steps: data.steps,
            rooms,
        });
    }
    wares
}

/// Σ of the first 0, 1, … `steps` values, which go on with zeros.
fn sums(values: &[f64], steps: usize) -> Vec<f64> {
    let mut sum = 0.0;
    let padded = values
        .iter()
        .copied()
        .chain(std::iter::repeat(0.0))
        .take(steps);
    let sums = padded.map(|value| {
        sum += value;
        sum
    });
    std::iter::once(0.0).chain(sums).collect()
}

/// What one clerk earns at most in `window`, idle or with one of `wares` at every step.
pub(super) fn best_walk(wares: &[&Ware], market: &Market<'_>, window: Window) -> f64 {
    let mut best = vec![0.0_f64; usize::from(window.steps()) + 1];
    for step in (window.from..window.until).rev() {
        let at = usize::from(step - window.from);
        let mut value = best[at + 1];
        for ware in wares
            .iter()
            .filter(|ware| ware.steps <= window.until - step)
        {
            let price = market.slot(ware.service, step);
            if price > 0.0 {
                let rest = best[at + usize::from(ware.steps)];
                value = value.max(price - ware.room(step) + rest);
            }
        }
        best[at] = value;
    }
    best[0]
}
