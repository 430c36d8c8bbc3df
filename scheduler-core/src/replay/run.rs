//! Running the day.

use thiserror::Error;

use super::customers::{Customers, Staffing, StaffingBy};
use crate::learn::{Outcome, Visit};
use crate::problem::{Plan, Problem};
use crate::simulate::model::{Channel, Millis, ModelError};
use crate::simulate::office::{Office, Offices};
use crate::simulate::sample::SampleError;
use crate::simulate::service_day::{
    GivenCustomer, Leaver, Observer, PreparedDay, Scratch, Visit as Served, run_given,
};

/// Why a day cannot be run.
#[derive(Debug, Clone, PartialEq, Error)]
#[non_exhaustive]
pub enum ReplayError {
    /// The site is closed on the date of the scenario that stands for the day.
    #[error("the site is closed that day")]
    Closed,
    /// A length, lateness or patience of the scenario is no distribution.
    #[error("a distribution is out of range")]
    Sample(#[from] SampleError),
    /// The day is beyond what can be simulated.
    #[error("the day cannot be simulated")]
    Model(#[from] ModelError),
}

/// What became of somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    /// Was served after so many milliseconds.
    Served(Millis),
    /// Left unserved after so many.
    Left(Millis),
    /// Did not come.
    Missed,
}

/// A day once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// What became of each of the [`Customers`], in their order.
    pub seen: Vec<Seen>,
    /// Who was there.
    pub staffing: Staffing,
    /// When the last customer left, since midnight.
    pub last_departure: Millis,
    /// Time that clerks served, all together.
    pub busy: u64,
    /// When the doors close.
    pub closes: Millis,
}

/// Waits of a channel.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Waits {
    /// Who was served.
    pub served: usize,
    /// Who left.
    pub left: usize,
    /// Mean wait of those who were served, in minutes.
    pub mean: f64,
    /// Nine of ten waited at most so long.
    pub p90: f64,
}

#[derive(Debug)]
struct Witness {
    seen: Vec<Seen>,
}

impl Observer for Witness {
    fn served(&mut self, visit: &Served) {
        self.seen[visit.index as usize] = Seen::Served(visit.wait());
    }

    fn left(&mut self, leaver: &Leaver) {
        self.seen[leaver.index as usize] = Seen::Left(leaver.at - leaver.arrival);
    }
}

/// Runs the day of `customers` in the office that `problem` and `plan` have on their date `day`.
/// `clerks` has for each clerk of the log the index in the problem.
///
/// Whoever got in is taken to have got in: limits of tickets do not hold.
///
/// # Errors
/// Where the site is closed, or the day cannot be simulated.
pub fn replay(
    (problem, plan, day): (&Problem, &Plan, usize),
    customers: &Customers,
    clerks: &[Option<usize>],
    by: StaffingBy,
) -> Result<Replayed, ReplayError> {
    let ready = Ready::new((problem, plan, day), customers, clerks, by)?;
    let prepared = PreparedDay::new(ready.office.model)?;
    let mut witness = Witness { seen: vec![Seen::Missed; ready.given.len()] };
    let (given, absent) = (&ready.given, &ready.absent);
    let end = run_given(&prepared, given, absent, &mut Scratch::new(), &mut witness)?;
    Ok(Replayed {
        seen: witness.seen,
        staffing: ready.staffing,
        last_departure: end.last_departure,
        busy: end.busy,
        closes: ready.closes,
    })
}

/// A day with those who came and those who served.
#[derive(Debug)]
pub(super) struct Ready {
    /// Without limits of tickets, open until the last who came has arrived.
    pub(super) office: Office,
    pub(super) given: Vec<GivenCustomer>,
    /// Clerks who do not come, as indices in the model.
    pub(super) absent: Vec<u32>,
    staffing: Staffing,
    /// When the doors close.
    pub(super) closes: Millis,
}

impl Ready {
    pub(super) fn new(
        (problem, plan, day): (&Problem, &Plan, usize),
        customers: &Customers,
        clerks: &[Option<usize>],
        by: StaffingBy,
    ) -> Result<Self, ReplayError> {
        let mut offices = Offices::new(problem, plan)?;
        let site_day = problem.site_day(customers.site, day);
        let mut office = offices.days[site_day].take().ok_or(ReplayError::Closed)?;
        let (absent, staffing) = customers.staff(problem, &mut office, clerks, by);
        let given = customers.given(&office);
        let model = &mut office.model;
        model.walk_ins.clear();
        let closes = model.closes;
        let last = given.iter().filter_map(|customer| customer.arrival).max().unwrap_or(0);
        model.closes = model.closes.max(last + 1);
        (model.ticket_stop, model.ticket_cap, model.waiting_limit) = (model.closes, None, None);
        for kind in &mut model.kinds {
            kind.patience = None;
        }
        Ok(Self { office, given, absent, staffing, closes })
    }
}

impl Customers {
    /// What the log says became of each.
    pub fn measured(&self) -> Vec<Seen> {
        let millis = |wait: Option<i64>| Millis::try_from(wait.unwrap_or(0)).unwrap_or(0);
        let one = |visit: &Visit| match visit.outcome {
            Outcome::Served => Seen::Served(millis(visit.waited())),
            Outcome::Left => {
                let gone = visit.finished_at.or(visit.called_at);
                Seen::Left(millis(gone.zip(visit.arrived_at).map(|(gone, came)| gone - came)))
            }
            Outcome::NoShow | Outcome::Cancelled => Seen::Missed,
        };
        self.visits.iter().map(one).collect()
    }

    /// How each came.
    pub fn channel(&self, index: usize) -> Channel {
        match self.visits[index].appointment_at {
            Some(_) => Channel::Appointment,
            None => Channel::WalkIn,
        }
    }
}

/// Waits of those of `channel`.
pub fn waits(customers: &Customers, seen: &[Seen], channel: Channel) -> Waits {
    let of = seen.iter().enumerate().filter(|&(index, _)| customers.channel(index) == channel);
    let mut waits = Vec::new();
    let mut left = 0;
    for (_, seen) in of {
        match seen {
            Seen::Served(wait) => waits.push(f64::from(*wait) / 60_000.0),
            Seen::Left(_) => left += 1,
            Seen::Missed => {}
        }
    }
    waits.sort_by(f64::total_cmp);
    let served = waits.len();
    let at = (served * 9).div_ceil(10).saturating_sub(1);
    Waits {
        served,
        left,
        mean: waits.iter().sum::<f64>() / served.max(1) as f64,
        p90: waits.get(at).copied().unwrap_or(0.0),
    }
}
