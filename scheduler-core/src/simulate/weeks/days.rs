//! On which days of the book a visit may fit, a bit each.

use super::wanted::Wanted;

/// For each lane and size of visit, a bit for each day of a ring.
///
/// A single slot fits where the bit is set. Longer visits may fit there: on the other days they were
/// tried in vain, and nothing was given back since.
#[derive(Debug, Clone)]
pub(super) struct Days {
    /// Days of the ring.
    ring: usize,
    /// Sizes of visits; size 0 is a single slot.
    pub(super) sizes: usize,
    /// Words of a lane and size.
    words: usize,
    bits: Vec<u64>,
    /// A multiple of the ring, at most the first day that is looked at, less than a ring before it.
    base: u32,
}

/// A visit of a size in a lane, at starts that are insisted on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Visit<'a> {
    pub(super) lane: u32,
    pub(super) size: usize,
    pub(super) wanted: Option<&'a Wanted>,
}

impl Days {
    pub(super) fn new(ring: usize, lanes: usize, sizes: usize) -> Self {
        let words = ring.div_ceil(64);
        Self { ring, sizes, words, bits: vec![0; lanes * sizes * words], base: 0 }
    }

    /// From now on nothing before `today` is looked at.
    pub(super) fn turn_to(&mut self, today: u32) {
        self.base = today - today % self.ring as u32;
    }

    /// Where `day` is in the ring: a division would take longer than the rest of a look.
    #[inline]
    pub(super) fn position(&self, day: u32) -> usize {
        let position = (day - self.base) as usize;
        if position < self.ring { position } else { position - self.ring }
    }

    /// Notes whether a visit may fit into `lane` on a day of the ring.
    #[inline]
    pub(super) fn mark(&mut self, position: usize, (lane, size): (u32, usize), fits: bool) {
        let bit = 1 << (position % 64);
        let index = (lane as usize * self.sizes + size) * self.words + position / 64;
        let days = &mut self.bits[index];
        *days = if fits { *days | bit } else { *days & !bit };
    }

    /// The days of the ring on which the visit may fit, word by word.
    #[inline]
    fn likely<'a>(&'a self, visit: Visit<'a>) -> impl Fn(usize) -> u64 + use<'a> {
        let lane = visit.lane as usize * self.sizes;
        let of_size = |size: usize| &self.bits[(lane + size) * self.words..][..self.words];
        let (slots, visits) = (of_size(0), of_size(visit.size));
        move |word| {
            let bits = slots[word] & visits[word];
            visit.wanted.map_or(bits, |wanted| bits & wanted.days[word])
        }
    }

    /// The first day of `from..=until` on which the visit may fit.
    #[inline]
    pub(super) fn first(&self, visit: Visit<'_>, (from, until): (u32, u32)) -> Option<u32> {
        let likely = self.likely(visit);
        let mut day = from;
        while day <= until {
            let position = self.position(day);
            let bits = likely(position / 64) >> (position % 64);
            if bits != 0 {
                let found = day + bits.trailing_zeros();
                // Beyond the end of the ring no bit is set.
                return (found <= until).then_some(found);
            }
            let to_word = 64 - position % 64;
            day += to_word.min(self.ring - position) as u32;
        }
        None
    }

    /// The last day of `from..until` on which the visit may fit.
    #[inline]
    pub(super) fn last(&self, visit: Visit<'_>, (from, until): (u32, u32)) -> Option<u32> {
        let likely = self.likely(visit);
        let mut end = until;
        while end > from {
            let position = self.position(end - 1);
            let bits = likely(position / 64) << (63 - position % 64);
            if bits != 0 {
                let back = bits.leading_zeros();
                return (end - from > back).then(|| end - 1 - back);
            }
            end = end.saturating_sub(position as u32 % 64 + 1);
        }
        None
    }
}
