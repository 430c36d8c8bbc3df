//! The cheapest shifts of a day whose queue is exact, with a proof.
//!
//! Customers come by a Poisson process whose rate changes from period to period; service is
//! exponential; the queue is carried over ([`ChangingQueue`]). In each period the time-average
//! probability that all servers are busy must not exceed its target. Formulas for queues in
//! equilibrium, period by period, pay too much where a busy period follows a quiet one, and too little
//! after peaks.
//!
//! # Why the answer is proven
//!
//! Adding a server anywhere never raises the probability that all are busy anywhere
//! ([`ChangingQueue`] says why). So if a staffing s misses the target of period h, every staffing
//! with no more servers than s in each of the periods up to h misses it too: the roster must have
//! more than s in at least one of them ([`NoGood`]). Servers of later periods do not matter. Such a
//! staffing is made as large as can be while it still misses the target, first with plenty of servers in
//! the earliest periods, so that mostly one to three periods are left that say anything.
//!
//! A best-first search over integer programs takes the cheapest roster that escapes all no-goods so
//! far, computes its day, and either has the answer or one more no-good, on which it branches: more in
//! the first of its periods, or in the second and not in the first, and so on (logic-based Benders
//! decomposition; J. Hooker and G. Ottosson, 2003, doi:10.1007/s10107-003-0375-9). The no-goods are the
//! certificate: [`DayShifts::check`] computes each again and then, without any queue, the least cost
//! of rosters that escape them all.
//!
//! ```
//! use scheduler_core::monitor::WallClock;
//! use scheduler_core::staffing::day_shifts::{DayLimits, DayShift, DayShifts};
//!
//! // Three hours with 10, 30 and 20 customers; a person serves twelve an hour.
//! let day = DayShifts {
//!     arrival_rates: vec![10.0, 30.0, 20.0],
//!     period: 1.0,
//!     service_rate: 12.0,
//!     targets: vec![0.4; 3],
//!     shifts: vec![DayShift::new(0..2, 50), DayShift::new(1..3, 50), DayShift::new(1..2, 40)],
//! };
//! let found = day.least(&DayLimits::default(), &WallClock::start())?;
//! assert!(found.is_proven());
//! assert_eq!(day.check(&found.no_goods)?, found.bound);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`ChangingQueue`]: crate::analytic::ChangingQueue

mod days;
mod search;

use std::ops::Range;

use crate::analytic::{AnalyticError, ChangingPeriod};
use crate::monitor::Monitor;

use days::Days;
use search::{Search, Source};

/// A shift that somebody can have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayShift {
    /// Periods on duty; several ranges where there are breaks.
    pub on_duty: Vec<Range<usize>>,
    /// What a person in it costs.
    pub cost: u64,
    /// Most people in it, if that is limited.
    pub most: Option<u32>,
}

impl DayShift {
    /// A shift without breaks, of which there may be any number.
    pub fn new(on_duty: Range<usize>, cost: u64) -> Self {
        Self { on_duty: std::iter::once(on_duty).collect(), cost, most: None }
    }
}

/// A day in periods of equal length, and the shifts to choose from.
#[derive(Debug, Clone, PartialEq)]
pub struct DayShifts {
    /// Customers in a unit of time, for each period. The day begins with an empty queue.
    pub arrival_rates: Vec<f64>,
    /// Length of a period.
    pub period: f64,
    /// Customers that one person serves in a unit of time.
    pub service_rate: f64,
    /// The most that the time-average probability that all are busy may be, for each period; 1 where
    /// it does not matter.
    pub targets: Vec<f64>,
    /// The shifts.
    pub shifts: Vec<DayShift>,
}

/// A staffing that is not enough: rosters with at most so many servers in each of these periods miss
/// the target of `period`.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct NoGood {
    /// The period whose target is missed.
    pub period: usize,
    /// Periods up to it with the servers there; any number in the periods that are not listed.
    pub servers: Vec<(usize, u32)>,
    /// Time-average probability that all are busy in `period` with these servers, and with
    /// plenty in the periods before it that are not listed.
    pub all_busy: f64,
}

/// The cheapest roster that was found, and what is known of all.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StaffedDay {
    /// The roster; nothing if none was found in the time there was.
    pub roster: Option<DayRoster>,
    /// No roster that reaches the targets costs less.
    pub bound: u64,
    /// What the bound rests on.
    pub no_goods: Vec<NoGood>,
    /// Rosters and parts of the problem that were looked at.
    pub steps: u64,
}

impl StaffedDay {
    /// Whether the roster is proven to be the cheapest.
    pub fn is_proven(&self) -> bool {
        self.roster.as_ref().is_some_and(|roster| roster.cost == self.bound)
    }
}

/// People for the shifts of a day.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct DayRoster {
    /// People in each shift.
    pub people: Vec<u32>,
    /// What they cost.
    pub cost: u64,
    /// Servers in each period.
    pub servers: Vec<u32>,
    /// What happens in each period.
    pub periods: Vec<ChangingPeriod>,
}

/// When to stop before the proof is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DayLimits {
    /// After so many steps: the same answer for the same number, on any machine.
    pub steps: Option<u64>,
    /// After so much time, by the monitor's clock.
    pub time: Option<std::time::Duration>,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DayShiftsError {
    /// A number is out of range.
    #[error(transparent)]
    Parameter(#[from] AnalyticError),
    /// There is not one target for each period.
    #[error("there are {targets} targets for {periods} periods; give one for each")]
    Targets {
        /// Targets that there are.
        targets: usize,
        /// Periods of the day.
        periods: usize,
    },
    /// A target is not a probability.
    #[error("the target of period {period} is {target}; it must be from 0 to 1")]
    Target {
        /// The period, counted from 0.
        period: usize,
        /// Its target.
        target: f64,
    },
    /// A shift has no periods of the day, or some twice.
    #[error("the ranges of shift {shift} must lie within the day in order, and not be empty")]
    Shift {
        /// The shift, counted from 0.
        shift: usize,
    },
    /// Even with as many people as there may be the target of a period is missed.
    #[error(
        "the target of period {period} is out of reach: with {servers} servers there, the most that \
         the shifts allow, and the most before it, all are busy with probability {all_busy}"
    )]
    OutOfReach {
        /// The period, counted from 0.
        period: usize,
        /// Most servers in it.
        servers: u32,
        /// The probability with the most servers in all periods.
        all_busy: f64,
    },
    /// More than can be computed.
    #[error("{what} {size} is more than {most}")]
    TooLarge {
        /// Of what there is too much.
        what: &'static str,
        /// How much.
        size: u64,
        /// Most that there may be.
        most: u64,
    },
}

/// A claim that does not hold.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum DayCertificateError {
    /// The question itself has no answer.
    #[error(transparent)]
    Question(#[from] DayShiftsError),
    /// A no-good is not one of this day, or is enough.
    #[error("no-good {index} does not hold: with its servers the target of its period is reached")]
    Enough {
        /// Which one, counted from 0.
        index: usize,
    },
}

/// Probabilities are exact to far less than this; a target that is missed by less is reached.
const TOLERANCE: f64 = 1e-9;

impl DayShifts {
    /// The cheapest roster, with its proof.
    ///
    /// # Errors
    /// What is wrong with the question, or the targets are out of reach.
    pub fn least(
        &self,
        limits: &DayLimits,
        monitor: &dyn Monitor,
    ) -> Result<StaffedDay, DayShiftsError> {
        let days = Days::new(self)?;
        let mut search = Search::new(self, &days);
        let stop = |steps: u64| {
            limits.steps.is_some_and(|most| steps >= most)
                || limits.time.is_some_and(|most| monitor.elapsed() >= most)
                || monitor.cancelled()
        };
        search.run(Source::Days, &stop)?;
        Ok(search.finish())
    }

    /// Computes each of these no-goods again, and the least cost of rosters that escape them all: a
    /// bound for every roster that reaches the targets.
    ///
    /// # Errors
    /// What is wrong with the question, or with a no-good.
    pub fn check(&self, no_goods: &[NoGood]) -> Result<u64, DayCertificateError> {
        let days = Days::new(self)?;
        for (index, claim) in no_goods.iter().enumerate() {
            if !days.is_no_good(claim)? {
                return Err(DayCertificateError::Enough { index });
            }
        }
        let mut search = Search::new(self, &days);
        search.know(no_goods);
        search.run(Source::NoGoodsAlone, &|_| false)?;
        Ok(search.finish().bound)
    }
}
