//! How many replications a precision needs.

/// Decides after each look at a run whether more replications are needed, and how many.
///
/// The relative precision γ counts as reached when half width / value ≤ γ / (1 + γ), since the
/// value itself is an estimate (Law, Simulation Modeling and Analysis, 5th ed., 9.4.1). Who looks
/// again and again stops too early where chance makes the interval narrow for a moment; hence a
/// [pilot](Self::PILOT), few looks, each aimed at where the interval should be narrow enough, and
/// a second look some replications after the first that was (Hoad, Robinson and Davies 2010,
/// doi:10.1057/jors.2009.121).
#[derive(Debug, Clone)]
pub struct Stopping {
    relative: f64,
    most: u64,
    /// Whether the last look found the precision reached.
    confirming: bool,
}

impl Stopping {
    /// Replications before the first look.
    pub const PILOT: u64 = 40;

    /// Stops at the precision `relative`, 0.02 for 2 %, or after `most` replications.
    pub fn new(relative: f64, most: u64) -> Self {
        Self { relative, most, confirming: false }
    }

    /// Replications to do before the first look.
    pub fn first(&self) -> u64 {
        Self::PILOT.min(self.most)
    }

    /// How many replications there should be at the next look, after `done` of them reached the
    /// relative precision `reached`; `None` where it is enough.
    pub fn next(&mut self, done: u64, reached: f64) -> Option<u64> {
        if done >= self.most {
            return None;
        }
        let target = self.relative / (1.0 + self.relative);
        if reached <= target {
            if self.confirming {
                return None;
            }
            self.confirming = true;
            return Some((done + (done / 10).max(Self::PILOT / 4)).min(self.most));
        }
        self.confirming = false;
        // The half width falls with the root of the replications. Not more than twice as many at
        // once, as a small pilot knows its spread badly; not fewer than a tenth more, as each look
        // is a chance to be fooled.
        let ratio = reached / target;
        let growth = (1.02 * ratio * ratio).clamp(1.1, 2.0);
        let growth = if growth.is_finite() { growth } else { 2.0 };
        Some(((done as f64 * growth).ceil() as u64).max(done + 1).min(self.most))
    }

    /// Whether the precision was found reached and confirmed, rather than `most` replications done.
    pub fn is_reached(&self, reached: f64) -> bool {
        reached <= self.relative
    }
}
