//! Bookings that will be given back.

use super::placement::Placement;

/// A booking that will be given back; ordered by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct GivenBack {
    /// Minutes since the begin.
    pub(super) at: u32,
    pub(super) place: Placement,
    pub(super) entity: u32,
    /// Of the visit, where it is longer than the slot.
    pub(super) minutes: u32,
}

/// A calendar of them: only those of today are in order.
#[derive(Debug, Clone)]
pub(super) struct Cancellations {
    /// Those of today, the first one last.
    today: Vec<GivenBack>,
    /// By day, as a ring.
    later: Vec<Vec<GivenBack>>,
}

impl Cancellations {
    /// None yet, of bookings up to `horizon` days ahead.
    pub(super) fn new(horizon: u32) -> Self {
        Self { today: Vec::new(), later: vec![Vec::new(); horizon as usize + 1] }
    }

    /// It is `day` now.
    pub(super) fn turn_to(&mut self, day: u32) {
        let ring = self.later.len();
        self.today.append(&mut self.later[day as usize % ring]);
        self.today.sort_unstable_by(|a, b| b.cmp(a));
    }

    /// Notes one that is due `ahead` days from now.
    pub(super) fn push(&mut self, given_back: GivenBack, (day, ahead): (u32, u32)) {
        if ahead > 0 {
            let ring = self.later.len();
            self.later[(day + ahead) as usize % ring].push(given_back);
        } else {
            let place = self.today.partition_point(|other| *other > given_back);
            self.today.insert(place, given_back);
        }
    }

    /// Whether one of today is due by the minute `now`.
    #[inline]
    pub(super) fn is_due(&self, now: u32) -> bool {
        self.today.last().is_some_and(|next| next.at <= now)
    }

    /// When the next one of today is due.
    #[inline]
    pub(super) fn next_at(&self) -> Option<u32> {
        self.today.last().map(|next| next.at)
    }

    /// The next one of today.
    pub(super) fn pop(&mut self) -> Option<GivenBack> {
        self.today.pop()
    }
}
