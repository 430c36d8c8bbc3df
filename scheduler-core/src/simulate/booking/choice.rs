//! One of many by a random number.

/// Limits of random numbers in ascending order, and for each of 64 equal parts of the numbers how
/// many limits lie before it, so that few remain to be looked at (a guide table: Chen and
/// Asau 1974, AIIE Transactions 6).
#[derive(Debug, Clone)]
pub(super) struct Choice {
    limits: Vec<u64>,
    guide: [u32; 1 << Self::PARTS],
}

impl Choice {
    const PARTS: u32 = 6;

    /// Of ascending `shares` of all random numbers, each with those before it.
    pub(super) fn new(shares: impl Iterator<Item = f64>) -> Self {
        let limit = |share: f64| (share.clamp(0.0, 1.0) * 64.0_f64.exp2()).ceil() as u64;
        let limits: Vec<u64> = shares.map(limit).collect();
        let before = |part: usize| {
            let from = (part as u64) << (64 - Self::PARTS);
            limits.partition_point(|&limit| limit <= from) as u32
        };
        let guide = std::array::from_fn(before);
        Self { limits, guide }
    }

    /// How many limits are at most `bits`.
    #[inline]
    pub(super) fn of(&self, bits: u64) -> u32 {
        let mut index = self.guide[(bits >> (64 - Self::PARTS)) as usize];
        while self.limits.get(index as usize).is_some_and(|&limit| limit <= bits) {
            index += 1;
        }
        index
    }
}
