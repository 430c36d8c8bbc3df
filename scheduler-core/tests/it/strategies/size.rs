//! How large random scenarios get.

/// Upper limits of what is generated.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(super) sites: usize,
    pub(super) days: usize,
    pub(super) day_steps: u32,
    pub(super) rooms: usize,
    pub(super) services: usize,
    pub(super) clerks: usize,
    pub(super) quotas: usize,
    pub(super) demands: usize,
    pub(super) promises: usize,
}

impl Size {
    /// For exhaustive enumeration.
    pub(crate) const TINY: Self = Self {
        sites: 2,
        days: 2,
        day_steps: 8,
        rooms: 2,
        services: 3,
        clerks: 2,
        quotas: 2,
        demands: 3,
        promises: 2,
    };

    /// For the search alone.
    pub(crate) const MEDIUM: Self = Self {
        sites: 3,
        days: 3,
        day_steps: 40,
        rooms: 8,
        services: 5,
        clerks: 6,
        quotas: 3,
        demands: 9,
        promises: 3,
    };

    /// A site-day for a ledger: many desks, few steps.
    pub(crate) const BOOKING: Self = Self {
        sites: 1,
        days: 1,
        day_steps: 24,
        rooms: 5,
        services: 4,
        clerks: 6,
        quotas: 2,
        demands: 1,
        promises: 0,
    };
}
