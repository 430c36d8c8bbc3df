//! How to learn.

/// How to learn.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct LearnOptions {
    /// Share of the visits that a slot must be long enough for.
    pub suffices: f64,
    /// How many clerks served at least, where the history does not say.
    pub clerks: usize,
    /// Draws of the posterior.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
}

impl Default for LearnOptions {
    /// Slots that suffice for 95 % of the visits, as Berlin's agreement with its staff has it, and
    /// 40 draws.
    fn default() -> Self {
        Self { suffices: 0.95, clerks: 0, draws: 40, seed: 1 }
    }
}
