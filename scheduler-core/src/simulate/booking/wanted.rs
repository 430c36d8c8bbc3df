//! The starts that somebody insists on, found in the lanes before anybody asks.

use super::supply::Supply;

/// The slots with certain starts on certain days of the cycle.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    lanes: usize,
    /// Minutes of the day.
    window: (u32, u32),
    /// Days of the cycle that suit; all where there are none.
    suits: Vec<bool>,
    /// By day of the cycle and lane: the slots of that lane and day, `[from, until)`.
    ranges: Vec<(u32, u32)>,
    /// By day of the cycle: a bit for each of the 64 days from it on that has such slots.
    days: Vec<u64>,
}

impl Wanted {
    /// Starts in `window`, in minutes of the day, on the days of the cycle that suit (all where
    /// `suits` is empty), in `lanes`.
    pub(super) fn new(
        supply: &Supply,
        lanes: &[u32],
        (window, suits): ((u32, u32), &[bool]),
    ) -> Self {
        let mut ranges = Vec::with_capacity(supply.cycle * lanes.len());
        let mut any = vec![false; supply.cycle];
        for (day, any) in any.iter_mut().enumerate() {
            for &lane in lanes {
                let slots = supply.lane_day(day, lane);
                let starts = &supply.starts[slots.slot as usize..][..slots.count as usize];
                let before =
                    |minute: u32| starts.partition_point(|&start| u32::from(start) < minute) as u32;
                let suits = does_suit(suits, day);
                let range = if suits { (before(window.0), before(window.1)) } else { (0, 0) };
                *any |= range.0 < range.1;
                ranges.push(range);
            }
        }
        let from = |day: usize| {
            let has_some = |bit: &usize| any[(day + bit) % supply.cycle];
            (0..64).filter(has_some).fold(0, |days, bit| days | 1 << bit)
        };
        let days = (0..supply.cycle).map(from).collect();
        Self { lanes: lanes.len(), window, suits: suits.to_vec(), ranges, days }
    }

    /// Which of the 64 days from a day of the cycle on have such slots, that day in the lowest bit.
    #[inline]
    pub(super) fn from(&self, day: usize) -> u64 {
        self.days[day]
    }

    /// The slots of the `lane`-th of the lanes on a day of the cycle, counted from its first.
    #[inline]
    pub(super) fn range(&self, day: usize, lane: usize) -> (u32, u32) {
        self.ranges[day * self.lanes + lane]
    }

    /// The minutes that suit on a day of the cycle: none of them where the window is empty.
    pub(super) fn on(&self, day: usize) -> (u32, u32) {
        if does_suit(&self.suits, day) { self.window } else { (0, 0) }
    }
}

fn does_suit(suits: &[bool], day: usize) -> bool {
    suits.get(day).copied().unwrap_or(suits.is_empty())
}
