//! Tiny problems by hand, and what exhaustive search says about them.
#![allow(clippy::expect_used, reason = "what is made up for a test is right or the test fails")]

pub(crate) mod brute;

use chrono::NaiveDate;
use proptest::prelude::*;
use scheduler_core::problem::{
    Break, Clerk, Cover, Pool, Problem, Promise, Quota, Room, Service, Set, Shift, Site, SiteDay,
    Stretch, Weights,
};
use scheduler_core::time::{Grid, Step, Window, Zone};

/// One site, one or two days, steps of five minutes from midnight. Sets are bit masks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tiny {
    /// Closing step; the site opens at 0.
    pub(crate) open: Step,
    /// Steps `[from, until)` in the middle of the day at which it is closed.
    pub(crate) closed: Option<(Step, Step)>,
    /// Equipment of each room.
    pub(crate) rooms: Vec<u8>,
    pub(crate) services: Vec<TinyService>,
    /// One clerk for each shift.
    pub(crate) shifts: Vec<TinyShift>,
    pub(crate) quotas: Vec<TinyQuota>,
    pub(crate) pools: Vec<TinyPool>,
    pub(crate) promises: Vec<TinyPromise>,
    pub(crate) cover: Vec<TinyCover>,
    /// `None` for no prices at all.
    pub(crate) weights: Option<Weights>,
    pub(crate) relaxed: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct TinyService {
    pub(crate) steps: Step,
    pub(crate) value: f64,
    pub(crate) skills: u8,
    pub(crate) equipment: u8,
    /// Whether it is served without a room.
    pub(crate) remote: bool,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct TinyShift {
    pub(crate) day: usize,
    pub(crate) from: Step,
    pub(crate) until: Step,
    pub(crate) skills: u8,
    /// Length, earliest start, latest end.
    pub(crate) pause: Option<(Step, Step, Step)>,
    /// The break after it.
    pub(crate) second: Option<(Step, Step, Step)>,
    /// From the first step to the first after.
    pub(crate) absent: Option<(Step, Step)>,
    pub(crate) own_room: Option<usize>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct TinyQuota {
    pub(crate) day: usize,
    pub(crate) from: Step,
    pub(crate) until: Step,
    pub(crate) min: u32,
    pub(crate) max: Option<u32>,
    pub(crate) block: Step,
    pub(crate) skills: u8,
    pub(crate) counters: u32,
    /// First step, first step after, steps to cover.
    pub(crate) stretches: Vec<(Step, Step, u32)>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct TinyCover {
    pub(crate) day: usize,
    pub(crate) from: Step,
    pub(crate) until: Step,
    pub(crate) least: u32,
    pub(crate) skills: u8,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct TinyPool {
    pub(crate) service: usize,
    pub(crate) mean: f64,
    pub(crate) from: Step,
    pub(crate) until: Step,
    /// `None` for both days together.
    pub(crate) day: Option<usize>,
}

#[derive(Debug, Clone, Default)]
pub(crate) struct TinyPromise {
    pub(crate) service: usize,
    pub(crate) day: usize,
    pub(crate) from: Step,
    pub(crate) steps: Step,
    pub(crate) clerk: Option<usize>,
    pub(crate) room: Option<usize>,
}

pub(crate) const DAYS: usize = 2;

fn set(mask: u8) -> Set {
    (0..8).filter(|bit| mask >> bit & 1 == 1).collect()
}

impl Tiny {
    #[allow(clippy::too_many_lines, reason = "one table after the other")]
    pub(crate) fn problem(&self) -> Problem {
        let date = |day| NaiveDate::from_ymd_opt(2027, 3, day).expect("a date");
        let open = match self.closed {
            None => vec![Window::new(0, self.open)],
            Some((from, until)) => vec![Window::new(0, from), Window::new(until, self.open)],
        };
        let mut order: Vec<usize> = (0..self.shifts.len()).collect();
        order.sort_by_key(|&clerk| self.shifts[clerk].day);
        let first_day = self.shifts.iter().filter(|shift| shift.day == 0).count();
        let of_day = |day: usize, days: Vec<usize>| -> Vec<usize> {
            (0..days.len()).filter(|&index| days[index] == day).collect()
        };
        let site_days = (0..DAYS).map(|day| SiteDay {
            cover: of_day(day, self.cover.iter().map(|cover| cover.day).collect()),
            site: 0,
            day,
            open: open.clone(),
            shifts: if day == 0 { 0..first_day } else { first_day..self.shifts.len() },
            quotas: of_day(day, self.quotas.iter().map(|quota| quota.day).collect()),
            promises: of_day(day, self.promises.iter().map(|promise| promise.day).collect()),
        });
        let services: Vec<Service> = self
            .services
            .iter()
            .enumerate()
            .map(|(index, service)| Service {
                id: format!("service-{index}"),
                name: format!("Service {index}"),
                minutes: u32::from(service.steps) * 5,
                buffer_minutes: 0,
                needs_room: !service.remote,
                steps: service.steps,
                extra_person_minutes: 0,
                max_persons: 1,
                value: service.value,
                skills: set(service.skills),
                equipment: set(service.equipment),
            })
            .collect();
        let clerk = |(index, shift): (usize, &TinyShift)| Clerk {
            id: format!("clerk-{index}"),
            name: format!("clerk-{index}"),
            own_room: shift.own_room,
            skills: set(shift.skills),
            services: (0..services.len())
                .filter(|&service| services[service].skills.is_subset(&set(shift.skills)))
                .collect(),
            absent_days: Vec::new(),
        };
        let shift = |&clerk: &usize| {
            let shift = &self.shifts[clerk];
            let pause = |(steps, from, until)| Break { steps, window: Window::new(from, until) };
            Shift {
                clerk,
                source: 0,
                site_day: shift.day,
                window: Window::new(shift.from, shift.until),
                absent: shift
                    .absent
                    .iter()
                    .map(|&(from, until)| Window::new(from, until))
                    .collect(),
                breaks: shift.pause.into_iter().chain(shift.second).map(pause).collect(),
            }
        };
        let quota = |(index, quota): (usize, &TinyQuota)| {
            let window = Window::new(quota.from, quota.until);
            let present = |step: &Step| {
                let here = self.shifts.iter().filter(|shift| {
                    shift.day == quota.day
                        && (shift.from..shift.until).contains(step)
                        && !shift.absent.is_some_and(|(from, until)| (from..until).contains(step))
                });
                here.count().min(self.rooms.len()) as u32
            };
            let is_open = |step: &Step| open.iter().any(|open| open.contains(*step));
            Quota {
                id: format!("quota-{index}"),
                source: index,
                site_day: quota.day,
                window,
                desk_steps: (quota.from..quota.until).filter(is_open).map(|s| present(&s)).sum(),
                min_steps: quota.min,
                max_steps: quota.max,
                block_steps: quota.block,
                stretches: quota
                    .stretches
                    .iter()
                    .map(|&(from, until, steps)| Stretch {
                        window: Window::new(from, until),
                        steps,
                    })
                    .collect(),
                counters: quota.counters,
                skills: set(quota.skills),
                returns_at: None,
            }
        };
        let cover = |(index, cover): (usize, &TinyCover)| Cover {
            id: format!("cover-{index}"),
            source: index,
            site_day: cover.day,
            window: Window::new(cover.from, cover.until),
            least: cover.least,
            skills: set(cover.skills),
        };
        let pool = |(index, pool): (usize, &TinyPool)| {
            let window = Window::new(pool.from, pool.until);
            let places = (0..DAYS).filter(|&day| pool.day.is_none_or(|only| only == day));
            let places = places.map(|day| (day, window)).collect();
            Pool { demand: index, service: pool.service, mean: pool.mean, places }
        };
        let promise = |(index, promise): (usize, &TinyPromise)| Promise {
            id: format!("promise-{index}"),
            service: promise.service,
            persons: 1,
            site_day: promise.day,
            window: Window::new(promise.from, promise.from + promise.steps),
            clerk: promise.clerk,
            room: promise.room,
        };
        let room = |(index, &equipment): (usize, &u8)| Room {
            id: format!("room-{index}"),
            name: format!("room-{index}"),
            site: 0,
            equipment: set(equipment),
        };
        Problem {
            name: "tiny".to_owned(),
            zone: Zone::new("Europe/Berlin").expect("a zone"),
            grid: Grid::new(5).expect("a grid"),
            dates: vec![date(1), date(2)],
            sites: vec![Site {
                id: "site".to_owned(),
                name: "Town hall".to_owned(),
                rooms: (0..self.rooms.len()).collect(),
            }],
            rooms: self.rooms.iter().enumerate().map(room).collect(),
            clerks: self.shifts.iter().enumerate().map(clerk).collect(),
            site_days: site_days.collect(),
            shifts: order.iter().map(shift).collect(),
            quotas: self.quotas.iter().enumerate().map(quota).collect(),
            cover: self.cover.iter().enumerate().map(cover).collect(),
            weights: self.weights.unwrap_or(Weights::NONE),
            relaxed: self.relaxed,
            pools: self.pools.iter().enumerate().map(pool).collect(),
            promises: self.promises.iter().enumerate().map(promise).collect(),
            release: Vec::new(),
            operations: scheduler_core::problem::Operations::default(),
            demand_ids: (0..self.pools.len()).map(|index| format!("demand-{index}")).collect(),
            skills: (0..8).map(|index| format!("skill-{index}")).collect(),
            equipment: (0..8).map(|index| format!("equipment-{index}")).collect(),
            warnings: Vec::new(),
            services,
        }
    }
}

/// Often both of two skills or pieces of equipment.
fn rich() -> impl Strategy<Value = u8> {
    prop_oneof![1 => Just(3), 1 => 0..4_u8]
}

/// Often none of them, seldom both.
fn modest() -> impl Strategy<Value = u8> {
    prop_oneof![6 => Just(0), 4 => 1..3_u8, 1 => Just(3)]
}

fn window(steps: Step) -> impl Strategy<Value = (Step, Step)> {
    (0..steps, 1..=steps).prop_map(move |(from, length)| (from, (from + length).min(steps)))
}

fn shift(steps: Step) -> impl Strategy<Value = TinyShift> {
    let pause = (1..=2_u16, window(steps));
    let pause = prop_oneof![3 => Just(None), 1 => pause.prop_map(Some)];
    let window = prop_oneof![2 => Just((0, steps)), 1 => window(steps)];
    (0..6_usize, window, rich(), pause).prop_map(|(day, (from, until), skills, pause)| {
        let pause = pause.map(|(length, (first, last))| {
            let last = last.clamp(from, until);
            let first = first.clamp(from, last);
            // A break that cannot fit its shift is refused before planning.
            (length.min(last - first), first, last)
        });
        let pause = pause.filter(|&(length, _, _)| length > 0);
        TinyShift { day: usize::from(day == 0), from, until, skills, pause, ..TinyShift::default() }
    })
}

fn service() -> impl Strategy<Value = TinyService> {
    (1..3_u16, 0.5..2.0_f64, modest(), modest()).prop_map(|(steps, value, skills, equipment)| {
        TinyService { steps, value, skills, equipment, ..TinyService::default() }
    })
}

fn quota(steps: Step) -> impl Strategy<Value = TinyQuota> {
    let most = prop_oneof![2 => Just(None), 1 => (0..2_u32).prop_map(Some)];
    (window(steps), 0..5_u32, most, 1..4_u16, modest()).prop_map(
        |((from, until), min, most, block, skills)| TinyQuota {
            day: 0,
            from,
            until,
            min,
            max: most.map(|more| min + more),
            block,
            skills,
            ..TinyQuota::default()
        },
    )
}

fn pool(steps: Step) -> impl Strategy<Value = TinyPool> {
    let day = prop_oneof![4 => Just(Some(0)), 1 => Just(Some(1)), 2 => Just(None)];
    (0..2_usize, 0.1..2.5_f64, window(steps), day).prop_map(
        |(service, mean, (from, until), day)| TinyPool { service, mean, from, until, day },
    )
}

fn promise(steps: Step, clerks: usize, rooms: usize) -> impl Strategy<Value = TinyPromise> {
    let clerk = prop_oneof![3 => Just(None), 1 => (0..clerks).prop_map(Some)];
    let room = prop_oneof![3 => Just(None), 1 => (0..rooms).prop_map(Some)];
    (0..2_usize, 0..steps, 1..3_u16, clerk, room).prop_map(
        move |(service, from, length, clerk, room)| {
            let length = length.min(steps - from);
            TinyPromise { service, day: 0, from, steps: length, clerk, room }
        },
    )
}

/// Keeps the steps on shift together small enough for exhaustive search.
fn shortened(mut shifts: Vec<TinyShift>) -> Vec<TinyShift> {
    let mut left = 9;
    for shift in &mut shifts {
        shift.until = shift.until.min(shift.from + left);
        left -= shift.until - shift.from;
        shift.pause = shift.pause.filter(|pause| pause.2 <= shift.until);
    }
    shifts.retain(|shift| shift.from < shift.until);
    shifts
}

/// Problems of up to three shifts of up to six steps, feasible or not.
pub(crate) fn tiny() -> impl Strategy<Value = Tiny> {
    (3..=6_u16, 1..=3_usize, 1..=3_usize).prop_flat_map(move |(steps, shifts, rooms)| {
        let closed = prop_oneof![4 => Just(None), 1 => (1..steps - 1).prop_map(Some)];
        (
            closed,
            prop::collection::vec(rich(), rooms),
            prop::collection::vec(service(), 2),
            prop::collection::vec(shift(steps), shifts),
            prop_oneof![Just(vec![]), prop::collection::vec(quota(steps), 1..=2)],
            prop::collection::vec(pool(steps), 0..=4),
            prop_oneof![Just(vec![]), prop::collection::vec(promise(steps, shifts, rooms), 1..=2)],
        )
            .prop_map(
                move |(closed, rooms, services, shifts, quotas, pools, mut promises)| {
                    let shifts = shortened(shifts);
                    for promise in &mut promises {
                        promise.clerk = promise.clerk.filter(|&clerk| clerk < shifts.len());
                    }
                    let closed = closed.map(|from| (from, from + 1));
                    Tiny {
                        open: steps,
                        closed,
                        rooms,
                        services,
                        shifts,
                        quotas,
                        pools,
                        promises,
                        ..Tiny::default()
                    }
                },
            )
    })
}

/// Some of everything that has a price: weights, own counters, absences, second breaks, services
/// without a room, counters, stretches and cover.
pub(crate) fn priced() -> impl Strategy<Value = Tiny> {
    let often = |range: std::ops::Range<f64>| prop_oneof![1 => Just(0.0), 4 => range];
    let weights =
        (often(0.1..4.0), often(0.1..6.0), often(0.02..0.4), often(0.1..2.0), often(0.1..1.5));
    let weights =
        weights.prop_map(|(seat, move_, free_minute, break_pair_minute, short_minute)| Weights {
            seat,
            move_,
            free_minute,
            break_pair_minute,
            short_minute,
        });
    let own =
        prop::collection::vec(prop_oneof![1 => Just(None), 1 => (0..3_usize).prop_map(Some)], 3);
    let absent =
        prop::collection::vec(prop_oneof![3 => Just(None), 1 => window(6).prop_map(Some)], 3);
    let breaks = prop::collection::vec((0..4_u8, 1..=2_u16, 1..=1_u16), 3);
    let cover = (window(6), 0..3_u32, modest());
    let asked = prop::collection::vec((0..3_u32, 0..7_u16, 0..4_u32, 0..4_u32), 2);
    (tiny(), weights, own, absent, breaks, cover, asked, any::<[bool; 3]>()).prop_map(
        |(mut tiny, weights, own, absent, breaks, cover, asked, [remote, asks, relaxed])| {
            tiny.weights = Some(weights);
            tiny.relaxed = relaxed;
            for (i, shift) in tiny.shifts.iter_mut().enumerate() {
                shift.own_room = own[i].filter(|&room| room < tiny.rooms.len());
                let (kind, first, second) = breaks[i];
                let length = shift.until - shift.from;
                if kind > 0 && first < length {
                    // Anywhere in the shift, so that breaks meet, and a second one after it.
                    shift.pause = Some((first, shift.from, shift.until));
                    let both = kind > 2 && first + second < length;
                    shift.second = both.then_some((second, shift.from, shift.until));
                }
                let inside = |&(from, until): &(Step, Step)| {
                    shift.from <= from && until <= shift.until && until - from < length
                };
                // What absences leave no place for is refused or lapses before planning.
                shift.absent = absent[i].filter(inside);
            }
            if remote && let Some(service) = tiny.services.last_mut() {
                (service.remote, service.equipment) = (true, 0);
            }
            for promise in &mut tiny.promises {
                let remote = tiny.services[promise.service].remote;
                promise.room = promise.room.filter(|_| !remote);
            }
            let ((from, until), least, skills) = cover;
            if asks {
                let cover = TinyCover { day: 0, from, until, least, skills };
                tiny.cover.push(cover);
            }
            for (quota, (counters, cut, first, second)) in tiny.quotas.iter_mut().zip(asked) {
                quota.counters = counters;
                let cut = cut.clamp(quota.from, quota.until);
                let stretches = [(quota.from, cut, first), (cut, quota.until, second)];
                let some = stretches.into_iter().filter(|&(from, until, _)| from < until);
                quota.stretches = some.collect();
            }
            tiny
        },
    )
}

/// Promises that start and end at odd times, for services with different equipment, in rooms whose
/// equipment overlaps in every way; clerks enough for most of them.
pub(crate) fn crowded_rooms() -> impl Strategy<Value = Tiny> {
    const STEPS: Step = 6;
    let promise = (0..3_usize, window(STEPS)).prop_map(|(service, (from, until))| TinyPromise {
        service,
        from,
        steps: until - from,
        ..TinyPromise::default()
    });
    (
        prop::collection::vec(1..8_u8, 2..=4),
        prop::collection::vec(1..7_u8, 3),
        prop::collection::vec(promise, 3..=5),
    )
        .prop_map(|(rooms, equipment, promises)| {
            let service = |equipment| TinyService {
                steps: 1,
                value: 1.0,
                equipment,
                ..TinyService::default()
            };
            let shift = TinyShift { until: STEPS, ..TinyShift::default() };
            Tiny {
                open: STEPS,
                rooms,
                services: equipment.into_iter().map(service).collect(),
                shifts: vec![shift; 4],
                promises,
                ..Tiny::default()
            }
        })
}
