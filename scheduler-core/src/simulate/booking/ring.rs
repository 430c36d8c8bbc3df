//! The days that can be booked, as a ring.

use super::supply::Supply;

/// A ring of whole cycles, so that a day of the ring is always the same day of the cycle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ring {
    days: usize,
    /// A multiple of the ring, at most the first day that is looked at, less than a ring before it.
    base: u32,
}

impl Ring {
    /// For dates up to `horizon` days ahead.
    pub(super) fn new(supply: &Supply, horizon: u32) -> Self {
        let cycles = (horizon as usize + 1).div_ceil(supply.cycle) + 1;
        Self { days: cycles * supply.cycle, base: 0 }
    }

    /// Days of the ring.
    pub(super) fn days(self) -> usize {
        self.days
    }

    /// From now on nothing before `today` is looked at.
    pub(super) fn turn_to(&mut self, today: u32) {
        self.base = today - today % self.days as u32;
    }

    /// Where `day` is in the ring: a division would take longer than the rest of a look.
    #[inline]
    pub(super) fn position(self, day: u32) -> usize {
        let position = (day - self.base) as usize;
        if position < self.days { position } else { position - self.days }
    }
}
