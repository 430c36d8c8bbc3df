//! Random numbers of the search: portable, so that a seed means the same everywhere.

use rand::{Rng, SeedableRng, rngs::Xoshiro256PlusPlus};

#[derive(Debug)]
pub(super) struct Random(Xoshiro256PlusPlus);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(Xoshiro256PlusPlus::seed_from_u64(seed))
    }

    /// A number in `0..n`; 0 for `n = 0`.
    #[inline]
    pub(super) fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.0.next_u64()) * n as u128) >> 64) as usize
    }
}
