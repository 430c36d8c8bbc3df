//! Sums over days: an [`Observer`] whose results can be added in any order.
//!
//! ```
//! use scheduler_core::simulate::model::MINUTE;
//! use scheduler_core::simulate::tally::Histogram;
//!
//! let mut waits = Histogram::default();
//! (1..=9).for_each(|minutes| waits.count(minutes * MINUTE));
//! let median = waits.quantile(0.5).map(|millis| millis / f64::from(MINUTE));
//! assert!(median.is_some_and(|minutes| (4.0..6.0).contains(&minutes)));
//! ```

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    model::{Channel, MINUTE, Millis},
    service_day::{Leaver, Left, Missed, Observer, Visit},
};

/// Waits are counted up to these many minutes.
pub const WITHIN_MINUTES: [u32; 4] = [5, 10, 15, 30];

/// What one group of customers went through. Sums in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Waits {
    /// Customers served.
    pub served: u64,
    /// Those of them who did not wait at all.
    pub at_once: u64,
    /// Waits from the arrival to the beginning of service.
    pub wait: u64,
    /// Squares of these.
    pub wait_squared: u128,
    /// Waits from the arrival or the booked time, whichever is later.
    pub wait_after_due: u64,
    /// Service times.
    pub service: u64,
    /// Served within [`WITHIN_MINUTES`].
    pub within: [u64; 4],
    /// Who left, by [`Left::ALL`].
    pub left: [u64; 5],
    /// Waits of those who left.
    pub wait_of_left: u64,
    /// Appointments that were not kept.
    pub missed: u64,
}

/// What the customers who came in one half-hour went through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HalfHourWaits {
    /// Customers served.
    pub served: u64,
    /// Their waits, in milliseconds.
    pub wait: u64,
    /// Who left without having been served.
    pub left: u64,
    /// Time that people waited within this half-hour, whenever they came, in milliseconds.
    pub waiting: u64,
}

impl HalfHourWaits {
    fn add(&mut self, more: &Self) {
        self.served += more.served;
        self.wait += more.wait;
        self.left += more.left;
        self.waiting += more.waiting;
    }
}

/// Days of a week, Monday first.
pub const WEEKDAYS: usize = 7;

/// Half-hours of a day; who comes after midnight counts to the last.
pub const HALF_HOURS: usize = 48;

const HALF_HOUR: Millis = 30 * MINUTE;

/// Sums over the customers of days.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    services: usize,
    cells: Vec<Waits>,
    /// Which weekday it is.
    weekday: usize,
    /// Index `(weekday * 2 + channel) * HALF_HOURS + half_hour`.
    #[serde(with = "super::parts::sparse")]
    half_hours: Vec<HalfHourWaits>,
    histograms: [Histogram; 2],
}

impl Tally {
    /// Nothing yet, for services numbered from 0 up to but not including `services`. What happens
    /// to others is not counted.
    pub fn new(services: usize) -> Self {
        Self {
            services,
            cells: vec![Waits::default(); 2 * services],
            weekday: 0,
            half_hours: vec![HalfHourWaits::default(); WEEKDAYS * 2 * HALF_HOURS],
            histograms: [Histogram::default(), Histogram::default()],
        }
    }

    /// Sums of one service and channel.
    pub fn of(&self, channel: Channel, service: usize) -> &Waits {
        &self.cells[channel as usize * self.services + service]
    }

    /// Sums of one channel over all services.
    pub fn channel(&self, channel: Channel) -> Waits {
        let mut sum = Waits::default();
        for service in 0..self.services {
            sum.add(self.of(channel, service));
        }
        sum
    }

    /// From now on what happens does so on this weekday, 0 for Monday.
    pub fn turn_to(&mut self, weekday: usize) {
        self.weekday = weekday % WEEKDAYS;
    }

    /// Half-hours of a channel, by arrival, over all weekdays.
    pub fn half_hours(&self, channel: Channel) -> Vec<HalfHourWaits> {
        let mut sums = vec![HalfHourWaits::default(); HALF_HOURS];
        for weekday in 0..WEEKDAYS {
            let half_hours = self.half_hours_of(weekday, channel);
            sums.iter_mut().zip(half_hours).for_each(|(sum, more)| sum.add(more));
        }
        sums
    }

    /// Half-hours of a channel on one weekday, by arrival.
    pub fn half_hours_of(&self, weekday: usize, channel: Channel) -> &[HalfHourWaits] {
        &self.half_hours[(weekday * 2 + channel as usize) * HALF_HOURS..][..HALF_HOURS]
    }

    /// How the waits of a channel are distributed.
    pub fn histogram(&self, channel: Channel) -> &Histogram {
        &self.histograms[channel as usize]
    }

    /// Adds what another tally of the same services has counted.
    pub fn add(&mut self, other: &Self) {
        for (cell, more) in self.cells.iter_mut().zip(&other.cells) {
            cell.add(more);
        }
        for (half_hour, more) in self.half_hours.iter_mut().zip(&other.half_hours) {
            half_hour.add(more);
        }
        for (histogram, more) in self.histograms.iter_mut().zip(&other.histograms) {
            histogram.add(more);
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.cells.fill(Waits::default());
        self.half_hours.fill(HalfHourWaits::default());
        self.histograms.iter_mut().for_each(Histogram::clear);
    }

    #[inline]
    fn cell(&mut self, channel: Channel, service: u32) -> Option<&mut Waits> {
        let service = service as usize;
        if service >= self.services {
            return None;
        }
        self.cells.get_mut(channel as usize * self.services + service)
    }

    #[inline]
    fn half_hour(&mut self, channel: Channel, arrival: Millis) -> &mut HalfHourWaits {
        let index = ((arrival / HALF_HOUR) as usize).min(HALF_HOURS - 1);
        let first = (self.weekday * 2 + channel as usize) * HALF_HOURS;
        &mut self.half_hours[first + index]
    }

    /// Spreads a wait over the half-hours in which it lies.
    fn spread(&mut self, channel: Channel, mut from: Millis, until: Millis) {
        while from < until {
            let last = from / HALF_HOUR + 1 >= HALF_HOURS as u32;
            let end = if last { until } else { until.min((from / HALF_HOUR + 1) * HALF_HOUR) };
            self.half_hour(channel, from).waiting += u64::from(end - from);
            from = end;
        }
    }
}

impl Observer for Tally {
    #[inline]
    fn served(&mut self, visit: &Visit) {
        let wait = visit.wait();
        let Some(cell) = self.cell(visit.channel, visit.service) else { return };
        cell.served += 1;
        cell.at_once += u64::from(wait == 0);
        cell.wait += u64::from(wait);
        cell.wait_squared += u128::from(u64::from(wait) * u64::from(wait));
        cell.wait_after_due += u64::from(visit.wait_after_due());
        cell.service += u64::from(visit.end - visit.begin);
        for (count, minutes) in cell.within.iter_mut().zip(WITHIN_MINUTES) {
            *count += u64::from(wait <= minutes * MINUTE);
        }
        let half_hour = self.half_hour(visit.channel, visit.arrival);
        half_hour.served += 1;
        half_hour.wait += u64::from(wait);
        if wait > 0 {
            self.spread(visit.channel, visit.arrival, visit.begin);
        }
        self.histograms[visit.channel as usize].count(wait);
    }

    #[inline]
    fn left(&mut self, leaver: &Leaver) {
        let Some(cell) = self.cell(leaver.channel, leaver.service) else { return };
        cell.left[leaver.why as usize] += 1;
        cell.wait_of_left += u64::from(leaver.at - leaver.arrival);
        self.half_hour(leaver.channel, leaver.arrival).left += 1;
        self.spread(leaver.channel, leaver.arrival, leaver.at);
    }

    #[inline]
    fn missed(&mut self, missed: &Missed) {
        if let Some(cell) = self.cell(Channel::Appointment, missed.service) {
            cell.missed += 1;
        }
    }
}

impl Waits {
    /// Adds the sums of another group.
    pub fn add(&mut self, other: &Self) {
        self.served += other.served;
        self.at_once += other.at_once;
        self.wait += other.wait;
        self.wait_squared += other.wait_squared;
        self.wait_after_due += other.wait_after_due;
        self.service += other.service;
        for (count, more) in self.within.iter_mut().zip(other.within) {
            *count += more;
        }
        for (count, more) in self.left.iter_mut().zip(other.left) {
            *count += more;
        }
        self.wait_of_left += other.wait_of_left;
        self.missed += other.missed;
    }

    /// How many left for this reason.
    pub fn left_for(&self, why: Left) -> u64 {
        self.left[why as usize]
    }
}

/// Counts of waits in bins whose width grows with the wait: 64 ms wide up to two seconds, then at
/// most a thirty-second of the wait.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    counts: Vec<u64>,
}

/// Bins of one doubling, as a power of two.
const PART: u32 = 5;
/// The narrowest bin is 2^UNIT milliseconds wide.
const UNIT: u32 = 6;
const BINS: usize = ((32 - UNIT - PART) as usize + 1) << PART;

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: vec![0; BINS] }
    }
}

impl Histogram {
    #[inline]
    fn bin(wait: Millis) -> usize {
        let units = wait >> UNIT;
        let octave = (31 - (units | 1).leading_zeros()).saturating_sub(PART);
        ((octave << PART) + (units >> octave)) as usize
    }

    /// Where a bin begins.
    fn start(bin: usize) -> u64 {
        let bin = bin as u64;
        let octave = (bin >> PART).saturating_sub(1);
        (bin - (octave << PART)) << (octave + u64::from(UNIT))
    }

    /// Counts one wait.
    #[inline]
    pub fn count(&mut self, wait: Millis) {
        self.counts[Self::bin(wait)] += 1;
    }

    /// How many waits were counted.
    pub fn total(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// The wait in milliseconds below which the share `p` of all lies, on a straight line within its
    /// bin, 0 in the first; `None` if nothing was counted.
    pub fn quantile(&self, p: f64) -> Option<f64> {
        let rank = p.clamp(0.0, 1.0) * self.total() as f64;
        let mut below = 0.0;
        for (bin, &count) in self.counts.iter().enumerate().filter(|&(_, &count)| count > 0) {
            let upto = below + count as f64;
            if upto >= rank {
                // Nearly all of the first bin did not wait at all.
                if bin == 0 {
                    return Some(0.0);
                }
                let (from, to) = (Self::start(bin) as f64, Self::start(bin + 1) as f64);
                return Some(from + (to - from) * (rank - below) / count as f64);
            }
            below = upto;
        }
        None
    }

    /// Adds another's counts.
    pub fn add(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.counts.fill(0);
    }
}

impl Serialize for Histogram {
    /// The bins that have counts, each with its count: most are empty.
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let some = self.counts.iter().enumerate().filter(|&(_, &count)| count > 0);
        to.collect_seq(some)
    }
}

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let mut histogram = Self::default();
        for (bin, count) in Vec::<(usize, u64)>::deserialize(from)? {
            let place = histogram.counts.get_mut(bin);
            *place.ok_or_else(|| serde::de::Error::custom("there is no such bin"))? = count;
        }
        Ok(histogram)
    }
}
