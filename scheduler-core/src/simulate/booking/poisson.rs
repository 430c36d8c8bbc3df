//! Poisson counts from one random number, so that a larger mean never gives a smaller count.

use super::choice::Choice;

/// A Poisson distribution, ready for drawing by inversion.
#[derive(Debug, Clone)]
pub(super) struct Poisson {
    /// The least count that is ever drawn.
    first: u32,
    /// By P(D ≤ count) from there on.
    counts: Choice,
}

impl Poisson {
    /// With `mean` up to some 1e9; 0 where it is not positive.
    pub(super) fn new(mean: f64) -> Self {
        let mean = mean.max(0.0);
        // What lies further out than this has a probability below 1e-18.
        let reach = 9.0 * mean.sqrt() + 20.0;
        let first = (mean - reach).max(0.0).floor();
        let mode = (mean.floor() - first) as usize;
        let mut below = vec![0.0; mode + reach.ceil() as usize + 1];
        below[mode] = 1.0;
        for k in (0..mode).rev() {
            below[k] = below[k + 1] * (first + (k + 1) as f64) / mean;
        }
        for k in mode + 1..below.len() {
            below[k] = below[k - 1] * mean / (first + k as f64);
        }
        let total: f64 = below.iter().sum();
        let mut sum = 0.0;
        let below = below.iter().map(|value| {
            sum += value / total;
            sum
        });
        Self { first: first as u32, counts: Choice::new(below) }
    }

    /// The count for 64 random bits.
    #[inline]
    pub(super) fn draw(&self, bits: u64) -> u32 {
        self.first + self.counts.of(bits)
    }
}
