//! What a plan leaves free at a site-day: rooms for a further clerk, clerks for a further room.

use crate::problem::{Plan, Problem, Set};
use crate::time::Window;

/// What is free, by step.
#[derive(Debug)]
pub(super) struct Spare {
    /// For each service, whether a further clerk finds a room for it, those who sit in others being
    /// moved where that helps.
    rooms: Vec<Vec<bool>>,
    /// Whether somebody on duty has nothing to do.
    clerks: Vec<bool>,
}

impl Spare {
    pub(super) fn new(problem: &Problem, plan: &Plan, site_day: usize) -> Self {
        let place = &problem.site_days[site_day];
        let steps = usize::from(problem.grid.steps_per_day());
        let here = |site: usize, day: usize| (site, day) == (place.site, place.day);
        let slots = || plan.slots.iter().filter(|slot| here(slot.site, slot.day));
        let blocks = || plan.walk_in_blocks.iter().filter(|block| here(block.site, block.day));

        // Who sits in rooms, by what the room has to have.
        let nothing = Set::default();
        let mut seated: Vec<Vec<&Set>> = vec![Vec::new(); steps];
        let with_room = slots().filter(|slot| slot.room.is_some());
        let asked = with_room.map(|slot| (slot.window, &problem.services[slot.service].equipment));
        for (window, equipment) in asked.chain(blocks().map(|block| (block.window, &nothing))) {
            seated[range(window, steps)].iter_mut().for_each(|those| those.push(equipment));
        }
        let rooms: Vec<&Set> = problem.sites[place.site]
            .rooms
            .iter()
            .map(|&room| &problem.rooms[room].equipment)
            .collect();
        let mut kinds: Vec<(&Set, Vec<bool>)> = Vec::new();
        let of_service = problem.services.iter().map(|service| {
            if !service.needs_room {
                return vec![true; steps];
            }
            if let Some((_, found)) = kinds.iter().find(|(kind, _)| *kind == &service.equipment) {
                return found.clone();
            }
            let found: Vec<bool> =
                seated.iter().map(|those| has_room(&rooms, those, &service.equipment)).collect();
            kinds.push((&service.equipment, found.clone()));
            found
        });
        let rooms = of_service.collect();

        let mut idle = vec![0_i32; steps];
        let mut count = |window: Window, change: i32| {
            idle[range(window, steps)].iter_mut().for_each(|count| *count += change);
        };
        for shift in &problem.shifts[place.shifts.clone()] {
            shift.present().for_each(|window| count(window, 1));
            let own = plan.breaks.iter().filter(|taken| taken.day == place.day);
            let own = own.filter(|taken| taken.clerk == shift.clerk && shift.covers(taken.window));
            own.for_each(|taken| count(taken.window, -1));
        }
        slots().for_each(|slot| count(slot.window, -1));
        blocks().for_each(|block| count(block.window, -1));
        Self { rooms, clerks: idle.into_iter().map(|count| count > 0).collect() }
    }

    /// Whether a further clerk finds a room for `service` throughout the `steps` from `start` on.
    pub(super) fn has_room(&self, service: usize, start: usize, steps: usize) -> bool {
        self.rooms[service]
            .get(start..start + steps)
            .is_some_and(|free| free.iter().all(|&yes| yes))
    }

    /// Whether somebody would sit in a further room at `step`.
    pub(super) fn has_clerk(&self, step: usize) -> bool {
        self.clerks.get(step).copied().unwrap_or(false)
    }
}

fn range(window: Window, steps: usize) -> std::ops::Range<usize> {
    let until = usize::from(window.until).min(steps);
    usize::from(window.from).min(until)..until
}

/// Whether `rooms` seat all of `seated` and one more who asks for `equipment`: a matching, by
/// augmenting paths.
fn has_room(rooms: &[&Set], seated: &[&Set], equipment: &Set) -> bool {
    if seated.len() >= rooms.len() {
        return false;
    }
    let asked: Vec<&Set> = seated.iter().copied().chain([equipment]).collect();
    let mut guest: Vec<Option<usize>> = vec![None; rooms.len()];
    (0..asked.len()).all(|who| seat(who, &asked, rooms, &mut guest, &mut vec![false; rooms.len()]))
}

fn seat(
    who: usize,
    asked: &[&Set],
    rooms: &[&Set],
    guest: &mut [Option<usize>],
    seen: &mut [bool],
) -> bool {
    for (room, equipment) in rooms.iter().enumerate() {
        if seen[room] || !asked[who].is_subset(equipment) {
            continue;
        }
        seen[room] = true;
        if guest[room].is_none_or(|other| seat(other, asked, rooms, guest, seen)) {
            guest[room] = Some(who);
            return true;
        }
    }
    false
}
