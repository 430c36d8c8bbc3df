//! Sets of waiting lines.

use std::ops::{BitAnd, BitOr, Not};

/// Waiting lines: what shares a queue, a channel and a priority. A bit each.
pub(super) type LineSet = u128;

/// How many lines a day can have.
pub(super) const MOST_LINES: usize = LineSet::BITS as usize;

/// The same in as few bits as the lines of a day need: nearly always 64 are enough, and sets of a
/// single word take half the work.
pub(super) trait Set:
    Copy + PartialEq + BitAnd<Output = Self> + BitOr<Output = Self> + Not<Output = Self>
{
    /// How many lines fit.
    const MOST: usize;
    const EMPTY: Self;

    /// Those of the lines that fit.
    fn of(lines: LineSet) -> Self;
    fn only(line: u8) -> Self;
    fn has(self, line: u8) -> bool;
    /// Takes the first out.
    fn pop(&mut self) -> Option<u8>;
}

macro_rules! set_of_bits {
    ($bits:ty) => {
        impl Set for $bits {
            const MOST: usize = <$bits>::BITS as usize;
            const EMPTY: Self = 0;

            #[inline]
            fn of(lines: LineSet) -> Self {
                lines as $bits
            }

            #[inline]
            fn only(line: u8) -> Self {
                1 << line
            }

            #[inline]
            fn has(self, line: u8) -> bool {
                self >> line & 1 == 1
            }

            #[inline]
            fn pop(&mut self) -> Option<u8> {
                (*self != 0).then(|| {
                    let first = self.trailing_zeros() as u8;
                    *self &= *self - 1;
                    first
                })
            }
        }
    };
}

set_of_bits!(u64);
set_of_bits!(u128);

/// The lines in a set.
#[inline]
pub(super) fn each_line(mut lines: impl Set) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || lines.pop())
}
