//! Pins of a start that leave no plan.

use super::explain_site_day;
use crate::plan::{
    Conflict,
    lns::State,
    start::{Pin, Start, What},
};
use crate::problem::{Problem, site_day::SiteDayModel};
use crate::time::Window;

/// Pins that cannot be kept together, proven by counting: for each site-day on which that is so a
/// set of them of which none can be left out.
pub(crate) fn pins_that_clash(problem: &Problem, start: &Start) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    let mut trial = problem.clone();
    for pins in start.pins.chunk_by(|a, b| a.site_day == b.site_day) {
        let Some(site_day) = pins.first().map(|pin| pin.site_day) else { continue };
        let mut clash = |pins: &[&Pin]| {
            narrow(&mut trial, pins);
            let found = explain_site_day(&trial, site_day);
            widen(problem, &mut trial, site_day);
            found
        };
        let mut together: Vec<&Pin> = pins.iter().collect();
        if clash(&together).is_empty() {
            continue;
        }
        // Leaves out as many as it can at a time, then fewer: what stays is needed for the clash.
        let mut size = together.len().div_ceil(2);
        while size > 0 {
            let mut first = 0;
            while first < together.len() && together.len() > 1 {
                let last = (first + size).min(together.len());
                let rest = [&together[..first], &together[last..]].concat();
                if rest.is_empty() || clash(&rest).is_empty() {
                    first = last;
                } else {
                    together = rest;
                }
            }
            size /= 2;
        }
        let found = clash(&together);
        let why = found.first().map_or("", |conflict| &conflict.message);
        let others = match together.len() {
            1 => String::new(),
            count => format!("with {} others that are pinned, ", count - 1),
        };
        let why = format!("{others}it leaves no plan: {why}");
        conflicts.extend(together.iter().map(|pin| pin.conflict(&why)));
    }
    conflicts
}

/// Makes of `trial` the problem in which `pins` are kept. Where a slot is pinned the clerk can do
/// nothing else.
fn narrow(trial: &mut Problem, pins: &[&Pin]) {
    for pin in pins {
        pin.apply(trial);
        if let Some(What::Slot { .. }) = pin.what {
            let absent = &mut trial.shifts[pin.shift].absent;
            absent.push(pin.window);
            absent.sort_unstable();
            // Those that touch are one.
            absent.dedup_by(|next, before| {
                let touch = before.until == next.from;
                if touch {
                    before.until = next.until;
                }
                touch
            });
        }
    }
}

/// Makes of `trial` on the site-day what `problem` is.
fn widen(problem: &Problem, trial: &mut Problem, site_day: usize) {
    let place = &problem.site_days[site_day];
    for shift in place.shifts.clone() {
        trial.shifts[shift].clone_from(&problem.shifts[shift]);
    }
    for &promise in &place.promises {
        trial.promises[promise].clone_from(&problem.promises[promise]);
    }
}

/// Pins at the time of what the best attempt could not meet.
pub(crate) fn pins_in_the_way(
    start: &Start,
    days: &[SiteDayModel],
    states: &[&State],
) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    for (day, state) in days.iter().zip(states) {
        let mut windows: Vec<Window> = Vec::new();
        for (quota, &covered) in day.quotas.iter().zip(&state.covered) {
            if quota.off(covered) > 0 {
                windows.push(day.window(quota.from, quota.until));
            }
        }
        for &promise in &state.unkept {
            let promise = &day.promises[usize::from(promise)];
            windows.push(day.window(promise.from, promise.until));
        }
        for (shift, _) in day.shifts.iter().zip(&state.rested).filter(|(_, rested)| !**rested) {
            windows.extend(shift.breaks.iter().map(|due| day.window(due.from, due.until)));
        }
        let first = start.pins.partition_point(|pin| pin.site_day < day.site_day);
        let here = start.pins[first..].iter().take_while(|pin| pin.site_day == day.site_day);
        let near = here.filter(|pin| windows.iter().any(|window| window.overlaps(pin.window)));
        conflicts.extend(near.map(|pin| {
            pin.conflict("no plan was found that keeps it and everything else at that time")
        }));
    }
    conflicts
}
