//! Where the program has what.

use super::needs::Segment;
use crate::staffing::offer::{Column, Offer};

/// Where the program has what.
#[derive(Debug, Clone, Default)]
pub(in crate::staffing) struct Layout {
    /// First unknown that is a removable clerk; columns come before.
    pub(in crate::staffing) kept: usize,
    /// By site-day and segment: clerks at counters then.
    pub(in crate::staffing) counters: Vec<Vec<usize>>,
    /// By stream: the unknowns of its sites.
    pub(in crate::staffing) booked: Vec<Vec<usize>>,
    /// By contract: its people.
    pub(in crate::staffing) people: Vec<usize>,
}

/// Who is there in a segment beside those who stay anyway.
pub(in crate::staffing) fn presence(
    layout: &Layout,
    offer: &Offer,
    (site, date): (usize, usize),
    segment: &Segment,
) -> Vec<(usize, f64)> {
    let covers = |&(_, column): &(usize, &Column)| {
        column.site == site
            && column.from <= segment.from
            && segment.until <= column.until
            && column.dates.contains(&date)
    };
    let columns = offer.columns.iter().enumerate().filter(covers).map(|(index, _)| (index, 1.0));
    columns.chain(segment.removable.iter().map(|&clerk| (layout.kept + clerk, 1.0))).collect()
}

/// Terms of the same unknown added up.
pub(in crate::staffing) fn merged(mut terms: Vec<(usize, f64)>) -> Vec<(usize, f64)> {
    terms.sort_by_key(|&(unknown, _)| unknown);
    let mut sums: Vec<(usize, f64)> = Vec::with_capacity(terms.len());
    for (unknown, factor) in terms {
        match sums.last_mut() {
            Some(last) if last.0 == unknown => last.1 += factor,
            _ => sums.push((unknown, factor)),
        }
    }
    sums
}
