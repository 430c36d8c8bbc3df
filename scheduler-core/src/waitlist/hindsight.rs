//! What any policy could have got at most.

use super::matching::{Pair, heaviest};
use super::stream::{Answers, Stream};

/// The greatest sum of gains that any policy can reach on this stream: a bound.
///
/// All wishes, starts and answers are known beforehand, each start goes to at most one wish that would
/// accept it and that waits while it is free, and no time passes between offer and answer. That is the
/// heaviest matching, whose linear program has whole solutions.
#[must_use]
pub fn bound(stream: &Stream, answers: &impl Answers) -> f64 {
    let mut pairs = Vec::new();
    let by_site = stream.wishes_by_site();
    for (left, start) in stream.starts.iter().enumerate() {
        let Some(candidates) = by_site.get(&start.site) else { continue };
        for &right in candidates {
            let wish = &stream.wishes[right];
            if wish.asked >= start.begins {
                break;
            }
            let weight = wish.gain(start);
            if wish.until > start.returned
                && weight > 0.0
                && wish.fits(start)
                && answers.answer(right, left).accepts
            {
                pairs.push(Pair { left, right, weight });
            }
        }
    }
    heaviest(stream.starts.len(), stream.wishes.len(), &pairs).weight
}
