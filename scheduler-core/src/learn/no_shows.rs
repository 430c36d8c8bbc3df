//! Who does not come to an appointment.
//!
//! The log odds of a no-show are a sum: of how long ahead it was booked, the service, the weekday,
//! and the day. Days differ by chance around a level that drifts, which a Kalman filter follows, so
//! that a forecast for tomorrow knows both; a plain binomial interval knows neither and is far too
//! narrow. Nothing about a person is looked at.

use std::collections::BTreeMap;

use serde::Serialize;

use super::estimate::{Estimate, logistic};
use super::math::{NINETY, Random, normal_below};
use super::visit::weekday;

/// First days of lead of each bucket; the last one is of those whose lead is unknown.
pub const LEAD_BUCKETS: [i64; 9] = [0, 1, 2, 4, 8, 15, 29, 43, i64::MAX];

/// Dates that a forecast is tried on.
const TRIED: usize = 60;

/// The bucket of a lead.
pub(super) fn bucket(lead_days: Option<i64>) -> usize {
    let Some(lead) = lead_days else { return LEAD_BUCKETS.len() - 1 };
    LEAD_BUCKETS.iter().rposition(|&first| first <= lead).unwrap_or(0)
}

/// Appointments and no-shows by date, lead and service.
#[derive(Debug, Clone)]
pub(super) struct NoShowCounts {
    services: usize,
    /// By lead, then service: appointments, no-shows and days of lead.
    days: BTreeMap<i64, Vec<(u32, u32)>>,
    lead_days: [(f64, f64); LEAD_BUCKETS.len()],
}

/// No-shows of a history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct NoShows {
    /// Appointments that were not given back.
    pub appointments: u64,
    /// Those to which nobody came.
    pub missed: u64,
    /// Share at the end of the history, with the leads and services of all of it.
    pub share: Estimate,
    /// By lead, at the end of the history.
    pub by_lead: Vec<LeadShare>,
    /// By service, at the end of the history, by index; only those that were booked.
    pub by_service: Vec<ServiceShare>,
    /// Standard deviation by which the log odds of days differ.
    pub day_sd: f64,
    /// Standard deviation by which their level drifts in a month.
    pub drift_sd: f64,
    /// Probability of an appointment booked for the same moment, and what each week of lead adds:
    /// the line closest to the shares by lead.
    pub line: (Estimate, Estimate),
    /// How good forecasts for the next day were; `None` where there are too few days.
    pub trial: Option<Trial>,
}

/// The share of those who booked so far ahead.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct LeadShare {
    /// Index into [`LEAD_BUCKETS`].
    pub bucket: usize,
    /// Appointments.
    pub count: u64,
    /// Mean of their leads.
    pub mean_days: f64,
    /// Share of them to which nobody comes.
    pub share: Estimate,
}

/// The share of a service.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct ServiceShare {
    /// Index of the service.
    pub service: usize,
    /// Appointments.
    pub count: u64,
    /// Share of them to which nobody comes.
    pub share: Estimate,
}

/// Forecasts of each day's no-shows from nothing but the days before, learnt anew each day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Trial {
    /// Days that were forecast: the last ones.
    pub days: usize,
    /// Share of them on which the 90 % interval held.
    pub held: f64,
    /// Mean squared error of the probability of an appointment (Brier score).
    pub brier: f64,
    /// The same with one constant probability, that of the days before.
    pub brier_constant: f64,
    /// Mean distance between probability and share, in tenths of the appointments by probability.
    pub calibration: f64,
}

/// A day as the filter sees it: expected no-shows without its own effect, their variance, and how
/// many there were.
#[derive(Debug, Clone, Copy)]
struct Seen {
    all: f64,
    expected: f64,
    variance: f64,
    missed: f64,
}

impl Seen {
    /// Expectation and variance where the log odds are `shift` higher.
    fn at(&self, shift: f64) -> (f64, f64) {
        let share = (self.expected / self.all).clamp(1e-6, 1.0 - 1e-6);
        let plain = share * (1.0 - share);
        // Appointments of a day are not alike; the part of their variance stays.
        let alike = self.variance / (self.all * plain);
        let moved = logistic((share / (1.0 - share)).ln() + shift * alike.min(1.0));
        (self.all * moved, self.all * moved * (1.0 - moved) * alike)
    }
}

/// The level of the log odds: mean and variance, of the day after the last one.
#[derive(Debug, Clone, Copy)]
struct Level {
    mean: f64,
    variance: f64,
}

/// Variance of days and of the drift a day.
#[derive(Debug, Clone, Copy)]
struct Noise {
    day: f64,
    drift: f64,
}

/// Effects on the log odds, by lead, service and weekday, and what is counted for each of their
/// combinations.
#[derive(Debug, Clone)]
struct Effects {
    services: usize,
    base: f64,
    lead: Vec<f64>,
    service: Vec<f64>,
    weekday: [f64; 7],
    /// How precisely effects of leads, services and weekdays are known to be near 0.
    precision: [f64; 3],
    /// `(weekday * leads + lead) * services + service`.
    cells: Vec<(f64, f64)>,
}

const LEADS: usize = LEAD_BUCKETS.len();

impl NoShowCounts {
    pub(super) fn new(services: usize) -> Self {
        Self { services, days: BTreeMap::new(), lead_days: [(0.0, 0.0); LEADS] }
    }

    pub(super) fn add(&mut self, date: i64, lead: Option<i64>, service: usize, missed: bool) {
        let bucket = bucket(lead);
        let cells = LEADS * self.services;
        let day = self.days.entry(date).or_insert_with(|| vec![(0, 0); cells]);
        let cell = &mut day[bucket * self.services + service];
        cell.0 += 1;
        cell.1 += u32::from(missed);
        let sums = &mut self.lead_days[bucket];
        *sums = (sums.0 + 1.0, sums.1 + lead.unwrap_or(0) as f64);
    }

    pub(super) fn estimate(&self) -> Option<NoShows> {
        let days: Vec<(i64, &Vec<(u32, u32)>)> = self.days.iter().map(|(&d, c)| (d, c)).collect();
        let mut effects = Effects::new(self.services);
        days.iter().for_each(|(date, cells)| effects.count(*date, cells));
        let (all, missed) = effects.totals();
        if missed < 1.0 {
            return None;
        }
        effects.fit(40);
        let seen: Vec<(i64, Seen)> =
            days.iter().map(|(date, cells)| (*date, effects.see(*date, cells))).collect();
        let noise = Noise::fitted(&seen, None);
        let level = Noise::averaged(&seen);
        let sd = level.variance.sqrt();
        let share_of = |of: &dyn Fn(usize, usize) -> bool| effects.share(level, of);
        let by_lead: Vec<LeadShare> = (0..LEADS)
            .filter(|&lead| self.lead_days[lead].0 > 0.0)
            .map(|lead| LeadShare {
                bucket: lead,
                count: self.lead_days[lead].0 as u64,
                mean_days: self.lead_days[lead].1 / self.lead_days[lead].0,
                share: share_of(&|l, _| l == lead),
            })
            .collect();
        let by_service = (0..self.services)
            .map(|service| (service, effects.counted(&|_, s| s == service)))
            .filter(|(_, count)| *count > 0.0)
            .map(|(service, count)| ServiceShare {
                service,
                count: count as u64,
                share: share_of(&|_, s| s == service),
            })
            .collect();
        Some(NoShows {
            appointments: all as u64,
            missed: missed as u64,
            share: share_of(&|_, _| true),
            line: line(&by_lead, sd),
            by_lead,
            by_service,
            day_sd: noise.day.sqrt(),
            drift_sd: (noise.drift * 30.0).sqrt(),
            trial: self.trial(&days),
        })
    }

    /// Forecasts each of the last days from those before it.
    fn trial(&self, days: &[(i64, &Vec<(u32, u32)>)]) -> Option<Trial> {
        /// Days to learn from before the first forecast.
        const LEARN: usize = 15;
        let first = days.len().checked_sub(TRIED)?.max(LEARN).max(days.len() / 4);
        let first = if days.len() < LEARN + TRIED { LEARN.max(days.len() / 3) } else { first };
        if first >= days.len() {
            return None;
        }
        let mut effects = Effects::new(self.services);
        days[..first].iter().for_each(|(date, cells)| effects.count(*date, cells));
        effects.fit(40);
        let (mut held, mut brier, mut constant, mut all) = (0_usize, 0.0, 0.0, 0.0);
        let mut forecasts: Vec<(f64, f64, f64)> = Vec::new();
        let mut noise = None;
        for (index, &(date, cells)) in days.iter().enumerate().skip(first) {
            let past: Vec<(i64, Seen)> = days[..index]
                .iter()
                .map(|&(date, cells)| (date, effects.see(date, cells)))
                .collect();
            let fitted = Noise::fitted(&past, noise);
            noise = Some(fitted);
            let (level, _) = filter(&past, fitted);
            let today = effects.see(date, cells);
            let (low, high) = interval(&today, level, fitted);
            held += usize::from(low <= today.missed && today.missed <= high);
            let (past_all, past_missed) = effects.totals();
            let mean = past_missed / past_all;
            let spread = level.variance + fitted.day;
            for (cell, &(count, missed)) in cells.iter().enumerate().filter(|(_, cell)| cell.0 > 0)
            {
                let odds = effects.odds(weekday(date), cell) + level.mean;
                let p = expected_logistic(odds, spread);
                let (count, missed) = (f64::from(count), f64::from(missed));
                brier += missed * (1.0 - p).powi(2) + (count - missed) * p * p;
                constant += missed * (1.0 - mean).powi(2) + (count - missed) * mean * mean;
                all += count;
                forecasts.push((p, count, missed));
            }
            effects.count(date, cells);
            effects.fit(3);
        }
        let tried = days.len() - first;
        Some(Trial {
            days: tried,
            held: held as f64 / tried as f64,
            brier: brier / all,
            brier_constant: constant / all,
            calibration: calibration(forecasts, all),
        })
    }
}

/// Expectation of the logistic function of a normal variable (`MacKay` 1992).
fn expected_logistic(mean: f64, variance: f64) -> f64 {
    logistic(mean / (1.0 + std::f64::consts::PI / 8.0 * variance).sqrt())
}

/// Mean distance between probability and share, in tenths by probability.
fn calibration(mut forecasts: Vec<(f64, f64, f64)>, all: f64) -> f64 {
    forecasts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut tenths = [(0.0, 0.0); 10];
    let mut before = 0.0;
    for (p, count, missed) in forecasts {
        let tenth = ((before + count / 2.0) / all * 10.0) as usize;
        let sums = &mut tenths[tenth.min(9)];
        *sums = (sums.0 + p * count, sums.1 + missed);
        before += count;
    }
    tenths.iter().map(|(expected, missed)| (expected - missed).abs()).sum::<f64>() / all
}

impl Effects {
    fn new(services: usize) -> Self {
        Self {
            services,
            base: 0.0,
            lead: vec![0.0; LEADS],
            service: vec![0.0; services],
            weekday: [0.0; 7],
            precision: [2.0, 2.0, 25.0],
            cells: vec![(0.0, 0.0); 7 * LEADS * services],
        }
    }

    fn count(&mut self, date: i64, cells: &[(u32, u32)]) {
        let from = weekday(date) * LEADS * self.services;
        for (sum, &(count, missed)) in self.cells[from..].iter_mut().zip(cells) {
            *sum = (sum.0 + f64::from(count), sum.1 + f64::from(missed));
        }
    }

    fn totals(&self) -> (f64, f64) {
        self.cells.iter().fold((0.0, 0.0), |sum, cell| (sum.0 + cell.0, sum.1 + cell.1))
    }

    /// Log odds of a cell of a day.
    fn odds(&self, weekday: usize, cell: usize) -> f64 {
        let (lead, service) = (cell / self.services, cell % self.services);
        self.base + self.lead[lead] + self.service[service] + self.weekday[weekday]
    }

    /// Newton steps, one effect at a time. Effects of a kind are normal a priori, so that few
    /// appointments say little; their variance is what the effects themselves show, with what is
    /// not known of them (expectation and maximisation).
    fn fit(&mut self, rounds: usize) {
        let (all, missed) = self.totals();
        if self.base == 0.0 && all > 0.0 {
            self.base = ((missed + 0.5) / (all - missed + 0.5)).ln();
        }
        let cells: Vec<usize> = (0..self.cells.len()).filter(|&c| self.cells[c].0 > 0.0).collect();
        let (services, leads) = (self.services, LEADS);
        type Index = fn(usize, usize) -> usize;
        let lead: Index = |cell, services| cell / services % LEADS;
        let service: Index = |cell, services| cell % services;
        let of_week: Index = |cell, services| cell / (LEADS * services);
        let none: Index = |_, _| 0;
        let kinds = [(none, 1), (lead, leads), (service, services), (of_week, 7)];
        for _ in 0..rounds {
            for (kind, &(index, size)) in kinds.iter().enumerate() {
                let precision = kind.checked_sub(1).map_or(0.0, |kind| self.precision[kind]);
                let mut slopes = vec![(0.0, 0.0); size];
                for &cell in &cells {
                    let (count, missed) = self.cells[cell];
                    let weekday = cell / (LEADS * services);
                    let p = logistic(self.odds(weekday, cell % (LEADS * services)));
                    let sums = &mut slopes[index(cell, services)];
                    *sums = (sums.0 + missed - count * p, sums.1 + count * p * (1.0 - p));
                }
                let effects: &mut [f64] = match kind {
                    0 => std::slice::from_mut(&mut self.base),
                    1 => &mut self.lead,
                    2 => &mut self.service,
                    _ => &mut self.weekday,
                };
                // One effect more, of the usual size, so that few of them do not decide it.
                let (mut size, mut known) = (0.04, 1.0);
                for (effect, (slope, curve)) in effects.iter_mut().zip(slopes) {
                    let step = (slope - precision * *effect) / (curve + precision + 1e-9);
                    *effect += step.clamp(-1.0, 1.0);
                    if curve > 0.0 {
                        size += *effect * *effect + 1.0 / (curve + precision);
                        known += 1.0;
                    }
                }
                if let Some(kind) = kind.checked_sub(1) {
                    self.precision[kind] = known / size;
                }
            }
        }
    }

    fn see(&self, date: i64, cells: &[(u32, u32)]) -> Seen {
        let mut seen = Seen { all: 0.0, expected: 0.0, variance: 0.0, missed: 0.0 };
        for (cell, &(count, missed)) in cells.iter().enumerate().filter(|(_, cell)| cell.0 > 0) {
            let p = logistic(self.odds(weekday(date), cell));
            let count = f64::from(count);
            seen.all += count;
            seen.expected += count * p;
            seen.variance += count * p * (1.0 - p);
            seen.missed += f64::from(missed);
        }
        seen
    }

    /// Appointments of the leads and services that `of` wants.
    fn counted(&self, of: &dyn Fn(usize, usize) -> bool) -> f64 {
        self.wanted(of).map(|(_, cell)| cell.0).sum()
    }

    fn wanted<'a>(
        &'a self,
        of: &'a dyn Fn(usize, usize) -> bool,
    ) -> impl Iterator<Item = (usize, (f64, f64))> + 'a {
        let services = self.services;
        let cells = self.cells.iter().copied().enumerate().filter(|(_, cell)| cell.0 > 0.0);
        cells.filter(move |(cell, _)| of(cell / services % LEADS, cell % services))
    }

    /// Share of no-shows at a level, of the leads and services that `of` wants.
    fn share(&self, level: Level, of: &dyn Fn(usize, usize) -> bool) -> Estimate {
        let (mut all, mut missed, mut variance) = (0.0, 0.0, 0.0);
        let of_day = LEADS * self.services;
        for (cell, (count, _)) in self.wanted(of) {
            let p = logistic(self.odds(cell / of_day, cell % of_day) + level.mean);
            all += count;
            missed += count * p;
            variance += count * p * (1.0 - p);
        }
        let share = missed / all;
        let plain = (share * (1.0 - share)).max(1e-12);
        // Of the effects, as if each were known from its own appointments, and of the level.
        let sd = (1.0 / (variance + 2.0) + level.variance).sqrt();
        let odds = (share / (1.0 - share)).ln();
        let slope = variance / all / plain;
        let at = |z: f64| logistic(odds + z * sd * slope);
        Estimate { value: share, low: at(-NINETY), high: at(NINETY) }
    }
}

impl Noise {
    /// The most likely one of a grid; around `near`, where something is known.
    fn fitted(seen: &[(i64, Seen)], near: Option<Self>) -> Self {
        let close = |sd: f64| near.is_none_or(|near| (near.day.sqrt() - sd).abs() < 0.16);
        let mut best = (f64::NEG_INFINITY, Self { day: 0.0, drift: 0.0 });
        for (noise, prior) in Self::grid().filter(|(noise, _)| close(noise.day.sqrt())) {
            let score = filter(seen, noise).1 + prior;
            if score > best.0 {
                best = (score, noise);
            }
        }
        best.1
    }

    /// The level on the day after the last, over all that the noise may be.
    fn averaged(seen: &[(i64, Seen)]) -> Level {
        let levels: Vec<(Level, f64)> = Self::grid()
            .map(|(noise, prior)| {
                let (level, score) = filter(seen, noise);
                (level, score + prior)
            })
            .collect();
        let best = levels.iter().map(|level| level.1).fold(f64::NEG_INFINITY, f64::max);
        let weighted = || levels.iter().map(|(level, score)| (level, (score - best).exp()));
        let all: f64 = weighted().map(|(_, weight)| weight).sum();
        let mean = weighted().map(|(level, weight)| weight * level.mean).sum::<f64>() / all;
        let square = |(level, weight): (&Level, f64)| {
            weight * (level.variance + (level.mean - mean).powi(2))
        };
        Level { mean, variance: weighted().map(square).sum::<f64>() / all }
    }

    /// What is tried, with its prior: days do differ a little, and levels do drift.
    fn grid() -> impl Iterator<Item = (Self, f64)> {
        const DAYS: [f64; 11] = [0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 1.0];
        const DRIFTS: [f64; 7] = [0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1];
        DAYS.into_iter().flat_map(|day| {
            DRIFTS.into_iter().map(move |drift| {
                let prior = -(day - 0.15).abs() * 2.0 - drift * 15.0;
                (Self { day: day * day, drift: drift * drift }, prior)
            })
        })
    }
}

/// Follows the level through the days; the level on the day after the last, and the log likelihood.
fn filter(seen: &[(i64, Seen)], noise: Noise) -> (Level, f64) {
    let mut level = Level { mean: 0.0, variance: 0.25 };
    let mut score = 0.0;
    let mut before = None;
    for &(date, day) in seen {
        if let Some(before) = before {
            level.variance += noise.drift * (date - before) as f64;
        }
        before = Some(date);
        if day.all < 1.0 {
            continue;
        }
        let (expected, variance) = day.at(level.mean);
        let variance = variance.max(1e-9);
        let surprise = (day.missed - expected) / variance;
        let spread = level.variance + 1.0 / variance + noise.day;
        score -= 0.5 * (spread.ln() + surprise * surprise / spread);
        let gain = level.variance / spread;
        level.mean += gain * surprise;
        level.variance *= 1.0 - gain;
    }
    level.variance += noise.drift;
    (level, score)
}

/// The 90 % interval of a day's no-shows: a mixture of sums of Bernoulli variables, by the normal
/// approximation, over the levels that are possible.
fn interval(today: &Seen, level: Level, noise: Noise) -> (f64, f64) {
    const NODES: i32 = 10;
    let sd = (level.variance + noise.day).sqrt();
    let nodes: Vec<(f64, f64, f64)> = (-NODES..=NODES)
        .map(|node| {
            let z = f64::from(node) * 0.35;
            let (mean, variance) = today.at(level.mean + z * sd);
            ((-0.5 * z * z).exp(), mean, variance.max(1e-9).sqrt())
        })
        .collect();
    let weight: f64 = nodes.iter().map(|node| node.0).sum();
    let below = |count: f64| {
        let parts = nodes.iter().map(|(w, mean, sd)| w * normal_below((count + 0.5 - mean) / sd));
        parts.sum::<f64>() / weight
    };
    let mut low = 0.0;
    while below(low) < 0.05 && low < today.all {
        low += 1.0;
    }
    let mut high = low;
    while below(high) < 0.95 && high < today.all {
        high += 1.0;
    }
    (low, high)
}

/// The line that has the share `mean` at a lead of `middle` weeks and rises by `slope` a week, or by less
/// where it would be below 0 at no lead: share at no lead, and what a week adds.
fn through(mean: f64, slope: f64, middle: f64) -> (f64, f64) {
    let mean = mean.clamp(0.0, 1.0);
    let at_zero = mean - slope * middle;
    if at_zero < 0.0 { (0.0, mean / middle) } else { (at_zero, slope) }
}

/// The line closest to the shares by lead: share at no lead, and what a week adds. It neither falls with
/// the lead nor is below 0 at no lead, and where the closest one would be, what is changed turns around
/// the mean lead, so that as many do not come by the line as by the shares.
fn line(by_lead: &[LeadShare], level_sd: f64) -> (Estimate, Estimate) {
    let known: Vec<(f64, f64, f64)> = by_lead
        .iter()
        .filter(|lead| lead.bucket < LEADS - 1)
        .map(|lead| (lead.count as f64, lead.mean_days / 7.0, lead.share.value))
        .collect();
    let all: f64 = by_lead.iter().map(|lead| lead.count as f64).sum();
    let overall =
        by_lead.iter().map(|lead| lead.count as f64 * lead.share.value).sum::<f64>() / all;
    let plain = (overall * (1.0 - overall)).max(1e-9);
    let weight: f64 = known.iter().map(|(count, ..)| count).sum();
    let middle = known.iter().map(|(count, at, _)| count * at).sum::<f64>() / weight.max(1.0);
    let square: f64 = known.iter().map(|(n, at, _)| n * (at - middle).powi(2)).sum();
    let level_sd = level_sd * plain;
    if square <= 0.0 {
        let sd = (plain / all + level_sd * level_sd).sqrt();
        return (Estimate::normal(overall, sd).within(0.0, 1.0), Estimate::default());
    }
    let mean = known.iter().map(|(n, _, share)| n * share).sum::<f64>() / weight;
    let slope =
        known.iter().map(|(n, at, share)| n * (at - middle) * (share - mean)).sum::<f64>() / square;
    let (at_zero, slope) = through(mean, slope.max(0.0), middle);
    let slope_sd = (plain / square).sqrt();
    let sd = (plain / weight + (middle * slope_sd).powi(2) + level_sd * level_sd).sqrt();
    (
        Estimate::normal(at_zero, sd).within(0.0, 1.0),
        Estimate::normal(slope, slope_sd).within(0.0, 1.0),
    )
}

impl NoShows {
    /// The line as it may be in truth: what it is at no lead, and what a week adds.
    pub(super) fn draw(&self, random: &mut Random) -> (f64, f64) {
        let (at_zero, slope) = self.line;
        let sd = |estimate: Estimate| (estimate.high - estimate.low) / (2.0 * NINETY);
        // Its interval is cut off at 0, so that only what is above tells how wide it is.
        let slope_sd = (slope.high - slope.value) / NINETY;
        let drawn = (slope.value + slope_sd * random.normal()).clamp(0.0, 1.0);
        // The line turns around its middle, where it is known best.
        let known: Vec<&LeadShare> = self.by_lead.iter().filter(|l| l.bucket < LEADS - 1).collect();
        let weight: f64 = known.iter().map(|lead| lead.count as f64).sum();
        let middle =
            known.iter().map(|l| l.count as f64 * l.mean_days / 7.0).sum::<f64>() / weight.max(1.0);
        let overall = sd(self.share) * random.normal();
        through(at_zero.value + overall + slope.value * middle, drawn, middle)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Shares by weeks of lead, each of so many appointments.
    fn shares(of: &[(f64, u64, f64)]) -> Vec<LeadShare> {
        let one = |(bucket, &(weeks, count, share)): (usize, &(f64, u64, f64))| LeadShare {
            bucket,
            count,
            mean_days: weeks * 7.0,
            share: Estimate { value: share, low: share, high: share },
        };
        of.iter().enumerate().map(one).collect()
    }

    /// How many do not come, by the shares and by the line.
    fn missed(of: &[LeadShare], line: (f64, f64)) -> (f64, f64) {
        of.iter().fold((0.0, 0.0), |sum, lead| {
            let count = lead.count as f64;
            let by_line = line.0 + line.1 * lead.mean_days / 7.0;
            (sum.0 + count * lead.share.value, sum.1 + count * by_line)
        })
    }

    #[test]
    fn a_line_has_as_many_no_shows_as_the_shares() {
        for (case, rises) in [
            // Straight; as good as nobody early, and ever more later; falling; the same everywhere.
            (vec![(0.0, 300, 0.08), (1.0, 400, 0.10), (4.0, 200, 0.16), (6.0, 100, 0.20)], true),
            (vec![(0.0, 300, 0.001), (1.0, 400, 0.002), (4.0, 200, 0.2), (6.0, 900, 0.5)], true),
            (vec![(0.0, 300, 0.3), (1.0, 400, 0.2), (4.0, 200, 0.1)], false),
            (vec![(0.5, 300, 0.1), (2.0, 400, 0.1)], false),
        ] {
            let of = shares(&case);
            let (at_zero, slope) = line(&of, 0.1);
            assert!(at_zero.value >= 0.0 && slope.value >= 0.0, "{case:?}");
            assert_eq!(slope.value > 1e-9, rises, "{case:?}: {slope:?}");
            let (shares, by_line) = missed(&of, (at_zero.value, slope.value));
            assert!((shares - by_line).abs() < 1e-6 * shares, "{case:?}: {shares} and {by_line}");
        }
        let straight = shares(&[(0.0, 300, 0.08), (1.0, 400, 0.10), (4.0, 200, 0.16)]);
        let (at_zero, slope) = line(&straight, 0.1);
        assert!((at_zero.value - 0.08).abs() < 1e-9 && (slope.value - 0.02).abs() < 1e-9);
    }

    #[test]
    fn draws_of_the_line_have_as_many_no_shows_as_the_shares_on_average() {
        // At no lead the line is at 0, so that half of the draws would be below.
        let by_lead =
            shares(&[(0.0, 300, 0.0), (1.0, 400, 0.002), (4.0, 200, 0.2), (6.0, 900, 0.5)]);
        let known = Estimate::normal(0.2772, 0.01);
        let no_shows = NoShows {
            appointments: 1800,
            missed: 490,
            share: known,
            line: line(&by_lead, 0.1),
            by_lead,
            by_service: Vec::new(),
            day_sd: 0.1,
            drift_sd: 0.1,
            trial: None,
        };
        let mut random = Random::new(3);
        let mut mean = 0.0;
        for _ in 0..4000 {
            let (at_zero, slope) = no_shows.draw(&mut random);
            assert!((0.0..=1.0).contains(&at_zero) && slope >= 0.0);
            mean += missed(&no_shows.by_lead, (at_zero, slope)).1 / 4000.0;
        }
        let shares = missed(&no_shows.by_lead, (0.0, 0.0)).0;
        assert!((mean - shares).abs() < 0.01 * shares, "{mean} and {shares}");
    }
}
