//! Exchanges promises between the clerks of a move.
//!
//! Whoever is rebuilt first takes all promises that fit, and what is left seldom fits together. So
//! some moves settle beforehand who keeps what: the promises of two clerks that overlap one another
//! form chains in time (Kempe chains of the conflict graph), and a chain that changes hands as a
//! whole leaves both without overlaps.

use super::destroy::Part;
use crate::plan::lns::{parameters::PROMISES_THAT_FOLLOW, random::Random};
use crate::problem::site_day::SiteDayModel;

/// Gives each part its promises, after chains of some pairs have changed hands: with `handed`, all
/// that begin in that stretch of time, or none of a pair; without, each or not.
pub(super) fn exchange(
    day: &SiteDayModel,
    parts: &mut [Part],
    handed: Option<(usize, usize)>,
    chain: &mut Vec<(u16, bool)>,
    random: &mut Random,
) {
    for part in parts.iter_mut() {
        let mut share = std::mem::take(&mut part.share);
        share.extend(part.taken_promises());
        part.share = share;
    }
    for first in 0..parts.len() {
        for second in first + 1..parts.len() {
            if let Ok([a, b]) = parts.get_disjoint_mut([first, second]) {
                exchange_two(day, a, b, handed, chain, random);
            }
        }
    }
}

fn exchange_two(
    day: &SiteDayModel,
    a: &mut Part,
    b: &mut Part,
    handed: Option<(usize, usize)>,
    all: &mut Vec<(u16, bool)>,
    random: &mut Random,
) {
    all.clear();
    all.extend(a.share.drain(..).map(|promise| (promise, false)));
    all.extend(b.share.drain(..).map(|promise| (promise, true)));
    let span = |promise: u16| {
        let promise = &day.promises[usize::from(promise)];
        (promise.from, promise.until)
    };
    all.sort_unstable_by_key(|&(promise, whose)| (span(promise), whose));
    let may_keep = |part: &Part, promise: u16| {
        let (from, until) = span(promise);
        let able = &day.promises[usize::from(promise)].shifts;
        part.from <= from && until <= part.until && able.contains(&(part.shift as u16))
    };
    let handed = handed.map(|handed| (handed, random.chance(PROMISES_THAT_FOLLOW)));
    let mut first = 0;
    while first < all.len() {
        let mut last = first;
        let mut end = 0;
        while last < all.len() && (last == first || span(all[last].0).0 < end) {
            end = end.max(span(all[last].0).1);
            last += 1;
        }
        let chain = &all[first..last];
        let wanted = match handed {
            Some(((from, until), all)) => all && (from..until).contains(&span(chain[0].0).0),
            None => random.chance(0.5),
        };
        let flip = wanted
            && chain.iter().all(|&(promise, of_b)| may_keep(if of_b { a } else { b }, promise));
        for &(promise, of_b) in chain {
            if of_b == flip { a.share.push(promise) } else { b.share.push(promise) }
        }
        first = last;
    }
}
