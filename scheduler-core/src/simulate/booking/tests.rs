//! The book with its bits against a list of slots that is searched from end to end.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use proptest::prelude::*;

use super::book::Book;
use super::placement::{BookEntry, DAY, Placement, SlotSearch};
use super::release::{Release, SiteRelease};
use super::supply::{Supply, SupplySlot};
use super::wanted::Wanted;
use crate::problem::ReleaseWave;

const SITES: usize = 2;
const SERVICES: usize = 2;
const ALL_DAY: (u32, u32) = (0, DAY);

/// What is booked, as a list.
struct Plain<'a> {
    supply: &'a Supply,
    release: &'a Release,
    taken: Vec<(u32, u32)>,
    booked: Vec<(u32, u32, f64)>,
}

impl Plain<'_> {
    fn is_free(&self, day: u32, slot: u32) -> bool {
        !self.taken.contains(&(day, slot))
    }

    /// The slots that a visit takes, where it fits.
    fn visit(&self, day: u32, slot: u32, minutes: u32) -> Option<Vec<u32>> {
        let first = &self.supply.slots[slot as usize];
        if minutes == 0 {
            return self.is_free(day, slot).then(|| vec![slot]);
        }
        if first.start + minutes > first.free_until {
            return None;
        }
        let needed: Vec<u32> = (0..self.supply.slots.len() as u32)
            .filter(|&other| {
                let at = &self.supply.slots[other as usize];
                (at.day, at.clerk) == (first.day, first.clerk)
                    && (other == slot || at.start > first.start)
                    && at.start < first.start + minutes
            })
            .collect();
        needed.iter().all(|&slot| self.is_free(day, slot)).then_some(needed)
    }

    fn suits(&self, (search, step): (&SlotSearch<'_>, &Step), day: u32, slot: u32) -> bool {
        let at = &self.supply.slots[slot as usize];
        let site = at.site as usize;
        let cycle_day = day as usize % self.supply.cycle;
        let lane = self.supply.lane(site, at.service as usize).unwrap();
        let (now_day, now_minute) = search.now;
        let SiteRelease { notice, waves } = &self.release.sites[site];
        let ahead = day - search.now.0;
        let open = waves.iter().filter(|wave| {
            ahead < wave.days_ahead || ahead == wave.days_ahead && search.now.1 >= wave.minute
        });
        let share = open.map(|wave| wave.share).fold(0.0, f64::max);
        let share = if waves.is_empty() { 1.0 } else { share };
        let minutes = f64::from(search.minutes.max(at.minutes));
        let booked = self.booked.iter().filter(|b| (b.0, b.1) == (day, at.site));
        let booked: f64 = booked.map(|b| b.2).sum();
        let capacity = self.supply.minutes[cycle_day * SITES + site];
        at.day as usize == cycle_day
            && search.lanes.contains(&lane)
            && step.suits.is_none_or(|days| days >> cycle_day & 1 == 1)
            && (step.window.0..step.window.1).contains(&at.start)
            && day * DAY + at.start >= now_day * DAY + now_minute + notice
            && (share >= 1.0 || booked + minutes <= share * capacity * (1.0 + 1e-9))
            && self.visit(day, slot, search.minutes).is_some()
    }

    fn first(&self, search: &SlotSearch<'_>, step: &Step) -> Option<Placement> {
        (search.days.0..=search.days.1).find_map(|day| {
            let slots =
                (0..self.supply.slots.len() as u32).filter(|&s| self.suits((search, step), day, s));
            slots.map(|slot| Placement::new(day, self.supply.starts[slot as usize], slot)).min()
        })
    }
}

#[derive(Debug, Clone)]
struct Step {
    lanes: usize,
    ahead: u32,
    span: u32,
    now: u32,
    window: (u32, u32),
    suits: Option<u8>,
    minutes: u32,
    give_back: bool,
    last: bool,
}

fn slots() -> impl Strategy<Value = Vec<SupplySlot>> {
    let slot = (0u32..3, 0u32..2, 0u32..2, 0u32..3, 0u32..20, 0u32..10);
    proptest::collection::vec(slot, 1..150).prop_map(|slots| {
        let slots = slots.into_iter().map(|(day, site, service, clerk, start, free)| SupplySlot {
            day,
            site,
            service,
            // A clerk is at one site.
            clerk: clerk * 2 + site,
            start: start * 30,
            free_until: start * 30 + 30 + free * 15,
            minutes: 15 + 15 * service,
        });
        let mut slots: Vec<SupplySlot> = slots.collect();
        slots.sort_by_key(|slot| (slot.day, slot.clerk, slot.start));
        slots.dedup_by_key(|slot| (slot.day, slot.clerk, slot.start));
        slots
    })
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (
        (1usize..16, days(9), days(12), 0u32..DAY, any::<bool>(), any::<bool>()),
        prop_oneof![Just(ALL_DAY), (0u32..700, 0u32..700)],
        proptest::option::weighted(0.3, 0u8..8),
        prop_oneof![Just(0u32), Just(45), Just(90)],
    );
    let step = step.prop_map(|(place, window, suits, minutes)| {
        let (lanes, ahead, span, now, give_back, last) = place;
        Step { lanes, ahead, span, now, window, suits, minutes, give_back, last }
    });
    proptest::collection::vec(step, 1..120)
}

/// Mostly some days, sometimes many.
fn days(some: u32) -> impl Strategy<Value = u32> {
    prop_oneof![3 => 0..some, 1 => 0u32..150]
}

fn sites() -> impl Strategy<Value = Vec<SiteRelease>> {
    let some = [(8, 600, 0.3), (4, 300, 0.6), (1, 0, 1.0)];
    let waves = some.map(|(days_ahead, minute, share)| ReleaseWave { days_ahead, minute, share });
    let some = SiteRelease { notice: 90, waves: waves.to_vec() };
    let site = prop_oneof![Just(SiteRelease::default()), Just(some)];
    proptest::collection::vec(site, SITES)
}

proptest! {
    #[test]
    fn the_book_finds_what_a_list_finds(
        slots in slots(),
        steps in steps(),
        sites in sites(),
        // With one word of days, and with several.
        horizon in prop_oneof![Just(10u32), Just(63), Just(150)],
    ) {
        let minutes = vec![240.0; 3 * SITES];
        let supply = Supply::new((3, SITES, SERVICES), slots, minutes, &[]);
        let release = Release::new(sites);
        let mut book = Book::new(&supply, horizon, 3);
        let mut plain = Plain { supply: &supply, release: &release, taken: vec![], booked: vec![] };
        let mut given: Vec<(Placement, u32, u32)> = Vec::new();
        (0..horizon).for_each(|day| book.open(&supply, day, 0));
        for (number, step) in steps.iter().enumerate() {
            // A day for every eight steps, so that the ring turns round.
            let day = number as u32 / 8;
            if number % 8 == 0 {
                book.open(&supply, day + horizon, day);
            }
            let lanes: Vec<u32> = (0..supply.lanes.len() as u32)
                .filter(|lane| step.lanes >> lane & 1 == 1)
                .collect();
            let suits: Vec<bool> =
                step.suits.map_or(vec![], |bits| (0..3).map(|d| bits >> d & 1 == 1).collect());
            let wanted = Wanted::new(&supply, &lanes, (step.window, &suits));
            let all = step.suits.is_none() && step.window == ALL_DAY;
            let from = day + step.ahead;
            let search = SlotSearch {
                lanes: &lanes,
                days: (from, (from + step.span).min(day + horizon)),
                wanted: (!all).then_some(&wanted),
                minutes: step.minutes,
                size: step.minutes as usize / 45,
                now: (day, step.now),
                likely: book.likely(&lanes, step.minutes as usize / 45, day),
            };
            let found = if step.last {
                let days = (search.days.0..=search.days.1).rev();
                let mut days = days.map(|day| SlotSearch { days: (day, day), ..search });
                let expected = days.find_map(|search| plain.first(&search, step));
                let found = book.last(&supply, &release, &search);
                prop_assert_eq!(found, expected);
                found
            } else {
                let found = book.first(&supply, &release, &search);
                prop_assert_eq!(found, plain.first(&search, step));
                found
            };
            if let Some(place) = found {
                let entity = number as u32 + 1;
                let entry = BookEntry { entity, persons: 1, show: 1.0 };
                book.take(&supply, place, entry, step.minutes);
                for slot in plain.visit(place.day(), place.slot(), step.minutes).unwrap() {
                    plain.taken.push((place.day(), slot));
                }
                let at = &supply.slots[place.slot() as usize];
                let minutes = f64::from(step.minutes.max(at.minutes));
                plain.booked.push((place.day(), at.site, minutes));
                given.push((place, entity, step.minutes));
            }
            if step.give_back
                && let Some((place, entity, minutes)) = given.pop()
                && place.day() >= day
            {
                    prop_assert!(book.give_back(&supply, place, entity, minutes));
                    let at = &supply.slots[place.slot() as usize];
                    let end = at.start + minutes.max(1);
                    plain.taken.retain(|&(of, slot)| {
                        let other = &supply.slots[slot as usize];
                        of != place.day()
                            || other.clerk != at.clerk
                            || other.start < at.start
                            || other.start >= end
                    });
                    let length = f64::from(minutes.max(at.minutes));
                    let booked = |b: &(u32, u32, f64)| *b == (place.day(), at.site, length);
                    let position = plain.booked.iter().position(booked).unwrap();
                    plain.booked.remove(position);
            }
        }
    }
}
