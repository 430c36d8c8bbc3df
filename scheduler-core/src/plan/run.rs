//! The run: prices and bound, first plan, search in cooling cycles, rooms by name.

use rayon::prelude::*;

use super::{
    Budget, Monitor, Options, Outcome, PlanError, Prices, Progress, RoomPrice, Stop, conflict,
    day::Day,
    dual::Dual,
    pools::Pools,
    rooms,
    search::{Item, Search, State, Task, View},
};
use crate::problem::{BreakTaken, Plan, Problem, Slot, WalkInBlock};
use crate::time::Window;

/// Plans `problem` within the budget of `options`.
///
/// # Errors
/// [`PlanError::Infeasible`] with what conflicts where no plan meets all constraints,
/// [`PlanError::NotFound`] where neither a plan nor such a proof was found within the budget.
pub fn plan(
    problem: &Problem,
    options: &Options,
    monitor: &dyn Monitor,
) -> Result<Outcome, PlanError> {
    match options.threads {
        None => run(problem, options, monitor),
        Some(threads) => {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.max(1)).build();
            match pool {
                Ok(pool) => pool.install(|| run(problem, options, monitor)),
                // The system grants no more threads: the caller's own do the same work.
                Err(_) => run(problem, options, monitor),
            }
        }
    }
}

/// Cooling cycles, as shares of the budget at which they end. Short ones first, so that there is a
/// good plan early; the last is where the best is found.
const CYCLES: [f64; 3] = [0.04, 0.16, 1.0];

/// Slices of the budget between two looks at clock, gap and shared pools.
const SLICES: f64 = 100.0;

/// Share of the budget that goes to the bound, while it still moves.
const DUAL_SHARE: f64 = 0.2;

/// Site-days that search at the same time where pools link them.
const TOGETHER: usize = 4;

fn run(
    problem: &Problem,
    options: &Options,
    monitor: &dyn Monitor,
) -> Result<Outcome, PlanError> {
    let conflicts = conflict::explain(problem);
    if !conflicts.is_empty() {
        return Err(PlanError::Infeasible { conflicts });
    }
    let pools = Pools::new(problem);
    let mut places = vec![Vec::new(); problem.site_days.len()];
    for (p, pool) in problem.pools.iter().enumerate() {
        for &(site_day, window) in &pool.places {
            places[site_day].push((p, window));
        }
    }
    let days: Vec<Day> = places
        .par_iter()
        .enumerate()
        .map(|(site_day, pools_here)| Day::new(problem, site_day, pools_here))
        .collect();
    drop(places);
    let mut run = Run::new(problem, options, monitor, &pools, &days);
    run.go()
}

struct Run<'a> {
    problem: &'a Problem,
    options: &'a Options,
    monitor: &'a dyn Monitor,
    pools: &'a Pools,
    days: &'a [Day],
    dual: Dual<'a>,
    searches: Vec<Search>,
    /// Moves per slice are shared out by this.
    weights: Vec<f64>,
    /// Whether a linking pool has a place on the day.
    linked: Vec<bool>,
    /// Position in [`Pools::linking`] by local pool, for linked days.
    positions: Vec<Vec<Option<usize>>>,
    /// Best states of the linked days together, and their value.
    together: Vec<State>,
    together_value: f64,
    heat: f64,
    steps: u64,
    dual_spent: f64,
    rate: f64,
}

impl<'a> Run<'a> {
    fn new(
        problem: &'a Problem,
        options: &'a Options,
        monitor: &'a dyn Monitor,
        pools: &'a Pools,
        days: &'a [Day],
    ) -> Self {
        let grid = f64::from(problem.grid.minutes());
        let dearest = problem
            .services
            .iter()
            .map(|s| s.value * f64::from(s.minutes) / f64::from(s.steps.max(1)))
            .fold(0.0, f64::max)
            .min(1e9 * grid);
        let positions: Vec<Vec<Option<usize>>> = days
            .iter()
            .map(|day| day.pools.iter().map(|p| pools.linking.binary_search(p).ok()).collect())
            .collect();
        Self {
            problem,
            options,
            monitor,
            dual: Dual::new(days, pools, dearest),
            searches: days.iter().map(|day| Search::new(day, options.seed, dearest)).collect(),
            weights: days
                .iter()
                .map(|day| day.desks.iter().map(|d| (d.until - d.from) as f64).sum())
                .collect(),
            linked: positions.iter().map(|p| p.iter().any(Option::is_some)).collect(),
            positions,
            together: Vec::new(),
            together_value: f64::NEG_INFINITY,
            heat: 0.2 * dearest,
            steps: 0,
            dual_spent: 0.0,
            rate: 0.0,
            pools,
            days,
        }
    }

    /// What of the budget is spent, in its unit.
    fn spent(&self) -> f64 {
        match self.options.budget {
            Budget::Time(_) => self.monitor.elapsed().as_secs_f64(),
            Budget::Steps(_) => self.steps as f64,
        }
    }

    fn total(&self) -> f64 {
        match self.options.budget {
            Budget::Time(time) => time.as_secs_f64(),
            Budget::Steps(steps) => steps as f64,
        }
        .max(1e-9)
    }

    fn go(&mut self) -> Result<Outcome, PlanError> {
        self.first_prices();
        self.search(0, (0.0, 0.0));
        let mut cycle = 0;
        let mut stop = Stop::Budget;
        loop {
            let share = self.spent() / self.total();
            let objective = self.objective();
            self.monitor.progress(&Progress {
                elapsed: self.monitor.elapsed(),
                steps: self.steps,
                objective,
                upper_bound: self.dual.bound,
            });
            if self.dual.bound < -1e-6 {
                break;
            }
            if let Some(objective) = objective {
                let gap = self.dual.bound - objective;
                if gap <= 1e-9 * self.dual.bound.max(1.0) {
                    stop = Stop::Optimal;
                    break;
                }
                if gap <= self.options.gap * self.dual.bound {
                    stop = Stop::Gap;
                    break;
                }
            }
            if self.monitor.cancelled() {
                stop = Stop::Cancelled;
                break;
            }
            if share >= 1.0 {
                break;
            }
            while cycle + 1 < CYCLES.len() && share >= CYCLES[cycle] {
                cycle += 1;
                self.begin_cycle();
            }
            let from = if cycle == 0 { 0.0 } else { CYCLES[cycle - 1] };
            let heat = |share: f64| {
                let left = 1.0 - ((share - from) / (CYCLES[cycle] - from)).clamp(0.0, 1.0);
                self.heat * left * left + 1e-3 * self.heat
            };
            let range = (heat(share), heat(share + 1.0 / SLICES));
            let slice = self.slice();
            self.search(slice, range);
            self.price((DUAL_SHARE * self.spent() - self.dual_spent).min(self.total() / SLICES));
        }
        self.finish(stop)
    }

    /// Moves of the next slice.
    fn slice(&self) -> u64 {
        match self.options.budget {
            Budget::Steps(steps) => ((steps as f64 / SLICES) as u64).clamp(1, (steps - self.steps).max(1)),
            Budget::Time(time) => {
                let seconds = (time.as_secs_f64() / SLICES).clamp(0.002, 0.25);
                ((self.rate * seconds) as u64).max(self.days.len() as u64)
            }
        }
    }

    /// A first idea of prices, and how many more rounds there will be time for.
    fn first_prices(&mut self) {
        const ROUNDS: u32 = 3;
        let begin = self.spent();
        for _ in 0..ROUNDS {
            self.steps += self.dual.round();
        }
        let round = (self.spent() - begin) / f64::from(ROUNDS);
        self.dual.plan_for(DUAL_SHARE * self.total() / round.max(1e-9));
        self.dual_spent += self.spent() - begin;
        self.price(0.05 * self.total());
    }

    /// Moves prices for about `allowance` of the budget.
    fn price(&mut self, allowance: f64) {
        let begin = self.spent();
        while self.spent() - begin < allowance && !self.dual.settled() {
            self.steps += self.dual.round();
        }
        self.dual_spent += self.spent() - begin;
    }

    /// `moves` moves over all site-days; 0 makes the first plan.
    fn search(&mut self, moves: u64, heat: (f64, f64)) {
        let begin = self.monitor.elapsed();
        let group = if self.linked.contains(&true) { TOGETHER } else { self.days.len().max(1) };
        let groups = self.days.len().div_ceil(group).max(1);
        let group = self.days.len().div_ceil(groups).max(1);
        let total: f64 = self.weights.iter().sum();
        let mut done = 0;
        let mut counts = self.counts(self.searches.iter().map(|s| &s.state));
        for first in (0..self.days.len()).step_by(group) {
            let range = first..(first + group).min(self.days.len());
            let (pools, days, positions) = (self.pools, self.days, &self.positions);
            let (linked, weights, now) = (&self.linked, &self.weights, &counts);
            let mut sharing = vec![0_usize; pools.linking.len()];
            for d in range.clone() {
                for position in positions[d].iter().flatten() {
                    sharing[*position] += 1;
                }
            }
            let sharing = &sharing;
            done += self.searches[range.clone()]
                .par_iter_mut()
                .zip(range.clone())
                .with_max_len(1)
                .map(|(search, d)| {
                    let day = &days[d];
                    let mut view = view(pools, day, &search.state, &positions[d], now, sharing);
                    if moves == 0 {
                        search.fill(day, &mut view);
                        return day.desks.len() as u64;
                    }
                    if linked[d] {
                        search.restart(day, &view);
                    }
                    let own = (moves as f64 * weights[d] / total.max(1.0)).ceil() as u64;
                    search.anneal(day, &mut view, own, heat);
                    own
                })
                .sum::<u64>();
            counts = self.counts(self.searches.iter().map(|s| &s.state));
        }
        // Where there is nothing to move, time passes all the same.
        self.steps += done.max(moves).max(1);
        let seconds = (self.monitor.elapsed() - begin).as_secs_f64();
        let rate = done as f64 / seconds.max(1e-6);
        self.rate = if moves == 0 || self.rate == 0.0 { rate } else { 0.5 * (self.rate + rate) };
        self.keep_together();
    }

    /// Slots of each linking pool.
    fn counts<'s>(&self, states: impl Iterator<Item = &'s State>) -> Vec<usize> {
        let mut counts = vec![0; self.pools.linking.len()];
        if !counts.is_empty() {
            for (state, positions) in states.zip(&self.positions) {
                for (&taken, position) in state.taken.iter().zip(positions) {
                    if let Some(position) = *position {
                        counts[position] += taken as usize;
                    }
                }
            }
        }
        counts
    }

    /// Keeps the best states of linked days if together they are better than those kept.
    fn keep_together(&mut self) {
        if self.pools.linking.is_empty() {
            return;
        }
        let missing: i64 = self.searches.iter().zip(self.days).zip(&self.linked).filter(|x| *x.1).map(|((s, d), _)| {
            let missing = s.best.missing(d);
            i64::from(missing.steps) + 100 * i64::from(missing.tasks)
        }).sum();
        let states = || self.searches.iter().map(|s| &s.best);
        let value = self.value(states(), true) - missing as f64 * 1e6;
        if value > self.together_value {
            self.together_value = value;
            self.together = self
                .searches
                .iter()
                .zip(&self.linked)
                .filter(|(_, linked)| **linked)
                .map(|(search, _)| search.best.clone())
                .collect();
        }
    }

    /// Value of linked or of other site-days, summed in order.
    fn value<'s>(&self, states: impl Iterator<Item = &'s State> + Clone, linked: bool) -> f64 {
        let mut value = 0.0;
        for (d, state) in states.clone().enumerate() {
            if self.linked[d] == linked {
                for (local, &taken) in state.taken.iter().enumerate() {
                    if self.positions[d][local].is_none() {
                        value += self.pools.table(self.days[d].pools[local]).value(taken as usize);
                    }
                }
            }
        }
        if linked {
            for (&pool, count) in self.pools.linking.iter().zip(self.counts(states)) {
                value += self.pools.table(pool).value(count);
            }
        }
        value
    }

    fn begin_cycle(&mut self) {
        let mut together = self.together.iter();
        for (d, search) in self.searches.iter_mut().enumerate() {
            if self.linked[d] && let Some(state) = together.next() {
                search.best.clone_from(state);
            }
            search.return_to_best();
        }
    }

    /// The best states of all days.
    fn best(&self) -> impl Iterator<Item = &State> + Clone {
        let mut together = self.together.iter();
        let states: Vec<&State> = self
            .searches
            .iter()
            .zip(&self.linked)
            .map(|(search, &linked)| {
                if linked { together.next().unwrap_or(&search.best) } else { &search.best }
            })
            .collect();
        states.into_iter()
    }

    /// Objective of the best plan, if it keeps all constraints.
    fn objective(&self) -> Option<f64> {
        let best = self.best();
        best.clone()
            .zip(self.days)
            .all(|(state, day)| state.missing(day).is_none())
            .then(|| self.value(best.clone(), false) + self.value(best, true))
    }

    fn finish(&mut self, stop: Stop) -> Result<Outcome, PlanError> {
        let Some(_) = self.objective() else {
            let (problem, budget) = (self.problem, self.options.budget);
            if self.dual.bound < -1e-6 {
                let conflicts = conflict::reasons(problem, self.monitor, budget);
                return Err(PlanError::Infeasible { conflicts });
            }
            let conflicts = conflict::solved(problem, self.monitor, budget);
            return Err(if conflicts.is_empty() {
                PlanError::NotFound { conflicts }
            } else {
                PlanError::Infeasible { conflicts }
            });
        };
        let mut plan = Plan {
            slots: Vec::new(),
            walk_in_blocks: Vec::new(),
            breaks: Vec::new(),
            objective: 0.0,
            upper_bound: self.dual.bound,
            seconds: self.monitor.elapsed().as_secs_f64(),
            engine: "search".to_owned(),
            seed: self.options.seed,
        };
        let states: Vec<&State> = self.best().collect();
        let parts: Vec<DayPlan> = states
            .par_iter()
            .zip(self.days)
            .map(|(state, day)| publish(self.problem, day, state))
            .collect();
        for mut part in parts {
            plan.slots.append(&mut part.0);
            plan.walk_in_blocks.append(&mut part.1);
            plan.breaks.append(&mut part.2);
        }
        plan.breaks.sort_by_key(|b| (b.day, b.window, b.clerk));
        plan.objective = objective_of(self.problem, self.pools, self.days, &states);
        plan.upper_bound = plan.upper_bound.max(plan.objective);
        Ok(Outcome { plan, prices: self.prices(), stop, steps: self.steps })
    }

    fn prices(&self) -> Prices {
        let mut prices = Prices {
            pools: vec![0.0; self.problem.pools.len()],
            rooms: Vec::with_capacity(self.days.len()),
            quotas: vec![0.0; self.problem.quotas.len()],
        };
        for (d, day) in self.days.iter().enumerate() {
            let (at, values) = self.dual.prices(d);
            for (&pool, &price) in day.pools.iter().zip(values) {
                prices.pools[pool] = price;
            }
            for (quota, &price) in day.quotas.iter().zip(&values[at.quota_min..]) {
                prices.quotas[quota.quota] = price;
            }
            let length = usize::from(self.problem.grid.steps_per_day());
            prices.rooms.push(
                day.kinds
                    .iter()
                    .enumerate()
                    .map(|(k, kind)| {
                        let mut by_step = vec![0.0; length];
                        let row = at.rooms + k * day.steps;
                        let base = usize::from(day.base);
                        by_step[base..base + day.steps]
                            .copy_from_slice(&values[row..row + day.steps]);
                        RoomPrice { rooms: kind.rooms.clone(), by_step }
                    })
                    .collect(),
            );
        }
        prices
    }
}

/// The site-day as its search sees it. A pool that several site-days of a group fill at the same
/// time is seen as if all of them did what this one does: of `sharing` site-days, each counts
/// (F(N + sharing · δ) − F(N)) / sharing for δ slots more. F is concave, so what all gain together
/// is at least the sum of what each counted.
fn view(
    pools: &Pools,
    day: &Day,
    state: &State,
    positions: &[Option<usize>],
    counts: &[usize],
    sharing: &[usize],
) -> View {
    let shared: Vec<Option<Vec<f64>>> = positions
        .iter()
        .enumerate()
        .map(|(local, position)| {
            position.map(|position| {
                let table = pools.table(day.pools[local]);
                let (all, own) = (counts[position] as i64, i64::from(state.taken[local]));
                let share = sharing[position].max(1) as i64;
                let value = |slots: i64| match usize::try_from(slots) {
                    Ok(slots) => table.value(slots),
                    Err(_) => table.first() * slots as f64,
                };
                let length = table.marginals.len() as i64;
                let most = own + (length - all).max(0) / share + 1;
                (0..most)
                    .map(|slots| {
                        let at = all + share * (slots - own);
                        (value(at + share) - value(at)) / share as f64
                    })
                    .collect()
            })
        })
        .collect();
    View::new(
        day,
        shared.iter().enumerate().map(|(local, shared)| match shared {
            Some(gains) => &gains[..],
            None => &pools.table(day.pools[local]).marginals[..],
        }),
    )
}

type DayPlan = (Vec<Slot>, Vec<WalkInBlock>, Vec<BreakTaken>);

/// The day's part of the plan, in order of start and clerk.
fn publish(problem: &Problem, day: &Day, state: &State) -> DayPlan {
    let place = &problem.site_days[day.site_day];
    let fits = |room: usize, item: Item| match item.task {
        Task::Slot { service, .. } => {
            problem.room_fits(room, day.services[usize::from(service)].service)
        }
        Task::Promise { promise, .. } => {
            let promise = &problem.promises[day.promises[usize::from(promise)].promise];
            promise.room.map_or(problem.room_fits(room, promise.service), |pinned| pinned == room)
        }
        Task::Block { .. } => true,
        Task::Break => false,
    };
    let rooms = rooms::assign(day, state, fits);
    let (mut slots, mut blocks, mut breaks) = (Vec::new(), Vec::new(), Vec::new());
    for (desk, items) in state.items.iter().enumerate() {
        let clerk = problem.shifts[day.desks[desk].shift].clerk;
        for (i, item) in items.iter().enumerate() {
            let window = Window::new(day.base + item.start, day.base + item.end);
            let (site, number) = (place.site, place.day);
            match (item.task, rooms[desk][i]) {
                (Task::Slot { service, pool, .. }, Some(room)) => slots.push(Slot {
                    service: day.services[usize::from(service)].service,
                    site,
                    day: number,
                    window,
                    clerk,
                    room,
                    demand: Some(problem.pools[day.pools[usize::from(pool)]].demand),
                    promise: None,
                }),
                (Task::Promise { promise, .. }, Some(room)) => {
                    let promise = day.promises[usize::from(promise)].promise;
                    slots.push(Slot {
                        service: problem.promises[promise].service,
                        site,
                        day: number,
                        window,
                        clerk,
                        room,
                        demand: None,
                        promise: Some(promise),
                    });
                }
                (Task::Block { .. }, Some(room)) => {
                    blocks.push(WalkInBlock { site, day: number, window, clerk, room });
                }
                (Task::Break, _) => breaks.push(BreakTaken { clerk, day: number, window }),
                // Within a kind a room is always left: see `rooms`.
                (_, None) => {}
            }
        }
    }
    slots.sort_by_key(|s| (s.window.from, s.clerk));
    blocks.sort_by_key(|b| (b.window.from, b.clerk));
    (slots, blocks, breaks)
}

/// The objective, counted afresh from the states.
fn objective_of(problem: &Problem, pools: &Pools, days: &[Day], states: &[&State]) -> f64 {
    let mut counts = vec![0; problem.pools.len()];
    for (day, state) in days.iter().zip(states) {
        for (&pool, &taken) in day.pools.iter().zip(&state.taken) {
            counts[pool] += taken as usize;
        }
    }
    counts.iter().enumerate().map(|(pool, &slots)| pools.table(pool).value(slots)).sum()
}
