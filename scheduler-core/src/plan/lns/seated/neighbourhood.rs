//! Which stretch of whose days a move empties, and what it may take.

use super::{Buffers, MOST_PARTS, destroy::Touch, recreate::Taste};
use crate::plan::lns::{
    parameters::{
        BREAK_TILT, EXCHANGES_OF_ALL_AFTER, MOVES_FOR_NEIGHBOURS, MOVES_FOR_WHO_MOVES,
        MOVES_OF_WHOLE_SHIFTS, MOVES_THAT_EXCHANGE, MOVES_THAT_HAND_OVER, MOVES_THAT_SWAP,
        MOVES_WITH_BLOCKS, MOVES_WITH_BREAKS_DRAWN, MOVES_WITH_REWARDS_DRAWN,
        NEIGHBOURS_WITH_A_THIRD, NEIGHBOURS_WITH_TIME_DRAWN, PERTURBATIONS, PROMISES_TAKEN,
        Parameters, SEATED_MOVES_FOR_MISSING, SHIFTS_IN_A_MOVE, WHO_MOVES_ALL_DAY,
        WHO_MOVES_AND_EXCHANGES, WHO_MOVES_AND_SWAPS, WHO_MOVES_WITH_ANOTHER, WHO_MOVES_WITH_BOTH,
    },
    random::Random,
    search::SiteDaySearch,
};
use crate::problem::site_day::SiteDayModel;

/// What a move works on: the shifts are those of the first parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Neighbourhood {
    pub count: usize,
    pub from: usize,
    pub until: usize,
    pub touch: Touch,
}

impl Taste {
    /// As things are worth.
    pub(super) fn reset(&mut self) {
        self.services.fill(1.0);
        self.meters.fill(1.0);
        (self.counters, self.breaks, self.rooms) = (1.0, 0.0, None);
        self.duties_only = false;
    }

    /// Variety: a move may like some things more or less than they are worth. A fixed reward for
    /// what quotas lack always gives it to the first clerk of a move and gets stuck, so half of the
    /// moves draw it anew.
    fn draw(&mut self, short_price: f64, random: &mut Random) {
        let noise = PERTURBATIONS[random.below(PERTURBATIONS.len())];
        for taste in &mut self.services {
            let factor = 1.0 + noise * (random.unit() - 0.5);
            *taste = if self.duties_only { -1.0 } else { factor };
        }
        if random.chance(MOVES_WITH_REWARDS_DRAWN) {
            for taste in &mut self.meters {
                *taste = random.unit();
            }
            self.counters = random.unit();
        } else {
            self.meters.fill(1.0);
            self.counters = 1.0;
        }
        self.breaks = if random.chance(MOVES_WITH_BREAKS_DRAWN) {
            BREAK_TILT * short_price * (random.unit() - 0.5)
        } else {
            0.0
        };
        self.rooms = None;
    }
}

impl SiteDaySearch {
    /// Chooses what to empty next.
    pub(super) fn choose_seated(
        &mut self,
        day: &SiteDayModel,
        buffers: &mut Buffers,
    ) -> Option<Neighbourhood> {
        let random = &mut self.random;
        let Parameters { shortest_stretch, longest_seated, margin, .. } = self.parameters;
        let longest_stretch = longest_seated;
        let mut touch = Touch {
            blocks: random.chance(MOVES_WITH_BLOCKS),
            promises: PROMISES_TAKEN[random.below(PROMISES_TAKEN.len())],
            clear: None,
            hand_over: None,
            swap: random.chance(MOVES_THAT_SWAP),
            exchange: false,
            handed: None,
        };
        if !day.promises.is_empty() && random.chance(MOVES_THAT_EXCHANGE) {
            (touch.exchange, touch.promises) = (true, 1.0);
        }
        buffers.recreate.taste.draw(day.short_price, random);

        let missing = !self.state.unkept.is_empty() || self.lacks(day);
        if missing
            && self.random.chance(SEATED_MOVES_FOR_MISSING)
            && let Some(missed) = self.pick_missing(day)
        {
            let random = &mut self.random;
            let (before, after) = (random.below(margin), random.below(margin));
            let range = (missed.from.saturating_sub(before), missed.until + after);
            touch.blocks = true;
            if missed.promise.is_some() {
                touch.exchange = false;
                touch.clear = Some((missed.shift, missed.from, missed.until));
            }
            let want = 2 + random.below(MOST_PARTS - 1);
            buffers.parts[0].shift = missed.shift;
            let mut count = 1;
            if let Some(other) = missed.other.filter(|&other| other != missed.shift) {
                buffers.parts[1].shift = other;
                count = 2;
            }
            let count = self.add_parts(day, buffers, count, want, range);
            return Some(Neighbourhood { count, from: range.0, until: range.1, touch });
        }

        if !day.promises.is_empty()
            && self.random.chance(MOVES_FOR_WHO_MOVES)
            && let Some(found) = self.choose_who_moves(day, buffers, touch)
        {
            return Some(found);
        }
        let kind_of_move = self.random.unit();
        if kind_of_move < MOVES_FOR_NEIGHBOURS
            && let Some(found) = self.choose_neighbours(day, buffers, touch)
        {
            return Some(found);
        }
        let whole = kind_of_move > 1.0 - MOVES_OF_WHOLE_SHIFTS;
        let random = &mut self.random;
        let anchor = random.below(day.shifts.len());
        let shift = &day.shifts[anchor];
        let span = shift.until - shift.from;
        // Short ones more often.
        let more = longest_stretch.saturating_sub(shortest_stretch).max(1);
        let most = random.below(more) + 1;
        let length = shortest_stretch + random.below(most);
        // Starts before the shift are cut, so that its first steps are met as often.
        let start = (shift.from + random.below(span + length)).saturating_sub(length);
        let mut range = (start.max(shift.from), (start + length).min(shift.until));
        let mut turn = random.below(SHIFTS_IN_A_MOVE.iter().sum());
        let mut want = 1;
        for share in SHIFTS_IN_A_MOVE {
            if turn < share {
                break;
            }
            turn -= share;
            want += 1;
        }
        if whole {
            range = (0, day.steps);
            want = 1 + random.below(MOST_PARTS - 1);
            touch.swap = true;
        }
        if range.1 <= range.0 {
            return None;
        }
        buffers.parts[0].shift = anchor;
        let count = self.add_parts(day, buffers, 1, want, range);
        if count > 1 && self.random.chance(MOVES_THAT_HAND_OVER) {
            let at = range.0 + self.random.below(range.1 - range.0);
            touch.hand_over = Some((at, self.random.chance(0.5)));
            touch.swap |= self.random.chance(MOVES_THAT_SWAP);
        }
        Some(Neighbourhood { count, from: range.0, until: range.1, touch })
    }

    /// A clerk who moves from one counter to another, with whoever was at the new one before or is at
    /// the old one afterwards. If one of them takes over what the other does from then on, or did
    /// until then, nobody has to move: a tail exchange, as between routes of vehicles (Potvin and
    /// Rousseau 1995, doi:10.1057/jors.1995.204).
    fn choose_who_moves(
        &mut self,
        day: &SiteDayModel,
        buffers: &mut Buffers,
        mut touch: Touch,
    ) -> Option<Neighbourhood> {
        let random = &mut self.random;
        let stays = &self.state.seats.stays;
        let shifts = day.shifts.len();
        let skip = random.below(shifts);
        let first =
            (0..shifts).map(|i| (skip + i) % shifts).find(|&shift| stays[shift].len() > 1)?;
        let k = random.below(stays[first].len() - 1);
        let (old, new) = (stays[first][k], stays[first][k + 1]);
        let at = usize::from(if random.chance(0.5) { old.end } else { new.start });
        let others = || {
            let others = (0..shifts).filter(|&other| other != first);
            others.flat_map(|other| stays[other].iter().map(move |stay| (stay, other)))
        };
        let after = others()
            .filter(|(stay, _)| stay.kind == old.kind && stay.start >= old.end)
            .min_by_key(|(stay, _)| stay.start);
        let before = others()
            .filter(|(stay, _)| stay.kind == new.kind && stay.end <= new.start)
            .max_by_key(|(stay, _)| stay.end);
        let mut found = [after, before];
        if random.chance(0.5) {
            found.reverse();
        }
        let both = random.chance(WHO_MOVES_WITH_BOTH);
        buffers.parts[0].shift = first;
        let mut count = 1;
        for (_, other) in found.into_iter().flatten() {
            let is_new = buffers.parts[..count].iter().all(|part| part.shift != other);
            if is_new && (count == 1 || both) {
                buffers.parts[count].shift = other;
                count += 1;
            }
        }
        let mut reach = || {
            if random.chance(WHO_MOVES_ALL_DAY) {
                return day.steps;
            }
            // Short ones more often.
            let most = 1 + random.below(self.parameters.longest_seated);
            1 + random.below(most)
        };
        let (from, until) = (at.saturating_sub(reach()), (at + reach()).min(day.steps));
        if random.chance(WHO_MOVES_AND_EXCHANGES) {
            (touch.exchange, touch.promises) = (true, 1.0);
        }
        if touch.exchange && random.chance(EXCHANGES_OF_ALL_AFTER) {
            touch.handed = Some(if random.chance(0.5) { (at, day.steps) } else { (0, at) });
        }
        touch.swap |= random.chance(WHO_MOVES_AND_SWAPS);
        let another = usize::from(random.chance(WHO_MOVES_WITH_ANOTHER));
        let count = self.add_parts(day, buffers, count, (count + another).max(2), (from, until));
        Some(Neighbourhood { count, from, until, touch })
    }

    /// Two clerks who follow one another in the same kind of room: the time at which one leaves it
    /// to the other is drawn anew.
    fn choose_neighbours(
        &mut self,
        day: &SiteDayModel,
        buffers: &mut Buffers,
        mut touch: Touch,
    ) -> Option<Neighbourhood> {
        let random = &mut self.random;
        let first = random.below(day.shifts.len());
        let stays = &self.state.seats.stays;
        let &stay = stays[first].get(random.below(stays[first].len()))?;
        let skip = random.below(day.shifts.len());
        let (start, other) = (0..day.shifts.len())
            .map(|i| (skip + i) % day.shifts.len())
            .filter(|&other| other != first)
            .flat_map(|other| stays[other].iter().map(move |next| (next, other)))
            .filter(|(next, _)| next.kind == stay.kind && next.start >= stay.end)
            .map(|(next, other)| (usize::from(next.start), other))
            .min()?;
        let end = usize::from(stay.end);
        let reach = 2 * self.parameters.margin;
        let (from, until) =
            (end.saturating_sub(1 + random.below(reach)), start + 1 + random.below(reach));
        let at = from + random.below(until - from);
        touch.hand_over =
            random.chance(NEIGHBOURS_WITH_TIME_DRAWN).then_some((at, random.chance(0.5)));
        (buffers.parts[0].shift, buffers.parts[1].shift) = (first, other);
        let want = if random.chance(NEIGHBOURS_WITH_A_THIRD) { 3 } else { 2 };
        let count = self.add_parts(day, buffers, 2, want, (from, until));
        Some(Neighbourhood { count, from, until, touch })
    }

    /// Adds random shifts that overlap the stretch until there are `want`; returns how many there
    /// are.
    fn add_parts(
        &mut self,
        day: &SiteDayModel,
        buffers: &mut Buffers,
        mut count: usize,
        want: usize,
        (from, until): (usize, usize),
    ) -> usize {
        for _ in 0..3 * want {
            if count >= want.min(MOST_PARTS) {
                break;
            }
            let other = self.random.below(day.shifts.len());
            let shift = &day.shifts[other];
            let overlaps = shift.from < until && from < shift.until;
            if overlaps && buffers.parts[..count].iter().all(|part| part.shift != other) {
                buffers.parts[count].shift = other;
                count += 1;
            }
        }
        count
    }
}
