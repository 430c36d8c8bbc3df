//! What can be booked: the slots of a plan, laid out so that the next free one is found in a few
//! instructions.
//!
//! A plan covers some dates, which repeat: see [`Repeat`](super::Repeat). The slots of one
//! service at one site form a *lane*. Within a day the slots of a lane lie side by side in order of
//! start, one bit each.

use std::ops::Range;

/// A bookable slot of the cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SupplySlot {
    /// Day of the cycle.
    pub day: u32,
    /// Site.
    pub site: u32,
    /// Service.
    pub service: u32,
    /// Who serves, so that longer visits can take what follows.
    pub clerk: u32,
    /// First minute of the day.
    pub start: u32,
    /// Minute until which the clerk could serve without a break, a walk-in block or the end of the
    /// shift.
    pub free_until: u32,
    /// Length in minutes.
    pub minutes: u32,
}

/// No lane, no slot.
pub(super) const NONE: u32 = u32::MAX;

/// Where a slot is marked free, and who follows it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Seat {
    pub(super) lane: u32,
    /// Word of the cycle, and the bit in it.
    pub(super) word: u32,
    pub(super) bit: u8,
    /// The next slot of the same clerk on the same day.
    pub(super) next: u32,
    /// Length of the slot.
    pub(super) minutes: u16,
    pub(super) site: u32,
}

/// Slots of a lane on a day of the cycle.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LaneDay {
    /// First slot, in order of start.
    pub(super) slot: u32,
    /// How many slots.
    pub(super) count: u32,
    /// Word with the bit of the first slot.
    pub(super) word: u32,
}

/// The slots of a plan, by lane and day of the cycle.
#[derive(Debug, Clone)]
pub struct Supply {
    /// Days of the cycle.
    pub(super) cycle: usize,
    pub(super) sites: usize,
    /// Site and service of each lane, in this order.
    pub(super) lanes: Vec<(u32, u32)>,
    /// Before the lanes of each site, and after all.
    site_lanes: Vec<usize>,
    /// By site and service.
    lane_of: Vec<u32>,
    services: usize,
    /// Index `day * lanes + lane`.
    lane_days: Vec<LaneDay>,
    /// In order of day, lane and start.
    pub(super) slots: Vec<SupplySlot>,
    /// Before the slots of each day, and after all.
    days: Vec<usize>,
    /// Start of each slot, close together for searching.
    pub(super) starts: Vec<u16>,
    pub(super) seats: Vec<Seat>,
    /// Words of one cycle.
    pub(super) words: usize,
    /// Minutes for appointments by day of the cycle and site: index `day * sites + site`.
    pub(super) minutes: Vec<f64>,
    /// Slots in order of time by day of the cycle and site.
    by_time: Vec<Vec<u32>>,
}

impl Supply {
    /// Lays out `slots` of a cycle of `cycle` days over `sites` and `services`. Sites and services
    /// of `asked` have a lane even where they have no slot.
    ///
    /// `minutes` are those that each site has for appointments, index `day * sites + site`.
    pub fn new(
        (cycle, sites, services): (usize, usize, usize),
        mut slots: Vec<SupplySlot>,
        minutes: Vec<f64>,
        asked: &[(usize, usize)],
    ) -> Self {
        slots.sort_by_key(|slot| {
            (slot.day, slot.site, slot.service, slot.start, slot.clerk, slot.minutes)
        });
        let mut lane_of = vec![NONE; sites * services];
        for slot in &slots {
            lane_of[slot.site as usize * services + slot.service as usize] = 0;
        }
        for (site, service) in asked {
            lane_of[site * services + service] = 0;
        }
        let mut lanes = Vec::new();
        for (place, lane) in lane_of.iter_mut().enumerate().filter(|(_, lane)| **lane == 0) {
            *lane = lanes.len() as u32;
            lanes.push(((place / services) as u32, (place % services) as u32));
        }
        let lane: Vec<u32> = slots
            .iter()
            .map(|slot| lane_of[slot.site as usize * services + slot.service as usize])
            .collect();
        let mut lane_days = vec![LaneDay::default(); cycle * lanes.len()];
        for (index, slot) in slots.iter().enumerate() {
            let entry = &mut lane_days[slot.day as usize * lanes.len() + lane[index] as usize];
            if entry.count == 0 {
                entry.slot = index as u32;
            }
            entry.count += 1;
        }
        let mut words = 0;
        for entry in &mut lane_days {
            entry.word = words;
            words += entry.count.div_ceil(64);
        }
        let seats = followers(&slots).into_iter().enumerate().map(|(index, next)| {
            let lane = lane[index];
            let day = &lane_days[slots[index].day as usize * lanes.len() + lane as usize];
            let place = index as u32 - day.slot;
            let (bit, minutes) = ((place % 64) as u8, slots[index].minutes as u16);
            Seat { lane, word: day.word + place / 64, bit, next, minutes, site: slots[index].site }
        });
        Self {
            cycle,
            sites,
            seats: seats.collect(),
            site_lanes: (0..=sites)
                .map(|site| lanes.partition_point(|lane| (lane.0 as usize) < site))
                .collect(),
            lanes,
            lane_of,
            services,
            lane_days,
            days: (0..=cycle)
                .map(|day| slots.partition_point(|slot| (slot.day as usize) < day))
                .collect(),
            starts: slots.iter().map(|slot| slot.start as u16).collect(),
            words: words as usize,
            minutes,
            by_time: by_time(cycle, sites, &slots),
            slots,
        }
    }

    /// Days of the cycle.
    pub fn cycle(&self) -> usize {
        self.cycle
    }

    /// The lane of `service` at `site`; `None` where no day has a slot of it.
    pub fn lane(&self, site: usize, service: usize) -> Option<u32> {
        let lane = *self.lane_of.get(site * self.services + service)?;
        (lane != NONE).then_some(lane)
    }

    /// The lanes of a site.
    #[inline]
    pub(super) fn lanes_of(&self, site: usize) -> Range<usize> {
        self.site_lanes[site]..self.site_lanes[site + 1]
    }

    /// The slots of a day of the cycle.
    pub(super) fn day(&self, day: usize) -> Range<usize> {
        self.days[day]..self.days[day + 1]
    }

    /// The other slots that a visit of `minutes` takes which begins with `slot`, in order of time.
    #[inline]
    pub(super) fn others(&self, slot: u32, minutes: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.slots[slot as usize].start + minutes;
        let next = move |&slot: &u32| {
            let next = self.seats[slot as usize].next;
            (next != NONE && self.slots[next as usize].start < end).then_some(next)
        };
        std::iter::successors(next(&slot), next)
    }

    /// Slots of `lane` over the cycle.
    pub(super) fn lane_slots(&self, lane: u32) -> usize {
        let days = self.lane_days.iter().skip(lane as usize).step_by(self.lanes.len());
        days.map(|day| day.count as usize).sum()
    }

    /// The slots of `lane` on the `day`-th day of the cycle.
    #[inline]
    pub(super) fn lane_day(&self, day: usize, lane: u32) -> LaneDay {
        self.lane_days[day * self.lanes.len() + lane as usize]
    }

    /// Slots of a site on a day of the cycle, in order of time.
    pub(super) fn by_time(&self, day: usize, site: usize) -> &[u32] {
        &self.by_time[day * self.sites + site]
    }
}

/// For each slot the next one of the same clerk on the same day.
fn followers(slots: &[SupplySlot]) -> Vec<u32> {
    let mut order: Vec<u32> = (0..slots.len() as u32).collect();
    order.sort_by_key(|&index| {
        let slot = &slots[index as usize];
        (slot.day, slot.clerk, slot.start)
    });
    let mut next = vec![NONE; slots.len()];
    for pair in order.windows(2) {
        let (a, b) = (&slots[pair[0] as usize], &slots[pair[1] as usize]);
        if (a.day, a.clerk) == (b.day, b.clerk) {
            next[pair[0] as usize] = pair[1];
        }
    }
    next
}

fn by_time(cycle: usize, sites: usize, slots: &[SupplySlot]) -> Vec<Vec<u32>> {
    let mut lists = vec![Vec::new(); cycle * sites];
    for (index, slot) in slots.iter().enumerate() {
        lists[slot.day as usize * sites + slot.site as usize].push(index as u32);
    }
    for list in &mut lists {
        list.sort_by_key(|&index| (slots[index as usize].start, index));
    }
    lists
}
