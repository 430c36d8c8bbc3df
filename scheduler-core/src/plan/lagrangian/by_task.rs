//! The longest path where stays have no price: each task takes the cheapest room for its time.

use super::arc_gains::room_cost;
use super::clerk_day::{ClerkDay, Layer, Presence, Visit};
use crate::problem::site_day::Break;

/// Values to go and choices by step.
#[derive(Debug, Default)]
pub(super) struct TaskLayer {
    free: Vec<f64>,
    choice: Vec<u16>,
    /// In a walk-in block past its least length, by `kind * (steps + 1) + t`.
    block: Vec<f64>,
}

const IDLE: u16 = 0;
const BREAK: u16 = 1;
const SLOT: u16 = 2;
// Then: SLOT + i for the i-th length, then a block in each kind, then each promise of the shift.

impl Layer for TaskLayer {
    fn solve(
        &mut self,
        clerk: &ClerkDay<'_>,
        (from, until): (usize, usize),
        next: Option<(Break, &Self)>,
    ) {
        let ClerkDay { day, shift, promises, gains } = *clerk;
        let (steps, profile) = (day.steps, shift.profile);
        let menu = gains.menu(profile, 0);
        let starts = &gains.block_starts[profile];
        let ends = &gains.block_ends[profile];
        let breaks = &gains.break_sums[profile];
        let rooms = gains.block_rooms(day, profile);
        let shortest = day.profiles[profile].shortest_block;
        self.free.resize(steps + 1, f64::NEG_INFINITY);
        self.choice.resize(steps + 1, IDLE);
        self.block.resize(day.kinds.len() * (steps + 1), f64::NEG_INFINITY);
        let block_code = SLOT + menu.lengths.len() as u16;
        let promise_code = block_code + rooms.len() as u16;

        // Promises by start: those before this one are still to come.
        let mut left = promises.len();
        let mut presence = Presence::new(shift);
        for t in (from..=until).rev() {
            let (mut best, mut choice) = if t < until {
                (self.free[t + 1], IDLE)
            } else if next.is_some() {
                (f64::NEG_INFINITY, IDLE)
            } else {
                (0.0, IDLE)
            };
            let present = presence.end(t);
            if let Some((pause, next)) = next
                && t >= pause.from
                && t + pause.steps <= present
            {
                let end = t + pause.steps;
                let value = next.free[end] - (breaks[end] - breaks[t]);
                if value > best {
                    best = value;
                    choice = BREAK;
                }
            }
            let limit = until.min(present);
            if t < limit {
                for (i, (&length, &gain)) in menu.lengths.iter().zip(menu.at(t)).enumerate() {
                    if t + length > limit {
                        break;
                    }
                    let value = gain + self.free[t + length];
                    if value > best {
                        best = value;
                        choice = SLOT + i as u16;
                    }
                }
                while left > 0 && day.promises[usize::from(promises[left - 1])].from >= t {
                    left -= 1;
                    let (i, a) = (left, promises[left]);
                    let promise = &day.promises[usize::from(a)];
                    if promise.from == t && promise.until <= limit {
                        let value = gains.promises[usize::from(a)] + self.free[promise.until];
                        if value > best {
                            best = value;
                            choice = promise_code + i as u16;
                        }
                    }
                }
                if t + shortest <= limit && gains.open_run[t] >= shortest {
                    let end = t + shortest;
                    let gain = ends[end] - starts[t];
                    for (kind, cost) in rooms.iter().enumerate() {
                        let value =
                            gain - (cost[end] - cost[t]) + self.block[kind * (steps + 1) + end];
                        if value > best {
                            best = value;
                            choice = block_code + kind as u16;
                        }
                    }
                }
            }
            self.free[t] = best;
            self.choice[t] = choice;
            for (kind, cost) in rooms.iter().enumerate() {
                let cell = kind * (steps + 1) + t;
                self.block[cell] = best;
                if t < limit && day.open[t] {
                    let gain = (ends[t + 1] - ends[t]) - (cost[t + 1] - cost[t]);
                    let stay = gain + self.block[cell + 1];
                    if stay > best {
                        self.block[cell] = stay;
                    }
                }
            }
        }
    }

    fn value(&self, t: usize) -> f64 {
        self.free[t]
    }

    fn follow(
        clerk: &ClerkDay<'_>,
        spans: &[(usize, usize)],
        layers: &[Self],
        visit: &mut impl Visit,
    ) {
        let ClerkDay { day, shift, promises, gains } = *clerk;
        let (steps, profile) = (day.steps, shift.profile);
        let menu = gains.menu(profile, 0);
        let block_code = SLOT + menu.lengths.len() as u16;
        let promise_code = block_code + gains.block_rooms(day, profile).len() as u16;
        let (mut held, mut t) = (0, shift.from);
        while t <= spans[held].1 {
            let (layer, until) = (&layers[held], spans[held].1);
            let choice = layer.choice[t];
            if choice == IDLE {
                t += 1;
            } else if choice == BREAK {
                let end = t + shift.breaks[held].steps;
                visit.pause(profile, held, t, end);
                t = end;
                held += 1;
            } else if choice < block_code {
                let i = usize::from(choice - SLOT);
                let service = usize::from(menu.services[t * menu.lengths.len() + i]);
                let end = t + menu.lengths[i];
                visit.slot(service, gains.best_pool[service * steps + t], t, end);
                if let Some(class) = day.services[service].class {
                    let class = &day.classes[class];
                    visit.room(room_cost(&gains.room_sums, class, t, end).0, t, end);
                }
                t = end;
            } else if choice < promise_code {
                let kind = usize::from(choice - block_code);
                let start = t;
                t += day.profiles[profile].shortest_block;
                while t < until && layer.block[kind * (steps + 1) + t] > layer.free[t] {
                    t += 1;
                }
                visit.room(kind, start, t);
                visit.block(profile, start, t);
            } else {
                let a = usize::from(promises[usize::from(choice - promise_code)]);
                let promise = &day.promises[a];
                visit.promise(day, a);
                if promise.needs_room {
                    let (from, until) = (promise.from, promise.until);
                    let (kind, _) = room_cost(&gains.room_sums, &promise.kinds, from, until);
                    visit.room(kind, from, until);
                }
                t = promise.until;
            }
        }
    }
}
