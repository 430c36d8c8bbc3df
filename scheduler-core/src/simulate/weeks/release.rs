//! What of a day may be booked yet.

/// What is released of each site: shares by lead, from the release policies.
#[derive(Debug, Clone, Default)]
pub(super) struct Release {
    /// By site: minutes of notice, and waves in the order in which they open as days ahead, minute
    /// and share. Empty where everything is released.
    pub(super) waves: Vec<(u32, Vec<(u32, u32, f64)>)>,
}

impl Release {
    /// The share of a day that is released `ahead` days before it at `minute`.
    pub(super) fn share(&self, site: usize, ahead: u32, minute: u32) -> f64 {
        let Some((_, waves)) = self.waves.get(site) else { return 1.0 };
        let is_open =
            |&&(days, at, _): &&(u32, u32, f64)| ahead < days || ahead == days && minute >= at;
        match waves.iter().rev().find(is_open) {
            Some(&(_, _, share)) => share,
            None if waves.is_empty() => 1.0,
            None => 0.0,
        }
    }

    pub(super) fn notice(&self, site: usize) -> u32 {
        self.waves.get(site).map_or(0, |(notice, _)| *notice)
    }
}
