//! Who came on a day, and who was there to serve them, as a log has it.

use crate::learn::{DAY, MINUTE, Outcome, Visit};
use crate::problem::Problem;
use crate::simulate::model::{Channel, Clerk, Millis, QueueSet};
use crate::simulate::office::Office;
use crate::simulate::service_day::GivenCustomer;

/// Whose shifts the day is run with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum StaffingBy {
    /// Those of the plan, without the clerks who served nobody that day, and with those who served
    /// and are not in the plan. Where the log names no clerk of the scenario, those of the log.
    #[default]
    Plan,
    /// Whoever served is there from the first call to the last departure, and can serve everybody.
    Log,
    /// All of the plan and nobody else: for a variant, of whose clerks the log knows nothing.
    AsPlanned,
}

/// Who came to a site on a day.
#[derive(Debug, Clone)]
pub struct Customers {
    /// Index of the site.
    pub site: usize,
    /// The date, as days since 1 January 1970.
    pub date: i64,
    /// Appointments in order of their time, then walk-ins in order of arrival.
    pub visits: Vec<Visit>,
    /// Rows that cannot be run.
    pub incomplete: Incomplete,
}

/// Rows of a day that are left out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Incomplete {
    /// Arrival, call or end are not known, or in the wrong order.
    pub times: usize,
    /// Left at once: turned away at the door.
    pub turned_away: usize,
    /// Cancelled before.
    pub cancelled: usize,
}

/// Who was there.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Staffing {
    /// Clerks of the plan who came.
    pub planned: usize,
    /// Clerks of the plan who served nobody, and are taken to have been away.
    pub absent: usize,
    /// Clerks who served and are not in the plan of the day.
    pub added: usize,
    /// Whether the log names counters only, which stand for clerks.
    pub by_counter: bool,
}

impl Customers {
    /// Those of `visits` that are of the site and date.
    pub fn of(visits: &[Visit], site: usize, date: i64) -> Self {
        let mut incomplete = Incomplete::default();
        let mut kept: Vec<Visit> = Vec::new();
        let day = visits.iter().filter(|visit| visit.site == site && visit.date() == Some(date));
        for visit in day {
            let stays = |until: Option<i64>| match (visit.arrived_at, until) {
                (Some(arrived), Some(until)) => until - arrived,
                _ => -1,
            };
            match visit.outcome {
                Outcome::Cancelled => incomplete.cancelled += 1,
                Outcome::NoShow if visit.appointment_at.is_some() => kept.push(*visit),
                Outcome::NoShow => incomplete.times += 1,
                Outcome::Left => match stays(visit.finished_at.or(visit.called_at)) {
                    -1 => incomplete.times += 1,
                    0 => incomplete.turned_away += 1,
                    _ => kept.push(*visit),
                },
                Outcome::Served => {
                    let length = visit.served_for().unwrap_or(-1);
                    if stays(visit.called_at) < 0 || length < 0 || visit.arrived_at.is_none() {
                        incomplete.times += 1;
                    } else {
                        kept.push(*visit);
                    }
                }
            }
        }
        // Who came at the same instant is called in the order in which the log calls them.
        kept.sort_by_key(|visit| {
            let walks_in = visit.appointment_at.is_none();
            (walks_in, visit.appointment_at, visit.arrived_at, visit.called_at, visit.finished_at)
        });
        Self { site, date, visits: kept, incomplete }
    }

    /// Time of the office's day at a time of the log.
    pub(super) fn millis(&self, office: &Office, at: i64) -> Millis {
        let since = (at - self.date * DAY).max(0);
        let minute = office.millis(u32::try_from(since / MINUTE).unwrap_or(u32::MAX / 2));
        minute + Millis::try_from(since % MINUTE).unwrap_or(0)
    }

    /// As the event loop takes them.
    pub(super) fn given(&self, office: &Office) -> Vec<GivenCustomer> {
        let one = |visit: &Visit| {
            let kind = match visit.appointment_at {
                Some(_) => office.kind(visit.service, visit.persons as usize),
                None => office.walk_in_kind(visit.service),
            };
            let at = |at: Option<i64>| at.map(|at| self.millis(office, at));
            let span =
                |from: Option<i64>, until: Option<i64>| Some(at(until)?.saturating_sub(at(from)?));
            // How long those who left would have taken nobody knows.
            let mean = office.model.kinds[kind as usize].duration.mean().max(0.0) as Millis;
            let left = visit.outcome == Outcome::Left;
            GivenCustomer {
                kind,
                due: at(visit.appointment_at),
                arrival: at(visit.arrived_at).filter(|_| visit.outcome != Outcome::NoShow),
                service: match visit.outcome {
                    Outcome::Served => span(visit.called_at, visit.finished_at).unwrap_or(mean),
                    _ => mean,
                },
                patience: if left {
                    span(visit.arrived_at, visit.finished_at.or(visit.called_at))
                } else {
                    None
                },
            }
        };
        self.visits.iter().map(one).collect()
    }

    /// Puts the clerks of the day into `office`, and says which of them stay away (indices in its
    /// model). `clerks` has for each clerk of the log the index in the problem.
    pub(super) fn staff(
        &self,
        problem: &Problem,
        office: &mut Office,
        clerks: &[Option<usize>],
        by: StaffingBy,
    ) -> (Vec<u32>, Staffing) {
        if by == StaffingBy::AsPlanned {
            let planned = office.clerks.len();
            return (Vec::new(), Staffing { planned, ..Staffing::default() });
        }
        let named = self.visits.iter().any(|visit| visit.clerk.is_some());
        let who = |visit: &Visit| if named { visit.clerk } else { visit.counter };
        let of_problem = |clerk: u32| clerks.get(clerk as usize).copied().flatten();
        let served = self.visits.iter().filter(|visit| visit.outcome == Outcome::Served);
        // By clerk of the log: from the first call to the last end, and what was served.
        let mut present: Vec<(u32, Millis, Millis)> = Vec::new();
        for visit in served {
            let Some(clerk) = who(visit) else { continue };
            let at = |at: Option<i64>| self.millis(office, at.unwrap_or(0));
            let (from, until) = (at(visit.called_at), at(visit.finished_at));
            match present.iter_mut().find(|known| known.0 == clerk) {
                Some(known) => (known.1, known.2) = (known.1.min(from), known.2.max(until)),
                None => present.push((clerk, from, until)),
            }
        }
        present.sort_unstable();
        let planned = |clerk: &u32| {
            let known = of_problem(*clerk).filter(|_| named);
            known.and_then(|known| office.clerks.iter().position(|&other| other == known))
        };
        let any = present.iter().any(|(clerk, ..)| planned(clerk).is_some());
        let by_plan = by == StaffingBy::Plan && (any || present.is_empty());
        let mut staffing = Staffing { by_counter: !named, ..Staffing::default() };
        let mut absent = Vec::new();
        let mut added: Vec<(Option<usize>, Clerk)> = Vec::new();
        for &(clerk, from, until) in &present {
            if by_plan && planned(&clerk).is_some() {
                staffing.planned += 1;
                continue;
            }
            staffing.added += 1;
            let known = of_problem(clerk).filter(|_| named);
            let until = until.max(from + 1);
            let shifts = vec![(from, until)];
            let queues = known.map_or(QueueSet::ALL, |known| queues(problem, office, known));
            added.push((known, Clerk { queues, shifts, ..Clerk::default() }));
        }
        if by_plan {
            let served =
                |index: usize| present.iter().any(|(clerk, ..)| planned(clerk) == Some(index));
            // A log without clerks says nothing of who was away.
            let away =
                (0..office.clerks.len()).filter(|&index| !present.is_empty() && !served(index));
            absent.extend(away.map(|index| index as u32));
            staffing.absent = absent.len();
        } else {
            office.model.clerks.clear();
            office.clerks.clear();
            // Whose counter is whose is not known.
            office.model.rooms.clear();
        }
        for (known, clerk) in added {
            office.model.clerks.push(clerk);
            office.clerks.push(known.unwrap_or(usize::MAX));
        }
        (absent, staffing)
    }
}

/// Whom a clerk of the problem can serve.
fn queues(problem: &Problem, office: &Office, clerk: usize) -> QueueSet {
    let skills = &problem.clerks[clerk].skills;
    let kinds = office.model.kinds.iter().filter(|kind| kind.channel == Channel::WalkIn);
    let able =
        kinds.filter(|kind| problem.services[kind.service as usize].skills.is_subset(skills));
    QueueSet::of(able.map(|kind| kind.queue))
}
