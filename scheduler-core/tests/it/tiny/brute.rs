//! Exhaustive search over every day of every clerk, rooms by name, worth counted from the
//! definition of the problem alone.

use scheduler_core::problem::{Problem, Shift};
use scheduler_core::time::{Step, Window};

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
    /// Index of the shift.
    shift: usize,
}

/// The best objective of any plan, `None` where there is none. Exponential in everything.
pub(crate) fn best(problem: &Problem) -> Option<f64> {
    let days: Vec<Vec<Vec<Activity>>> = (0..problem.shifts.len())
        .map(|shift| {
            let mut found = Vec::new();
            let from = problem.shifts[shift].window.from;
            extend(problem, shift, from, &mut Vec::new(), &mut found);
            found
        })
        .collect();
    let mut best = None;
    combine(problem, &days, &mut Vec::new(), &mut best);
    best
}

/// All that a shift may hold from `step` on, whatever the rooms.
fn extend(
    problem: &Problem,
    index: usize,
    step: Step,
    day: &mut Vec<Activity>,
    found: &mut Vec<Vec<Activity>>,
) {
    let shift = &problem.shifts[index];
    let breaks = day.iter().filter(|activity| activity.what == Doing::Break).count();
    if step == shift.window.until {
        if breaks == shift.breaks.len() {
            found.push(day.clone());
        }
        return;
    }
    extend(problem, index, step + 1, day, found);
    for (what, window) in next(problem, shift, step, breaks) {
        day.push(Activity { what, site_day: shift.site_day, window, shift: index });
        extend(problem, index, window.until, day, found);
        day.pop();
    }
}

/// What the clerk of `shift` may begin at `step`, having held so many breaks.
fn next(problem: &Problem, shift: &Shift, step: Step, breaks: usize) -> Vec<(Doing, Window)> {
    let clerk = &problem.clerks[shift.clerk];
    let site_day = shift.site_day;
    let mut next = Vec::new();
    let mut push = |what, steps: Step, served: bool| {
        let window = Window::new(step, step + steps);
        let away = shift.absent.iter().any(|away| away.overlaps(window));
        let open = &problem.site_days[site_day].open;
        let is_open = open.iter().any(|open| open.covers(window));
        if shift.window.covers(window) && !away && (is_open || !served) {
            next.push((what, window));
        }
    };
    if let Some(due) = shift.breaks.get(breaks)
        && due.window.covers(Window::new(step, step + due.steps))
    {
        push(Doing::Break, due.steps, false);
    }
    let able = |service: usize| problem.services[service].skills.is_subset(&clerk.skills);
    for service in 0..problem.services.len() {
        // Slots for services that nobody asks for serve nobody.
        if able(service) && problem.pools.iter().any(|pool| pool.service == service) {
            push(Doing::Slot(service), problem.services[service].steps, true);
        }
    }
    for (index, promise) in problem.promises.iter().enumerate() {
        if promise.site_day == site_day
            && promise.window.from == step
            && promise.clerk.is_none_or(|clerk| clerk == shift.clerk)
            && able(promise.service)
        {
            push(Doing::Promise(index), promise.window.steps(), true);
        }
    }
    let quotas = problem.site_days[site_day].quotas.iter().map(|&quota| &problem.quotas[quota]);
    let counted = quotas.filter(|quota| quota.skills.is_subset(&clerk.skills));
    for steps in 1..=shift.window.until - step {
        let window = Window::new(step, step + steps);
        let mut met = counted.clone().filter(|quota| quota.window.overlaps(window)).peekable();
        // Blocks that count for no quota serve nobody.
        if met.peek().is_some() && met.all(|quota| steps >= quota.block_steps) {
            push(Doing::Block, steps, true);
        }
    }
    next
}

fn combine<'a>(
    problem: &Problem,
    days: &'a [Vec<Vec<Activity>>],
    chosen: &mut Vec<&'a [Activity]>,
    best: &mut Option<f64>,
) {
    let Some(options) = days.get(chosen.len()) else {
        let all: Vec<Activity> = chosen.iter().flat_map(|day| day.iter().copied()).collect();
        if duties_met(problem, &all) {
            let value = pools(problem, &starts(&all)) - charged(problem, &all);
            if best.is_none_or(|best| value > best)
                && let Some(stays) = seat(problem, &all, value - best.unwrap_or(f64::MIN))
                && best.is_none_or(|best| value - stays > best)
            {
                *best = Some(value - stays);
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

fn needs_room(problem: &Problem, activity: &Activity) -> bool {
    match activity.what {
        Doing::Break => false,
        Doing::Slot(service) => problem.services[service].needs_room,
        Doing::Promise(promise) => problem.services[problem.promises[promise].service].needs_room,
        Doing::Block => true,
    }
}

/// The least that stays cost over all ways to give each slot and block one room all through, if it
/// is less than `limit`; `None` where there is no way.
fn seat(problem: &Problem, all: &[Activity], limit: f64) -> Option<f64> {
    let tasks: Vec<Activity> =
        all.iter().copied().filter(|activity| needs_room(problem, activity)).collect();
    let mut best = None;
    place(problem, &tasks, &mut Vec::new(), limit, &mut best);
    best
}

fn place(
    problem: &Problem,
    left: &[Activity],
    placed: &mut Vec<(Activity, usize)>,
    limit: f64,
    best: &mut Option<f64>,
) {
    let Some((&one, rest)) = left.split_first() else {
        let price = stays(problem, placed);
        if best.is_none_or(|best| price < best) {
            *best = Some(price);
        }
        return;
    };
    // No assignment of the others makes stays of those placed cheaper than a seat for each shift.
    let free = problem.weights.seat == 0.0 && problem.weights.move_ == 0.0;
    if best.is_some_and(|best| free || best <= 0.0) {
        return;
    }
    for room in 0..problem.rooms.len() {
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
        if fits && !taken {
            placed.push((one, room));
            if certain_price(problem, placed) < limit.min(best.unwrap_or(f64::MAX)) + 1e-9 {
                place(problem, rest, placed, limit, best);
            }
            placed.pop();
        }
    }
}

/// What stays cost whatever happens between those tasks: changes of rooms alone.
fn certain_price(problem: &Problem, placed: &[(Activity, usize)]) -> f64 {
    price(problem, placed, |_, _, _| false)
}

/// What the stays of `placed` cost.
fn stays(problem: &Problem, placed: &[(Activity, usize)]) -> f64 {
    price(problem, placed, |shift, room, between| {
        placed.iter().any(|(other, other_room)| {
            other.shift != shift
                && *other_room == room
                && other.window.overlaps(between)
                && other.site_day == problem.shifts[shift].site_day
        })
    })
}

/// What stays cost where `taken` says whether another clerk sits in a room between two tasks.
fn price(
    problem: &Problem,
    placed: &[(Activity, usize)],
    taken: impl Fn(usize, usize, Window) -> bool,
) -> f64 {
    let mut price = 0.0;
    for shift in 0..problem.shifts.len() {
        let mut tasks: Vec<(Window, usize)> = placed
            .iter()
            .filter(|(one, _)| one.shift == shift)
            .map(|&(one, room)| (one.window, room))
            .collect();
        tasks.sort_by_key(|(window, _)| window.from);
        let own = problem.clerks[problem.shifts[shift].clerk].own_room;
        for (i, &(window, room)) in tasks.iter().enumerate() {
            let same = i > 0 && {
                let (before, last) = tasks[i - 1];
                let between = Window::new(before.until, window.from);
                last == room && !taken(shift, room, between)
            };
            if !same {
                price += if i == 0 { problem.weights.seat } else { problem.weights.move_ };
                // There is one site: every own counter is at it.
                if own.is_some_and(|own| own != room) {
                    price += problem.weights.move_;
                }
            }
        }
    }
    price
}

fn duties_met(problem: &Problem, all: &[Activity]) -> bool {
    let kept = |promise: usize| {
        all.iter().filter(|activity| activity.what == Doing::Promise(promise)).count() == 1
    };
    let quotas = problem.quotas.iter().enumerate().all(|(index, quota)| {
        let covered = covered(problem, all, index, quota.window);
        (problem.relaxed || quota.min_steps <= covered)
            && quota.max_steps.is_none_or(|most| covered <= most)
    });
    quotas && (0..problem.promises.len()).all(kept)
}

/// Whether `activity` is a block that counts for the quota.
fn counts(problem: &Problem, activity: &Activity, quota: usize) -> bool {
    let clerk = &problem.clerks[problem.shifts[activity.shift].clerk];
    let quota = &problem.quotas[quota];
    activity.what == Doing::Block
        && activity.site_day == quota.site_day
        && quota.skills.is_subset(&clerk.skills)
}

/// Steps in `window` of blocks that count for the quota.
fn covered(problem: &Problem, all: &[Activity], quota: usize, window: Window) -> u32 {
    let blocks = all.iter().filter(|activity| counts(problem, activity, quota));
    blocks.map(|block| u32::from(block.window.intersection(window).steps())).sum()
}

/// What a plan is charged for time, breaks at the same time and what is short.
fn charged(problem: &Problem, all: &[Activity]) -> f64 {
    let minutes = f64::from(problem.grid.minutes());
    let steps: u32 = all
        .iter()
        .filter(|activity| matches!(activity.what, Doing::Slot(_)))
        .map(|slot| u32::from(slot.window.steps()))
        .sum();
    let mut pairs = 0.0;
    let mut missing = 0;
    for (site_day, place) in problem.site_days.iter().enumerate() {
        let open = place.open.iter().flat_map(|open| open.from..open.until);
        for step in open {
            let here = || {
                let shifts = place.shifts.clone();
                shifts.filter(|&shift| {
                    let shift = &problem.shifts[shift];
                    shift.window.contains(step)
                        && !shift.absent.iter().any(|away| away.contains(step))
                })
            };
            let rests = |shift: usize| {
                all.iter().any(|one| {
                    one.shift == shift && one.what == Doing::Break && one.window.contains(step)
                })
            };
            let (present, resting) = (here().count(), here().filter(|&s| rests(s)).count());
            if present >= 2 && resting >= 2 {
                let (n, all) = (resting as f64, present as f64);
                pairs += n * (n - 1.0) / (2.0 * (all - 1.0));
            }
            for cover in &problem.cover {
                if cover.site_day == site_day && cover.window.contains(step) {
                    let able = |&shift: &usize| {
                        let clerk = &problem.clerks[problem.shifts[shift].clerk];
                        cover.skills.is_subset(&clerk.skills)
                    };
                    let met = here().filter(able).filter(|&shift| !rests(shift)).count() as u32;
                    missing += cover.least.saturating_sub(met);
                }
            }
            for (index, quota) in problem.quotas.iter().enumerate() {
                if quota.site_day == site_day && quota.window.contains(step) {
                    let met = covered(problem, all, index, Window::new(step, step + 1));
                    missing += quota.counters.saturating_sub(met);
                }
            }
        }
    }
    for (index, quota) in problem.quotas.iter().enumerate() {
        for stretch in &quota.stretches {
            let met = covered(problem, all, index, stretch.window);
            missing += stretch.steps.saturating_sub(met);
        }
        if problem.relaxed {
            let met = covered(problem, all, index, quota.window);
            missing += quota.min_steps.saturating_sub(met);
        }
    }
    let weights = problem.weights;
    minutes
        * (weights.free_minute * f64::from(steps)
            + weights.break_pair_minute * pairs
            + weights.short_minute * f64::from(missing))
}

/// Service, site-day and step of every slot for demand.
fn starts(all: &[Activity]) -> Vec<(usize, usize, Step)> {
    all.iter()
        .filter_map(|activity| match activity.what {
            Doing::Slot(service) => Some((service, activity.site_day, activity.window.from)),
            _ => None,
        })
        .collect()
}

/// The best way to give each start to one pool or to none.
fn pools(problem: &Problem, starts: &[(usize, usize, Step)]) -> f64 {
    fn give(problem: &Problem, starts: &[(usize, usize, Step)], given: &mut Vec<usize>) -> f64 {
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
