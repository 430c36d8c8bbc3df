//! The longest path where stays have a price: whoever sits at a counter holds it until leaving.
//!
//! At each step the clerk is at no counter, having sat or not, or in a room of one kind. To sit down
//! costs the price of a seat, or of a move for whoever has sat, and of another move where the room
//! is not the clerk's own. The room is paid for at each step, busy or idle. Within a kind the stays
//! of all clerks are intervals, so that counting at each step is exact, as for tasks.
//!
//! Values in a room are kept less the room's prices before the step, so that sitting costs nothing
//! more: the loop over lengths is an addition and a comparison.

use super::clerk_day::{ClerkDay, Layer, Presence, Visit, present_until};
use crate::problem::site_day::{Break, Promise, Shift, SiteDayModel};

/// Values to go by step, and choices where they are not read off the values.
#[derive(Debug, Default)]
pub(super) struct StayLayer {
    /// At no counter, not having sat.
    fresh: Vec<f64>,
    fresh_choice: Vec<u16>,
    /// At no counter, having sat.
    stood: Vec<f64>,
    stood_choice: Vec<u16>,
    /// In a room, by `t * kinds + kind`: the value less the room's prices before `t`.
    seated: Vec<f64>,
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

        let plain = is_plain(day, shift);

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

            // In a room, without standing up. All kinds at once: what was best is found again where
            // the path goes through.
            let (head, tail) = self.seated.split_at_mut((t + 1) * kinds);
            let here = &mut head[t * kinds..];
            let later = |step: usize| &tail[(step - t - 1) * kinds..(step - t) * kinds];
            if t < until {
                here.copy_from_slice(later(t + 1));
            } else {
                here.fill(f64::NEG_INFINITY);
            }
            if let Some((end, cost, next)) = pause {
                raise(here, &next.seated[end * kinds..(end + 1) * kinds], -cost);
            }
            if t < limit {
                for (ability, range) in &gains.able {
                    let menu = gains.menu(profile, *ability);
                    let here = &mut here[range.clone()];
                    for (&length, &gain) in menu.lengths.iter().zip(menu.at(t)) {
                        if t + length > limit {
                            break;
                        }
                        raise(here, &later(t + length)[range.clone()], gain);
                    }
                }
                if shortest > 0 && t + shortest <= limit && gains.open_run[t] >= shortest {
                    let end = t + shortest;
                    raise(here, &self.block[end * kinds..(end + 1) * kinds], -starts[t]);
                }
                for i in due.clone() {
                    let promise = &day.promises[usize::from(promises[i])];
                    if promise.until > limit {
                        continue;
                    }
                    let gain = gains.promises[usize::from(promises[i])];
                    let later = later(promise.until);
                    let Some((first, last)) = range_of(promise, kinds) else { continue };
                    if last - first == promise.kinds.len() || !promise.needs_room {
                        raise(&mut here[first..last], &later[first..last], gain);
                        continue;
                    }
                    for &kind in &promise.kinds {
                        let kind = usize::from(kind);
                        raise(&mut here[kind..=kind], &later[kind..=kind], gain);
                    }
                }
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
            let prices = &gains.room_rows[t * kinds..(t + 1) * kinds];
            let here = &mut self.seated[t * kinds..(t + 1) * kinds];
            let (head, tail) = self.block.split_at_mut((t + 1) * kinds);
            let blocks = &mut head[t * kinds..];
            if plain {
                // Which kind it is is looked for where the path sits down.
                let value = most(here, prices) - day.move_price;
                if value > stood.0 {
                    stood = (value, sit + kinds as u16);
                }
                for (seated, price) in here.iter_mut().zip(prices) {
                    let value = stood.0 - price;
                    if value > *seated {
                        *seated = value;
                    }
                }
                let value = most(here, prices) - day.seat_price;
                if value > fresh.0 {
                    fresh = (value, sit + kinds as u16);
                }
            } else {
                for (kind, (seated, price)) in here.iter().zip(prices).enumerate() {
                    let value = seated + price - day.move_price - strange(kind);
                    if value > stood.0 {
                        stood = (value, sit + kind as u16);
                    }
                }
                // Not where standing up is only to sit down there again: with moves for nothing the
                // two are equal but for rounding.
                for (kind, (seated, price)) in here.iter_mut().zip(prices).enumerate() {
                    let value = stood.0 - price;
                    if value > *seated && stood.1 != sit + kind as u16 {
                        *seated = value;
                    }
                    let value = *seated + price - day.seat_price - strange(kind);
                    if value > fresh.0 {
                        fresh = (value, sit + kind as u16);
                    }
                }
            }
            (self.stood[t], self.stood_choice[t]) = stood;
            // Perhaps a block has ended here, or goes on.
            for (block, seated) in blocks.iter_mut().zip(&*here) {
                *block = seated + ends[t];
            }
            if t < limit && day.open[t] {
                raise(blocks, &tail[..kinds], 0.0);
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
        visit: &mut impl Visit,
    ) {
        let ClerkDay { day, shift, promises, gains } = *clerk;
        let (profile, kinds) = (shift.profile, day.kinds.len());
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
                    let next =
                        (held + 1 < spans.len()).then(|| (shift.breaks[held], &layers[held + 1]));
                    (layer.choice_in(clerk, t, kind, until, next), menu)
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
                    visit.pause(profile, held, t, end);
                    t = end;
                    held += 1;
                }
                STAND => {
                    if let Some((kind, since)) = seat.take() {
                        visit.room(kind, since, t);
                    }
                }
                BLOCK => {
                    let start = t;
                    t += day.profiles[profile].shortest_block;
                    if let Some((kind, _)) = seat {
                        let ends = &gains.block_ends[profile];
                        let ended = |t: usize| layer.seated[t * kinds + kind] + ends[t];
                        while t < until && layer.block[t * kinds + kind] > ended(t) {
                            t += 1;
                        }
                    }
                    visit.block(profile, start, t);
                }
                _ if choice < promise_code => {
                    let i = usize::from(choice - SLOT);
                    let service = usize::from(menu.services[t * menu.lengths.len() + i]);
                    let end = t + menu.lengths[i];
                    visit.slot(service, gains.best_pool[service * day.steps + t], t, end);
                    t = end;
                }
                _ if seat.is_none() && choice >= sit => {
                    let mut kind = usize::from(choice - sit);
                    if kind == kinds {
                        let (best, price) = if has_sat {
                            (layer.stood[t], day.move_price)
                        } else {
                            (layer.fresh[t], day.seat_price)
                        };
                        let value = |kind: &usize| {
                            let cell = t * kinds + kind;
                            layer.seated[cell] + gains.room_rows[cell] - price
                        };
                        let found = (0..kinds).find(|kind| value(kind) == best);
                        debug_assert!(found.is_some(), "some room is worth what sitting down is");
                        kind = found.unwrap_or(0);
                    }
                    seat = Some((kind, t));
                    has_sat = true;
                }
                _ => {
                    let a = usize::from(promises[usize::from(choice - promise_code)]);
                    visit.promise(day, a);
                    t = day.promises[a].until;
                }
            }
        }
    }
}

impl StayLayer {
    /// What is best at `t` for whoever sits in `kind`, as [`Layer::solve`] has found it: the first of
    /// those that are worth as much.
    fn choice_in(
        &self,
        clerk: &ClerkDay<'_>,
        t: usize,
        kind: usize,
        until: usize,
        next: Option<(Break, &Self)>,
    ) -> u16 {
        let ClerkDay { day, shift, promises, gains } = *clerk;
        let (profile, kinds) = (shift.profile, day.kinds.len());
        let seated = |step: usize| self.seated[step * kinds + kind];
        let menu = gains.menu(profile, gains.ability_of[kind]);
        let present = present_until(shift, t);
        let limit = until.min(present);
        let (mut best, mut choice) =
            if t < until { (seated(t + 1), IDLE) } else { (f64::NEG_INFINITY, STAND) };
        let mut offer = |value: f64, what: u16| {
            if value > best {
                (best, choice) = (value, what);
            }
        };
        if let Some((pause, next)) = next
            && t >= pause.from
            && t + pause.steps <= present
        {
            let end = t + pause.steps;
            let breaks = &gains.break_sums[profile];
            offer(-(breaks[end] - breaks[t]) + next.seated[end * kinds + kind], BREAK);
        }
        if t < limit {
            for (i, (&length, &gain)) in menu.lengths.iter().zip(menu.at(t)).enumerate() {
                if t + length > limit {
                    break;
                }
                offer(gain + seated(t + length), SLOT + i as u16);
            }
            let shortest = day.profiles[profile].shortest_block;
            if shortest > 0 && t + shortest <= limit && gains.open_run[t] >= shortest {
                let block = self.block[(t + shortest) * kinds + kind];
                offer(-gains.block_starts[profile][t] + block, BLOCK);
            }
            let from = |a: &u16| day.promises[usize::from(*a)].from;
            let first = promises.partition_point(|a| from(a) < t);
            for (i, &a) in promises.iter().enumerate().skip(first) {
                let promise = &day.promises[usize::from(a)];
                if promise.from > t {
                    break;
                }
                let fits = !promise.needs_room || promise.kinds.contains(&(kind as u16));
                if fits && promise.until <= limit {
                    let gain = gains.promises[usize::from(a)];
                    offer(gain + seated(promise.until), SLOT + (menu.lengths.len() + i) as u16);
                }
            }
        }
        let sit = SLOT + (gains.menu(profile, 0).lengths.len() + promises.len() + kind) as u16;
        let up = self.stood[t] - gains.room_rows[t * kinds + kind];
        let again = !is_plain(day, shift) && self.stood_choice[t] == sit;
        if up > best && !again { STAND } else { choice }
    }

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
    }
}

/// Whether all rooms cost the same to sit down in, and moves enough that nobody stands up only to
/// sit down in the same room again.
fn is_plain(day: &SiteDayModel, shift: &Shift) -> bool {
    shift.own_kind.is_none() && day.move_price > 1e-6
}

/// The first kind of room in which the promise can be kept, and the first after all of them.
fn range_of(promise: &Promise, kinds: usize) -> Option<(usize, usize)> {
    if !promise.needs_room {
        return Some((0, kinds));
    }
    let (first, last) = (promise.kinds.first()?, promise.kinds.last()?);
    Some((usize::from(*first), usize::from(*last) + 1))
}

/// The most of value and price together. In four parts, so that none waits for the one before.
#[inline]
fn most(values: &[f64], prices: &[f64]) -> f64 {
    let mut most = [f64::NEG_INFINITY; 4];
    let parts = values.chunks_exact(4).zip(prices.chunks_exact(4));
    for (values, prices) in parts {
        for i in 0..4 {
            let sum = values[i] + prices[i];
            most[i] = if sum > most[i] { sum } else { most[i] };
        }
    }
    let rest = values.len() / 4 * 4;
    let rest = values[rest..].iter().zip(&prices[rest..]).map(|(value, price)| value + price);
    rest.chain(most).fold(f64::NEG_INFINITY, f64::max)
}

/// Raises each value to what it is `later`, with `gain`, where that is more.
#[inline]
fn raise(here: &mut [f64], later: &[f64], gain: f64) {
    for (value, later) in here.iter_mut().zip(later) {
        let other = later + gain;
        if other > *value {
            *value = other;
        }
    }
}
