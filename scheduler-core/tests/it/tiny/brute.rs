//! Exhaustive search over every day of every clerk, rooms by name.

use scheduler_core::problem::{Problem, Shift};
use scheduler_core::time::Window;

#[derive(Debug, Clone, Copy, PartialEq)]
enum Doing {
    Break,
    Slot(usize),
    Promise(usize),
    Block,
}

#[derive(Debug, Clone, Copy)]
struct Activity {
    what: Doing,
    site_day: usize,
    window: Window,
}

/// The best objective of any plan, `None` where there is none. Exponential in everything.
pub(crate) fn best(problem: &Problem) -> Option<f64> {
    let days: Vec<Vec<Vec<Activity>>> =
        problem.shifts.iter().map(|shift| days(problem, shift)).collect();
    let mut best = None;
    combine(problem, &days, &mut Vec::new(), &mut best);
    best
}

/// All that a shift may hold, whatever the rooms.
fn days(problem: &Problem, shift: &Shift) -> Vec<Vec<Activity>> {
    let mut found = Vec::new();
    extend(problem, shift, shift.window.from, &mut Vec::new(), &mut found);
    found
}

fn extend(
    problem: &Problem,
    shift: &Shift,
    step: u16,
    day: &mut Vec<Activity>,
    found: &mut Vec<Vec<Activity>>,
) {
    let breaks = day.iter().filter(|activity| activity.what == Doing::Break).count();
    if step == shift.window.until {
        if breaks == usize::from(!shift.breaks.is_empty()) {
            found.push(day.clone());
        }
        return;
    }
    extend(problem, shift, step + 1, day, found);
    let clerk = &problem.clerks[shift.clerk];
    let site_day = shift.site_day;
    let mut next = Vec::new();
    if let Some(pause) = shift.breaks.first() {
        let window = Window::new(step, step + pause.steps);
        if breaks == 0 && pause.window.covers(window) {
            next.push(Activity { what: Doing::Break, site_day, window });
        }
    }
    let mut work = |what, steps| {
        let window = Window::new(step, step + steps);
        let open = &problem.site_days[site_day].open;
        if shift.window.covers(window) && open.iter().any(|open| open.covers(window)) {
            next.push(Activity { what, site_day, window });
        }
    };
    let able = |service: usize| problem.services[service].skills.is_subset(&clerk.skills);
    for service in 0..problem.services.len() {
        // Slots for services that nobody asks for serve nobody.
        if able(service) && problem.pools.iter().any(|pool| pool.service == service) {
            work(Doing::Slot(service), problem.services[service].steps);
        }
    }
    for (index, promise) in problem.promises.iter().enumerate() {
        if promise.site_day == site_day
            && promise.window.from == step
            && promise.clerk.is_none_or(|clerk| clerk == shift.clerk)
            && able(promise.service)
        {
            work(Doing::Promise(index), promise.window.steps());
        }
    }
    let quotas = problem.site_days[site_day].quotas.iter().map(|&quota| &problem.quotas[quota]);
    let counted = quotas.filter(|quota| quota.skills.is_subset(&clerk.skills));
    for steps in 1..=shift.window.until - step {
        let window = Window::new(step, step + steps);
        let mut met = counted.clone().filter(|quota| quota.window.overlaps(window)).peekable();
        // Blocks that count for no quota serve nobody.
        if met.peek().is_some() && met.all(|quota| steps >= quota.block_steps) {
            work(Doing::Block, steps);
        }
    }
    for activity in next {
        day.push(activity);
        extend(problem, shift, activity.window.until, day, found);
        day.pop();
    }
}

fn combine<'a>(
    problem: &Problem,
    days: &'a [Vec<Vec<Activity>>],
    chosen: &mut Vec<&'a [Activity]>,
    best: &mut Option<f64>,
) {
    let Some(options) = days.get(chosen.len()) else {
        if duties_met(problem, chosen) {
            let value = pools(problem, &starts(chosen));
            if best.is_none_or(|best| value > best) && rooms_suffice(problem, chosen) {
                *best = Some(value);
            }
        }
        return;
    };
    for day in options {
        chosen.push(day);
        combine(problem, days, chosen, best);
        chosen.pop();
    }
}

/// Whether each slot and block can have one room all through, tried in every way.
fn rooms_suffice(problem: &Problem, chosen: &[&[Activity]]) -> bool {
    fn place(problem: &Problem, left: &[Activity], placed: &mut Vec<(Activity, usize)>) -> bool {
        let Some((&one, rest)) = left.split_first() else {
            return true;
        };
        (0..problem.rooms.len()).any(|room| {
            let fits = match one.what {
                Doing::Slot(service) => problem.room_fits(room, service),
                Doing::Promise(promise) => {
                    let promise = &problem.promises[promise];
                    problem.room_fits(room, promise.service)
                        && promise.room.is_none_or(|only| only == room)
                }
                Doing::Block | Doing::Break => true,
            };
            let taken = placed.iter().any(|(other, other_room)| {
                *other_room == room
                    && other.site_day == one.site_day
                    && other.window.overlaps(one.window)
            });
            fits && !taken && {
                placed.push((one, room));
                let found = place(problem, rest, placed);
                placed.pop();
                found
            }
        })
    }
    let activities = chosen.iter().flat_map(|day| day.iter().copied());
    let all: Vec<_> = activities.filter(|activity| activity.what != Doing::Break).collect();
    place(problem, &all, &mut Vec::new())
}

fn duties_met(problem: &Problem, chosen: &[&[Activity]]) -> bool {
    let kept = |promise: usize| {
        let all = chosen.iter().flat_map(|day| day.iter());
        all.filter(|activity| activity.what == Doing::Promise(promise)).count() == 1
    };
    let quotas = problem.quotas.iter().all(|quota| {
        let mut covered = 0;
        for (day, shift) in chosen.iter().zip(&problem.shifts) {
            let clerk = &problem.clerks[shift.clerk];
            if shift.site_day == quota.site_day && quota.skills.is_subset(&clerk.skills) {
                let blocks = day.iter().filter(|activity| activity.what == Doing::Block);
                covered += blocks
                    .map(|block| u32::from(block.window.intersection(quota.window).steps()))
                    .sum::<u32>();
            }
        }
        quota.min_steps <= covered && quota.max_steps.is_none_or(|most| covered <= most)
    });
    quotas && (0..problem.promises.len()).all(kept)
}

/// Service, site-day and step of every slot for demand.
fn starts(chosen: &[&[Activity]]) -> Vec<(usize, usize, u16)> {
    let activities = chosen.iter().flat_map(|day| day.iter());
    activities
        .filter_map(|activity| match activity.what {
            Doing::Slot(service) => Some((service, activity.site_day, activity.window.from)),
            _ => None,
        })
        .collect()
}

/// The best way to give each start to one pool or to none.
fn pools(problem: &Problem, starts: &[(usize, usize, u16)]) -> f64 {
    fn give(problem: &Problem, starts: &[(usize, usize, u16)], given: &mut Vec<usize>) -> f64 {
        let Some((&(service, site_day, step), rest)) = starts.split_first() else {
            return (0..given.len()).map(|pool| problem.pool_value(pool, given[pool])).sum();
        };
        let mut best = give(problem, rest, given);
        for pool in 0..given.len() {
            let data = &problem.pools[pool];
            let inside = |place: &(usize, Window)| place.0 == site_day && place.1.contains(step);
            if data.service == service && data.places.iter().any(inside) {
                given[pool] += 1;
                best = best.max(give(problem, rest, given));
                given[pool] -= 1;
            }
        }
        best
    }
    give(problem, starts, &mut vec![0; problem.pools.len()])
}
