//! Counter-based random numbers: each is a function of what it is for, not of what was drawn before.
//!
//! A scenario that differs from another in one thing keeps all random numbers of the rest (common
//! random numbers), and the order of the work, or the number of threads, has no influence.
//!
//! ```
//! use scheduler_core::simulate::random::{Draws, Purpose};
//!
//! let monday = Draws::new(1, 0, 7);
//! let ill = monday.uniform(Purpose::Sick, 3, 0);
//! // Whatever else is drawn, the third clerk's luck stays the same.
//! monday.uniform(Purpose::Gap, 3, 0);
//! assert_eq!(monday.uniform(Purpose::Sick, 3, 0), ill);
//! assert!((0.0..1.0).contains(&ill));
//! ```

/// What a random number is for. Numbers for different purposes are independent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Purpose {
    /// Whether and how late somebody comes to an appointment.
    Show,
    /// Service time of an appointment.
    BookedService,
    /// Patience of somebody with an appointment.
    BookedPatience,
    /// Time between walk-ins.
    Gap,
    /// Service time of a walk-in.
    WalkInService,
    /// Patience of a walk-in.
    WalkInPatience,
    /// Who calls in sick.
    Sick,
    /// When requests for appointments come.
    Request,
    /// What a request wants.
    Wish,
    /// Which of the slots offered is taken.
    Choice,
    /// Whether and when an appointment is cancelled.
    Cancellation,
    /// How many more or fewer walk in on a day than on others.
    Crowd,
    /// Who puts themselves on a waitlist, and what they say to offers.
    Waitlist,
}

/// The random numbers of one stream (a site on a day, say) in one replication.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Draws {
    first: u64,
    second: u64,
}

/// 2^64 divided by the golden ratio, odd.
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
const FIRST: u64 = 0xbf58_476d_1ce4_e5b9;
const SECOND: u64 = 0x94d0_49bb_1331_11eb;

/// The finaliser of `SplitMix64` (variant 13 of Stafford's mixers; Steele, Lea, Flood 2014,
/// doi:10.1145/2714064.2660195): a bijection in which each bit of the input changes each bit of the
/// result with probability one half.
#[inline]
const fn mix(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(FIRST);
    bits = (bits ^ (bits >> 27)).wrapping_mul(SECOND);
    bits ^ (bits >> 31)
}

impl Draws {
    /// The random numbers of `stream` in `replication` of the run with `seed`.
    pub const fn new(seed: u64, replication: u64, stream: u64) -> Self {
        let run = mix(seed.wrapping_add(GOLDEN));
        let first = mix(run ^ replication.wrapping_mul(GOLDEN).wrapping_add(SECOND));
        let first = mix(first ^ stream.wrapping_mul(GOLDEN).wrapping_add(FIRST));
        Self { first, second: mix(first.wrapping_add(GOLDEN)) }
    }

    /// The 64 random bits for the `index`-th `purpose` of `entity`.
    ///
    /// The counter goes through `SplitMix64`'s mixer with a key before it and another in its midst,
    /// so that streams are not stretches of one sequence.
    #[inline]
    pub const fn bits(&self, purpose: Purpose, entity: u32, index: u32) -> u64 {
        let counter = (entity as u64) << 32 | index as u64;
        let key = self.first.wrapping_add((purpose as u64).wrapping_mul(SECOND));
        let mut bits = counter.wrapping_mul(GOLDEN) ^ key;
        bits = (bits ^ (bits >> 30)).wrapping_mul(FIRST) ^ self.second;
        bits = (bits ^ (bits >> 27)).wrapping_mul(SECOND);
        bits ^ (bits >> 31)
    }

    /// A number from `0.0` up to but not including `1.0` from the same bits.
    #[inline]
    pub const fn uniform(&self, purpose: Purpose, entity: u32, index: u32) -> f64 {
        (self.bits(purpose, entity, index) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
