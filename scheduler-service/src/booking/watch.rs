//! Whether the clock of the machine can be relied on.
//!
//! Promises, releases and the horizon hang on the time. A clock that is wrong for seconds only could
//! close days for good, so nothing is written by a clock that has jumped, or that differs from the
//! database's.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use thiserror::Error;

use super::Clock;

/// Most that the clock may jump, or differ from the database's.
const TOLERANCE: TimeDelta = TimeDelta::seconds(5);

/// How long a clock that has jumped has to go on steadily until it is believed, where no other clock
/// can be asked: a machine that was asleep has jumped too.
const PROBATION: Duration = Duration::from_secs(60);

/// After how long small corrections are taken over.
const SETTLED: Duration = Duration::from_secs(10);

/// Why a clock cannot be relied on.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ClockFault {
    /// It has jumped.
    #[error(
        "the clock of this machine has jumped by {} s; nothing is written until it is right again, \
         or has gone on steadily for a minute",
        .0.num_seconds()
    )]
    Jumped(TimeDelta),
    /// It differs from the database's.
    #[error(
        "the clock of this machine differs from that of the database by {} s; set both by NTP, \
         nothing is written until then",
        .0.num_seconds()
    )]
    Differs(TimeDelta),
}

/// The clock of a machine, held against one that only goes forward and, where there is one, against
/// that of a database.
pub struct WatchedClock {
    wall: Box<dyn Fn() -> DateTime<Utc> + Send + Sync>,
    /// Time since any moment, by a clock that nobody sets.
    steady: Box<dyn Fn() -> Duration + Send + Sync>,
    known: Mutex<Known>,
}

/// What is known of the clock. Where it shows is told by how far it is ahead of the steady one.
#[derive(Debug, Clone, Copy)]
struct Known {
    /// Where it should show.
    right: DateTime<Utc>,
    /// When that was noted.
    at: Duration,
    /// Where it shows since it has jumped, and since when.
    jumped: Option<(DateTime<Utc>, Duration)>,
    /// By how much it differed from the database's when that was asked last.
    differs: Option<TimeDelta>,
}

impl fmt::Debug for WatchedClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WatchedClock").field("known", &self.known).finish_non_exhaustive()
    }
}

impl WatchedClock {
    /// The clock of this machine.
    pub fn system() -> Self {
        let begin = std::time::Instant::now();
        Self::new(|| DateTime::from(std::time::SystemTime::now()), move || begin.elapsed())
    }

    /// The clock `wall`, held against the time since any moment that `steady` says.
    pub fn new(
        wall: impl Fn() -> DateTime<Utc> + Send + Sync + 'static,
        steady: impl Fn() -> Duration + Send + Sync + 'static,
    ) -> Self {
        let (now, at) = (wall(), steady());
        let known = Known { right: ahead(now, at), at, jumped: None, differs: None };
        Self { wall: Box::new(wall), steady: Box::new(steady), known: Mutex::new(known) }
    }
}

/// What the clock showed when the steady one began, did it never jump.
fn ahead(now: DateTime<Utc>, steady: Duration) -> DateTime<Utc> {
    TimeDelta::from_std(steady)
        .ok()
        .and_then(|steady| now.checked_sub_signed(steady))
        .unwrap_or(now)
}

impl Clock for WatchedClock {
    fn now(&self) -> DateTime<Utc> {
        (self.wall)()
    }

    fn trusted(&self) -> Result<(), ClockFault> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let steady = (self.steady)();
        let shown = ahead((self.wall)(), steady);
        let jump = shown - known.right;
        if jump.abs() <= TOLERANCE {
            known.jumped = None;
            if steady.saturating_sub(known.at) >= SETTLED {
                (known.right, known.at) = (shown, steady);
            }
            return known.differs.map_or(Ok(()), |by| Err(ClockFault::Differs(by)));
        }
        match known.jumped {
            Some((to, since)) if (shown - to).abs() <= TOLERANCE => {
                if steady.saturating_sub(since) >= PROBATION {
                    (known.right, known.at, known.jumped) = (shown, steady, None);
                    tracing::warn!(seconds = jump.num_seconds(), "the clock is believed again");
                    return known.differs.map_or(Ok(()), |by| Err(ClockFault::Differs(by)));
                }
            }
            _ => known.jumped = Some((shown, steady)),
        }
        Err(ClockFault::Jumped(jump))
    }

    fn compare(&self, theirs: DateTime<Utc>, asked: DateTime<Utc>) {
        // The answer was given between the question and now.
        let now = (self.wall)();
        let ours = asked + (now - asked) / 2;
        let doubt = (now - asked).abs() / 2;
        let by = ours - theirs;
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if by.abs() <= TOLERANCE + doubt {
            // It is right, whatever it did before.
            let steady = (self.steady)();
            (known.right, known.at) = (ahead(now, steady), steady);
            (known.jumped, known.differs) = (None, None);
        } else {
            known.differs = Some(by);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    /// A machine whose clocks a test sets.
    struct Machine {
        times: Arc<Mutex<(DateTime<Utc>, Duration)>>,
        clock: WatchedClock,
    }

    impl Machine {
        fn new() -> Self {
            let begin: DateTime<Utc> = "2027-03-01T06:00:00Z".parse().unwrap();
            let times = Arc::new(Mutex::new((begin, Duration::from_secs(7))));
            let (wall, steady) = (Arc::clone(&times), Arc::clone(&times));
            let clock =
                WatchedClock::new(move || wall.lock().unwrap().0, move || steady.lock().unwrap().1);
            Self { times, clock }
        }

        fn pass(&self, seconds: u64) {
            let mut times = self.times.lock().unwrap();
            times.0 += TimeDelta::seconds(seconds.cast_signed());
            times.1 += Duration::from_secs(seconds);
        }

        fn jump(&self, seconds: i64) {
            self.times.lock().unwrap().0 += TimeDelta::seconds(seconds);
        }

        fn jumped_by(&self) -> i64 {
            match self.clock.trusted() {
                Err(ClockFault::Jumped(by)) => by.num_seconds(),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn time_that_passes_and_small_corrections_are_no_jumps() {
        let machine = Machine::new();
        for _ in 0..100 {
            machine.pass(3600);
            machine.jump(3);
            assert_eq!(machine.clock.trusted(), Ok(()));
        }
    }

    #[test]
    fn a_clock_that_comes_back_is_believed_at_once() {
        let machine = Machine::new();
        for days in [30, -30] {
            machine.jump(days * 86_400);
            assert_eq!(machine.jumped_by(), days * 86_400);
            machine.pass(10);
            assert_eq!(machine.jumped_by(), days * 86_400);
            machine.jump(-days * 86_400);
            assert_eq!(machine.clock.trusted(), Ok(()));
        }
    }

    #[test]
    fn one_that_stays_where_it_went_is_believed_after_a_minute() {
        let machine = Machine::new();
        machine.jump(7200);
        assert_eq!(machine.jumped_by(), 7200);
        machine.pass(59);
        assert_eq!(machine.jumped_by(), 7200);
        // Another jump begins the minute anew.
        machine.jump(60);
        assert_eq!(machine.jumped_by(), 7260);
        machine.pass(59);
        assert_eq!(machine.jumped_by(), 7260);
        machine.pass(1);
        assert_eq!(machine.clock.trusted(), Ok(()));
    }

    #[test]
    fn the_clock_of_the_database_decides_where_there_is_one() {
        let machine = Machine::new();
        let now = machine.clock.now();
        machine.clock.compare(now + TimeDelta::seconds(6), now);
        assert_eq!(machine.clock.trusted(), Err(ClockFault::Differs(TimeDelta::seconds(-6))));
        machine.jump(6);
        assert!(machine.clock.trusted().is_err());
        let now = machine.clock.now();
        machine.clock.compare(now, now);
        assert_eq!(machine.clock.trusted(), Ok(()));
    }
}
