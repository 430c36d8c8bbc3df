//! The book of one replication: which slots are free, and what is booked.
//!
//! What few requests need is kept out of line: the way of the others is short then.

use super::days::{Days, first_free, up_to};
use super::placement::{BookEntry, DAY, Placement, SlotSearch};
use super::release::Release;
use super::ring::Ring;
use super::supply::{LaneDay, Seat, Supply};

/// The days that can be booked, as a ring of whole cycles.
#[derive(Debug, Clone)]
pub(super) struct Book {
    /// A bit for each free slot: index `cycle of the ring * words + word`.
    free: Vec<u64>,
    days: Days,
    /// Index `cycle of the ring * slots + slot`.
    entries: Vec<BookEntry>,
    /// Minutes booked by day of the ring and site.
    booked: Vec<u32>,
    /// By day of the ring.
    laid_out: Vec<RingDay>,
    ring: Ring,
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
        let ring = Ring::new(supply, horizon);
        let cycles = ring.days() / supply.cycle;
        let ring_day = |position: usize| {
            let cycle = position / supply.cycle;
            RingDay {
                cycle_day: (position % supply.cycle) as u32,
                words: (cycle * supply.words) as u32,
                entries: (cycle * supply.slots.len()) as u32,
            }
        };
        Self {
            free: vec![0; cycles * supply.words],
            days: Days::new(horizon as usize + 1, supply.lanes.len(), sizes),
            entries: vec![BookEntry::default(); cycles * supply.slots.len()],
            booked: vec![0; ring.days() * supply.sites],
            laid_out: (0..ring.days()).map(ring_day).collect(),
            ring,
        }
    }

    /// Makes all slots of `day` free, which must not be a day that can be booked already. From now
    /// on nothing before `today` is looked at.
    pub(super) fn open(&mut self, supply: &Supply, day: u32, today: u32) {
        self.ring.turn_to(today);
        let position = self.ring.position(day);
        let RingDay { cycle_day, words, entries } = self.laid_out[position];
        for lane in 0..supply.lanes.len() as u32 {
            let slots = supply.lane_day(cycle_day as usize, lane);
            let first = (words + slots.word) as usize;
            for word in 0..slots.count.div_ceil(64) {
                self.free[first + word as usize] = up_to(slots.count - word * 64 - 1);
            }
            self.days.mark(day, lane, slots.count > 0);
        }
        let slots = supply.day(cycle_day as usize);
        self.entries[entries as usize..][slots].fill(BookEntry::default());
        let sites = supply.sites;
        self.booked[position * sites..(position + 1) * sites].fill(0);
        (0..sites).for_each(|site| self.days.hope(supply, day, site));
    }

    /// On which of the 64 days from `from` on a visit of this size may fit into one of the lanes.
    #[inline]
    pub(super) fn likely(&self, lanes: &[u32], size: usize, from: u32) -> u64 {
        self.days.from(lanes, size, from)
    }

    /// Whether the search may find anything.
    #[inline]
    pub(super) fn has_any(&self, search: &SlotSearch<'_>) -> bool {
        let (mut from, last) = search.days;
        while from <= last {
            if self.promising(search, (from, last)) != 0 {
                return true;
            }
            from += 64;
        }
        false
    }

    /// On which of the 64 days from `from` on the search may find something, but not after `last`.
    #[inline]
    fn promising(&self, search: &SlotSearch<'_>, (from, last): (u32, u32)) -> u64 {
        let today = search.now.0;
        let days = if last - today < 64 {
            search.likely >> (from - today)
        } else {
            self.likely(search.lanes, search.size, from)
        };
        let days = days & up_to(last - from);
        search.wanted.map_or(days, |wanted| {
            days & wanted.from(self.laid_out[self.ring.position(from)].cycle_day as usize)
        })
    }

    /// The first free slot that suits.
    pub(super) fn first(
        &mut self,
        supply: &Supply,
        release: &Release,
        search: &SlotSearch<'_>,
    ) -> Option<Placement> {
        let (mut from, last) = search.days;
        while from <= last {
            let mut days = self.promising(search, (from, last));
            while days != 0 {
                let day = from + days.trailing_zeros();
                let place = self.on_day(supply, release, search, day);
                if place.is_some() {
                    return place;
                }
                days &= days - 1;
            }
            from += 64;
        }
        None
    }

    /// The first slot that suits of the last day with one.
    pub(super) fn last(
        &mut self,
        supply: &Supply,
        release: &Release,
        search: &SlotSearch<'_>,
    ) -> Option<Placement> {
        let (first, mut end) = (search.days.0, search.days.1 + 1);
        while end > first {
            let from = first.max(end.saturating_sub(64));
            let mut days = self.promising(search, (from, end - 1));
            while days != 0 {
                let bit = 63 - days.leading_zeros();
                let place = self.on_day(supply, release, search, from + bit);
                if place.is_some() {
                    return place;
                }
                days &= !(1 << bit);
            }
            end = from;
        }
        None
    }

    /// The first slot on `day` that suits.
    #[inline]
    fn on_day(
        &mut self,
        supply: &Supply,
        release: &Release,
        search: &SlotSearch<'_>,
        day: u32,
    ) -> Option<Placement> {
        if search.lanes.len() == 1 {
            return self.in_lane(supply, release, search, (0, day));
        }
        self.in_lanes(supply, release, search, day)
    }

    /// The same where there are more lanes.
    #[inline(never)]
    fn in_lanes(
        &mut self,
        supply: &Supply,
        release: &Release,
        search: &SlotSearch<'_>,
        day: u32,
    ) -> Option<Placement> {
        let mut best = None;
        for (index, &lane) in search.lanes.iter().enumerate() {
            if self.days.has(lane, search.size, day)
                && let Some(place) = self.in_lane(supply, release, search, (index, day))
            {
                best = Some(best.map_or(place, |best: Placement| best.min(place)));
            }
        }
        best
    }

    /// The first slot on `day` that suits, of the lane with this index.
    #[inline(never)]
    fn in_lane(
        &mut self,
        supply: &Supply,
        release: &Release,
        search: &SlotSearch<'_>,
        (index, day): (usize, u32),
    ) -> Option<Placement> {
        let lane = search.lanes[index];
        let position = self.ring.position(day);
        let RingDay { cycle_day, words: before, .. } = self.laid_out[position];
        let slots = supply.lane_day(cycle_day as usize, lane);
        let (mut place, until) = search
            .wanted
            .map_or((0, slots.count), |wanted| wanted.range(cycle_day as usize, index));
        if day - search.now.0 <= release.notice_days {
            place = place.max(Self::too_early(supply, release, search, (lane, day), slots));
        }
        if !release.is_open() && !self.is_released(supply, release, search, (slots, day)) {
            return None;
        }
        if search.size > 0 {
            return self.chain_in_lane(supply, search, (lane, day), (slots, place, until));
        }
        let words = &self.free[(before + slots.word) as usize..];
        let slot = slots.slot + first_free(words, place, until)?;
        Some(Placement::new(day, supply.starts[slot as usize], slot))
    }

    /// The same for a visit that is longer than a slot, of the slots from `place` to `until`.
    #[inline(never)]
    fn chain_in_lane(
        &mut self,
        supply: &Supply,
        search: &SlotSearch<'_>,
        (lane, day): (u32, u32),
        (slots, from, until): (LaneDay, u32, u32),
    ) -> Option<Placement> {
        let before = self.laid_out[self.ring.position(day)].words;
        let words = &self.free[(before + slots.word) as usize..];
        let mut place = from;
        while let Some(free) = first_free(words, place, until) {
            let slot = slots.slot + free;
            if self.chain_is_free(supply, before, slot, search.minutes) {
                return Some(Placement::new(day, supply.starts[slot as usize], slot));
            }
            place = free + 1;
        }
        if from == 0 && until == slots.count {
            self.days.give_up(day, lane, search.size);
        }
        None
    }

    /// How many of a lane's slots on `day` begin before anything may be booked yet.
    #[inline(never)]
    fn too_early(
        supply: &Supply,
        release: &Release,
        search: &SlotSearch<'_>,
        (lane, day): (u32, u32),
        slots: LaneDay,
    ) -> u32 {
        let site = supply.lanes[lane as usize].0 as usize;
        let earliest = search.now.0 * DAY + search.now.1 + release.notice(site);
        let from = earliest.saturating_sub(day * DAY);
        let starts = &supply.starts[slots.slot as usize..][..slots.count as usize];
        starts.partition_point(|&start| u32::from(start) < from) as u32
    }

    /// Whether the visit still fits into what is released of `day` for the site of these slots.
    #[inline(never)]
    fn is_released(
        &self,
        supply: &Supply,
        release: &Release,
        search: &SlotSearch<'_>,
        (slots, day): (LaneDay, u32),
    ) -> bool {
        let slot = &supply.slots[slots.slot as usize];
        let site = slot.site as usize;
        let share = release.share(site, day - search.now.0, search.now.1);
        let position = self.ring.position(day);
        let minutes = search.minutes.max(slot.minutes);
        let booked = f64::from(self.booked[position * supply.sites + site] + minutes);
        let all = supply.minutes[slot.day as usize * supply.sites + site];
        // Shares such as 0.3 are rounded.
        share >= 1.0 || booked <= share * all * (1.0 + 1e-9)
    }

    /// Whether the clerk of `slot` can serve a visit of `minutes` from its start.
    fn chain_is_free(&self, supply: &Supply, before: u32, slot: u32, minutes: u32) -> bool {
        let first = &supply.slots[slot as usize];
        let end = first.start + minutes;
        if end > first.free_until {
            return false;
        }
        supply.others(slot, minutes).all(|slot| self.is_free(supply, before, slot))
    }

    #[inline]
    fn is_free(&self, supply: &Supply, before: u32, slot: u32) -> bool {
        let Seat { word, bit, .. } = supply.seats[slot as usize];
        self.free[(before + word) as usize] >> bit & 1 == 1
    }

    /// Books `place` and what a visit of `minutes` needs after it. Returns the site.
    #[inline]
    pub(super) fn take(
        &mut self,
        supply: &Supply,
        place: Placement,
        entry: BookEntry,
        minutes: u32,
    ) -> usize {
        let position = self.ring.position(place.day());
        let ring_day = self.laid_out[position];
        let first = supply.seats[place.slot() as usize];
        self.take_slot(supply, ring_day, place.day(), first);
        // Mostly a visit is one slot.
        if minutes > 0 {
            self.take_others(supply, ring_day, place, minutes);
        }
        self.entries[(ring_day.entries + place.slot()) as usize] = entry;
        let site = first.site as usize;
        self.booked[position * supply.sites + site] += minutes.max(u32::from(first.minutes));
        site
    }

    #[inline(never)]
    fn take_others(&mut self, supply: &Supply, of: RingDay, place: Placement, minutes: u32) {
        for slot in supply.others(place.slot(), minutes) {
            self.take_slot(supply, of, place.day(), supply.seats[slot as usize]);
        }
    }

    #[inline]
    fn take_slot(&mut self, supply: &Supply, of: RingDay, day: u32, seat: Seat) {
        let bits = &mut self.free[(of.words + seat.word) as usize];
        *bits &= !(1 << seat.bit);
        if *bits == 0 {
            self.close(supply, of, day, seat.lane);
        }
    }

    /// Notes if nothing is free in `lane` any more.
    #[inline(never)]
    fn close(&mut self, supply: &Supply, of: RingDay, day: u32, lane: u32) {
        let slots = supply.lane_day(of.cycle_day as usize, lane);
        let words = &self.free[(of.words + slots.word) as usize..];
        if words[..slots.count.div_ceil(64) as usize].iter().all(|&bits| bits == 0) {
            self.days.mark(day, lane, false);
        }
    }

    /// Gives back what [`Self::take`] took. Whether it was still there: the entry is that of
    /// `entity`.
    pub(super) fn give_back(
        &mut self,
        supply: &Supply,
        place: Placement,
        entity: u32,
        minutes: u32,
    ) -> bool {
        let position = self.ring.position(place.day());
        let RingDay { words, entries, .. } = self.laid_out[position];
        let entry = &mut self.entries[(entries + place.slot()) as usize];
        if entry.entity != entity || entry.persons == 0 {
            return false;
        }
        *entry = BookEntry::default();
        for slot in std::iter::once(place.slot()).chain(supply.others(place.slot(), minutes)) {
            let Seat { lane, word, bit, .. } = supply.seats[slot as usize];
            self.free[(words + word) as usize] |= 1 << bit;
            self.days.mark(place.day(), lane, true);
        }
        let first = &supply.seats[place.slot() as usize];
        let site = first.site as usize;
        self.days.hope(supply, place.day(), site);
        self.booked[position * supply.sites + site] -= minutes.max(u32::from(first.minutes));
        true
    }

    /// Calls `visit` with slot and entry of each appointment of `site` on `day`, in order of time.
    pub(super) fn appointments(
        &self,
        supply: &Supply,
        (day, site): (u32, usize),
        mut visit: impl FnMut(u32, &BookEntry),
    ) {
        let RingDay { cycle_day, entries, .. } = self.laid_out[self.ring.position(day)];
        for &slot in supply.by_time(cycle_day as usize, site) {
            let entry = &self.entries[(entries + slot) as usize];
            if entry.persons > 0 {
                visit(slot, entry);
            }
        }
    }
}
