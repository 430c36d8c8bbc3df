//! From the states of the search to what the caller gets: a plan with rooms by name, and prices.

use rayon::prelude::*;

use super::{
    Prices, RoomPrice,
    lagrangian::{Dual, Pools},
    lns::{Item, NO_KIND, State, Task},
    room_assignment,
    start::Start,
    trim_blocks::trim_blocks,
};
use crate::problem::{
    BreakTaken, Plan, Problem, Slot, WalkInBlock, Weights, site_day::SiteDayModel,
};
use crate::time::Window;

type DayPlan = (Vec<Slot>, Vec<WalkInBlock>, Vec<BreakTaken>);

/// The plan of `states`, one for each site-day, with its objective; the rest is the caller's. Blocks
/// of `start` stay as long as they are.
pub(super) fn plan(
    problem: &Problem,
    pools: &Pools,
    days: &[SiteDayModel],
    states: &[&State],
    start: Option<&Start>,
) -> Plan {
    let parts: Vec<DayPlan> =
        states.par_iter().zip(days).map(|(state, day)| day_plan(problem, day, state)).collect();
    let mut plan = Plan {
        slots: Vec::with_capacity(parts.iter().map(|part| part.0.len()).sum()),
        walk_in_blocks: Vec::new(),
        breaks: Vec::new(),
        stays: Vec::new(),
        objective: objective(problem, pools, days, states),
        upper_bound: f64::INFINITY,
        seconds: 0.0,
        engine: "search".to_owned(),
        seed: 0,
        work: 0.0,
    };
    for (mut slots, mut blocks, mut breaks) in parts {
        plan.slots.append(&mut slots);
        plan.walk_in_blocks.append(&mut blocks);
        plan.breaks.append(&mut breaks);
    }
    plan.breaks.sort_by_key(|b| (b.day, b.window, b.clerk));
    let is_given = |block: &WalkInBlock| start.is_some_and(|start| start.has_block(block));
    trim_blocks(problem, &mut plan.walk_in_blocks, is_given);
    plan.stays = problem.stays(&plan);
    plan.work = problem.work(&plan);
    if problem.weights != Weights::NONE {
        plan.objective = problem.worth(&plan).objective();
    }
    plan
}

/// The site-day's part of the plan, in order of start and clerk.
fn day_plan(problem: &Problem, day: &SiteDayModel, state: &State) -> DayPlan {
    let place = &problem.site_days[day.site_day];
    let (site, number) = (place.site, place.day);
    let fits = |room: usize, item: Item| match item.task {
        Task::Slot { service, .. } => {
            problem.room_fits(room, day.services[usize::from(service)].index)
        }
        Task::Promise { promise, .. } => {
            let promise = &problem.promises[day.promises[usize::from(promise)].index];
            promise.room.map_or(problem.room_fits(room, promise.service), |pinned| pinned == room)
        }
        Task::Block { .. } => true,
        Task::Break { .. } => false,
    };
    let rooms = if state.seats.stays.is_empty() {
        room_assignment::assign(day, state, fits)
    } else {
        room_assignment::assign_stays(day, state)
    };
    let (mut slots, mut blocks, mut breaks) = (Vec::new(), Vec::new(), Vec::new());
    for (shift, items) in state.items.iter().enumerate() {
        let clerk = problem.shifts[day.shifts[shift].index].clerk;
        for (item, room) in items.iter().zip(&rooms[shift]) {
            let window = Window::new(day.base + item.start, day.base + item.end);
            let mut slot = |service, room, demand, promise| {
                slots.push(Slot {
                    service,
                    site,
                    day: number,
                    window,
                    clerk,
                    room,
                    demand,
                    promise,
                    pinned: false,
                });
            };
            match (item.task, *room) {
                (Task::Slot { service, pool, kind }, room) if room.is_some() || kind == NO_KIND => {
                    let demand = problem.pools[day.pools[usize::from(pool)]].demand;
                    slot(day.services[usize::from(service)].index, room, Some(demand), None);
                }
                (Task::Promise { promise, kind }, room) if room.is_some() || kind == NO_KIND => {
                    let promise = day.promises[usize::from(promise)].index;
                    slot(problem.promises[promise].service, room, None, Some(promise));
                }
                (Task::Block { .. }, Some(room)) => {
                    blocks.push(WalkInBlock {
                        site,
                        day: number,
                        window,
                        clerk,
                        room,
                        pinned: false,
                    });
                }
                (Task::Break { .. }, _) => {
                    breaks.push(BreakTaken { clerk, day: number, window, pinned: false });
                }
                // Within a kind a room is always left: see `room_assignment`.
                _ => {}
            }
        }
    }
    slots.sort_by_key(|s| (s.window.from, s.clerk));
    blocks.sort_by_key(|b| (b.window.from, b.clerk));
    (slots, blocks, breaks)
}

/// The objective, counted afresh.
fn objective(problem: &Problem, pools: &Pools, days: &[SiteDayModel], states: &[&State]) -> f64 {
    let mut counts = vec![0; problem.pools.len()];
    for (day, state) in days.iter().zip(states) {
        for (&pool, &taken) in day.pools.iter().zip(&state.taken) {
            counts[pool] += taken as usize;
        }
    }
    let values = counts.iter().enumerate().map(|(pool, &slots)| pools.table(pool).value(slots));
    // From 0: the sum of nothing would be -0.
    values.fold(0.0, |sum, value| sum + value)
}

/// The best prices of `dual`, by the problem's indices.
pub(super) fn prices(problem: &Problem, days: &[SiteDayModel], dual: &Dual<'_>) -> Prices {
    let mut prices = Prices {
        pools: vec![0.0; problem.pools.len()],
        rooms: Vec::with_capacity(days.len()),
        quotas: vec![0.0; problem.quotas.len()],
    };
    let length = usize::from(problem.grid.steps_per_day());
    for (d, day) in days.iter().enumerate() {
        let (at, values) = dual.prices(d);
        for (&pool, &price) in day.pools.iter().zip(values) {
            prices.pools[pool] = price;
        }
        for (quota, &price) in day.quotas.iter().zip(&values[at.quota_min..]) {
            prices.quotas[quota.index] = price;
        }
        let by_kind = day.kinds.iter().enumerate().map(|(k, kind)| {
            let mut by_step = vec![0.0; length];
            let row = at.rooms + k * day.steps;
            let base = usize::from(day.base);
            by_step[base..base + day.steps].copy_from_slice(&values[row..row + day.steps]);
            RoomPrice { rooms: kind.rooms.clone(), by_step }
        });
        prices.rooms.push(by_kind.collect());
    }
    prices
}
