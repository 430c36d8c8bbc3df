//! Who comes without an appointment: rates by weekday and half-hour, and how days differ.
//!
//! On a day d of weekday w, half-hour h sees Poisson(λ(w, h) · g(d)) people, where the day's factor
//! g is gamma distributed with mean 1. Its variance is found by moments from the totals of days,
//! corrected for the means that were estimated; rates are gamma distributed a posteriori, with the
//! prior of Jeffreys.

use std::collections::BTreeMap;

use serde::Serialize;

use super::estimate::Estimate;
use super::math::Random;
use super::visit::{DAY, MINUTE, weekday};

/// Half-hours of a day.
pub const HALF_HOURS: usize = 48;

const HALF_HOUR: i64 = 30 * MINUTE;

/// What a site saw on a date.
#[derive(Debug, Clone)]
struct DayCounts {
    walk_ins: [u32; HALF_HOURS],
    /// Whether anybody came, with or without an appointment.
    open: bool,
    /// When the last walk-in came, since midnight.
    last: i64,
}

/// Counts of a site.
#[derive(Debug, Clone)]
pub(super) struct ArrivalCounts {
    days: BTreeMap<i64, DayCounts>,
    services: Vec<u64>,
}

/// Walk-ins of a site.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SiteArrivals {
    /// Index of the site.
    pub site: usize,
    /// Dates on which it was open.
    pub days: usize,
    /// People who walked in.
    pub count: u64,
    /// Standard deviation over mean of the factor by which days of the same weekday differ beyond
    /// chance.
    pub day_cv: Estimate,
    /// Rates of each weekday that was seen.
    pub weekdays: Vec<WeekdayArrivals>,
    /// Share of each service, by its index.
    pub mix: Vec<f64>,
    /// Change of all rates a year, as a factor; `None` where less than a year is known. Where its
    /// interval is without 1, rates are those of the end of the history.
    pub trend: Option<Estimate>,
    /// Factors of days that are special, where there are enough of them.
    pub special: Vec<SpecialDays>,
    /// Dates on which nobody came any more long before others stop: after that, they say nothing of
    /// how many would have come.
    pub stopped_days: usize,
}

/// Walk-ins of a site on a weekday.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WeekdayArrivals {
    /// 0 for Monday.
    pub weekday: usize,
    /// Dates that were seen.
    pub days: usize,
    /// Arrivals a day.
    pub per_day: Estimate,
    /// Half-hours in which anybody ever came, in order.
    pub half_hours: Vec<HalfHourRate>,
}

/// The rate of a half-hour.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct HalfHourRate {
    /// 0 begins at midnight.
    pub half_hour: usize,
    /// People who came.
    pub count: u64,
    /// Dates on which it is known who came.
    pub days: f64,
    /// Arrivals an hour.
    pub per_hour: Estimate,
}

/// Days that may differ from others of their weekday.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct SpecialDays {
    /// Which.
    pub kind: SpecialKind,
    /// How many there were.
    pub days: usize,
    /// How many people came, for each on another day of the weekday.
    pub factor: Estimate,
}

/// Why a day may differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SpecialKind {
    /// The first open day after one on which the site is open in other weeks.
    AfterClosure,
    /// The last two open days of a month.
    MonthEnd,
    /// The first two.
    MonthBegin,
}

/// Days of a site with how many were to be expected.
struct Day {
    date: i64,
    total: f64,
    expected: f64,
}

impl ArrivalCounts {
    pub(super) fn new(services: usize) -> Self {
        Self { days: BTreeMap::new(), services: vec![0; services] }
    }

    fn day(&mut self, date: i64) -> &mut DayCounts {
        let empty = || DayCounts { walk_ins: [0; HALF_HOURS], open: false, last: -1 };
        self.days.entry(date).or_insert_with(empty)
    }

    pub(super) fn walk_in(&mut self, at: i64, service: usize) {
        let (date, time) = (at.div_euclid(DAY), at.rem_euclid(DAY));
        let day = self.day(date);
        day.walk_ins[(time / HALF_HOUR) as usize] += 1;
        day.last = day.last.max(time);
        day.open = true;
        self.services[service] += 1;
    }

    /// Somebody was there on a date.
    pub(super) fn open(&mut self, date: i64) {
        self.day(date).open = true;
    }

    /// Dates on which the site was open.
    pub(super) fn open_dates(&self) -> impl Iterator<Item = i64> {
        self.days.iter().filter(|(_, day)| day.open).map(|(&date, _)| date)
    }

    pub(super) fn estimate(&self, site: usize) -> SiteArrivals {
        let mut known: BTreeMap<i64, usize> = BTreeMap::new();
        let mut rates = self.rates(&known);
        // Stops hide arrivals, which hides stops: twice is enough.
        for _ in 0..2 {
            known = self.stops(&rates);
            rates = self.rates(&known);
        }
        let days = self.compared(&rates, &known);
        let counts: [usize; 7] =
            std::array::from_fn(|w| days.iter().filter(|day| weekday(day.date) == w).count());
        let spread = spread(&days, &counts);
        let trend = trend(&days, spread.value);
        let growth = trend.filter(|trend| !trend.holds(1.0)).map_or(1.0, |trend| {
            let (first, last) = (days[0].date, days[days.len() - 1].date);
            trend.value.powf((last - first) as f64 / 730.5)
        });
        let weekdays = (0..7).filter(|&w| counts[w] > 0);
        let weekdays = weekdays
            .map(|w| weekday_arrivals(w, counts[w], &rates[w], spread.value, growth))
            .collect();
        let total = self.services.iter().sum::<u64>();
        SiteArrivals {
            site,
            days: days.len(),
            count: total,
            day_cv: Estimate {
                value: spread.value.sqrt(),
                low: spread.low.max(0.0).sqrt(),
                high: spread.high.max(0.0).sqrt(),
            },
            weekdays,
            mix: self.services.iter().map(|&n| n as f64 / total.max(1) as f64).collect(),
            trend,
            special: special(&days, spread.value, &counts),
            stopped_days: known.len(),
        }
    }

    /// Arrivals and dates by weekday and half-hour; of dates in `known` only the half-hours before.
    fn rates(&self, known: &BTreeMap<i64, usize>) -> [[(f64, f64); HALF_HOURS]; 7] {
        let mut rates = [[(0.0, 0.0); HALF_HOURS]; 7];
        for (date, day) in self.days.iter().filter(|(_, day)| day.open) {
            let until = known.get(date).copied().unwrap_or(HALF_HOURS);
            for (half_hour, rate) in rates[weekday(*date)].iter_mut().enumerate().take(until) {
                rate.0 += f64::from(day.walk_ins[half_hour]);
                rate.1 += 1.0;
            }
        }
        rates
    }

    /// Dates after whose last walk-in so many more were to be expected that chance does not explain
    /// their absence, with the half-hour of that last one.
    fn stops(&self, rates: &[[(f64, f64); HALF_HOURS]; 7]) -> BTreeMap<i64, usize> {
        /// e^-9: once in eight thousand days.
        const CHANCE: f64 = 9.0;
        let mut stops = BTreeMap::new();
        for (&date, day) in self.days.iter().filter(|(_, day)| day.open && day.last >= 0) {
            let rates = &rates[weekday(date)];
            let mean = |half_hour: usize| rates[half_hour].0 / rates[half_hour].1.max(1.0);
            let last = (day.last / HALF_HOUR) as usize;
            let before: f64 = (0..=last).map(mean).sum();
            let came: f64 = day.walk_ins.iter().map(|&n| f64::from(n)).sum();
            let quiet = ((came + 1.0) / (before + 1.0)).min(1.0);
            let rest: f64 = (last + 1..HALF_HOURS).map(mean).sum();
            if rest * quiet > CHANCE {
                stops.insert(date, last);
            }
        }
        stops
    }

    fn compared(
        &self,
        rates: &[[(f64, f64); HALF_HOURS]; 7],
        known: &BTreeMap<i64, usize>,
    ) -> Vec<Day> {
        let days = self.days.iter().filter(|(_, day)| day.open);
        let days = days.map(|(&date, day)| {
            let until = known.get(&date).copied().unwrap_or(HALF_HOURS);
            let rates = rates[weekday(date)][..until].iter();
            Day {
                date,
                total: day.walk_ins[..until].iter().map(|&n| f64::from(n)).sum(),
                expected: rates.map(|rate| rate.0 / rate.1.max(1.0)).sum(),
            }
        });
        days.collect()
    }
}

/// Variance of the days' factor, by moments.
fn spread(days: &[Day], counts: &[usize; 7]) -> Estimate {
    let (mut over, mut square, mut fourth) = (0.0, 0.0, 0.0);
    let mut freedom = 0.0;
    for day in days {
        let count = counts[weekday(day.date)] as f64;
        if count < 2.0 || day.expected <= 0.0 {
            continue;
        }
        // The mean was taken from the same days.
        let own = count / (count - 1.0);
        over += (day.total - day.expected).powi(2) * own - day.expected;
        square += day.expected.powi(2);
        freedom += 1.0 / own;
        fourth += day.expected.powi(4);
    }
    if square <= 0.0 {
        return Estimate::default();
    }
    let value = (over / square).max(0.0);
    // Of a sum of squares of nearly normal days, each with the variance μ + μ² v.
    let mean = (square / days.len() as f64).sqrt();
    let each = mean + mean * mean * value;
    let effective = freedom * (square * square / (days.len() as f64 * fourth)).min(1.0);
    let sd = each * (2.0 / effective.max(1.0)).sqrt() / (mean * mean);
    Estimate::normal(value, sd).within(0.0, f64::INFINITY)
}

fn weekday_arrivals(
    weekday: usize,
    days: usize,
    rates: &[(f64, f64); HALF_HOURS],
    spread: f64,
    growth: f64,
) -> WeekdayArrivals {
    let of_days = spread / days as f64;
    let seen = rates.iter().enumerate().filter(|(_, rate)| rate.0 > 0.0);
    let half_hours: Vec<HalfHourRate> = seen
        .map(|(half_hour, &(count, exposed))| {
            let exposed = exposed.max(1.0);
            let mean = 2.0 * growth * count / exposed;
            let sd = mean * (1.0 / (count + 0.5) + of_days).sqrt();
            let per_hour = Estimate::gamma(mean, sd);
            HalfHourRate { half_hour, count: count as u64, days: exposed, per_hour }
        })
        .collect();
    let mean: f64 = half_hours.iter().map(|rate| rate.per_hour.value / 2.0).sum();
    let count: f64 = half_hours.iter().map(|rate| rate.count as f64).sum();
    let sd = mean * (1.0 / (count + 0.5) + of_days).sqrt();
    WeekdayArrivals { weekday, days, per_day: Estimate::gamma(mean, sd), half_hours }
}

/// Growth a year, by weighted least squares on the days' factors.
fn trend(days: &[Day], spread: f64) -> Option<Estimate> {
    let (first, last) = (days.first()?.date, days.last()?.date);
    if last - first < 365 {
        return None;
    }
    let days = days.iter().filter(|day| day.expected > 0.0);
    let weighted = days.map(|day| {
        let weight = 1.0 / (spread + 1.0 / day.expected);
        (weight, (day.date - first) as f64 / 365.25, day.total / day.expected)
    });
    let weighted: Vec<(f64, f64, f64)> = weighted.collect();
    let all: f64 = weighted.iter().map(|&(weight, ..)| weight).sum();
    let middle = weighted.iter().map(|&(weight, at, _)| weight * at).sum::<f64>() / all;
    let mean = weighted.iter().map(|&(weight, _, factor)| weight * factor).sum::<f64>() / all;
    let square: f64 = weighted.iter().map(|&(w, at, _)| w * (at - middle).powi(2)).sum();
    let rise: f64 = weighted.iter().map(|&(w, at, f)| w * (at - middle) * (f - mean)).sum();
    let slope = rise / square / mean.max(1e-9);
    let sd = 1.0 / square.sqrt();
    (square > 0.0).then(|| Estimate::log_normal(slope.exp(), sd))
}

fn special(days: &[Day], spread: f64, counts: &[usize; 7]) -> Vec<SpecialDays> {
    const LEAST: usize = 5;
    let (Some(first), Some(last)) = (days.first(), days.last()) else { return Vec::new() };
    let weeks = (last.date - first.date) as f64 / 7.0;
    let usual: [bool; 7] = std::array::from_fn(|w| counts[w] as f64 > weeks / 2.0);
    let place = |index: usize, kind: SpecialKind| match kind {
        SpecialKind::AfterClosure => {
            index > 0 && {
                let between = days[index - 1].date + 1..days[index].date;
                between.into_iter().any(|date| usual[weekday(date)])
            }
        }
        SpecialKind::MonthEnd => {
            let next = days.get(index + 2);
            next.is_some_and(|next| month(next.date) != month(days[index].date))
        }
        SpecialKind::MonthBegin => {
            index >= 2 && month(days[index - 2].date) != month(days[index].date)
        }
    };
    let kinds = [SpecialKind::AfterClosure, SpecialKind::MonthEnd, SpecialKind::MonthBegin];
    let found = kinds.map(|kind| {
        let some: Vec<&Day> =
            (0..days.len()).filter(|&index| place(index, kind)).map(|index| &days[index]).collect();
        let total: f64 = some.iter().map(|day| day.total).sum();
        let expected: f64 = some.iter().map(|day| day.expected).sum();
        let variance: f64 =
            some.iter().map(|day| day.expected + day.expected.powi(2) * spread).sum();
        let factor = total / expected.max(1e-9);
        let sd = factor * variance.sqrt() / expected.max(1e-9);
        SpecialDays { kind, days: some.len(), factor: Estimate::gamma(factor, sd) }
    });
    found.into_iter().filter(|special| special.days >= LEAST).collect()
}

/// Year and month of a date, as months since the year 0.
fn month(date: i64) -> i64 {
    // The civil calendar in eras of 400 years, beginning in March.
    let shifted = date + 719_468;
    let era = shifted.div_euclid(146_097);
    let day = shifted.rem_euclid(146_097);
    let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
    let of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    (era * 400 + year) * 12 + month + 2
}

impl SiteArrivals {
    /// A factor for each half-hour of each weekday, in order, as it may be in truth.
    pub(super) fn draw(&self, random: &mut Random) -> Vec<Vec<f64>> {
        let cv = self.day_cv;
        let spread_sd = ((cv.high.powi(2) - cv.low.powi(2)) / 3.3).max(0.0);
        let spread = (cv.value.powi(2) + spread_sd * random.normal()).max(0.0);
        let weekdays = self.weekdays.iter();
        weekdays
            .map(|weekday| {
                let of_days = random.gamma_of(1.0, (spread / weekday.days as f64).sqrt());
                let rates = weekday.half_hours.iter();
                rates
                    .map(|rate| {
                        let shape = rate.count as f64 + 0.5;
                        of_days * random.gamma(shape) / rate.count.max(1) as f64
                    })
                    .collect()
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn months_are_those_of_the_calendar() {
        // 31 January, 1 February, 29 February, 1 March 2024; 31 December 2023.
        let months: Vec<i64> = [19_753, 19_754, 19_782, 19_783, 19_722].map(super::month).into();
        assert_eq!(months, [24_288, 24_289, 24_289, 24_290, 24_287]);
    }
}
