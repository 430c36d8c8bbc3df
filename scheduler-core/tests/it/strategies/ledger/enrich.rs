//! The parts of the definition that random scenario files do not have: several breaks, absences,
//! closed hours, buffers, services without a room, counters asked for, prices of stays.

use scheduler_core::problem::{Break, Problem, Set, Weights};
use scheduler_core::time::{Step, Window};

use super::desks::Desk;

/// Random numbers that depend on nothing but what they are for.
struct Dice(u64);

impl Dice {
    fn of(seed: u64, what: u64, which: usize) -> Self {
        Self(seed ^ what.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ (which as u64).rotate_left(32))
    }

    /// A number below `end`, at least 1.
    fn below(&mut self, end: u64) -> u64 {
        // SplitMix64 (Steele, Lea, Flood 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % end.max(1)
    }

    /// A stretch of 1 to `longest` steps within `window`.
    fn within(&mut self, window: Window, longest: Step) -> Window {
        let steps = 1 + self.below(u64::from(longest.min(window.steps()))) as Step;
        let steps = steps.min(window.steps());
        let from = window.from + self.below(u64::from(window.steps() - steps + 1)) as Step;
        Window::new(from, from + steps)
    }
}

/// Gives `problem` some of all of them, the same for the same clerks and services with the same
/// seed.
pub(crate) fn enrich(problem: &mut Problem, seed: u64) {
    let grid = problem.grid;
    problem.weights = Weights::default();
    for (index, service) in problem.services.iter_mut().enumerate() {
        let mut dice = Dice::of(seed, 1, index);
        if dice.below(3) == 0 {
            // Some reach over the grid, some vanish in its rounding.
            service.buffer_minutes =
                [2, grid.minutes(), grid.minutes() + 1][dice.below(3) as usize];
            service.steps = grid.steps_for(service.minutes + service.buffer_minutes);
        }
        if dice.below(4) == 0 {
            service.needs_room = false;
            service.equipment = Set::default();
        }
    }
    for shift in &mut problem.shifts {
        let mut dice = Dice::of(seed, 2, shift.clerk * 64 + shift.source);
        if dice.below(3) == 0 {
            shift.absent.push(dice.within(shift.window, 4));
        }
        if dice.below(3) == 0 {
            let place = dice.within(shift.window, 8);
            let steps = 1 + dice.below(u64::from(place.steps().min(3))) as Step;
            let rest = Break { steps: steps.min(place.steps()), window: place };
            shift.breaks.insert(dice.below(shift.breaks.len() as u64 + 1) as usize, rest);
        }
        // A break that is left no place lapses.
        let mut desk =
            Desk { window: shift.window, absent: shift.absent.clone(), breaks: Vec::new() };
        for &rest in &shift.breaks {
            desk.breaks.push(rest);
            if !desk.can_rest() {
                desk.breaks.pop();
            }
        }
        shift.breaks = desk.breaks;
    }
    for (index, day) in problem.site_days.iter_mut().enumerate() {
        let mut dice = Dice::of(seed, 3, index);
        if let Some(longest) = day.open.iter().copied().max_by_key(|window| window.steps())
            && dice.below(4) == 0
        {
            let closed = dice.within(longest, 3);
            day.open.retain(|&window| window != longest);
            let parts =
                [Window::new(longest.from, closed.from), Window::new(closed.until, longest.until)];
            day.open.extend(parts.into_iter().filter(|part| !part.is_empty()));
            day.open.sort();
        }
    }
    for quota in &mut problem.quotas {
        quota.counters = 1;
    }
    for (index, clerk) in problem.clerks.iter_mut().enumerate() {
        let mut dice = Dice::of(seed, 4, index);
        if dice.below(3) == 0 {
            clerk.own_room = Some(dice.below(problem.rooms.len() as u64) as usize);
        }
    }
}
