//! A slot of a certain day, who has booked it, and what a request looks for.

use super::wanted::Wanted;

/// Minutes of a day.
pub(super) const DAY: u32 = 1440;

/// What was booked.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct BookEntry {
    /// Key of the customer's random numbers.
    pub(super) entity: u32,
    /// Persons who come together; 0 where the slot is free, or belongs to a longer visit that began
    /// before.
    pub(super) persons: u16,
    /// Probability that somebody comes.
    pub(super) show: f32,
}

/// A slot of a certain day: day, start and slot in one number, which is the order in time and goes
/// from hand to hand in a register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Placement(u64);

impl Placement {
    const START_BIT: u32 = 32;
    const DAY_BIT: u32 = Self::START_BIT + 11;

    /// `day` since the begin of the replication, below 2^21; the first minute; the index into the
    /// slots of the cycle.
    #[inline]
    pub(super) fn new(day: u32, start: u16, slot: u32) -> Self {
        let start = u64::from(start) << Self::START_BIT;
        Self(u64::from(day) << Self::DAY_BIT | start | u64::from(slot))
    }

    #[inline]
    pub(super) fn day(self) -> u32 {
        (self.0 >> Self::DAY_BIT) as u32
    }

    #[inline]
    pub(super) fn start(self) -> u16 {
        (self.0 >> Self::START_BIT) as u16 & ((1 << (Self::DAY_BIT - Self::START_BIT)) - 1)
    }

    #[inline]
    pub(super) fn slot(self) -> u32 {
        self.0 as u32
    }
}

/// What a request looks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct SlotSearch<'a> {
    /// The lanes that suit.
    pub(super) lanes: &'a [u32],
    /// First and last day.
    pub(super) days: (u32, u32),
    /// Starts in these lanes that are insisted on.
    pub(super) wanted: Option<&'a Wanted>,
    /// Minutes of the visit where it is longer than the slot, else 0.
    pub(super) minutes: u32,
    /// Longer visits of one size have the same length wherever a lane is the same; below the sizes
    /// of the book. 0 where the visit is not longer than the slot.
    pub(super) size: usize,
    /// Day and minute at which the request is made; nothing is booked before.
    pub(super) now: (u32, u32),
    /// What [`super::book::Book::likely`] says of that day.
    pub(super) likely: u64,
}
