//! Which stretch of whose days a move empties, and what it may take.

use super::{Buffers, MOST_PARTS, destroy::Touch, pricing::Pricing, recreate::Taste};
use crate::plan::lns::{random::Random, search::SiteDaySearch};
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
    }

    /// Variety: a move may like some things more or less than they are worth. A fixed reward for
    /// what quotas lack always gives it to the first clerk of a move and gets stuck, so half of the
    /// moves draw it anew.
    fn draw(&mut self, pricing: &Pricing, random: &mut Random) {
        let noise = [0.0, 0.05, 0.15, 0.4][random.below(4)];
        for taste in &mut self.services {
            *taste = 1.0 + noise * (random.unit() - 0.5);
        }
        if random.chance(0.5) {
            for taste in &mut self.meters {
                *taste = random.unit();
            }
            self.counters = random.unit();
        } else {
            self.meters.fill(1.0);
            self.counters = 1.0;
        }
        self.breaks = if random.chance(0.3) {
            pricing.short * 0.05 * (random.unit() - 0.5)
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
        pricing: &Pricing,
        buffers: &mut Buffers,
    ) -> Option<Neighbourhood> {
        let random = &mut self.random;
        let steps = |minutes: f64| ((minutes / pricing.step_minutes).round() as usize).max(1);
        let mut touch = Touch {
            blocks: random.chance(0.6),
            promises: [0.0, 0.0, 0.1, 0.3, 1.0][random.below(5)],
            clear: None,
            hand_over: None,
            swap: random.chance(0.3),
        };
        buffers.recreate.taste.draw(pricing, random);

        let missing = !self.state.unkept.is_empty() || self.lacks(day);
        if missing && self.random.chance(0.5)
            && let Some(missed) = self.pick_missing(day)
        {
            let random = &mut self.random;
            let (before, after) = (random.below(steps(60.0)), random.below(steps(60.0)));
            let range = (missed.from.saturating_sub(before), missed.until + after);
            touch.blocks = true;
            if missed.promise.is_some() {
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

        let random = &mut self.random;
        let anchor = random.below(day.shifts.len());
        let shift = &day.shifts[anchor];
        let span = shift.until - shift.from;
        // Half an hour to seven hours, short ones more often.
        let most = random.below(steps(390.0)) + 1;
        let length = steps(30.0) + random.below(most);
        // Starts before the shift are cut, so that its first steps are met as often.
        let start = (shift.from + random.below(span + length)).saturating_sub(length);
        let range = (start.max(shift.from), (start + length).min(shift.until));
        if range.1 <= range.0 {
            return None;
        }
        let want = match random.below(20) {
            0..6 => 1,
            6..15 => 2,
            15..19 => 3,
            _ => 4,
        };
        buffers.parts[0].shift = anchor;
        let count = self.add_parts(day, buffers, 1, want, range);
        if count > 1 && self.random.chance(0.2) {
            let at = range.0 + self.random.below(range.1 - range.0);
            touch.hand_over = Some((at, self.random.chance(0.5)));
            touch.swap |= self.random.chance(0.5);
        }
        Some(Neighbourhood { count, from: range.0, until: range.1, touch })
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
