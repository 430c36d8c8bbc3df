//! The order of events: an event is a number, and the smallest comes next.

use super::super::model::Millis;

/// Time, class, and the index of what it is about, from the highest bit down.
pub(super) type Event = u64;

/// No event.
pub(super) const NEVER: Event = u64::MAX;

const CLASS: u32 = 29;

/// What happens first at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    /// A customer has been served.
    Departure,
    /// The end of a break, a shift or a walk-in block.
    End,
    /// The start of a shift, a break or a walk-in block.
    Start,
    /// Somebody with an appointment arrives.
    Appointment,
    /// A walk-in arrives.
    WalkIn,
    /// The time of an appointment has come and whoever was to come then is here or is not.
    Due,
    /// Somebody who was not called loses patience.
    Impatience,
}

#[inline]
pub(super) fn event(time: Millis, class: Class, index: u32) -> Event {
    u64::from(time) << 32 | (class as u64) << CLASS | u64::from(index)
}

#[inline]
pub(super) fn time_of(event: Event) -> Millis {
    (event >> 32) as Millis
}

#[inline]
pub(super) fn class_of(event: Event) -> Class {
    match (event >> CLASS) & 7 {
        0 => Class::Departure,
        1 => Class::End,
        2 => Class::Start,
        3 => Class::Appointment,
        4 => Class::WalkIn,
        5 => Class::Due,
        _ => Class::Impatience,
    }
}

#[inline]
pub(super) fn index_of(event: Event) -> usize {
    (event & ((1 << CLASS) - 1)) as usize
}

/// The next event of each of many clerks, and the first of all: a tournament of four in each match,
/// in which a change plays one match on each level.
#[derive(Debug)]
pub(super) struct Tournament {
    /// The final, the four matches whose winners play it, and so on; those of the clerks from
    /// `leaves` on.
    matches: Vec<[Event; 4]>,
    leaves: usize,
    first: Event,
}

impl Tournament {
    /// Nothing is to happen to any of `count`.
    pub(super) fn reset(&mut self, count: usize) {
        let mut width = 1;
        self.leaves = 0;
        while 4 * width < count {
            self.leaves += width;
            width *= 4;
        }
        self.matches.clear();
        self.matches.resize(self.leaves + width, [NEVER; 4]);
        self.first = NEVER;
    }

    #[inline]
    pub(super) fn first(&self) -> Event {
        self.first
    }

    #[inline]
    pub(super) fn of(&self, index: usize) -> Event {
        self.matches[self.leaves + index / 4][index % 4]
    }

    #[inline]
    pub(super) fn set(&mut self, index: usize, mut event: Event) {
        let (mut node, mut place) = (self.leaves + index / 4, index % 4);
        loop {
            let players = &mut self.matches[node];
            players[place] = event;
            let [a, b, c, d] = *players;
            event = a.min(b).min(c.min(d));
            if node == 0 {
                break;
            }
            (node, place) = ((node - 1) / 4, (node - 1) % 4);
        }
        self.first = event;
    }
}

impl Default for Tournament {
    fn default() -> Self {
        Self { matches: vec![[NEVER; 4]], leaves: 0, first: NEVER }
    }
}
