//! How long services take, by service and persons, pooled so that ten rows do not speak like a
//! thousand. Clerks are counted, never compared.
//!
//! The logarithms of a group's lengths are normal; the means of groups scatter around the planned
//! minutes times a factor common to all, and their variances around a common one. Gamma
//! distributions compete by the log score of days that were left out.

use std::collections::BTreeMap;

use serde::Serialize;

use super::estimate::Estimate;
use super::math::{NINETY, Random, digamma, ln_gamma, normal_quantile, trigamma};
use super::visit::{DAY, MINUTE, PlannedService};

const FOLDS: usize = 5;
/// Bins of the logarithm of a length, from a second to eight hours.
const BINS: usize = 400;
/// Shorter and longer ones are a mistake of the log.
const SHORTEST: i64 = 1000;
const LONGEST: i64 = 8 * 60 * MINUTE;
/// Nothing about speed rests on fewer clerks.
pub const LEAST_CLERKS: usize = 5;
/// Variance of the logarithm where nothing is known: a coefficient of variation of 0.5.
const PRIOR_VARIANCE: f64 = 0.223_143_551_314_209_76;
/// What the common variance counts for, in rows.
const PRIOR_ROWS: f64 = 8.0;

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    count: f64,
    minutes: f64,
    log: f64,
    square: f64,
}

impl Sums {
    fn plus(self, other: Self, sign: f64) -> Self {
        Self {
            count: self.count + sign * other.count,
            minutes: self.minutes + sign * other.minutes,
            log: self.log + sign * other.log,
            square: self.square + sign * other.square,
        }
    }

    fn mean_log(&self) -> f64 {
        self.log / self.count
    }

    /// Around the mean.
    fn squares(&self) -> f64 {
        (self.square - self.log * self.log / self.count).max(0.0)
    }
}

#[derive(Debug, Clone)]
struct Group {
    folds: [Sums; FOLDS],
    bins: Vec<u32>,
}

impl Group {
    fn sums(&self) -> Sums {
        self.folds.iter().fold(Sums::default(), |sum, fold| sum.plus(*fold, 1.0))
    }

    /// Minutes that a share of the visits needs at most, as they were measured.
    fn quantile(&self, share: f64) -> f64 {
        let all: f64 = self.bins.iter().map(|&n| f64::from(n)).sum();
        let mut below = 0.0;
        for (bin, &count) in self.bins.iter().enumerate() {
            let count = f64::from(count);
            if count > 0.0 && below + count >= share * all {
                let part = (share * all - below) / count;
                return ((bin as f64 + part) / BINS as f64 * log_range()).exp() / 60.0;
            }
            below += count;
        }
        0.0
    }
}

fn log_range() -> f64 {
    ((LONGEST / SHORTEST) as f64).ln()
}

/// Lengths by service and persons.
#[derive(Debug, Clone)]
pub(super) struct DurationCounts {
    /// By service, then persons less one.
    groups: Vec<Vec<Group>>,
    /// By service: visits of each clerk.
    clerks: Vec<BTreeMap<u32, u64>>,
    unnamed: Vec<u64>,
    /// Lengths of no second, or more than eight hours.
    pub(super) left_out: u64,
}

/// Which distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DurationShape {
    /// Lognormal.
    Lognormal,
    /// Gamma.
    Gamma,
}

/// How long a service takes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceDurations {
    /// Index of the service.
    pub service: usize,
    /// Visits that were measured.
    pub count: u64,
    /// Why the planned minutes stand; `None` where what was measured does.
    pub withheld: Option<Withheld>,
    /// The distribution that scores best on days that were left out.
    pub shape: DurationShape,
    /// Log score a visit that it gains over the other one; 0 where there are too few visits to say.
    pub gain: f64,
    /// By persons, from one on; those that were seen, or one person.
    pub persons: Vec<PersonsDuration>,
}

/// Why nothing is said about a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Withheld {
    /// Nobody was measured.
    NoVisit,
    /// The log does not say who served, so that it may be fewer than five clerks.
    ClerksUnknown,
    /// Fewer than five clerks, or most visits by one of them.
    FewClerks,
}

/// How long a service takes with so many persons.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct PersonsDuration {
    /// Persons.
    pub persons: u32,
    /// Visits that were measured.
    pub count: u64,
    /// Mean in minutes.
    pub mean: Estimate,
    /// Standard deviation over mean.
    pub cv: Estimate,
    /// Minutes that suffice for the share of visits that was asked for.
    pub suffices: f64,
    /// The same as it was measured, where there are enough visits.
    pub measured: Option<f64>,
    /// Mean and standard deviation of the posterior of the mean logarithm, and its variance with
    /// the degrees of freedom.
    #[serde(skip)]
    posterior: (f64, f64, f64, f64),
}

impl DurationCounts {
    pub(super) fn new(services: &[PlannedService]) -> Self {
        let group = Group { folds: [Sums::default(); FOLDS], bins: vec![0; BINS] };
        let groups = services.iter();
        Self {
            groups: groups
                .map(|s| vec![group.clone(); s.max_persons.clamp(1, 20) as usize])
                .collect(),
            clerks: vec![BTreeMap::new(); services.len()],
            unnamed: vec![0; services.len()],
            left_out: 0,
        }
    }

    pub(super) fn add(
        &mut self,
        service: usize,
        persons: u32,
        called: i64,
        length: i64,
        clerk: Option<u32>,
    ) {
        if !(SHORTEST..LONGEST).contains(&length) {
            self.left_out += 1;
            return;
        }
        match clerk {
            Some(clerk) => *self.clerks[service].entry(clerk).or_insert(0) += 1,
            None => self.unnamed[service] += 1,
        }
        let groups = &mut self.groups[service];
        let last = groups.len() - 1;
        let group = &mut groups[(persons.max(1) as usize - 1).min(last)];
        let minutes = length as f64 / MINUTE as f64;
        let log = minutes.ln();
        let fold = called.div_euclid(DAY).rem_euclid(FOLDS as i64) as usize;
        group.folds[fold] =
            group.folds[fold].plus(Sums { count: 1.0, minutes, log, square: log * log }, 1.0);
        let bin = (length as f64 / SHORTEST as f64).ln() / log_range() * BINS as f64;
        group.bins[(bin as usize).min(BINS - 1)] += 1;
    }

    fn withheld(&self, service: usize, at_least: usize) -> Option<Withheld> {
        let named: u64 = self.clerks[service].values().sum();
        if named + self.unnamed[service] == 0 {
            return Some(Withheld::NoVisit);
        }
        if at_least >= LEAST_CLERKS && named == 0 {
            return None;
        }
        if named < self.unnamed[service] {
            return Some(Withheld::ClerksUnknown);
        }
        let most = self.clerks[service].values().copied().max().unwrap_or(0);
        let few = self.clerks[service].len() < LEAST_CLERKS || 2 * most > named;
        few.then_some(Withheld::FewClerks)
    }

    /// `suffices` is the share of visits that a slot must suffice for; `clerks` how many served at
    /// least, where the log does not name them.
    pub(super) fn estimate(
        &self,
        services: &[PlannedService],
        suffices: f64,
        clerks: usize,
    ) -> Vec<ServiceDurations> {
        let withheld: Vec<_> = (0..services.len()).map(|s| self.withheld(s, clerks)).collect();
        let open = |service: &usize| withheld[*service].is_none();
        let seen = (0..services.len()).filter(open).flat_map(|service| {
            let groups = self.groups[service].iter().enumerate();
            groups.map(move |(more, group)| (planned(services[service], more), group.sums()))
        });
        let seen: Vec<(f64, Sums)> = seen.filter(|(_, sums)| sums.count > 0.0).collect();
        let common = Common::of(&seen);
        (0..services.len())
            .map(|service| {
                let allowed = withheld[service].is_none();
                let groups = self.groups[service].iter().enumerate();
                let persons = groups
                    .map(|(more, group)| {
                        let sums = if allowed { group.sums() } else { Sums::default() };
                        (more, group, sums)
                    })
                    .filter(|(more, _, sums)| *more == 0 || sums.count > 0.0);
                let (shape, gain) =
                    if allowed { self.shape(service) } else { (DurationShape::Lognormal, 0.0) };
                let persons = persons.map(|(more, group, sums)| {
                    let common = if allowed { common } else { Common::unknown() };
                    let prior = planned(services[service], more);
                    persons_duration(more, &sums, prior, common, shape, (suffices, group))
                });
                let counts = self.groups[service].iter().map(|group| group.sums().count as u64);
                ServiceDurations {
                    service,
                    count: counts.sum(),
                    withheld: withheld[service],
                    shape,
                    gain,
                    persons: persons.collect(),
                }
            })
            .collect()
    }

    /// The distribution whose log score on days that were left out is best.
    fn shape(&self, service: usize) -> (DurationShape, f64) {
        /// Fewer say nothing about the shape.
        const LEAST: f64 = 200.0;
        let (mut scores, mut count) = ([0.0; 2], 0.0);
        for group in &self.groups[service] {
            let all = group.sums();
            if all.count < LEAST {
                continue;
            }
            count += all.count;
            for fold in group.folds.iter().filter(|fold| fold.count > 0.0) {
                let rest = all.plus(*fold, -1.0);
                if rest.count >= LEAST / 2.0 {
                    scores[0] += lognormal_score(&rest, fold);
                    scores[1] += gamma_score(&rest, fold);
                }
            }
        }
        let gain = if count > 0.0 { (scores[0] - scores[1]) / count } else { 0.0 };
        if gain < 0.0 { (DurationShape::Gamma, -gain) } else { (DurationShape::Lognormal, gain) }
    }
}

/// Planned minutes with `more` persons than one.
fn planned(service: PlannedService, more: usize) -> f64 {
    f64::from(service.minutes.max(1) + service.extra_person_minutes * more as u32)
}

/// What all groups share.
#[derive(Debug, Clone, Copy)]
struct Common {
    /// Logarithm of a mean length over planned minutes.
    offset: f64,
    /// Variance of groups around it.
    between: f64,
    /// Variance of the logarithm within a group.
    within: f64,
}

impl Common {
    fn unknown() -> Self {
        Self { offset: -PRIOR_VARIANCE / 2.0, between: 0.09, within: PRIOR_VARIANCE }
    }

    fn of(groups: &[(f64, Sums)]) -> Self {
        /// A group of fewer says little about how groups differ.
        const LEAST: f64 = 20.0;
        let unknown = Self::unknown();
        let squares: f64 = groups.iter().map(|(_, sums)| sums.squares()).sum();
        let freedom: f64 = groups.iter().map(|(_, sums)| (sums.count - 1.0).max(0.0)).sum();
        let within = (squares + PRIOR_ROWS * unknown.within) / (freedom + PRIOR_ROWS);
        let large: Vec<(f64, f64)> = groups
            .iter()
            .filter(|(_, sums)| sums.count >= LEAST)
            .map(|(planned, sums)| (sums.mean_log() - planned.ln(), within / sums.count))
            .collect();
        if large.len() < 3 {
            return Self { within, ..unknown };
        }
        let plain = large.iter().map(|(y, _)| y).sum::<f64>() / large.len() as f64;
        let scatter =
            large.iter().map(|(y, _)| (y - plain).powi(2)).sum::<f64>() / (large.len() - 1) as f64;
        let noise = large.iter().map(|(_, v)| v).sum::<f64>() / large.len() as f64;
        let between = (scatter - noise).max(0.01);
        let weight = |v: f64| 1.0 / (v + between);
        let all: f64 = large.iter().map(|&(_, v)| weight(v)).sum();
        let offset = large.iter().map(|&(y, v)| weight(v) * y).sum::<f64>() / all;
        Self { offset, between, within }
    }
}

fn persons_duration(
    more: usize,
    sums: &Sums,
    planned: f64,
    common: Common,
    shape: DurationShape,
    (share, group): (f64, &Group),
) -> PersonsDuration {
    /// Enough visits for a quantile as it was measured.
    const ENOUGH: f64 = 200.0;
    let count = sums.count;
    let squares = if count > 0.0 { sums.squares() } else { 0.0 };
    let freedom = PRIOR_ROWS + (count - 1.0).max(0.0);
    let variance = (PRIOR_ROWS * common.within + squares) / freedom;
    let prior = planned.ln() + common.offset;
    let (precision, own) = (1.0 / common.between, count / variance);
    let own_mean = if count > 0.0 { sums.mean_log() } else { prior };
    let location = (precision * prior + own * own_mean) / (precision + own);
    let sd = 1.0 / (precision + own).sqrt();
    let (mean, cv, fitted) = match shape {
        DurationShape::Gamma if count >= ENOUGH => gamma_figures(sums, share),
        _ => {
            let mean = (location + variance / 2.0).exp();
            let mean_sd = (sd * sd + variance * variance / (2.0 * freedom)).sqrt();
            let cv = |variance: f64| (variance.exp() - 1.0).sqrt();
            let wide = NINETY * (2.0 / freedom).sqrt();
            let cv = Estimate {
                value: cv(variance),
                low: cv(variance * (-wide).exp()),
                high: cv(variance * wide.exp()),
            };
            let fitted = (location + normal_quantile(share) * variance.sqrt()).exp();
            (Estimate::log_normal(mean, mean_sd), cv, fitted)
        }
    };
    let measured = (count >= ENOUGH).then(|| group.quantile(share));
    PersonsDuration {
        persons: more as u32 + 1,
        count: count as u64,
        mean,
        cv,
        suffices: measured.unwrap_or(fitted),
        measured,
        posterior: (location, sd, variance, freedom),
    }
}

/// The shape of greatest likelihood.
fn gamma_shape(sums: &Sums) -> f64 {
    let excess = ((sums.minutes / sums.count).ln() - sums.mean_log()).max(1e-9);
    let mut shape =
        (3.0 - excess + ((excess - 3.0).powi(2) + 24.0 * excess).sqrt()) / (12.0 * excess);
    for _ in 0..20 {
        let slope = 1.0 / shape - trigamma(shape);
        shape = (shape - (shape.ln() - digamma(shape) - excess) / slope).max(1e-3);
    }
    shape
}

fn gamma_figures(sums: &Sums, share: f64) -> (Estimate, Estimate, f64) {
    let (shape, mean) = (gamma_shape(sums), sums.minutes / sums.count);
    let sd = 1.0 / (shape * sums.count).sqrt();
    let information = trigamma(shape) - 1.0 / shape;
    let shape_sd = 1.0 / (sums.count * information).sqrt();
    let cv = Estimate::log_normal(shape.powf(-0.5), shape_sd / shape / 2.0);
    let z = normal_quantile(share);
    let fitted = mean * (1.0 - 1.0 / (9.0 * shape) + z / (3.0 * shape.sqrt())).max(0.0).powi(3);
    (Estimate::log_normal(mean, sd), cv, fitted)
}

fn lognormal_score(rest: &Sums, fold: &Sums) -> f64 {
    let (mean, variance) = (rest.mean_log(), rest.squares() / rest.count);
    let squares = fold.square - 2.0 * mean * fold.log + fold.count * mean * mean;
    let constant = (2.0 * std::f64::consts::PI * variance).ln() / 2.0;
    -fold.log - fold.count * constant - squares / (2.0 * variance)
}

fn gamma_score(rest: &Sums, fold: &Sums) -> f64 {
    let shape = gamma_shape(rest);
    let rate = shape * rest.count / rest.minutes;
    fold.count * (shape * rate.ln() - ln_gamma(shape)) + (shape - 1.0) * fold.log
        - rate * fold.minutes
}

impl ServiceDurations {
    /// Mean over the estimated mean, and coefficient of variation, of one person, as they may be in
    /// truth.
    pub(super) fn draw(&self, random: &mut Random) -> (f64, f64) {
        let Some(one) = self.persons.first() else { return (1.0, 0.5) };
        if self.shape == DurationShape::Gamma && one.measured.is_some() {
            let sd = |estimate: Estimate| (estimate.high / estimate.low).ln() / (2.0 * NINETY);
            let factor = (sd(one.mean) * random.normal()).exp();
            return (factor, one.cv.value * (sd(one.cv) * random.normal()).exp());
        }
        let (location, sd, variance, freedom) = one.posterior;
        let drawn = variance * freedom / (2.0 * random.gamma(freedom / 2.0));
        let location_drawn = location + sd * random.normal();
        let factor = (location_drawn + drawn / 2.0 - location - variance / 2.0).exp();
        (factor, (drawn.exp() - 1.0).sqrt())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::learn::math::greatest;

    #[test]
    fn the_shape_of_greatest_likelihood_is_found() {
        let mut random = Random::new(3);
        let mut sums = Sums::default();
        for _ in 0..200_000 {
            let minutes = random.gamma(3.0) * 4.0;
            let log = minutes.ln();
            sums = sums.plus(Sums { count: 1.0, minutes, log, square: log * log }, 1.0);
        }
        assert!((gamma_shape(&sums) - 3.0).abs() < 0.03);
        let by_hand = greatest(1.0, 8.0, |shape| {
            let rate = shape * sums.count / sums.minutes;
            sums.count * (shape * rate.ln() - ln_gamma(shape)) + (shape - 1.0) * sums.log
                - rate * sums.minutes
        });
        assert!((gamma_shape(&sums) - by_hand).abs() < 1e-4);
    }
}
