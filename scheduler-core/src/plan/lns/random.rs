//! The search's random numbers: portable, so that a seed means the same plan everywhere.

use rand::{Rng, SeedableRng, rngs::Xoshiro256PlusPlus};

/// A stream of random numbers.
#[derive(Debug, Clone)]
pub(super) struct Random(Xoshiro256PlusPlus);

impl Random {
    /// The `stream`-th stream of `seed`.
    pub(super) fn new(seed: u64, stream: u64) -> Self {
        let mix = stream.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        Self(Xoshiro256PlusPlus::seed_from_u64(seed ^ mix))
    }

    /// A number in `0..n`; 0 for `n = 0`.
    #[inline]
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }

    /// A number in `[0, 1)`.
    #[inline]
    pub(super) fn unit(&mut self) -> f64 {
        (self.0.next_u64() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// True with probability `p`.
    #[inline]
    pub(super) fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }
}
