//! Streams of a waitlist, calibrated on what cities have published.
//!
//! Düsseldorf's eleven offices took about 300,000 wishes in ten months, 130,000 of which were met, and
//! about 30 % of the offers were declined or ended without an answer. When people do things (weekday and
//! hour) is that of online bookings of German offices. Lengths of visits, how early a time is given back,
//! and how choosy people are is assumed: half of them want one site only, and half certain weekdays.

use scheduler_core::waitlist::stream::{Answer, Answers, Stream};
use scheduler_core::waitlist::{FreeStart, Minute, Window, Wish};

use crate::random::Random;

const HOUR: Minute = 60;
const DAY: Minute = 24 * HOUR;
/// A day's wishes and starts given back, in a week from Monday.
const WISHES: [f64; 7] = [1_470.0, 1_260.0, 1_190.0, 1_400.0, 840.0, 350.0, 490.0];
const STARTS: [f64; 7] = [750.0, 690.0, 690.0, 750.0, 690.0, 230.0, 230.0];
const SITES: [f64; 11] = [3.0, 2.5, 2.0, 1.5, 1.5, 1.0, 1.0, 1.0, 0.8, 0.7, 0.5];
const MINUTES: [u32; 5] = [10, 15, 20, 30, 45];
const MINUTES_SHARE: [f64; 5] = [0.25, 0.3, 0.25, 0.12, 0.08];
/// When people book: hours of the day, and how often.
const ASKED_AT: [Minute; 7] = [3, 7, 8, 10, 12, 15, 20];
const ASKED_SHARE: [f64; 7] = [8.0, 4.0, 7.0, 28.0, 7.0, 23.0, 22.0];
/// When appointments are: the hours from eight on, and how often.
const BEGINS_SHARE: [f64; 10] = [1.0, 1.2, 1.2, 1.0, 0.5, 0.6, 0.8, 0.9, 0.6, 0.3];

/// What a stream is like.
#[derive(Debug, Clone, Copy)]
pub struct Habits {
    /// Its size; with 1 it is a thousand wishes a day.
    pub scale: f64,
    /// How many days.
    pub days: Minute,
    /// Whether all visits take a quarter of an hour.
    pub one_length: bool,
}

/// The stream of a seed, and what its people answer.
#[must_use]
pub fn stream(habits: Habits, seed: u64) -> (Stream, impl Answers) {
    let mut random = Random::new(seed);
    let mut stream = Stream::default();
    for day in 0..habits.days {
        let weekday = (day % 7) as usize;
        for _ in 0..(WISHES[weekday] * habits.scale) as usize {
            stream.wishes.push(wish(&mut random, day, habits));
        }
        for _ in 0..(STARTS[weekday] * habits.scale) as usize {
            stream.starts.push(start(&mut random, day, habits));
        }
    }
    stream.wishes.sort_by_key(|wish| wish.asked);
    stream.starts.sort_by_key(|start| start.returned);
    (stream, ByKey(seed))
}

fn wish(random: &mut Random, day: Minute, habits: Habits) -> Wish {
    let asked = asked_at(random, day);
    let minutes = length(random, habits);
    let sites = some(random, &[1, 2, 4, 11], &[0.5, 0.3, 0.1, 0.1], &SITES);
    let weekdays = some(random, &[5, 2, 1], &[0.5, 0.3, 0.2], &[1.0; 5]);
    let (from, until) = match random.weighted(&[0.3, 0.15, 0.15, 0.4]) {
        0 => (7, 18),
        1 => (7, 12),
        2 => (12, 18),
        _ => {
            let from = 8 + random.index(9) as Minute;
            (from, from + 1 + random.index(2) as Minute)
        }
    };
    // Half of the people wait for ten days or less; nobody for more than six weeks.
    let days = (0.8 * normal(random) + 2.3).exp().clamp(1.0, 42.0);
    let last = day + days as Minute + 7;
    let windows = (day + 1..=last)
        .filter(|day| weekdays.contains(&((day % 7) as u32)))
        .map(|day| Window { from: day * DAY + from * HOUR, until: day * DAY + until * HOUR })
        .collect();
    let until = asked + (days * DAY as f64) as Minute;
    Wish { asked, until, sites, windows, minutes, worth: f64::from(minutes) }
}

fn start(random: &mut Random, day: Minute, habits: Habits) -> FreeStart {
    let returned = asked_at(random, day);
    // One in seven within hours of the visit, the others some days before.
    let lead = if random.chance(0.15) {
        random.unit() * 6.0 * HOUR as f64
    } else {
        (normal(random) + (2.5 * DAY as f64).ln()).exp()
    };
    let mut date = (returned + lead as Minute) / DAY;
    while date % 7 > 4 {
        date += 1;
    }
    let hour = 8 + random.weighted(&BEGINS_SHARE) as Minute;
    let mut begins = date * DAY + hour * HOUR + 5 * random.index(12) as Minute;
    if begins < returned {
        begins = returned + HOUR;
    }
    let site = random.weighted(&SITES) as u32;
    FreeStart { site, begins, minutes: length(random, habits), price: 0.0, returned }
}

/// Answers as a function of wish and start.
#[derive(Debug, Clone, Copy)]
struct ByKey(u64);

impl Answers for ByKey {
    fn answer(&self, wish: usize, start: usize) -> Answer {
        let mut random = Random::new(self.0 ^ ((wish as u64) << 32) ^ start as u64);
        let accepts = random.chance(0.78);
        // Of those who would not like to, half say nothing.
        let says = accepts || random.chance(0.5);
        let mean = if accepts { 90.0 } else { 120.0 };
        let after = if says { -mean * (1.0 - random.unit()).ln() } else { f64::INFINITY };
        Answer { accepts, after: after as Minute }
    }
}

fn asked_at(random: &mut Random, day: Minute) -> Minute {
    let hour = ASKED_AT[random.weighted(&ASKED_SHARE)];
    day * DAY + hour * HOUR + random.index(60) as Minute
}

fn length(random: &mut Random, habits: Habits) -> u32 {
    let drawn = MINUTES[random.weighted(&MINUTES_SHARE)];
    if habits.one_length { 15 } else { drawn }
}

/// Some of them, drawn by weight, in ascending order: how many is drawn from `counts` with `shares`.
fn some(random: &mut Random, counts: &[usize], shares: &[f64], weights: &[f64]) -> Vec<u32> {
    let count = counts[random.weighted(shares)];
    let mut left = weights.to_vec();
    let mut drawn: Vec<u32> = Vec::with_capacity(count);
    for _ in 0..count {
        let index = random.weighted(&left);
        left[index] = 0.0;
        drawn.push(index as u32);
    }
    drawn.sort_unstable();
    drawn
}

/// Standard normal (Box and Muller 1958, doi:10.1214/aoms/1177706645).
fn normal(random: &mut Random) -> f64 {
    let radius = (-2.0 * (1.0 - random.unit()).ln()).sqrt();
    radius * (std::f64::consts::TAU * random.unit()).cos()
}
