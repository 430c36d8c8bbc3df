//! The book of one replication: which slots are free, and what is booked.

use super::release::Release;
use super::supply::{NONE, Supply};

/// Minutes of a day.
pub(super) const DAY: u32 = 1440;

/// What was booked.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Entry {
    /// Key of the customer's random numbers.
    pub(super) entity: u32,
    /// Persons who come together; 0 where the slot belongs to a longer visit that began before.
    pub(super) persons: u16,
    /// Probability that somebody comes.
    pub(super) show: f32,
}

/// A slot of a certain day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    /// Day since the begin of the replication.
    pub(super) day: u32,
    /// First minute.
    pub(super) start: u16,
    /// Index into the slots of the cycle.
    pub(super) slot: u32,
}

/// What a request looks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Search<'a> {
    /// The lanes that suit.
    pub(super) lanes: &'a [u32],
    /// First and last day.
    pub(super) days: (u32, u32),
    /// Nothing before this day and minute.
    pub(super) earliest: (u32, u32),
    /// Starts within the day: `[from, until)`.
    pub(super) window: (u32, u32),
    /// Days of the cycle that suit; all where empty.
    pub(super) suits: &'a [bool],
    /// Minutes of the visit where it is longer than the slot, else 0.
    pub(super) minutes: u32,
    /// When the request is made.
    pub(super) now: (u32, u32),
}

/// The days that can be booked, as a ring of whole cycles.
#[derive(Debug, Clone)]
pub(super) struct Book {
    /// Days of the ring.
    ring: usize,
    /// A bit for each free slot: index `cycle of the ring * words + word`.
    free: Vec<u64>,
    /// For each lane, a bit for each day of the ring with a free slot.
    days: Vec<u64>,
    /// Words of a lane in `days`.
    day_words: usize,
    /// Index `cycle of the ring * slots + slot`.
    entries: Vec<Entry>,
    /// Minutes booked by day of the ring and site.
    booked: Vec<f64>,
    /// A multiple of the ring, at most the first day that is looked at, less than a ring before it.
    base: u32,
    /// By day of the ring.
    laid_out: Vec<RingDay>,
}

/// Where a day of the ring has its bits and entries.
#[derive(Debug, Clone, Copy)]
struct RingDay {
    /// Day of the cycle.
    cycle_day: u32,
    /// Before its words in `free`.
    words: u32,
    /// Before its slots in `entries`.
    entries: u32,
}

impl Book {
    /// An empty book in which dates up to `horizon` days ahead may be booked.
    pub(super) fn new(supply: &Supply, horizon: u32) -> Self {
        let cycles = (horizon as usize + 1).div_ceil(supply.cycle) + 1;
        let ring = cycles * supply.cycle;
        let day_words = ring.div_ceil(64);
        Self {
            ring,
            free: vec![0; cycles * supply.words],
            days: vec![0; supply.lanes.len() * day_words],
            day_words,
            entries: vec![Entry::default(); cycles * supply.slots.len()],
            booked: vec![0.0; ring * supply.sites],
            base: 0,
            laid_out: (0..ring)
                .map(|position| {
                    let cycle = position / supply.cycle;
                    RingDay {
                        cycle_day: (position % supply.cycle) as u32,
                        words: (cycle * supply.words) as u32,
                        entries: (cycle * supply.slots.len()) as u32,
                    }
                })
                .collect(),
        }
    }

    /// Where `day` is in the ring: a division would take longer than the rest of a look.
    #[inline]
    fn position(&self, day: u32) -> usize {
        let position = (day - self.base) as usize;
        if position < self.ring { position } else { position - self.ring }
    }

    /// Makes all slots of `day` free, which must not be a day that can be booked already. From now
    /// on nothing before `today` is looked at.
    pub(super) fn open(&mut self, supply: &Supply, day: u32, today: u32) {
        self.base = today - today % self.ring as u32;
        let position = self.position(day);
        let RingDay { cycle_day, words, .. } = self.laid_out[position];
        for lane in 0..supply.lanes.len() {
            let slots = supply.lane_day(cycle_day as usize, lane as u32);
            let first = (words + slots.word) as usize;
            for word in 0..slots.count.div_ceil(64) {
                let left = slots.count - word * 64;
                let bits = if left >= 64 { u64::MAX } else { (1 << left) - 1 };
                self.free[first + word as usize] = bits;
            }
            let bit = 1 << (position % 64);
            let days = &mut self.days[lane * self.day_words + position / 64];
            *days = if slots.count > 0 { *days | bit } else { *days & !bit };
        }
        let sites = supply.sites;
        self.booked[position * sites..(position + 1) * sites].fill(0.0);
    }

    /// The first free slot that suits.
    pub(super) fn first(
        &self,
        supply: &Supply,
        release: &Release,
        search: &Search<'_>,
    ) -> Option<Place> {
        let mut best: Option<Place> = None;
        for &lane in search.lanes {
            let mut day = search.days.0;
            let last = best.map_or(search.days.1, |best| best.day);
            while let Some(found) = self.next_day(lane, day, last) {
                if let Some(place) = self.in_day(supply, release, search, lane, found) {
                    best = Some(best.map_or(place, |best| best.min(place)));
                    break;
                }
                day = found + 1;
            }
        }
        best
    }

    /// The last day before `before` with a free slot that suits, its first slot.
    pub(super) fn last(
        &self,
        supply: &Supply,
        release: &Release,
        search: &Search<'_>,
    ) -> Option<Place> {
        let (first, last) = search.days;
        let mut day = last + 1;
        while day > first {
            day -= 1;
            let here = Search { days: (day, day), ..*search };
            if let Some(place) = self.first(supply, release, &here) {
                return Some(place);
            }
        }
        None
    }

    /// The first day of `from..=until` on which `lane` has a free slot.
    #[inline]
    fn next_day(&self, lane: u32, from: u32, until: u32) -> Option<u32> {
        let words = &self.days[lane as usize * self.day_words..][..self.day_words];
        let mut day = from;
        while day <= until {
            let position = self.position(day);
            let bits = words[position / 64] >> (position % 64);
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

    /// The first slot of `lane` on `day` that suits.
    fn in_day(
        &self,
        supply: &Supply,
        release: &Release,
        search: &Search<'_>,
        lane: u32,
        day: u32,
    ) -> Option<Place> {
        let position = self.position(day);
        let RingDay { cycle_day, words: before, .. } = self.laid_out[position];
        let cycle_day = cycle_day as usize;
        if !search.suits.is_empty() && !search.suits[cycle_day] {
            return None;
        }
        let site = supply.lanes[lane as usize].0 as usize;
        let slots = supply.lane_day(cycle_day, lane);
        let range = slots.slot as usize..(slots.slot + slots.count) as usize;
        let starts = &supply.starts[range];
        let (mut from, until) = search.window;
        let (now_day, now_minute) = search.earliest;
        let notice = release.notice(site);
        if day <= now_day + (now_minute + notice) / DAY {
            let earliest = now_day * DAY + now_minute + notice;
            from = from.max(earliest.saturating_sub(day * DAY));
        }
        if !release.waves.is_empty() {
            let share = release.share(site, day - search.now.0, search.now.1);
            let place = cycle_day * supply.sites + site;
            let minutes = search.minutes.max(supply.slots[slots.slot as usize].minutes);
            let booked = self.booked[position * supply.sites + site] + f64::from(minutes);
            // Shares such as 0.3 are rounded.
            if booked > share * supply.minutes[place] * (1.0 + 1e-9) && share < 1.0 {
                return None;
            }
        }
        let mut index = if from == 0 {
            0
        } else {
            starts.partition_point(|&start| u32::from(start) < from) as u32
        };
        let words = &self.free[(before + slots.word) as usize..];
        while index < slots.count {
            let bits = words[index as usize / 64] >> (index % 64);
            if bits == 0 {
                index = (index / 64 + 1) * 64;
                continue;
            }
            index += bits.trailing_zeros();
            let start = *starts.get(index as usize)?;
            if u32::from(start) >= until {
                return None;
            }
            let slot = slots.slot + index;
            if search.minutes == 0 || self.chain_is_free(supply, before, slot, search.minutes) {
                return Some(Place { day, start, slot });
            }
            index += 1;
        }
        None
    }

    /// Whether the clerk of `slot` can serve a visit of `minutes` from its start.
    fn chain_is_free(&self, supply: &Supply, before: u32, slot: u32, minutes: u32) -> bool {
        let first = &supply.slots[slot as usize];
        let end = first.start + minutes;
        if end > first.free_until {
            return false;
        }
        let mut next = supply.next[slot as usize];
        while next != NONE && supply.slots[next as usize].start < end {
            if !self.is_free(supply, before, next) {
                return false;
            }
            next = supply.next[next as usize];
        }
        true
    }

    fn bit(supply: &Supply, before: u32, slot: u32) -> (usize, u32) {
        let lane = supply.lane[slot as usize];
        let slots = supply.lane_day(supply.slots[slot as usize].day as usize, lane);
        let index = slot - slots.slot;
        ((before + slots.word + index / 64) as usize, index % 64)
    }

    fn is_free(&self, supply: &Supply, before: u32, slot: u32) -> bool {
        let (word, bit) = Self::bit(supply, before, slot);
        self.free[word] >> bit & 1 == 1
    }

    /// Books `place` and what a visit of `minutes` needs after it.
    pub(super) fn take(&mut self, supply: &Supply, place: Place, entry: Entry, minutes: u32) {
        self.mark(supply, place, minutes, false);
        let index = self.entry_index(place);
        self.entries[index] = entry;
    }

    /// Gives back what [`Self::take`] took. Whether it was still there: the entry is that of
    /// `entity`.
    pub(super) fn give_back(
        &mut self,
        supply: &Supply,
        place: Place,
        entity: u32,
        minutes: u32,
    ) -> bool {
        let index = self.entry_index(place);
        let found = self.entries[index].entity == entity && self.entries[index].persons > 0;
        if found {
            self.mark(supply, place, minutes, true);
        }
        found
    }

    fn entry_index(&self, place: Place) -> usize {
        (self.laid_out[self.position(place.day)].entries + place.slot) as usize
    }

    /// Marks the slots of a visit free or taken.
    fn mark(&mut self, supply: &Supply, place: Place, minutes: u32, free: bool) {
        let position = self.position(place.day);
        let RingDay { words, entries, .. } = self.laid_out[position];
        let first = &supply.slots[place.slot as usize];
        let end = first.start + minutes.max(1);
        let mut slot = place.slot;
        loop {
            let (word, bit) = Self::bit(supply, words, slot);
            if free {
                self.free[word] |= 1 << bit;
            } else {
                self.free[word] &= !(1 << bit);
                self.entries[(entries + slot) as usize] = Entry::default();
            }
            self.mark_day(supply, position, supply.lane[slot as usize]);
            slot = supply.next[slot as usize];
            if slot == NONE || supply.slots[slot as usize].start >= end {
                break;
            }
        }
        let booked = &mut self.booked[position * supply.sites + first.site as usize];
        let minutes = f64::from(minutes.max(first.minutes));
        *booked += if free { -minutes } else { minutes };
    }

    /// Notes whether `lane` has a free slot on a day of the ring.
    fn mark_day(&mut self, supply: &Supply, position: usize, lane: u32) {
        let RingDay { cycle_day, words, .. } = self.laid_out[position];
        let slots = supply.lane_day(cycle_day as usize, lane);
        let first = (words + slots.word) as usize;
        let words = &self.free[first..first + slots.count.div_ceil(64) as usize];
        let any = words.iter().any(|&word| word != 0);
        let bit = 1 << (position % 64);
        let days = &mut self.days[lane as usize * self.day_words + position / 64];
        *days = if any { *days | bit } else { *days & !bit };
    }

    /// Calls `visit` with slot and entry of each appointment of `site` on `day`, in order of time.
    pub(super) fn appointments(
        &self,
        supply: &Supply,
        (day, site): (u32, usize),
        mut visit: impl FnMut(u32, &Entry),
    ) {
        let RingDay { cycle_day, words, entries } = self.laid_out[self.position(day)];
        for &slot in supply.by_time(cycle_day as usize, site) {
            let entry = &self.entries[(entries + slot) as usize];
            if entry.persons > 0 && !self.is_free(supply, words, slot) {
                visit(slot, entry);
            }
        }
    }

    /// The day's first free slot of each lane from a moment on, as days ahead.
    pub(super) fn days_ahead(
        &self,
        supply: &Supply,
        release: &Release,
        search: &Search<'_>,
    ) -> Option<f64> {
        let place = self.first(supply, release, search)?;
        let (day, minute) = search.now;
        let ahead = f64::from((place.day - day) * DAY + u32::from(place.start)) - f64::from(minute);
        Some(ahead / f64::from(DAY))
    }
}
