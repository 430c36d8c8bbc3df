//! How people with an appointment come, and how long those without wait before they go.

use serde::Serialize;

use super::estimate::Estimate;
use super::math::{NINETY, Random, normal_below, normal_density};
use super::visit::MINUTE;

const BIN: i64 = MINUTE / 4;
const REACH: i64 = 240 * MINUTE;
const BINS: usize = (2 * REACH / BIN) as usize;

/// Arrivals less the time of the appointment, in bins of a quarter of a minute.
#[derive(Debug, Clone)]
pub(super) struct LatenessCounts {
    bins: Vec<u64>,
    beyond: u64,
}

/// When people with an appointment come: normal, but nobody earlier than a bound, at which whoever
/// would be earlier comes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Lateness {
    /// Arrivals.
    pub count: u64,
    /// Arrivals more than four hours away from the appointment, which are left out.
    pub left_out: u64,
    /// Minutes after the appointment; negative for early.
    pub mean: Estimate,
    /// Standard deviation in minutes.
    pub sd: Estimate,
    /// Minutes ahead of the appointment before which hardly anybody comes.
    pub most_early: f64,
}

impl LatenessCounts {
    pub(super) fn new() -> Self {
        Self { bins: vec![0; BINS], beyond: 0 }
    }

    pub(super) fn add(&mut self, late: i64) {
        match usize::try_from((late + REACH).div_euclid(BIN)) {
            Ok(bin) if bin < BINS => self.bins[bin] += 1,
            _ => self.beyond += 1,
        }
    }

    pub(super) fn estimate(&self) -> Option<Lateness> {
        /// A bound shows where this share comes within one bin.
        const CLUMP: f64 = 0.01;
        const LEAST: u64 = 20;
        let count: u64 = self.bins.iter().sum();
        if count < LEAST {
            return None;
        }
        let minutes = |bin: usize| (bin as f64 + 0.5) / 4.0 - 240.0;
        let first = self.bins.iter().position(|&n| n > 0)?;
        let clump = self.bins[first..].iter().take(2).sum::<u64>() as f64 >= CLUMP * count as f64;
        // Without a clump, the earliest two hundredth are as good as bounded.
        let mut bound =
            first + usize::from(clump && self.bins.get(first + 1).is_some_and(|&n| n > 0));
        if !clump {
            let mut below = 0;
            bound = first;
            while (below + self.bins[bound]) * 200 < count {
                below += self.bins[bound];
                bound += 1;
            }
        }
        let early: u64 = self.bins[..=bound].iter().sum();
        let (mut sum, mut square) = (0.0, 0.0);
        for (bin, &n) in self.bins.iter().enumerate().skip(bound + 1) {
            sum += n as f64 * minutes(bin);
            square += n as f64 * minutes(bin).powi(2);
        }
        let edge = minutes(bound) + 0.125;
        let (mean, sd) = censored(early as f64, edge, (count - early) as f64, (sum, square))?;
        let n = count as f64;
        Some(Lateness {
            count,
            left_out: self.beyond,
            mean: Estimate::normal(mean, sd / n.sqrt()),
            sd: Estimate::normal(sd, sd / (2.0 * n).sqrt()),
            most_early: if clump { -(minutes(first)) } else { -edge }.max(0.0),
        })
    }
}

/// Mean and standard deviation of a normal distribution of which `early` values are known to be at
/// most `edge`: expectation and maximisation in turns.
fn censored(early: f64, edge: f64, count: f64, (sum, square): (f64, f64)) -> Option<(f64, f64)> {
    if count < 2.0 {
        return None;
    }
    let mut mean = sum / count;
    let mut sd = (square / count - mean * mean).max(1e-4).sqrt();
    for _ in 0..200 {
        let z = (edge - mean) / sd;
        let below = normal_below(z).max(1e-300);
        let ratio = normal_density(z) / below;
        let (first, second) =
            (mean - sd * ratio, mean * mean + sd * sd - sd * ratio * (edge + mean));
        let all = early + count;
        mean = (sum + early * first) / all;
        sd = ((square + early * second) / all - mean * mean).max(1e-4).sqrt();
    }
    Some((mean, sd))
}

impl Lateness {
    pub(super) fn draw(&self, random: &mut Random) -> (f64, f64) {
        let sd = |estimate: Estimate| (estimate.high - estimate.low) / (2.0 * NINETY);
        let mean = self.mean.value + sd(self.mean) * random.normal();
        (mean, (self.sd.value + sd(self.sd) * random.normal()).max(0.0))
    }
}

/// Walk-ins who waited: whoever was served would have waited longer.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct PatienceCounts {
    /// Who left after a wait that is known.
    left: u64,
    /// Who left, and nobody knows when.
    unknown: u64,
    /// All waits together, in minutes.
    waited: f64,
}

/// How long walk-ins wait before they go: exponential, from waits that being served cut short.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Patience {
    /// Who left after a wait that is known.
    pub left: u64,
    /// Who left, and the log does not say when.
    pub unknown: u64,
    /// Mean in minutes; `None` where hardly anybody left.
    pub mean: Option<Estimate>,
}

impl PatienceCounts {
    pub(super) fn served(&mut self, wait: i64) {
        self.waited += wait.max(0) as f64 / MINUTE as f64;
    }

    /// Whoever leaves at once was turned away, and says nothing about patience.
    pub(super) fn left(&mut self, wait: Option<i64>) {
        match wait {
            Some(wait) if wait >= 1000 => {
                self.left += 1;
                self.waited += wait as f64 / MINUTE as f64;
            }
            Some(_) => {}
            None => self.unknown += 1,
        }
    }

    pub(super) fn estimate(&self) -> Patience {
        const LEAST: u64 = 5;
        // Who left at an unknown time waited as long as the others did.
        let known = self.left.max(1) as f64;
        let all = (self.left + self.unknown) as f64;
        let mean = (self.left >= LEAST && self.waited > 0.0).then(|| {
            let rate = Estimate::gamma(all / self.waited, all / self.waited / known.sqrt());
            Estimate {
                value: 1.0 / rate.value,
                low: 1.0 / rate.high,
                high: 1.0 / rate.low.max(1e-9),
            }
        });
        Patience { left: self.left, unknown: self.unknown, mean }
    }
}
