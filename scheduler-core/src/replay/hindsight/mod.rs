//! What a day would have been with everything known beforehand, and of which decision what was lost.
//!
//! **The loss of a day**, in minutes: all waits of those who came, and for whoever left without being
//! served what the visit was worth besides (planned minutes times the value of a minute). What is left
//! of the worth of all visits is the value of the day.
//!
//! **Who decides more, loses less.** The same people come, as long as each is served and as long as
//! each would wait, and the same clerks are there; one decision after the other is made with all of
//! that known:
//!
//! 1. *measured*: the day as the log has it;
//! 2. *simulated*: the same by the rules of the plan and of calling;
//! 3. *calls*: whom each clerk serves and when is chosen at will;
//! 4. *booking*: the times of appointments too, while the doors are open; whoever has one comes when
//!    it is their turn;
//! 5. *template*: when clerks have their breaks too, within their shifts;
//! 6. *staffing*: who is there when. Enough clerks at the right times leave no loss.
//!
//! What a step takes off the loss is the loss by that decision: conduct (measured less simulated; below
//! 0 where the office did better than its rules), calls, booking, template, staffing. They add up to the
//! loss as measured.
//!
//! In hindsight a service begins within a shift and outside of breaks, or after the last shift of
//! whoever stays longest of those who can serve it, as in the simulation, and is not interrupted. Rooms,
//! seats and walk-in blocks bind nobody.
//!
//! The least loss of a step is hard to compute, so it is enclosed: from below by prices of clerks' time,
//! at which each visit takes the start that is best for it alone (a Lagrangian bound, valid at any
//! prices: [`bound`]), from above by the best timetable that was found ([`timetable`]).

mod bound;
mod day;
mod timetable;

use super::customers::{Customers, StaffingBy};
use super::run::{Ready, ReplayError, Replayed, Seen};
use crate::problem::{Plan, Problem};
use bound::Prices;
use day::{Day, Freedom};
use timetable::Timetable;

/// What is known of a figure.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Range {
    /// It is proven to be at least so much.
    pub least: f64,
    /// And at most so much.
    pub most: f64,
}

/// Loss of a day as it was and in hindsight, in minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Hindsight {
    /// Who came and could be served by somebody; only they count.
    pub people: usize,
    /// People who came and whom nobody of the day can serve.
    pub unserved: usize,
    /// What the visits of those people are worth together.
    pub worth: f64,
    /// As the log has it.
    pub measured: f64,
    /// By the rules.
    pub simulated: f64,
    /// The least loss with the best calls.
    pub calls: Range,
    /// With the best times of appointments besides.
    pub booking: Range,
    /// With the best times of breaks besides.
    pub template: Range,
}

/// The loss as measured, by the decision that it is due to, in minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Losses {
    /// What the day had that its rules do not: measured less simulated.
    pub conduct: f64,
    /// Who was called when, as the clerks did not know who was to come and for how long.
    pub calls: Range,
    /// The times of appointments.
    pub booking: Range,
    /// The times of breaks.
    pub template: Range,
    /// Who was there when: what is left.
    pub staffing: Range,
}

impl Range {
    /// What a step takes off.
    fn less(self, other: Self) -> Self {
        Self { least: (self.least - other.most).max(0.0), most: (self.most - other.least).max(0.0) }
    }
}

impl Hindsight {
    /// The split.
    pub fn losses(&self) -> Losses {
        let simulated = Range { least: self.simulated, most: self.simulated };
        Losses {
            conduct: self.measured - self.simulated,
            calls: simulated.less(self.calls),
            booking: self.calls.less(self.booking),
            template: self.booking.less(self.template),
            staffing: self.template,
        }
    }
}

/// The day of `customers` in hindsight, for the same arguments as [`replay`](super::replay()) and what
/// that gave.
///
/// # Errors
/// As [`replay`](super::replay()).
pub fn hindsight(
    (problem, plan, date): (&Problem, &Plan, usize),
    customers: &Customers,
    clerks: &[Option<usize>],
    by: StaffingBy,
    replayed: &Replayed,
) -> Result<Hindsight, ReplayError> {
    let ready = Ready::new((problem, plan, date), customers, clerks, by)?;
    let worth = |index: usize| {
        let visit = &customers.visits[index];
        let service = &problem.services[visit.service];
        let more = service.extra_person_minutes * visit.persons.saturating_sub(1);
        f64::from(service.minutes + more) * service.value
    };
    let day = Day::new(&ready, worth);
    let loss = |seen: &[Seen]| day.loss(|index| seen[index]);
    let (measured, simulated) = (loss(&customers.measured()), loss(&replayed.seen));
    let freedoms = [Freedom::Template, Freedom::Booking, Freedom::Calls];
    // Each timetable begins from that of who is less free; prices begin from the freest, as what bounds
    // the loss of one bounds that of the next.
    let mut timetable = Timetable::new(&day);
    let mut most = freedoms.map(|_| 0.0);
    for (most, &freedom) in most.iter_mut().zip(&freedoms).rev() {
        *most = timetable.improve(&day, freedom);
    }
    let mut prices = Prices::new(&day);
    let mut steps: [Range; 3] = std::array::from_fn(|step| Range {
        least: prices.raise(&day, freedoms[step], most[step]),
        most: most[step],
    });
    // The rules of the day are a timetable, and so is each that is free to do less.
    steps[2].most = steps[2].most.min(simulated);
    steps[1].most = steps[1].most.min(steps[2].most);
    steps[0].most = steps[0].most.min(steps[1].most);
    steps[1].least = steps[1].least.max(steps[0].least);
    steps[2].least = steps[2].least.max(steps[1].least);
    let [template, booking, calls] =
        steps.map(|range| Range { least: range.least.min(range.most), ..range });
    Ok(Hindsight {
        people: day.jobs.len(),
        unserved: day.unserved,
        worth: day.jobs.iter().map(|job| job.worth).sum(),
        measured,
        simulated,
        calls,
        booking,
        template,
    })
}
