//! The prices of one site-day, and what a clerk more would earn at them.

use std::collections::BTreeMap;

use super::spare::Spare;
use crate::plan::{Prices, RoomPrice};
use crate::problem::{Pool, Problem, tail_probabilities};
use crate::time::Window;

/// Rounds in which a clerk's walk gives way to falling marginal values.
const ROUNDS: usize = 4;

/// The prices of one site-day.
#[derive(Debug)]
pub(super) struct Market<'a> {
    problem: &'a Problem,
    pub(super) site_day: usize,
    rooms: &'a [RoomPrice],
    pools: Vec<LocalPool>,
    board: Board,
}

/// A pool that slots of the site-day can serve.
#[derive(Debug)]
struct LocalPool {
    pool: usize,
    window: Window,
    /// Slots that the plan gives it.
    slots: usize,
    /// Value of a slot more.
    price: f64,
}

/// The dearest pool for each service and start.
#[derive(Debug)]
struct Board {
    steps: usize,
    /// Service by service, each with a whole day: price and index into [`Market::pools`].
    best: Vec<(f64, usize)>,
}

impl<'a> Market<'a> {
    /// The market of `site_day`; `pools` are those with a place there and their windows,
    /// `pool_slots` what the plan gives to each pool of the problem.
    pub(super) fn new(
        problem: &'a Problem,
        prices: &'a Prices,
        site_day: usize,
        pools: &[(usize, Window)],
        pool_slots: &[usize],
    ) -> Self {
        let pools: Vec<LocalPool> = pools
            .iter()
            .map(|&(pool, window)| {
                let slots = pool_slots[pool];
                // Where nobody supplies a pool its price may stand anywhere above what a slot is
                // worth, and proves the same bound.
                let most = marginals(problem, pool, slots.saturating_sub(1)).next().unwrap_or(0.0);
                let price = prices.pools.get(pool).copied().unwrap_or(0.0).min(most);
                LocalPool { pool, window, slots, price }
            })
            .collect();
        let rooms = prices.rooms.get(site_day).map_or(&[][..], Vec::as_slice);
        let all: Vec<f64> = pools.iter().map(|pool| pool.price).collect();
        let board = Board::new(problem, &pools, &all);
        Self { problem, site_day, rooms, pools, board }
    }

    /// What one more room like those that are `alike` is worth, by step: the price of the cheapest
    /// group with such a room.
    pub(super) fn room(&self, alike: impl Fn(usize) -> bool) -> Vec<f64> {
        let steps = self.board.steps;
        let groups = self.rooms.iter().filter(|price| price.rooms.iter().any(|&room| alike(room)));
        let values = groups.map(|price| {
            let padded = price.by_step.iter().copied().chain(std::iter::repeat(0.0));
            padded.take(steps).collect::<Vec<f64>>()
        });
        values
            .reduce(|one, two| one.into_iter().zip(two).map(|(a, b)| a.min(b)).collect())
            .unwrap_or_else(|| vec![0.0; steps])
    }

    /// Weighted minutes of demand that find no slot, of services that `serves` and that may start in
    /// `window`: nothing that is done then can serve more.
    pub(super) fn unmet(&self, serves: impl Fn(usize) -> bool, window: Window) -> f64 {
        let pools = self.pools.iter().filter(|pool| {
            pool.window.overlaps(window) && serves(self.problem.pools[pool.pool].service)
        });
        pools.map(|pool| unmet(self.problem, pool.pool, pool.slots)).sum()
    }

    /// What one more clerk earns in `window` with one of `wares`, or idle, at every step, if every
    /// slot more for a pool were worth as much as the first.
    pub(super) fn asking_price(
        &self,
        wares: &[&Ware],
        spare: Option<&Spare>,
        window: Window,
    ) -> f64 {
        self.board.walk(wares, spare, window).iter().map(|sale| sale.price - sale.room).sum()
    }

    /// What one more clerk earns in `window`, each further slot for a pool being worth less: in the
    /// rooms that are `spare`, or in a room of their own.
    pub(super) fn worth(&self, wares: &[&Ware], spare: Option<&Spare>, window: Window) -> f64 {
        let mut prices: Vec<f64> = self.pools.iter().map(|pool| pool.price).collect();
        let mut best = 0.0_f64;
        for _ in 0..ROUNDS {
            let sales = Board::new(self.problem, &self.pools, &prices).walk(wares, spare, window);
            let mut value = 0.0;
            let mut sold = BTreeMap::<usize, usize>::new();
            for sale in &sales {
                value -= sale.room;
                *sold.entry(sale.pool).or_default() += 1;
            }
            for (index, count) in sold {
                let LocalPool { pool, slots, price, .. } = self.pools[index];
                let earned: f64 = marginals(self.problem, pool, slots)
                    .take(count)
                    .map(|marginal| marginal.min(price))
                    .sum();
                value += earned;
                prices[index] = earned / count as f64;
            }
            best = best.max(value);
        }
        best
    }
}

/// Value of the slots for `pool` after the first `slots`.
fn marginals(problem: &Problem, pool: usize, slots: usize) -> impl Iterator<Item = f64> {
    let pool = &problem.pools[pool];
    let service = &problem.services[pool.service];
    let worth = service.value * f64::from(service.minutes);
    tail_probabilities(pool.mean).skip(slots).map(move |tail| worth * tail)
}

/// Weighted minutes of a pool's demand that `slots` leave unserved.
pub(super) fn unmet(problem: &Problem, pool: usize, slots: usize) -> f64 {
    let Pool { service, mean, .. } = problem.pools[pool];
    let service = &problem.services[service];
    let served: f64 = tail_probabilities(mean).take(slots).sum();
    service.value * f64::from(service.minutes) * (mean - served).max(0.0)
}

/// A slot of a clerk's walk.
#[derive(Debug, Clone, Copy)]
struct Sale {
    /// Index into [`Market::pools`].
    pool: usize,
    price: f64,
    room: f64,
}

impl Board {
    fn new(problem: &Problem, pools: &[LocalPool], prices: &[f64]) -> Self {
        let steps = usize::from(problem.grid.steps_per_day()) + 1;
        let mut best = vec![(0.0_f64, 0); steps * problem.services.len()];
        for (index, (pool, &price)) in pools.iter().zip(prices).enumerate() {
            let service = &mut best[problem.pools[pool.pool].service * steps..][..steps];
            let until = usize::from(pool.window.until).min(steps);
            for cell in service.iter_mut().take(until).skip(usize::from(pool.window.from)) {
                if price > cell.0 {
                    *cell = (price, index);
                }
            }
        }
        Self { steps, best }
    }

    /// The best sequence of slots of one clerk in `window`, the last one first; in rooms that are
    /// `spare`, or in a room of their own.
    fn walk(&self, wares: &[&Ware], spare: Option<&Spare>, window: Window) -> Vec<Sale> {
        let length = usize::from(window.steps());
        let mut best = vec![0.0_f64; length + 1];
        let mut choice: Vec<Option<(usize, Sale)>> = vec![None; length + 1];
        for at in 1..=length {
            best[at] = best[at - 1];
            for ware in wares.iter().filter(|ware| ware.steps <= at) {
                let before = at - ware.steps;
                let step = usize::from(window.from) + before;
                let (price, pool) = self.best[ware.service * self.steps + step];
                let stands = |spare: &Spare| spare.has_room(ware.service, step, ware.steps);
                if price <= 0.0 || !spare.is_none_or(stands) {
                    continue;
                }
                let room = spare.map_or(0.0, |_| ware.room(step));
                let value = best[before] + price - room;
                if value > best[at] {
                    best[at] = value;
                    choice[at] = Some((before, Sale { pool, price, room }));
                }
            }
        }
        let mut sales = Vec::new();
        let mut at = length;
        while at > 0 {
            at = match choice[at] {
                None => at - 1,
                Some((before, sale)) => {
                    sales.push(sale);
                    before
                }
            };
        }
        sales
    }
}

/// A service that rooms of the site can serve, or that needs none.
#[derive(Debug)]
pub(super) struct Ware {
    pub(super) service: usize,
    steps: usize,
    /// For each group of rooms that fit, what it costs from the day's first step up to each.
    rooms: Vec<Vec<f64>>,
}

impl Ware {
    /// The price of the cheapest room for a slot that starts at `step`.
    fn room(&self, step: usize) -> f64 {
        let costs = self.rooms.iter().map(|sums| sums[step + self.steps] - sums[step]);
        costs.reduce(f64::min).unwrap_or(0.0)
    }
}

/// What can be served on the market's site-day.
pub(super) fn wares(problem: &Problem, market: &Market<'_>) -> Vec<Ware> {
    let rooms = &problem.sites[problem.site_days[market.site_day].site].rooms;
    let mut wares = Vec::new();
    for (service, data) in problem.services.iter().enumerate() {
        let fits = |room: &usize| problem.room_fits(*room, service);
        if !data.needs_room || rooms.iter().any(fits) {
            let groups = market.rooms.iter().filter(|price| price.rooms.iter().any(fits));
            let groups = groups.filter(|_| data.needs_room);
            let rooms = groups.map(|price| sums(&price.by_step, market.board.steps)).collect();
            wares.push(Ware { service, steps: usize::from(data.steps), rooms });
        }
    }
    wares
}

/// Σ of the first 0, 1, … `steps` values, which go on with zeros.
fn sums(values: &[f64], steps: usize) -> Vec<f64> {
    let mut sum = 0.0;
    let padded = values.iter().copied().chain(std::iter::repeat(0.0)).take(steps);
    let sums = padded.map(|value| {
        sum += value;
        sum
    });
    std::iter::once(0.0).chain(sums).collect()
}
