//! The longest path where stays have a price: whoever sits at a counter holds it until leaving.
//!
//! At each step the clerk is at no counter, having sat or not, or in a room of one kind. To sit down
//! costs the price of a seat, or of a move for whoever has sat, and of another move where the room
//! is not the clerk's own. The room is paid for at each step, busy or idle. Within a kind the stays
//! of all clerks are intervals, so that counting at each step is exact, as for tasks.
//!
//! Values in a room are kept less the room's prices before the step, so that sitting costs nothing
//! more: the loop over lengths is an addition and a comparison.

use super::clerk_day::{ClerkDay, Layer, Presence, Usage};
use crate::problem::site_day::Break;

/// Values to go and choices by step.
#[derive(Debug, Default)]
pub(super) struct StayLayer {
    /// At no counter, not having sat.
    fresh: Vec<f64>,
    fresh_choice: Vec<u16>,
    /// At no counter, having sat.
    stood: Vec<f64>,
    stood_choice: Vec<u16>,
    /// In a room, by `kind * (steps + 1) + t`: the value less the room's prices before `t`.
    seated: Vec<f64>,
    seated_choice: Vec<u16>,
    /// In a walk-in block past its least length, likewise, with what blocks that end at `t` earn.
    block: Vec<f64>,
}

const IDLE: u16 = 0;
const BREAK: u16 = 1;
const STAND: u16 = 2;
const BLOCK: u16 = 3;
const SLOT: u16 = 4;
// Then: SLOT + i for the i-th length, then each promise of the shift, then to sit down in each kind.

impl Layer for StayLayer {
    #[expect(
        clippy::too_many_lines,
        clippy::cognitive_complexity,
        reason = "one pass over the steps, with all that may happen at each"
    )]
    fn solve(
        &mut self,
        clerk: &ClerkDay<'_>,
        (from, until): (usize, usize),
        next: Option<(Break, &Self)>,
    ) {
        let ClerkDay { day, shift, promises, gains } = *clerk;
        let (profile, row) = (shift.profile, day.steps + 1);
        let is_last = next.is_none();
        let starts = &gains.block_starts[profile][..];
        let ends = &gains.block_ends[profile][..];
        let breaks = &gains.break_sums[profile][..];
        let shortest = day.profiles[profile].shortest_block;
        let kinds = day.kinds.len();
        self.resize(row, kinds);
        let away = gains.menu(profile, 0);
        let strange = |kind: usize| match shift.own_kind {
            Some(own) if usize::from(own) != kind => day.move_price,
            _ => 0.0,
        };

        let mut left = promises.len();
        let mut presence = Presence::new(shift);
        for t in (from..=until).rev() {
            let present = presence.end(t);
            let limit = until.min(present);
            let pause = match next {
                Some((pause, next)) if t >= pause.from && t + pause.steps <= present => {
                    let end = t + pause.steps;
                    Some((end, breaks[end] - breaks[t], next))
                }
                _ => None,
            };
            // The promises that begin here.
            while left > 0 && day.promises[usize::from(promises[left - 1])].from > t {
                left -= 1;
            }
            let mut first = left;
            while first > 0 && day.promises[usize::from(promises[first - 1])].from == t {
                first -= 1;
            }
            let due = if t < limit { first..left } else { left..left };

            // In a room, without standing up.
            for kind in 0..kinds {
                let menu = gains.menu(profile, gains.ability_of[kind]);
                let seated = &self.seated[kind * row..(kind + 1) * row];
                let (mut best, mut choice) =
                    if t < until { (seated[t + 1], IDLE) } else { (f64::NEG_INFINITY, STAND) };
                if let Some((end, cost, next)) = pause {
                    let value = next.seated[kind * row + end] - cost;
                    if value > best {
                        (best, choice) = (value, BREAK);
                    }
                }
                if t < limit {
                    for (i, (&length, &gain)) in menu.lengths.iter().zip(menu.at(t)).enumerate() {
                        if t + length > limit {
                            break;
                        }
                        let value = gain + seated[t + length];
                        if value > best {
                            (best, choice) = (value, SLOT + i as u16);
                        }
                    }
                    if shortest > 0 && t + shortest <= limit && gains.open_run[t] >= shortest {
                        let value = self.block[kind * row + t + shortest] - starts[t];
                        if value > best {
                            (best, choice) = (value, BLOCK);
                        }
                    }
                    for i in due.clone() {
                        let promise = &day.promises[usize::from(promises[i])];
                        let fits = !promise.needs_room || promise.kinds.contains(&(kind as u16));
                        if fits && promise.until <= limit {
                            let gain = gains.promises[usize::from(promises[i])];
                            let value = gain + seated[promise.until];
                            if value > best {
                                (best, choice) = (value, SLOT + (menu.lengths.len() + i) as u16);
                            }
                        }
                    }
                }
                self.seated[kind * row + t] = best;
                self.seated_choice[kind * row + t] = choice;
            }

            // At no counter, without sitting down.
            let sit = SLOT + (away.lengths.len() + promises.len()) as u16;
            let on_foot = |values: &[f64], next: Option<(usize, f64, &[f64])>| {
                let (mut best, mut choice) = if t < until {
                    (values[t + 1], IDLE)
                } else if is_last {
                    (0.0, IDLE)
                } else {
                    (f64::NEG_INFINITY, IDLE)
                };
                if let Some((end, cost, next)) = next {
                    let value = next[end] - cost;
                    if value > best {
                        (best, choice) = (value, BREAK);
                    }
                }
                if t < limit {
                    for (i, (&length, &gain)) in away.lengths.iter().zip(away.at(t)).enumerate() {
                        if t + length > limit {
                            break;
                        }
                        let value = gain + values[t + length];
                        if value > best {
                            (best, choice) = (value, SLOT + i as u16);
                        }
                    }
                    for i in due.clone() {
                        let promise = &day.promises[usize::from(promises[i])];
                        if !promise.needs_room && promise.until <= limit {
                            let gain = gains.promises[usize::from(promises[i])];
                            let value = gain + values[promise.until];
                            if value > best {
                                (best, choice) = (value, SLOT + (away.lengths.len() + i) as u16);
                            }
                        }
                    }
                }
                (best, choice)
            };
            let later = |values: fn(&Self) -> &[f64]| {
                pause.map(|(end, cost, next)| (end, cost, values(next)))
            };
            let mut stood = on_foot(&self.stood, later(|layer| &layer.stood));
            let mut fresh = on_foot(&self.fresh, later(|layer| &layer.fresh));
            for (kind, prices) in gains.room_sums.iter().enumerate() {
                let value =
                    self.seated[kind * row + t] + prices[t] - day.move_price - strange(kind);
                if value > stood.0 {
                    stood = (value, sit + kind as u16);
                }
            }
            (self.stood[t], self.stood_choice[t]) = stood;
            // In a room: perhaps better to stand up, or to have ended a block.
            for (kind, prices) in gains.room_sums.iter().enumerate() {
                let cell = kind * row + t;
                let value = stood.0 - prices[t];
                // Not where standing up is only to sit down there again: with moves for nothing the
                // two are equal but for rounding.
                if value > self.seated[cell] && stood.1 != sit + kind as u16 {
                    self.seated[cell] = value;
                    self.seated_choice[cell] = STAND;
                }
                let ended = self.seated[cell] + ends[t];
                self.block[cell] =
                    if t < limit && day.open[t] { ended.max(self.block[cell + 1]) } else { ended };
                let value = self.seated[cell] + prices[t] - day.seat_price - strange(kind);
                if value > fresh.0 {
                    fresh = (value, sit + kind as u16);
                }
            }
            (self.fresh[t], self.fresh_choice[t]) = fresh;
        }
    }

    fn value(&self, t: usize) -> f64 {
        self.fresh[t]
    }

    fn follow(
        clerk: &ClerkDay<'_>,
        spans: &[(usize, usize)],
        layers: &[Self],
        usage: &mut Usage<'_>,
    ) {
        let ClerkDay { day, shift, promises, gains } = *clerk;
        let (profile, row) = (shift.profile, day.steps + 1);
        let away = gains.menu(profile, 0);
        let sit = SLOT + (away.lengths.len() + promises.len()) as u16;
        let (mut held, mut t) = (0, shift.from);
        let mut has_sat = false;
        // The kind of room and since when.
        let mut seat: Option<(usize, usize)> = None;
        loop {
            let (layer, until) = (&layers[held], spans[held].1);
            let (choice, menu) = match seat {
                Some((kind, _)) => {
                    let menu = gains.menu(profile, gains.ability_of[kind]);
                    (layer.seated_choice[kind * row + t], menu)
                }
                None if t == until && held + 1 == spans.len() => return,
                None if has_sat => (layer.stood_choice[t], away),
                None => (layer.fresh_choice[t], away),
            };
            let promise_code = SLOT + menu.lengths.len() as u16;
            match choice {
                IDLE => t += 1,
                BREAK => {
                    let end = t + shift.breaks[held].steps;
                    usage.pause(profile, t, end);
                    t = end;
                    held += 1;
                }
                STAND => {
                    if let Some((kind, since)) = seat.take() {
                        usage.room(kind, since, t);
                    }
                }
                BLOCK => {
                    let start = t;
                    t += day.profiles[profile].shortest_block;
                    if let Some((kind, _)) = seat {
                        let ends = &gains.block_ends[profile];
                        let ended = |t: usize| layer.seated[kind * row + t] + ends[t];
                        while t < until && layer.block[kind * row + t] > ended(t) {
                            t += 1;
                        }
                    }
                    usage.block(profile, start, t);
                }
                _ if choice < promise_code => {
                    let i = usize::from(choice - SLOT);
                    let service = usize::from(menu.services[t * menu.lengths.len() + i]);
                    usage.pool(gains.best_pool[service * day.steps + t]);
                    t += menu.lengths[i];
                }
                _ if seat.is_none() && choice >= sit => {
                    seat = Some((usize::from(choice - sit), t));
                    has_sat = true;
                }
                _ => {
                    let a = usize::from(promises[usize::from(choice - promise_code)]);
                    usage.promise(a);
                    t = day.promises[a].until;
                }
            }
        }
    }
}

impl StayLayer {
    fn resize(&mut self, row: usize, kinds: usize) {
        for values in [&mut self.fresh, &mut self.stood] {
            values.resize(row, f64::NEG_INFINITY);
        }
        for choices in [&mut self.fresh_choice, &mut self.stood_choice] {
            choices.resize(row, IDLE);
        }
        for values in [&mut self.seated, &mut self.block] {
            values.resize(kinds * row, f64::NEG_INFINITY);
        }
        self.seated_choice.resize(kinds * row, IDLE);
    }
}
