//! Bit rows: one bit for a step or for a machine, words in a flat vector.

/// Words that `count` bits take.
pub(super) fn words_for(count: usize) -> usize {
    count.div_ceil(64).max(1)
}

#[inline]
pub(super) fn get(row: &[u64], bit: usize) -> bool {
    row[bit / 64] >> (bit % 64) & 1 == 1
}

#[inline]
pub(super) fn set(row: &mut [u64], bit: usize) {
    row[bit / 64] |= 1 << (bit % 64);
}

/// Sets the bits of `[from, until)`.
#[inline]
pub(super) fn fill(row: &mut [u64], from: usize, until: usize) {
    each_word(from, until, |word, mask| row[word] |= mask);
}

/// Clears the bits of `[from, until)`.
#[inline]
pub(super) fn clear(row: &mut [u64], from: usize, until: usize) {
    each_word(from, until, |word, mask| row[word] &= !mask);
}

/// Whether no bit of `[from, until)` is set.
#[inline]
pub(super) fn none(row: &[u64], from: usize, until: usize) -> bool {
    let mut clear = true;
    each_word(from, until, |word, mask| clear &= row[word] & mask == 0);
    clear
}

/// The bits of `[from, until)`, at most 128 of them, the first one lowest.
#[inline]
pub(super) fn part(row: &[u64], from: usize, until: usize) -> u128 {
    let mut part = 0;
    each_word(from, until, |word, mask| {
        let bits = u128::from(row[word] & mask);
        let first = word * 64;
        part |= if first < from { bits >> (from - first) } else { bits << (first - from) };
    });
    part
}

#[inline]
fn each_word(from: usize, until: usize, mut act: impl FnMut(usize, u64)) {
    let mut bit = from;
    while bit < until {
        let (word, low) = (bit / 64, bit % 64);
        let high = (until - word * 64).min(64);
        let upper = if high == 64 { u64::MAX } else { (1 << high) - 1 };
        act(word, upper & (u64::MAX << low));
        bit = (word + 1) * 64;
    }
}

/// The bits of `row` in ascending order.
#[inline]
pub(super) fn ones(row: &[u64]) -> impl Iterator<Item = usize> + '_ {
    row.iter().enumerate().flat_map(|(word, &bits)| {
        let mut left = bits;
        std::iter::from_fn(move || {
            (left != 0).then(|| {
                let bit = left.trailing_zeros() as usize;
                left &= left - 1;
                word * 64 + bit
            })
        })
    })
}

/// First and last start of a free stretch of `length` steps, at least 1, in `[from, until)`.
#[inline]
pub(super) fn free_starts(
    busy: &[u64],
    length: usize,
    from: usize,
    until: usize,
) -> Option<(u32, u32)> {
    let last = until.checked_sub(length)?;
    if from > last {
        return None;
    }
    if until - from > 128 {
        let free = |&start: &usize| none(busy, start, start + length);
        let first = (from..=last).find(free)?;
        let last = (first..=last).rev().find(free)?;
        return Some((first as u32, last as u32));
    }
    // All starts at once: this is asked for with every move of a task.
    let taken = part(busy, from, until) | u128::MAX.checked_shl((until - from) as u32).unwrap_or(0);
    let (mut starts, mut reach) = (!taken, 1);
    while reach < length {
        let by = reach.min(length - reach);
        starts &= starts >> by;
        reach += by;
    }
    (starts != 0).then(|| {
        let (first, last) = (starts.trailing_zeros(), 127 - starts.leading_zeros());
        (from as u32 + first, from as u32 + last)
    })
}

/// Keeps a bit only where it and the `length − 1` bits after it are set: from free steps to the
/// starts of free stretches of that length. A `length` of 0 keeps all.
pub(super) fn erode(row: &mut [u64], length: usize) {
    let mut reach = 1;
    while reach < length {
        let by = reach.min(length - reach);
        and_shifted(row, by);
        reach += by;
    }
}

/// Sets the `length − 1` bits after each one that is set: from starts to the steps they cover. Bits
/// beyond the row are lost.
pub(super) fn dilate(row: &mut [u64], length: usize) {
    let mut reach = 1;
    while reach < length {
        let by = reach.min(length - reach);
        or_shifted(row, by);
        reach += by;
    }
}

/// `row |= row << by`.
fn or_shifted(row: &mut [u64], by: usize) {
    let (skip, low) = (by / 64, by % 64);
    for word in (skip..row.len()).rev() {
        let mut shifted = row[word - skip] << low;
        if low > 0 && word > skip {
            shifted |= row[word - skip - 1] >> (64 - low);
        }
        row[word] |= shifted;
    }
}

/// `row &= row >> by`, zeros coming in from above.
fn and_shifted(row: &mut [u64], by: usize) {
    let (skip, low) = (by / 64, by % 64);
    for word in 0..row.len() {
        let at = |index: usize| row.get(index).copied().unwrap_or(0);
        let shifted = if low == 0 {
            at(word + skip)
        } else {
            at(word + skip) >> low | at(word + skip + 1) << (64 - low)
        };
        row[word] &= shifted;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eroded_rows_hold_the_starts_of_stretches() {
        for length in [1, 2, 3, 7, 63, 64, 65, 100, 130] {
            let mut row = vec![0; 4];
            fill(&mut row, 10, 150);
            fill(&mut row, 160, 163);
            let free: Vec<usize> = ones(&row).collect();
            erode(&mut row, length);
            let expected: Vec<usize> = (0..256)
                .filter(|&start| (start..start + length).all(|step| free.contains(&step)))
                .collect();
            assert_eq!(ones(&row).collect::<Vec<_>>(), expected, "{length}");
            dilate(&mut row, length);
            let covered = (0..256).filter(|&step| {
                expected.iter().any(|&start| (start..start + length).contains(&step))
            });
            assert_eq!(ones(&row).collect::<Vec<_>>(), covered.collect::<Vec<_>>(), "{length}");
        }
    }

    #[test]
    fn parts_are_those_of_the_row() {
        let row = [0x0123_4567_89ab_cdef, 0xfedc_ba98_7654_3210, 0xdead_beef_0bad_cafe];
        for (from, until) in [(0, 0), (0, 64), (0, 128), (3, 131), (60, 70), (64, 192), (70, 70)] {
            let expected = (from..until).filter(|&bit| get(&row, bit));
            let expected = expected.fold(0_u128, |part, bit| part | 1 << (bit - from));
            assert_eq!(part(&row, from, until), expected, "{from} {until}");
        }
    }

    #[test]
    fn stretches_are_filled_cleared_and_asked_for_across_words() {
        let mut row = vec![0; 3];
        fill(&mut row, 60, 130);
        assert_eq!(ones(&row).count(), 70);
        clear(&mut row, 64, 128);
        assert_eq!(ones(&row).collect::<Vec<_>>(), [60, 61, 62, 63, 128, 129]);
        assert!(none(&row, 64, 128) && !none(&row, 64, 129) && none(&row, 130, 192));
        assert!(none(&row, 70, 70));
    }
}
