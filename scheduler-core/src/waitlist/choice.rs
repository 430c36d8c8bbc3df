//! To whom the starts that are free now are offered.

use super::matching::{Pair, heaviest};
use super::{FreeStart, Minute, Wish};

/// How a waitlist decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Policy {
    /// Each start, as it becomes free, to the wish that has waited longest of those that it fits.
    FirstComeFirstServed,
    /// A message to all whom the start fits, without a hold: whoever answers first has it.
    NotifyAll,
    /// By weight, see [`choose`].
    Weighed,
}

/// The numbers of a waitlist.
#[derive(Debug, Clone, PartialEq)]
pub struct Rules {
    /// How long a hold lasts at most, in minutes.
    pub hold_most: Minute,
    /// How long a hold lasts at least, in minutes. A start that is nearer is not offered.
    pub hold_least: Minute,
    /// The share of the time until the visit that a hold may take, in `(0, 1]`: the rest is for the next.
    pub hold_share: f64,
    /// The share of a wish's worth that a day of waiting adds to its weight: with 0.02 somebody who has
    /// waited for fifty days goes before somebody new who is worth twice as much.
    pub patience: f64,
    /// How many offers may end without an answer before the wish ends too.
    pub unanswered: u32,
}

impl Default for Rules {
    fn default() -> Self {
        Self { hold_most: 24 * 60, hold_least: 15, hold_share: 0.4, patience: 0.02, unanswered: 3 }
    }
}

impl Rules {
    /// Until when a hold lasts that is made now; `None` if the start is too near.
    #[must_use]
    pub fn hold_until(&self, now: Minute, start: &FreeStart) -> Option<Minute> {
        self.hold(start.begins - now).map(|length| now + length)
    }

    /// How long the hold of a start lasts that is `ahead` minutes away; `None` if it is too near.
    #[must_use]
    pub fn hold(&self, ahead: Minute) -> Option<Minute> {
        if ahead < self.hold_least {
            return None;
        }
        let share = (ahead as f64 * self.hold_share) as Minute;
        Some(share.clamp(self.hold_least, self.hold_most.max(self.hold_least)))
    }

    /// The weight of a pair: what is gained, and what `waited` minutes add for a wish of that worth.
    #[must_use]
    pub fn weight(&self, gain: f64, worth: f64, waited: Minute) -> f64 {
        gain + self.patience * worth * waited.max(0) as f64 / (24.0 * 60.0)
    }
}

/// A start that is offered to a wish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    /// The caller's index of the start.
    pub start: usize,
    /// The caller's index of the wish.
    pub wish: usize,
}

/// Whom to offer the free starts to now: the matching of the greatest weight. A pair weighs
///
/// gain + worth · patience · days waited,
///
/// where the gain is what the visit is worth less what ordinary bookings would make of the start
/// ([`Wish::gain`]). Pairs without a gain, those that do not fit, and those that `may` refuses (start and
/// wish by the caller's indices: who has declined a start is not asked for it again) are left out. Of
/// equal weights, who stands first in `waiting` goes first. Offers come in the order of `starts`.
///
/// To take off what a wish would probably get anyway, from a forecast of what is still to be given back,
/// was tried: on streams of visits of one length it gained at most 0.8 % and lost as much where starts
/// are many.
#[must_use]
pub fn choose(
    now: Minute,
    starts: &[(usize, &FreeStart)],
    waiting: &[(usize, &Wish)],
    rules: &Rules,
    may: impl Fn(usize, usize) -> bool,
) -> Vec<Offer> {
    let mut pairs = Vec::new();
    for (left, &(start, free)) in starts.iter().enumerate() {
        if rules.hold_until(now, free).is_none() {
            continue;
        }
        for (right, &(id, wish)) in waiting.iter().enumerate() {
            let gain = wish.gain(free);
            if gain > 0.0 && now < wish.until && wish.fits(free) && may(start, id) {
                let weight = rules.weight(gain, wish.worth, now - wish.asked);
                pairs.push(Pair { left, right, weight });
            }
        }
    }
    let matching = heaviest(starts.len(), waiting.len(), &pairs);
    let offers = starts.iter().zip(&matching.partner);
    offers
        .filter_map(|(&(start, _), partner)| {
            partner.map(|right| Offer { start, wish: waiting[right].0 })
        })
        .collect()
}
