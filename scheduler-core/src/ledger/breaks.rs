//! The breaks of a shift: where they can lie beside what is there.

use super::bits;

/// A break that a machine has to hold: a stretch of `length` steps, at least 1, in `[from, until)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Break {
    pub length: usize,
    pub from: usize,
    pub until: usize,
}

/// No place for a break: first > last.
pub(super) const NOWHERE: (u32, u32) = (1, 0);

/// Finds the first and the last start of each of a machine's breaks, all of them in their order;
/// `busy` is the row of steps at which the break of that position cannot be. Whether all have a
/// place; where not, `places` says so too.
///
/// Taking each break as early as possible leaves most to those after it, and taking each as late as
/// possible most to those before it: so the two passes find all that is needed.
pub(super) fn places_in_order<'a>(
    breaks: &[Break],
    busy: impl Fn(usize) -> &'a [u64],
    places: &mut [(u32, u32)],
) -> bool {
    if let ([rest], [place]) = (breaks, &mut *places) {
        let found = bits::free_starts(busy(0), rest.length, rest.from, rest.until);
        *place = found.unwrap_or(NOWHERE);
        return found.is_some();
    }
    let mut earliest = 0;
    for (position, rest) in breaks.iter().enumerate() {
        let from = rest.from.max(earliest);
        let Some((first, _)) = bits::free_starts(busy(position), rest.length, from, rest.until)
        else {
            places.fill(NOWHERE);
            return false;
        };
        places[position].0 = first;
        earliest = first as usize + rest.length;
    }
    let mut latest = usize::MAX;
    for (position, rest) in breaks.iter().enumerate().rev() {
        let until = rest.until.min(latest);
        let last = bits::free_starts(busy(position), rest.length, rest.from, until);
        // There is one: the first pass found all of them a place.
        places[position].1 = last.map_or(places[position].0, |(_, last)| last);
        latest = places[position].1 as usize;
    }
    true
}

/// Whether a machine's breaks have a place outside `[from, until)`, given the first and last start
/// of each: some of them, as early as they can, before it, and the others, as late as they can,
/// after it.
#[inline]
pub(super) fn leave_place(
    breaks: &[Break],
    places: &[(u32, u32)],
    from: usize,
    until: usize,
) -> bool {
    let Some(&(first, last)) = places.first() else { return true };
    if first > last {
        return false;
    }
    if until <= last as usize {
        return true;
    }
    breaks.iter().zip(places).enumerate().any(|(position, (rest, &(first, _)))| {
        first as usize + rest.length <= from
            && places.get(position + 1).is_none_or(|&(_, last)| until <= last as usize)
    })
}
