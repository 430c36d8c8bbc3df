//! Keys of random numbers, from what people call things: whatever stands beside them in a scenario,
//! they keep their random numbers.

/// The key of a name: FNV-1a (Fowler, Noll, Vo), then mixed so that similar names are far apart.
pub(super) fn of(name: &str) -> u64 {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    number(hash as usize)
}

/// The key of a number.
pub(super) fn number(number: usize) -> u64 {
    let mut bits = (number as u64).wrapping_add(0x9e37_79b9_7f4a_7c15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}
