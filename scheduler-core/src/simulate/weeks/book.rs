//! The book of one replication: which slots are free, and what is booked.

use super::days::{Days, Visit};
use super::release::Release;
use super::supply::{NONE, Seat, Supply};
use super::wanted::Wanted;

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
    /// Starts in these lanes that are insisted on.
    pub(super) wanted: Option<&'a Wanted>,
    /// Minutes of the visit where it is longer than the slot, else 0.
    pub(super) minutes: u32,
    /// Longer visits of one size have the same length wherever a lane is the same; below the sizes
    /// of the book. 0 where the visit is not longer than the slot.
    pub(super) size: usize,
    /// Day and minute at which the request is made; nothing is booked before.
    pub(super) now: (u32, u32),
}

/// The days that can be booked, as a ring of whole cycles.
#[derive(Debug, Clone)]
pub(super) struct Book {
    /// A bit for each free slot: index `cycle of the ring * words + word`.
    free: Vec<u64>,
    days: Days,
    /// Index `cycle of the ring * slots + slot`.
    entries: Vec<Entry>,
    /// Minutes booked by day of the ring and site.
    booked: Vec<f64>,
    /// By day of the ring.
    laid_out: Vec<RingDay>,
}

/// Days of the ring of a book in which dates up to `horizon` days ahead may be booked.
pub(super) fn ring(supply: &Supply, horizon: u32) -> usize {
    ((horizon as usize + 1).div_ceil(supply.cycle) + 1) * supply.cycle
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
    /// An empty book in which dates up to `horizon` days ahead may be booked, for visits of `sizes`
    /// sizes.
    pub(super) fn new(supply: &Supply, horizon: u32, sizes: usize) -> Self {
        let ring = ring(supply, horizon);
        let cycles = ring / supply.cycle;
        Self {
            free: vec![0; cycles * supply.words],
            days: Days::new(ring, supply.lanes.len(), sizes),
            entries: vec![Entry::default(); cycles * supply.slots.len()],
            booked: vec![0.0; ring * supply.sites],
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

    /// Makes all slots of `day` free, which must not be a day that can be booked already. From now
    /// on nothing before `today` is looked at.
    pub(super) fn open(&mut self, supply: &Supply, day: u32, today: u32) {
        self.days.turn_to(today);
        let position = self.days.position(day);
        let RingDay { cycle_day, words, .. } = self.laid_out[position];
        for lane in 0..supply.lanes.len() {
            let slots = supply.lane_day(cycle_day as usize, lane as u32);
            let first = (words + slots.word) as usize;
            for word in 0..slots.count.div_ceil(64) {
                let left = slots.count - word * 64;
                let bits = if left >= 64 { u64::MAX } else { (1 << left) - 1 };
                self.free[first + word as usize] = bits;
            }
            for size in 0..self.days.sizes {
                self.days.mark(position, (lane as u32, size), slots.count > 0);
            }
        }
        let sites = supply.sites;
        self.booked[position * sites..(position + 1) * sites].fill(0.0);
    }

    /// The first free slot that suits.
    pub(super) fn first(
        &mut self,
        supply: &Supply,
        release: &Release,
        search: &Search<'_>,
    ) -> Option<Place> {
        let mut best: Option<Place> = None;
        let (first, mut last) = search.days;
        for (index, &lane) in search.lanes.iter().enumerate() {
            let visit = Visit { lane, size: search.size, wanted: search.wanted };
            let mut day = first;
            while let Some(found) = self.days.first(visit, (day, last)) {
                if let Some(place) = self.in_day(supply, release, search, (index, found)) {
                    best = Some(best.map_or(place, |best| best.min(place)));
                    last = found;
                    break;
                }
                day = found + 1;
            }
        }
        best
    }

    /// The first slot that suits of the last day with one.
    pub(super) fn last(
        &mut self,
        supply: &Supply,
        release: &Release,
        search: &Search<'_>,
    ) -> Option<Place> {
        let mut best: Option<Place> = None;
        let (mut first, last) = search.days;
        for (index, &lane) in search.lanes.iter().enumerate() {
            let visit = Visit { lane, size: search.size, wanted: search.wanted };
            let mut end = last + 1;
            while let Some(found) = self.days.last(visit, (first, end)) {
                if let Some(place) = self.in_day(supply, release, search, (index, found)) {
                    let same_day = best.filter(|best| best.day == found);
                    best = Some(same_day.map_or(place, |best| best.min(place)));
                    first = found;
                    break;
                }
                end = found;
            }
        }
        best
    }

    /// The first slot on `day` that suits, of the lane with this index.
    #[inline]
    fn in_day(
        &mut self,
        supply: &Supply,
        release: &Release,
        search: &Search<'_>,
        (index, day): (usize, u32),
    ) -> Option<Place> {
        let lane = search.lanes[index];
        let position = self.days.position(day);
        let RingDay { cycle_day, words: before, .. } = self.laid_out[position];
        let cycle_day = cycle_day as usize;
        let site = supply.lanes[lane as usize].0 as usize;
        let slots = supply.lane_day(cycle_day, lane);
        let (from, until) =
            search.wanted.map_or((0, slots.count), |wanted| wanted.range(cycle_day, index));
        let mut place = from;
        let earliest = search.now.0 * DAY + search.now.1 + release.notice(site);
        if earliest > day * DAY {
            let starts = &supply.starts[slots.slot as usize..][..slots.count as usize];
            let from = earliest - day * DAY;
            place = place.max(starts.partition_point(|&start| u32::from(start) < from) as u32);
        }
        if !release.is_open() {
            let share = release.share(site, day - search.now.0, search.now.1);
            let minutes = search.minutes.max(supply.slots[slots.slot as usize].minutes);
            let booked = self.booked[position * supply.sites + site] + f64::from(minutes);
            let all = supply.minutes[cycle_day * supply.sites + site];
            // Shares such as 0.3 are rounded.
            if booked > share * all * (1.0 + 1e-9) && share < 1.0 {
                return None;
            }
        }
        let whole = place == 0 && until == slots.count;
        let words = &self.free[(before + slots.word) as usize..];
        while place < until {
            let bits = words[place as usize / 64] >> (place % 64);
            if bits == 0 {
                place = (place / 64 + 1) * 64;
                continue;
            }
            place += bits.trailing_zeros();
            if place >= until {
                break;
            }
            let slot = slots.slot + place;
            if search.size == 0 || self.chain_is_free(supply, before, slot, search.minutes) {
                return Some(Place { day, start: supply.starts[slot as usize], slot });
            }
            place += 1;
        }
        if whole && search.size > 0 {
            self.days.mark(position, (lane, search.size), false);
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
        let mut next = supply.seats[slot as usize].next;
        while next != NONE && supply.slots[next as usize].start < end {
            if !self.is_free(supply, before, next) {
                return false;
            }
            next = supply.seats[next as usize].next;
        }
        true
    }

    #[inline]
    fn is_free(&self, supply: &Supply, before: u32, slot: u32) -> bool {
        let Seat { word, bit, .. } = supply.seats[slot as usize];
        self.free[(before + word) as usize] >> bit & 1 == 1
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
        (self.laid_out[self.days.position(place.day)].entries + place.slot) as usize
    }

    /// Marks the slots of a visit free or taken.
    fn mark(&mut self, supply: &Supply, place: Place, minutes: u32, free: bool) {
        let position = self.days.position(place.day);
        let RingDay { cycle_day, words, entries } = self.laid_out[position];
        let first = &supply.slots[place.slot as usize];
        let end = first.start + minutes.max(1);
        let mut slot = place.slot;
        loop {
            let Seat { lane, word, bit, next } = supply.seats[slot as usize];
            let bits = &mut self.free[(words + word) as usize];
            if free {
                *bits |= 1 << bit;
                self.days.mark(position, (lane, 0), true);
            } else {
                *bits &= !(1 << bit);
                self.entries[(entries + slot) as usize] = Entry::default();
                if *bits == 0 {
                    let slots = supply.lane_day(cycle_day as usize, lane);
                    let of_lane = (words + slots.word) as usize..;
                    let bits = &self.free[of_lane][..slots.count.div_ceil(64) as usize];
                    if bits.iter().all(|&bits| bits == 0) {
                        self.days.mark(position, (lane, 0), false);
                    }
                }
            }
            slot = next;
            if slot == NONE || supply.slots[slot as usize].start >= end {
                break;
            }
        }
        if free {
            self.hope(supply, position, first.site);
        }
        let booked = &mut self.booked[position * supply.sites + first.site as usize];
        let minutes = f64::from(minutes.max(first.minutes));
        *booked += if free { -minutes } else { minutes };
    }

    /// Longer visits may fit again on a day of the ring at `site`.
    fn hope(&mut self, supply: &Supply, position: usize, site: u32) {
        for (lane, _) in (0..).zip(&supply.lanes).filter(|(_, of)| of.0 == site) {
            for size in 1..self.days.sizes {
                self.days.mark(position, (lane, size), true);
            }
        }
    }

    /// Calls `visit` with slot and entry of each appointment of `site` on `day`, in order of time.
    pub(super) fn appointments(
        &self,
        supply: &Supply,
        (day, site): (u32, usize),
        mut visit: impl FnMut(u32, &Entry),
    ) {
        let RingDay { cycle_day, words, entries } = self.laid_out[self.days.position(day)];
        for &slot in supply.by_time(cycle_day as usize, site) {
            let entry = &self.entries[(entries + slot) as usize];
            if entry.persons > 0 && !self.is_free(supply, words, slot) {
                visit(slot, entry);
            }
        }
    }
}
