//! Where the time comes from.

use std::fmt;
use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};

use super::watch::ClockFault;

/// Tells the time. It may go backwards, as clocks of machines do.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The time now.
    fn now(&self) -> DateTime<Utc>;

    /// Whether it can be relied on: nothing is written by one that cannot.
    ///
    /// # Errors
    /// Why not.
    fn trusted(&self) -> Result<(), ClockFault> {
        Ok(())
    }

    /// Learns that the clock of the database showed `theirs` some time between `asked`, by this
    /// clock, and now.
    fn compare(&self, theirs: DateTime<Utc>, asked: DateTime<Utc>) {
        let _ = (theirs, asked);
    }
}

/// The clock of the machine, for what hangs on no time.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> DateTime<Utc> {
        DateTime::from(std::time::SystemTime::now())
    }
}

/// A clock that stands still until it is set, for tests and for replaying a day.
#[derive(Debug)]
pub struct SetClock(Mutex<DateTime<Utc>>);

impl SetClock {
    /// A clock that shows `now`.
    pub fn new(now: DateTime<Utc>) -> Self {
        Self(Mutex::new(now))
    }

    /// Sets it to `now`, forward or back.
    pub fn set(&self, now: DateTime<Utc>) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = now;
    }

    /// Moves it by `delta`, forward or back.
    pub fn advance(&self, delta: TimeDelta) {
        let mut now = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *now += delta;
    }
}

impl Clock for SetClock {
    fn now(&self) -> DateTime<Utc> {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
