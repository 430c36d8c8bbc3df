//! Independent replications in batches, until the figures are precise enough.

use std::{num::NonZero, thread};

use scheduler_core::simulate::{random::Draws, service_day::Scratch, tally::Histogram};

use crate::cases::{Case, Simulated, SimulatedFigures, expected};

/// Something to simulate again and again.
pub(super) trait Experiment: Sync {
    /// How many sums a replication adds to.
    fn sums(&self) -> usize;

    /// Customers that one replication has to serve.
    fn customers(&self) -> f64;

    /// Runs one replication and adds what it gives to `sums` and `waits`.
    fn replicate(
        &self,
        draws: Draws,
        scratch: &mut Scratch,
        sums: &mut [f64],
        waits: &mut Histogram,
    );
}

/// Sums of batches of replications.
#[derive(Debug, Clone)]
pub(super) struct Batches {
    sums: Vec<Vec<f64>>,
    waits: Vec<Histogram>,
    /// Replications of all batches together.
    pub replications: u64,
}

const BATCHES: usize = 50;

/// The seed of all cases.
pub(super) const SEED: u64 = 20_070_915;

/// How long to simulate a case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effort {
    /// Relative standard error to reach for each figure. Rare events, below 3 %, may miss it.
    pub precision: f64,
    /// Customers after which a case stops, whatever its precision.
    pub most_customers: f64,
}

impl Default for Effort {
    fn default() -> Self {
        Self { precision: 0.0022, most_customers: 2.5e8 }
    }
}

/// Runs `experiment` until each figure that the case expects has the precision, or long enough.
pub(super) fn run(
    experiment: &impl Experiment,
    case: &Case,
    effort: Effort,
    figures: impl Fn(&Batches) -> SimulatedFigures,
) -> SimulatedFigures {
    let names = expected(case);
    let each = experiment.customers().max(1.0);
    // Cases are independent of each other: FNV-1a of the name.
    let stream = case.id.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3)
    });
    let mut batches = Batches {
        sums: vec![vec![0.0; experiment.sums()]; BATCHES],
        waits: vec![Histogram::default(); BATCHES],
        replications: 0,
    };
    // About a million customers in the first round.
    let mut more = ((effort.most_customers.min(1e6) / each / BATCHES as f64) as u64).max(1);
    loop {
        batches.extend(experiment, stream, more);
        let found = figures(&batches);
        let precise = |(name, expected): (&String, &f64)| {
            let probability = name.contains("P_");
            let rare = expected.abs() < if probability { 0.03 } else { 1e-6 };
            found.get(name).is_none_or(|found| {
                rare || found.standard_error <= effort.precision * found.value.abs()
            })
        };
        let customers = batches.replications as f64 * each;
        if names.iter().all(precise) || customers >= effort.most_customers {
            return found;
        }
        // Twice as many, or what is left.
        let left = ((effort.most_customers - customers) / each / BATCHES as f64).ceil() as u64;
        more = (batches.replications / BATCHES as u64).min(left).max(1);
    }
}

impl Batches {
    /// Adds `more` replications to each batch.
    fn extend(&mut self, experiment: &impl Experiment, stream: u64, more: u64) {
        let first = self.replications;
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        let share = BATCHES.div_ceil(threads);
        let parts = self.sums.chunks_mut(share).zip(self.waits.chunks_mut(share));
        thread::scope(|scope| {
            for (part, (sums, waits)) in parts.enumerate() {
                scope.spawn(move || {
                    let mut scratch = Scratch::new();
                    for (index, (sums, waits)) in sums.iter_mut().zip(waits).enumerate() {
                        let batch = (part * share + index) as u64;
                        for replication in first + batch * more..first + (batch + 1) * more {
                            let draws = Draws::new(SEED, replication, stream);
                            experiment.replicate(draws, &mut scratch, sums, waits);
                        }
                    }
                });
            }
        });
        self.replications += more * BATCHES as u64;
    }

    /// A figure that is a function of the sums, with its standard error by the jackknife over
    /// batches (Efron, Stein 1981, doi:10.1214/aos/1176345462).
    pub(super) fn figure(&self, of: impl Fn(&[f64]) -> f64) -> Simulated {
        let mut total = vec![0.0; self.sums[0].len()];
        for sums in &self.sums {
            total.iter_mut().zip(sums).for_each(|(total, sum)| *total += sum);
        }
        let without: Vec<f64> = self
            .sums
            .iter()
            .map(|sums| total.iter().zip(sums).map(|(total, sum)| total - sum).collect::<Vec<_>>())
            .map(|rest| of(&rest))
            .collect();
        let count = without.len() as f64;
        let mean = without.iter().sum::<f64>() / count;
        let squares: f64 = without.iter().map(|value| (value - mean).powi(2)).sum();
        Simulated { value: of(&total), standard_error: (squares * (count - 1.0) / count).sqrt() }
    }

    /// A sum for each replication.
    pub(super) fn mean(&self, sum: usize) -> Simulated {
        let each = self.replications as f64;
        let total: f64 = self.sums.iter().map(|sums| sums[sum]).sum();
        let count = self.sums.len() as f64;
        let squares: f64 = self.sums.iter().map(|sums| (sums[sum] - total / count).powi(2)).sum();
        let standard_error = (squares * count / (count - 1.0)).sqrt() / each;
        Simulated { value: total / each, standard_error }
    }

    /// One sum divided by another.
    pub(super) fn ratio(&self, over: usize, under: usize) -> Simulated {
        self.figure(|sums| sums[over] / sums[under])
    }

    /// The share of one count in another.
    pub(super) fn share(&self, over: usize, under: usize) -> Simulated {
        self.ratio(over, under).unless_rare(1.0 / self.total(under))
    }

    /// As [`Self::share`], of a sum that counts replications.
    pub(super) fn probability(&self, sum: usize) -> Simulated {
        self.mean(sum).unless_rare(1.0 / self.replications as f64)
    }

    /// A sum over all batches.
    pub(super) fn total(&self, sum: usize) -> f64 {
        self.sums.iter().map(|sums| sums[sum]).sum()
    }

    /// A quantile of the waits in milliseconds, with its standard error from the batches' own.
    pub(super) fn quantile(&self, p: f64) -> Option<Simulated> {
        let mut all = Histogram::default();
        self.waits.iter().for_each(|waits| all.add(waits));
        let own: Vec<f64> = self.waits.iter().filter_map(|waits| waits.quantile(p)).collect();
        let count = own.len() as f64;
        let mean = own.iter().sum::<f64>() / count;
        let squares: f64 = own.iter().map(|value| (value - mean).powi(2)).sum();
        let standard_error = (squares / (count - 1.0) / count).sqrt();
        Some(Simulated { value: all.quantile(p)?, standard_error })
    }
}

impl Simulated {
    /// In another unit.
    pub(super) fn times(self, factor: f64) -> Self {
        Self { value: self.value * factor, standard_error: self.standard_error * factor.abs() }
    }

    /// With a standard error that is not less than one more event, which adds `one` to the value,
    /// would make: what was never seen is not thereby impossible.
    pub(super) fn unless_rare(self, one: f64) -> Self {
        Self { standard_error: self.standard_error.max(one), ..self }
    }

    /// Moved by what is known exactly.
    pub(super) fn plus(self, offset: f64) -> Self {
        Self { value: self.value + offset, ..self }
    }
}
