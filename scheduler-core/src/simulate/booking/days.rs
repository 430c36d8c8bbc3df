//! On which days of the book a visit may fit, a bit each.

use super::supply::Supply;

/// For each lane and size of visit, a bit for each day that can be booked.
///
/// A single slot fits where the bit is set. Longer visits may fit there: on the other days they were
/// tried in vain, and nothing was given back since.
#[derive(Debug, Clone)]
pub(super) struct Days {
    lanes: usize,
    /// Sizes of visits that are longer than a slot.
    longer: usize,
    /// Words of a lane and size, less 1; they are a power of two, so that a day finds its bit
    /// without a division.
    mask: usize,
    /// Index `word * lanes + lane`.
    slots: Vec<u64>,
    /// Index `(word * lanes + lane) * longer + size - 1`: those of a site lie side by side.
    visits: Vec<u64>,
}

/// The lowest bits, up to and including the one with this number.
#[inline]
pub(super) fn up_to(bit: u32) -> u64 {
    u64::MAX >> 63_u32.saturating_sub(bit)
}

/// The first bit that is set from the `from`-th to before the `until`-th.
#[inline]
pub(super) fn first_free(words: &[u64], from: u32, until: u32) -> Option<u32> {
    let mut place = from;
    while place < until {
        let bits = words[place as usize / 64] >> (place % 64);
        if bits != 0 {
            let free = place + bits.trailing_zeros();
            return (free < until).then_some(free);
        }
        place = (place / 64 + 1) * 64;
    }
    None
}

impl Days {
    /// Days of which `span` in a row can be booked, for visits of `sizes` sizes; size 0 is a slot.
    pub(super) fn new(span: usize, lanes: usize, sizes: usize) -> Self {
        let words = span.div_ceil(64).next_power_of_two();
        let longer = sizes.saturating_sub(1);
        Self {
            lanes,
            longer,
            mask: words - 1,
            slots: vec![0; words * lanes],
            visits: vec![0; words * lanes * longer],
        }
    }

    #[inline]
    fn word(&self, day: u32) -> usize {
        (day / 64) as usize & self.mask
    }

    /// Notes whether `lane` has free slots on `day`.
    #[inline]
    pub(super) fn mark(&mut self, day: u32, lane: u32, free: bool) {
        let index = self.word(day) * self.lanes + lane as usize;
        let bit = 1 << (day % 64);
        let days = &mut self.slots[index];
        *days = if free { *days | bit } else { *days & !bit };
    }

    /// Notes that a visit does not fit into `lane` on `day`; nothing does where that is a slot.
    #[inline]
    pub(super) fn give_up(&mut self, day: u32, lane: u32, size: usize) {
        if size == 0 {
            return self.mark(day, lane, false);
        }
        let index = (self.word(day) * self.lanes + lane as usize) * self.longer + size - 1;
        self.visits[index] &= !(1 << (day % 64));
    }

    /// Longer visits may fit again on `day` at `site`.
    #[inline]
    pub(super) fn hope(&mut self, supply: &Supply, day: u32, site: usize) {
        let first = self.word(day) * self.lanes;
        let lanes = supply.lanes_of(site);
        let of_site = (first + lanes.start) * self.longer..(first + lanes.end) * self.longer;
        let bit = 1 << (day % 64);
        self.visits[of_site].iter_mut().for_each(|days| *days |= bit);
    }

    /// On which of the 64 days from `from` on a visit of this size may fit into one of the lanes,
    /// `from` in the lowest bit. What is beyond the days that can be booked means nothing.
    #[inline]
    pub(super) fn from(&self, lanes: &[u32], size: usize, from: u32) -> u64 {
        let word = self.word(from);
        let low = self.in_word(lanes, size, word);
        // A single word follows itself.
        let high = match self.mask {
            0 => low,
            mask => self.in_word(lanes, size, (word + 1) & mask),
        };
        let shift = from % 64;
        // In two steps, as a shift by 64 is none.
        low >> shift | high << 1 << (63 - shift)
    }

    /// On which days of a word the visit may fit into one of the lanes.
    #[inline]
    fn in_word(&self, lanes: &[u32], size: usize, word: usize) -> u64 {
        let slots = &self.slots[word * self.lanes..][..self.lanes];
        let mut days = 0;
        if size == 0 {
            for &lane in lanes {
                days |= slots[lane as usize];
            }
            return days;
        }
        for &lane in lanes {
            let index = (word * self.lanes + lane as usize) * self.longer + size - 1;
            days |= slots[lane as usize] & self.visits[index];
        }
        days
    }

    /// Whether the visit may fit into this lane on `day`.
    #[inline]
    pub(super) fn has(&self, lane: u32, size: usize, day: u32) -> bool {
        self.in_word(&[lane], size, self.word(day)) >> (day % 64) & 1 == 1
    }
}
