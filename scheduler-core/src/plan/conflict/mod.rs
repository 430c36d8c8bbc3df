//! Why there is no plan: everything that counting can prove, in a planner's words.
//!
//! Each conflict reported is a proof: it uses conditions that every plan must meet, so a problem
//! with a plan has none. They are not all there is: duties can clash in ways that no count sees.
//! A solver finds those, on site-days that are small enough.

mod cover;
mod flow;
mod matching;
mod promises;
mod quotas;
mod reach;
mod solving;
mod words;

use std::time::Duration;

use crate::problem::Problem;

use self::solving::explain_by_solving;
use super::exact::parts::{Day, Scope};
use super::{Conflict, Monitor};

/// What stands in the way of any plan for `problem`, in order of site, date and kind; empty where
/// counting finds nothing.
///
/// Per site-day: a matching of promises with clerks and with rooms at each step, a longest path
/// through each clerk's day, and a maximum flow from clerks to steps for each quota. Time grows
/// with site-days × (promises + shifts + quotas) × steps, about.
pub fn explain(problem: &Problem) -> Vec<Conflict> {
    let mut conflicts = Vec::new();
    for site_day in 0..problem.site_days.len() {
        let parts = Day::new(problem, &Scope::duties(site_day), site_day);
        let duties = promises::Duties::new(problem, &parts, &mut conflicts);
        quotas::explain(problem, &parts, &duties, &mut conflicts);
    }
    conflicts
}

/// Time for explaining, even if the budget is used up.
const LEAST_TIME: Duration = Duration::from_secs(2);

/// What stands in the way of any plan for `problem`, which has none: at least one conflict.
///
/// Where counting finds nothing, small site-days go through the exact engine for `time`, or for as
/// long as it takes.
pub(crate) fn reasons(
    problem: &Problem,
    monitor: &dyn Monitor,
    time: Option<Duration>,
) -> Vec<Conflict> {
    let mut conflicts = explain(problem);
    if conflicts.is_empty() {
        conflicts = explain_by_solving(problem, monitor, time.map(|time| time.max(LEAST_TIME)));
    }
    if conflicts.is_empty() {
        let message = "quotas, promises and breaks cannot all be kept, and there was no time to \
                       find out which of them clash; relax one of them";
        let (code, pointer, message) = ("duties.clash", String::new(), message.to_owned());
        conflicts.push(Conflict {
            code,
            pointer,
            message,
        });
    }
    conflicts
}
