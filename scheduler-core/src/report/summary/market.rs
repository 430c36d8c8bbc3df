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

    /// Sum of the prices of those groups of rooms that `counts`, by step.
    pub(super) fn rooms(&self, counts: impl Fn(&[usize]) -> bool) -> Vec<f64> {
        let mut sum = vec![0.0; self.steps];
        for price in self.rooms.iter().filter(|price| counts(&price.rooms)) {
            for (sum, value) in sum.iter_mut().zip(&price.by_step) {
                *sum += value;
            }
        }
        sum
    }
}

/// A service that rooms of the site can serve, with the price of such a room at each step.
#[derive(Debug)]
pub(super) struct Ware {
    pub(super) service: usize,
    steps: Step,
    room: Vec<f64>,
}

pub(super) fn wares(problem: &Problem, market: &Market<'_>) -> Vec<Ware> {
    let rooms = &problem.sites[problem.site_days[market.site_day].site].rooms;
    let mut wares = Vec::new();
    for (service, data) in problem.services.iter().enumerate() {
        let fits = |room: &&usize| problem.room_fits(**room, service);
        let fitting: Vec<&usize> = rooms.iter().filter(fits).collect();
        if !fitting.is_empty() {
            let room = market.rooms(|group| fitting.iter().all(|room| group.contains(room)));
            wares.push(Ware {
                service,
                steps: data.steps,
                room,
            });
        }
    }
    wares
}

/// What one clerk earns at most in `window`, idle or with one of `wares` at every step.
pub(super) fn best_walk(wares: &[&Ware], market: &Market<'_>, window: Window) -> f64 {
    let mut best = vec![0.0_f64; usize::from(window.steps()) + 1];
    for step in (window.from..window.until).rev() {
        let at = usize::from(step - window.from);
        let mut value = best[at + 1];
        for ware in wares {
            let end = step.saturating_add(ware.steps);
            if end > window.until {
                continue;
            }
            let price = market.slot(ware.service, step);
            if price > 0.0 {
                let room: f64 = ware.room[usize::from(step)..usize::from(end)].iter().sum();
                value = value.max(price - room + best[usize::from(end - window.from)]);
            }
        }
        best[at] = value;
    }
    best[0]
}
