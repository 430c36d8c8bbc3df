//! Makes moves and decides which of them stay.

use super::{
    Buffers,
    destroy::{Part, Touch},
    exchange::exchange,
    neighbourhood::Neighbourhood,
    pricing::Pricing,
    recreate::Recreate,
};
use crate::plan::lns::{
    parameters::{KINDS_IN_A_STRETCH, SEATED_HEAT, SEATS_IN_ANOTHER_KIND},
    random::Random,
    search::SiteDaySearch,
    stretch::Marginals,
};
use crate::problem::site_day::SiteDayModel;

impl SiteDaySearch {
    /// [`Self::moves`] moves, while the temperature goes from the first to the second.
    pub(in crate::plan::lns) fn anneal_seated(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        marginals: &Marginals,
        buffers: &mut Buffers,
        temperature: (f64, f64),
    ) {
        for i in 0..self.moves {
            let share = i as f64 / self.moves as f64;
            let temperature = temperature.0 + (temperature.1 - temperature.0) * share;
            let temperature = SEATED_HEAT * temperature;
            self.step_seated(day, pricing, marginals, buffers, temperature);
        }
        debug_assert!(
            (self.evaluate(day, marginals) - self.state.charge(day, pricing) - self.score).abs()
                <= 1e-9 * (self.parameters.missing_task + self.score.abs()),
            "the score is what the state is worth"
        );
    }

    /// One move.
    pub(in crate::plan::lns) fn step_seated(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        marginals: &Marginals,
        buffers: &mut Buffers,
        temperature: f64,
    ) {
        let Some(Neighbourhood { count, from, until, touch }) = self.choose_seated(day, buffers)
        else {
            return;
        };
        self.move_seated(
            day,
            pricing,
            marginals,
            buffers,
            count,
            (from, until),
            touch,
            temperature,
        );
        if self.score > self.best_score + 1e-9 {
            self.keep_best();
        }
    }

    /// Empties `[from, until)` of the first `count` parts' shifts and fills it again; takes it back
    /// unless annealing at `temperature` accepts.
    #[allow(clippy::too_many_arguments, reason = "the tables of the search, each of its own")]
    pub(super) fn move_seated(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        marginals: &Marginals,
        buffers: &mut Buffers,
        count: usize,
        range: (usize, usize),
        touch: Touch,
        temperature: f64,
    ) {
        let before = self.missing_charge(day);
        let mut change = 0.0;
        let Buffers { recreate, parts, all_kinds, chain } = buffers;
        let parts = &mut parts[..count];
        for part in parts.iter_mut() {
            let random = &mut self.random;
            change += self.state.empty(day, pricing, marginals, part, range, touch, random);
        }
        for i in (1..count).rev() {
            parts.swap(i, self.random.below(i + 1));
        }
        if touch.exchange {
            exchange(day, parts, touch.handed, chain, &mut self.random);
        }
        let mut done = true;
        all_kinds.clear();
        if touch.swap {
            for &kind in parts.iter().flat_map(|part| &part.kinds) {
                if !all_kinds.contains(&kind) {
                    all_kinds.push(kind);
                }
            }
        }
        let mut hand_over = touch.hand_over;
        for i in 0..parts.len() {
            let (part, later) = match &mut parts[i..] {
                [part, later @ ..] if !part.idle => (part, later),
                _ => continue,
            };
            self.choose_kinds(day, recreate, part, all_kinds);
            self.offer_promises(day, recreate, part, touch, later.len());
            recreate.taste.rooms = hand_over.take().map(|(at, before)| {
                if before { (at, 0.0, FORBIDDEN) } else { (at, FORBIDDEN, 0.0) }
            });
            let (state, parameters) = (&mut self.state, self.parameters);
            // Promises that the others shall keep are not in the way of this one's path.
            state.reserve(day, later, 1);
            let filled =
                state.refill(day, pricing, marginals, parameters, recreate, part, touch.blocks);
            state.reserve(day, later, -1);
            match filled {
                Some(more) => change += more,
                None => {
                    done = false;
                    break;
                }
            }
        }
        if done {
            change += before - self.missing_charge(day);
            if change >= 0.0 || self.random.unit() < (change / temperature).exp() {
                self.score += change;
                return;
            }
        }
        self.state.undo(day, pricing, parts);
    }

    /// Kinds in which the clerk may sit in the part's stretch: where the clerk sits now and beside
    /// it, sometimes others too; all where that is nowhere.
    fn choose_kinds(
        &mut self,
        day: &SiteDayModel,
        recreate: &mut Recreate,
        part: &Part,
        others: &[u16],
    ) {
        let kinds = &mut recreate.kinds;
        kinds.clear();
        kinds.extend_from_slice(&part.kinds);
        for stay in part.beside() {
            if !kinds.contains(&stay.kind) {
                kinds.push(stay.kind);
            }
        }
        for &kind in others {
            if kinds.len() < KINDS_IN_A_STRETCH && !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        let all = day.kinds.len();
        let more = match kinds.len() {
            0 => KINDS_IN_A_STRETCH,
            _ if self.random.chance(SEATS_IN_ANOTHER_KIND) => 1,
            _ => 0,
        };
        if all <= more {
            kinds.extend(0..all as u16);
            kinds.sort_unstable();
            kinds.dedup();
            return;
        }
        for _ in 0..2 * more {
            let kind = self.random.below(all) as u16;
            if kinds.len() < KINDS_IN_A_STRETCH && !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
    }

    /// Offers the part promises that nobody keeps, `left` parts before the last: which of them it
    /// takes is a matter of its path. Where a clerk was cleared for one, others may not come there.
    fn offer_promises(
        &mut self,
        day: &SiteDayModel,
        recreate: &mut Recreate,
        part: &Part,
        touch: Touch,
        left: usize,
    ) {
        recreate.offered.clear();
        if touch.exchange {
            recreate.offered.extend_from_slice(&part.share);
            for &a in &part.share {
                offer_kind(day, recreate, a, &mut self.random);
            }
            return;
        }
        for &a in &self.state.unkept {
            let promise = &day.promises[usize::from(a)];
            let (from, until) = (promise.from, promise.until);
            let barred = touch.clear.is_some_and(|(whose, f, u)| {
                whose == part.shift && f < until && from < u && (f, u) != (from, until)
            });
            if barred
                || from < part.from
                || part.until < until
                || !promise.shifts.contains(&(part.shift as u16))
                || self.random.below(left + 1) != 0
            {
                continue;
            }
            recreate.offered.push(a);
            offer_kind(day, recreate, a, &mut self.random);
        }
    }
}

/// Price of a room for a step at which the clerk shall not have it.
const FORBIDDEN: f64 = 1e4;

/// Sometimes a kind of room in which the promise can be kept, where none is offered yet.
fn offer_kind(day: &SiteDayModel, recreate: &mut Recreate, promise: u16, random: &mut Random) {
    let promise = &day.promises[usize::from(promise)];
    let here = recreate.kinds.iter().any(|kind| promise.kinds.contains(kind));
    if !here && recreate.kinds.len() < KINDS_IN_A_STRETCH && random.chance(0.5) {
        let pick = random.below(promise.kinds.len());
        recreate.kinds.extend(promise.kinds.get(pick));
    }
}
