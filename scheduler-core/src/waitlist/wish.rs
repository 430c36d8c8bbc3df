//! What somebody waits for, and what becomes free.

/// A moment, in minutes since an epoch of the caller's. All times of a waitlist are on one such scale.
pub type Minute = i64;

/// Moments in `[from, until)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// The first moment.
    pub from: Minute,
    /// The first moment after it.
    pub until: Minute,
}

/// A visit that somebody waits for.
#[derive(Debug, Clone, PartialEq)]
pub struct Wish {
    /// When it was asked for.
    pub asked: Minute,
    /// Until when they wait: no offer is made from then on.
    pub until: Minute,
    /// The sites that will do, in ascending order.
    pub sites: Vec<u32>,
    /// When the visit may begin: in ascending order, without overlaps.
    pub windows: Vec<Window>,
    /// How long the visit takes, in minutes.
    pub minutes: u32,
    /// What it is worth that the visit takes place, in weighted minutes.
    pub worth: f64,
}

/// A time that a visit can begin at.
#[derive(Debug, Clone, PartialEq)]
pub struct FreeStart {
    /// Where.
    pub site: u32,
    /// When the visit would begin.
    pub begins: Minute,
    /// The longest visit that can begin there, in minutes.
    pub minutes: u32,
    /// What one minute of it is worth if nobody of the waitlist takes it, in weighted minutes: what
    /// ordinary bookings make of it.
    pub price: f64,
    /// Since when it is free.
    pub returned: Minute,
}

impl Wish {
    /// Whether the start will do for the wish.
    #[must_use]
    pub fn fits(&self, start: &FreeStart) -> bool {
        self.minutes <= start.minutes
            && self.sites.binary_search(&start.site).is_ok()
            && self.contains(start.begins)
    }

    /// What is gained if the wish gets the start instead of ordinary bookings, in weighted minutes.
    #[must_use]
    pub fn gain(&self, start: &FreeStart) -> f64 {
        self.worth - start.price * f64::from(self.minutes)
    }

    fn contains(&self, moment: Minute) -> bool {
        let after = self.windows.partition_point(|window| window.from <= moment);
        after > 0 && moment < self.windows[after - 1].until
    }
}
